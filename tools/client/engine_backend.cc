#include <utility>

#include "core/base/deadline.h"
#include "tools/client/backend.h"

namespace dateline::client {
namespace {

class EngineBackend final : public Backend {
 public:
  EngineBackend(std::unique_ptr<serve::Engine> engine, std::chrono::microseconds timeout)
      : engine_(std::move(engine)), timeout_(timeout) {}

  absl::StatusOr<serve::SearchResponse> Search(const serve::SearchRequest& request) override {
    return engine_->Search(request, base::Deadline::After(timeout_));
  }

  absl::StatusOr<serve::FullArticle> GetArticle(absl::string_view id) override { return engine_->GetArticle(id); }

  absl::StatusOr<serve::IndexStatus> Status() override { return engine_->Status(); }

 private:
  const std::unique_ptr<serve::Engine> engine_;
  const std::chrono::microseconds timeout_;
};

}  // namespace

std::unique_ptr<Backend> MakeEngineBackend(std::unique_ptr<serve::Engine> engine, std::chrono::microseconds timeout) {
  return std::make_unique<EngineBackend>(std::move(engine), timeout);
}

}  // namespace dateline::client
