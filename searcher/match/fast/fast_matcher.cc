#include "searcher/match/fast/fast_matcher.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/article/article.h"
#include "core/base/mutex.h"
#include "core/base/status_macros.h"
#include "core/index/score.h"
#include "searcher/match/facet_counter.h"
#include "searcher/match/fast/best_rows.h"
#include "searcher/match/fast/kernels.h"
#include "searcher/match/fast/ranker.h"
#include "searcher/match/fast/shard_lists.h"
#include "searcher/match/fast/shard_plan.h"
#include "searcher/match/fast/word_ranker.h"
#include "searcher/match/shard_facts.h"

namespace dateline::match::fast {
namespace {

using plan::Order;
using plan::QueryPlan;

// Pages of up to so many hits have places tested late; then the best so many times as many are tested.
constexpr uint64_t kMostTestedLate = 100;
constexpr uint64_t kTestedLate = 8;
constexpr size_t kTestedTogether = 32;
// So many windows are walked without a look at the clock.
constexpr uint32_t kWindowsBetweenLooks = 4;
// So many lists are joined without one, and so many rows scored by one word.
constexpr size_t kListsBetweenLooks = 64;
constexpr size_t kRowsBetweenLooks = 256;
// So many words of the dictionaries are shown without one.
constexpr uint64_t kWordsBetweenLooks = 1024;
// The best of one word are looked for among the postings of its stems, unless most of these do not match: when there
// are so many for each match, and more than a few.
constexpr uint64_t kMostPostingsForAMatch = 4;
constexpr uint64_t kScoredAnyway = 512;
// So few are tested with all that matches.
constexpr uint64_t kTestedAnyway = 256;

// Everything of one shard that outlives a query.
struct Shard {
  Shard(const index::Postings& postings, const index::Columns& shard_columns)
      : columns(shard_columns), lists(postings) {}

  const index::Columns& columns;
  const index::Tombstones* tombstones = nullptr;
  ShardLists lists;
  ShardRows dead;        // empty: none
  ShardRows superseded;  // once it was asked for
};

ShardRows DeadRows(const index::Tombstones& tombstones, uint32_t documents) {
  ShardRows rows((documents + 63) / 64);
  for (const uint32_t docid : tombstones.docids()) Insert(rows, docid - 1);
  return rows;
}

ShardRows RowsOf(const DocumentSet& set) {
  ShardRows rows((set.rows.size() + 63) / 64);
  for (size_t row = 0; row < set.rows.size(); ++row) {
    if (set.rows[row]) Insert(rows, static_cast<uint32_t>(row));
  }
  return rows;
}

// The windows of a shard, ascending.
template <typename Visit>
void ForEachWindow(uint32_t documents, uint32_t first_row, Visit visit) {
  for (uint32_t begin = first_row / kWindowRows * kWindowRows; begin < documents; begin += kWindowRows) {
    if (!visit(Window{begin, std::min(kWindowRows, documents - begin)})) return;
  }
}

// One plan on one shard.
class ShardMatch {
 public:
  struct Query {
    const QueryPlan& plan;
    const PageRange& range;
    const base::Deadline& deadline;
    bool count;           // is every match to be seen?
    int64_t newest = 0;   // of the generation
    uint32_t number = 0;  // of the shard
  };
  // Makes the plan of the query for this shard.
  using PlanMaker = absl::FunctionRef<ShardPlan(ShardPlanner::Places places)>;
  ShardMatch(const Query& query, Shard& shard, ShardFacts& facts, PlanMaker plan_for)
      : query_(query),
        shard_(shard),
        counter_(query.plan, facts),
        plan_for_(plan_for),
        plan_(plan_for(ShardPlanner::Places::kTested)),
        best_(std::max<uint64_t>(1, std::min<uint64_t>(query.range.max_hits, shard.columns.documents()))) {}

  void Run(MatchResult& result) {
    const PageRange& range = query_.range;
    if (range.max_hits == 0) {
      CountAll();
    } else if (query_.plan.order == Order::kRelevance) {
      TakeBest();
      TakeKept();
    } else if (query_.plan.order == Order::kNewest) {
      TakeNewest();
    } else {
      TakeOldest();
    }
    result.hits.insert(result.hits.end(), hits_.begin(), hits_.end());
    if (query_.count) {
      result.total += total_;
      counter_.AddTo(result);
    } else {
      // Fewer than asked for are all there are.
      const bool all = found_ < range.max_hits && !range.after;
      result.total += found_;
      result.total_exact = result.total_exact && all;
    }
  }

 private:
  uint32_t documents() const { return shard_.columns.documents(); }
  uint64_t passed() const { return query_.plan.order == Order::kRelevance ? query_.range.before : 0; }

  MatchHit HitAt(uint32_t row) const {
    return MatchHit{0, shard_.columns.instants()[row], shard_.columns.key(row), query_.number, row + 1};
  }

  bool IsWanted(const MatchHit& hit) const {
    return !query_.range.after || ComesBefore(query_.plan.order, *query_.range.after, hit);
  }

  // What matches in a window: few rows are listed, many are bits.
  struct Found {
    bool listed = false;
    Rows rows;
    Bits bits;

    const Rows& AllRows() {
      if (!listed) ListRows(bits, rows);
      return rows;
    }
    const Bits& AllBits() {
      if (listed) FillWith(rows, bits);
      return bits;
    }
  };

  // Looks at the clock in the first of some windows.
  void CheckTimeNowAndThen() {
    if (windows_++ % kWindowsBetweenLooks == 0) CheckTime(query_.deadline);
  }

  // Finds what matches in the window; false when nothing does. Lists few rows only where `may_list` says so.
  bool Find(const ShardPlan& plan, const Window& window, Found& found, bool may_list = true) {
    CheckTimeNowAndThen();
    plan.matching->MoveTo(window);
    const uint32_t most = plan.matching->Most();
    if (most == 0) return false;
    found.listed = may_list && most <= kMostListed;
    if (found.listed) {
      plan.matching->List(found.rows);
    } else {
      plan.matching->Fill(found.bits);
    }
    return !found.listed || !found.rows.empty();
  }

  void Count(const Window& window, Found& found) {
    if (!query_.plan.CountsMatches()) {
      total_ += found.listed ? found.rows.size() : CountOf(found.bits);
      return;
    }
    const Rows& rows = found.AllRows();
    total_ += rows.size();
    docids_.resize(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) docids_[i] = window.begin + rows[i] + 1;
    counter_.Count(docids_);
  }

  static void Take(const Window& window, const Found& found, Ranker& ranker) {
    if (found.listed) {
      ranker.Take(window, found.rows);
    } else {
      ranker.Take(window, &found.bits);
    }
  }

  void CountAll() {
    Found found;
    ForEachWindow(documents(), 0, [&](const Window& window) {
      if (Find(plan_, window, found)) Count(window, found);
      return true;
    });
  }

  void TakeBest() {
    if (TakeBestOfOneWord() || TakeBestThenTest()) return;
    const size_t wanted = static_cast<size_t>(std::min<uint64_t>(passed() + query_.range.max_hits, documents()));
    if (plan_.words.size() > Ranker::kMaxWords) return ScoreAll(wanted);
    const std::function<int64_t(uint32_t)> bonus = [this](uint32_t row) { return BonusOf(row); };
    Ranker::Options options;
    options.wanted = wanted;
    options.any_word = plan_.any_word;
    if (query_.plan.recency) options.bonus = &bonus;
    Ranker ranker(plan_.words, options);
    Found found;
    ForEachWindow(documents(), 0, [&](const Window& window) {
      if (plan_.any_word && !query_.count) {
        CheckTimeNowAndThen();
        ranker.Take(window, nullptr);
        return true;
      }
      if (!Find(plan_, window, found)) return true;
      if (query_.count) Count(window, found);
      Take(window, found, ranker);
      return true;
    });
    found_ = std::min<uint64_t>(ranker.taken(), wanted);
    KeepBest(ranker.Best());
    KeepBest(ranker.OthersThatReach(best_.full() ? best_.Least() : 0));
  }

  // A word that stands alone is answered from the impacts of its stems.
  bool TakeBestOfOneWord() {
    if (!plan_.one_word || query_.plan.recency || query_.range.after) return false;
    uint64_t most = 0;  // matches
    if (!plan_.any_word) {
      most = FindAll();
      uint64_t postings = 0;
      for (const ScoredWord::Stem& stem : plan_.words.front().stems) postings += stem.list->size();
      if (postings > kMostPostingsForAMatch * most + kScoredAnyway) return false;
    }
    const ShardRows* const matching = plan_.any_word ? nullptr : &matching_;
    if (!WordRanker(plan_.words.front(), matching, norms(), query_.deadline, best_).TakeBest()) return false;
    // Of what matches and has no stem, nothing is known here.
    if (best_.size() < std::min<uint64_t>(best_.wanted(), most) && best_.size() < CountOf(matching_)) {
      best_.Clear();
      return false;
    }
    found_ = best_.size();
    if (query_.count) CountAll();
    return true;
  }

  // Finds what matches once and for all; gives how many there are at most.
  uint64_t FindAll() {
    matching_.assign((documents() + kWindowRows - 1) / kWindowRows * kWindowWords, 0);
    std::vector<const index::PostingList*> lists;
    uint64_t most = 0;
    if (plan_.matching->IsAnyOf(lists)) {
      for (size_t i = 0; i < lists.size(); ++i) {
        if (i % kListsBetweenLooks == 0) CheckTime(query_.deadline);
        Join(*lists[i], matching_);
        most += lists[i]->size();
      }
    } else {
      FindInWindows();
      most = CountOf(matching_);
    }
    plan_.matching = std::make_unique<SetNode>(matching_, /*inside=*/true);
    return most;
  }

  // Into matching_.
  void FindInWindows() {
    Found found;
    ForEachWindow(documents(), 0, [&](const Window& window) {
      if (!Find(plan_, window, found, /*may_list=*/false)) return true;
      std::copy(found.bits.begin(), found.bits.end(), matching_.begin() + window.begin / 64);
      return true;
    });
  }

  // Where places are to be tested, and nobody counts, only the best of those that have the words need to be. False
  // when they do not suffice.
  bool TakeBestThenTest() {
    const uint64_t page = query_.range.max_hits;
    const bool fits = plan_.most_tested > kTestedAnyway && plan_.shared.empty() && !query_.count &&
                      !query_.range.after && page <= kMostTestedLate && plan_.words.size() <= Ranker::kMaxWords;
    if (!fits) return false;
    const ShardPlan trusting = plan_for_(ShardPlanner::Places::kTrusted);
    const std::function<int64_t(uint32_t)> bonus = [this](uint32_t row) { return BonusOf(row); };
    Ranker::Options options;
    options.wanted = static_cast<size_t>(page * kTestedLate + 64);
    if (query_.plan.recency) options.bonus = &bonus;
    Ranker ranker(trusting.words, options);
    Found found;
    ForEachWindow(documents(), 0, [&](const Window& window) {
      if (Find(trusting, window, found)) Take(window, found, ranker);
      return true;
    });
    bool enough = false;
    uint64_t tested = 0;
    uint64_t passed = 0;
    std::vector<Ranker::Candidate> some;
    const auto test_some = [&] {
      tested += some.size();
      KeepMatching(some);
      passed += some.size();
      KeepBest(some);
      some.clear();
    };
    ranker.Visit([&](int64_t greatest, const Ranker::Candidate& candidate) {
      enough = best_.full() && greatest < best_.Least();
      if (enough) return false;
      some.push_back(candidate);
      if (some.size() < kTestedTogether) return true;
      test_some();
      // Where the best will not fill the page, all are tested.
      return passed * options.wanted >= page * tested / 2;
    });
    test_some();  // those that were waiting have better bounds than where it ended
    // All that have the words were tested, or all that could be on the page.
    const int64_t passed_over = ranker.GreatestPassedOver();
    const bool all_tested = tested == ranker.candidates();
    enough = enough || (all_tested && (passed_over < 0 || (best_.full() && passed_over < best_.Least())));
    found_ = best_.size();
    if (!enough) best_.Clear();
    return enough;
  }

  // Orders them by row.
  void KeepMatching(std::vector<Ranker::Candidate>& candidates) {
    std::sort(candidates.begin(), candidates.end(),
              [](const Ranker::Candidate& a, const Ranker::Candidate& b) { return a.row < b.row; });
    size_t kept = 0;
    for (size_t i = 0; i < candidates.size();) {
      const uint32_t begin = candidates[i].row / kWindowRows * kWindowRows;
      const size_t first = i;
      rows_.clear();
      for (; i < candidates.size() && candidates[i].row - begin < kWindowRows; ++i) {
        rows_.push_back(static_cast<uint16_t>(candidates[i].row - begin));
      }
      plan_.matching->MoveTo(Window{begin, std::min(kWindowRows, documents() - begin)});
      plan_.matching->KeepRows(rows_);
      size_t at = first;
      for (const uint16_t row : rows_) {
        while (candidates[at].row - begin != row) ++at;
        candidates[kept++] = candidates[at++];
      }
    }
    candidates.resize(kept);
  }

  // Exactly, whatever it costs: questions of very many words.
  void ScoreAll(size_t wanted) {
    Found found;
    ForEachWindow(documents(), 0, [&](const Window& window) {
      if (!Find(plan_, window, found)) return true;
      if (query_.count) Count(window, found);
      for (const std::unique_ptr<SharedNode>& shared : plan_.shared) shared->MoveTo(window);
      const Rows& rows = found.AllRows();
      scored_rows_.clear();
      for (const uint16_t row : rows) scored_rows_.push_back(window.begin + row);
      KeepScored([&](size_t i, size_t word) { return Contains(plan_.words[word].guard->Matching(), rows[i]); });
      found_ = std::min<uint64_t>(found_ + rows.size(), wanted);
      return true;
    });
  }

  const float* norms() const { return shard_.lists.postings().norms(); }

  int64_t BonusOf(uint32_t row) const {
    const int64_t instant = shard_.columns.instants()[row];
    // A dead article may be newer than all that live; it is not found.
    if (!query_.plan.recency || instant == article::kUndated) return 0;
    return index::RecencyBonus(query_.newest, std::min(instant, query_.newest));
  }

  // Scores scored_rows_, word by word, and keeps those that may be on the page. `guard_matches(i, word)` is asked
  // about words that have a guard.
  template <typename GuardMatches>
  void KeepScored(GuardMatches guard_matches) {
    sums_.clear();
    for (const uint32_t row : scored_rows_) sums_.push_back(BonusOf(row));
    scorer_.SetRows(scored_rows_, norms());
    for (size_t word = 0; word < plan_.words.size(); ++word) {
      if (scored_rows_.size() > kRowsBetweenLooks) CheckTime(query_.deadline);
      const std::vector<int64_t>& scores = scorer_.ScoresOf(plan_.words[word]);
      const bool guarded = plan_.words[word].guard != nullptr;
      for (size_t i = 0; i < scores.size(); ++i) {
        if (!guarded || guard_matches(i, word)) sums_[i] += scores[i];
      }
    }
    for (size_t i = 0; i < sums_.size(); ++i) Keep(scored_rows_[i], sums_[i]);
  }

  // The candidates ascend by row.
  void KeepBest(absl::Span<const Ranker::Candidate> candidates) {
    scored_rows_.clear();
    for (const Ranker::Candidate& candidate : candidates) scored_rows_.push_back(candidate.row);
    KeepScored([candidates](size_t i, size_t word) { return (candidates[i].guards >> word & 1) != 0; });
  }

  // Keeps a row that may be on the page.
  void Keep(uint32_t row, int64_t score) {
    if (query_.range.after && best_.MayTake(score)) {
      MatchHit hit = HitAt(row);
      hit.score = score;
      if (!IsWanted(hit)) return;
    }
    best_.Add(score, row);
  }

  void TakeKept() {
    const std::vector<BestRows::Entry>& best = best_.Sorted();
    for (const BestRows::Entry& entry : best) shard_.columns.AskFor(entry.row);
    hits_.reserve(best.size());
    for (const BestRows::Entry& entry : best) {
      hits_.push_back(HitAt(entry.row));
      hits_.back().score = entry.score;
    }
  }

  // A heap with the last of the kept hits in front.
  void KeepOldest(const MatchHit& hit) {
    const auto before = [](const MatchHit& a, const MatchHit& b) { return ComesBefore(Order::kOldest, a, b); };
    if (!IsWanted(hit)) return;
    if (hits_.size() >= query_.range.max_hits) {
      if (!before(hit, hits_.front())) return;
      std::pop_heap(hits_.begin(), hits_.end(), before);
      hits_.pop_back();
    }
    hits_.push_back(hit);
    std::push_heap(hits_.begin(), hits_.end(), before);
  }

  // Rows are in this order already.
  void TakeNewest() {
    const uint32_t first = query_.range.after ? FirstBehind(*query_.range.after) : 0;
    if (plan_.most_tested > kTestedAnyway && !query_.count) return TakeNewestTested(first);
    Found found;
    ForEachWindow(documents(), query_.count ? 0 : first, [&](const Window& window) {
      if (!Find(plan_, window, found)) return true;
      if (query_.count) Count(window, found);
      if (hits_.size() < query_.range.max_hits) {
        for (const uint16_t row : found.AllRows()) {
          if (window.begin + row < first) continue;
          if (hits_.size() == query_.range.max_hits) break;
          hits_.push_back(HitAt(window.begin + row));
        }
      }
      return query_.count || hits_.size() < query_.range.max_hits;
    });
    found_ = hits_.size();
  }

  // Tests no more places than the page needs.
  void TakeNewestTested(uint32_t first) {
    const ShardPlan trusting = plan_for_(ShardPlanner::Places::kTrusted);
    Found found;
    Rows some;
    ForEachWindow(documents(), first, [&](const Window& window) {
      if (!Find(trusting, window, found)) return true;
      const Rows& rows = found.AllRows();
      plan_.matching->MoveTo(window);
      for (size_t begin = 0; begin < rows.size() && hits_.size() < query_.range.max_hits; begin += kTestedTogether) {
        some.Assign(rows.begin() + begin, rows.begin() + std::min(rows.size(), begin + kTestedTogether));
        plan_.matching->KeepRows(some);
        for (const uint16_t row : some) {
          const bool wanted = window.begin + row >= first && hits_.size() < query_.range.max_hits;
          if (wanted) hits_.push_back(HitAt(window.begin + row));
        }
      }
      return hits_.size() < query_.range.max_hits;
    });
    found_ = hits_.size();
  }

  uint32_t FirstBehind(const MatchHit& after) const {
    uint32_t first = 0;
    for (uint32_t behind = documents(); first < behind;) {
      const uint32_t middle = first + (behind - first) / 2;
      if (ComesBefore(Order::kNewest, after, HitAt(middle))) {
        behind = middle;
      } else {
        first = middle + 1;
      }
    }
    return first;
  }

  // From the last dated row towards the first; within an instant, and among the undated, forwards.
  void TakeOldest() {
    std::vector<std::pair<Window, Bits>> windows;
    Found found;
    ForEachWindow(documents(), 0, [&](const Window& window) {
      if (!Find(plan_, window, found)) return true;
      Count(window, found);
      windows.emplace_back(window, found.AllBits());
      return true;
    });
    const auto take = [&](bool dated) {
      for (auto at = windows.rbegin(); at != windows.rend(); ++at) {
        ListRows(at->second, rows_);
        for (size_t left = rows_.size(); left > 0; --left) {
          const uint32_t shard_row = at->first.begin + rows_[left - 1];
          const int64_t instant = shard_.columns.instants()[shard_row];
          if ((instant != article::kUndated) != dated) continue;
          // A heap of the page ends where all that follow are newer; the undated are not in that order.
          if (dated && hits_.size() >= query_.range.max_hits && instant > hits_.front().instant) return;
          KeepOldest(HitAt(shard_row));
        }
      }
    };
    take(/*dated=*/true);
    if (hits_.size() < query_.range.max_hits) take(/*dated=*/false);
    found_ = hits_.size();
  }

  const Query query_;
  Shard& shard_;
  MatchCounter counter_;
  const PlanMaker plan_for_;
  ShardPlan plan_;
  std::vector<MatchHit> hits_;
  ShardRows matching_;  // once FindAll has found them
  BestRows best_;
  uint64_t found_ = 0;    // matches that the page knows of, those before it too
  uint64_t total_ = 0;    // matches counted
  uint32_t windows_ = 0;  // that were walked
  Rows rows_;
  std::vector<uint32_t> docids_;
  std::vector<uint32_t> scored_rows_;
  RowScorer scorer_;           // of scored_rows_
  std::vector<int64_t> sums_;  // of all
};

class FastMatcher final : public Matcher {
 public:
  FastMatcher(std::shared_ptr<const Snapshot> snapshot, std::unique_ptr<ShardwiseMatcher> reference, ShardHelp help)
      : snapshot_(std::move(snapshot)), reference_(std::move(reference)), help_(help) {
    for (size_t i = 0; i < snapshot_->manifest().shards.size(); ++i) {
      shards_.push_back(nullptr);
      if (snapshot_->postings(i) == nullptr) continue;
      const index::Columns& columns = *snapshot_->columns(i);
      shards_.back() = std::make_unique<Shard>(*snapshot_->postings(i), columns);
      shards_.back()->tombstones = snapshot_->tombstones(i);
      if (const index::Tombstones* dead = snapshot_->tombstones(i)) {
        shards_.back()->dead = DeadRows(*dead, columns.documents());
      }
    }
  }

  absl::StatusOr<MatchResult> Match(const QueryPlan& plan, const PageRange& range,
                                    const base::Deadline& deadline) override {
    MatchResult result = EmptyResult(plan);
    absl::optional<base::Helpers::AtWork> at_work;
    if (help_.helpers != nullptr) at_work.emplace(help_.helpers);
    for (const std::unique_ptr<Shard>& shard : shards_) {
      if (shard != nullptr) shard->lists.Trim();
    }
    try {
      const absl::optional<uint64_t> known_total =
          KnownTotal(plan, [this](const std::string& term) { return FrequencyOf(term); });
      if (known_total && range.max_hits == 0) {
        result.total = *known_total;
        return result;
      }
      const Pass pass{plan, range, deadline, known_total.has_value()};
      if (IsWorthHelp(plan)) {
        MatchTogether(pass, result);
      } else {
        DL_RETURN_IF_ERROR(MatchOneByOne(pass, result));
      }
      if (known_total) {
        result.total = *known_total;
        result.total_exact = true;
      }
    } catch (const GaveUp& gave_up) {
      return gave_up.status;
    }
    Complete(plan.order, range.max_hits, result);
    return result;
  }

  absl::Status VisitWords(absl::string_view prefix, absl::string_view beginning, const base::Deadline& deadline,
                          plan::Vocabulary::Visitor visitor) override {
    if (!HasAllPostings()) return reference_->VisitWords(prefix, beginning, deadline, visitor);
    try {
      VisitOwnWords(prefix, beginning, deadline, visitor);
    } catch (const GaveUp& gave_up) {
      return gave_up.status;
    }
    return absl::OkStatus();
  }
  absl::Status VisitNames(plan::FacetField field, NameVisitor visitor) override {
    return reference_->VisitNames(field, visitor);
  }
  absl::StatusOr<TimeCounts> CountAllByTime(const plan::Histogram& histogram) override {
    return reference_->CountAllByTime(histogram);
  }
  absl::StatusOr<uint64_t> Frequency(const std::string& term) override {
    try {
      return FrequencyOf(term);
    } catch (const GaveUp& gave_up) {
      return gave_up.status;
    }
  }

  absl::StatusOr<uint32_t> Wdf(const std::string& term, const MatchHit& hit) override {
    if (shards_[hit.shard] == nullptr) return reference_->Wdf(term, hit);
    const index::PostingList& list = shards_[hit.shard]->lists.Of(term);
    const uint32_t posting = list.PostingOf(hit.docid - 1);
    return posting == index::kNoPosting || !list.scored() ? 0 : list.wdf(posting);
  }
  absl::StatusOr<uint32_t> Length(const MatchHit& hit) override {
    if (shards_[hit.shard] == nullptr) return reference_->Length(hit);
    return shards_[hit.shard]->columns.lengths()[hit.docid - 1];
  }
  absl::StatusOr<absl::string_view> StoredBytes(uint32_t shard, uint32_t docid, size_t least,
                                                std::string& scratch) override {
    if (const index::StoredTable* stored = snapshot_->stored(shard)) {
      absl::StatusOr<absl::string_view> found = stored->Find(docid, least, scratch);
      if (absl::IsNotFound(found.status())) return absl::DataLossError(found.status().message());
      if (!absl::IsUnimplemented(found.status())) return found;
    }
    return reference_->StoredBytes(shard, docid, least, scratch);
  }
  absl::StatusOr<absl::optional<MatchHit>> Find(const base::DocKey& key) override { return reference_->Find(key); }

 private:
  struct Pass {
    const QueryPlan& plan;
    const PageRange& range;
    const base::Deadline& deadline;
    bool total_known;  // nothing is to be counted
  };

  struct Statistics {
    uint64_t frequency = 0;
    float weight = 0;
  };

  uint64_t FrequencyOf(const std::string& term) { return StatisticsOf(term).frequency; }

  Statistics StatisticsOf(const std::string& term) {
    if (statistics_.size() >= kMaxStatistics) statistics_.clear();
    const auto known = statistics_.find(term);
    if (known != statistics_.end()) return known->second;
    Statistics found;
    for (const std::unique_ptr<Shard>& shard : shards_) {
      if (shard == nullptr) {
        found.frequency = OrGiveUp(reference_->Frequency(term));
        break;
      }
      found.frequency += shard->lists.Of(term).size();
      if (shard->tombstones != nullptr) found.frequency -= shard->tombstones->DeadWith(term);
    }
    found.weight = index::TermWeight(snapshot_->manifest().documents, found.frequency);
    statistics_.emplace(term, found);
    return found;
  }

  // The dictionaries of all shards as one.
  void VisitOwnWords(absl::string_view prefix, absl::string_view beginning, const base::Deadline& deadline,
                     plan::Vocabulary::Visitor visitor) {
    const std::string first = absl::StrCat(prefix, beginning);
    std::vector<index::Postings::TermWalk> walks;
    for (const std::unique_ptr<Shard>& shard : shards_) walks.emplace_back(shard->lists.postings(), first);
    std::string term;
    for (uint64_t words = 0;; ++words) {
      if (words % kWordsBetweenLooks == 0) CheckTime(deadline);
      const index::Postings::TermWalk* next = nullptr;
      for (const index::Postings::TermWalk& walk : walks) {
        if (!walk.at_end() && (next == nullptr || walk.term() < next->term())) next = &walk;
      }
      if (next == nullptr || !absl::StartsWith(next->term(), first)) return;
      term.assign(next->term().data(), next->term().size());
      uint64_t live = 0;
      for (size_t i = 0; i < walks.size(); ++i) {
        if (walks[i].at_end() || walks[i].term() != term) continue;
        live += walks[i].where().documents;
        if (shards_[i]->tombstones != nullptr) live -= shards_[i]->tombstones->DeadWith(term);
        walks[i].Next();
      }
      const absl::string_view word = absl::string_view(term).substr(prefix.size());
      // Below no prefix there are the prefixes of others too, pairs, and where texts begin.
      if (live > 0 && index::IsWrittenWord(word)) visitor(word, live);
    }
  }

  template <typename T>
  static T OrGiveUp(absl::StatusOr<T> result) {
    if (!result.ok()) throw GaveUp{result.status()};
    return *std::move(result);
  }

  absl::Status MatchOneByOne(const Pass& pass, MatchResult& result) {
    for (uint32_t shard = 0; shard < shards_.size(); ++shard) {
      if (shards_[shard] != nullptr) {
        MatchShard(pass, shard, result);
      } else {
        DL_RETURN_IF_ERROR(
            reference_->MatchShard(pass.plan, pass.range, pass.deadline, pass.total_known, shard, result));
      }
    }
    return absl::OkStatus();
  }

  bool HasAllPostings() const {
    return std::all_of(shards_.begin(), shards_.end(),
                       [](const std::unique_ptr<Shard>& shard) { return shard != nullptr; });
  }

  // The reference may not be asked by another thread: objects of Xapian cross none.
  bool IsWorthHelp(const QueryPlan& plan) const {
    return help_.helpers != nullptr && shards_.size() > 1 && plan.price_ns >= help_.least_price_ns &&
           HasAllPostings();
  }

  // All shards at the same time, as far as processors are idle. REQUIRES: HasAllPostings().
  void MatchTogether(const Pass& pass, MatchResult& result) {
    std::vector<MatchResult> parts(shards_.size());
    std::vector<std::exception_ptr> failures(shards_.size());
    const std::thread::id own_thread = std::this_thread::get_id();
    const auto deadline_there = pass.deadline.ForOtherThread();
    help_.helpers->Run(shards_.size(), [&](size_t shard) {
      try {
        const base::Deadline deadline = std::this_thread::get_id() == own_thread ? pass.deadline : deadline_there();
        parts[shard] = EmptyResult(pass.plan);
        MatchShard(Pass{pass.plan, pass.range, deadline, pass.total_known}, static_cast<uint32_t>(shard),
                   parts[shard]);
      } catch (...) {
        failures[shard] = std::current_exception();
      }
    });
    for (size_t shard = 0; shard < shards_.size(); ++shard) {
      if (failures[shard] != nullptr) std::rethrow_exception(failures[shard]);
      result.hits.insert(result.hits.end(), parts[shard].hits.begin(), parts[shard].hits.end());
      AddCounts(std::move(parts[shard]), result);
    }
  }

  void MatchShard(const Pass& pass, uint32_t number, MatchResult& result) {
    const QueryPlan& plan = pass.plan;
    const bool count = !pass.total_known && (plan.CountsMatches() || pass.range.max_hits == 0 ||
                                             plan.order == Order::kOldest || (plan.exact_total && pass.range.total));
    const bool ranked = plan.order == Order::kRelevance && pass.range.max_hits > 0;
    const auto plan_for = [&](ShardPlanner::Places places) { return PlanFor(pass, number, ranked, places); };
    ShardMatch(QueryOf(pass, number, count), *shards_[number], *reference_->facts()[number], plan_for).Run(result);
    for (size_t i = 0; i < plan.facets.size(); ++i) {
      if (plan.facets[i].lifted != plan::kNoFilter) CountLifted(pass, number, i, result.facets[i]);
    }
  }

  ShardMatch::Query QueryOf(const Pass& pass, uint32_t number, bool count) const {
    const int64_t newest = snapshot_->manifest().newest.value_or(0);
    return ShardMatch::Query{pass.plan, pass.range, pass.deadline, count, newest, number};
  }

  ShardPlan PlanFor(const Pass& pass, uint32_t number, bool ranked, ShardPlanner::Places places) {
    // Weights are of all shards, so planning for one looks at lists of all.
    base::MutexLock one_at_a_time(&planning_);
    Shard& shard = *shards_[number];
    if (NeedsStories(pass.plan) && shard.superseded.empty()) {
      shard.superseded = RowsOf((*OrGiveUp(reference_->Superseded()))[number]);
    }
    ShardPlanner::Shard of;
    of.lists = &shard.lists;
    if (!shard.dead.empty()) of.dead = &shard.dead;
    of.superseded = &shard.superseded;
    const auto weigh = [&](const std::string& stem) { return StatisticsOf(stem).weight; };
    return ShardPlanner(std::move(of), weigh, pass.deadline).Plan(pass.plan, ranked, places);
  }

  // Counts one facet over what would match without the filter that it lifts.
  void CountLifted(const Pass& pass, uint32_t number, size_t facet, FacetCounts& counts) {
    const QueryPlan wider = WithLiftedFilter(pass.plan, facet);
    const PageRange no_hits;
    const Pass wide{wider, no_hits, pass.deadline, false};
    MatchResult widely;
    widely.facets.push_back(std::move(counts));
    const auto plan_for = [&](ShardPlanner::Places places) {
      return PlanFor(wide, number, /*ranked=*/false, places);
    };
    ShardMatch(QueryOf(wide, number, /*count=*/true), *shards_[number], *reference_->facts()[number], plan_for)
        .Run(widely);
    counts = std::move(widely.facets.front());
  }

  static constexpr size_t kMaxStatistics = 4096;

  const std::shared_ptr<const Snapshot> snapshot_;
  const std::unique_ptr<ShardwiseMatcher> reference_;
  const ShardHelp help_;
  base::Mutex planning_;  // held while a plan is made, which is all that lists are looked up for while shards match
  std::vector<std::unique_ptr<Shard>> shards_;  // null where there are no postings: the reference's
  absl::flat_hash_map<std::string, Statistics> statistics_;
};

}  // namespace

absl::optional<MatchEngine> MatchEngineFromName(absl::string_view name) {
  if (name == "fast") return MatchEngine::kFast;
  if (name == "xapian") return MatchEngine::kXapian;
  return absl::nullopt;
}

absl::StatusOr<std::unique_ptr<Matcher>> NewMatcher(std::shared_ptr<const Snapshot> snapshot, MatchEngine engine,
                                                    ShardHelp help) {
  DL_ASSIGN_OR_RETURN(std::unique_ptr<ShardwiseMatcher> reference, NewXapianMatcher(snapshot));
  if (engine == MatchEngine::kXapian || !snapshot->HasAnyPostings()) return reference;
  return std::make_unique<FastMatcher>(std::move(snapshot), std::move(reference), help);
}

}  // namespace dateline::match::fast
