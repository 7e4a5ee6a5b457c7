// Columns: the facts about each document of a shard that counting, sorting and scoring need, in docid order, in one
// file that is mapped into memory. Derived from the shard and may be deleted: answers stay the same, only slower.
// FORMAT.md, "Columns", is normative.
//
// Thread-safety: a Columns may be read from any thread; a ColumnsBuilder belongs to one. Ownership: views live as
// long as the Columns. Rows are docid - 1.
#ifndef DATELINE_CORE_INDEX_COLUMNS_H_
#define DATELINE_CORE_INDEX_COLUMNS_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/base/file.h"
#include "core/base/ids.h"
#include "core/index/facet_name.h"
#include "core/index/schema.h"
#include "core/index/story.h"

namespace dateline::index {

// The names of one document, by NameField; of each field distinct `folded`.
using NameLists = std::array<std::vector<FacetName>, kNameFieldCount>;

// One row, as a builder is given it.
struct ColumnRow {
  uint32_t length = 0;  // sum of wdf
  int64_t instant = 0;  // article::kUndated when not known
  base::DocKey key;
  Story story;
  NameLists names;

  std::vector<FacetName>& of(NameField field) { return names[static_cast<size_t>(field)]; }
  const std::vector<FacetName>& of(NameField field) const { return names[static_cast<size_t>(field)]; }
};

// The names of one field: a dictionary, and for each document ordinals of it, from 1 on.
class NameColumn {
 public:
  uint32_t size() const { return static_cast<uint32_t>(names_.size()); }
  // Ascending. REQUIRES: 1 <= ordinal <= size().
  const FacetName& name(uint32_t ordinal) const { return names_[ordinal - 1]; }
  // Ascending; the same for the names that fold to one. REQUIRES: 1 <= ordinal <= size().
  uint32_t fold(uint32_t ordinal) const { return folds_[ordinal - 1]; }

  // Ordinals, ascending; empty: none.
  absl::Span<const uint32_t> at(uint32_t row) const {
    if (offsets_.empty()) return ordinals_.subspan(row, ordinals_[row] == 0 ? 0 : 1);
    return ordinals_.subspan(offsets_[row], offsets_[row + 1] - offsets_[row]);
  }

  // For those who walk through many rows: by row 0 for a document without a name, the ordinal of one that has one
  // only, and for one with several size() and the number of its set, from 1 on. Documents of the same names have the
  // same set.
  absl::Span<const uint32_t> heads() const { return offsets_.empty() ? ordinals_ : absl::MakeConstSpan(heads_); }
  uint32_t sets() const { return static_cast<uint32_t>(set_ends_.size() - 1); }
  // Ordinals, ascending. The sets lie one behind the other, small ones first. REQUIRES: 1 <= number <= sets().
  absl::Span<const uint32_t> set(uint32_t number) const {
    const uint32_t begin = set_ends_[number - 1];
    return absl::MakeConstSpan(set_ordinals_).subspan(begin, set_ends_[number] - begin);
  }

 private:
  friend class Columns;
  void SetNames(std::vector<FacetName> names);
  void FindHeads();  // once offsets, ordinals and names are known
  // Gives each of the sets its number.
  void NumberSets(absl::flat_hash_map<absl::Span<const uint32_t>, uint32_t>& sets);

  std::vector<FacetName> names_;
  std::vector<uint32_t> folds_;         // as names_
  absl::Span<const uint32_t> offsets_;  // empty: one ordinal a document, 0 for none
  absl::Span<const uint32_t> ordinals_;
  std::vector<uint32_t> heads_;  // where there are offsets
  std::vector<uint32_t> set_ordinals_;
  std::vector<uint32_t> set_ends_ = {0};  // in set_ordinals_, by number
};

class Columns {
 public:
  // Maps `path`. FailedPrecondition when it belongs to another shard (`shard_hash`) or has another version; DataLoss
  // when it is damaged in a way that its own lengths betray (checksums are the manifest's).
  static absl::StatusOr<std::unique_ptr<Columns>> Open(const std::string& path, uint64_t shard_hash);

  uint32_t documents() const { return static_cast<uint32_t>(lengths_.size()); }
  absl::Span<const uint32_t> lengths() const { return lengths_; }
  absl::Span<const int64_t> instants() const { return instants_; }
  // What a hit says of a row will soon be wanted.
  void AskFor(uint32_t row) const {
    __builtin_prefetch(&instants_[row]);
    __builtin_prefetch(&keys_[size_t{2} * row]);
  }
  base::DocKey key(uint32_t row) const { return {keys_[2 * row], keys_[2 * row + 1]}; }
  Story story(uint32_t row) const { return {story_keys_[row], story_versions_[row]}; }
  const NameColumn& names(NameField field) const { return names_[static_cast<size_t>(field)]; }

 private:
  Columns() = default;
  absl::Status Parse(const std::string& path, uint64_t shard_hash);

  base::MappedFile file_;
  absl::Span<const uint32_t> lengths_;
  absl::Span<const int64_t> instants_;
  absl::Span<const uint64_t> keys_;
  absl::Span<const uint64_t> story_keys_;
  absl::Span<const uint32_t> story_versions_;
  std::array<NameColumn, kNameFieldCount> names_;
};

class ColumnsBuilder {
 public:
  void Add(const ColumnRow& row);  // in docid order
  uint32_t documents() const { return static_cast<uint32_t>(lengths_.size()); }
  const std::vector<uint32_t>& lengths() const { return lengths_; }

  // The bytes of the file. The builder is spent.
  std::string Finish(uint64_t shard_hash) &&;

 private:
  // One field. Names get provisional numbers as they come; Finish sorts them.
  class NameColumnBuilder {
   public:
    void Add(const std::vector<FacetName>& names);

    struct Sections {
      std::string offsets;
      std::string ordinals;
      std::string names;
    };
    Sections Finish() &&;

   private:
    uint32_t Intern(const FacetName& name);
    // Ordinals by provisional number, and the encoded dictionary in `bytes`.
    std::vector<uint32_t> SortNames(std::string& bytes) const;

    absl::flat_hash_map<std::string, uint32_t> numbers_;  // by the bytes of AppendName
    std::vector<FacetName> names_;
    std::vector<uint32_t> offsets_ = {0};
    std::vector<uint32_t> values_;  // provisional numbers
    bool several_ = false;          // some document has more than one
  };

  std::vector<uint32_t> lengths_;
  std::vector<int64_t> instants_;
  std::vector<uint64_t> keys_;
  std::vector<uint64_t> story_keys_;
  std::vector<uint32_t> story_versions_;
  std::array<NameColumnBuilder, kNameFieldCount> names_;
};

}  // namespace dateline::index

#endif  // DATELINE_CORE_INDEX_COLUMNS_H_
