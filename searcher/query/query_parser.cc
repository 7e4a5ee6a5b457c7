#include "searcher/query/query_parser.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "searcher/query/query_days.h"
#include "searcher/query/query_lexer.h"

namespace dateline::query {
namespace {

constexpr absl::string_view kOffsetUrl = "dateline/query-offset";
constexpr size_t kNowhere = absl::string_view::npos;

template <typename... Pieces>
absl::Status ErrorAt(size_t offset, const Pieces&... message) {
  return QueryError(offset, absl::StrCat(message...));
}

// ---- Field names.

struct FieldAlias {
  absl::string_view name;
  Field field;  // kText stands for `date:`, which takes days instead of words
};

constexpr std::array<FieldAlias, 11> kFields = {{
    {"headline", Field::kHeadline},
    {"title", Field::kHeadline},
    {"intitle", Field::kHeadline},
    {"byline", Field::kByline},
    {"author", Field::kByline},
    {"by", Field::kByline},
    {"outlet", Field::kOutlet},
    {"source", Field::kOutlet},
    {"site", Field::kOutlet},
    {"pub", Field::kOutlet},
    {"date", Field::kText},
}};

constexpr absl::string_view kFieldList =
    "the fields are headline: (title: intitle:), byline: (author: by:), outlet: (source: site: pub:) and date:";

// Names that other search programs know and that may come. Until then they are refused, so that no query changes its
// meaning on the day they do.
struct RefusedField {
  absl::string_view name;
  absl::string_view remedy;
};

constexpr absl::string_view kSearchAll = "leave it out, words without a field are searched for in the whole article";
constexpr absl::string_view kLeaveOut = "leave it out";

constexpr std::array<RefusedField, 20> kRefusedFields = {{
    {"body", kSearchAll},
    {"lead", kSearchAll},
    {"caption", kSearchAll},
    {"agency", kSearchAll},
    {"wire", kSearchAll},
    {"dateline", kSearchAll},
    {"place", kSearchAll},
    {"quote", kSearchAll},
    {"said", kSearchAll},
    {"section", kLeaveOut},
    {"lang", kLeaveOut},
    {"is", kLeaveOut},
    {"has", kLeaveOut},
    {"dup", kLeaveOut},
    {"versions", kLeaveOut},
    {"sort", "leave it out, the order is chosen beside the query"},
    {"after", "write date:2019-04-01.. instead"},
    {"since", "write date:2019-04-01.. instead"},
    {"before", "write date:..2019-04-01 instead"},
    {"when", "write date:2019-04-01.. instead"},
}};

// How many letters must be put in, taken out or replaced to make `a` of `b`. The names are short.
size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row[b.size()];
}

// The known field whose name is spelt almost like `name`, or "". Two slips in three letters are no likeness.
absl::string_view NearestField(absl::string_view name) {
  absl::string_view nearest;
  size_t least = 3;
  for (const FieldAlias& alias : kFields) {
    if (name.size() > alias.name.size() + 2 || alias.name.size() > name.size() + 2) continue;
    const size_t distance = EditDistance(name, alias.name);
    if (distance < least && 2 * distance <= alias.name.size()) {
      least = distance;
      nearest = alias.name;
    }
  }
  return nearest;
}

// `token` is the field whose lower-case name is `name`; `value` is what follows it directly, up to white space.
absl::Status UnknownField(const Token& token, absl::string_view name, absl::string_view value) {
  for (const RefusedField& refused : kRefusedFields) {
    if (refused.name != name) continue;
    std::string remedy(refused.remedy);
    if (IsDate(value)) {
      if (name == "after" || name == "since") remedy = absl::StrCat("write date:", value, ".. instead");
      if (name == "before") remedy = absl::StrCat("write date:..", value, " instead");
    }
    return ErrorAt(token.span.begin, "the field '", name, ":' is not supported; ", remedy);
  }
  const absl::string_view nearest = NearestField(name);
  const std::string guess = nearest.empty() ? "" : absl::StrCat("did you mean '", nearest, ":'? ");
  return ErrorAt(token.span.begin, "there is no field ", Shown(absl::StrCat(token.text, ":")), "; ", guess,
                 kFieldList, "; if the colon belongs to the text, put the words in quotes");
}

// ---- Words that mean something to other search programs, and one day may here.

bool IsDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

// NEAR, NEAR/5, NEAR5, w/5, PRE/5, ADJ/5, w/s, /s, /p, /5. Not w/o and w/out, which people write.
bool IsConnector(absl::string_view text) {
  if (text == "NEAR") return true;
  for (absl::string_view prefix : {"NEAR", "ADJ"}) {
    if (absl::StartsWith(text, prefix) && IsDigits(text.substr(prefix.size()))) return true;
  }
  const size_t slash = text.find('/');
  if (slash == absl::string_view::npos || slash > 4) return false;
  const std::string before = absl::AsciiStrToLower(text.substr(0, slash));
  if (!before.empty() && before != "near" && before != "w" && before != "pre" && before != "adj") return false;
  const absl::string_view after = text.substr(slash + 1);
  return IsDigits(after) || absl::EqualsIgnoreCase(after, "s") || absl::EqualsIgnoreCase(after, "p");
}

bool IsFrequency(absl::string_view text) {
  return absl::StartsWithIgnoreCase(text, "atleast") && IsDigits(text.substr(7));
}

// Refuses the words that ToString could not print so that they are words again, and those kept for later. The same
// for every place a word can stand, or a tree would not survive its canonical form.
absl::Status CheckWord(absl::string_view text, size_t offset) {
  if (text == "AND" || text == "OR" || text == "NOT") {
    return ErrorAt(offset, "'", text, "' in capitals is an operator; to search for the word, put it in quotes");
  }
  if (IsConnector(text)) {
    return ErrorAt(offset, "proximity (", Shown(text),
                   ") is not supported; join the words with AND, or put words that stand together in quotes");
  }
  if (IsFrequency(text)) {
    return ErrorAt(offset, Shown(text), " is not supported; write the word alone");
  }
  if (text[0] == '-') return ErrorAt(offset, "'-' cannot stand here; put it before the field, as in -outlet:word");
  if (text[0] == '=') {
    return ErrorAt(offset,
                   "'=' before a word is not supported; put the word in quotes to find it exactly as written");
  }
  if (text == "*") return ErrorAt(offset, "'*' takes no field; write it alone to mean every article");
  if (const size_t star = text.find('*'); star != absl::string_view::npos) {
    return ErrorAt(offset + star,
                   "'*' in a word is not supported; write out the words you mean, as in (negotiate OR negotiation)");
  }
  if (const size_t tilde = text.find('~'); tilde != absl::string_view::npos) {
    return ErrorAt(offset + tilde,
                   "'~' is not supported; write out the spellings or words you mean, as in (kyiv OR kiev), or put "
                   "the text in quotes");
  }
  if (const absl::string_view name = LeadingFieldName(text); !name.empty()) {
    return ErrorAt(offset, Shown(absl::StrCat(name, ":")),
                   " stands inside the value of another field; put the value in quotes if the colon belongs to it");
  }
  return absl::OkStatus();
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

bool IsGroup(const Node& node) { return node.kind == Kind::kAnd || node.kind == Kind::kOr; }

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

// Where the canonical form of `node` nests deeper than `room`, or kNowhere.
size_t FirstTooDeep(const Node& node, size_t room) {
  if (node.children.empty()) return kNowhere;
  const size_t levels = node.kind == Kind::kNot && node.children.front().kind == Kind::kNot ? 2 : 1;
  if (room < levels) return node.span.begin;
  for (const Node& child : node.children) {
    const size_t place = FirstTooDeep(child, room - levels);
    if (place != kNowhere) return place;
  }
  return kNowhere;
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
    if (Peek().kind == TokenKind::kEnd) {
      return ErrorAt(0, "the query has no words; write a word, or * for every article");
    }
    ParsedQuery parsed;
    // A query that begins with ')' goes straight to the error below.
    if (Peek().kind != TokenKind::kClose) {
      DL_ASSIGN_OR_RETURN(parsed.root, ParseOr(Field::kText, 0));
    }
    if (Peek().kind == TokenKind::kClose) {
      return ErrorAt(Peek().span.begin, "this ')' closes nothing; add '(' before, or leave it out");
    }
    DL_RETURN_IF_ERROR(CheckWhole(parsed.root));
    std::stable_sort(notes_.begin(), notes_.end(),
                     [](const Note& a, const Note& b) { return a.span.begin < b.span.begin; });
    parsed.notes = std::move(notes_);
    return parsed;
  }

 private:
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
    return Conjunction{Combine(Kind::kAnd, std::move(items), span), several};
  }

  absl::StatusOr<Node> ParseUnary(Field field, size_t depth) {
    if (StartsOperand(Peek().kind)) return ParseOperand(field, depth);
    const Token& negation = Take();
    DL_RETURN_IF_ERROR(CheckDepth(negation, depth + 1));
    if (Peek().kind == TokenKind::kNot || Peek().kind == TokenKind::kMinus) {
      return ErrorAt(Peek().span.begin, "two negations in a row; write one, or none");
    }
    if (!StartsOperand(Peek().kind)) return NothingAfter(negation);
    DL_ASSIGN_OR_RETURN(Node child, ParseOperand(field, depth + 1));
    Node node;
    node.kind = Kind::kNot;
    node.span = Span{negation.span.begin, LastEnd()};
    node.children.push_back(std::move(child));
    return node;
  }

  // REQUIRES: StartsOperand(Peek().kind).
  absl::StatusOr<Node> ParseOperand(Field field, size_t depth) {
    switch (Peek().kind) {
      case TokenKind::kOpen:
        return ParseGroup(field, depth);
      case TokenKind::kField:
        return ParseField(field, depth);
      default:
        return ParseValue(field);
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
    const auto alias =
        std::find_if(kFields.begin(), kFields.end(), [&](const FieldAlias& known) { return known.name == name; });
    if (alias == kFields.end()) return UnknownField(token, name, Glued() ? value.text : absl::string_view());
    if (outer != Field::kText) {
      return ErrorAt(token.span.begin, "the field ", Name(token),
                     " stands inside the parentheses of another field; close those first");
    }
    const bool operator_word = value.text == "AND" || value.text == "OR" || value.text == "NOT";
    if (Glued() && operator_word && value.kind != TokenKind::kPhrase && name != "date") {
      return CheckWord(value.text, value.span.begin);
    }
    if (!StartsUnary(value.kind)) {
      return ErrorAt(token.span.begin, Name(token), " has no value; write it directly behind the colon, as in ", name,
                     name == "date" ? ":2019" : ":word");
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
    if (name == "date") return ParseDateValue(token);
    absl::StatusOr<Node> node =
        value.kind == TokenKind::kOpen ? ParseGroup(alias->field, depth) : ParseValue(alias->field);
    // A word or phrase deep in parentheses keeps its own span.
    if (node.ok() && (IsGroup(*node) || node->span.begin == token.span.end)) node->span.begin = token.span.begin;
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
    if (value.text[0] == '[' || value.text[0] == '{') {
      return ErrorAt(value.span.begin, "a range in brackets is not supported; write date:2019-04-01..2019-04-30");
    }
    if (value.text.find(',') != absl::string_view::npos) {
      return ErrorAt(value.span.begin, "'date:' takes no list; write (date:2018 OR date:2019)");
    }
    Node node;
    node.kind = Kind::kDate;
    DL_ASSIGN_OR_RETURN(node.days, ParseDays(value.text, value.span.begin));
    node.span = Span{field.span.begin, value.span.end};
    CountLeaf(node.span);
    if (Peek().kind == TokenKind::kWord) {
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

  // REQUIRES: the next token is kWord or kPhrase.
  absl::StatusOr<Node> ParseValue(Field field) {
    // Also across white space: `"a b" ~7` is typed often enough.
    if (next_ > 0 && tokens_[next_ - 1].kind == TokenKind::kPhrase && Peek().kind == TokenKind::kWord &&
        Peek().text[0] == '~') {
      return ErrorAt(
          Peek().span.begin,
          "proximity ('~') is not supported; leave it out for the exact phrase, or join the words with AND");
    }
    if (field == Field::kOutlet || field == Field::kByline) return ParseList(field);
    const Token& token = Take();
    if (token.kind == TokenKind::kPhrase) return MakePhrase(token, field);
    if (token.text == "*" && field == Field::kText) return MakeMatchAll(token);
    return MakeWord(token.text, token.span.begin, field);
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
        DL_ASSIGN_OR_RETURN(Node value, MakePhrase(token, field));
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
    DL_RETURN_IF_ERROR(CheckWord(text, offset));
    Node node;
    node.kind = Kind::kWord;
    node.field = field;
    node.text = std::string(text);
    node.span = Span{offset, offset + text.size()};
    CountLeaf(node.span);
    return node;
  }

  absl::StatusOr<Node> MakePhrase(const Token& token, Field field) {
    Node node;
    node.kind = Kind::kPhrase;
    node.field = field;
    node.text = CollapseSpace(token.text);
    node.span = token.span;
    if (node.text.empty()) {
      return ErrorAt(token.span.begin, "this phrase is empty; put words between the quotes, or leave them out");
    }
    if (token.text.find('*') != absl::string_view::npos) {
      return ErrorAt(token.span.begin, "'*' in a phrase is not supported; write its words out, or leave '*' out");
    }
    const size_t words = 1 + static_cast<size_t>(std::count(node.text.begin(), node.text.end(), ' '));
    if (words > limits_.max_phrase_words) {
      return ErrorAt(token.span.begin, "the phrase has ", words, " words, the limit is ", limits_.max_phrase_words,
                     " (max_phrase_words); shorten it, or make two phrases of it");
    }
    CountLeaf(node.span);
    return node;
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
  absl::Status CheckWhole(const Node& root) const {
    if (leaves_ > limits_.max_leaves) {
      return ErrorAt(first_leaf_over_, "the query has ", leaves_, " words and phrases, the limit is ",
                     limits_.max_leaves, " (max_leaves); leave some out");
    }
    const size_t too_deep = FirstTooDeep(root, max_depth_);
    if (too_deep != kNowhere) {
      return ErrorAt(too_deep, "with the groups that AND and OR imply, the query nests more than ", max_depth_,
                     " deep here, the limit is ", max_depth_, " (max_depth); take some parentheses out");
    }
    const size_t bytes = ToString(root).size();
    if (bytes > limits_.max_query_bytes) {
      return ErrorAt(0, "written out in full the query has ", bytes, " bytes, the limit is ", limits_.max_query_bytes,
                     " (max_query_bytes); shorten it");
    }
    return absl::OkStatus();
  }

  const std::vector<Token> tokens_;
  const QueryLimits limits_;
  const size_t max_depth_;
  size_t next_ = 0;
  size_t leaves_ = 0;
  size_t first_leaf_over_ = 0;
  std::vector<Note> notes_;
};

}  // namespace

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

absl::Status QueryError(size_t offset, absl::string_view message) {
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kOffsetUrl, absl::Cord(absl::StrCat(offset)));
  return status;
}

absl::optional<size_t> QueryErrorOffset(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kOffsetUrl);
  uint64_t offset = 0;
  if (!payload.has_value() || !absl::SimpleAtoi(std::string(*payload), &offset)) return absl::nullopt;
  return static_cast<size_t>(offset);
}

}  // namespace dateline::query
