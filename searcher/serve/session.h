// What one call on an engine works with: the generation, the limits, and a set of handles that no other call has.
//
// Thread-safety: a Session and a Call belong to one thread. Ownership: a Call's references must outlive it.
#ifndef DATELINE_SEARCHER_SERVE_SESSION_H_
#define DATELINE_SEARCHER_SERVE_SESSION_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/base/deadline.h"
#include "core/index/term_key.h"
#include "core/text/analyzer.h"
#include "core/text/variants.h"
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
  const text::Variants& variants;
  Session& session;
  const base::Deadline& deadline;
  const std::string damage = {};  // what is known to be damaged in the files of the generation; "": nothing

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

  absl::StatusOr<uint64_t> Count(absl::string_view prefix, absl::string_view word) override {
    return call_.matcher().Frequency(index::TermKey(prefix, word));
  }

  absl::StatusOr<bool> HasRow(const std::vector<std::string>& words, uint64_t articles) override {
    plan::QueryPlan row;
    row.root.kind = plan::PlanNode::Kind::kPhrase;
    row.order = plan::Order::kNewest;  // which ends when there are enough
    row.exact_total = false;
    for (const std::string& word : words) row.root.terms.push_back(index::TermKey("", word));
    match::PageRange range;
    range.max_hits = articles;
    range.total = false;
    const absl::StatusOr<match::MatchResult> result = call_.matcher().Match(row, range, call_.deadline);
    if (!result.ok()) return result.status();
    return result->hits.size() >= articles;
  }

 private:
  const Call& call_;
};

}  // namespace dateline::serve

#endif  // DATELINE_SEARCHER_SERVE_SESSION_H_
