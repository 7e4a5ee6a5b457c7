// The frame of a peer in C++: its command line, its serve loop, and the answers' JSON, as bench/peers/README.md wants
// them.
//
// Thread-safety: one thread. Errors: engines throw what derives from std::exception, with one line for the user.
#ifndef DATELINE_BENCH_PEERS_COMMON_PEER_H_
#define DATELINE_BENCH_PEERS_COMMON_PEER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/peers/common/documents.h"
#include "bench/peers/common/query_tree.h"

namespace dateline::peers {

enum class Mode { kTop10, kTop100, kCount, kTop10Count, kTop10Facets, kNewest10 };

using Counts = std::vector<std::pair<std::string, uint64_t>>;

// Numbers, scores and counts in memory.
struct Answer {
  std::optional<uint64_t> total;
  std::vector<uint64_t> hits;
  std::vector<double> scores;
  std::map<std::string, Counts> facets;
};

struct BuildOptions {
  std::string index;  // a folder, empty
  uint64_t memory_mb = 0;
};

class Engine {
 public:
  virtual ~Engine() = default;

  virtual std::string name() const = 0;
  virtual std::string version() const = 0;

  // Adds all articles and leaves a searchable index. Returns the seconds that were spent to make one segment of all.
  virtual double Build(DocumentReader& documents, const BuildOptions& options) = 0;

  virtual void Open(const std::string& index) = 0;

  // Why it cannot ask the query; empty when it can.
  virtual std::string Skip(const Filtered& query) const = 0;

  virtual Answer Ask(const Filtered& query, Mode mode) = 0;
};

// The ten most frequent of counts by name, equals by name.
Counts MostFrequent(Counts counts);

// What a peer's main returns.
int PeerMain(int argc, char** argv, Engine& engine);

}  // namespace dateline::peers

#endif  // DATELINE_BENCH_PEERS_COMMON_PEER_H_
