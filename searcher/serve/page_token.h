// Page tokens: opaque, URL-safe, authenticated, bound to one generation and one plan. A token holds the place where
// the next page begins and the total of the first, so that no page counts again.
//
// The key lies in the index, so tokens outlive the server and are valid for copies of the index too. They carry no
// authorisation.
//
// Thread-safety: pure functions. Errors: InvalidArgument for text that is no token of this index or belongs to
// another request, FailedPrecondition for one of another generation.
#ifndef DATELINE_SEARCHER_SERVE_PAGE_TOKEN_H_
#define DATELINE_SEARCHER_SERVE_PAGE_TOKEN_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "searcher/match/match_result.h"

namespace dateline::serve {

struct PageCursor {
  uint64_t before = 0;   // hits on the pages before
  match::MatchHit last;  // the last of them, without shard and docid
  uint64_t total = 0;
  bool total_exact = true;
  bool operator==(const PageCursor&) const = default;
};

// What a token is good for.
struct PageTokenScope {
  absl::string_view key;         // secret
  absl::string_view generation;  // its name
  absl::string_view plan;        // canonical text of all that determines the pages
};

std::string MakePageToken(const PageTokenScope& scope, const PageCursor& cursor);

// The hash (base::Hash64) of the name of the generation that a token says to belong to, which only ReadPageToken
// proves; nothing for text that is no token.
absl::optional<uint64_t> GenerationOfToken(absl::string_view token);

absl::StatusOr<PageCursor> ReadPageToken(absl::string_view token, const PageTokenScope& scope);

}  // namespace dateline::serve

#endif  // DATELINE_SEARCHER_SERVE_PAGE_TOKEN_H_
