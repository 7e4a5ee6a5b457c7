#include "searcher/query/query_lexer.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "searcher/query/query_words.h"

namespace dateline::query {
namespace {

constexpr size_t kMaxShownBytes = 40;

// Unicode's white space, every control character, and what cannot be seen at the edge of a pasted text: zero-width
// space, byte order mark and marks of writing direction. One of them before '-' or a field name must not change what
// the query means.
bool IsSpace(char32_t c) {
  if (c <= 0x20 || (c >= 0x7F && c <= 0xA0)) return true;
  return c == 0x1680 || (c >= 0x2000 && c <= 0x200B) || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202F) ||
         c == 0x205F || (c >= 0x2066 && c <= 0x2069) || c == 0x3000 || c == 0xFEFF;
}

// Word processors and keyboards of many languages make these of the '"' key, in pairs that do not always match.
bool IsDoubleQuote(char32_t c) {
  switch (c) {
    case '"':
    case 0x00AB:
    case 0x00BB:
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x201F:
    case 0x2033:
    case 0xFF02:
      return true;
    default:
      return false;
  }
}

// What a word processor may put where '-' was typed. Never an operator: an em dash before a word is ordinary prose.
bool IsOtherDash(char32_t c) {
  return (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFE58 || c == 0xFE63 || c == 0xFF0D;
}

bool EndsWord(char32_t c) { return IsSpace(c) || IsDoubleQuote(c) || c == '(' || c == ')' || c == '|'; }

class Lexer {
 public:
  explicit Lexer(absl::string_view text) : text_(text) {}

  absl::StatusOr<TokenList> Run() {
    while (at_ < text_.size()) {
      const char32_t c = CodePoint();
      if (IsSpace(c)) {
        at_ += length_;
      } else if (c == '(' || c == ')' || c == '|') {
        Add(c == '(' ? TokenKind::kOpen : c == ')' ? TokenKind::kClose : TokenKind::kOr, at_ + 1);
      } else if (IsDoubleQuote(c)) {
        DL_RETURN_IF_ERROR(Phrase());
      } else if (c == '-') {
        DL_RETURN_IF_ERROR(Hyphens());
      } else if (const absl::string_view name = LeadingFieldName(text_.substr(at_)); !name.empty()) {
        Add(TokenKind::kField, at_ + name.size() + 1);
        list_.tokens.back().text = name;
      } else {
        Word(c);
      }
    }
    Add(TokenKind::kEnd, at_);
    return std::move(list_);
  }

 private:
  // The code point at at_, whose length goes to length_. REQUIRES: at_ < text_.size().
  char32_t CodePoint() {
    length_ = base::CodePointBytes(text_, at_);
    return base::DecodeCodePoint(text_, at_, length_);
  }

  // The token from at_ to `end`, which becomes at_.
  void Add(TokenKind kind, size_t end) {
    list_.tokens.push_back(Token{kind, Span{at_, end}, text_.substr(at_, end - at_)});
    at_ = end;
  }

  // Does at_ stand directly after the last token?
  bool Glued() const { return !list_.tokens.empty() && list_.tokens.back().span.end == at_; }

  bool GluedTo(TokenKind kind) const { return Glued() && list_.tokens.back().kind == kind; }

  absl::Status Phrase() {
    const size_t open = at_;
    at_ += length_;
    const size_t begin = at_;
    while (at_ < text_.size()) {
      if (IsDoubleQuote(CodePoint())) {
        list_.tokens.push_back(
            Token{TokenKind::kPhrase, Span{open, at_ + length_}, text_.substr(begin, at_ - begin)});
        at_ += length_;
        return absl::OkStatus();
      }
      at_ += length_;
    }
    return QueryError(open, "this quote has no partner; close the phrase with '\"', or leave the quote out");
  }

  // A run of '-' where a token begins: an operator, or a dash that stands alone.
  absl::Status Hyphens() {
    size_t end = at_;
    while (end < text_.size() && text_[end] == '-') ++end;
    if (Glued() && !GluedTo(TokenKind::kOpen)) {
      const Token& last = list_.tokens.back();
      if (last.kind == TokenKind::kField && absl::EqualsIgnoreCase(last.text, "sort")) {
        return QueryError(at_, "'-' does not turn an order round; write sort:newest or sort:oldest");
      }
      if (last.kind == TokenKind::kField) {
        return QueryError(at_, absl::StrCat("'-' after a field excludes nothing; put it first, as in -", last.text,
                                            last.text == "date" ? ":2019" : ":word"));
      }
      const absl::string_view place = last.kind == TokenKind::kPhrase  ? "a quote"
                                      : last.kind == TokenKind::kClose ? "')'"
                                                                       : "'|'";
      return QueryError(at_, absl::StrCat("'-' directly after ", place,
                                          " excludes nothing; put a space before it to "
                                          "exclude what follows, or leave it out"));
    }
    const size_t begin = at_;
    at_ = end;
    if (end == text_.size() || IsSpace(CodePoint()) || text_[end] == ')') {
      const absl::string_view dash = text_.substr(begin, end - begin);
      list_.notes.push_back(Note{Span{begin, end}, absl::StrCat(Shown(dash), " stands alone and is ignored")});
      return absl::OkStatus();
    }
    if (end - begin > 1) return QueryError(begin, "two negations in a row; write one '-', or none");
    at_ = begin;
    Add(TokenKind::kMinus, end);
    return absl::OkStatus();
  }

  void Word(char32_t first) {
    const size_t begin = at_;
    const bool looks_negated = IsOtherDash(first) && (!Glued() || GluedTo(TokenKind::kOpen));
    const size_t first_length = length_;
    size_t end = at_ + first_length;
    for (at_ = end; at_ < text_.size() && !EndsWord(CodePoint()); end = at_) at_ += length_;
    at_ = begin;
    Add(TokenKind::kWord, end);
    Token& word = list_.tokens.back();
    if (word.text == "OR") word.kind = TokenKind::kOr;
    if (word.text == "AND") word.kind = TokenKind::kAnd;
    if (word.text == "NOT") word.kind = TokenKind::kNot;
    if (IsConnector(word.text)) word.kind = TokenKind::kNear;
    if (looks_negated && word.text.size() > first_length) {
      const absl::string_view rest = word.text.substr(first_length);
      list_.notes.push_back(Note{word.span, absl::StrCat("the dash before ", Shown(rest),
                                                         " is not a '-' and excludes nothing; to exclude the word "
                                                         "write '-' before it")});
    }
  }

  const absl::string_view text_;
  size_t at_ = 0;
  size_t length_ = 0;
  TokenList list_;
};

}  // namespace

absl::StatusOr<TokenList> Tokenize(absl::string_view text) { return Lexer(text).Run(); }

absl::string_view LeadingFieldName(absl::string_view text) {
  size_t size = 0;
  while (size < text.size() && absl::ascii_isalpha(static_cast<unsigned char>(text[size]))) ++size;
  return size < text.size() && text[size] == ':' ? text.substr(0, size) : absl::string_view();
}

std::string CollapseSpace(absl::string_view text) {
  std::string collapsed;
  bool space = false;
  for (size_t at = 0; at < text.size();) {
    const size_t length = base::CodePointBytes(text, at);
    if (IsSpace(base::DecodeCodePoint(text, at, length))) {
      space = !collapsed.empty();
    } else {
      if (space) collapsed.push_back(' ');
      space = false;
      collapsed.append(text.data() + at, length);
    }
    at += length;
  }
  return collapsed;
}

std::string Shown(absl::string_view text) {
  const absl::string_view kept = base::TruncateUtf8(text, kMaxShownBytes);
  return absl::StrCat("'", kept, kept.size() < text.size() ? "..." : "", "'");
}

}  // namespace dateline::query
