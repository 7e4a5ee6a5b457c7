// May this room write for the library that is linked? It must be one that the tests have seen, and it must read a
// small database of ours as it was meant.
//
// Thread-safety: may be called from any thread. Errors: FailedPrecondition with the remedy; those of files.
#ifndef DATELINE_INDEXER_BUILD_GLASS_SELF_CHECK_H_
#define DATELINE_INDEXER_BUILD_GLASS_SELF_CHECK_H_

#include <string>

#include "absl/status/status.h"

namespace dateline::build::glass {

// `scratch` exists; what is written there is removed again. Takes some milliseconds the first
// time that it succeeds in a process, and nothing from then on. `any_version`: a library that
// the tests have not seen will do, when it reads what it should.
absl::Status SelfCheck(const std::string& scratch, bool any_version);

}  // namespace dateline::build::glass

#endif  // DATELINE_INDEXER_BUILD_GLASS_SELF_CHECK_H_
