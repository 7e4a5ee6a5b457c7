// The runs of a shard as the source of its postings: their terms, merged once more, with their positions.
//
// Thread-safety: as PostingsSource.
#ifndef DATELINE_INDEXER_BUILD_GLASS_POSTINGS_PASS_H_
#define DATELINE_INDEXER_BUILD_GLASS_POSTINGS_PASS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "indexer/build/postings_source.h"

namespace dateline::build::glass {

// Of the documents of `runs`, which follow each other from row 0 on.
absl::StatusOr<std::unique_ptr<PostingsSource>> OpenRuns(absl::Span<const std::string> runs);

}  // namespace dateline::build::glass

#endif  // DATELINE_INDEXER_BUILD_GLASS_POSTINGS_PASS_H_
