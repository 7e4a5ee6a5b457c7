#include "core/index/tombstones.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/coding.h"
#include "core/base/status_macros.h"

namespace dateline::index {
namespace {

// File := header, docids (4 each), number of terms (8), terms, sum of lengths (8). Header: magic (8), version (4),
// reserved (4), shard hash (8), number of docids (4), reserved (4). Term: string, varint.
constexpr absl::string_view kMagic = "DLTOMBST";
constexpr uint32_t kVersion = 1;
// A term of one byte: its length, itself, its number.
constexpr uint64_t kMinTermBytes = 3;

absl::Status Damaged(const std::string& path, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(path, ": ", what));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Tombstones>> Tombstones::Open(const std::string& path, uint64_t shard_hash) {
  std::unique_ptr<Tombstones> tombstones(new Tombstones());
  DL_ASSIGN_OR_RETURN(tombstones->file_, base::MappedFile::Open(path));
  DL_RETURN_IF_ERROR(tombstones->Parse(path, shard_hash));
  return tombstones;
}

absl::Status Tombstones::Parse(const std::string& path, uint64_t shard_hash) {
  base::Decoder in(file_.bytes());
  if (in.Bytes(kMagic.size()) != kMagic) return Damaged(path, "is not a file of tombstones");
  const uint32_t version = in.Fixed32();
  in.Fixed32();
  const uint64_t owner = in.Fixed64();
  const uint32_t count = in.Fixed32();
  in.Fixed32();
  const absl::string_view docids = in.Bytes(uint64_t{count} * 4);
  if (!in.ok()) return Damaged(path, "is cut short");
  if (version != kVersion) return absl::FailedPreconditionError(absl::StrCat(path, ": unknown version ", version));
  if (owner != shard_hash) return Damaged(path, "belongs to another shard");
  docids_ = absl::MakeConstSpan(reinterpret_cast<const uint32_t*>(docids.data()), count);

  const auto not_ascending = [](const auto& a, const auto& b) { return a >= b; };
  if (count == 0 || docids_.front() == 0 || docids_.back() > kMaxDeadDocid ||
      std::adjacent_find(docids_.begin(), docids_.end(), not_ascending) != docids_.end()) {
    return Damaged(path, "the numbers of the dead are no ascending row");
  }
  bitmap_.resize(docids_.back() / 64 + 1);
  for (const uint32_t docid : docids_) bitmap_[docid / 64] |= uint64_t{1} << docid % 64;

  const uint64_t terms = in.Fixed64();
  if (terms > in.rest().size() / kMinTermBytes) return Damaged(path, "is cut short");
  terms_.reserve(terms);
  for (uint64_t i = 0; i < terms; ++i) {
    const absl::string_view term = in.String();
    const uint64_t dead = in.Varint();
    if (!in.ok()) return Damaged(path, "is cut short");
    if (dead == 0 || dead > count || (!terms_.empty() && terms_.back().first >= term)) {
      return Damaged(path, "the terms of the dead are no ascending row");
    }
    terms_.emplace_back(term, dead);
  }
  total_length_ = in.Fixed64();
  if (!in.ok()) return Damaged(path, "is cut short");
  if (!in.empty()) return Damaged(path, "goes on behind its end");
  return absl::OkStatus();
}

uint64_t Tombstones::DeadWith(absl::string_view term) const {
  const auto found = std::lower_bound(terms_.begin(), terms_.end(), term,
                                      [](const auto& entry, absl::string_view value) { return entry.first < value; });
  return found != terms_.end() && found->first == term ? found->second : 0;
}

std::string EncodeTombstones(uint64_t shard_hash, absl::Span<const uint32_t> docids,
                             const std::map<std::string, uint32_t>& terms, uint64_t total_length) {
  std::string out(kMagic);
  base::AppendFixed32(out, kVersion);
  base::AppendFixed32(out, 0);
  base::AppendFixed64(out, shard_hash);
  base::AppendFixed32(out, static_cast<uint32_t>(docids.size()));
  base::AppendFixed32(out, 0);
  for (const uint32_t docid : docids) base::AppendFixed32(out, docid);
  base::AppendFixed64(out, terms.size());
  for (const auto& [term, dead] : terms) {
    base::AppendString(out, term);
    base::AppendVarint(out, dead);
  }
  base::AppendFixed64(out, total_length);
  return out;
}

}  // namespace dateline::index
