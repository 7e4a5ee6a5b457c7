// What one call on an engine works with: the generation, the limits, and a set of handles that no other call has.
//
// Thread-safety: a Session and a Call belong to one thread. Ownership: a Call's references must outlive it.
#ifndef DATELINE_SEARCHER_SERVE_SESSION_H_
#define DATELINE_SEARCHER_SERVE_SESSION_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/base/deadline.h"
#include "core/text/analyzer.h"
#include "searcher/match/matcher.h"
#include "searcher/match/snapshot.h"
#include "searcher/plan/vocabulary.h"
#include "searcher/serve/engine.h"

namespace dateline::serve {

// What no two calls may share.
struct Session {
  std::unique_ptr<match::Matcher> matcher;
  text::Analyzer analyzer;
};

struct Call {
  const EngineOptions& options;
  const match::Snapshot& snapshot;
  Session& session;
  const base::Deadline& deadline;

  const std::string& generation() const { return snapshot.generation().name(); }
  const index::Manifest& manifest() const { return snapshot.manifest(); }
  match::Matcher& matcher() const { return *session.matcher; }
};

// The words of the archive, under the deadline of one call.
class SessionVocabulary : public plan::Vocabulary {
 public:
  explicit SessionVocabulary(const Call& call) : call_(call) {}

  absl::Status Visit(absl::string_view prefix, absl::string_view beginning, Visitor visitor) override {
    return call_.matcher().VisitWords(prefix, beginning, call_.deadline, visitor);
  }

 private:
  const Call& call_;
};

}  // namespace dateline::serve

#endif  // DATELINE_SEARCHER_SERVE_SESSION_H_
