// Dateline as one more engine of bench/peers/README.md, Serving: commands on standard input, answers on standard
// output.
#ifndef DATELINE_BENCH_PEER_PEER_H_
#define DATELINE_BENCH_PEER_PEER_H_

#include <istream>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "searcher/match/fast/fast_matcher.h"

namespace dateline::bench {

struct PeerOptions {
  std::string index;
  std::string queries;
  match::fast::MatchEngine engine = match::fast::MatchEngine::kFast;
};

// Returns at the end of `in`. An error is about the index or the file of queries; what is wrong with a command is
// said in its answer.
absl::Status RunPeer(const PeerOptions& options, std::istream& in, std::ostream& out);

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_PEER_PEER_H_
