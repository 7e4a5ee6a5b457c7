// Keys, numbers and positions as Xapian's glass tables hold them: core/index/FORMAT.md, "Glass tables", which was
// learnt from libxapian 1.4.
//
// Thread-safety: pure functions; a PositionCoder belongs to one thread.
#ifndef DATELINE_INDEXER_BUILD_GLASS_CODEC_H_
#define DATELINE_INDEXER_BUILD_GLASS_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/index/glass_format.h"
#include "indexer/build/glass/byte_buffer.h"

namespace dateline::build::glass {

// The longest key that a table can hold, and the longest term, zero bytes counted twice, that the library takes: its
// keys end with a docid. (While docids are short it takes some longer ones that hold zero bytes.)
inline constexpr size_t kMaxKeyBytes = 255;
inline constexpr size_t kMaxTermBytes = 245;

using index::glass::AppendSortableDocid;

// A term so that the order of bytes is that of terms, whatever follows: a zero byte becomes two bytes, and one ends
// it.
void AppendSortableTerm(std::string& key, absl::string_view term);
// The same without the end, for a key in which nothing follows.
void AppendLastTerm(std::string& key, absl::string_view term);

// The keys of special posting lists.
inline constexpr absl::string_view kValueStatisticsKey("\x00\xd0", 2);
inline constexpr absl::string_view kValueChunkKey("\x00\xd8", 2);
inline constexpr absl::string_view kLengthsKey("\x00\xe0", 2);

// Writes the positions of one term in one document, which are ascending and distinct.
class PositionCoder {
 public:
  // Appends to `out`. REQUIRES: not empty.
  void Append(absl::Span<const uint32_t> positions, ByteBuffer& out);

 private:
  void Encode(uint32_t value, uint32_t range);
  void Interpolate(absl::Span<const uint32_t> positions, size_t first, size_t last);
  void WriteBits(uint32_t value, int bits);

  ByteBuffer* out_ = nullptr;
  uint64_t pending_ = 0;  // bits not yet written, low ones first
  int pending_bits_ = 0;
};

}  // namespace dateline::build::glass

#endif  // DATELINE_INDEXER_BUILD_GLASS_CODEC_H_
