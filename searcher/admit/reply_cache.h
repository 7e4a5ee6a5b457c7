// Encoded replies by encoded request: bounded in bytes, least recently used out first, in shards that lock apart.
//
// A reply belongs to an epoch (serve::Engine::answer_epoch): with another epoch everything is forgotten. While one
// call works out a reply, others that ask for the same wait for it instead of working, too (single flight).
//
// Thread-safety: all methods may be called from any thread. Ownership: a Reply is shared and does not change. Waiters
// are called without a lock, by the thread that settles; they must not block.
#ifndef DATELINE_SEARCHER_ADMIT_REPLY_CACHE_H_
#define DATELINE_SEARCHER_ADMIT_REPLY_CACHE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "core/base/mutex.h"

namespace dateline::admit {

struct CachedReply {
  std::string bytes;
  bool gives_page_token = false;
  // For those who are told of the call.
  std::string generation = {};
  uint64_t total_hits = 0;
};

struct ReplyCacheOptions {
  size_t max_bytes = size_t{64} << 20;  // of all keys and replies, with what they take beside; 0: nothing is kept
  size_t shards = 16;
};

class ReplyCache {
 public:
  using Reply = std::shared_ptr<const CachedReply>;
  // Gets the reply, or null when working it out failed: then whoever waits must work himself.
  using Waiter = std::function<void(const Reply&)>;

  enum class Role {
    kHit,     // here is the reply
    kLead,    // work it out, and call Settle, whatever comes of it
    kFollow,  // somebody works it out: the waiter will be called
  };
  struct Found {
    Role role = Role::kLead;
    Reply reply;
  };

  struct Gauges {
    uint64_t entries = 0;
    uint64_t bytes = 0;
    uint64_t evictions = 0;  // these three since the beginning
    uint64_t hits = 0;       // those who waited for another included
    uint64_t misses = 0;
  };

  // What an entry takes beside key and reply, about.
  static constexpr size_t kEntryBytes = 160;
  // A greater part of a shard is not given to one reply.
  static constexpr size_t kLargestShare = 8;

  explicit ReplyCache(const ReplyCacheOptions& options);

  // `waiter` is kept for kFollow only.
  Found Get(uint64_t epoch, absl::string_view key, Waiter waiter);
  // As Get, but nobody waits and nobody leads: a hit, or null.
  Reply Peek(uint64_t epoch, absl::string_view key);
  // To be called once by whoever leads. Null: there is no reply to keep.
  void Settle(uint64_t epoch, absl::string_view key, Reply reply);

  Gauges gauges() const;

 private:
  struct Entry {
    std::string key;
    Reply reply;
  };
  using Entries = std::list<Entry>;  // most recently used first
  struct Shard {
    mutable base::Mutex mutex;
    uint64_t epoch ABSL_GUARDED_BY(mutex) = 0;
    Entries entries ABSL_GUARDED_BY(mutex);
    absl::flat_hash_map<absl::string_view, Entries::iterator> by_key ABSL_GUARDED_BY(mutex);
    absl::flat_hash_map<std::pair<uint64_t, std::string>, std::vector<Waiter>> in_flight ABSL_GUARDED_BY(mutex);
    size_t bytes ABSL_GUARDED_BY(mutex) = 0;
    uint64_t evictions ABSL_GUARDED_BY(mutex) = 0;
    uint64_t hits ABSL_GUARDED_BY(mutex) = 0;
    uint64_t misses ABSL_GUARDED_BY(mutex) = 0;
  };

  static size_t BytesOf(const Entry& entry) { return entry.key.size() + entry.reply->bytes.size() + kEntryBytes; }
  Shard& ShardOf(absl::string_view key);
  Reply FindIn(Shard& shard, uint64_t epoch, absl::string_view key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);
  void KeepIn(Shard& shard, absl::string_view key, Reply reply) ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);

  const size_t shard_bytes_;
  std::vector<Shard> shards_;
};

}  // namespace dateline::admit

#endif  // DATELINE_SEARCHER_ADMIT_REPLY_CACHE_H_
