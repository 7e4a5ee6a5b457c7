#include "core/index/columns.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "core/base/coding.h"
#include "core/base/status_macros.h"

namespace dateline::index {
namespace {

// File := header, section table, sections. Header: magic (8), version (4), section count (4), documents (8), shard
// hash (8). Table entry: offset (8), bytes (8). Sections begin at multiples of 64 bytes, in this order.
constexpr absl::string_view kMagic = "DLCOLUMN";
constexpr uint32_t kVersion = 1;
constexpr size_t kHeaderBytes = 32;
constexpr size_t kAlignment = 64;
enum Section : size_t {
  kLengths,
  kInstants,
  kKeys,
  kOutlets,
  kBylineOffsets,
  kBylineValues,
  kOutletNames,
  kBylineNames,
  kSectionCount,
};

absl::Status Damaged(const std::string& path, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(path, ": ", what));
}

template <typename T>
std::string BytesOf(const std::vector<T>& values) {
  return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

template <typename T>
absl::Span<const T> SpanOf(absl::string_view bytes) {
  return absl::MakeConstSpan(reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T));
}

void PadTo(std::string& out, size_t alignment) { out.resize((out.size() + alignment - 1) / alignment * alignment); }

// Do the ordinals stay within the dictionary?
bool InRange(absl::Span<const uint32_t> ordinals, uint32_t low, uint32_t high) {
  return std::all_of(ordinals.begin(), ordinals.end(), [&](uint32_t o) { return o >= low && o <= high; });
}

}  // namespace

absl::StatusOr<std::unique_ptr<Columns>> Columns::Open(const std::string& path, uint64_t shard_hash) {
  std::unique_ptr<Columns> columns(new Columns());
  DL_ASSIGN_OR_RETURN(columns->file_, base::MappedFile::Open(path));
  DL_RETURN_IF_ERROR(columns->Parse(path, shard_hash));
  return columns;
}

absl::Status Columns::Parse(const std::string& path, uint64_t shard_hash) {
  const absl::string_view bytes = file_.bytes();
  base::Decoder in(bytes);
  if (in.Bytes(kMagic.size()) != kMagic) return Damaged(path, "is not a column file");
  const uint32_t version = in.Fixed32();
  const uint32_t section_count = in.Fixed32();
  const uint64_t documents = in.Fixed64();
  const uint64_t owner = in.Fixed64();
  if (!in.ok()) return Damaged(path, "is cut short");
  if (version != kVersion) return absl::FailedPreconditionError(absl::StrCat(path, ": unknown version ", version));
  if (section_count != kSectionCount) return Damaged(path, "has a wrong number of sections");
  if (owner != shard_hash) return absl::FailedPreconditionError(absl::StrCat(path, ": belongs to another shard"));

  std::array<absl::string_view, kSectionCount> sections;
  for (absl::string_view& section : sections) {
    const uint64_t offset = in.Fixed64();
    const uint64_t size = in.Fixed64();
    if (!in.ok() || offset % kAlignment != 0 || offset > bytes.size() || size > bytes.size() - offset) {
      return Damaged(path, "a section lies outside the file");
    }
    section = bytes.substr(offset, size);
  }
  if (documents > bytes.size() || sections[kLengths].size() != documents * 4 ||
      sections[kInstants].size() != documents * 8 || sections[kKeys].size() != documents * 16 ||
      sections[kOutlets].size() != documents * 4 || sections[kBylineOffsets].size() != (documents + 1) * 4) {
    return Damaged(path, "a section has a wrong size");
  }
  lengths_ = SpanOf<uint32_t>(sections[kLengths]);
  instants_ = SpanOf<int64_t>(sections[kInstants]);
  keys_ = SpanOf<uint64_t>(sections[kKeys]);
  outlets_ = SpanOf<uint32_t>(sections[kOutlets]);
  byline_offsets_ = SpanOf<uint32_t>(sections[kBylineOffsets]);
  byline_values_ = SpanOf<uint32_t>(sections[kBylineValues]);
  outlet_names_.names_ = DecodeNames(sections[kOutletNames]);
  byline_names_.names_ = DecodeNames(sections[kBylineNames]);
  if (!std::is_sorted(byline_offsets_.begin(), byline_offsets_.end()) || byline_offsets_.front() != 0 ||
      byline_offsets_.back() != byline_values_.size() || !InRange(outlets_, 0, outlet_names_.size()) ||
      !InRange(byline_values_, 1, byline_names_.size())) {
    return Damaged(path, "an ordinal or offset is out of range");
  }
  return absl::OkStatus();
}

uint32_t ColumnsBuilder::NameTable::Intern(const FacetName& name) {
  std::string bytes;
  AppendName(bytes, name);
  const auto [entry, added] = numbers_.try_emplace(std::move(bytes), static_cast<uint32_t>(names_.size()));
  if (added) names_.push_back(name);
  return entry->second;
}

std::vector<uint32_t> ColumnsBuilder::NameTable::Sort(std::string& bytes) const {
  std::vector<uint32_t> by_name(names_.size());
  std::iota(by_name.begin(), by_name.end(), 0U);
  std::sort(by_name.begin(), by_name.end(), [this](uint32_t a, uint32_t b) { return names_[a] < names_[b]; });
  std::vector<uint32_t> ordinals(names_.size());
  for (uint32_t i = 0; i < by_name.size(); ++i) {
    ordinals[by_name[i]] = i + 1;
    AppendName(bytes, names_[by_name[i]]);
  }
  return ordinals;
}

void ColumnsBuilder::Add(const ColumnRow& row) {
  lengths_.push_back(row.length);
  instants_.push_back(row.instant);
  keys_.push_back(row.key.high);
  keys_.push_back(row.key.low);
  outlets_.push_back(row.outlets.empty() ? 0 : outlet_names_.Intern(row.outlets.front()) + 1);
  for (const FacetName& byline : row.bylines) byline_values_.push_back(byline_names_.Intern(byline));
  byline_offsets_.push_back(static_cast<uint32_t>(byline_values_.size()));
}

std::string ColumnsBuilder::Finish(uint64_t shard_hash) && {
  std::array<std::string, kSectionCount> sections;
  const std::vector<uint32_t> outlet_ordinals = outlet_names_.Sort(sections[kOutletNames]);
  const std::vector<uint32_t> byline_ordinals = byline_names_.Sort(sections[kBylineNames]);
  for (uint32_t& outlet : outlets_) outlet = outlet == 0 ? 0 : outlet_ordinals[outlet - 1];
  for (uint32_t& byline : byline_values_) byline = byline_ordinals[byline];
  for (size_t row = 0; row + 1 < byline_offsets_.size(); ++row) {
    std::sort(byline_values_.begin() + byline_offsets_[row], byline_values_.begin() + byline_offsets_[row + 1]);
  }
  sections[kLengths] = BytesOf(lengths_);
  sections[kInstants] = BytesOf(instants_);
  sections[kKeys] = BytesOf(keys_);
  sections[kOutlets] = BytesOf(outlets_);
  sections[kBylineOffsets] = BytesOf(byline_offsets_);
  sections[kBylineValues] = BytesOf(byline_values_);

  std::string out(kMagic);
  base::AppendFixed32(out, kVersion);
  base::AppendFixed32(out, kSectionCount);
  base::AppendFixed64(out, documents());
  base::AppendFixed64(out, shard_hash);
  static_assert(kMagic.size() + 4 + 4 + 8 + 8 == kHeaderBytes);
  size_t offset = kHeaderBytes + kSectionCount * 16;
  for (const std::string& section : sections) {
    offset = (offset + kAlignment - 1) / kAlignment * kAlignment;
    base::AppendFixed64(out, offset);
    base::AppendFixed64(out, section.size());
    offset += section.size();
  }
  for (const std::string& section : sections) {
    PadTo(out, kAlignment);
    out += section;
  }
  return out;
}

}  // namespace dateline::index
