// Why an article matches a query, and what its score is made of.
//
// Thread-safety, errors: those of Engine.
#ifndef DATELINE_SEARCHER_SERVE_EXPLAIN_CALL_H_
#define DATELINE_SEARCHER_SERVE_EXPLAIN_CALL_H_

#include "absl/status/statusor.h"
#include "searcher/serve/session.h"

namespace dateline::serve {

absl::StatusOr<ExplainResponse> RunExplain(const Call& call, const ExplainRequest& request);

}  // namespace dateline::serve

#endif  // DATELINE_SEARCHER_SERVE_EXPLAIN_CALL_H_
