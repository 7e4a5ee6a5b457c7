#include "searcher/match/facet_counter.h"

#include <algorithm>
#include <compare>
#include <memory>
#include <utility>

namespace dateline::match {
namespace {

using Names = std::vector<CountedName>;

// A head costs more to sort than one that was not counted to look at.
constexpr uint32_t kHeadsForEachOfFew = 64;

// Which of the numbers from 1 to `last` were counted, ascending. Found without a branch for each, for in a large
// dictionary nobody can guess it: first groups of which some were, then those.
std::vector<uint32_t> Counted(const uint32_t* counts, uint32_t last) {
  constexpr uint32_t kGroup = 4;
  const uint32_t whole = last / kGroup;
  const std::unique_ptr<uint32_t[]> groups(new uint32_t[whole + 1]);
  size_t group_count = 0;
  for (uint32_t group = 0; group < whole; ++group) {
    const uint32_t* const of = counts + 1 + size_t{group} * kGroup;
    groups[group_count] = 1 + group * kGroup;
    group_count += (of[0] | of[1] | of[2] | of[3]) != 0 ? 1 : 0;
  }
  std::vector<uint32_t> counted(group_count * kGroup + kGroup);
  size_t found = 0;
  const auto look_at = [&](uint32_t number) {
    counted[found] = number;
    found += counts[number] != 0 ? 1 : 0;
  };
  for (size_t group = 0; group < group_count; ++group) {
    for (uint32_t i = 0; i < kGroup; ++i) look_at(groups[group] + i);
  }
  for (uint32_t number = 1 + whole * kGroup; number <= last; ++number) look_at(number);
  counted.resize(found);
  return counted;
}

// How two lists of names are compared: by rank where the names have one, else as text, which shards without columns
// need.
struct ByRank {
  static auto Order(const CountedName& a, const CountedName& b) { return a.rank.name <=> b.rank.name; }
  static bool SameFold(const CountedName& a, const CountedName& b) { return a.rank.fold == b.rank.fold; }
};
struct ByText {
  static auto Order(const CountedName& a, const CountedName& b) { return *a.name <=> *b.name; }
  static bool SameFold(const CountedName& a, const CountedName& b) { return a.name->folded == b.name->folded; }
};

template <typename By>
void SetSameFolds(Names& names) {
  for (size_t i = 0; i < names.size(); ++i) names[i].same_fold = i > 0 && By::SameFold(names[i], names[i - 1]);
}

// Both lists as one, without branches: which of them has the next name nobody can guess.
template <typename By>
Names Merge(const Names& a, const Names& b) {
  Names sum(a.size() + b.size());
  size_t i = 0;
  size_t j = 0;
  size_t size = 0;
  while (i < a.size() && j < b.size()) {
    const auto order = By::Order(a[i], b[j]);
    CountedName& next = sum[size++];
    next = *(order <= 0 ? &a[i] : &b[j]);
    next.count += order == 0 ? b[j].count : 0;
    i += order <= 0 ? 1 : 0;
    j += order >= 0 ? 1 : 0;
  }
  for (; i < a.size(); ++i) sum[size++] = a[i];
  for (; j < b.size(); ++j) sum[size++] = b[j];
  sum.resize(size);
  SetSameFolds<By>(sum);
  return sum;
}

void AddNames(Names from, Names& to) {
  if (from.empty()) return;
  if (to.empty()) {
    to = std::move(from);
  } else {
    const bool ranked = from.front().rank.name > 0 && to.front().rank.name > 0;
    to = ranked ? Merge<ByRank>(to, from) : Merge<ByText>(to, from);
  }
}

}  // namespace

NameCounter::NameCounter(index::NameField field, ShardFacts& facts)
    : facts_(facts),
      field_(field),
      column_(facts.columns() == nullptr ? nullptr : &facts.columns()->names(field)),
      ranks_(facts.RanksOf(field)),
      few_limit_(column_ == nullptr ? 0 : LaneSize() / kHeadsForEachOfFew) {}

void NameCounter::Count(absl::Span<const uint32_t> docids) {
  if (column_ == nullptr) return CountValues(docids);
  if (column_->size() == 0) {
    none_ += docids.size();
    return;
  }
  if (counts_.empty()) {
    if (few_.size() + docids.size() <= few_limit_) {
      for (const uint32_t docid : docids) few_.push_back(column_->heads()[docid - 1]);
      return;
    }
    BeginCounts();
  }
  in_lanes_ ? CountHeads<true>(docids) : CountHeads<false>(docids);
}

void NameCounter::BeginCounts() {
  in_lanes_ = LaneSize() <= kMostHeadsInLanes;
  counts_.resize(in_lanes_ ? kLanes * LaneSize() : kLanes - 1 + LaneSize());
  for (const uint32_t head : few_) ++counts_[head == 0 || in_lanes_ ? head : head + kLanes - 1];
  few_.clear();
}

template <bool in_lanes>
void NameCounter::CountHeads(absl::Span<const uint32_t> docids) {
  const uint32_t* const heads = column_->heads().data();
  uint32_t* const counts = counts_.data();
  const size_t step = LaneSize();
  const auto count = [&](size_t lane, uint32_t docid) {
    const uint32_t head = heads[docid - 1];
    ++counts[in_lanes ? lane * step + head : head == 0 ? lane : head + kLanes - 1];
  };
  size_t i = 0;
  for (; i + kLanes <= docids.size(); i += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) count(lane, docids[i + lane]);
  }
  for (; i < docids.size(); ++i) count(0, docids[i]);
}

uint32_t* NameCounter::SumLanes() {
  uint32_t* const counts = counts_.data();
  if (in_lanes_) {
    const size_t step = LaneSize();
    for (size_t lane = 1; lane < kLanes; ++lane) {
      for (size_t head = 0; head < step; ++head) counts[head] += counts[lane * step + head];
    }
    return counts;
  }
  for (size_t lane = 0; lane + 1 < kLanes; ++lane) counts[kLanes - 1] += counts[lane];
  return counts + kLanes - 1;
}

void NameCounter::CountValues(absl::Span<const uint32_t> docids) {
  std::vector<uint32_t> numbers;
  for (const uint32_t docid : docids) {
    facts_.Names(field_, docid, numbers);
    if (numbers.empty()) ++none_;
    for (const uint32_t number : numbers) {
      if (number >= counts_.size()) counts_.resize(number + 1);
      ++counts_[number];
    }
  }
}

inline CountedName NameCounter::NameOf(uint32_t ordinal, uint64_t count, uint32_t before) const {
  const bool same_fold = before != 0 && column_->fold(ordinal) == column_->fold(before);
  return CountedName{&column_->name(ordinal), count, same_fold, ranks_.empty() ? NameRank() : ranks_[ordinal - 1]};
}

std::vector<uint32_t> NameCounter::OrdinalsOfFew() const {
  std::vector<uint32_t> ordinals;
  ordinals.reserve(few_.size());
  for (const uint32_t head : few_) {
    if (head <= column_->size()) {
      ordinals.push_back(head);
    } else {
      const absl::Span<const uint32_t> set = column_->set(head - column_->size());
      ordinals.insert(ordinals.end(), set.begin(), set.end());
    }
  }
  std::sort(ordinals.begin(), ordinals.end());
  return ordinals;
}

Names NameCounter::NamesOfFew(uint64_t& none) const {
  const std::vector<uint32_t> ordinals = OrdinalsOfFew();
  Names names;
  uint32_t before = 0;
  for (auto first = ordinals.begin(); first != ordinals.end();) {
    const auto end = std::find_if(first, ordinals.end(), [first](uint32_t ordinal) { return ordinal != *first; });
    const auto count = static_cast<uint64_t>(end - first);
    if (*first == 0) {
      none += count;
    } else {
      names.push_back(NameOf(*first, count, before));
    }
    before = *first;
    first = end;
  }
  return names;
}

void NameCounter::ShareOutSets(uint32_t* counts) const {
  const uint32_t* const of_sets = counts + column_->size();
  for (const uint32_t set : Counted(of_sets, column_->sets())) {
    for (const uint32_t ordinal : column_->set(set)) counts[ordinal] += of_sets[set];
  }
}

Names NameCounter::NamesOfColumn(const uint32_t* counts) const {
  const std::vector<uint32_t> ordinals = Counted(counts, column_->size());
  Names names(ordinals.size());
  uint32_t before = 0;
  for (size_t i = 0; i < ordinals.size(); ++i) {
    names[i] = NameOf(ordinals[i], counts[ordinals[i]], before);
    before = ordinals[i];
  }
  return names;
}

Names NameCounter::NamesOfValues() const {
  Names names;
  for (uint32_t number = 0; number < counts_.size(); ++number) {
    if (counts_[number] > 0) names.push_back(CountedName{&facts_.Name(field_, number), counts_[number]});
  }
  std::sort(names.begin(), names.end(),
            [](const CountedName& a, const CountedName& b) { return ByText::Order(a, b) < 0; });
  SetSameFolds<ByText>(names);
  return names;
}

void NameCounter::AddTo(Names& names, uint64_t& none) {
  Names own;
  none += none_;
  if (column_ == nullptr) {
    own = NamesOfValues();
  } else if (counts_.empty()) {
    own = NamesOfFew(none);
  } else {
    uint32_t* const counts = SumLanes();
    none += counts[0];
    ShareOutSets(counts);
    own = NamesOfColumn(counts);
  }
  AddNames(std::move(own), names);
}

MatchCounter::MatchCounter(const plan::QueryPlan& plan, ShardFacts& facts) : facts_(facts) {
  for (size_t i = 0; i < plan.facets.size(); ++i) {
    if (plan.facets[i].lifted != plan::kNoFilter) continue;
    const plan::FacetField field = plan.facets[i].field;
    if (const absl::optional<index::NameField> names = plan::NamesOf(field)) {
      names_.push_back({i, NameCounter(*names, facts)});
    } else {
      periods_.push_back({i, TimeBuckets(IntervalOf(field), absl::UTCTimeZone())});
    }
  }
  if (plan.histogram) histogram_.emplace(plan.histogram->interval, plan.histogram->zone);
}

void MatchCounter::Count(absl::Span<const uint32_t> docids) {
  for (Facet<NameCounter>& facet : names_) facet.counter.Count(docids);
  for (Facet<TimeBuckets>& facet : periods_) facet.counter.Count(facts_, docids);
  if (histogram_) histogram_->Count(facts_, docids);
}

void MatchCounter::AddTo(MatchResult& result) {
  for (Facet<NameCounter>& facet : names_) {
    FacetCounts& counts = result.facets[facet.place];
    facet.counter.AddTo(counts.names, counts.none);
  }
  for (const Facet<TimeBuckets>& facet : periods_) {
    FacetCounts& counts = result.facets[facet.place];
    facet.counter.AddTo(counts.periods, counts.none);
  }
  if (histogram_) histogram_->AddTo(result.histogram.buckets, result.histogram.undated);
}

void AddCounts(MatchResult from, MatchResult& to) {
  to.total += from.total;
  to.total_exact = to.total_exact && from.total_exact;
  for (size_t i = 0; i < to.facets.size(); ++i) {
    AddNames(std::move(from.facets[i].names), to.facets[i].names);
    AddPeriods(std::move(from.facets[i].periods), to.facets[i].periods);
    to.facets[i].none += from.facets[i].none;
  }
  AddPeriods(std::move(from.histogram.buckets), to.histogram.buckets);
  to.histogram.undated += from.histogram.undated;
}

}  // namespace dateline::match
