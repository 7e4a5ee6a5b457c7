#include "searcher/match/facet_counter.h"

namespace dateline::match {

FacetCounter::FacetCounter(plan::FacetField field, ShardFacts& facts)
    : facts_(facts), names_(plan::NamesOf(field)), periods_(IntervalOf(field), absl::UTCTimeZone()) {}

void FacetCounter::Count(uint32_t docid) {
  if (!names_) {
    periods_.Count(facts_.Instant(docid));
    return;
  }
  facts_.Names(*names_, docid, numbers_);
  if (numbers_.empty()) ++none_;
  for (const uint32_t number : numbers_) {
    if (number >= counts_.size()) counts_.resize(number + 1);
    ++counts_[number];
  }
}

void FacetCounter::AddTo(FacetCounts& counts) const {
  if (!names_) {
    periods_.AddTo(counts.periods, counts.none);
    return;
  }
  for (uint32_t number = 0; number < counts_.size(); ++number) {
    if (counts_[number] > 0) counts.names[facts_.Name(*names_, number)] += counts_[number];
  }
  counts.none += none_;
}

MatchCounter::MatchCounter(const plan::QueryPlan& plan, ShardFacts& facts) : facts_(facts) {
  for (size_t i = 0; i < plan.facets.size(); ++i) {
    if (plan.facets[i].lifted == plan::kNoFilter) {
      counters_.push_back(Facet{i, FacetCounter(plan.facets[i].field, facts)});
    }
  }
  if (plan.histogram) histogram_.emplace(plan.histogram->interval, plan.histogram->zone);
}

void MatchCounter::Count(uint32_t docid) {
  for (Facet& facet : counters_) facet.counter.Count(docid);
  if (histogram_) histogram_->Count(facts_.Instant(docid));
}

void MatchCounter::AddTo(MatchResult& result) const {
  for (const Facet& facet : counters_) facet.counter.AddTo(result.facets[facet.place]);
  if (histogram_) histogram_->AddTo(result.histogram.buckets, result.histogram.undated);
}

}  // namespace dateline::match
