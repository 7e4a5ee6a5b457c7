// Any bytes: the parser answers, what it accepts survives its canonical form, and what it refuses it refuses well.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/string_view.h"
#include "core/base/utf8.h"
#include "searcher/query/query_ast.h"
#include "searcher/query/query_limits.h"
#include "searcher/query/query_parser.h"

namespace {

using dateline::query::Node;
using dateline::query::Note;
using dateline::query::ParsedQuery;
using dateline::query::QueryLimits;
using dateline::query::Span;

void Require(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "broken law: %s\n", law);
  std::abort();
}

void RequireSpans(const Node& node, const Span& outer) {
  Require(node.span.begin < node.span.end, "a span is not empty");
  Require(node.span.begin >= outer.begin && node.span.end <= outer.end, "spans nest");
  // In order, too; values of one field that were gathered may have others between them.
  Span rest = node.span;
  for (const Node& child : node.children) {
    RequireSpans(child, rest);
    rest.begin = child.span.begin;
  }
}

// What a response echoes when the newest article is known can be sent again.
void RequireResolved(Node root, const QueryLimits& limits) {
  dateline::query::Resolve(absl::CivilDay(2019, 4, 25), root);
  const absl::StatusOr<ParsedQuery> again = dateline::query::ParseQuery(dateline::query::ToString(root), limits);
  Require(again.ok() && again->root == root, "resolved dates survive the canonical form");
}

void RequireLaws(absl::string_view text, const QueryLimits& limits) {
  const absl::StatusOr<ParsedQuery> parsed = dateline::query::ParseQuery(text, limits);
  if (!parsed.ok()) {
    const absl::optional<size_t> offset = dateline::query::QueryErrorOffset(parsed.status());
    Require(offset.has_value() && *offset <= text.size(), "an error points into the text");
    Require(parsed.status().message().find("; ") != absl::string_view::npos, "an error has a remedy");
    Require(dateline::base::IsValidUtf8(parsed.status().message()), "a message is UTF-8");
    return;
  }
  const Span whole{0, text.size()};
  RequireSpans(parsed->root, whole);
  for (const Note& note : parsed->notes) {
    Require(note.span.begin < note.span.end && note.span.end <= text.size(), "a note points into the text");
    Require(dateline::base::IsValidUtf8(note.message), "a note is UTF-8");
  }
  RequireResolved(parsed->root, limits);
  const std::string canonical = dateline::query::ToString(*parsed);
  const absl::StatusOr<ParsedQuery> again = dateline::query::ParseQuery(canonical, limits);
  Require(again.ok(), "a canonical form is accepted under the same limits");
  Require(again->root == parsed->root, "a canonical form gives the same tree");
  Require(again->sort == parsed->sort, "a canonical form gives the same order");
  Require(dateline::query::ToString(*again) == canonical, "a canonical form is its own canonical form");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  RequireLaws(text, QueryLimits());
  QueryLimits wide;
  wide.max_query_bytes = size_t{1} << 20;
  wide.max_leaves = size_t{1} << 20;
  wide.max_depth = size_t{1} << 20;
  wide.max_phrase_words = size_t{1} << 20;
  wide.max_expanded_words = size_t{1} << 20;
  RequireLaws(text, wide);
  QueryLimits tight;
  tight.max_query_bytes = 64;
  tight.max_leaves = 4;
  tight.max_depth = 3;
  tight.max_phrase_words = 2;
  tight.max_expanded_words = 1;
  tight.max_distance = 3;
  tight.max_mentions = 2;
  RequireLaws(text, tight);
  return 0;
}
