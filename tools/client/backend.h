// Who answers the client: an index opened in this process, or a server. Both answer the same.
//
// Thread-safety: one thread at a time. Ownership: responses are plain values. Errors: those of serve::Engine, and for
// a server also Unavailable (nobody answers) and ResourceExhausted (overload). What an error or a response says may
// be another program's text: escape it before it reaches a terminal.
#ifndef DATELINE_TOOLS_CLIENT_BACKEND_H_
#define DATELINE_TOOLS_CLIENT_BACKEND_H_

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "searcher/serve/engine.h"

namespace dateline::client {

class Backend {
 public:
  virtual ~Backend() = default;

  virtual absl::StatusOr<serve::SearchResponse> Search(const serve::SearchRequest& request) = 0;
  virtual absl::StatusOr<serve::CountResponse> CountMatches(const serve::CountRequest& request) = 0;
  // Hands every match to `row`, in order, until it returns an error, which is returned. OK means that it was all.
  virtual absl::Status Export(const serve::ExportRequest& request, serve::Engine::RowVisitor row) = 0;
  virtual absl::StatusOr<serve::ListFacetValuesResponse> ListFacetValues(
      const serve::ListFacetValuesRequest& request) = 0;
  virtual absl::StatusOr<std::vector<serve::Suggestion>> Suggest(const serve::SuggestRequest& request) = 0;
  virtual absl::StatusOr<serve::ExplainResponse> Explain(const serve::ExplainRequest& request) = 0;
  virtual absl::StatusOr<serve::AnalyzeResponse> Analyze(absl::string_view text, absl::string_view language) = 0;
  // One article, or nothing, for each of the ids, of which there may be EngineOptions::max_batch_articles.
  virtual absl::StatusOr<std::vector<absl::optional<serve::FullArticle>>> GetArticles(
      const std::vector<std::string>& ids) = 0;
  virtual absl::StatusOr<serve::IndexStatus> Status() = 0;
  // Has a server look for a newer generation. An index opened here has none to tell: InvalidArgument.
  virtual absl::StatusOr<serve::ReloadResult> Reload() = 0;
};

// Answers from `engine`; each call may take `timeout`.
std::unique_ptr<Backend> MakeEngineBackend(std::unique_ptr<serve::Engine> engine, std::chrono::microseconds timeout);

// Where a server is, and what it wants to be shown. PEM is the text of certificates and keys, not their files.
struct ServerAccess {
  std::string address;  // "HOST:PORT" or "unix:/PATH"
  std::string api_key;  // "": none is sent
  bool tls = false;
  std::string ca_pem;           // who vouches for the server; "": those that the machine trusts
  std::string certificate_pem;  // of the client; "": it shows none
  std::string key_pem;
};

// Asks a server; each call may take `timeout`. Connects at the first call.
std::unique_ptr<Backend> MakeGrpcBackend(const ServerAccess& access, std::chrono::microseconds timeout);

}  // namespace dateline::client

#endif  // DATELINE_TOOLS_CLIENT_BACKEND_H_
