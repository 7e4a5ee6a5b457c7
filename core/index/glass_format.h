// What writer and reader of glass tables share: FORMAT.md, "Glass tables", is normative.
//
// Thread-safety: pure functions.
#ifndef DATELINE_CORE_INDEX_GLASS_FORMAT_H_
#define DATELINE_CORE_INDEX_GLASS_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::index::glass {

// The first bytes of the version file: name and version of the format.
inline constexpr absl::string_view kVersionMagic("\x0f\x0dXapian Glass\x04\x6e", 16);
// The version file tells sizes of blocks in this.
inline constexpr size_t kBlockUnitBytes = 2048;

// A block: revision (4), level (1), free bytes (2, twice), end of the directory (2); then the directory.
inline constexpr size_t kLevelAt = 4;
inline constexpr size_t kDirectoryEndAt = 9;
inline constexpr size_t kHeaderBytes = 11;
inline constexpr size_t kDirectoryEntryBytes = 2;

// An item of a leaf begins with its size, less kItemOverheadBytes, and these flags, and the length of its key.
inline constexpr uint16_t kFlagCompressed = 0x8000;
inline constexpr uint16_t kFlagLastPiece = 0x4000;
inline constexpr uint16_t kFlagFirstPiece = 0x2000;
inline constexpr uint16_t kItemSizeMask = 0x1fff;
inline constexpr size_t kItemOverheadBytes = 3;
inline constexpr size_t kPieceNumberBytes = 2;
// Pieces of a tag are numbered from here on; the first one does not say so.
inline constexpr uint16_t kFirstPiece = 1;

// A docid so that the order of bytes is the order of numbers.
inline void AppendSortableDocid(std::string& key, uint32_t docid) {
  // The first byte tells how many follow: 0..., 10..., 110..., 1110...
  if (docid < 0x8000) {
    key.push_back(static_cast<char>(docid >> 8));
    key.push_back(static_cast<char>(docid));
    return;
  }
  const int more = docid < 1U << 22 ? 2 : docid < 1U << 29 ? 3 : 4;
  const uint32_t mark = more == 2 ? 0x80 : more == 3 ? 0xc0 : 0xe0;
  // A shift by 32 is none: with four more bytes the first one holds the mark alone.
  key.push_back(static_cast<char>(mark | (more == 4 ? 0 : docid >> (8 * more))));
  for (int shift = 8 * (more - 1); shift >= 0; shift -= 8) key.push_back(static_cast<char>(docid >> shift));
}

}  // namespace dateline::index::glass

#endif  // DATELINE_CORE_INDEX_GLASS_FORMAT_H_
