#include "searcher/match/facet_counter.h"

#include <algorithm>
#include <compare>
#include <memory>
#include <utility>

namespace dateline::match {
namespace {

using Names = std::vector<CountedName>;

// An ordinal costs more to sort than a name of the dictionary to look at.
constexpr uint32_t kNamesForEachOfFew = 64;

bool Precedes(const CountedName& a, const CountedName& b) { return *a.name < *b.name; }

// The first behind `first` that is not before `name`, as `first` is: strides that double, then halves.
Names::const_iterator Seek(Names::const_iterator first, Names::const_iterator end, const CountedName& name) {
  ptrdiff_t step = 1;
  while (end - first > step && Precedes(first[step], name)) {
    first += step;
    step *= 2;
  }
  return std::lower_bound(first + 1, end - first > step ? first + step : end, name, Precedes);
}

void SetSameFold(Names& names, size_t at) {
  names[at].same_fold = at > 0 && names[at].name->folded == names[at - 1].name->folded;
}

// Both lists as one. Costs little more than the shorter of them: most shards are small beside the largest.
Names Merge(const Names& a, const Names& b) {
  const Names& many = a.size() < b.size() ? b : a;
  const Names& few = a.size() < b.size() ? a : b;
  Names sum;
  sum.reserve(a.size() + b.size());
  auto rest = many.begin();
  const auto take = [&](Names::const_iterator end) {
    const size_t first = sum.size();
    sum.insert(sum.end(), rest, end);
    if (end != rest) SetSameFold(sum, first);  // something else may stand before it now
    rest = end;
  };
  const auto compare = [&](const CountedName& name) {
    return rest == many.end() ? std::strong_ordering::greater : *rest->name <=> *name.name;
  };
  for (const CountedName& name : few) {
    auto order = compare(name);
    if (order < 0) {
      take(Seek(rest, many.end(), name));
      order = compare(name);
    }
    sum.push_back(name);
    if (order == 0) sum.back().count += (rest++)->count;
    SetSameFold(sum, sum.size() - 1);
  }
  take(many.end());
  return sum;
}

}  // namespace

NameCounter::NameCounter(index::NameField field, ShardFacts& facts)
    : facts_(facts),
      field_(field),
      column_(facts.columns() == nullptr ? nullptr : &facts.columns()->names(field)),
      few_limit_(column_ == nullptr ? 0 : column_->size() / kNamesForEachOfFew) {}

void NameCounter::Count(absl::Span<const uint32_t> docids) {
  if (column_ == nullptr) return CountValues(docids);
  if (column_->size() == 0) {
    none_ += docids.size();
    return;
  }
  if (counts_.empty()) {
    few_documents_ += docids.size();
    if (few_documents_ <= few_limit_) return KeepOrdinals(docids);
    in_lanes_ = column_->size() <= kMostNamesInLanes;
    counts_.resize(in_lanes_ ? kLanes * LaneSize() : kLanes - 1 + LaneSize());
    for (const uint32_t ordinal : few_) ++counts_[ordinal == 0 || in_lanes_ ? ordinal : ordinal + kLanes - 1];
    few_.clear();
  }
  in_lanes_ ? CountHeads<true>(docids) : CountHeads<false>(docids);
}

void NameCounter::KeepOrdinals(absl::Span<const uint32_t> docids) {
  for (const uint32_t docid : docids) {
    const absl::Span<const uint32_t> ordinals = column_->at(docid - 1);
    few_.insert(few_.end(), ordinals.begin(), ordinals.end());
    if (ordinals.empty()) few_.push_back(0);
  }
}

// Nobody can guess which documents have no name, or several: those go to a slot of their own, and are counted again.
template <bool in_lanes>
void NameCounter::CountHeads(absl::Span<const uint32_t> docids) {
  const uint32_t* const heads = column_->heads().data();
  uint32_t* const counts = counts_.data();
  const uint32_t last = column_->size() + 1;  // the slot of those with several names
  several_.resize(docids.size());
  size_t several = 0;
  const auto count = [&](size_t lane, uint32_t docid) {
    const uint32_t head = heads[docid - 1];
    const uint32_t slot = std::min(head, last);
    ++counts[in_lanes ? lane * (last + size_t{1}) + slot : slot == 0 ? lane : slot + kLanes - 1];
    several_[several] = docid;
    several += head == index::NameColumn::kSeveral ? 1 : 0;
  };
  size_t i = 0;
  for (; i + kLanes <= docids.size(); i += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) count(lane, docids[i + lane]);
  }
  for (; i < docids.size(); ++i) count(0, docids[i]);
  several_.resize(several);
  for (const uint32_t docid : several_) {
    for (const uint32_t ordinal : column_->at(docid - 1)) ++counts[in_lanes ? ordinal : ordinal + kLanes - 1];
  }
}

inline uint32_t NameCounter::CountOf(uint32_t ordinal) const {
  if (!in_lanes_ && ordinal != 0) return counts_[ordinal + kLanes - 1];
  const size_t step = in_lanes_ ? LaneSize() : 1;
  uint32_t sum = 0;
  for (size_t lane = 0; lane < kLanes; ++lane) sum += counts_[ordinal + lane * step];
  return sum;
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

inline CountedName NameCounter::Counted(uint32_t ordinal, uint64_t count, uint32_t before) const {
  const bool same_fold = before != 0 && column_->fold(ordinal) == column_->fold(before);
  return CountedName{&column_->name(ordinal), count, same_fold};
}

Names NameCounter::NamesOfFew(uint64_t& none) const {
  std::vector<uint32_t> ordinals = few_;
  std::sort(ordinals.begin(), ordinals.end());
  Names names;
  uint32_t before = 0;
  for (auto first = ordinals.begin(); first != ordinals.end();) {
    const auto end = std::find_if(first, ordinals.end(), [first](uint32_t ordinal) { return ordinal != *first; });
    const auto count = static_cast<uint64_t>(end - first);
    if (*first == 0) {
      none += count;
    } else {
      names.push_back(Counted(*first, count, before));
    }
    before = *first;
    first = end;
  }
  return names;
}

Names NameCounter::NamesOfColumn(uint64_t& none) const {
  none += CountOf(0);
  // Which are there, found without a branch: in a large dictionary nobody can guess it.
  const std::unique_ptr<uint32_t[]> there(new uint32_t[column_->size() + size_t{1}]);
  size_t found = 0;
  for (uint32_t ordinal = 1; ordinal <= column_->size(); ++ordinal) {
    there[found] = ordinal;
    found += CountOf(ordinal) != 0 ? 1 : 0;
  }
  Names names;
  names.reserve(found);
  uint32_t before = 0;
  for (size_t i = 0; i < found; ++i) {
    names.push_back(Counted(there[i], CountOf(there[i]), before));
    before = there[i];
  }
  return names;
}

Names NameCounter::NamesOfValues() const {
  Names names;
  for (uint32_t number = 0; number < counts_.size(); ++number) {
    if (counts_[number] > 0) names.push_back(CountedName{&facts_.Name(field_, number), counts_[number]});
  }
  std::sort(names.begin(), names.end(), Precedes);
  for (size_t i = 0; i < names.size(); ++i) SetSameFold(names, i);
  return names;
}

void NameCounter::AddTo(Names& names, uint64_t& none) const {
  Names own;
  none += none_;
  if (column_ == nullptr) {
    own = NamesOfValues();
  } else {
    own = counts_.empty() ? NamesOfFew(none) : NamesOfColumn(none);
  }
  names = names.empty() ? std::move(own) : Merge(names, own);
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

void MatchCounter::AddTo(MatchResult& result) const {
  for (const Facet<NameCounter>& facet : names_) {
    FacetCounts& counts = result.facets[facet.place];
    facet.counter.AddTo(counts.names, counts.none);
  }
  for (const Facet<TimeBuckets>& facet : periods_) {
    FacetCounts& counts = result.facets[facet.place];
    facet.counter.AddTo(counts.periods, counts.none);
  }
  if (histogram_) histogram_->AddTo(result.histogram.buckets, result.histogram.undated);
}

}  // namespace dateline::match
