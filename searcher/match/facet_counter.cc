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
  if (counts_.empty()) {
    few_documents_ += docids.size();
    if (few_documents_ <= few_limit_) {
      return VisitOrdinals(docids, [this](uint32_t ordinal) { few_.push_back(ordinal); });
    }
    counts_.resize(column_->size() + 1);
    for (const uint32_t ordinal : few_) ++counts_[ordinal];
    few_.clear();
  }
  uint32_t* const counts = counts_.data();
  VisitOrdinals(docids, [counts](uint32_t ordinal) { ++counts[ordinal]; });
}

template <typename Visit>
void NameCounter::VisitOrdinals(absl::Span<const uint32_t> docids, Visit visit) const {
  const uint32_t* const ordinals = column_->ordinals().data();
  if (column_->offsets().empty()) {
    for (const uint32_t docid : docids) visit(ordinals[docid - 1]);
    return;
  }
  const uint32_t* const offsets = column_->offsets().data();
  constexpr uint32_t kNone = 0;
  for (const uint32_t docid : docids) {
    const uint32_t end = offsets[docid];
    const uint32_t at = offsets[docid - 1];
    visit(*(at == end ? &kNone : ordinals + at));
    for (uint32_t more = at + 1; more < end; ++more) visit(ordinals[more]);
  }
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
  none += counts_[0];
  // Which are there, found without a branch: in a large dictionary nobody can guess it.
  const std::unique_ptr<uint32_t[]> there(new uint32_t[counts_.size()]);
  size_t found = 0;
  for (uint32_t ordinal = 1; ordinal < counts_.size(); ++ordinal) {
    there[found] = ordinal;
    found += counts_[ordinal] != 0 ? 1 : 0;
  }
  Names names;
  names.reserve(found);
  uint32_t before = 0;
  for (size_t i = 0; i < found; ++i) {
    names.push_back(Counted(there[i], counts_[there[i]], before));
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
  if (column_ == nullptr) {
    own = NamesOfValues();
    none += none_;
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
