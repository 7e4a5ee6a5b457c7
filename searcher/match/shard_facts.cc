#include "searcher/match/shard_facts.h"

#include <map>
#include <string>

#include "core/article/article.h"
#include "core/base/coding.h"
#include "core/index/schema.h"

namespace dateline::match {
namespace {

class ColumnFacts : public ShardFacts {
 public:
  explicit ColumnFacts(const index::Columns& columns) : columns_(columns) {}

  int64_t Instant(uint32_t docid) override { return columns_.instants()[docid - 1]; }
  base::DocKey Key(uint32_t docid) override { return columns_.key(docid - 1); }

  void Outlets(uint32_t docid, std::vector<uint32_t>& numbers) override {
    numbers.clear();
    const uint32_t ordinal = columns_.outlets()[docid - 1];
    if (ordinal != 0) numbers.push_back(ordinal);
  }
  void Bylines(uint32_t docid, std::vector<uint32_t>& numbers) override {
    const absl::Span<const uint32_t> ordinals = columns_.bylines(docid - 1);
    numbers.assign(ordinals.begin(), ordinals.end());
  }
  const index::FacetName& OutletName(uint32_t number) const override { return columns_.outlet_names().name(number); }
  const index::FacetName& BylineName(uint32_t number) const override { return columns_.byline_names().name(number); }

 private:
  const index::Columns& columns_;
};

class ValueFacts : public ShardFacts {
 public:
  explicit ValueFacts(const Xapian::Database& database) : database_(database) {}

  int64_t Instant(uint32_t docid) override {
    const std::string value = Value(docid, index::kInstantSlot);
    if (value.size() != 8) return article::kUndated;
    return static_cast<int64_t>(base::ReadBigEndian64(value.data()) ^ (uint64_t{1} << 63));
  }
  base::DocKey Key(uint32_t docid) override {
    const std::string value = Value(docid, index::kKeySlot);
    return value.size() == 16 ? base::DocKeyFromBytes(value) : base::DocKey();
  }
  void Outlets(uint32_t docid, std::vector<uint32_t>& numbers) override {
    outlets_.Number(Value(docid, index::kOutletSlot), numbers);
  }
  void Bylines(uint32_t docid, std::vector<uint32_t>& numbers) override {
    bylines_.Number(Value(docid, index::kBylineSlot), numbers);
  }
  const index::FacetName& OutletName(uint32_t number) const override { return *outlets_.names[number]; }
  const index::FacetName& BylineName(uint32_t number) const override { return *bylines_.names[number]; }

 private:
  // Numbers for names in the order in which they are met.
  struct Names {
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
  Names outlets_;
  Names bylines_;
};

}  // namespace

std::unique_ptr<ShardFacts> FactsFromColumns(const index::Columns& columns) {
  return std::make_unique<ColumnFacts>(columns);
}

std::unique_ptr<ShardFacts> FactsFromValues(const Xapian::Database& database) {
  return std::make_unique<ValueFacts>(database);
}

}  // namespace dateline::match
