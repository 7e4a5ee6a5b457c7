#include "searcher/plan/planner.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/status_macros.h"
#include "core/index/schema.h"
#include "core/index/term_key.h"
#include "core/text/normalizer.h"
#include "searcher/query/query_limits.h"
#include "searcher/query/query_parser.h"

namespace dateline::plan {
namespace {

using query::Fact;
using query::Field;
using query::Kind;
using query::Node;
using query::WordForm;

constexpr size_t kMaxListedWords = 10;

PlanNode AnyOf(std::vector<std::string> terms) {
  PlanNode node;
  node.kind = PlanNode::Kind::kAny;
  node.terms = std::move(terms);
  return node;
}

PlanNode Not(PlanNode child) {
  PlanNode node;
  node.kind = PlanNode::Kind::kNot;
  node.children.push_back(std::move(child));
  return node;
}

// Matches no document: an empty choice.
PlanNode Nothing() { return AnyOf({}); }

template <typename T>
void SortUnique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

std::vector<std::string> WithPrefix(absl::string_view prefix, const std::vector<std::string>& texts) {
  std::vector<std::string> terms;
  for (const std::string& text : texts) terms.push_back(index::TermKey(prefix, text));
  return terms;
}

std::vector<Alternatives> ScoredStems(const std::vector<Alternatives>& stems) {
  std::vector<Alternatives> scored;
  for (const Alternatives& alternatives : stems) scored.push_back(WithPrefix(index::kStem, alternatives));
  return scored;
}

PlanNode NameFilter(absl::string_view prefix, const std::vector<std::string>& names) {
  std::vector<std::string> terms;
  for (const std::string& name : names) terms.push_back(index::TermKey(prefix, text::FoldName(name)));
  SortUnique(terms);
  return AnyOf(std::move(terms));
}

// The prefix of the terms with positions of a field of words, or of the whole names of the others.
absl::string_view PrefixOf(Field field) {
  switch (field) {
    case Field::kText:
    case Field::kBody:
      return "";
    case Field::kHeadline:
      return index::kHeadlineWord;
    case Field::kLead:
      return index::kLeadWord;
    case Field::kCaption:
      return index::kCaptionWord;
    case Field::kByline:
      return index::kBylineWord;
    case Field::kDateline:
      return index::kDatelineWord;
    case Field::kOutlet:
      return index::kOutletName;
    case Field::kAgency:
      return index::kAgencyName;
    case Field::kSection:
      return index::kSectionName;
    case Field::kLanguage:
      return index::kLanguageName;
  }
  return "";
}

absl::string_view StemPrefixOf(Field field) {
  switch (field) {
    case Field::kHeadline:
      return index::kHeadlineStem;
    case Field::kLead:
      return index::kLeadStem;
    case Field::kCaption:
      return index::kCaptionStem;
    default:
      return index::kStem;
  }
}

// The words of `field` at one place of the text. The body has no terms of its own: it is what is neither headline nor
// caption, and the terms of these have the same positions.
Slot SlotOf(Field field, const std::vector<std::string>& words) {
  Slot slot;
  slot.terms = WithPrefix(PrefixOf(field), words);
  SortUnique(slot.terms);
  if (field == Field::kBody) {
    for (const absl::string_view prefix : {index::kHeadlineWord, index::kCaptionWord}) {
      const std::vector<std::string> terms = WithPrefix(prefix, words);
      slot.excluded.insert(slot.excluded.end(), terms.begin(), terms.end());
    }
    SortUnique(slot.excluded);
  }
  return slot;
}

bool IsPlain(const Slot& slot) { return slot.terms.size() == 1 && slot.excluded.empty(); }

size_t Letters(absl::string_view word) {
  return static_cast<size_t>(
      std::count_if(word.begin(), word.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

size_t Leaves(const Node& node) {
  if (node.children.empty()) return 1;
  size_t leaves = 0;
  for (const Node& child : node.children) leaves += Leaves(child);
  return leaves;
}

absl::Status NothingToFind(const Node& node) {
  return query::QueryError(node.span.begin, absl::StrCat("'", node.text,
                                                         "' holds no letter or digit, so it has no place in a text; "
                                                         "write a word, or leave it out"));
}

// An index whose articles are all dead has no language, and queries of words all the same.
const std::vector<std::string>& StemLanguages(const index::Manifest& manifest) {
  static const auto* const kNone = new std::vector<std::string>{""};
  return manifest.languages.empty() ? *kNone : manifest.languages;
}

}  // namespace

absl::StatusOr<PlannedQuery> Planner::Plan(const Node& root, const PlanRequest& request) {
  highlights_ = HighlightRules();
  warnings_.clear();
  analyzer_.TrimCache();
  variants_ = request.variants;
  spellings_.reset();
  if (variants_ != nullptr) {
    spellings_.emplace(*variants_, vocabulary_, analyzer_, manifest_.languages, limits_.max_spellings);
  }
  splits_ = Leaves(root) <= kMaxLeavesForSplits;
  DL_ASSIGN_OR_RETURN(absl::optional<PlanNode> lowered, Lower(root, /*highlighted=*/true));
  if (!lowered) {
    return query::QueryError(root.span.begin,
                             "the query holds no letter or digit to search for; write a word, or * for everything");
  }
  return Finish(*std::move(lowered), request);
}

absl::StatusOr<PlannedQuery> Planner::PlanAny(absl::string_view text, const query::QueryLimits& limits,
                                              const PlanRequest& request) {
  highlights_ = HighlightRules();
  warnings_.clear();
  analyzer_.TrimCache();
  if (text.size() > limits.max_any_bytes) {
    return query::QueryError(limits.max_any_bytes,
                             absl::StrCat("the text has ", text.size(), " bytes; at most ", limits.max_any_bytes,
                                          " are taken (max_any_bytes): shorten it"));
  }
  const Analysed analysed = Analyse(text);
  if (analysed.words.empty()) {
    return query::QueryError(0, "the text holds no letter or digit to search for; write a word");
  }
  if (analysed.words.size() > limits.max_any_words) {
    return query::QueryError(
        text.size(), absl::StrCat("the text has ", analysed.words.size(), " words; at most ", limits.max_any_words,
                                  " are taken (max_any_words): shorten it"));
  }
  PlanNode root;
  root.kind = PlanNode::Kind::kOr;
  std::map<Alternatives, size_t> places;  // of words among the children
  for (const Alternatives& stems : analysed.stems) {
    const auto [place, added] = places.try_emplace(stems, root.children.size());
    if (!added) {
      ++root.children[place->second].times;
      continue;
    }
    PlanNode word;
    word.kind = PlanNode::Kind::kWord;
    word.scored = {WithPrefix(index::kStem, stems)};
    root.children.push_back(std::move(word));
    highlights_.stems.insert(highlights_.stems.end(), stems.begin(), stems.end());
  }
  SortUnique(highlights_.stems);
  if (root.children.size() == 1) root = PlanNode(root.children.front());
  return Finish(std::move(root), request);
}

PlannedQuery Planner::Finish(PlanNode root, const PlanRequest& request) {
  PlannedQuery planned;
  QueryPlan& plan = planned.plan;
  plan.root = std::move(root);
  AddFilters(request, plan);
  plan.order = request.order;
  plan.recency = request.recency && request.order == Order::kRelevance && manifest_.newest.has_value();
  plan.histogram = request.histogram;
  plan.exact_total = request.exact_total;
  plan.highlights = std::move(highlights_);
  planned.warnings = std::move(warnings_);
  return planned;
}

// The filters, and which of them each facet lifts.
void Planner::AddFilters(const PlanRequest& request, QueryPlan& plan) const {
  std::array<size_t, index::kNameFieldCount> filter_of;
  for (size_t field = 0; field < index::kNameFieldCount; ++field) {
    filter_of[field] = request.names[field].empty() ? kNoFilter : plan.filters.size();
    if (request.names[field].empty()) continue;
    plan.filters.push_back(NameFilter(index::kNameFields[field].term_prefix, request.names[field]));
  }
  const bool in_days = request.days.first || request.days.last;
  const size_t days_filter = in_days ? plan.filters.size() : kNoFilter;
  if (in_days) plan.filters.push_back(LowerDays(request.days));
  for (const FacetWish& wish : request.facets) {
    Facet facet{wish.field};
    const absl::optional<index::NameField> names = NamesOf(wish.field);
    if (wish.disjunctive) facet.lifted = names ? filter_of[static_cast<size_t>(*names)] : days_filter;
    plan.facets.push_back(facet);
  }
}

Planner::Analysed Planner::Analyse(absl::string_view text) {
  Analysed analysed;
  std::vector<text::Token> tokens;
  for (const std::string& language : StemLanguages(manifest_)) {
    // Every language cuts the same tokens: only stems differ.
    analyzer_.Tokenize(text, language, tokens);
    analysed.words.resize(tokens.size());
    analysed.stems.resize(tokens.size());
    analysed.starred.resize(tokens.size());
    for (size_t i = 0; i < tokens.size(); ++i) {
      analysed.words[i] = tokens[i].word->exact;
      analysed.stems[i].push_back(tokens[i].word->stem);
      analysed.starred[i] = tokens[i].end < text.size() && text[tokens[i].end] == '*';
      if (i == 0) analysed.first_begin = tokens[i].begin;
      analysed.last_end = tokens[i].end;
    }
  }
  for (Alternatives& alternatives : analysed.stems) SortUnique(alternatives);
  return analysed;
}

// Nothing when no part of the node can be searched for; a warning was given then.
Planner::MaybeNode Planner::Lower(const Node& node, bool highlighted) {
  switch (node.kind) {
    case Kind::kMatchAll:
      return PlanNode();
    case Kind::kDate:
      if (!node.ago.has_value()) return LowerDays(node.days);
      Warn("no article of this archive has a date, so 'when:' finds nothing");
      return Nothing();
    case Kind::kFact:
      return LowerFact(node.fact);
    case Kind::kWord:
    case Kind::kPhrase:
      return LowerLeaf(node, highlighted);
    case Kind::kAnd:
      return LowerGroup(node, PlanNode::Kind::kAnd, highlighted);
    case Kind::kOr:
      return LowerGroup(node, PlanNode::Kind::kOr, highlighted);
    case Kind::kNear:
    case Kind::kAtLeast:
      return LowerPlaces(node, highlighted);
    case Kind::kNot: {
      DL_ASSIGN_OR_RETURN(absl::optional<PlanNode> child, Lower(node.children.front(), /*highlighted=*/false));
      if (!child) return absl::optional<PlanNode>();
      return Not(*std::move(child));
    }
  }
  return absl::optional<PlanNode>();
}

Planner::MaybeNode Planner::LowerGroup(const Node& node, PlanNode::Kind kind, bool highlighted) {
  PlanNode group;
  group.kind = kind;
  for (size_t i = 0; i < node.children.size();) {
    absl::optional<PlanNode> lowered;
    if (kind == PlanNode::Kind::kAnd) {
      DL_ASSIGN_OR_RETURN(lowered, LowerRow(node, i, highlighted));
    }
    if (!lowered) {
      DL_ASSIGN_OR_RETURN(lowered, Lower(node.children[i++], highlighted));
    }
    if (lowered) group.children.push_back(*std::move(lowered));
  }
  if (group.children.empty()) return absl::optional<PlanNode>();
  if (group.children.size() == 1) return std::move(group.children.front());
  return group;
}

PlanNode Planner::LowerFact(Fact fact) const {
  switch (fact) {
    case Fact::kByline:
      return Not(AnyOf({index::TermKey(index::kNone, "byline")}));
    case Fact::kDate:
      return Not(AnyOf({index::TermKey(index::kNone, "date")}));
    case Fact::kOutlet:
      return Not(AnyOf({index::TermKey(index::kNone, "outlet")}));
    case Fact::kWire: {
      // Whichever agency it is.
      PlanNode node;
      node.kind = PlanNode::Kind::kPrefixed;
      node.terms = {std::string(index::kAgencyName)};
      return node;
    }
    case Fact::kLatest: {
      PlanNode node;
      node.kind = PlanNode::Kind::kLatest;
      return node;
    }
  }
  return Nothing();
}

Planner::MaybeNode Planner::LowerLeaf(const Node& node, bool highlighted) {
  const Analysed analysed = Analyse(node.text);
  if (analysed.words.empty()) {
    Warn(absl::StrCat("'", node.text, "' holds no letter or digit and was not searched for"));
    return absl::optional<PlanNode>();
  }
  if (query::IsNameField(node.field)) return LowerName(node);
  DL_ASSIGN_OR_RETURN(PlanNode leaf, LowerWords(node, analysed));
  if (highlighted && query::IsTextField(node.field)) Highlight(node, analysed, leaf);
  DL_ASSIGN_OR_RETURN(const std::vector<Spelling> spellings, SpellingsOf(node, analysed));
  if (spellings.empty()) return leaf;
  return WithSpellings(std::move(leaf), analysed.words, node.field, spellings, highlighted);
}

absl::StatusOr<PlanNode> Planner::LowerName(const Node& node) {
  const absl::string_view prefix = PrefixOf(node.field);
  if (node.field == Field::kLanguage) {
    const std::string code = absl::AsciiStrToLower(node.text);
    const std::vector<std::string>& languages = manifest_.languages;
    if (std::find(languages.begin(), languages.end(), code) == languages.end()) {
      Warn(absl::StrCat("no article of this archive is in '", code, "'; its languages are ",
                        absl::StrJoin(languages, ", ")));
    }
    return AnyOf({index::TermKey(prefix, code)});
  }
  if (node.kind == Kind::kPhrase || node.form == WordForm::kStem) return NameFilter(prefix, {node.text});
  const std::string name = text::FoldName(node.text);
  DL_ASSIGN_OR_RETURN(const Expansion expansion, node.form == WordForm::kPrefix
                                                     ? expander_.BeginningWith(prefix, name)
                                                     : expander_.SpeltLike(prefix, name));
  NoteExpansion(query::ToString(node), expansion);
  return AnyOf([&] {
    std::vector<std::string> terms = WithPrefix(prefix, expansion.words);
    SortUnique(terms);
    return terms;
  }());
}

// A word or phrase in the text, or in the names of writers and places, which are never stemmed and score nothing.
absl::StatusOr<PlanNode> Planner::LowerWords(const Node& node, const Analysed& analysed) {
  const bool scores = query::IsTextField(node.field);
  const bool one_word = node.kind == Kind::kWord && analysed.words.size() == 1;
  PlanNode leaf;
  if (one_word && node.form == WordForm::kStem && node.field != Field::kBody) {
    leaf.kind = node.field == Field::kText ? PlanNode::Kind::kWord : PlanNode::Kind::kAny;
    if (scores) leaf.scored = ScoredStems(analysed.stems);
    if (!scores) leaf.terms = WithPrefix(PrefixOf(node.field), analysed.words);
    if (scores && node.field != Field::kText) leaf.terms = WithPrefix(StemPrefixOf(node.field), analysed.stems[0]);
    return leaf;
  }
  DL_ASSIGN_OR_RETURN(Lowered lowered, LowerSequence(node, analysed, /*all_forms=*/false));
  if (scores) leaf.scored = std::move(lowered.scored);
  Sequence& sequence = lowered.sequence;
  if (node.slop == 0 && std::all_of(sequence.begin(), sequence.end(), IsPlain)) {
    leaf.kind = PlanNode::Kind::kPhrase;
    for (Slot& slot : sequence) leaf.terms.push_back(std::move(slot.terms.front()));
    if (one_word && !scores) leaf.kind = PlanNode::Kind::kAny;
    return leaf;
  }
  if (sequence.size() == 1 && sequence.front().excluded.empty()) {
    leaf.kind = PlanNode::Kind::kAny;
    leaf.terms = std::move(sequence.front().terms);
    return leaf;
  }
  leaf.kind = PlanNode::Kind::kPlaces;
  leaf.positions.any_order = node.slop > 0;
  leaf.positions.slop = node.slop;
  leaf.positions.operands = {Operand{std::move(sequence)}};
  return leaf;
}

Planner::MaybeNode Planner::LowerPlaces(const Node& node, bool highlighted) {
  PlanNode leaf;
  leaf.kind = PlanNode::Kind::kPlaces;
  leaf.positions.links = node.links;
  if (node.kind == Kind::kAtLeast) leaf.positions.min_count = node.count;
  for (const Node& child : node.children) {
    leaf.positions.operands.emplace_back();
    DL_RETURN_IF_ERROR(AppendOperand(child, leaf.positions.operands.back(), leaf.scored));
  }
  if (highlighted) highlights_.positions.push_back(leaf.positions);
  return leaf;
}

absl::Status Planner::AppendOperand(const Node& node, Operand& operand, std::vector<Alternatives>& scored) {
  if (node.kind == Kind::kOr) {
    for (const Node& child : node.children) DL_RETURN_IF_ERROR(AppendOperand(child, operand, scored));
    return absl::OkStatus();
  }
  const Analysed analysed = Analyse(node.text);
  if (analysed.words.empty()) return NothingToFind(node);
  DL_ASSIGN_OR_RETURN(Lowered lowered, LowerSequence(node, analysed, /*all_forms=*/true));
  operand.push_back(std::move(lowered.sequence));
  DL_RETURN_IF_ERROR(AppendSpellings(node, analysed, operand, lowered.scored));
  for (Alternatives& alternatives : lowered.scored) scored.push_back(std::move(alternatives));
  return absl::OkStatus();
}

absl::StatusOr<Planner::Lowered> Planner::LowerSequence(const Node& node, const Analysed& analysed, bool all_forms) {
  DL_RETURN_IF_ERROR(CheckStars(node, analysed));
  Lowered lowered;
  for (size_t i = 0; i < analysed.words.size(); ++i) {
    DL_ASSIGN_OR_RETURN(const std::vector<std::string> words,
                        WordsAt(node, analysed, i, all_forms || node.field == Field::kBody));
    lowered.sequence.push_back(SlotOf(node.field, words));
    // The forms of a word have its own stems, and maybe others in other languages.
    const Alternatives stems = IsExpanded(node, analysed, i) ? StemsOf(words) : analysed.stems[i];
    // A beginning of no word scores nothing.
    if (!stems.empty()) lowered.scored.push_back(WithPrefix(index::kStem, stems));
  }
  return lowered;
}

// Has the i-th word a '*' or '~'?
bool Planner::IsExpanded(const Node& node, const Analysed& analysed, size_t i) {
  if (node.kind == Kind::kPhrase) return analysed.starred[i];
  return node.form != WordForm::kStem && i + 1 == analysed.words.size();
}

// What the i-th word stands for: itself, what begins or is spelt like it, or, of a word that is not quoted, its
// forms.
absl::StatusOr<std::vector<std::string>> Planner::WordsAt(const Node& node, const Analysed& analysed, size_t i,
                                                          bool all_forms) {
  const std::string& word = analysed.words[i];
  const absl::string_view prefix = PrefixOf(node.field);
  Expansion expansion;
  std::string typed = absl::StrCat("'", word, "'");
  if (IsExpanded(node, analysed, i)) {
    const bool fuzzy = node.form == WordForm::kFuzzy;
    DL_ASSIGN_OR_RETURN(expansion, fuzzy ? expander_.SpeltLike(prefix, word) : expander_.BeginningWith(prefix, word));
    typed = absl::StrCat(word, fuzzy ? "~1" : "*");
  } else if (node.kind == Kind::kWord && all_forms && analysed.words.size() == 1) {
    DL_ASSIGN_OR_RETURN(expansion, expander_.FormsOf(word, analysed.stems[i]));
    if (expansion.words.size() == 1) return expansion.words;
  } else {
    return std::vector<std::string>{word};
  }
  NoteExpansion(typed, expansion);
  return std::move(expansion.words);
}

Alternatives Planner::StemsOf(const std::vector<std::string>& words) {
  Alternatives stems;
  for (const std::string& word : words) {
    for (const std::string& language : StemLanguages(manifest_)) stems.push_back(analyzer_.Look(word, language).stem);
  }
  SortUnique(stems);
  return stems;
}

// The parser knows no words: only here is it seen how much of one stands before the '*' or '~'.
absl::Status Planner::CheckStars(const Node& node, const Analysed& analysed) const {
  const auto stars = node.kind == Kind::kPhrase ? std::count(node.text.begin(), node.text.end(), '*') : 0;
  bool enough = node.kind == Kind::kWord
                    ? node.form == WordForm::kStem || analysed.last_end == node.text.size()
                    : stars == std::count(analysed.starred.begin(), analysed.starred.end(), true);
  for (size_t i = 0; i < analysed.words.size(); ++i) {
    if (IsExpanded(node, analysed, i) && Letters(analysed.words[i]) < query::kMinExpandedLetters) enough = false;
  }
  if (enough) return absl::OkStatus();
  return query::QueryError(
      node.span.begin,
      absl::StrCat("'*' and '~' need at least ", query::kMinExpandedLetters,
                   " letters of one word right before them; write more of the word, or leave them out"));
}

void Planner::Highlight(const Node& node, const Analysed& analysed, const PlanNode& lowered) {
  if (lowered.kind == PlanNode::Kind::kPlaces) {
    highlights_.positions.push_back(lowered.positions);
    return;
  }
  bool expanded = false;
  for (size_t i = 0; i < analysed.words.size(); ++i) expanded = expanded || IsExpanded(node, analysed, i);
  if (!expanded && lowered.kind == PlanNode::Kind::kPhrase) {
    highlights_.phrases.push_back(analysed.words);
    return;
  }
  if (!expanded) {
    const Alternatives& stems = analysed.stems.front();
    highlights_.stems.insert(highlights_.stems.end(), stems.begin(), stems.end());
    return;
  }
  Sequence sequence;
  if (lowered.kind == PlanNode::Kind::kPhrase) {
    for (const std::string& term : lowered.terms) sequence.push_back(Slot{{term}, {}});
  } else {
    sequence.push_back(Slot{lowered.terms, {}});
  }
  Positions positions;
  positions.operands = {Operand{std::move(sequence)}};
  highlights_.positions.push_back(std::move(positions));
}

void Planner::Warn(std::string warning) {
  if (std::find(warnings_.begin(), warnings_.end(), warning) == warnings_.end()) {
    warnings_.push_back(std::move(warning));
  }
}

void Planner::NoteExpansion(absl::string_view typed, const Expansion& expansion) {
  if (expansion.found == 0) {
    Warn(absl::StrCat(typed, " stands for no word of this archive"));
    return;
  }
  std::vector<std::string> listed = expansion.words;
  if (listed.size() > kMaxListedWords) listed.resize(kMaxListedWords);
  const std::string how_many =
      expansion.found > expansion.words.size()
          ? absl::StrCat("the ", expansion.words.size(), " most frequent of ", expansion.found)
          : absl::StrCat(expansion.found);
  Warn(absl::StrCat(typed, " stands for ", how_many, expansion.found == 1 ? " word" : " words", " of this archive: ",
                    absl::StrJoin(listed, ", "), listed.size() < expansion.words.size() ? ", ..." : ""));
}

PlanNode Planner::LowerDays(const query::DayRange& days) const {
  // An open end reaches as far as the index does, so that the terms stay few.
  if (!manifest_.oldest) return Nothing();
  const absl::CivilDay oldest = index::DayOf(*manifest_.oldest);
  const absl::CivilDay newest = index::DayOf(*manifest_.newest);
  const absl::CivilDay first = std::max(days.first.value_or(oldest), oldest);
  const absl::CivilDay last = std::min(days.last.value_or(newest), newest);
  return AnyOf(index::DateRangeTerms(first, last));
}

}  // namespace dateline::plan
