// Reads a mapped temporary file, or a part of one, from its front, and lets go of the memory of what was read:
// together such files are as large as the index.
//
// Thread-safety: belongs to one thread. Ownership: the bytes are the mapping's, which must outlive the reader.
#ifndef DATELINE_INDEXER_BUILD_MAPPED_READER_H_
#define DATELINE_INDEXER_BUILD_MAPPED_READER_H_

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/string_view.h"
#include "core/base/coding.h"

namespace dateline::build {

class MappedReader {
 public:
  explicit MappedReader(absl::string_view bytes) : decoder_(bytes), held_(bytes.data()), last_call_(bytes.data()) {}
  // The kernel maps more than is asked for, behind the end of what was read too. That of a copy does no harm: what
  // was let go of is read from the file again.
  ~MappedReader() { LetGoOf(held_, decoder_.rest().data() + decoder_.rest().size()); }

  base::Decoder& decoder() { return decoder_; }
  const base::Decoder& decoder() const { return decoder_; }

  // Call once for each entry. Lets go of what was read before the call before: views of the last entry are still to
  // be used, and whoever touches what was let go has it in memory again, for good.
  void LetGo() {
    constexpr ptrdiff_t kStepBytes = 64 << 10;
    const char* const used = std::exchange(last_call_, decoder_.rest().data());
    if (used - held_ < kStepBytes) return;
    LetGoOf(held_, used);
    held_ = used;
  }

 private:
  // Whole pages: the first from its beginning, for nobody else lets go of what lies in it before `begin`.
  static void LetGoOf(const char* begin, const char* end) {
    constexpr uintptr_t kPageBytes = 4096;
    const auto first = reinterpret_cast<uintptr_t>(begin) / kPageBytes * kPageBytes;
    const auto last = reinterpret_cast<uintptr_t>(end) / kPageBytes * kPageBytes;
    // That it cannot be done costs memory, nothing else.
    if (first < last) ::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
  }

  base::Decoder decoder_;
  const char* held_;       // from here on
  const char* last_call_;  // where reading was then
};

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_MAPPED_READER_H_
