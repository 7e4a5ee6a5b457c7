#include "core/text/normalizer.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "core/base/utf8.h"

namespace dateline::text {
namespace {

// ICU's shared instances never fail to load unless ICU's own data is missing, which no program survives.
const icu::Normalizer2& CaseFolder() {
  UErrorCode error = U_ZERO_ERROR;
  static const icu::Normalizer2* const folder = icu::Normalizer2::getNFKCCasefoldInstance(error);
  return *folder;
}

const icu::Normalizer2& Decomposer() {
  UErrorCode error = U_ZERO_ERROR;
  static const icu::Normalizer2* const decomposer = icu::Normalizer2::getNFDInstance(error);
  return *decomposer;
}

const icu::Normalizer2& Composer() {
  UErrorCode error = U_ZERO_ERROR;
  static const icu::Normalizer2* const composer = icu::Normalizer2::getNFCInstance(error);
  return *composer;
}

std::string CaseFold(absl::string_view text) {
  std::string folded;
  icu::StringByteSink<std::string> sink(&folded);
  UErrorCode error = U_ZERO_ERROR;
  CaseFolder().normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink, nullptr,
                             error);
  return folded;
}

// U+2018, U+2019, U+201B, U+02BC and U+0060 to U+0027. (U+FF07 is folded by NFKC.)
void StraightenApostrophes(std::string& text) {
  static constexpr absl::string_view kCurly[] = {"\xE2\x80\x98", "\xE2\x80\x99", "\xE2\x80\x9B", "\xCA\xBC"};
  for (absl::string_view curly : kCurly) {
    for (size_t at = text.find(curly.data(), 0, curly.size()); at != std::string::npos;
         at = text.find(curly.data(), at + 1, curly.size())) {
      text.replace(at, curly.size(), "'");
    }
  }
}

void StripPossessive(std::string& word) {
  if (word.size() > 2 && absl::EndsWith(word, "'s")) word.resize(word.size() - 2);
}

// Letters that no decomposition takes apart but that people type without their stroke.
char32_t WithoutStroke(UChar32 c) {
  switch (c) {
    case 0x00F8:
      return U'o';
    case 0x0142:
      return U'l';
    case 0x0111:
      return U'd';
    case 0x0127:
      return U'h';
    case 0x0167:
      return U't';
    case 0x0131:
      return U'i';
    default:
      return static_cast<char32_t>(c);
  }
}

bool HasAccentedScript(UChar32 c) {
  UErrorCode error = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(c, &error);
  return script == USCRIPT_LATIN || script == USCRIPT_GREEK;
}

}  // namespace

std::string Fold(absl::string_view word) {
  std::string folded;
  if (base::IsAscii(word)) {
    folded = absl::AsciiStrToLower(word);
  } else {
    folded = CaseFold(word);
    StraightenApostrophes(folded);
  }
  StripPossessive(folded);
  return folded;
}

std::string StripDiacritics(absl::string_view folded) {
  if (base::IsAscii(folded)) return std::string(folded);
  UErrorCode error = U_ZERO_ERROR;
  const icu::UnicodeString decomposed = Decomposer().normalize(
      icu::UnicodeString::fromUTF8(icu::StringPiece(folded.data(), static_cast<int32_t>(folded.size()))), error);
  icu::UnicodeString kept;
  bool after_accented = false;
  for (int32_t i = 0; i < decomposed.length();) {
    const UChar32 c = decomposed.char32At(i);
    i += U16_LENGTH(c);
    if (u_charType(c) == U_NON_SPACING_MARK) {
      if (!after_accented) kept.append(c);
      continue;
    }
    after_accented = HasAccentedScript(c);
    kept.append(static_cast<UChar32>(WithoutStroke(c)));
  }
  std::string stripped;
  Composer().normalize(kept, error).toUTF8String(stripped);
  return stripped;
}

std::string FoldName(absl::string_view name) {
  std::string folded = StripDiacritics(base::IsAscii(name) ? absl::AsciiStrToLower(name) : CaseFold(name));
  StraightenApostrophes(folded);
  absl::RemoveExtraAsciiWhitespace(&folded);
  return folded;
}

}  // namespace dateline::text
