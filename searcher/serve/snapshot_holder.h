// The generations that an engine can answer from: the one that is served, and older ones that a call still uses or
// that a page token may still ask for.
//
// Thread-safety: all methods may be called from any thread; a Use and a Session belong to one thread at a time.
// Ownership: a Use keeps its generation, and the files of it, alive; it must not outlive its holder.
#ifndef DATELINE_SEARCHER_SERVE_SNAPSHOT_HOLDER_H_
#define DATELINE_SEARCHER_SERVE_SNAPSHOT_HOLDER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/helpers.h"
#include "core/base/mutex.h"
#include "searcher/match/fast/fast_matcher.h"
#include "searcher/match/snapshot.h"
#include "searcher/serve/session.h"

namespace dateline::serve {

// One generation with the sessions that calls borrow.
class ServedGeneration {
 public:
  // `helpers` must outlive it.
  ServedGeneration(std::shared_ptr<const match::Snapshot> snapshot, match::fast::MatchEngine engine,
                   base::Helpers* helpers);

  const match::Snapshot& snapshot() const { return *snapshot_; }
  const std::string& name() const { return snapshot_->generation().name(); }
  int64_t since() const { return since_; }  // when it was opened: seconds since the epoch

  absl::StatusOr<std::unique_ptr<Session>> Borrow();
  void GiveBack(std::unique_ptr<Session> session);

  // Opens `sessions` sessions and has one answer, so that no call has to wait for that, and that what cannot be read
  // shows now. Finds out of all articles what `like`, unless it is null, knows of its own.
  absl::Status Warm(size_t sessions, const match::Snapshot* like);
  // How many sessions were ever used at once.
  size_t most_sessions() const;

  // From now on no idle session is kept.
  void Retire();

  // What is known to be damaged in its files; "" when nothing is.
  std::string damage() const;
  void SetDamage(std::string damage);

 private:
  const std::shared_ptr<const match::Snapshot> snapshot_;
  const match::fast::MatchEngine engine_;
  base::Helpers* const helpers_;
  const int64_t since_;
  mutable base::Mutex mutex_;
  std::vector<std::unique_ptr<Session>> idle_ ABSL_GUARDED_BY(mutex_);
  size_t lent_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t most_lent_ ABSL_GUARDED_BY(mutex_) = 0;
  bool retired_ ABSL_GUARDED_BY(mutex_) = false;
  std::string damage_ ABSL_GUARDED_BY(mutex_);
};

class SnapshotHolder {
 private:
  using Clock = std::chrono::steady_clock;
  struct Held {
    std::unique_ptr<ServedGeneration> generation;
    size_t users = 0;
    Clock::time_point tokens_until = Clock::time_point::min();
  };

 public:
  struct Options {
    std::chrono::milliseconds page_token_life = std::chrono::minutes(30);
    size_t max_older = 64;  // beyond, the oldest is let go though a token may still ask for it
  };

  // Keeps a generation from being let go.
  class Use {
   public:
    Use(Use&& other) noexcept : holder_(std::exchange(other.holder_, nullptr)), held_(other.held_) {}
    Use& operator=(Use&&) = delete;
    ~Use() {
      if (holder_ != nullptr) holder_->Release(held_);
    }

    ServedGeneration& operator*() const { return *held_->generation; }
    ServedGeneration* operator->() const { return held_->generation.get(); }

    // A page token for this generation is about to be given out.
    void NoteToken() const { holder_->NoteToken(held_); }

   private:
    friend class SnapshotHolder;
    Use(SnapshotHolder* holder, Held* held) : holder_(holder), held_(held) {}

    SnapshotHolder* holder_;
    Held* held_;
  };

  SnapshotHolder(std::unique_ptr<ServedGeneration> first, const Options& options);

  Use Current();

  // The generation that `token` belongs to, if it is held; else the current one, which will refuse the token.
  Use ForToken(absl::string_view token);

  // `next` is served from now on.
  void Replace(std::unique_ptr<ServedGeneration> next);

  // Lets go of what nothing needs any more. Releasing does that too; this is for when no calls come.
  void DropExpired();

  // Names of the older generations that are held, newest first.
  std::vector<std::string> OlderNames();

 private:
  using HeldList = std::list<Held>;  // whose elements stay where they are

  Use UseOf(HeldList::iterator held) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Release(Held* held);
  void NoteToken(Held* held);
  // Takes what nothing needs out of `generations_`, for the caller to destroy without the lock.
  HeldList TakeExpired() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Options options_;
  base::Mutex mutex_;
  HeldList generations_ ABSL_GUARDED_BY(mutex_);  // the current one first; never empty
};

}  // namespace dateline::serve

#endif  // DATELINE_SEARCHER_SERVE_SNAPSHOT_HOLDER_H_
