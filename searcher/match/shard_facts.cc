#include "searcher/match/shard_facts.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "core/article/article.h"
#include "core/base/coding.h"
#include "core/index/schema.h"

namespace dateline::match {
namespace {

class ColumnFacts : public ShardFacts {
 public:
  ColumnFacts(const index::Columns& columns, const index::Tombstones* tombstones)
      : ShardFacts(tombstones), columns_(columns) {}

  const index::Columns* columns() const override { return &columns_; }

  int64_t Instant(uint32_t docid) override { return columns_.instants()[docid - 1]; }
  base::DocKey Key(uint32_t docid) override { return columns_.key(docid - 1); }

  index::Story Story(uint32_t docid) override { return columns_.story(docid - 1); }
  uint32_t Documents() override { return columns_.documents(); }

  void Names(index::NameField field, uint32_t docid, std::vector<uint32_t>& numbers) override {
    const absl::Span<const uint32_t> ordinals = columns_.names(field).at(docid - 1);
    numbers.assign(ordinals.begin(), ordinals.end());
  }
  const index::FacetName& Name(index::NameField field, uint32_t number) const override {
    return columns_.names(field).name(number);
  }

 private:
  const index::Columns& columns_;
};

class ValueFacts : public ShardFacts {
 public:
  ValueFacts(const Xapian::Database& database, const index::Tombstones* tombstones)
      : ShardFacts(tombstones), database_(database) {}

  int64_t Instant(uint32_t docid) override {
    const std::string value = Value(docid, index::kInstantSlot);
    if (value.size() != 8) return article::kUndated;
    return static_cast<int64_t>(base::ReadBigEndian64(value.data()) ^ (uint64_t{1} << 63));
  }
  base::DocKey Key(uint32_t docid) override {
    const std::string value = Value(docid, index::kKeySlot);
    return value.size() == 16 ? base::DocKeyFromBytes(value) : base::DocKey();
  }
  index::Story Story(uint32_t docid) override { return index::StoryFromBytes(Value(docid, index::kStorySlot)); }
  uint32_t Documents() override { return database_.get_doccount(); }

  void Names(index::NameField field, uint32_t docid, std::vector<uint32_t>& numbers) override {
    names_[static_cast<size_t>(field)].Number(Value(docid, index::FormatOf(field).slot), numbers);
  }
  const index::FacetName& Name(index::NameField field, uint32_t number) const override {
    return *names_[static_cast<size_t>(field)].names[number];
  }

 private:
  // Numbers for names in the order in which they are met.
  struct Numbering {
    std::map<index::FacetName, uint32_t> numbers;
    std::vector<const index::FacetName*> names;  // the keys of `numbers`, which never move

    void Number(const std::string& value, std::vector<uint32_t>& out) {
      out.clear();
      for (index::FacetName& name : index::DecodeNames(value)) {
        const auto [entry, added] = numbers.try_emplace(std::move(name), static_cast<uint32_t>(names.size()));
        if (added) names.push_back(&entry->first);
        out.push_back(entry->second);
      }
    }
  };

  std::string Value(uint32_t docid, uint32_t slot) { return database_.get_document(docid).get_value(slot); }

  Xapian::Database database_;
  std::array<Numbering, index::kNameFieldCount> names_;
};

}  // namespace

uint32_t ShardFacts::LiveIn(uint32_t first, uint32_t last) const {
  const uint32_t all = last - first + 1;
  if (tombstones_ == nullptr) return all;
  const absl::Span<const uint32_t> dead = tombstones_->docids();
  const auto begin = std::lower_bound(dead.begin(), dead.end(), first);
  return all - static_cast<uint32_t>(std::upper_bound(begin, dead.end(), last) - begin);
}

std::unique_ptr<ShardFacts> FactsFromColumns(const index::Columns& columns, const index::Tombstones* tombstones) {
  return std::make_unique<ColumnFacts>(columns, tombstones);
}

std::unique_ptr<ShardFacts> FactsFromValues(const Xapian::Database& database, const index::Tombstones* tombstones) {
  return std::make_unique<ValueFacts>(database, tombstones);
}

}  // namespace dateline::match
