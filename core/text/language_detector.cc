#include "core/text/language_detector.h"

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "core/base/utf8.h"

namespace dateline::text {
namespace {

constexpr size_t kMaxBytes = 32 * 1024;
constexpr size_t kLettersOfAnIdeograph = 3;

bool IsNoncharacter(char32_t c) { return (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE; }

bool IsControl(char32_t c) { return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7F && c < 0xA0); }

// ASCII that the detector accepts.
bool IsPlain(char c) { return (c >= ' ' && c < 0x7F) || c == '\n'; }

// CJK ideographs, kana, Hangul.
bool IsWideLetter(char32_t c) {
  return (c >= 0x3040 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0x20000 && c <= 0x3FFFF);
}

// The start of the text as the detector accepts it (it refuses controls and noncharacters), and how many letters are
// in it. Everything from the Latin letters on counts, but for general punctuation.
std::pair<std::string, size_t> Prepare(absl::string_view utf8) {
  std::string text;
  size_t letters = 0;
  const absl::string_view start = base::TruncateUtf8(utf8, kMaxBytes);
  text.reserve(start.size());
  for (size_t at = 0; at < start.size();) {
    const size_t plain = at;
    while (at < start.size() && IsPlain(start[at])) letters += static_cast<size_t>(absl::ascii_isalpha(start[at++]));
    text.append(start.data() + plain, at - plain);
    if (at == start.size()) break;
    const size_t length = base::CodePointBytes(start, at);
    const char32_t c = length == 0 ? 0 : base::DecodeCodePoint(start, at, length);
    if (IsControl(c) || IsNoncharacter(c)) {
      text.push_back(' ');
    } else {
      text.append(start.data() + at, length);
      const bool letter =
          c < 0x80 ? absl::ascii_isalpha(static_cast<unsigned char>(c)) : c >= 0xC0 && (c < 0x2000 || c >= 0x2C00);
      letters += IsWideLetter(c) ? kLettersOfAnIdeograph : static_cast<size_t>(letter);
    }
    at += std::max<size_t>(length, 1);
  }
  return {std::move(text), letters};
}

// ISO 639-1 for what the detector calls it; "" when that has no such code.
std::string IsoCode(absl::string_view code) {
  code = code.substr(0, code.find('-'));  // "zh-Hant", "sr-Latn"
  static constexpr std::pair<absl::string_view, absl::string_view> kRenamed[] = {
      {"iw", "he"}, {"in", "id"}, {"ji", "yi"}, {"jw", "jv"}, {"mo", "ro"}, {"nb", "no"}, {"fil", "tl"}, {"sh", "sr"},
  };
  for (const auto& [old_code, new_code] : kRenamed) {
    if (code == old_code) return std::string(new_code);
  }
  return code.size() == 2 && code != "un" ? std::string(code) : "";
}

// "pt" of "pt-BR"; "" when that is no code: the detector reads whatever it is given. Nor is Chinese a hint: it stands
// for one of its scripts only, and what is written in the other then becomes Japanese.
std::string HintCode(absl::string_view hint) {
  const std::string code = absl::AsciiStrToLower(hint.substr(0, hint.find_first_of("-_")));
  const bool letters = std::all_of(code.begin(), code.end(),
                                   [](char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); });
  return letters && code != "zh" && (code.size() == 2 || code.size() == 3) ? code : "";
}

}  // namespace

DetectedLanguage DetectLanguage(absl::string_view utf8, absl::string_view hint) {
  DetectedLanguage detected;
  const auto [text, letters] = Prepare(utf8);
  if (letters < kMinLetters) return detected;
  const std::string hint_code = HintCode(hint);
  const CLD2::CLDHints hints = {hint_code.empty() ? nullptr : hint_code.c_str(), nullptr, CLD2::UNKNOWN_ENCODING,
                                CLD2::UNKNOWN_LANGUAGE};
  CLD2::Language languages[3];
  int percents[3];
  double scores[3];
  int text_bytes = 0;
  int valid_bytes = 0;
  CLD2::ExtDetectLanguageSummaryCheckUTF8(text.data(), static_cast<int>(text.size()), /*is_plain_text=*/true, &hints,
                                          /*flags=*/0, languages, percents, scores, /*resultchunkvector=*/nullptr,
                                          &text_bytes, &detected.reliable, &valid_bytes);
  detected.percent = percents[0];
  if (detected.reliable) detected.code = IsoCode(CLD2::LanguageCode(languages[0]));
  return detected;
}

}  // namespace dateline::text
