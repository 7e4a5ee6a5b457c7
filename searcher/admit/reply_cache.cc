#include "searcher/admit/reply_cache.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"

namespace dateline::admit {

ReplyCache::ReplyCache(const ReplyCacheOptions& options)
    : shard_bytes_(options.max_bytes / std::max<size_t>(1, options.shards)),
      shards_(std::max<size_t>(1, options.shards)) {}

ReplyCache::Shard& ReplyCache::ShardOf(absl::string_view key) {
  return shards_[absl::Hash<absl::string_view>()(key) % shards_.size()];
}

ReplyCache::Reply ReplyCache::FindIn(Shard& shard, uint64_t epoch, absl::string_view key) {
  if (epoch > shard.epoch) {
    shard.by_key.clear();
    shard.entries.clear();
    shard.bytes = 0;
    shard.epoch = epoch;
  }
  const auto found = epoch == shard.epoch ? shard.by_key.find(key) : shard.by_key.end();
  if (found == shard.by_key.end()) {
    ++shard.misses;
    return nullptr;
  }
  ++shard.hits;
  shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
  return found->second->reply;
}

ReplyCache::Found ReplyCache::Get(uint64_t epoch, absl::string_view key, Waiter waiter) {
  Shard& shard = ShardOf(key);
  base::MutexLock lock(&shard.mutex);
  if (Reply reply = FindIn(shard, epoch, key)) return Found{Role::kHit, std::move(reply)};
  // Those of an older epoch are few, short-lived, and alone.
  if (epoch != shard.epoch) return Found{Role::kLead, nullptr};
  const auto [flight, leads] = shard.in_flight.try_emplace({epoch, std::string(key)});
  if (leads) return Found{Role::kLead, nullptr};
  --shard.misses;
  ++shard.hits;
  flight->second.push_back(std::move(waiter));
  return Found{Role::kFollow, nullptr};
}

ReplyCache::Reply ReplyCache::Peek(uint64_t epoch, absl::string_view key) {
  Shard& shard = ShardOf(key);
  base::MutexLock lock(&shard.mutex);
  return FindIn(shard, epoch, key);
}

void ReplyCache::Settle(uint64_t epoch, absl::string_view key, Reply reply) {
  Shard& shard = ShardOf(key);
  std::vector<Waiter> waiters;
  {
    base::MutexLock lock(&shard.mutex);
    const auto flight = shard.in_flight.find({epoch, std::string(key)});
    if (flight != shard.in_flight.end()) {
      waiters = std::move(flight->second);
      shard.in_flight.erase(flight);
    }
    if (reply != nullptr && epoch == shard.epoch) KeepIn(shard, key, reply);
  }
  for (const Waiter& waiter : waiters) waiter(reply);
}

void ReplyCache::KeepIn(Shard& shard, absl::string_view key, Reply reply) {
  if (shard.by_key.contains(key)) return;
  Entry entry{std::string(key), std::move(reply)};
  const size_t bytes = BytesOf(entry);
  if (bytes > shard_bytes_ / kLargestShare) return;
  shard.entries.push_front(std::move(entry));
  shard.by_key.emplace(shard.entries.front().key, shard.entries.begin());
  shard.bytes += bytes;
  while (shard.bytes > shard_bytes_) {
    const Entry& last = shard.entries.back();
    shard.bytes -= BytesOf(last);
    shard.by_key.erase(last.key);
    shard.entries.pop_back();
    ++shard.evictions;
  }
}

ReplyCache::Gauges ReplyCache::gauges() const {
  Gauges sum;
  for (const Shard& shard : shards_) {
    base::MutexLock lock(&shard.mutex);
    sum.entries += shard.entries.size();
    sum.bytes += shard.bytes;
    sum.evictions += shard.evictions;
    sum.hits += shard.hits;
    sum.misses += shard.misses;
  }
  return sum;
}

}  // namespace dateline::admit
