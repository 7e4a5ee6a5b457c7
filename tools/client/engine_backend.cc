#include <utility>

#include "core/base/deadline.h"
#include "tools/client/backend.h"

namespace dateline::client {
namespace {

using base::Deadline;

class EngineBackend final : public Backend {
 public:
  EngineBackend(std::unique_ptr<serve::Engine> engine, std::chrono::microseconds timeout)
      : engine_(std::move(engine)), timeout_(timeout) {}

  absl::StatusOr<serve::SearchResponse> Search(const serve::SearchRequest& request) override {
    return engine_->Search(request, Deadline::After(timeout_));
  }

  absl::StatusOr<serve::CountResponse> CountMatches(const serve::CountRequest& request) override {
    return engine_->CountMatches(request, Deadline::After(timeout_));
  }

  absl::Status Export(const serve::ExportRequest& request, serve::Engine::RowVisitor row) override {
    return engine_->Export(request, Deadline::After(timeout_), row);
  }

  absl::StatusOr<serve::ListFacetValuesResponse> ListFacetValues(
      const serve::ListFacetValuesRequest& request) override {
    return engine_->ListFacetValues(request, Deadline::After(timeout_));
  }

  absl::StatusOr<std::vector<serve::Suggestion>> Suggest(const serve::SuggestRequest& request) override {
    return engine_->Suggest(request, Deadline::After(timeout_));
  }

  absl::StatusOr<serve::ExplainResponse> Explain(const serve::ExplainRequest& request) override {
    return engine_->Explain(request, Deadline::After(timeout_));
  }

  absl::StatusOr<serve::AnalyzeResponse> Analyze(absl::string_view text, absl::string_view language) override {
    return engine_->Analyze(text, language);
  }

  absl::StatusOr<std::vector<absl::optional<serve::FullArticle>>> GetArticles(
      const std::vector<std::string>& ids) override {
    return engine_->BatchGetArticles(ids);
  }

  absl::StatusOr<serve::IndexStatus> Status() override {
    serve::IndexStatus status = engine_->Status();
    status.served_since = 0;  // it is opened for this call
    return status;
  }

  absl::StatusOr<serve::ReloadResult> Reload() override {
    return absl::InvalidArgumentError("reload is for a server; without one, every command reads the newest generation");
  }

 private:
  const std::unique_ptr<serve::Engine> engine_;
  const std::chrono::microseconds timeout_;
};

}  // namespace

std::unique_ptr<Backend> MakeEngineBackend(std::unique_ptr<serve::Engine> engine, std::chrono::microseconds timeout) {
  return std::make_unique<EngineBackend>(std::move(engine), timeout);
}

}  // namespace dateline::client
