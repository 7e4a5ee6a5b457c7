#include "core/index/stored_table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/coding.h"
#include "core/base/status_macros.h"
#include "core/index/glass_format.h"

namespace dateline::index {
namespace {

constexpr absl::string_view kVersionFile = "iamglass";
constexpr absl::string_view kTableFile = "docdata.glass";
constexpr size_t kUuidBytes = 16;
constexpr uint64_t kMostBlockUnits = 32;
constexpr uint64_t kFakeRoot = 1;
constexpr uint32_t kMostLevels = 10;

constexpr size_t kChildBytes = 4;

uint32_t Read16(const char* at) {
  return static_cast<uint32_t>(static_cast<uint8_t>(at[0])) << 8 | static_cast<uint8_t>(at[1]);
}

uint32_t Read32(const char* at) { return Read16(at) << 16 | Read16(at + 2); }

// What tells items apart, in their order.
struct ItemKey {
  absl::string_view key;
  uint32_t piece = 0;
};

bool IsAfter(const ItemKey& a, const ItemKey& b) { return a.key != b.key ? a.key > b.key : a.piece > b.piece; }

// A block whose directory was checked.
class BlockReader {
 public:
  explicit BlockReader(absl::string_view block) : block_(block) {
    const size_t end = Read16(block.data() + glass::kDirectoryEndAt);
    sound_ = end >= glass::kHeaderBytes && end <= block.size() &&
             (end - glass::kHeaderBytes) % glass::kDirectoryEntryBytes == 0;
    items_ = sound_ ? (end - glass::kHeaderBytes) / glass::kDirectoryEntryBytes : 0;
  }

  size_t items() const { return items_; }

  // From where it begins to the end of the block; empty when it would begin outside.
  absl::string_view Item(size_t i) const {
    const size_t begin = Read16(block_.data() + glass::kHeaderBytes + glass::kDirectoryEntryBytes * i);
    return begin < block_.size() ? block_.substr(begin) : absl::string_view();
  }

 private:
  absl::string_view block_;
  bool sound_ = false;
  size_t items_ = 0;
};

// A length byte, the key, and what follows it.
bool ReadKey(absl::string_view item, size_t skipped, absl::string_view& key, absl::string_view& rest) {
  if (item.size() <= skipped) return false;
  const size_t bytes = static_cast<uint8_t>(item[skipped]);
  if (item.size() - skipped - 1 < bytes) return false;
  key = item.substr(skipped + 1, bytes);
  rest = item.substr(skipped + 1 + bytes);
  return true;
}

bool ReadBranchItem(absl::string_view item, ItemKey& key) {
  absl::string_view rest;
  if (!ReadKey(item, kChildBytes, key.key, rest) || rest.size() < glass::kPieceNumberBytes) return false;
  key.piece = Read16(rest.data());
  return true;
}

bool ReadLeafItem(absl::string_view item, ItemKey& key, uint32_t& flags, absl::string_view& tag) {
  if (item.size() < glass::kItemOverheadBytes) return false;
  flags = Read16(item.data());
  const size_t bytes = (flags & glass::kItemSizeMask) + glass::kItemOverheadBytes;
  if (bytes > item.size() || !ReadKey(item.substr(0, bytes), 2, key.key, tag)) return false;
  key.piece = glass::kFirstPiece;
  if ((flags & glass::kFlagFirstPiece) != 0) return true;
  if (tag.size() < glass::kPieceNumberBytes) return false;
  key.piece = Read16(tag.data());
  tag.remove_prefix(glass::kPieceNumberBytes);
  return true;
}

// The number of items that are not after `wanted`, told by `read(i, key)`; -1 when one cannot be read.
template <typename Read>
ptrdiff_t CountUpTo(size_t items, const ItemKey& wanted, Read read) {
  size_t first = 0;
  for (size_t behind = items; first < behind;) {
    const size_t middle = first + (behind - first) / 2;
    ItemKey key;
    if (!read(middle, key)) return -1;
    if (IsAfter(key, wanted)) {
      behind = middle;
    } else {
      first = middle + 1;
    }
  }
  return static_cast<ptrdiff_t>(first);
}

// A root as the version file tells of it.
struct Root {
  uint64_t block = 0;
  uint64_t level = 0;
  bool fake = false;
  uint64_t block_bytes = 0;
};

Root ReadRoot(base::Decoder& in) {
  Root root;
  root.block = in.Varint();
  const uint64_t level_and_flags = in.Varint();
  root.level = level_and_flags >> 2;
  root.fake = (level_and_flags & kFakeRoot) != 0;
  in.Varint();  // entries
  const uint64_t units = in.Varint();
  root.block_bytes = units <= kMostBlockUnits ? units * glass::kBlockUnitBytes : 0;
  in.Varint();  // from which size on tags are compressed
  in.String();  // free blocks
  return root;
}

}  // namespace

absl::StatusOr<std::unique_ptr<const StoredTable>> StoredTable::Open(const std::string& directory) {
  const std::string version_path = base::JoinPath(directory, kVersionFile);
  DL_ASSIGN_OR_RETURN(const std::string version, base::ReadFile(version_path));
  if (!absl::StartsWith(version, glass::kVersionMagic)) {
    return absl::UnimplementedError(absl::StrCat(version_path, ": another format than this reader knows"));
  }
  base::Decoder in(absl::string_view(version).substr(glass::kVersionMagic.size()));
  in.Bytes(kUuidBytes);
  in.Varint();   // revision
  ReadRoot(in);  // postlist
  const Root root = ReadRoot(in);
  std::unique_ptr<StoredTable> table(new StoredTable());
  table->path_ = base::JoinPath(directory, kTableFile);
  if (!in.ok() || root.fake || root.block_bytes == 0 || root.level > kMostLevels || root.block > UINT32_MAX) {
    return absl::UnimplementedError(absl::StrCat(version_path, ": tells of no table of document data"));
  }
  DL_ASSIGN_OR_RETURN(table->file_, base::MappedFile::Open(table->path_));
  table->block_bytes_ = root.block_bytes;
  table->root_ = static_cast<uint32_t>(root.block);
  table->levels_ = static_cast<uint32_t>(root.level);
  return std::unique_ptr<const StoredTable>(std::move(table));
}

absl::StatusOr<absl::string_view> StoredTable::Block(uint32_t number, uint32_t level) const {
  const absl::string_view bytes = file_.bytes();
  if (number >= bytes.size() / block_bytes_) {
    return absl::DataLossError(absl::StrCat(path_, ": block ", number, " lies behind its end"));
  }
  const absl::string_view block = bytes.substr(number * block_bytes_, block_bytes_);
  if (static_cast<uint8_t>(block[glass::kLevelAt]) != level) {
    return absl::DataLossError(absl::StrCat(path_, ": block ", number, " is of another level"));
  }
  return block;
}

absl::StatusOr<StoredTable::Item> StoredTable::FindPiece(absl::string_view key, uint32_t piece) const {
  const ItemKey wanted{key, piece};
  uint32_t number = root_;
  for (uint32_t level = levels_;; --level) {
    DL_ASSIGN_OR_RETURN(const absl::string_view block, Block(number, level));
    const BlockReader reader(block);
    uint32_t flags = 0;
    absl::string_view tag;
    const ptrdiff_t up_to = CountUpTo(reader.items(), wanted, [&](size_t i, ItemKey& read) {
      return level > 0 ? ReadBranchItem(reader.Item(i), read) : ReadLeafItem(reader.Item(i), read, flags, tag);
    });
    if (up_to < 0) return absl::DataLossError(absl::StrCat(path_, ": block ", number, ": an item cannot be read"));
    if (up_to == 0) return absl::NotFoundError(absl::StrCat(path_, ": no such document"));
    const auto at = static_cast<size_t>(up_to - 1);
    if (level == 0) return ReadPiece(block, at, key, piece);
    number = Read32(reader.Item(at).data());  // an item that has a key has this
  }
}

absl::StatusOr<StoredTable::Item> StoredTable::FindPieceBehind(const Item& item, absl::string_view key,
                                                               uint32_t piece) const {
  if (item.number + 1 < BlockReader(item.leaf).items()) {
    absl::StatusOr<Item> next = ReadPiece(item.leaf, item.number + 1, key, piece);
    if (next.ok()) return next;
  }
  return FindPiece(key, piece);
}

absl::StatusOr<StoredTable::Item> StoredTable::ReadPiece(absl::string_view leaf, size_t number, absl::string_view key,
                                                         uint32_t piece) const {
  ItemKey found;
  uint32_t flags = 0;
  absl::string_view tag;
  if (!ReadLeafItem(BlockReader(leaf).Item(number), found, flags, tag)) {
    const size_t block = static_cast<size_t>(leaf.data() - file_.bytes().data()) / block_bytes_;
    return absl::DataLossError(absl::StrCat(path_, ": block ", block, ": an item cannot be read"));
  }
  if (found.key != key || found.piece != piece) return absl::NotFoundError(absl::StrCat(path_, ": no such document"));
  if ((flags & glass::kFlagCompressed) != 0)
    return absl::UnimplementedError(absl::StrCat(path_, ": the data is compressed"));
  return Item{tag, (flags & glass::kFlagLastPiece) != 0, leaf, number};
}

absl::StatusOr<absl::string_view> StoredTable::Find(uint32_t docid, size_t least, std::string& scratch) const {
  std::string key;
  glass::AppendSortableDocid(key, docid);
  DL_ASSIGN_OR_RETURN(Item item, FindPiece(key, glass::kFirstPiece));
  if (item.last_piece || item.tag.size() >= least) return item.tag;
  scratch.assign(item.tag.data(), item.tag.size());
  for (uint32_t piece = glass::kFirstPiece + 1; !item.last_piece && scratch.size() < least; ++piece) {
    absl::StatusOr<Item> next = FindPieceBehind(item, key, piece);
    if (absl::IsNotFound(next.status())) return absl::DataLossError(absl::StrCat(path_, ": data without an end"));
    if (!next.ok()) return next.status();
    item = *next;
    scratch.append(item.tag.data(), item.tag.size());
  }
  return absl::string_view(scratch);
}

}  // namespace dateline::index
