// What to say of a query that found nothing: what its parts find, and what else could be asked. This is help, so what
// takes too long or cannot be planned is left out: it never makes a search fail that was answered.
#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "core/base/status_macros.h"
#include "searcher/plan/expansion.h"
#include "searcher/plan/planner.h"
#include "searcher/serve/help_call.h"

namespace dateline::serve {
namespace {

using query::Kind;
using query::Node;

constexpr size_t kMaxOtherQueries = 3;
constexpr size_t kMaxTried = 12;            // other queries that are counted
constexpr size_t kMaxCorrected = 4;         // words that are looked up in the archive's vocabulary
constexpr size_t kMinCorrectedLetters = 4;  // what is shorter is like too much
constexpr size_t kLettersForTwoEdits = 8;

// How many articles `root` finds, with the request's filters or without; nothing when it cannot be told in time.
absl::optional<uint64_t> Count(const Call& call, const QuerySpec& spec, const Prepared& prepared, const Node& root,
                               bool filtered) {
  if (call.deadline.Expired()) return absl::nullopt;
  SessionVocabulary vocabulary(call);
  plan::Planner planner(call.session.analyzer, call.manifest(), vocabulary, call.options.expansion_limits);
  plan::PlanRequest request;
  request.variants = spec.variants ? &call.variants : nullptr;
  request.order = Order::kNewest;
  absl::StatusOr<plan::PlannedQuery> planned = planner.Plan(root, request);
  if (!planned.ok()) return absl::nullopt;
  if (filtered) planned->plan.filters = prepared.plan.filters;
  const absl::StatusOr<match::MatchResult> result =
      call.matcher().Match(planned->plan, match::PageRange(), call.deadline);
  if (!result.ok()) return absl::nullopt;
  return result->total;
}

bool IsBare(const Node& node) {
  return node.kind == Kind::kWord && node.form == query::WordForm::kStem && query::IsTextField(node.field);
}

// Calls visit(node) for the words that are asked for and not quoted.
template <typename Tree, typename Visit>
void ForEachBareWord(Tree& node, Visit visit) {
  if (node.kind == Kind::kNot) return;
  if (IsBare(node)) visit(node);
  for (auto& child : node.children) ForEachBareWord(child, visit);
}

// A group of one is what it holds.
void Simplify(Node& group) {
  if (group.children.size() != 1) return;
  Node only = std::move(group.children.front());
  group = std::move(only);
}

class OtherQueriesFinder {
 public:
  OtherQueriesFinder(const Call& call, const QuerySpec& spec, const Prepared& prepared)
      : call_(call), spec_(spec), prepared_(prepared) {}

  absl::StatusOr<std::vector<std::string>> Find() {
    const Node& root = prepared_.parsed.root;
    DL_RETURN_IF_ERROR(FindCorrections());
    if (!corrections_.empty()) {
      Node corrected = root;
      ForEachBareWord(corrected, [this](Node& word) { Correct(word); });
      Try(corrected);
    }
    TryJoined(root);
    // Fewer words find more, but answer another question.
    if (found_.empty()) TryWithout(root);
    std::vector<std::string> queries = TakeFound();
    if (queries.size() > kMaxOtherQueries) queries.resize(kMaxOtherQueries);
    return queries;
  }

 private:
  // The words of the archive for those that it does not have.
  absl::Status FindCorrections() {
    std::vector<Node> words;
    ForEachBareWord(prepared_.parsed.root, [&words](const Node& word) { words.push_back(word); });
    size_t looked_up = 0;
    for (const Node& word : words) {
      if (corrections_.count(word.text) > 0 || looked_up == kMaxCorrected) continue;
      const absl::optional<uint64_t> articles = Count(call_, spec_, prepared_, word, /*filtered=*/false);
      if (articles.value_or(1) > 0) continue;
      ++looked_up;
      DL_ASSIGN_OR_RETURN(std::string correction, Correction(word.text));
      if (!correction.empty()) corrections_.emplace(word.text, std::move(correction));
    }
    return absl::OkStatus();
  }

  // The word of the archive that is most like `typed`, and of equals the most frequent; else two words that it has in
  // a row; "" when there is none. As in word~1, the first letter is not in doubt.
  absl::StatusOr<std::string> Correction(absl::string_view typed) {
    std::vector<text::Token> tokens;
    call_.session.analyzer.Tokenize(typed, "", tokens);
    if (tokens.size() != 1) return std::string();
    const std::string word = tokens.front().word->exact;
    const size_t letters = plan::LetterCount(word);
    if (letters < kMinCorrectedLetters) return std::string();
    SessionVocabulary vocabulary(call_);
    size_t least = letters >= kLettersForTwoEdits ? 2 : 1;
    uint64_t most = 0;
    std::string best;
    const absl::Status status =
        vocabulary.Visit("", plan::FirstLetters(word, 1), [&](absl::string_view other, uint64_t documents) {
          const size_t edits = plan::EditsBetween(word, other, least);
          if (edits == 0 || edits > least || (edits == least && documents <= most)) return;
          least = edits;
          most = documents;
          best = std::string(other);
        });
    if (absl::IsDeadlineExceeded(status)) return std::string();
    DL_RETURN_IF_ERROR(status);
    if (!best.empty()) return best;
    return Split(vocabulary, word);
  }

  absl::StatusOr<std::string> Split(SessionVocabulary& vocabulary, const std::string& word) {
    for (size_t letter = 2; letter + 2 <= plan::LetterCount(word); ++letter) {
      const std::string first(plan::FirstLetters(word, letter));
      const std::string second = word.substr(first.size());
      DL_ASSIGN_OR_RETURN(const uint64_t with_first, vocabulary.Count("", first));
      DL_ASSIGN_OR_RETURN(const uint64_t with_second, vocabulary.Count("", second));
      if (with_first == 0 || with_second == 0) continue;
      if (std::min(with_first, with_second) > plan::kMaxArticlesOfHalf) continue;
      const absl::StatusOr<bool> row = vocabulary.HasRow({first, second}, 1);
      if (!row.ok()) break;
      if (*row) return absl::StrCat(first, " ", second);
    }
    return std::string();
  }

  void Correct(Node& word) const {
    const auto found = corrections_.find(word.text);
    if (found == corrections_.end()) return;
    word.text = found->second;
    if (word.text.find(' ') != std::string::npos) word.kind = Kind::kPhrase;
  }

  // Neighbours that the archive writes as one word.
  void TryJoined(const Node& root) {
    if (root.kind != Kind::kAnd) return;
    for (size_t i = 0; i + 1 < root.children.size(); ++i) {
      const Node& left = root.children[i];
      const Node& right = root.children[i + 1];
      if (!IsBare(left) || !IsBare(right) || left.field != right.field) continue;
      Node joined = root;
      joined.children[i].text = absl::StrCat(left.text, right.text);
      joined.children.erase(joined.children.begin() + static_cast<ptrdiff_t>(i) + 1);
      Simplify(joined);
      Try(joined);
    }
  }

  // The query without one of its parts, and with its words put right.
  void TryWithout(const Node& root) {
    if (root.kind != Kind::kAnd) return;
    for (size_t i = 0; i < root.children.size(); ++i) {
      Node rest = root;
      rest.children.erase(rest.children.begin() + static_cast<ptrdiff_t>(i));
      Simplify(rest);
      ForEachBareWord(rest, [this](Node& word) { Correct(word); });
      Try(rest);
    }
  }

  void Try(const Node& root) {
    if (tried_ == kMaxTried) return;
    ++tried_;
    query::ParsedQuery parsed = prepared_.parsed;
    parsed.root = root;
    const std::string text = query::ToString(parsed);
    if (!query::ParseQuery(text, call_.options.query_limits).ok()) return;
    const absl::optional<uint64_t> articles = Count(call_, spec_, prepared_, root, /*filtered=*/true);
    if (articles.value_or(0) > 0) found_.emplace_back(*articles, text);
  }

  // The most fruitful first.
  std::vector<std::string> TakeFound() {
    std::stable_sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::string> queries;
    for (auto& [articles, text] : found_) queries.push_back(std::move(text));
    found_.clear();
    return queries;
  }

  const Call& call_;
  const QuerySpec& spec_;
  const Prepared& prepared_;
  std::map<std::string, std::string> corrections_;  // by what was typed
  std::vector<std::pair<uint64_t, std::string>> found_;
  size_t tried_ = 0;
};

bool HasFilters(const Prepared& prepared) { return !prepared.plan.filters.empty(); }

}  // namespace

absl::StatusOr<std::vector<std::string>> OtherQueries(const Call& call, const QuerySpec& spec,
                                                      const Prepared& prepared) {
  if (spec.match_any) return std::vector<std::string>();
  return OtherQueriesFinder(call, spec, prepared).Find();
}

absl::StatusOr<std::vector<ClauseCount>> CountClauses(const Call& call, const QuerySpec& spec,
                                                      const Prepared& prepared) {
  std::vector<ClauseCount> clauses;
  if (spec.match_any) return clauses;
  const Node& root = prepared.parsed.root;
  std::vector<const Node*> parts;
  const auto add = [&parts](const Node& part) {
    parts.push_back(&part);
    if (part.kind != Kind::kOr) return;
    for (const Node& child : part.children) parts.push_back(&child);
  };
  if (root.kind != Kind::kAnd || HasFilters(prepared)) add(root);
  if (root.kind == Kind::kAnd) {
    for (const Node& child : root.children) add(child);
  }
  if (parts.size() > call.options.query_limits.max_leaves) parts.resize(call.options.query_limits.max_leaves);
  for (const Node* part : parts) {
    const absl::optional<uint64_t> articles = Count(call, spec, prepared, *part, /*filtered=*/false);
    if (!articles) continue;
    clauses.push_back(ClauseCount{query::ToString(*part), static_cast<uint32_t>(part->span.begin),
                                  static_cast<uint32_t>(part->span.end), *articles});
  }
  return clauses;
}

}  // namespace dateline::serve
