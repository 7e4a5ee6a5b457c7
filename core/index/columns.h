// Columns: the facts about each document of a shard that counting, sorting and scoring need, in docid order, in one
// file that is mapped into memory. Derived from the shard and may be deleted: answers stay the same, only slower.
// FORMAT.md, "Columns", is normative.
//
// Thread-safety: a Columns may be read from any thread; a ColumnsBuilder belongs to one. Ownership: views live as
// long as the Columns. Rows are docid - 1.
#ifndef DATELINE_CORE_INDEX_COLUMNS_H_
#define DATELINE_CORE_INDEX_COLUMNS_H_

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

namespace dateline::index {

// One row, as a builder is given it.
struct ColumnRow {
  uint32_t length = 0;  // sum of wdf
  int64_t instant = 0;  // article::kUndated when not known
  base::DocKey key;
  std::vector<FacetName> outlets;  // none or one
  std::vector<FacetName> bylines;  // distinct `folded`
};

// The names of a facet, by ordinal. Ordinal 0 stands for "none" and is not stored.
class NameDictionary {
 public:
  uint32_t size() const { return static_cast<uint32_t>(names_.size()); }
  // REQUIRES: 1 <= ordinal <= size().
  const FacetName& name(uint32_t ordinal) const { return names_[ordinal - 1]; }

 private:
  friend class Columns;
  std::vector<FacetName> names_;  // ascending
};

class Columns {
 public:
  // Maps `path`. FailedPrecondition when it belongs to another shard (`shard_hash`) or has another version; DataLoss
  // when it is damaged in a way that its own lengths betray (checksums are the manifest's).
  static absl::StatusOr<std::unique_ptr<Columns>> Open(const std::string& path, uint64_t shard_hash);

  uint32_t documents() const { return static_cast<uint32_t>(lengths_.size()); }
  absl::Span<const uint32_t> lengths() const { return lengths_; }
  absl::Span<const int64_t> instants() const { return instants_; }
  base::DocKey key(uint32_t row) const { return {keys_[2 * row], keys_[2 * row + 1]}; }
  absl::Span<const uint32_t> outlets() const { return outlets_; }  // ordinals
  absl::Span<const uint32_t> bylines(uint32_t row) const {         // ordinals, ascending; empty: none
    return byline_values_.subspan(byline_offsets_[row], byline_offsets_[row + 1] - byline_offsets_[row]);
  }
  const NameDictionary& outlet_names() const { return outlet_names_; }
  const NameDictionary& byline_names() const { return byline_names_; }

 private:
  Columns() = default;
  absl::Status Parse(const std::string& path, uint64_t shard_hash);

  base::MappedFile file_;
  absl::Span<const uint32_t> lengths_;
  absl::Span<const int64_t> instants_;
  absl::Span<const uint64_t> keys_;
  absl::Span<const uint32_t> outlets_;
  absl::Span<const uint32_t> byline_offsets_;
  absl::Span<const uint32_t> byline_values_;
  NameDictionary outlet_names_;
  NameDictionary byline_names_;
};

class ColumnsBuilder {
 public:
  void Add(const ColumnRow& row);  // in docid order
  uint32_t documents() const { return static_cast<uint32_t>(lengths_.size()); }

  // The bytes of the file. The builder is spent.
  std::string Finish(uint64_t shard_hash) &&;

 private:
  // Names get provisional numbers as they come; Finish sorts them.
  class NameTable {
   public:
    uint32_t Intern(const FacetName& name);
    // Ordinals by provisional number, and the encoded dictionary in `bytes`.
    std::vector<uint32_t> Sort(std::string& bytes) const;

   private:
    absl::flat_hash_map<std::string, uint32_t> numbers_;  // by the bytes of AppendName
    std::vector<FacetName> names_;
  };

  std::vector<uint32_t> lengths_;
  std::vector<int64_t> instants_;
  std::vector<uint64_t> keys_;
  std::vector<uint32_t> outlets_;  // provisional number + 1, 0 none
  std::vector<uint32_t> byline_offsets_ = {0};
  std::vector<uint32_t> byline_values_;
  NameTable outlet_names_;
  NameTable byline_names_;
};

}  // namespace dateline::index

#endif  // DATELINE_CORE_INDEX_COLUMNS_H_
