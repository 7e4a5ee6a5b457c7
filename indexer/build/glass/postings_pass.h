// Runs to postings (core/index/postings.h): the terms of all runs, merged once more, with their positions.
//
// Thread-safety: pure function. Errors: those of files; DataLoss for runs that cannot be read back.
#ifndef DATELINE_INDEXER_BUILD_GLASS_POSTINGS_PASS_H_
#define DATELINE_INDEXER_BUILD_GLASS_POSTINGS_PASS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "core/index/postings_builder.h"

namespace dateline::build::glass {

// Gives `builder` every term of the documents of `runs`, which follow each other from row 0 on.
absl::Status WritePostings(absl::Span<const std::string> runs, index::PostingsBuilder& builder);

}  // namespace dateline::build::glass

#endif  // DATELINE_INDEXER_BUILD_GLASS_POSTINGS_PASS_H_
