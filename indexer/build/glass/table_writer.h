// One table of a glass database, written from its first key to its last: blocks of a B-tree, each full, each once.
// core/index/FORMAT.md, "Glass tables", is normative.
//
// Thread-safety: belongs to one thread. Errors: those of the file; InvalidArgument for a key that is too long or a
// tag that is too large; Internal when keys do not ascend. After an error only destruction is legal.
#ifndef DATELINE_INDEXER_BUILD_GLASS_TABLE_WRITER_H_
#define DATELINE_INDEXER_BUILD_GLASS_TABLE_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/checksum.h"
#include "core/base/file.h"
#include "core/index/glass_format.h"
#include "indexer/build/glass/codec.h"

namespace dateline::build::glass {

inline constexpr size_t kBlockBytes = 8192;
inline constexpr uint32_t kRevision = 1;
// A larger item makes later changes by the library costly: four must fit into a block.
inline constexpr size_t kMaxItemBytes = 2043;
using index::glass::kItemOverheadBytes;

// Where a table ends: what iamglass says of it, and what the manifest says of its file.
struct TableRoot {
  uint32_t block = 0;
  uint32_t level = 0;
  uint64_t entries = 0;
  uint32_t blocks = 0;  // 0: the table has no file
  base::FileChecksum checksum;
};

struct TableOptions {
  // A tag that does not fit into the rest of a block is cut, so that blocks are full. Reading it may take two.
  bool fill_blocks = false;
  bool sync = true;  // the file, at the end
};

class TableWriter {
 public:
  static absl::StatusOr<std::unique_ptr<TableWriter>> Create(const std::string& path, const TableOptions& options);

  // `compressed`: the tag is raw deflate. REQUIRES: `key` is greater than the one before.
  absl::Status Add(absl::string_view key, absl::string_view tag, bool compressed = false);

  absl::StatusOr<TableRoot> Finish();

 private:
  // A block that is being filled.
  struct Block {
    explicit Block(uint32_t its_level) : level(its_level) {}
    const uint32_t level;
    std::vector<uint16_t> directory;  // where items begin, in the order of keys
    std::string first_key;            // with first_piece: what tells it from the block before
    uint16_t first_piece = 0;
    size_t low = kBlockBytes;  // items fill the block from its end to here
    char bytes[kBlockBytes] = {};

    size_t free_bytes() const;
  };

  TableWriter(base::FileWriter file, std::string path, const TableOptions& options);

  absl::Status AddPiece(absl::string_view key, uint16_t piece, uint16_t flags, absl::string_view tag);
  absl::Status AddChild(uint32_t level, uint32_t child, absl::string_view key, uint16_t piece);
  // Writes a block that is full and tells its parent.
  absl::Status EndBlock(Block& block);
  // Gives its number.
  absl::StatusOr<uint32_t> WriteBlock(Block& block);
  // Room for an item, which is the next in the order of keys.
  static char* Reserve(Block& block, size_t bytes);
  void BeginLeaf(absl::string_view key, uint16_t piece);

  base::FileWriter file_;
  const std::string path_;
  const TableOptions options_;
  base::FileChecksummer checksummer_;
  std::vector<std::unique_ptr<Block>> levels_;  // the open block of each; leaves first
  // Of the entry before.
  absl::string_view last_key() const { return {last_key_, last_key_bytes_}; }
  char last_key_[kMaxKeyBytes];
  size_t last_key_bytes_ = 0;
  uint64_t entries_ = 0;
  uint32_t blocks_ = 0;
};

}  // namespace dateline::build::glass

#endif  // DATELINE_INDEXER_BUILD_GLASS_TABLE_WRITER_H_
