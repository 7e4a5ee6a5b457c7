#include "searcher/serve/help_call.h"

namespace dateline::serve {

absl::StatusOr<std::vector<Suggestion>> RunSuggest(const Call&, const SuggestRequest&) {
  return absl::UnimplementedError("Suggest");
}

absl::StatusOr<std::vector<std::string>> OtherQueries(const Call&, const QuerySpec&, const Prepared&) {
  return std::vector<std::string>();
}

absl::StatusOr<std::vector<ClauseCount>> CountClauses(const Call&, const QuerySpec&, const Prepared&) {
  return std::vector<ClauseCount>();
}

absl::StatusOr<AnalyzeResponse> RunAnalyze(const Call&, absl::string_view, absl::string_view) {
  return absl::UnimplementedError("Analyze");
}

}  // namespace dateline::serve
