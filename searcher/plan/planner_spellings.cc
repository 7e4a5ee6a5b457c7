// The part of the planner that knows that a word may be written in other ways.
#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/status_macros.h"
#include "core/index/schema.h"
#include "core/index/term_key.h"
#include "searcher/plan/planner.h"

namespace dateline::plan {
namespace {

using query::Kind;
using query::Node;
using query::WordForm;

void AddAll(const std::vector<std::string>& more, std::vector<std::string>& terms) {
  terms.insert(terms.end(), more.begin(), more.end());
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
}

// The same documents, without scores.
PlanNode AsFilter(PlanNode node) {
  if (node.kind != PlanNode::Kind::kWord) node.scored.clear();
  for (PlanNode& child : node.children) child = AsFilter(std::move(child));
  return node;
}

// What was typed as a node: a word of the text, or words in a row.
Node NodeOf(const Spelling& spelling, query::Field field) {
  Node node;
  node.kind = spelling.words.size() == 1 ? Kind::kWord : Kind::kPhrase;
  node.field = field;
  node.text = spelling.text;
  return node;
}

// A spelling counts as its best member, word by word: the stems of a word that was not typed become alternatives of a
// typed word that the spelling lacks, the first of the one of the first of the other, and the last of what remains.
void AddScores(const std::vector<std::string>& typed, const Spelling& spelling,
               const std::vector<Alternatives>& stems, std::vector<Alternatives>& scored) {
  const auto has = [](const std::vector<std::string>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  std::vector<size_t> lacking;
  for (size_t i = 0; i < typed.size(); ++i) {
    if (!has(spelling.words, typed[i])) lacking.push_back(i);
  }
  if (lacking.empty()) lacking.push_back(typed.size() - 1);
  size_t next = 0;
  for (size_t i = 0; i < spelling.words.size(); ++i) {
    if (has(typed, spelling.words[i])) continue;
    AddAll(stems[i], scored[lacking[std::min(next, lacking.size() - 1)]]);
    ++next;
  }
}

}  // namespace

// Is it a word of the text, not quoted, nor with '*' or '~'?
bool Planner::IsBare(const Node& node) {
  return node.kind == Kind::kWord && node.form == WordForm::kStem && query::IsTextField(node.field);
}

absl::StatusOr<std::vector<Spelling>> Planner::SpellingsOf(const Node& node, const Analysed& analysed) {
  if (!spellings_.has_value() || !IsBare(node)) return std::vector<Spelling>();
  const absl::string_view typed =
      absl::string_view(node.text).substr(analysed.first_begin, analysed.last_end - analysed.first_begin);
  DL_ASSIGN_OR_RETURN(std::vector<Spelling> spellings, spellings_->OfWord(typed, analysed.words, splits_));
  NoteSpellings(typed, absl::StrCat("=", typed), spellings);
  return spellings;
}

// `typed` is the plan of `words`, and scores one list of stems for each of them.
absl::StatusOr<PlanNode> Planner::WithSpellings(PlanNode typed, const std::vector<std::string>& words,
                                                query::Field field, const std::vector<Spelling>& spellings,
                                                bool highlighted) {
  std::vector<Alternatives> scored;
  if (typed.kind == PlanNode::Kind::kAnd) {
    for (const PlanNode& child : typed.children) {
      scored.insert(scored.end(), child.scored.begin(), child.scored.end());
    }
  } else {
    scored = typed.scored;
  }
  PlanNode either;
  either.kind = PlanNode::Kind::kEither;
  either.children.push_back(AsFilter(std::move(typed)));
  for (const Spelling& spelling : spellings) {
    const Node node = NodeOf(spelling, field);
    const Analysed analysed = Analyse(node.text);
    DL_ASSIGN_OR_RETURN(PlanNode lowered, LowerWords(node, analysed));
    if (highlighted) Highlight(node, analysed, lowered);
    AddScores(words, spelling, lowered.scored, scored);
    PlanNode& first = either.children.front();
    if (lowered.kind == PlanNode::Kind::kWord && first.kind == PlanNode::Kind::kWord) {
      AddAll(lowered.scored.front(), first.scored.front());
    } else if (lowered.kind == PlanNode::Kind::kAny && first.kind == PlanNode::Kind::kAny) {
      AddAll(lowered.terms, first.terms);
    } else {
      either.children.push_back(AsFilter(std::move(lowered)));
    }
  }
  if (either.children.size() > 1) {
    either.scored = std::move(scored);
    return either;
  }
  PlanNode only = std::move(either.children.front());
  only.scored = std::move(scored);
  return only;
}

// How many of the children of `node` from `first` on are, taken together, a name that has other spellings; the most
// of them, and 0 when there is none.
absl::StatusOr<size_t> Planner::RowLength(const Node& node, size_t first, std::vector<Spelling>& spellings,
                                          std::vector<std::string>& words) {
  size_t length = 0;
  std::vector<std::string> row;
  for (size_t i = first; i < node.children.size(); ++i) {
    const Node& child = node.children[i];
    if (!IsBare(child) || child.field != node.children[first].field) break;
    const Analysed analysed = Analyse(child.text);
    row.insert(row.end(), analysed.words.begin(), analysed.words.end());
    if (analysed.words.empty() || row.size() > text::kMaxVariantWords) break;
    if (i == first) continue;
    DL_ASSIGN_OR_RETURN(std::vector<Spelling> found, spellings_->OfRow(row));
    if (found.empty()) continue;
    length = i + 1 - first;
    spellings = std::move(found);
    words = row;
  }
  return length;
}

// The plan of the name that stands in `node`, a conjunction, from its child `next` on, which is moved behind it.
// Nothing when there is none.
absl::StatusOr<absl::optional<PlanNode>> Planner::LowerRow(const Node& node, size_t& next, bool highlighted) {
  if (!spellings_.has_value()) return absl::optional<PlanNode>();
  std::vector<Spelling> spellings;
  std::vector<std::string> words;
  DL_ASSIGN_OR_RETURN(const size_t length, RowLength(node, next, spellings, words));
  if (length == 0) return absl::optional<PlanNode>();
  PlanNode typed;
  typed.kind = PlanNode::Kind::kAnd;
  std::vector<std::string> texts;
  for (size_t i = next; i < next + length; ++i) {
    texts.push_back(node.children[i].text);
    DL_ASSIGN_OR_RETURN(absl::optional<PlanNode> lowered, Lower(node.children[i], highlighted));
    typed.children.push_back(*std::move(lowered));  // RowLength saw that it has words
  }
  const query::Field field = node.children[next].field;
  next += length;
  const std::string text = absl::StrJoin(texts, " ");
  NoteSpellings(text, absl::StrCat("\"", text, "\""), spellings);
  DL_ASSIGN_OR_RETURN(PlanNode lowered, WithSpellings(std::move(typed), words, field, spellings, highlighted));
  return absl::optional<PlanNode>(std::move(lowered));
}

// What else may stand where `node` is an operand.
absl::Status Planner::AppendSpellings(const Node& node, const Analysed& analysed, Operand& operand,
                                      std::vector<Alternatives>& scored) {
  DL_ASSIGN_OR_RETURN(const std::vector<Spelling> spellings, SpellingsOf(node, analysed));
  for (const Spelling& spelling : spellings) {
    const Node other = NodeOf(spelling, node.field);
    DL_ASSIGN_OR_RETURN(Lowered lowered, LowerSequence(other, Analyse(other.text), /*all_forms=*/true));
    operand.push_back(std::move(lowered.sequence));
    AddScores(analysed.words, spelling, lowered.scored, scored);
  }
  return absl::OkStatus();
}

void Planner::NoteSpellings(absl::string_view typed, absl::string_view remedy,
                            const std::vector<Spelling>& spellings) {
  std::map<Spelling::Source, std::vector<std::string>> texts;
  for (const Spelling& spelling : spellings) texts[spelling.source].push_back(spelling.text);
  for (const auto& [source, found] : texts) {
    std::string why = absl::StrCat("spellings of lexicon ", variants_->version());
    if (source == Spelling::Source::kHyphen) why = "the word without its hyphens";
    if (source == Spelling::Source::kSplit) why = "as this archive writes it";
    Warn(absl::StrCat("'", typed, "' also finds ", absl::StrJoin(found, ", "), " (", why, "; write ", remedy,
                      " for this spelling only)"));
  }
}

}  // namespace dateline::plan
