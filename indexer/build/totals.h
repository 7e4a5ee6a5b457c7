// What a manifest says about many documents together.
//
// Thread-safety: a plain value.
#ifndef DATELINE_INDEXER_BUILD_TOTALS_H_
#define DATELINE_INDEXER_BUILD_TOTALS_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/types/optional.h"
#include "core/index/manifest.h"
#include "indexer/build/indexed_doc.h"

namespace dateline::build {

struct Totals {
  uint64_t documents = 0;
  uint64_t length = 0;
  uint64_t text_bytes = 0;
  uint64_t undated = 0;
  uint64_t shortened_terms = 0;
  absl::optional<int64_t> oldest;
  absl::optional<int64_t> newest;
  std::map<std::string, uint64_t> languages;  // documents of each

  void Add(const DocFacts& doc);
  void Add(const Totals& other);
};

// The sums of a shard that holds just these documents.
void FillShard(const Totals& totals, index::ManifestShard& shard);

// What an index takes for the average length of its documents when these are the first.
float AverageLength(const Totals& totals);

// The totals, the analyzer and the measured average length of a generation that holds just these documents.
void FillManifest(const Totals& totals, index::Manifest& manifest);

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_TOTALS_H_
