#include "searcher/query/query_words.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "searcher/query/query_lexer.h"
#include "searcher/query/query_parser.h"

namespace dateline::query {
namespace {

template <typename... Pieces>
absl::Status ErrorAt(size_t offset, const Pieces&... message) {
  return QueryError(offset, absl::StrCat(message...));
}

bool IsDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

size_t CodePoints(absl::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// A connector before its distance, in lower case, and the distance or the letter of its unit.
struct ConnectorParts {
  std::string name;        // near, adj, pre, w or ""
  absl::string_view unit;  // digits, s, p; empty for NEAR alone
};

ConnectorParts CutConnector(absl::string_view text) {
  const size_t slash = text.find('/');
  if (slash != absl::string_view::npos) return {absl::AsciiStrToLower(text.substr(0, slash)), text.substr(slash + 1)};
  const size_t digits = std::min(text.size(), text.find_first_of("0123456789"));
  return {absl::AsciiStrToLower(text.substr(0, digits)), text.substr(digits)};
}

// Is the star at `star` of `word`, which is a word by itself, right behind enough letters and last?
absl::Status CheckStar(absl::string_view word, size_t star, size_t offset) {
  constexpr absl::string_view kExample = "as in nego*, or write the words out, as in (negotiate OR negotiation)";
  if (star + 1 != word.size()) {
    return ErrorAt(offset + star, "'*' is possible only at the end of a word; write it there, ", kExample);
  }
  const absl::string_view letters = word.substr(0, star);
  if (CodePoints(letters) < kMinExpandedLetters) {
    return ErrorAt(offset + star, "'*' needs at least ", kMinExpandedLetters,
                   " letters before it; write more of them, ", kExample);
  }
  const auto last = static_cast<unsigned char>(letters.back());
  if (last < 0x80 && !absl::ascii_isalnum(last)) {
    return ErrorAt(offset + star, "'*' must follow a letter; write it right behind one, ", kExample);
  }
  return absl::OkStatus();
}

}  // namespace

bool IsConnector(absl::string_view text) {
  if (text == "NEAR") return true;
  const ConnectorParts parts = CutConnector(text);
  if (absl::StrContains(text, "/")) {
    if (parts.name == "near" || parts.name == "pre" || parts.name == "adj") return IsDigits(parts.unit);
    if (!parts.name.empty() && parts.name != "w") return false;
    return IsDigits(parts.unit) || absl::EqualsIgnoreCase(parts.unit, "s") || absl::EqualsIgnoreCase(parts.unit, "p");
  }
  return (absl::StartsWith(text, "NEAR") || absl::StartsWith(text, "ADJ")) && text.size() > 3 &&
         IsDigits(parts.unit) && parts.name.size() + parts.unit.size() == text.size() &&
         (parts.name == "near" || parts.name == "adj");
}

absl::StatusOr<Link> ParseConnector(absl::string_view text, size_t offset, const QueryLimits& limits) {
  const ConnectorParts parts = CutConnector(text);
  Link link;
  if (absl::EqualsIgnoreCase(parts.unit, "s") || absl::EqualsIgnoreCase(parts.unit, "p")) {
    const bool sentence = absl::EqualsIgnoreCase(parts.unit, "s");
    link.kind = sentence ? Link::Kind::kSentence : Link::Kind::kParagraph;
    return link;
  }
  if (parts.name == "pre" || parts.name == "adj") link.kind = Link::Kind::kBefore;
  link.distance = std::min(kDefaultDistance, limits.max_distance);
  if (parts.unit.empty()) return link;
  DL_ASSIGN_OR_RETURN(link.distance, ParseCount(parts.unit, limits.max_distance, offset,
                                                absl::StrCat("the distance of ", Shown(text))));
  return link;
}

bool IsAtLeast(absl::string_view text) {
  return absl::StartsWithIgnoreCase(text, "atleast") && IsDigits(text.substr(7));
}

absl::StatusOr<uint32_t> ParseAtLeast(absl::string_view text, size_t offset, const QueryLimits& limits) {
  return ParseCount(text.substr(7), limits.max_mentions, offset, "the number behind 'atleast'");
}

absl::StatusOr<uint32_t> ParseCount(absl::string_view digits, uint32_t max, size_t offset, absl::string_view what) {
  uint32_t number = 0;
  if (!IsDigits(digits) || !absl::SimpleAtoi(digits, &number) || number < 1 || number > max) {
    return ErrorAt(offset, what, " is out of range; write a number from 1 to ", max);
  }
  return number;
}

absl::StatusOr<WordParts> ParseWord(absl::string_view text, size_t offset) {
  if (text == "AND" || text == "OR" || text == "NOT") {
    return ErrorAt(offset, "'", text, "' in capitals is an operator; to search for the word, put it in quotes");
  }
  if (IsConnector(text)) {
    return ErrorAt(offset, Shown(text),
                   " is an operator and stands between two words; to search for it, put it in quotes");
  }
  if (IsAtLeast(text)) {
    return ErrorAt(offset, Shown(text),
                   " needs parentheses, as in atleast3(word); write them, or put it in quotes to "
                   "search for it");
  }
  if (text[0] == '-') return ErrorAt(offset, "'-' cannot stand here; put it before the field, as in -outlet:word");
  if (text[0] == '=') {
    return ErrorAt(offset,
                   "'=' cannot stand here; write =word, or put the word in quotes behind its field, as in "
                   "headline:\"word\"");
  }
  if (text == "*") return ErrorAt(offset, "'*' takes no field; write it alone to mean every article");
  WordParts parts{text, WordForm::kStem};
  if (const size_t tilde = text.find('~'); tilde != absl::string_view::npos) {
    constexpr absl::string_view kRemedy =
        "write harbor~1 for one letter more, less or other, write the spellings out, as in (kyiv OR kiev), or put "
        "the "
        "text in quotes";
    const absl::string_view distance = text.substr(tilde + 1);
    if (distance != "" && distance != "1") {
      return ErrorAt(offset + tilde, Shown(text.substr(tilde)), " is not supported here; ", kRemedy);
    }
    if (CodePoints(text.substr(0, tilde)) < kMinExpandedLetters) {
      return ErrorAt(offset + tilde, "'~' needs at least ", kMinExpandedLetters, " letters before it; ", kRemedy);
    }
    parts = WordParts{text.substr(0, tilde), WordForm::kFuzzy};
    if (parts.text.find('*') != absl::string_view::npos) {
      return ErrorAt(offset + tilde, "a word cannot have both '*' and '~'; leave one out");
    }
  } else if (const size_t star = text.find('*'); star != absl::string_view::npos) {
    DL_RETURN_IF_ERROR(CheckStar(text, star, offset));
    parts = WordParts{text.substr(0, star), WordForm::kPrefix};
  }
  if (const absl::string_view name = LeadingFieldName(text); !name.empty()) {
    return ErrorAt(offset, Shown(absl::StrCat(name, ":")),
                   " stands inside the value of another field; put the value in quotes if the colon belongs to it");
  }
  return parts;
}

absl::Status CheckPhraseStars(absl::string_view phrase, size_t offset, size_t& words) {
  for (size_t star = phrase.find('*'); star != absl::string_view::npos; star = phrase.find('*', star + 1)) {
    // What is white space is the lexer's business: a blank is enough here, for the phrase was collapsed.
    const size_t begin = phrase.rfind(' ', star);
    const size_t from = begin == absl::string_view::npos ? 0 : begin + 1;
    const absl::string_view word = phrase.substr(from, phrase.find(' ', star) - from);
    if (!CheckStar(word, star - from, 0).ok()) {
      return ErrorAt(offset, "'*' in a phrase is possible only at the end of a word of ", kMinExpandedLetters,
                     " letters or more; write it there, write the words out, or leave '*' out");
    }
    ++words;
  }
  return absl::OkStatus();
}

}  // namespace dateline::query
