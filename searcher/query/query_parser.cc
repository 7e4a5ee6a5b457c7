#include "searcher/query/query_parser.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "searcher/query/query_days.h"
#include "searcher/query/query_fields.h"
#include "searcher/query/query_lexer.h"
#include "searcher/query/query_words.h"

namespace dateline::query {
namespace {

constexpr size_t kNowhere = absl::string_view::npos;

template <typename... Pieces>
absl::Status ErrorAt(size_t offset, const Pieces&... message) {
  return QueryError(offset, absl::StrCat(message...));
}

// ---- Errors in more than one place.

// What a token is called in a message: as typed.
std::string Name(const Token& token) {
  return token.kind == TokenKind::kField ? Shown(absl::StrCat(token.text, ":")) : Shown(token.text);
}

absl::Status NothingBefore(const Token& token) {
  return ErrorAt(token.span.begin, Name(token), " has nothing before it; put a word there, or put ", Name(token),
                 " in quotes to search for it");
}

absl::Status NothingAfter(const Token& token) {
  if (token.kind == TokenKind::kMinus) {
    return ErrorAt(token.span.begin, "'-' has nothing to exclude; write -word, -\"a phrase\" or -(this OR that)");
  }
  return ErrorAt(token.span.begin, Name(token), " has nothing after it; put a word there, or put ", Name(token),
                 " in quotes to search for it");
}

absl::Status NeverClosed(const Token& open) {
  return ErrorAt(open.span.begin, "this '(' is never closed; add ')', or leave it out");
}

absl::Status InsideOtherField(const Token& token) {
  return ErrorAt(token.span.begin, "the field ", Name(token),
                 " stands inside the parentheses of another field; close those first");
}

// What follows "there" must be something with places in the text.
absl::Status CheckPlaced(const Node& node, absl::string_view there) {
  const auto refuse = [&](absl::string_view what, absl::string_view remedy) {
    return ErrorAt(node.span.begin, there, " takes words, phrases and (this OR that), not ", what, "; ", remedy);
  };
  switch (node.kind) {
    case Kind::kWord:
    case Kind::kPhrase:
      if (!IsTextField(node.field)) {
        return refuse(absl::StrCat("'", FieldName(node.field), ":'"), "join it with AND");
      }
      if (node.slop > 0) return refuse("a loose phrase", "leave its '~' out, or write its words with NEAR");
      return absl::OkStatus();
    case Kind::kOr:
      for (const Node& child : node.children) DL_RETURN_IF_ERROR(CheckPlaced(child, there));
      return absl::OkStatus();
    case Kind::kAnd:
      return refuse("words that must all occur", "write OR between them, or put them in quotes");
    case Kind::kNot:
      return refuse("a negation", "put it outside, as in a -(a NEAR/5 b)");
    case Kind::kNear:
      return refuse("another proximity in parentheses",
                    "leave them out, as in a NEAR/5 b NEAR/5 c: each links its "
                    "two neighbours");
    case Kind::kMatchAll:
      return refuse("'*'", "leave it out");
    default:
      return refuse("this", "join it with AND");
  }
}

bool StartsOperand(TokenKind kind) {
  return kind == TokenKind::kOpen || kind == TokenKind::kField || kind == TokenKind::kPhrase ||
         kind == TokenKind::kWord;
}

bool StartsUnary(TokenKind kind) {
  return kind == TokenKind::kNot || kind == TokenKind::kMinus || StartsOperand(kind);
}

// What to say of an operator's word in lower case between two operands, or "".
absl::string_view LowerCaseOperator(absl::string_view word) {
  if (word == "or") return "the word 'or' is searched for; write OR in capitals to mean either";
  if (word == "and") return "the word 'and' is searched for; write AND in capitals, or leave it out, to mean both";
  if (word == "not") return "the word 'not' is searched for; write NOT in capitals to exclude what follows";
  return "";
}

// ---- Trees.

bool IsGroup(const Node& node) {
  return node.kind == Kind::kAnd || node.kind == Kind::kOr || node.kind == Kind::kNear;
}

bool IsLeaf(const Node& node) { return node.children.empty(); }

// Has an article one value of this field at most?
bool IsSingle(Field field) {
  return field == Field::kOutlet || field == Field::kSection || field == Field::kLanguage;
}

// The field of which `node` is a value, or any of several values; kText when it is not that.
Field ValueField(const Node& node) {
  if (node.kind == Kind::kOr) {
    const Field field = ValueField(node.children.front());
    for (const Node& child : node.children) {
      if (!IsLeaf(child) || ValueField(child) != field) return Field::kText;
    }
    return field;
  }
  const bool value = node.kind == Kind::kWord || node.kind == Kind::kPhrase;
  return value && IsSingle(node.field) ? node.field : Field::kText;
}

// One node of all `items`; an item of the same kind gives up its children, and an item alone is itself.
Node Combine(Kind kind, std::vector<Node> items, Span span) {
  if (items.size() == 1) return std::move(items.front());
  Node node;
  node.kind = kind;
  node.span = span;
  for (Node& item : items) {
    if (item.kind == kind) {
      std::move(item.children.begin(), item.children.end(), std::back_inserter(node.children));
    } else {
      node.children.push_back(std::move(item));
    }
  }
  return node;
}

// Moves the values of `conjunction` that are of one and the same single field to the first of them: any of them will
// do. Says whether there were any. When one node is left, `conjunction` is that.
bool GatherValues(Node& conjunction) {
  if (conjunction.kind != Kind::kAnd) return false;
  bool gathered = false;
  std::map<Field, size_t> first_of;  // where in `kept` the values of a field are gathered
  std::vector<Node> kept;
  for (Node& child : conjunction.children) {
    const Field field = ValueField(child);
    const auto [entry, added] = first_of.try_emplace(field, kept.size());
    if (field == Field::kText || added) {
      kept.push_back(std::move(child));
      continue;
    }
    gathered = true;
    Node& group = kept[entry->second];
    if (group.kind != Kind::kOr) {
      Node only = std::move(group);
      group = Node();
      group.kind = Kind::kOr;
      group.span = only.span;
      group.children.push_back(std::move(only));
    }
    group.span.end = child.span.end;
    if (child.kind == Kind::kOr) {
      std::move(child.children.begin(), child.children.end(), std::back_inserter(group.children));
    } else {
      group.children.push_back(std::move(child));
    }
  }
  conjunction.children = std::move(kept);
  if (conjunction.children.size() == 1) {
    Node only = std::move(conjunction.children.front());
    conjunction = std::move(only);
  }
  return gathered;
}

// Where the canonical form of `node` nests deeper than `room`, or kNowhere.
size_t FirstTooDeep(const Node& node, size_t room) {
  if (node.children.empty()) return kNowhere;
  // The parentheses of atleast3(a OR b) are also the group's.
  const bool shared = node.kind == Kind::kAtLeast && IsGroup(node.children.front());
  const size_t levels = shared ? 0 : node.kind == Kind::kNot && node.children.front().kind == Kind::kNot ? 2 : 1;
  if (room < levels) return node.span.begin;
  for (const Node& child : node.children) {
    const size_t place = FirstTooDeep(child, room - levels);
    if (place != kNowhere) return place;
  }
  return kNowhere;
}

// ---- The order, which belongs to no clause.

// Takes `sort:` and its value out of the tokens.
absl::Status TakeSort(std::vector<Token>& tokens, absl::optional<Sort>& sort, Span& span) {
  size_t parentheses = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (token.kind == TokenKind::kOpen) ++parentheses;
    if (token.kind == TokenKind::kClose && parentheses > 0) --parentheses;
    const FieldAlias* field =
        token.kind == TokenKind::kField ? FindField(absl::AsciiStrToLower(token.text)) : nullptr;
    if (field == nullptr || field->takes != FieldAlias::Takes::kSort) continue;
    const Token& value = tokens[i + 1];
    constexpr absl::string_view kOrders = "write sort:newest, sort:oldest or sort:relevance";
    if (value.kind != TokenKind::kWord || value.span.begin != token.span.end || !FindSort(value.text).has_value()) {
      return ErrorAt(token.span.begin, Name(token), " names no order that there is; ", kOrders);
    }
    const TokenKind before = i > 0 ? tokens[i - 1].kind : TokenKind::kEnd;
    const TokenKind after = tokens[i + 2].kind;
    const auto joins = [](TokenKind kind) {
      return kind == TokenKind::kOr || kind == TokenKind::kNot || kind == TokenKind::kMinus ||
             kind == TokenKind::kNear || kind == TokenKind::kAnd || kind == TokenKind::kField;
    };
    if (parentheses > 0 || joins(before) ||
        (joins(after) && after != TokenKind::kNot && after != TokenKind::kMinus && after != TokenKind::kField)) {
      return ErrorAt(token.span.begin, Name(token),
                     " orders all that is found; write it at the end of the query, "
                     "without AND, OR, NOT or parentheses");
    }
    if (sort.has_value()) return ErrorAt(token.span.begin, "the order is given twice; ", kOrders, ", once");
    sort = FindSort(value.text);
    span = Span{token.span.begin, value.span.end};
    tokens.erase(tokens.begin() + static_cast<ptrdiff_t>(i), tokens.begin() + static_cast<ptrdiff_t>(i + 2));
    --i;
  }
  return absl::OkStatus();
}

// The bytes of the canonical form with dates for every `when:`. All dates are equally long.
size_t ResolvedBytes(const ParsedQuery& parsed) {
  ParsedQuery resolved = parsed;
  Resolve(absl::CivilDay(2000, 1, 1), resolved.root);
  return ToString(resolved).size();
}

// Recursive descent over the tokens. `depth` counts the parentheses and negations around the place, and is checked
// before it grows: the stack is as deep as max_depth and no text makes it deeper.
class Parser {
 public:
  Parser(TokenList list, const QueryLimits& limits)
      : tokens_(std::move(list.tokens)),
        limits_(limits),
        max_depth_(std::min(limits.max_depth, kMaxDepthCeiling)),
        notes_(std::move(list.notes)) {}

  absl::StatusOr<ParsedQuery> Run() {
    ParsedQuery parsed;
    Span sort_span;
    DL_RETURN_IF_ERROR(TakeSort(tokens_, parsed.sort, sort_span));
    if (Peek().kind == TokenKind::kEnd) {
      // An order alone is the order of everything.
      parsed.root.span = sort_span;
      if (!parsed.sort.has_value()) {
        return ErrorAt(0, "the query has no words; write a word, or * for every article");
      }
      return Finish(std::move(parsed));
    }
    // A query that begins with ')' goes straight to the error below.
    if (Peek().kind != TokenKind::kClose) {
      DL_ASSIGN_OR_RETURN(parsed.root, ParseOr(Field::kText, 0));
    }
    if (Peek().kind == TokenKind::kClose) {
      return ErrorAt(Peek().span.begin, "this ')' closes nothing; add '(' before, or leave it out");
    }
    return Finish(std::move(parsed));
  }

 private:
  absl::StatusOr<ParsedQuery> Finish(ParsedQuery parsed) {
    DL_RETURN_IF_ERROR(CheckWhole(parsed));
    std::stable_sort(notes_.begin(), notes_.end(),
                     [](const Note& a, const Note& b) { return a.span.begin < b.span.begin; });
    parsed.notes = std::move(notes_);
    return parsed;
  }

  // A run of operands joined by AND, and whether there was more than one.
  struct Conjunction {
    Node node;
    bool several = false;
  };

  const Token& Peek() const { return tokens_[next_]; }

  // REQUIRES: Peek() is not kEnd, which is never passed.
  const Token& Take() { return tokens_[next_++]; }

  size_t LastEnd() const { return tokens_[next_ - 1].span.end; }

  // Does the next token follow the last one directly?
  bool Glued() const { return next_ > 0 && Peek().span.begin == LastEnd(); }

  // REQUIRES: the next token is neither kEnd nor kClose.
  absl::StatusOr<Node> ParseOr(Field field, size_t depth) {
    const size_t begin = Peek().span.begin;
    std::vector<Node> alternatives;
    bool has_conjunction = false;
    while (true) {
      DL_ASSIGN_OR_RETURN(Conjunction conjunction, ParseAnd(field, depth));
      has_conjunction |= conjunction.several;
      alternatives.push_back(std::move(conjunction.node));
      if (Peek().kind != TokenKind::kOr) break;
      const Token& op = Take();
      if (Peek().kind == TokenKind::kOr) {
        return ErrorAt(Peek().span.begin, "two ORs in a row; write one, or put a word between them");
      }
      if (Peek().kind == TokenKind::kEnd || Peek().kind == TokenKind::kClose) return NothingAfter(op);
    }
    const bool mixed = has_conjunction && alternatives.size() > 1;
    Node node = Combine(Kind::kOr, std::move(alternatives), Span{begin, LastEnd()});
    if (mixed) {
      notes_.push_back(Note{node.span, absl::StrCat("AND binds tighter than OR here: read as ", ToString(node),
                                                    "; add parentheses to make it sure")});
    }
    return node;
  }

  absl::StatusOr<Conjunction> ParseAnd(Field field, size_t depth) {
    const size_t begin = Peek().span.begin;
    std::vector<Node> items;
    std::vector<Note> slips;
    bool says_and = false;
    if (!StartsUnary(Peek().kind)) return NothingBefore(Peek());
    while (true) {
      const size_t first_token = next_;
      DL_ASSIGN_OR_RETURN(Node item, ParseUnary(field, depth));
      // Only between operands is it a likely slip: not before the first, nor after the last.
      if (next_ == first_token + 1 && item.kind == Kind::kWord && !items.empty()) {
        const absl::string_view message = LowerCaseOperator(item.text);
        if (!message.empty()) slips.push_back(Note{item.span, std::string(message)});
      }
      items.push_back(std::move(item));
      if (Peek().kind == TokenKind::kAnd) {
        says_and = true;
        const Token& op = Take();
        if (!StartsUnary(Peek().kind)) return NothingAfter(op);
      }
      if (!StartsUnary(Peek().kind)) break;
    }
    const Span span{begin, LastEnd()};
    for (Note& slip : slips) {
      if (slip.span.end != span.end) notes_.push_back(std::move(slip));
    }
    const bool several = items.size() > 1;
    Node node = Combine(Kind::kAnd, std::move(items), span);
    if (GatherValues(node) && says_and) {
      notes_.push_back(Note{span, absl::StrCat("an article has one outlet, one section and one language, so two of "
                                               "them mean either: read as ",
                                               ToString(node))});
    }
    return Conjunction{std::move(node), several};
  }

  absl::StatusOr<Node> ParseUnary(Field field, size_t depth) {
    if (StartsOperand(Peek().kind)) return ParseNear(field, depth);
    const Token& negation = Take();
    DL_RETURN_IF_ERROR(CheckDepth(negation, depth + 1));
    if (Peek().kind == TokenKind::kNot || Peek().kind == TokenKind::kMinus) {
      return ErrorAt(Peek().span.begin, "two negations in a row; write one, or none");
    }
    if (Peek().kind == TokenKind::kNear) {
      return ErrorAt(negation.span.begin, Name(negation), " before ", Name(Peek()),
                     " is not supported; write a -(a NEAR/5 b) for an a without such a b in the same article");
    }
    if (!StartsOperand(Peek().kind)) return NothingAfter(negation);
    const size_t links = links_;
    const bool parenthesized = Peek().kind == TokenKind::kOpen;
    DL_ASSIGN_OR_RETURN(Node child, ParseNear(field, depth + 1));
    Node node;
    node.kind = Kind::kNot;
    node.span = Span{negation.span.begin, LastEnd()};
    if (child.kind == Kind::kNear && links_ > links && !parenthesized) {
      notes_.push_back(
          Note{node.span, absl::StrCat("the negation takes the whole proximity: read as NOT ", ToString(child))});
    }
    node.children.push_back(std::move(child));
    return node;
  }

  // One operand, or several with links between them. REQUIRES: StartsOperand(Peek().kind).
  absl::StatusOr<Node> ParseNear(Field field, size_t depth) {
    const size_t begin = Peek().span.begin;
    DL_ASSIGN_OR_RETURN(Node first, ParseOperand(field, depth));
    if (Peek().kind != TokenKind::kNear) return first;
    Node near;
    near.kind = Kind::kNear;
    near.children.push_back(std::move(first));
    while (Peek().kind == TokenKind::kNear) {
      const Token& token = Take();
      ++links_;
      DL_RETURN_IF_ERROR(CheckPlaced(near.children.back(), Name(token)));
      DL_ASSIGN_OR_RETURN(const Link link, ParseConnector(token.text, token.span.begin, limits_));
      near.links.push_back(link);
      if (Peek().kind == TokenKind::kNot || Peek().kind == TokenKind::kMinus) {
        return ErrorAt(Peek().span.begin, Name(token), " excludes nothing; put the negation outside, as in a -(a ",
                       "NEAR/5 b)");
      }
      if (!StartsOperand(Peek().kind)) return NothingAfter(token);
      DL_ASSIGN_OR_RETURN(Node next, ParseOperand(field, depth));
      DL_RETURN_IF_ERROR(CheckPlaced(next, Name(token)));
      near.children.push_back(std::move(next));
    }
    near.span = Span{begin, LastEnd()};
    return near;
  }

  // REQUIRES: StartsOperand(Peek().kind).
  absl::StatusOr<Node> ParseOperand(Field field, size_t depth) {
    switch (Peek().kind) {
      case TokenKind::kOpen:
        return ParseGroup(field, depth);
      case TokenKind::kField:
        return ParseField(field, depth);
      default:
        return ParseValue(field, depth);
    }
  }

  // REQUIRES: the next token is kOpen.
  absl::StatusOr<Node> ParseGroup(Field field, size_t depth) {
    const Token& open = Take();
    DL_RETURN_IF_ERROR(CheckDepth(open, depth + 1));
    if (Peek().kind == TokenKind::kEnd) return NeverClosed(open);
    if (Peek().kind == TokenKind::kClose) {
      return ErrorAt(open.span.begin, "these parentheses are empty; put a word between them, or leave them out");
    }
    DL_ASSIGN_OR_RETURN(Node node, ParseOr(field, depth + 1));
    if (Peek().kind != TokenKind::kClose) return NeverClosed(open);
    Take();
    if (IsGroup(node)) node.span = Span{open.span.begin, LastEnd()};
    return node;
  }

  // REQUIRES: the next token is kField.
  absl::StatusOr<Node> ParseField(Field outer, size_t depth) {
    const Token& token = Take();
    const std::string name = absl::AsciiStrToLower(token.text);
    const Token& value = Peek();
    const FieldAlias* alias = FindField(name);
    if (alias == nullptr) return UnknownField(token, name);
    if (outer != Field::kText) return InsideOtherField(token);
    const bool words = alias->takes == FieldAlias::Takes::kWords;
    const bool operator_word = value.kind == TokenKind::kAnd || value.kind == TokenKind::kOr ||
                               value.kind == TokenKind::kNot || value.kind == TokenKind::kNear;
    if (Glued() && operator_word && value.text != "|" && words) {
      return ParseWord(value.text, value.span.begin).status();
    }
    const bool has_value = words ? StartsUnary(value.kind) : value.kind != TokenKind::kEnd;
    if (!has_value || value.kind == TokenKind::kClose || value.text == "|") {
      return ErrorAt(token.span.begin, Name(token), " has no value; write it directly behind the colon, as in ", name,
                     Example(alias->takes));
    }
    if (!Glued()) {
      return ErrorAt(
          token.span.end, "remove the space after ", Name(token),
          "; its value stands directly behind the colon (put the words in quotes if the colon belongs to them)");
    }
    if (value.kind == TokenKind::kField) {
      return ErrorAt(value.span.begin, "the field ", Name(value),
                     " stands inside the value of another field; put the value in quotes if the colon belongs to it");
    }
    if (!words) return ParseFact(*alias, token);
    absl::StatusOr<Node> node =
        value.kind == TokenKind::kOpen ? ParseGroup(alias->field, depth) : ParseValue(alias->field, depth);
    // A word or phrase deep in parentheses keeps its own span.
    if (node.ok() && (IsGroup(*node) || node->span.begin == token.span.end)) node->span.begin = token.span.begin;
    return node;
  }

  static absl::string_view Example(FieldAlias::Takes takes) {
    switch (takes) {
      case FieldAlias::Takes::kWords:
        return ":word";
      case FieldAlias::Takes::kAgo:
        return ":7d";
      case FieldAlias::Takes::kHas:
        return ":byline";
      case FieldAlias::Takes::kIs:
        return ":wire";
      default:
        return ":2019";
    }
  }

  // What is said of the article and not of its words. REQUIRES: the next token follows the field directly.
  absl::StatusOr<Node> ParseFact(const FieldAlias& alias, const Token& field) {
    using Takes = FieldAlias::Takes;
    if (alias.takes == Takes::kDays) return ParseDateValue(field);
    const Token& value = Take();
    const absl::string_view text = value.kind == TokenKind::kWord ? value.text : absl::string_view();
    Node node;
    node.kind = Kind::kDate;
    node.span = Span{field.span.begin, value.span.end};
    CountLeaf(node.span);
    switch (alias.takes) {
      case Takes::kFrom: {
        DL_ASSIGN_OR_RETURN(const DayRange days, ParseDay(text, value.span.begin));
        node.days.first = days.first;
        return node;
      }
      case Takes::kUntil: {
        DL_ASSIGN_OR_RETURN(const DayRange days, ParseDay(text, value.span.begin));
        node.days.last = days.last;
        return node;
      }
      case Takes::kAgo: {
        DL_ASSIGN_OR_RETURN(node.ago, ParseAgo(text, value.span.begin));
        return node;
      }
      default:
        break;
    }
    node.kind = Kind::kFact;
    const absl::optional<Fact> fact = alias.takes == Takes::kHas ? FindHas(text) : FindIs(text);
    if (!fact.has_value()) {
      return ErrorAt(value.span.begin, Name(field), " knows nothing of ", Shown(value.text),
                     "; write has:byline, has:date, has:outlet, is:wire or is:latest");
    }
    node.fact = *fact;
    return node;
  }

  // REQUIRES: the next token follows the field `date:` directly.
  absl::StatusOr<Node> ParseDateValue(const Token& field) {
    const Token& value = Take();
    if (value.kind == TokenKind::kOpen) {
      return ErrorAt(value.span.begin, "'date:' takes no parentheses; write (date:2018 OR date:2019)");
    }
    if (value.kind == TokenKind::kPhrase) {
      return ErrorAt(value.span.begin, "'date:' takes no quotes; write date:2019-04-25");
    }
    if (value.text[0] == '{') {
      return ErrorAt(value.span.begin,
                     "a range without its ends is not supported; write date:2019-04-01..2019-04-30");
    }
    if (value.text.find(',') != absl::string_view::npos) {
      return ErrorAt(value.span.begin, "'date:' takes no list; write (date:2018 OR date:2019)");
    }
    Node node;
    node.kind = Kind::kDate;
    if (value.text[0] == '[') {
      DL_ASSIGN_OR_RETURN(node.days, ParseBrackets(value));
    } else {
      DL_ASSIGN_OR_RETURN(node.days, ParseDays(value.text, value.span.begin));
    }
    node.span = Span{field.span.begin, LastEnd()};
    CountLeaf(node.span);
    if (Peek().kind == TokenKind::kWord && value.text[0] != '[') {
      const absl::string_view next = Peek().text;
      if (absl::StartsWith(next, "..")) {
        return ErrorAt(Peek().span.begin, "a range has no white space; write date:2019-04-01..2019-04-30");
      }
      const bool open_end = !node.days.last.has_value();
      if (IsDate(next) && (open_end || next.size() > 4)) {
        notes_.push_back(Note{Peek().span, absl::StrCat(Shown(next),
                                                        " is searched for as a word; a range is written "
                                                        "without white space, as in date:2019-04-01..2019-04-30")});
      }
    }
    return node;
  }

  // [2019-04-01 TO 2019-04-30], where '*' leaves an end open. `open` was taken.
  absl::StatusOr<DayRange> ParseBrackets(const Token& open) {
    const auto refuse = [&open] {
      return ErrorAt(open.span.begin,
                     "this range in brackets is not understood; write date:[2019-04-01 TO 2019-04-30], or "
                     "date:2019-04-01..2019-04-30");
    };
    if (tokens_.size() < next_ + 3) return refuse();
    const Token& to = tokens_[next_];
    const Token& close = tokens_[next_ + 1];
    if (to.kind != TokenKind::kWord || !absl::EqualsIgnoreCase(to.text, "to") || close.kind != TokenKind::kWord ||
        !absl::EndsWith(close.text, "]")) {
      return refuse();
    }
    next_ += 2;
    const absl::string_view left = open.text.substr(1);
    const absl::string_view right = close.text.substr(0, close.text.size() - 1);
    DayRange range;
    if (left != "*") {
      DL_ASSIGN_OR_RETURN(const DayRange days, ParseDay(left, open.span.begin + 1));
      range.first = days.first;
    }
    if (right != "*") {
      DL_ASSIGN_OR_RETURN(const DayRange days, ParseDay(right, close.span.begin));
      range.last = days.last;
    }
    if (!range.first.has_value() && !range.last.has_value()) return refuse();
    if (range.first.has_value() && range.last.has_value() && *range.first > *range.last) {
      return ErrorAt(open.span.begin, "the range ends before it begins; write date:[", right, " TO ", left, "]");
    }
    return range;
  }

  // REQUIRES: the next token is kWord or kPhrase.
  absl::StatusOr<Node> ParseValue(Field field, size_t depth) {
    if (!IsTextField(field)) return ParseList(field);
    const Token& token = Take();
    if (token.kind == TokenKind::kPhrase) return ParsePhrase(token, field);
    if (token.text == "*" && field == Field::kText) return MakeMatchAll(token);
    if (IsAtLeast(token.text) && Peek().kind == TokenKind::kOpen) return ParseAtLeastGroup(token, field, depth);
    if (token.text[0] == '=') return ParseExact(token, field);
    return MakeWord(token.text, token.span.begin, field);
  }

  // A phrase, and its '~5' if it has one: also across white space, which is typed often enough.
  absl::StatusOr<Node> ParsePhrase(const Token& token, Field field) {
    DL_ASSIGN_OR_RETURN(Node node, MakePhrase(token.text, token.span, field));
    if (Peek().kind != TokenKind::kWord || Peek().text[0] != '~') return node;
    const Token& tilde = Take();
    DL_ASSIGN_OR_RETURN(
        node.slop, ParseCount(tilde.text.substr(1), limits_.max_distance, tilde.span.begin, "the number behind '~'"));
    if (node.text.find(' ') == std::string::npos) {
      return ErrorAt(tilde.span.begin,
                     "'~' behind one word in quotes says nothing; put several words in the quotes, or "
                     "write word~1 for other spellings");
    }
    node.span.end = LastEnd();
    return node;
  }

  // =word, ="some words": as written, which is what quotes mean. `token` was taken.
  absl::StatusOr<Node> ParseExact(const Token& token, Field field) {
    const absl::string_view word = token.text.substr(1);
    if (word.empty()) {
      if (Peek().kind != TokenKind::kPhrase || !Glued()) {
        return ErrorAt(token.span.begin, "'=' has no word directly behind it; write =word, or put '=' in quotes");
      }
      const Token& phrase = Take();
      return MakePhrase(phrase.text, Span{token.span.begin, phrase.span.end}, field);
    }
    if (const absl::string_view name = LeadingFieldName(word); !name.empty()) {
      return ErrorAt(token.span.begin, "'=' stands behind the field; write ", Shown(absl::StrCat(name, ":=word")),
                     ", or put the word in quotes if the colon belongs to it");
    }
    return MakePhrase(word, token.span, field);
  }

  // `token` was taken. REQUIRES: the next token is kOpen.
  absl::StatusOr<Node> ParseAtLeastGroup(const Token& token, Field field, size_t depth) {
    Node node;
    node.kind = Kind::kAtLeast;
    DL_ASSIGN_OR_RETURN(node.count, ParseAtLeast(token.text, token.span.begin, limits_));
    DL_ASSIGN_OR_RETURN(Node child, ParseGroup(field, depth));
    DL_RETURN_IF_ERROR(CheckPlaced(child, Name(token)));
    node.children.push_back(std::move(child));
    node.span = Span{token.span.begin, LastEnd()};
    return node;
  }

  // Values between commas, each a word or a phrase: `outlet:Reuters,"The Tidewater Gazette"`.
  absl::StatusOr<Node> ParseList(Field field) {
    const size_t begin = Peek().span.begin;
    std::vector<Node> values;
    bool expects_value = true;
    do {
      const Token& token = Peek();
      const bool continues = expects_value || (token.kind == TokenKind::kWord && token.text[0] == ',');
      if (!continues) break;
      Take();
      if (token.kind == TokenKind::kPhrase) {
        DL_ASSIGN_OR_RETURN(Node value, MakeName(token, field));
        values.push_back(std::move(value));
        expects_value = false;
        continue;
      }
      for (size_t at = 0; at < token.text.size();) {
        const size_t offset = token.span.begin + at;
        if (token.text[at] == ',') {
          if (expects_value) return ErrorAt(offset, "there is no value before this comma; leave the comma out");
          expects_value = true;
          ++at;
          continue;
        }
        const absl::string_view piece = token.text.substr(at, token.text.find(',', at) - at);
        DL_ASSIGN_OR_RETURN(Node value, MakeWord(piece, offset, field));
        values.push_back(std::move(value));
        expects_value = false;
        at += piece.size();
      }
    } while (Glued() && (Peek().kind == TokenKind::kWord || Peek().kind == TokenKind::kPhrase));
    if (expects_value) {
      return ErrorAt(LastEnd() - 1, "no value follows this comma directly; remove the space after it, or the comma");
    }
    return Combine(Kind::kOr, std::move(values), Span{begin, LastEnd()});
  }

  absl::StatusOr<Node> MakeMatchAll(const Token& token) {
    const TokenKind before = next_ > 1 ? tokens_[next_ - 2].kind : TokenKind::kOpen;
    const bool glued_before = next_ > 1 && tokens_[next_ - 2].span.end == token.span.begin;
    const bool starts =
        !glued_before || before == TokenKind::kOpen || before == TokenKind::kMinus || before == TokenKind::kOr;
    const bool ends = !Glued() || Peek().kind == TokenKind::kEnd || Peek().kind == TokenKind::kClose ||
                      Peek().kind == TokenKind::kOr;
    if (!starts || !ends) {
      return ErrorAt(token.span.begin,
                     "'*' next to quotes or parentheses is not supported; write out the words you mean, or put white "
                     "space around '*' to mean every article");
    }
    Node node;
    node.span = token.span;
    CountLeaf(node.span);
    return node;
  }

  absl::StatusOr<Node> MakeWord(absl::string_view text, size_t offset, Field field) {
    DL_ASSIGN_OR_RETURN(const WordParts parts, ParseWord(text, offset));
    Node node;
    node.kind = Kind::kWord;
    node.field = field;
    node.form = parts.form;
    node.text = std::string(parts.text);
    node.span = Span{offset, offset + text.size()};
    const bool code = parts.text.size() <= 3 && std::all_of(parts.text.begin(), parts.text.end(), [](char c) {
                        return absl::ascii_isalpha(static_cast<unsigned char>(c));
                      });
    if (field == Field::kLanguage && (!code || parts.form != WordForm::kStem)) {
      return ErrorAt(offset, Shown(text), " is no language; write its code, as in lang:en or lang:de,fr");
    }
    if (parts.form != WordForm::kStem) CountExpanded(1, offset);
    CountLeaf(node.span);
    return node;
  }

  // A quoted value of a list.
  absl::StatusOr<Node> MakeName(const Token& token, Field field) {
    if (field == Field::kLanguage) {
      return ErrorAt(token.span.begin, "'lang:' takes no quotes; write a code, as in lang:en");
    }
    if (IsNameField(field) && token.text.find('*') != absl::string_view::npos) {
      return ErrorAt(token.span.begin, "'*' in a quoted name is not supported; write ", FieldName(field),
                     ":reut* for all names that begin so, or leave '*' out");
    }
    DL_ASSIGN_OR_RETURN(Node node, MakePhrase(token.text, token.span, field));
    if (Peek().kind == TokenKind::kWord && Peek().text[0] == '~') {
      return ErrorAt(Peek().span.begin, "'~' behind a quoted name is not supported; leave it out");
    }
    return node;
  }

  // `text` without its quotes.
  absl::StatusOr<Node> MakePhrase(absl::string_view text, Span span, Field field) {
    Node node;
    node.kind = Kind::kPhrase;
    node.field = field;
    node.text = CollapseSpace(text);
    node.span = span;
    if (node.text.empty()) {
      return ErrorAt(span.begin, "this phrase is empty; put words between the quotes, or leave them out");
    }
    size_t expanded = 0;
    DL_RETURN_IF_ERROR(CheckPhraseStars(node.text, span.begin, expanded));
    CountExpanded(expanded, span.begin);
    const size_t words = 1 + static_cast<size_t>(std::count(node.text.begin(), node.text.end(), ' '));
    if (words > limits_.max_phrase_words) {
      return ErrorAt(span.begin, "the phrase has ", words, " words, the limit is ", limits_.max_phrase_words,
                     " (max_phrase_words); shorten it, or make two phrases of it");
    }
    CountLeaf(node.span);
    return node;
  }

  void CountExpanded(size_t words, size_t offset) {
    const size_t before = expanded_;
    expanded_ += words;
    if (before <= limits_.max_expanded_words && expanded_ > limits_.max_expanded_words) first_expanded_over_ = offset;
  }

  // Leaves are counted to the end so that the message can say how many there are.
  void CountLeaf(const Span& span) {
    if (++leaves_ == limits_.max_leaves + 1) first_leaf_over_ = span.begin;
  }

  absl::Status CheckDepth(const Token& token, size_t depth) const {
    if (depth <= max_depth_) return absl::OkStatus();
    return ErrorAt(token.span.begin, "parentheses and negations nest ", depth, " deep here, the limit is ",
                   max_depth_, " (max_depth); take some out");
  }

  // What can be known only of the whole tree. The last two hold the canonical form to the limits of the text, so that
  // the query which a response echoes can always be sent again.
  absl::Status CheckWhole(const ParsedQuery& parsed) const {
    const Node& root = parsed.root;
    if (leaves_ > limits_.max_leaves) {
      return ErrorAt(first_leaf_over_, "the query has ", leaves_, " words and phrases, the limit is ",
                     limits_.max_leaves, " (max_leaves); leave some out");
    }
    if (expanded_ > limits_.max_expanded_words) {
      return ErrorAt(first_expanded_over_, "the query has ", expanded_, " words with '*' or '~', the limit is ",
                     limits_.max_expanded_words, " (max_expanded_words); write some of them out");
    }
    const size_t too_deep = FirstTooDeep(root, max_depth_);
    if (too_deep != kNowhere) {
      return ErrorAt(too_deep, "with the groups that AND and OR imply, the query nests more than ", max_depth_,
                     " deep here, the limit is ", max_depth_, " (max_depth); take some parentheses out");
    }
    const size_t bytes = std::max(ToString(parsed).size(), ResolvedBytes(parsed));
    if (bytes > limits_.max_query_bytes) {
      return ErrorAt(0, "written out in full the query has ", bytes, " bytes, the limit is ", limits_.max_query_bytes,
                     " (max_query_bytes); shorten it");
    }
    return absl::OkStatus();
  }

  std::vector<Token> tokens_;  // fixed once the order is taken out
  const QueryLimits limits_;
  const size_t max_depth_;
  size_t next_ = 0;
  size_t leaves_ = 0;
  size_t links_ = 0;
  size_t expanded_ = 0;
  size_t first_expanded_over_ = 0;
  size_t first_leaf_over_ = 0;
  std::vector<Note> notes_;
};

}  // namespace

std::string ToString(const ParsedQuery& parsed) {
  std::string out = ToString(parsed.root);
  if (parsed.sort.has_value()) absl::StrAppend(&out, " ", SortText(*parsed.sort));
  return out;
}

absl::StatusOr<ParsedQuery> ParseQuery(absl::string_view text, const QueryLimits& limits) {
  if (text.size() > limits.max_query_bytes) {
    return ErrorAt(limits.max_query_bytes, "the query has ", text.size(), " bytes, the limit is ",
                   limits.max_query_bytes, " (max_query_bytes); shorten it");
  }
  for (size_t at = 0; at < text.size();) {
    const size_t length = base::CodePointBytes(text, at);
    if (length == 0) {
      return ErrorAt(at, "the byte at offset ", at, " is not valid UTF-8; send the query as UTF-8");
    }
    at += length;
  }
  DL_ASSIGN_OR_RETURN(TokenList list, Tokenize(text));
  return Parser(std::move(list), limits).Run();
}

}  // namespace dateline::query
