// What is known of all articles of a generation together, found out when it is first asked for and kept: how many
// articles have which name, and which articles newer versions of their stories supersede.
//
// Thread-safety: any thread may ask; the first one works with its own facts while others wait. What is returned lives
// as long as the census and does not change. Exceptions: Xapian's may pass through; then nothing was kept.
#ifndef DATELINE_SEARCHER_MATCH_CENSUS_H_
#define DATELINE_SEARCHER_MATCH_CENSUS_H_

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/types/optional.h"
#include "core/base/mutex.h"
#include "core/index/facet_name.h"
#include "core/index/schema.h"
#include "searcher/match/shard_facts.h"

namespace dateline::match {

// The facts of all shards of one generation, in its order.
using GenerationFacts = std::vector<std::unique_ptr<ShardFacts>>;

struct NameCount {
  index::FacetName name;
  uint64_t articles = 0;
  bool operator==(const NameCount&) const = default;
};

// Documents of one shard.
struct DocumentSet {
  std::vector<bool> rows;  // by docid - 1
  uint32_t count = 0;      // of those that are in it
};

class Census {
 public:
  // Ascending by name.
  const std::vector<NameCount>& Names(index::NameField field, const GenerationFacts& facts);

  // What has been found out so far, so that the next generation can have it ready.
  struct Known {
    std::vector<index::NameField> names;
    bool superseded = false;
  };
  Known known() const;

  // By shard: the articles that are not the latest of their story (core/index/FORMAT.md, Stories).
  const std::vector<DocumentSet>& Superseded(const GenerationFacts& facts);

 private:
  mutable base::Mutex mutex_;
  std::array<absl::optional<std::vector<NameCount>>, index::kNameFieldCount> names_ ABSL_GUARDED_BY(mutex_);
  absl::optional<std::vector<DocumentSet>> superseded_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_CENSUS_H_
