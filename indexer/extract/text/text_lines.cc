#include "indexer/extract/text/text_lines.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/characters.h"
#include "core/base/utf8.h"
#include "indexer/extract/rules/lexicon.h"

namespace dateline::extract {
namespace {

// Wrapped text has no line over this and most of its inner lines well filled.
constexpr size_t kMaxWrappedBytes = 100;
constexpr size_t kFilledBytes = 50;
constexpr size_t kMinInnerLines = 3;
// An inner line of wrapped prose ends a sentence now and then; lines that mostly do are paragraphs.
constexpr size_t kMinInnerPerSentence = 2;

struct RawLine {
  size_t begin = 0;
  size_t end = 0;  // without the line break
  bool blank = true;
  bool indented = false;
};

std::vector<RawLine> RawLines(absl::string_view text) {
  std::vector<RawLine> lines;
  size_t begin = 0;
  size_t next_return = std::min(text.find('\r'), text.size());
  for (size_t at = 0; at <= text.size(); ++at) {
    if (next_return < at) next_return = std::min(text.find('\r', at), text.size());
    at = std::min(std::min(text.find('\n', at), text.size()), next_return);
    RawLine line{begin, at};
    base::CharacterReader reader(text.substr(begin, at - begin));
    while (!reader.done() && line.blank) line.blank = base::IsBlankCharacter(reader.Next());
    line.indented = !line.blank && (text[begin] == ' ' || text[begin] == '\t');
    if (begin < text.size() || !line.blank) lines.push_back(line);
    if (at + 1 < text.size() && text[at] == '\r' && text[at + 1] == '\n') ++at;
    begin = at + 1;
  }
  return lines;
}

bool EndsSentence(absl::string_view text) {
  // Only the last few characters can decide.
  constexpr size_t kTail = 32;
  if (text.size() > kTail) text.remove_prefix(text.size() - kTail);
  bool ends = false;
  base::CharacterReader reader(text);
  while (!reader.done()) {
    const char32_t c = reader.Next();
    if (c == '.' || c == '!' || c == '?' || c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0x2026 || c == 0x06D4 ||
        c == 0x061F || c == 0x0964) {
      ends = true;
    } else if (c != '"' && c != '\'' && c != ')' && c != ']' && c != 0x201C && c != 0x201D && c != 0x2019 &&
               c != 0xBB && c != 0xAB && c != 0x300D && c != 0x300F && c != 0xFF09 && c != 0x203A) {
      ends = false;
    }
  }
  return ends;
}

// An inner line is one that another line of the same block follows.
bool LooksWrapped(absl::string_view text, const std::vector<RawLine>& lines) {
  size_t inner = 0;
  size_t filled = 0;
  size_t sentences = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    const size_t bytes = lines[i].end - lines[i].begin;
    if (bytes > kMaxWrappedBytes) return false;
    if (lines[i].blank || i + 1 == lines.size() || lines[i + 1].blank) continue;
    ++inner;
    if (bytes >= kFilledBytes) ++filled;
    if (EndsSentence(text.substr(lines[i].begin, bytes))) ++sentences;
  }
  return inner >= kMinInnerLines && filled * 2 > inner && sentences * kMinInnerPerSentence < inner;
}

void Append(TextLine& line, absl::string_view raw) {
  bool blank = !line.text.empty();
  bool in_word = false;
  size_t ideographs = 0;
  line.text.reserve(line.text.size() + raw.size() + 1);
  for (size_t at = 0; at < raw.size();) {
    const unsigned char byte = static_cast<unsigned char>(raw[at]);
    size_t length = 1;
    char32_t c = byte;
    if (byte >= 0x80) {
      base::CharacterReader reader(raw.substr(at));
      c = reader.Next();
      length = reader.at();
      line.signs |= 1;
    }
    const size_t begin = at;
    at += length;
    if (base::IsBlankCharacter(c) || c < 0x20 || c == 0x7F) {
      blank = blank || !line.text.empty();
      in_word = false;
      continue;
    }
    if (blank) line.text.push_back(' ');
    blank = false;
    line.text.append(raw.data() + begin, length);
    ++line.characters;
    if (base::IsLetter(c)) {
      ++line.letters;
      if (base::IsIdeographic(c)) {
        ++ideographs;
        if (ideographs % 2 == 1) ++line.words;
        in_word = false;
        continue;
      }
      if (!in_word) ++line.words;
      in_word = true;
    } else if (base::IsDigit(c)) {
      ++line.digits;
      if (!in_word) ++line.words;
      in_word = true;
    } else {
      if (c < 64 || c == '|' || c == '@') line.signs |= uint64_t{1} << SignBit(c);
      if (c != '\'' && c != 0x2019 && c != '-' && c != '.') in_word = false;
    }
  }
  if (ideographs * 2 > line.letters) line.ideographic = true;
}

}  // namespace

// The margin at which text was wrapped: most lines that another follows end before it.
size_t Margin(const std::vector<RawLine>& lines) {
  constexpr double kShare = 0.95;
  std::vector<size_t> sizes;
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    if (!lines[i].blank && !lines[i + 1].blank) sizes.push_back(lines[i].end - lines[i].begin);
  }
  if (sizes.empty()) return 0;
  std::sort(sizes.begin(), sizes.end());
  return sizes[static_cast<size_t>(kShare * static_cast<double>(sizes.size() - 1))];
}

// Whether wrapping broke the line before `next`: its first word would not have fitted, and it is no line of its own.
bool IsContinued(absl::string_view text, const RawLine& line, const RawLine& next, size_t margin) {
  constexpr size_t kSlack = 4;  // bytes of marks and dashes that count as one column
  const absl::string_view after = text.substr(next.begin, next.end - next.begin);
  const size_t word = std::min(after.find(' '), after.size());
  const size_t bytes = line.end - line.begin;
  return bytes + 1 + word + kSlack > margin && bytes <= margin + kSlack && after.size() <= margin + kSlack &&
         after.front() != '(';
}

std::vector<TextLine> CutLines(absl::string_view text) {
  const std::vector<RawLine> raw = RawLines(text);
  const bool wrapped = LooksWrapped(text, raw);
  const size_t margin = wrapped ? Margin(raw) : 0;
  std::vector<TextLine> lines;
  bool after_blank = true;
  bool joins = false;  // the next line goes on with the paragraph
  for (size_t i = 0; i < raw.size(); ++i) {
    const RawLine& line = raw[i];
    if (line.blank) {
      after_blank = true;
      joins = false;
      continue;
    }
    // An indented line starts a paragraph even without a blank line before it; so does one after a short line, which
    // ended before the margin.
    if (!joins || line.indented) {
      lines.emplace_back();
      lines.back().begin = line.begin;
      lines.back().after_blank = after_blank;
    }
    Append(lines.back(), text.substr(line.begin, line.end - line.begin));
    lines.back().end = line.end;
    after_blank = false;
    joins = wrapped && i + 1 < raw.size() && !raw[i + 1].blank && IsContinued(text, line, raw[i + 1], margin);
  }
  for (TextLine& line : lines) {
    const absl::string_view head = base::TruncateUtf8(line.text, kMaxFoldedBytes);
    // White space is collapsed already: of ASCII only the case is left to fold.
    line.folded = line.HasBeyondAscii() ? FoldLine(head) : absl::AsciiStrToLower(head);
    line.ends_sentence = EndsSentence(line.text);
  }
  return lines;
}

std::string UnwrapLines(absl::string_view text) {
  if (!LooksWrapped(text, RawLines(text))) return absl::StrReplaceAll(text, {{"\r\n", "\n"}, {"\r", "\n"}});
  std::string joined;
  for (const TextLine& line : CutLines(text)) absl::StrAppend(&joined, joined.empty() ? "" : "\n", line.text);
  return joined;
}

}  // namespace dateline::extract
