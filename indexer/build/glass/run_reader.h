// A run (run_writer.h), read back: one cursor for each of its sections.
//
// Thread-safety: a Run may be shared; a cursor belongs to one thread. Ownership: views live as long as the Run.
// Errors: DataLoss when the file is not what RunWriter wrote; cursors end early then, and `ok` says so.
#ifndef DATELINE_INDEXER_BUILD_GLASS_RUN_READER_H_
#define DATELINE_INDEXER_BUILD_GLASS_RUN_READER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/base/coding.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "indexer/build/glass/run_writer.h"

namespace dateline::build::glass {

class Run {
 public:
  static absl::StatusOr<std::unique_ptr<Run>> Open(const std::string& path) {
    std::unique_ptr<Run> run(new Run());
    DL_ASSIGN_OR_RETURN(run->file_, base::MappedFile::Open(path));
    const absl::string_view bytes = run->file_.bytes();
    constexpr size_t kEndBytes = 8 * kRunSections;
    if (bytes.size() < kEndBytes) return absl::DataLossError(absl::StrCat(path, ": is too short"));
    base::Decoder ends(bytes.substr(bytes.size() - kEndBytes));
    uint64_t begin = 0;
    for (absl::string_view& section : run->sections_) {
      const uint64_t end = ends.Fixed64();
      if (end < begin || end > bytes.size() - kEndBytes)
        return absl::DataLossError(absl::StrCat(path, ": is damaged"));
      section = bytes.substr(begin, end - begin);
      begin = end;
    }
    return run;
  }

  absl::string_view section(RunSection number) const { return sections_[number]; }

  uint32_t documents() const { return static_cast<uint32_t>(sections_[kLengthSection].size() / 4); }

 private:
  Run() = default;
  base::MappedFile file_;
  std::array<absl::string_view, kRunSections> sections_;
};

// The postings of one term in one run; docids count from the run's first document, which is 1.
struct RunPostings {
  absl::string_view term;
  uint32_t count = 0;
  uint64_t frequency = 0;  // sum of wdf
  uint32_t first_docid = 0;
  uint32_t last_docid = 0;
  uint32_t first_wdf = 0;
  absl::string_view rest;  // (gap - 1, wdf) of all but the first

  bool Read(base::Decoder& from) {
    if (from.empty()) return false;
    term = from.String();
    count = static_cast<uint32_t>(from.Varint());
    frequency = from.Varint();
    first_docid = static_cast<uint32_t>(from.Varint());
    last_docid = static_cast<uint32_t>(from.Varint());
    first_wdf = static_cast<uint32_t>(from.Varint());
    rest = from.String();
    return from.ok();
  }
};

// The positions of one term in one document, as a run has them: varints, the first, then each less the one before,
// which is how postings have them too (core/index/postings_builder.h). Replaces `positions`; false when they are
// damaged.
inline bool ReadDeltas(absl::string_view deltas, std::vector<uint32_t>& positions) {
  positions.clear();
  base::Decoder from(deltas);
  uint64_t position = 0;
  while (!from.empty()) {
    const uint64_t delta = from.Varint();
    if (delta > std::numeric_limits<uint32_t>::max() - position) return false;
    position += delta;
    positions.push_back(static_cast<uint32_t>(position));
  }
  return from.ok() && !positions.empty();
}

// The places of one term in one run: (docid gap, string of deltas).
struct RunPositions {
  absl::string_view term;
  absl::string_view entries;

  bool Read(base::Decoder& from) {
    if (from.empty()) return false;
    term = from.String();
    entries = from.String();
    return from.ok();
  }
};

}  // namespace dateline::build::glass

#endif  // DATELINE_INDEXER_BUILD_GLASS_RUN_READER_H_
