#include "searcher/match/census.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "core/index/story.h"
#include "searcher/match/facet_counter.h"
#include "searcher/match/match_result.h"
#include "searcher/plan/query_plan.h"

namespace dateline::match {
namespace {

std::vector<NameCount> CountNames(index::NameField field, const GenerationFacts& facts) {
  std::vector<CountedName> counted;
  uint64_t none = 0;
  std::vector<uint32_t> live;
  for (const std::unique_ptr<ShardFacts>& shard : facts) {
    live.clear();
    for (uint32_t docid = 1; docid <= shard->Documents(); ++docid) {
      if (!shard->IsDead(docid)) live.push_back(docid);
    }
    NameCounter counter(field, *shard);
    counter.Count(live);
    counter.AddTo(counted, none);
  }
  std::vector<NameCount> names;
  names.reserve(counted.size());
  for (const CountedName& name : counted) names.push_back(NameCount{*name.name, name.count});
  return names;
}

// The newest version seen of one story at one instant.
struct Newest {
  int64_t instant = 0;
  uint32_t version = 0;
  uint32_t shard = 0;
  uint32_t docid = 0;
  bool superseded = false;  // by an article of a later instant
};

// Where the walk through a shard stands.
struct Place {
  int64_t instant = 0;
  base::DocKey key;
  uint32_t shard = 0;
  uint32_t docid = 0;
};

// In the total order of documents?
bool ComesFirst(const Place& a, const Place& b) {
  return ComesBefore(plan::Order::kNewest, MatchHit{0, a.instant, a.key}, MatchHit{0, b.instant, b.key});
}

// Shows `visit` every live document of the generation in the total order. Each shard is in order, but stretches of
// time that articles were added to lie in several.
template <typename Visit>
void VisitInOrder(const GenerationFacts& facts, Visit visit) {
  const auto last = [](const Place& a, const Place& b) { return ComesFirst(b, a); };
  std::vector<Place> places;  // a heap, the next document in front
  const auto push = [&](uint32_t shard, uint32_t docid) {
    while (docid <= facts[shard]->Documents() && facts[shard]->IsDead(docid)) ++docid;
    if (docid > facts[shard]->Documents()) return;
    places.push_back(Place{facts[shard]->Instant(docid), facts[shard]->Key(docid), shard, docid});
    std::push_heap(places.begin(), places.end(), last);
  };
  for (uint32_t shard = 0; shard < facts.size(); ++shard) push(shard, 1);
  while (!places.empty()) {
    const Place place = places.front();
    visit(place);
    std::pop_heap(places.begin(), places.end(), last);
    places.pop_back();
    push(place.shard, place.docid + 1);
  }
}

// Documents are met newest first, so what could supersede one by its instant has been seen before it; only within one
// instant may a higher version come later.
std::vector<DocumentSet> FindSuperseded(const GenerationFacts& facts) {
  std::vector<DocumentSet> superseded;
  for (const std::unique_ptr<ShardFacts>& shard : facts) {
    superseded.push_back(DocumentSet{std::vector<bool>(shard->Documents())});
  }
  absl::flat_hash_map<uint64_t, Newest> stories;
  VisitInOrder(facts, [&](const Place& place) {
    const index::Story story = facts[place.shard]->Story(place.docid);
    if (story.key == 0) return;
    Newest now{place.instant, story.version, place.shard, place.docid, false};
    const auto [entry, added] = stories.try_emplace(story.key, now);
    if (added) return;
    Newest& last = entry->second;
    if (last.instant == now.instant) {
      if (now.version <= last.version) {
        superseded[now.shard].rows[now.docid - 1] = true;
        return;
      }
      superseded[last.shard].rows[last.docid - 1] = true;
      now.superseded = last.superseded;
    } else {
      now.superseded = last.instant - now.instant <= index::kStorySeconds;
    }
    superseded[now.shard].rows[now.docid - 1] = now.superseded;
    last = now;
  });
  for (DocumentSet& set : superseded) {
    set.count = static_cast<uint32_t>(std::count(set.rows.begin(), set.rows.end(), true));
  }
  return superseded;
}

}  // namespace

const std::vector<NameCount>& Census::Names(index::NameField field, const GenerationFacts& facts) {
  base::MutexLock lock(&mutex_);
  absl::optional<std::vector<NameCount>>& names = names_[static_cast<size_t>(field)];
  if (!names) names = CountNames(field, facts);
  return *names;
}

Census::Known Census::known() const {
  base::MutexLock lock(&mutex_);
  Known known;
  for (size_t field = 0; field < names_.size(); ++field) {
    if (names_[field]) known.names.push_back(static_cast<index::NameField>(field));
  }
  known.superseded = superseded_.has_value();
  return known;
}

const std::vector<DocumentSet>& Census::Superseded(const GenerationFacts& facts) {
  base::MutexLock lock(&mutex_);
  if (!superseded_) superseded_ = FindSuperseded(facts);
  return *superseded_;
}

}  // namespace dateline::match
