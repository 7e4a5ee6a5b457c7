#include "searcher/serve/explain_call.h"

namespace dateline::serve {

absl::StatusOr<ExplainResponse> RunExplain(const Call&, const ExplainRequest&) {
  return absl::UnimplementedError("Explain");
}

}  // namespace dateline::serve
