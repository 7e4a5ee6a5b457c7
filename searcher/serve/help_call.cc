#include "searcher/serve/help_call.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/index/schema.h"
#include "core/index/term_key.h"
#include "core/text/normalizer.h"
#include "searcher/plan/expansion.h"
#include "searcher/serve/article_call.h"

namespace dateline::serve {
namespace {

constexpr size_t kMaxSuggestBytes = 256;
constexpr int kDefaultSuggestions = 5;
// Copies of one story share a headline: so many times what is wanted is looked at.
constexpr uint64_t kHeadlinesLookedAt = 4;

// What was typed so far: whole words, and the letters of the one that is being typed.
struct Typed {
  std::vector<std::string> whole;
  std::string letters;    // "" after white space
  std::string beginning;  // all before the letters, as typed
};

Typed ReadTyped(text::Analyzer& analyzer, absl::string_view text) {
  Typed typed;
  std::vector<text::Token> tokens;
  analyzer.Tokenize(text, "", tokens);
  typed.beginning = std::string(text);
  for (const text::Token& token : tokens) {
    if (token.end == text.size()) {
      typed.letters = token.word->exact;
      typed.beginning = std::string(text.substr(0, token.begin));
    } else {
      typed.whole.push_back(token.word->exact);
    }
  }
  return typed;
}

absl::Status SuggestWords(const Call& call, const Typed& typed, size_t max, std::vector<Suggestion>& suggestions) {
  if (typed.letters.empty()) return absl::OkStatus();
  SessionVocabulary vocabulary(call);
  plan::Expander expander(vocabulary, call.session.analyzer, call.manifest().languages, plan::ExpansionLimits{max});
  DL_ASSIGN_OR_RETURN(const plan::Expansion words, expander.BeginningWith("", typed.letters));
  for (const std::string& word : words.words) {
    DL_ASSIGN_OR_RETURN(const uint64_t documents, vocabulary.Count("", word));
    suggestions.push_back(Suggestion{SuggestionKind::kWord, absl::StrCat(typed.beginning, word), documents});
  }
  return absl::OkStatus();
}

plan::PlanNode AnyOf(std::vector<std::string> terms) {
  plan::PlanNode node;
  node.kind = plan::PlanNode::Kind::kAny;
  node.terms = std::move(terms);
  std::sort(node.terms.begin(), node.terms.end());
  return node;
}

// The newest headlines that have all the words, and one that begins with the letters.
absl::Status SuggestHeadlines(const Call& call, const Typed& typed, size_t max,
                              std::vector<Suggestion>& suggestions) {
  plan::QueryPlan plan;
  plan.order = Order::kNewest;
  plan.exact_total = false;
  plan.root.kind = plan::PlanNode::Kind::kAnd;
  std::vector<plan::PlanNode>& parts = plan.root.children;
  for (const std::string& word : typed.whole) parts.push_back(AnyOf({index::TermKey(index::kHeadlineWord, word)}));
  if (!typed.letters.empty()) {
    SessionVocabulary vocabulary(call);
    plan::Expander expander(vocabulary, call.session.analyzer, call.manifest().languages,
                            call.options.expansion_limits);
    DL_ASSIGN_OR_RETURN(const plan::Expansion words, expander.BeginningWith(index::kHeadlineWord, typed.letters));
    std::vector<std::string> terms;
    for (const std::string& word : words.words) terms.push_back(index::TermKey(index::kHeadlineWord, word));
    parts.push_back(AnyOf(std::move(terms)));
  }
  if (parts.empty()) return absl::OkStatus();
  if (parts.size() == 1) plan.root = plan::PlanNode(parts.front());
  match::PageRange range;
  range.max_hits = kHeadlinesLookedAt * max;
  range.total = false;
  DL_ASSIGN_OR_RETURN(const match::MatchResult found, call.matcher().Match(plan, range, call.deadline));
  std::set<std::string> seen;
  for (const match::MatchHit& hit : found.hits) {
    if (seen.size() == max) break;
    DL_ASSIGN_OR_RETURN(index::StoredArticle stored, LoadStored(call, hit, /*bodies=*/false));
    std::string& headline = stored.article.headline;
    if (!seen.insert(headline).second) continue;
    suggestions.push_back(Suggestion{SuggestionKind::kHeadline, std::move(headline), 1});
  }
  return absl::OkStatus();
}

// Does the folded `name` have all the whole words, and one that begins with the letters?
bool Completes(const Typed& typed, absl::string_view name) {
  const std::vector<absl::string_view> words = absl::StrSplit(name, ' ', absl::SkipEmpty());
  for (const std::string& whole : typed.whole) {
    if (std::find(words.begin(), words.end(), whole) == words.end()) return false;
  }
  return std::any_of(words.begin(), words.end(),
                     [&typed](absl::string_view word) { return absl::StartsWith(word, typed.letters); });
}

// The name that folds to `folded`, as the newest article with `term` prints it; "" when it is not found.
absl::StatusOr<std::string> AsPrinted(const Call& call, SuggestionKind kind, const std::string& term,
                                      absl::string_view folded) {
  plan::QueryPlan plan;
  plan.order = Order::kNewest;
  plan.exact_total = false;
  plan.root = AnyOf({term});
  match::PageRange range;
  range.max_hits = 1;
  range.total = false;
  DL_ASSIGN_OR_RETURN(const match::MatchResult found, call.matcher().Match(plan, range, call.deadline));
  if (found.hits.empty()) return std::string();
  DL_ASSIGN_OR_RETURN(const index::StoredArticle stored, LoadStored(call, found.hits.front(), /*bodies=*/false));
  const article::Article& article = stored.article;
  if (kind == SuggestionKind::kOutlet) return article.outlet;
  for (const article::Credit& credit : article.bylines) {
    if (text::FoldName(credit.name) == folded) return credit.name;
  }
  return std::string();
}

// The names that most articles have.
absl::Status SuggestNames(const Call& call, const Typed& typed, SuggestionKind kind, size_t max,
                          std::vector<Suggestion>& suggestions) {
  if (typed.whole.empty() && typed.letters.empty()) return absl::OkStatus();
  const absl::string_view prefix = kind == SuggestionKind::kOutlet ? index::kOutletName : index::kBylineName;
  SessionVocabulary vocabulary(call);
  std::set<std::pair<int64_t, std::string>> best;  // most articles first
  DL_RETURN_IF_ERROR(vocabulary.Visit(prefix, "", [&](absl::string_view name, uint64_t documents) {
    if (!Completes(typed, name)) return;
    best.emplace(-static_cast<int64_t>(documents), std::string(name));
    if (best.size() > max) best.erase(std::prev(best.end()));
  }));
  for (const auto& [documents, folded] : best) {
    DL_ASSIGN_OR_RETURN(std::string name, AsPrinted(call, kind, absl::StrCat(prefix, folded), folded));
    if (!name.empty()) suggestions.push_back(Suggestion{kind, std::move(name), static_cast<uint64_t>(-documents)});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Suggestion>> RunSuggest(const Call& call, const SuggestRequest& request) {
  if (request.text.size() > kMaxSuggestBytes) {
    return absl::InvalidArgumentError(absl::StrCat("the text has ", request.text.size(), " bytes, the limit is ",
                                                   kMaxSuggestBytes, "; send what was typed last"));
  }
  if (!base::IsValidUtf8(request.text)) {
    return absl::InvalidArgumentError("the text is not valid UTF-8; send it as UTF-8");
  }
  if (request.max_suggestions < 0 || request.max_suggestions > call.options.max_suggestions) {
    return absl::InvalidArgumentError(absl::StrCat(request.max_suggestions, " suggestions; ask for at most ",
                                                   call.options.max_suggestions, " (max_suggestions)"));
  }
  const auto max =
      static_cast<size_t>(request.max_suggestions > 0 ? request.max_suggestions
                                                      : std::min(kDefaultSuggestions, call.options.max_suggestions));
  std::vector<SuggestionKind> kinds = request.kinds;
  if (kinds.empty()) {
    kinds = {SuggestionKind::kWord, SuggestionKind::kHeadline, SuggestionKind::kByline, SuggestionKind::kOutlet};
  }
  call.session.analyzer.TrimCache();
  const Typed typed = ReadTyped(call.session.analyzer, request.text);
  std::vector<Suggestion> suggestions;
  for (const SuggestionKind kind : kinds) {
    switch (kind) {
      case SuggestionKind::kWord:
        DL_RETURN_IF_ERROR(SuggestWords(call, typed, max, suggestions));
        break;
      case SuggestionKind::kHeadline:
        DL_RETURN_IF_ERROR(SuggestHeadlines(call, typed, max, suggestions));
        break;
      case SuggestionKind::kByline:
      case SuggestionKind::kOutlet:
        DL_RETURN_IF_ERROR(SuggestNames(call, typed, kind, max, suggestions));
        break;
    }
  }
  return suggestions;
}

absl::StatusOr<AnalyzeResponse> RunAnalyze(const Call& call, absl::string_view text, absl::string_view language) {
  if (text.size() > static_cast<size_t>(call.options.max_analyzed_bytes)) {
    return absl::InvalidArgumentError(absl::StrCat("the text has ", text.size(), " bytes, the limit is ",
                                                   call.options.max_analyzed_bytes,
                                                   " (max_analyzed_bytes); shorten it"));
  }
  if (!base::IsValidUtf8(text)) return absl::InvalidArgumentError("the text is not valid UTF-8; send it as UTF-8");
  const std::vector<std::string>& languages = call.manifest().languages;
  AnalyzeResponse response;
  response.language = std::string(language);
  if (language.empty() && !languages.empty()) response.language = languages.front();
  if (!language.empty() && std::find(languages.begin(), languages.end(), language) == languages.end()) {
    return absl::InvalidArgumentError(absl::StrCat("no article of this archive is in '", language,
                                                   "'; its languages are ", absl::StrJoin(languages, ", ")));
  }
  call.session.analyzer.TrimCache();
  std::vector<text::Token> tokens;
  call.session.analyzer.Tokenize(text, response.language, tokens);
  uint32_t position = index::kFirstPosition;
  for (const text::Token& token : tokens) {
    response.tokens.push_back(AnalyzedToken{token.begin, token.end, token.word->exact, token.word->stem, position++});
  }
  response.fingerprint = text::Analyzer::Fingerprint();
  return response;
}

}  // namespace dateline::serve
