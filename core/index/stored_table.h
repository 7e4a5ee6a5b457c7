// The document data of a shard, read where it lies: the B-tree of `docdata.glass`, mapped into memory. FORMAT.md,
// "Glass tables", is normative. Through the library a reading takes three calls of the system and a copy of each
// block on the way.
//
// It knows what it has to know of the format and no more: a table that it cannot read, and a tag that is compressed,
// are the library's to read.
//
// Thread-safety: immutable. Errors: any bytes give data, nothing, or an error: DataLoss when a block contradicts
// itself, Unimplemented for what is left to the library.
#ifndef DATELINE_CORE_INDEX_STORED_TABLE_H_
#define DATELINE_CORE_INDEX_STORED_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/file.h"

namespace dateline::index {

class StoredTable {
 public:
  // Of the database in `directory`.
  static absl::StatusOr<std::unique_ptr<const StoredTable>> Open(const std::string& directory);

  // The data of the document, or the beginning of it, of `least` bytes or some more; NotFound when it has none. The
  // view lies in the file, or in `scratch`, for data that lies in pieces; it lives as long as both.
  absl::StatusOr<absl::string_view> Find(uint32_t docid, size_t least, std::string& scratch) const;

 private:
  // An item of a leaf, and where it lies.
  struct Item {
    absl::string_view tag;
    bool last_piece = true;
    absl::string_view leaf;
    size_t number = 0;  // in the leaf
  };

  StoredTable() = default;
  absl::StatusOr<Item> FindPiece(absl::string_view key, uint32_t piece) const;
  // The piece behind another, which is most often the next item of the same leaf.
  absl::StatusOr<Item> FindPieceBehind(const Item& item, absl::string_view key, uint32_t piece) const;
  absl::StatusOr<Item> ReadPiece(absl::string_view leaf, size_t number, absl::string_view key, uint32_t piece) const;
  absl::StatusOr<absl::string_view> Block(uint32_t number, uint32_t level) const;

  std::string path_;
  base::MappedFile file_;
  size_t block_bytes_ = 0;
  uint32_t root_ = 0;
  uint32_t levels_ = 0;  // above the leaves
};

}  // namespace dateline::index

#endif  // DATELINE_CORE_INDEX_STORED_TABLE_H_
