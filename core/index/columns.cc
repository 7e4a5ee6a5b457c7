#include "core/index/columns.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/coding.h"
#include "core/base/status_macros.h"

namespace dateline::index {
namespace {

// File := header, section table, sections. Header: magic (8), version (4), section count (4), documents (8), shard
// hash (8). Table entry: offset (8), bytes (8). Sections begin at multiples of 64 bytes, in this order.
constexpr absl::string_view kMagic = "DLCOLUMN";
constexpr uint32_t kVersion = 2;
constexpr size_t kHeaderBytes = 32;
constexpr size_t kAlignment = 64;
enum Section : size_t {
  kLengths,
  kInstants,
  kKeys,
  kStoryKeys,
  kStoryVersions,
  kFirstNameSection,  // offsets, ordinals and names of each NameField in turn
  kSectionCount = kFirstNameSection + 3 * kNameFieldCount,
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

void NameColumn::SetNames(std::vector<FacetName> names) {
  names_ = std::move(names);
  folds_.assign(names_.size(), 0);
  for (size_t i = 1; i < names_.size(); ++i) {
    folds_[i] = folds_[i - 1] + (names_[i].folded == names_[i - 1].folded ? 0 : 1);
  }
}

void NameColumn::FindHeads() {
  if (offsets_.empty()) return;
  heads_.resize(offsets_.size() - 1);
  absl::flat_hash_map<absl::Span<const uint32_t>, uint32_t> sets;
  for (uint32_t row = 0; row < heads_.size(); ++row) {
    const absl::Span<const uint32_t> ordinals = at(row);
    if (ordinals.size() > 1) {
      sets.try_emplace(ordinals, 0);
    } else {
      heads_[row] = ordinals.empty() ? 0 : ordinals.front();
    }
  }
  NumberSets(sets);
  for (uint32_t row = 0; row < heads_.size(); ++row) {
    const absl::Span<const uint32_t> ordinals = at(row);
    if (ordinals.size() > 1) heads_[row] = size() + sets[ordinals];
  }
}

void NameColumn::NumberSets(absl::flat_hash_map<absl::Span<const uint32_t>, uint32_t>& sets) {
  std::vector<absl::Span<const uint32_t>> ordered;
  ordered.reserve(sets.size());
  for (const auto& [ordinals, number] : sets) ordered.push_back(ordinals);
  std::sort(ordered.begin(), ordered.end(), [](absl::Span<const uint32_t> a, absl::Span<const uint32_t> b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  for (const absl::Span<const uint32_t> ordinals : ordered) {
    set_ordinals_.insert(set_ordinals_.end(), ordinals.begin(), ordinals.end());
    set_ends_.push_back(static_cast<uint32_t>(set_ordinals_.size()));
    sets[ordinals] = static_cast<uint32_t>(set_ends_.size() - 1);
  }
}

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
      sections[kStoryKeys].size() != documents * 8 || sections[kStoryVersions].size() != documents * 4) {
    return Damaged(path, "a section has a wrong size");
  }
  lengths_ = SpanOf<uint32_t>(sections[kLengths]);
  instants_ = SpanOf<int64_t>(sections[kInstants]);
  keys_ = SpanOf<uint64_t>(sections[kKeys]);
  story_keys_ = SpanOf<uint64_t>(sections[kStoryKeys]);
  story_versions_ = SpanOf<uint32_t>(sections[kStoryVersions]);
  for (size_t field = 0; field < kNameFieldCount; ++field) {
    NameColumn& column = names_[field];
    const size_t first = kFirstNameSection + 3 * field;
    column.offsets_ = SpanOf<uint32_t>(sections[first]);
    column.ordinals_ = SpanOf<uint32_t>(sections[first + 1]);
    column.SetNames(DecodeNames(sections[first + 2]));
    const bool single = sections[first].empty();
    if (single ? sections[first + 1].size() != documents * 4 : sections[first].size() != (documents + 1) * 4) {
      return Damaged(path, "a section has a wrong size");
    }
    const bool offsets_fit =
        single || (column.offsets_.front() == 0 && column.offsets_.back() == column.ordinals_.size() &&
                   std::is_sorted(column.offsets_.begin(), column.offsets_.end()));
    if (!offsets_fit || !InRange(column.ordinals_, single ? 0 : 1, column.size())) {
      return Damaged(path, "an ordinal or offset is out of range");
    }
    column.FindHeads();
  }
  return absl::OkStatus();
}

void ColumnsBuilder::NameColumnBuilder::Add(const std::vector<FacetName>& names) {
  for (const FacetName& name : names) values_.push_back(Intern(name));
  offsets_.push_back(static_cast<uint32_t>(values_.size()));
  several_ = several_ || names.size() > 1;
}

uint32_t ColumnsBuilder::NameColumnBuilder::Intern(const FacetName& name) {
  std::string bytes;
  AppendName(bytes, name);
  const auto [entry, added] = numbers_.try_emplace(std::move(bytes), static_cast<uint32_t>(names_.size()));
  if (added) names_.push_back(name);
  return entry->second;
}

std::vector<uint32_t> ColumnsBuilder::NameColumnBuilder::SortNames(std::string& bytes) const {
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

ColumnsBuilder::NameColumnBuilder::Sections ColumnsBuilder::NameColumnBuilder::Finish() && {
  Sections sections;
  const std::vector<uint32_t> ordinals = SortNames(sections.names);
  for (uint32_t& value : values_) value = ordinals[value];
  if (several_) {
    for (size_t row = 0; row + 1 < offsets_.size(); ++row) {
      std::sort(values_.begin() + offsets_[row], values_.begin() + offsets_[row + 1]);
    }
    sections.offsets = BytesOf(offsets_);
    sections.ordinals = BytesOf(values_);
    return sections;
  }
  std::vector<uint32_t> singles(offsets_.size() - 1);
  for (size_t row = 0; row < singles.size(); ++row) {
    singles[row] = offsets_[row] == offsets_[row + 1] ? 0 : values_[offsets_[row]];
  }
  sections.ordinals = BytesOf(singles);
  return sections;
}

void ColumnsBuilder::Add(const ColumnRow& row) {
  lengths_.push_back(row.length);
  instants_.push_back(row.instant);
  keys_.push_back(row.key.high);
  keys_.push_back(row.key.low);
  story_keys_.push_back(row.story.key);
  story_versions_.push_back(row.story.version);
  for (size_t field = 0; field < kNameFieldCount; ++field) names_[field].Add(row.names[field]);
}

std::string ColumnsBuilder::Finish(uint64_t shard_hash) && {
  std::array<std::string, kSectionCount> sections;
  sections[kLengths] = BytesOf(lengths_);
  sections[kInstants] = BytesOf(instants_);
  sections[kKeys] = BytesOf(keys_);
  sections[kStoryKeys] = BytesOf(story_keys_);
  sections[kStoryVersions] = BytesOf(story_versions_);
  for (size_t field = 0; field < kNameFieldCount; ++field) {
    NameColumnBuilder::Sections parts = std::move(names_[field]).Finish();
    const size_t first = kFirstNameSection + 3 * field;
    sections[first] = std::move(parts.offsets);
    sections[first + 1] = std::move(parts.ordinals);
    sections[first + 2] = std::move(parts.names);
  }

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
