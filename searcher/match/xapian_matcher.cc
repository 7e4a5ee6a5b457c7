#include <xapian.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/term_key.h"
#include "core/index/xapian_call.h"
#include "searcher/match/bm25_weight.h"
#include "searcher/match/census.h"
#include "searcher/match/common_steps.h"
#include "searcher/match/deadline_check.h"
#include "searcher/match/facet_counter.h"
#include "searcher/match/frequency.h"
#include "searcher/match/from_docid_source.h"
#include "searcher/match/matcher.h"
#include "searcher/match/plan_compiler.h"
#include "searcher/match/recency_source.h"
#include "searcher/match/shard_facts.h"
#include "searcher/match/time_buckets.h"

namespace dateline::match {
namespace {

using plan::Order;
using plan::QueryPlan;

// Sees every match of a shard: counts it and its facets, and keeps the oldest when these are asked for.
class AllMatchesSpy : public Xapian::MatchSpy {
 public:
  AllMatchesSpy(const base::Deadline& deadline, MatchCounter& counter) : check_(deadline), counter_(counter) {}

  // Keeps the oldest matches of `range` too, which must outlive the spy.
  void Keep(const PageRange& range, uint32_t shard, ShardFacts& facts) {
    range_ = &range;
    shard_ = shard;
    facts_ = &facts;
  }

  void operator()(const Xapian::Document& document, double) override {
    check_.Step();
    ++total_;
    const uint32_t docid = document.get_docid();
    docids_[waiting_++] = docid;
    if (waiting_ == docids_.size()) CountWaiting();
    if (facts_ != nullptr) KeepHit(docid);
  }

  // Counts those whose turn has not come. To be called at the end.
  void CountWaiting() {
    counter_.Count(absl::MakeConstSpan(docids_.data(), waiting_));
    waiting_ = 0;
  }

  uint64_t total() const { return total_; }
  std::vector<MatchHit> TakeHits() { return std::move(kept_); }

 private:
  // A heap with the last of the kept hits in front.
  void KeepHit(uint32_t docid) {
    const auto before = [](const MatchHit& a, const MatchHit& b) { return ComesBefore(Order::kOldest, a, b); };
    const MatchHit hit{0, facts_->Instant(docid), facts_->Key(docid), shard_, docid};
    if (range_->after && !before(*range_->after, hit)) return;
    if (kept_.size() >= range_->max_hits) {
      if (kept_.empty() || !before(hit, kept_.front())) return;
      std::pop_heap(kept_.begin(), kept_.end(), before);
      kept_.pop_back();
    }
    kept_.push_back(hit);
    std::push_heap(kept_.begin(), kept_.end(), before);
  }

  DeadlineCheck check_;
  MatchCounter& counter_;
  std::array<uint32_t, 1024> docids_;  // to be counted together
  size_t waiting_ = 0;
  uint64_t total_ = 0;
  const PageRange* range_ = nullptr;
  uint32_t shard_ = 0;
  ShardFacts* facts_ = nullptr;
  std::vector<MatchHit> kept_;
};

// Does Xapian itself make an OR of scores for this node? Its OR becomes an AND_MAYBE and then an AND once the page is
// full, and in 1.4.22 a hit may be lost on the way.
bool HasScoredChoice(const plan::PlanNode& node) {
  if (node.kind == plan::PlanNode::Kind::kNot || IsChoiceOfWords(node)) return false;
  if (node.kind == plan::PlanNode::Kind::kOr) return true;
  return std::any_of(node.children.begin(), node.children.end(), HasScoredChoice);
}

// Sees what the ranked match looks at, only to watch the clock.
class DeadlineSpy : public Xapian::MatchSpy {
 public:
  explicit DeadlineSpy(const base::Deadline& deadline) : check_(deadline) {}
  void operator()(const Xapian::Document&, double) override { check_.Step(); }

 private:
  DeadlineCheck check_;
};

class XapianMatcher : public ShardwiseMatcher {
 public:
  explicit XapianMatcher(std::shared_ptr<const Snapshot> snapshot)
      : snapshot_(std::move(snapshot)), frequencies_(shards_, *snapshot_) {}

  absl::Status OpenShards() {
    return index::XapianCall("open shard", [this] {
      const index::Manifest& manifest = snapshot_->manifest();
      for (size_t i = 0; i < manifest.shards.size(); ++i) {
        shards_.emplace_back(snapshot_->generation().Path(manifest.shards[i].name));
        const index::Columns* columns = snapshot_->columns(i);
        const index::Tombstones* dead = snapshot_->tombstones(i);
        facts_.push_back(columns != nullptr ? FactsFromColumns(*columns, dead)
                                            : FactsFromValues(shards_.back(), dead));
        facts_.back()->SetRanks(snapshot_->name_ranks(), i);
        has_dead_ = has_dead_ || dead != nullptr;
      }
      return absl::OkStatus();
    });
  }

  absl::StatusOr<MatchResult> Match(const QueryPlan& plan, const PageRange& range,
                                    const base::Deadline& deadline) override {
    MatchResult result = EmptyResult(plan);
    DL_RETURN_IF_ERROR(InTime("match", [&] {
      const absl::optional<uint64_t> known_total =
          KnownTotal(plan, [this](const std::string& term) { return frequencies_.Of(term); });
      if (known_total) {
        result.total = *known_total;
        if (range.max_hits == 0) return absl::OkStatus();
      }
      PlanCompiler compiler(frequencies_, *snapshot_, deadline);
      const Pass pass{plan, range, deadline, compiler, known_total.has_value()};
      for (uint32_t shard = 0; shard < shards_.size(); ++shard) MatchOne(pass, shard, result);
      return absl::OkStatus();
    }));
    Complete(plan.order, range.max_hits, result);
    return result;
  }

  absl::Status MatchShard(const QueryPlan& plan, const PageRange& range, const base::Deadline& deadline,
                          bool total_known, uint32_t shard, MatchResult& result) override {
    return InTime("match", [&] {
      PlanCompiler compiler(frequencies_, *snapshot_, deadline);
      MatchOne(Pass{plan, range, deadline, compiler, total_known}, shard, result);
      return absl::OkStatus();
    });
  }

  GenerationFacts& facts() override { return facts_; }

  absl::StatusOr<const std::vector<DocumentSet>*> Superseded() override {
    const std::vector<DocumentSet>* superseded = nullptr;
    DL_RETURN_IF_ERROR(index::XapianCall("stories", [&] {
      superseded = &snapshot_->census().Superseded(facts_);
      return absl::OkStatus();
    }));
    return superseded;
  }

  absl::Status VisitWords(absl::string_view prefix, absl::string_view beginning, const base::Deadline& deadline,
                          plan::Vocabulary::Visitor visitor) override {
    return InTime("words", [&] {
      Xapian::Database all;
      for (const Xapian::Database& shard : shards_) all.add_database(shard);
      DeadlineCheck check(deadline);
      const std::string first = absl::StrCat(prefix, beginning);
      for (auto term = all.allterms_begin(first); term != all.allterms_end(first); ++term) {
        check.Step();
        const std::string word = (*term).substr(prefix.size());
        // Below no prefix, capital letters are the prefixes of others.
        if (word.empty() || absl::ascii_isupper(static_cast<unsigned char>(word[0]))) continue;
        const uint64_t live = term.get_termfreq() - (has_dead_ ? frequencies_.DeadWith(*term) : 0);
        if (live > 0) visitor(word, live);
      }
      return absl::OkStatus();
    });
  }

  absl::Status VisitNames(plan::FacetField field, NameVisitor visitor) override {
    return index::XapianCall("names", [&] {
      for (const NameCount& name : snapshot_->census().Names(*plan::NamesOf(field), facts_)) {
        visitor(name.name, name.articles);
      }
      return absl::OkStatus();
    });
  }

  absl::StatusOr<TimeCounts> CountAllByTime(const plan::Histogram& histogram) override {
    TimeCounts counts;
    DL_RETURN_IF_ERROR(index::XapianCall("count by time", [&] {
      for (const std::unique_ptr<ShardFacts>& facts : facts_) {
        TimeBuckets buckets(histogram.interval, histogram.zone);
        buckets.CountAll(*facts);
        buckets.AddTo(counts.buckets, counts.undated);
      }
      return absl::OkStatus();
    }));
    return counts;
  }

  absl::StatusOr<uint64_t> Frequency(const std::string& term) override {
    uint64_t frequency = 0;
    DL_RETURN_IF_ERROR(index::XapianCall("frequency", [&] {
      frequency = frequencies_.Of(term);
      return absl::OkStatus();
    }));
    return frequency;
  }

  absl::StatusOr<uint32_t> Wdf(const std::string& term, const MatchHit& hit) override {
    uint32_t wdf = 0;
    DL_RETURN_IF_ERROR(index::XapianCall("wdf", [&] {
      const Xapian::Database& shard = shards_[hit.shard];
      Xapian::PostingIterator posting = shard.postlist_begin(term);
      if (posting == shard.postlist_end(term)) return absl::OkStatus();
      posting.skip_to(hit.docid);
      if (posting != shard.postlist_end(term) && *posting == hit.docid) wdf = posting.get_wdf();
      return absl::OkStatus();
    }));
    return wdf;
  }

  absl::StatusOr<uint32_t> Length(const MatchHit& hit) override {
    uint32_t length = 0;
    DL_RETURN_IF_ERROR(index::XapianCall("length", [&] {
      length = shards_[hit.shard].get_doclength(hit.docid);
      return absl::OkStatus();
    }));
    return length;
  }

  absl::StatusOr<absl::string_view> StoredBytes(uint32_t shard, uint32_t docid, size_t /*least*/,
                                                std::string& scratch) override {
    DL_RETURN_IF_ERROR(index::XapianCall("stored article", [&] {
      scratch = shards_[shard].get_document(docid).get_data();
      return absl::OkStatus();
    }));
    return absl::string_view(scratch);
  }

  absl::StatusOr<absl::optional<MatchHit>> Find(const base::DocKey& key) override {
    absl::optional<MatchHit> found;
    DL_RETURN_IF_ERROR(index::XapianCall("find", [&] {
      const std::string term = index::KeyTerm(key);
      for (uint32_t shard = 0; shard < shards_.size() && !found; ++shard) {
        const Xapian::PostingIterator posting = shards_[shard].postlist_begin(term);
        if (posting == shards_[shard].postlist_end(term) || facts_[shard]->IsDead(*posting)) continue;
        found = MatchHit{0, facts_[shard]->Instant(*posting), key, shard, *posting};
      }
      return absl::OkStatus();
    }));
    return found;
  }

 private:
  // XapianCall of what heeds a deadline.
  template <typename Call>
  static absl::Status InTime(const char* what, Call call) {
    try {
      return index::XapianCall(what, call);
    } catch (const DeadlinePassed&) {
      return DeadlinePassedError();
    }
  }

  struct Pass {
    const QueryPlan& plan;
    const PageRange& range;
    const base::Deadline& deadline;
    PlanCompiler& compiler;
    bool total_known;  // nothing is to be counted
  };

  // The page and the counts are two passes: the first can skip most documents, the second needs no scores.
  void MatchOne(const Pass& pass, uint32_t shard, MatchResult& result) {
    if (pass.deadline.Expired()) throw DeadlinePassed();
    const QueryPlan& plan = pass.plan;
    pass.compiler.UseShard(shard);
    if (NeedsStories(plan)) pass.compiler.UseSuperseded(snapshot_->census().Superseded(facts_)[shard]);
    const PageRange& range = pass.range;
    const bool oldest = plan.order == Order::kOldest && range.max_hits > 0;
    if (range.max_hits > 0 && !oldest) {
      const Xapian::MSet page = RankedPage(pass, shard);
      for (Xapian::MSetIterator hit = page.begin(); hit != page.end(); ++hit) {
        const int64_t score = plan.order == Order::kRelevance ? static_cast<int64_t>(hit.get_weight()) : 0;
        const MatchHit found{score, facts_[shard]->Instant(*hit), facts_[shard]->Key(*hit), shard, *hit};
        if (!range.after || ComesBefore(plan.order, *range.after, found)) result.hits.push_back(found);
      }
      if (pass.total_known) return;
      // Fewer than asked for are all there are.
      const bool all = page.size() < range.max_hits && !range.after;
      if (!plan.CountsMatches() && (all || !plan.exact_total || !range.total)) {
        result.total += page.size();
        result.total_exact = result.total_exact && all;
        return;
      }
    }
    VisitAll(pass, shard, oldest, result);
    for (size_t i = 0; i < plan.facets.size(); ++i) {
      if (plan.facets[i].lifted != plan::kNoFilter) CountLifted(pass, shard, i, result.facets[i]);
    }
  }

  Xapian::MSet RankedPage(const Pass& pass, uint32_t shard) {
    Xapian::Enquire enquire(shards_[shard]);
    if (pass.plan.order == Order::kRelevance) {
      enquire.set_weighting_scheme(Bm25Weight(snapshot_->manifest().average_length));
      enquire.set_query(WithRecency(pass.compiler.Scored(pass.plan), pass.plan, shard));
    } else {
      // Docid order is newest first, so this stops when the page is full.
      enquire.set_weighting_scheme(Xapian::BoolWeight());
      enquire.set_query(BehindCursor(pass.compiler.Unscored(pass.plan), pass, shard));
    }
    DeadlineSpy spy(pass.deadline);
    enquire.add_matchspy(&spy);
    const bool every = pass.plan.order == Order::kRelevance && HasScoredChoice(pass.plan.root);
    // Asked to look at all, Xapian never decides that a document cannot reach the page.
    const uint64_t passed = pass.plan.order == Order::kRelevance ? pass.range.before : 0;
    return enquire.get_mset(0, Clamped(passed + pass.range.max_hits, shard),
                            every ? shards_[shard].get_doccount() : 0);
  }

  // Only documents behind the cursor: those of higher docids, for a shard is in order, newest first.
  Xapian::Query BehindCursor(const Xapian::Query& query, const Pass& pass, uint32_t shard) const {
    if (!pass.range.after || query.empty()) return query;
    ShardFacts& facts = *facts_[shard];
    Xapian::docid first = 1;
    Xapian::docid behind = shards_[shard].get_lastdocid() + 1;
    while (first < behind) {
      const Xapian::docid middle = first + (behind - first) / 2;
      const MatchHit hit{0, facts.Instant(middle), facts.Key(middle), shard, middle};
      if (ComesBefore(Order::kNewest, *pass.range.after, hit)) {
        behind = middle;
      } else {
        first = middle + 1;
      }
    }
    return Xapian::Query(Xapian::Query::OP_AND, query, Xapian::Query((new FromDocidSource(first))->release()));
  }

  Xapian::Query WithRecency(const Xapian::Query& query, const QueryPlan& plan, uint32_t shard) const {
    if (!plan.recency || query.empty()) return query;
    auto* source = new RecencySource(*facts_[shard], *snapshot_->manifest().newest);
    return Xapian::Query(Xapian::Query::OP_AND, query, Xapian::Query(source->release()));
  }

  void VisitAll(const Pass& pass, uint32_t shard, bool keep_oldest, MatchResult& result) {
    MatchCounter counter(pass.plan, *facts_[shard]);
    AllMatchesSpy spy(pass.deadline, counter);
    if (keep_oldest) spy.Keep(pass.range, shard, *facts_[shard]);
    Xapian::Enquire enquire(shards_[shard]);
    enquire.set_weighting_scheme(Xapian::BoolWeight());
    enquire.set_query(pass.compiler.Unscored(pass.plan));
    enquire.add_matchspy(&spy);
    enquire.get_mset(0, 0, shards_[shard].get_doccount());
    spy.CountWaiting();
    result.total += spy.total();
    counter.AddTo(result);
    for (MatchHit& hit : spy.TakeHits()) result.hits.push_back(hit);
  }

  // Counts one facet over what would match without the filter that it lifts.
  void CountLifted(const Pass& pass, uint32_t shard, size_t facet, FacetCounts& counts) {
    const QueryPlan wider = WithLiftedFilter(pass.plan, facet);
    MatchResult widely;
    widely.facets.push_back(std::move(counts));
    VisitAll(Pass{wider, pass.range, pass.deadline, pass.compiler, false}, shard, /*keep_oldest=*/false, widely);
    counts = std::move(widely.facets.front());
  }

  Xapian::doccount Clamped(uint64_t hits, uint32_t shard) const {
    return static_cast<Xapian::doccount>(std::min<uint64_t>(hits, shards_[shard].get_doccount()));
  }

  std::shared_ptr<const Snapshot> snapshot_;
  std::vector<Xapian::Database> shards_;
  FrequencyTable frequencies_;
  GenerationFacts facts_;
  bool has_dead_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ShardwiseMatcher>> NewXapianMatcher(std::shared_ptr<const Snapshot> snapshot) {
  auto matcher = std::make_unique<XapianMatcher>(std::move(snapshot));
  DL_RETURN_IF_ERROR(matcher->OpenShards());
  return std::unique_ptr<ShardwiseMatcher>(std::move(matcher));
}

}  // namespace dateline::match
