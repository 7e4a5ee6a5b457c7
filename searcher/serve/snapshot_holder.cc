#include "searcher/serve/snapshot_holder.h"

#include <algorithm>
#include <iterator>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "core/base/checksum.h"
#include "core/base/status_macros.h"
#include "searcher/serve/page_token.h"

namespace dateline::serve {
namespace {

// Finds the newest article that matches.
absl::Status Answer(match::Matcher& matcher, plan::PlanNode root) {
  plan::QueryPlan plan;
  plan.root = std::move(root);
  plan.order = plan::Order::kNewest;
  match::PageRange newest;
  newest.max_hits = 1;
  newest.total = false;
  return matcher.Match(plan, newest, base::Deadline()).status();
}

// Has the census of the matcher's generation know that, too.
absl::Status LearnWhatIsKnown(const match::Census::Known& known, match::Matcher& matcher) {
  using plan::FacetField;
  for (const FacetField field : {FacetField::kOutlet, FacetField::kByline, FacetField::kAgency, FacetField::kDateline,
                                 FacetField::kSection, FacetField::kLanguage}) {
    if (std::find(known.names.begin(), known.names.end(), *plan::NamesOf(field)) == known.names.end()) continue;
    DL_RETURN_IF_ERROR(matcher.VisitNames(field, [](const index::FacetName&, uint64_t) {}));
  }
  if (!known.superseded) return absl::OkStatus();
  plan::PlanNode latest;
  latest.kind = plan::PlanNode::Kind::kLatest;
  return Answer(matcher, std::move(latest));
}

}  // namespace

ServedGeneration::ServedGeneration(std::shared_ptr<const match::Snapshot> snapshot, match::fast::MatchEngine engine,
                                   base::Helpers* helpers)
    : snapshot_(std::move(snapshot)), engine_(engine), helpers_(helpers), since_(absl::ToUnixSeconds(absl::Now())) {}

absl::StatusOr<std::unique_ptr<Session>> ServedGeneration::Borrow() {
  {
    base::MutexLock lock(&mutex_);
    most_lent_ = std::max(most_lent_, ++lent_);
    if (!idle_.empty()) {
      std::unique_ptr<Session> session = std::move(idle_.back());
      idle_.pop_back();
      return session;
    }
  }
  auto session = std::make_unique<Session>();
  absl::StatusOr<std::unique_ptr<match::Matcher>> matcher =
      match::fast::NewMatcher(snapshot_, engine_, match::fast::ShardHelp{helpers_});
  if (!matcher.ok()) {
    GiveBack(nullptr);
    return matcher.status();
  }
  session->matcher = *std::move(matcher);
  return session;
}

void ServedGeneration::GiveBack(std::unique_ptr<Session> session) {
  base::MutexLock lock(&mutex_);
  --lent_;
  if (session != nullptr && !retired_) idle_.push_back(std::move(session));
}

absl::Status ServedGeneration::Warm(size_t sessions, const match::Snapshot* like) {
  std::vector<std::unique_ptr<Session>> opened;
  absl::Status status;
  for (size_t i = 0; i < std::max<size_t>(1, sessions) && status.ok(); ++i) {
    absl::StatusOr<std::unique_ptr<Session>> session = Borrow();
    status = session.status();
    if (session.ok()) opened.push_back(*std::move(session));
  }
  if (status.ok()) status = Answer(*opened.front()->matcher, plan::PlanNode());
  if (status.ok() && like != nullptr) status = LearnWhatIsKnown(like->census().known(), *opened.front()->matcher);
  for (std::unique_ptr<Session>& session : opened) GiveBack(std::move(session));
  return status;
}

size_t ServedGeneration::most_sessions() const {
  base::MutexLock lock(&mutex_);
  return most_lent_;
}

void ServedGeneration::Retire() {
  std::vector<std::unique_ptr<Session>> idle;  // closed without the lock
  base::MutexLock lock(&mutex_);
  retired_ = true;
  idle.swap(idle_);
}

std::string ServedGeneration::damage() const {
  base::MutexLock lock(&mutex_);
  return damage_;
}

void ServedGeneration::SetDamage(std::string damage) {
  base::MutexLock lock(&mutex_);
  damage_ = std::move(damage);
}

SnapshotHolder::SnapshotHolder(std::unique_ptr<ServedGeneration> first, const Options& options) : options_(options) {
  base::MutexLock lock(&mutex_);
  generations_.emplace_front().generation = std::move(first);
}

SnapshotHolder::Use SnapshotHolder::Current() {
  base::MutexLock lock(&mutex_);
  return UseOf(generations_.begin());
}

SnapshotHolder::Use SnapshotHolder::ForToken(absl::string_view token) {
  const absl::optional<uint64_t> hash = GenerationOfToken(token);
  base::MutexLock lock(&mutex_);
  const auto now = Clock::now();
  for (auto held = generations_.begin(); hash && held != generations_.end(); ++held) {
    const bool valid = held == generations_.begin() || now < held->tokens_until;
    if (valid && base::Hash64(held->generation->name()) == *hash) return UseOf(held);
  }
  return UseOf(generations_.begin());
}

void SnapshotHolder::Replace(std::unique_ptr<ServedGeneration> next) {
  const Use last = Current();
  {
    base::MutexLock lock(&mutex_);
    generations_.emplace_front().generation = std::move(next);
    auto oldest = generations_.begin();
    std::advance(oldest, std::min(generations_.size(), options_.max_older + 1));
    for (; oldest != generations_.end(); ++oldest) oldest->tokens_until = Clock::time_point::min();
  }
  last->Retire();
}

void SnapshotHolder::DropExpired() {
  HeldList expired;
  base::MutexLock lock(&mutex_);
  expired = TakeExpired();
}

std::vector<std::string> SnapshotHolder::OlderNames() {
  base::MutexLock lock(&mutex_);
  std::vector<std::string> names;
  for (auto held = std::next(generations_.begin()); held != generations_.end(); ++held) {
    names.push_back(held->generation->name());
  }
  return names;
}

SnapshotHolder::Use SnapshotHolder::UseOf(HeldList::iterator held) {
  ++held->users;
  return Use(this, &*held);
}

void SnapshotHolder::Release(Held* held) {
  HeldList expired;
  base::MutexLock lock(&mutex_);
  --held->users;
  expired = TakeExpired();
}

void SnapshotHolder::NoteToken(Held* held) {
  base::MutexLock lock(&mutex_);
  held->tokens_until = Clock::now() + options_.page_token_life;
}

SnapshotHolder::HeldList SnapshotHolder::TakeExpired() {
  HeldList expired;
  if (generations_.size() == 1) return expired;
  const auto now = Clock::now();
  for (auto held = std::next(generations_.begin()); held != generations_.end();) {
    const auto next = std::next(held);
    if (held->users == 0 && now >= held->tokens_until) expired.splice(expired.end(), generations_, held);
    held = next;
  }
  return expired;
}

}  // namespace dateline::serve
