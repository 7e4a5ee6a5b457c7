// Several sorted sources, merged: whose front comes first. A tree of losers, which plays one game a level when the
// front of the winner has changed, where a heap plays two and moves what it orders.
//
// Thread-safety: belongs to one thread.
#ifndef DATELINE_INDEXER_BUILD_TOURNAMENT_H_
#define DATELINE_INDEXER_BUILD_TOURNAMENT_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace dateline::build {

// `Before(a, b)`: does the front of source a come before that of b? No two are alike, and a source that has ended
// comes behind all others.
template <typename Before>
class Tournament {
 public:
  // Sources are numbered from 0.
  Tournament(size_t sources, Before before) : before_(std::move(before)), losers_(sources) {
    // The games of node i are between the winners of nodes 2i and 2i + 1; the sources are the nodes from `sources`
    // on.
    std::vector<uint32_t> winners(2 * sources);
    for (size_t i = 0; i < sources; ++i) winners[sources + i] = static_cast<uint32_t>(i);
    for (size_t node = sources; node-- > 1;) {
      const uint32_t a = winners[2 * node];
      const uint32_t b = winners[2 * node + 1];
      const bool a_wins = before_(a, b);
      winners[node] = a_wins ? a : b;
      losers_[node] = a_wins ? b : a;
    }
    if (sources > 0) winner_ = sources == 1 ? 0 : winners[1];
  }

  // REQUIRES: there are sources.
  size_t winner() const { return winner_; }

  // Call when the front of the winner has changed.
  void Replay() {
    for (size_t node = (losers_.size() + winner_) / 2; node > 0; node /= 2) {
      if (before_(losers_[node], winner_)) std::swap(losers_[node], winner_);
    }
  }

 private:
  const Before before_;
  std::vector<uint32_t> losers_;  // by node; 0 is none
  uint32_t winner_ = 0;
};

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_TOURNAMENT_H_
