#include "searcher/match/census.h"

#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "core/index/story.h"

namespace dateline::match {
namespace {

std::vector<NameCount> CountNames(index::NameField field, const GenerationFacts& facts) {
  std::map<index::FacetName, uint64_t> merged;
  std::vector<uint32_t> numbers;
  for (const std::unique_ptr<ShardFacts>& shard : facts) {
    std::vector<uint64_t> counts;
    for (uint32_t docid = 1; docid <= shard->Documents(); ++docid) {
      shard->Names(field, docid, numbers);
      for (const uint32_t number : numbers) {
        if (number >= counts.size()) counts.resize(number + 1);
        ++counts[number];
      }
    }
    for (uint32_t number = 0; number < counts.size(); ++number) {
      if (counts[number] > 0) merged[shard->Name(field, number)] += counts[number];
    }
  }
  std::vector<NameCount> names;
  names.reserve(merged.size());
  for (const auto& [name, count] : merged) names.push_back(NameCount{name, count});
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

// Documents come newest first, so what could supersede one by its instant has been seen before it; only within one
// instant may a higher version come later.
std::vector<DocumentSet> FindSuperseded(const GenerationFacts& facts) {
  std::vector<DocumentSet> superseded;
  absl::flat_hash_map<uint64_t, Newest> stories;
  for (uint32_t shard = 0; shard < facts.size(); ++shard) {
    superseded.emplace_back(facts[shard]->Documents());
    for (uint32_t docid = 1; docid <= facts[shard]->Documents(); ++docid) {
      const index::Story story = facts[shard]->Story(docid);
      if (story.key == 0) continue;
      Newest now{facts[shard]->Instant(docid), story.version, shard, docid, false};
      const auto [entry, added] = stories.try_emplace(story.key, now);
      if (added) continue;
      Newest& last = entry->second;
      if (last.instant == now.instant) {
        if (now.version <= last.version) {
          superseded[shard][docid - 1] = true;
          continue;
        }
        superseded[last.shard][last.docid - 1] = true;
        now.superseded = last.superseded;
      } else {
        now.superseded = last.instant - now.instant <= index::kStorySeconds;
      }
      superseded[shard][docid - 1] = now.superseded;
      last = now;
    }
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

const std::vector<DocumentSet>& Census::Superseded(const GenerationFacts& facts) {
  base::MutexLock lock(&mutex_);
  if (!superseded_) superseded_ = FindSuperseded(facts);
  return *superseded_;
}

}  // namespace dateline::match
