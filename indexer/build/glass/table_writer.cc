#include "indexer/build/glass/table_writer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace dateline::build::glass {
namespace {

using index::glass::kDirectoryEntryBytes;
using index::glass::kFirstPiece;
using index::glass::kFlagCompressed;
using index::glass::kFlagFirstPiece;
using index::glass::kFlagLastPiece;
using index::glass::kHeaderBytes;
using index::glass::kPieceNumberBytes;

constexpr size_t kMaxPieces = 65535;
// Less than this of a tag is not worth an item of its own.
constexpr size_t kMinPieceBytes = 64;

void Put16(char* at, size_t value) {
  at[0] = static_cast<char>(value >> 8);
  at[1] = static_cast<char>(value);
}

void Put32(char* at, uint32_t value) {
  Put16(at, value >> 16);
  Put16(at + 2, value & 0xffff);
}

// The shortest beginning of `key` that is greater than `before`.
absl::string_view Separator(absl::string_view before, absl::string_view key) {
  size_t same = 0;
  while (same < before.size() && same < key.size() && before[same] == key[same]) ++same;
  return key.substr(0, same + 1);
}

}  // namespace

size_t TableWriter::Block::free_bytes() const { return low - kHeaderBytes - kDirectoryEntryBytes * directory.size(); }

absl::StatusOr<std::unique_ptr<TableWriter>> TableWriter::Create(const std::string& path,
                                                                 const TableOptions& options) {
  DL_ASSIGN_OR_RETURN(base::FileWriter file, base::FileWriter::Create(path));
  return std::unique_ptr<TableWriter>(new TableWriter(std::move(file), path, options));
}

TableWriter::TableWriter(base::FileWriter file, std::string path, const TableOptions& options)
    : file_(std::move(file)), path_(std::move(path)), options_(options) {}

absl::Status TableWriter::Add(absl::string_view key, absl::string_view tag, bool compressed) {
  if (key.empty() || key.size() > kMaxKeyBytes) {
    return absl::InvalidArgumentError(absl::StrCat(path_, ": a key of ", key.size(), " bytes; 1 to 255 can be held"));
  }
  if (entries_ > 0 && key <= last_key()) return absl::InternalError(absl::StrCat(path_, ": keys do not ascend"));
  if (levels_.empty()) {
    BeginLeaf("", kFirstPiece);
    // The first leaf begins with an item of nothing.
    char* const item = Reserve(*levels_[0], kItemOverheadBytes);
    Put16(item, kFlagFirstPiece | kFlagLastPiece);
    item[2] = 0;
  }
  ++entries_;
  const uint16_t compressed_flag = compressed ? kFlagCompressed : 0;
  for (size_t piece = kFirstPiece;; ++piece) {
    if (piece > kMaxPieces) return absl::InvalidArgumentError(absl::StrCat(path_, ": a tag is too large"));
    const size_t overhead = kItemOverheadBytes + key.size() + (piece > kFirstPiece ? kPieceNumberBytes : 0);
    const size_t most = kMaxItemBytes - overhead;
    size_t bytes = std::min(tag.size(), most);
    const size_t room =
        levels_[0]->free_bytes() - std::min(levels_[0]->free_bytes(), overhead + kDirectoryEntryBytes);
    if (bytes > room && options_.fill_blocks && room >= kMinPieceBytes) bytes = room;
    const bool last = bytes == tag.size();
    const uint16_t flags = static_cast<uint16_t>(compressed_flag | (piece == kFirstPiece ? kFlagFirstPiece : 0) |
                                                 (last ? kFlagLastPiece : 0));
    DL_RETURN_IF_ERROR(AddPiece(key, static_cast<uint16_t>(piece), flags, tag.substr(0, bytes)));
    if (last) break;
    tag.remove_prefix(bytes);
  }
  return absl::OkStatus();
}

absl::Status TableWriter::AddPiece(absl::string_view key, uint16_t piece, uint16_t flags, absl::string_view tag) {
  const size_t number_bytes = piece > kFirstPiece ? kPieceNumberBytes : 0;
  const size_t item_bytes = kItemOverheadBytes + key.size() + number_bytes + tag.size();
  if (levels_[0]->free_bytes() < item_bytes + kDirectoryEntryBytes) {
    DL_RETURN_IF_ERROR(EndBlock(*levels_[0]));
    BeginLeaf(key, piece);
  }
  char* item = Reserve(*levels_[0], item_bytes);
  Put16(item, (item_bytes - kItemOverheadBytes) | flags);
  item[2] = static_cast<char>(key.size());
  item += kItemOverheadBytes;
  std::memcpy(item, key.data(), key.size());
  item += key.size();
  if (number_bytes > 0) Put16(item, piece);
  if (!tag.empty()) std::memcpy(item + number_bytes, tag.data(), tag.size());
  if (piece == kFirstPiece) {
    std::memcpy(last_key_, key.data(), key.size());
    last_key_bytes_ = key.size();
  }
  return absl::OkStatus();
}

// Above leaves the beginning of the key suffices, unless a tag was cut here.
void TableWriter::BeginLeaf(absl::string_view key, uint16_t piece) {
  const absl::string_view separator = piece > kFirstPiece ? key : Separator(last_key(), key);
  auto leaf = std::make_unique<Block>(0);
  leaf->first_key.assign(separator.data(), separator.size());
  leaf->first_piece = piece;
  if (levels_.empty()) {
    levels_.push_back(std::move(leaf));
  } else {
    levels_[0] = std::move(leaf);
  }
}

absl::Status TableWriter::AddChild(uint32_t level, uint32_t child, absl::string_view key, uint16_t piece) {
  if (level == levels_.size()) levels_.push_back(std::make_unique<Block>(level));
  const size_t item_bytes = 4 + 1 + key.size() + kPieceNumberBytes;
  if (levels_[level]->free_bytes() < item_bytes + kDirectoryEntryBytes) {
    DL_RETURN_IF_ERROR(EndBlock(*levels_[level]));
    levels_[level] = std::make_unique<Block>(level);
    levels_[level]->first_key.assign(key.data(), key.size());
    levels_[level]->first_piece = piece;
  }
  Block& block = *levels_[level];
  // What comes first in a block is told by its parent.
  if (block.directory.empty()) {
    key = "";
    piece = 0;
  }
  char* const item = Reserve(block, 4 + 1 + key.size() + kPieceNumberBytes);
  Put32(item, child);
  item[4] = static_cast<char>(key.size());
  if (!key.empty()) std::memcpy(item + 5, key.data(), key.size());
  Put16(item + 5 + key.size(), piece);
  return absl::OkStatus();
}

char* TableWriter::Reserve(Block& block, size_t bytes) {
  block.low -= bytes;
  block.directory.push_back(static_cast<uint16_t>(block.low));
  return block.bytes + block.low;
}

absl::Status TableWriter::EndBlock(Block& block) {
  DL_ASSIGN_OR_RETURN(const uint32_t number, WriteBlock(block));
  return AddChild(block.level + 1, number, block.first_key, block.first_piece);
}

absl::StatusOr<uint32_t> TableWriter::WriteBlock(Block& block) {
  const size_t free_bytes = block.free_bytes();
  Put32(block.bytes, kRevision);
  block.bytes[4] = static_cast<char>(block.level);
  // The gap between directory and items, and all that is free, are the same.
  Put16(block.bytes + 5, free_bytes);
  Put16(block.bytes + 7, free_bytes);
  Put16(block.bytes + 9, kHeaderBytes + kDirectoryEntryBytes * block.directory.size());
  for (size_t i = 0; i < block.directory.size(); ++i) {
    Put16(block.bytes + kHeaderBytes + kDirectoryEntryBytes * i, block.directory[i]);
  }
  const absl::string_view bytes(block.bytes, kBlockBytes);
  checksummer_.Append(bytes);
  DL_RETURN_IF_ERROR(file_.Append(bytes));
  return blocks_++;
}

absl::StatusOr<TableRoot> TableWriter::Finish() {
  TableRoot root;
  // Parents end after their last child; what has no parent is the root.
  for (size_t level = 0; level < levels_.size(); ++level) {
    if (level + 1 < levels_.size()) {
      DL_RETURN_IF_ERROR(EndBlock(*levels_[level]));
      continue;
    }
    DL_ASSIGN_OR_RETURN(root.block, WriteBlock(*levels_[level]));
    root.level = static_cast<uint32_t>(level);
  }
  root.entries = entries_;
  root.blocks = blocks_;
  root.checksum = checksummer_.Finish();
  DL_RETURN_IF_ERROR(file_.Close(options_.sync));
  return root;
}

}  // namespace dateline::build::glass
