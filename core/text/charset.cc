#include "core/text/charset.h"

#include <uchardet/uchardet.h>
#include <unicode/ucnv.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/types/optional.h"
#include "core/base/utf8.h"

namespace dateline::text {
namespace {

using How = DecodedText::How;

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";
constexpr absl::string_view kFallback = "windows-1252";
// So many characters beyond ASCII in valid UTF-8 outweigh any declared label.
constexpr size_t kUtf8Proof = 3;
// One damaged character in so many beyond ASCII does not disprove a charset.
constexpr size_t kDamageTolerance = 50;
// A guess needs no more than this, and guessing is slow.
constexpr size_t kGuessBytes = 128 * 1024;
constexpr size_t kMaxLabelBytes = 40;
constexpr size_t kPieceChars = 4096;

size_t AsciiPrefix(absl::string_view text) {
  size_t at = 0;
  for (uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & 0x8080808080808080) != 0) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

struct Utf8Census {
  size_t beyond_ascii = 0;  // well-formed characters
  size_t damaged = 0;       // bytes
};

Utf8Census TakeCensus(absl::string_view text) {
  Utf8Census census;
  for (size_t at = 0; at < text.size();) {
    const size_t ascii = AsciiPrefix(text.substr(at));
    at += ascii;
    // Between two ASCII letters there is often one other character; the loop above would be called for each.
    while (at < text.size() && static_cast<unsigned char>(text[at]) >= 0x80) {
      const size_t length = base::CodePointBytes(text, at);
      length == 0 ? ++census.damaged : ++census.beyond_ascii;
      at += std::max<size_t>(length, 1);
    }
  }
  return census;
}

// ---- Converters

struct ConverterDeleter {
  void operator()(UConverter* converter) const { ::ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, ConverterDeleter>;

// What browsers read where this label is given; the label itself when they do the same.
absl::string_view WebCharset(absl::string_view label) {
  static constexpr std::pair<absl::string_view, absl::string_view> kMeant[] = {
      {"iso-8859-1", "windows-1252"},
      {"iso8859-1", "windows-1252"},
      {"iso_8859-1", "windows-1252"},
      {"latin1", "windows-1252"},
      {"latin-1", "windows-1252"},
      {"l1", "windows-1252"},
      {"us-ascii", "windows-1252"},
      {"ascii", "windows-1252"},
      {"cp1252", "windows-1252"},
      {"iso-8859-9", "windows-1254"},
      {"latin5", "windows-1254"},
      {"iso-8859-11", "windows-874"},
      {"tis-620", "windows-874"},
      {"gb2312", "gb18030"},
      {"gbk", "gb18030"},
      {"gb_2312-80", "gb18030"},
      {"x-gbk", "gb18030"},
      {"shift_jis", "windows-31j"},
      {"shift-jis", "windows-31j"},
      {"sjis", "windows-31j"},
      {"x-sjis", "windows-31j"},
      {"cp932", "windows-31j"},
      {"euc-kr", "windows-949"},
      {"euckr", "windows-949"},
      {"ks_c_5601-1987", "windows-949"},
      {"cp949", "windows-949"},
      {"uhc", "windows-949"},
      {"utf8", "utf-8"},
      {"utf-16", "utf-16le"},
      {"unicode", "utf-16le"},
      {"utf-32", "utf-32le"},
  };
  for (const auto& [alias, meant] : kMeant) {
    if (label == alias) return meant;
  }
  return label;
}

bool IsWide(absl::string_view charset) {
  return absl::StartsWith(charset, "utf-16") || absl::StartsWith(charset, "utf-32") ||
         absl::StartsWith(charset, "ucs-") || absl::StartsWith(charset, "iso-10646");
}

// The converter for a charset, or nothing when there is none.
Converter OpenConverter(const std::string& charset) {
  UErrorCode error = U_ZERO_ERROR;
  Converter converter(::ucnv_open(charset.c_str(), &error));
  if (U_FAILURE(error)) return nullptr;
  ::ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
  return U_FAILURE(error) ? nullptr : std::move(converter);
}

struct Conversion {
  std::string utf8;
  size_t beyond_ascii = 0;
  size_t replaced = 0;

  bool Fits() const { return replaced * kDamageTolerance <= beyond_ascii; }
};

// Takes UTF-16 in pieces, which may cut a pair in two.
class Utf8Builder {
 public:
  explicit Utf8Builder(Conversion& out) : out_(out) {}

  void Append(const UChar* begin, const UChar* end) {
    for (const UChar* at = begin; at != end; ++at) Append(*at);
  }

  void Replace() {
    FlushLead();
    out_.utf8.append(kReplacement.data(), kReplacement.size());
    ++out_.replaced;
  }

  void FlushLead() {
    if (std::exchange(lead_, 0) != 0) Replace();
  }

 private:
  void Append(UChar unit) {
    if (lead_ != 0 && U16_IS_TRAIL(unit)) {
      Put(static_cast<char32_t>(U16_GET_SUPPLEMENTARY(lead_, unit)));
      lead_ = 0;
      return;
    }
    FlushLead();
    if (U16_IS_LEAD(unit)) {
      lead_ = unit;
    } else if (U16_IS_TRAIL(unit)) {
      Replace();
    } else {
      Put(unit);
    }
  }

  void Put(char32_t c) {
    base::AppendUtf8(out_.utf8, c);
    if (c >= 0x80) ++out_.beyond_ascii;
  }

  Conversion& out_;
  UChar lead_ = 0;
};

Conversion Convert(UConverter* converter, absl::string_view bytes) {
  Conversion out;
  out.utf8.reserve(bytes.size() + bytes.size() / 2);
  Utf8Builder builder(out);
  std::array<UChar, kPieceChars> piece;
  const char* source = bytes.data();
  const char* const end = bytes.data() + bytes.size();
  ::ucnv_resetToUnicode(converter);
  for (;;) {
    UErrorCode error = U_ZERO_ERROR;
    UChar* target = piece.data();
    ::ucnv_toUnicode(converter, &target, piece.data() + piece.size(), &source, end, nullptr, 1, &error);
    builder.Append(piece.data(), target);
    if (error == U_BUFFER_OVERFLOW_ERROR) continue;
    if (U_SUCCESS(error)) break;
    builder.Replace();
    if (source >= end) break;  // it was cut in the middle of a character
  }
  builder.FlushLead();
  return out;
}

// A converter of a charset that extends ASCII, as pages do: a label of another kind (EBCDIC) is a mistake.
bool ExtendsAscii(UConverter* converter) {
  constexpr absl::string_view kSample = "<a href=\"x\">Azaz 09+~&-;</a>\n";
  return Convert(converter, kSample).utf8 == kSample;
}

// ---- The steps of DecodeText

DecodedText FromUtf8(absl::string_view bytes, const Utf8Census& census, How how) {
  DecodedText text;
  text.utf8 = std::string(bytes);
  if (census.damaged > 0) text.replaced = base::RepairUtf8(text.utf8);
  text.charset = "utf-8";
  text.how = how;
  return text;
}

DecodedText FromConversion(Conversion conversion, absl::string_view charset, How how) {
  DecodedText text;
  text.utf8 = std::move(conversion.utf8);
  text.replaced = conversion.replaced;
  text.charset = std::string(charset);
  text.how = how;
  return text;
}

absl::optional<DecodedText> ByMark(absl::string_view bytes) {
  static constexpr std::pair<absl::string_view, absl::string_view> kMarks[] = {
      {absl::string_view("\xFF\xFE\0\0", 4), "utf-32le"},  // before UTF-16, whose mark begins it
      {absl::string_view("\0\0\xFE\xFF", 4), "utf-32be"},
      {"\xEF\xBB\xBF", "utf-8"},
      {"\xFF\xFE", "utf-16le"},
      {"\xFE\xFF", "utf-16be"},
  };
  for (const auto& [mark, charset] : kMarks) {
    if (!absl::StartsWith(bytes, mark)) continue;
    bytes.remove_prefix(mark.size());
    if (charset == "utf-8") return FromUtf8(bytes, TakeCensus(bytes), How::kBom);
    const Converter converter = OpenConverter(std::string(charset));
    if (converter != nullptr) return FromConversion(Convert(converter.get(), bytes), charset, How::kBom);
  }
  return absl::nullopt;
}

// `charset` must be a meant one.
absl::optional<DecodedText> ByLabel(absl::string_view bytes, const std::string& charset, How how) {
  // Bytes that hold ASCII as single bytes are not what the label says, though nearly any bytes are valid UTF-16.
  if (IsWide(charset) && bytes.find('\0') == absl::string_view::npos && AsciiPrefix(bytes) > 0) return absl::nullopt;
  const Converter converter = OpenConverter(charset);
  if (converter == nullptr || (!IsWide(charset) && !ExtendsAscii(converter.get()))) return absl::nullopt;
  Conversion conversion = Convert(converter.get(), bytes);
  if (!conversion.Fits()) return absl::nullopt;
  return FromConversion(std::move(conversion), charset, how);
}

struct DetectorDeleter {
  void operator()(uchardet* detector) const { ::uchardet_delete(detector); }
};

// "" when nothing is likely.
std::string GuessCharset(absl::string_view bytes) {
  const std::unique_ptr<uchardet, DetectorDeleter> detector(::uchardet_new());
  const absl::string_view start = bytes.substr(0, kGuessBytes);
  if (detector == nullptr || ::uchardet_handle_data(detector.get(), start.data(), start.size()) != 0) return "";
  ::uchardet_data_end(detector.get());
  return absl::AsciiStrToLower(::uchardet_get_charset(detector.get()));
}

DecodedText Decode(absl::string_view bytes, absl::string_view declared) {
  if (absl::optional<DecodedText> marked = ByMark(bytes)) return *std::move(marked);
  declared = absl::StripAsciiWhitespace(declared);
  const std::string label =
      declared.size() <= kMaxLabelBytes ? std::string(WebCharset(absl::AsciiStrToLower(declared))) : std::string();
  const Utf8Census census = TakeCensus(bytes);
  const bool valid = census.damaged == 0;
  if (valid && (label == "utf-8" || census.beyond_ascii >= kUtf8Proof)) {
    return FromUtf8(bytes, census, label == "utf-8" ? How::kDeclared : How::kValidUtf8);
  }
  if (!label.empty() && label != "utf-8") {
    if (absl::optional<DecodedText> text = ByLabel(bytes, label, How::kDeclared)) return *std::move(text);
  }
  if (valid) return FromUtf8(bytes, census, How::kValidUtf8);
  if (census.damaged * kDamageTolerance <= census.beyond_ascii) return FromUtf8(bytes, census, How::kDetected);
  const std::string guess(WebCharset(GuessCharset(bytes)));
  if (!guess.empty() && guess != "utf-8") {
    if (absl::optional<DecodedText> text = ByLabel(bytes, guess, How::kDetected)) return *std::move(text);
  }
  const Converter converter = OpenConverter(std::string(kFallback));
  if (converter == nullptr) return FromUtf8(bytes, census, How::kDetected);
  return FromConversion(Convert(converter.get(), bytes), kFallback, How::kDetected);
}

// ---- Mojibake

// The characters that bytes 0x80 to 0x9F are in windows-1252; 0 where a byte is none, which stays a C1 control.
constexpr char16_t kUpperHalf[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                     0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                     0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                     0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

// The byte that windows-1252 writes for a character beyond ASCII; 0 when it has none.
uint8_t ByteOf(char32_t c) {
  if (c >= 0x80 && c <= 0xFF) return static_cast<uint8_t>(c);
  if (c < 0x0152 || c > 0x2122) return 0;
  for (size_t i = 0; i < 32; ++i) {
    if (kUpperHalf[i] == c) return static_cast<uint8_t>(0x80 + i);
  }
  return 0;
}

// Signs that sound text sets right behind a letter: closing quotes, dashes, an ellipsis, a no-break space, a
// footnote.
bool MayFollowALetter(uint8_t byte) {
  constexpr absl::string_view kSigns = "\x85\x8B\x91\x92\x93\x94\x95\x96\x97\x99\x9B\xA0\xAB\xB2\xB3\xB9\xBB";
  return kSigns.find(static_cast<char>(byte)) != absl::string_view::npos;
}

// What a run of characters beyond ASCII is.
enum class Verdict { kSound, kDoubtful, kMojibake };

struct Run {
  size_t begin = 0;  // in the text
  size_t end = 0;
  std::string bytes;  // as windows-1252; what it becomes when it is mojibake
  Verdict verdict = Verdict::kSound;
};

// Whether one two-byte sequence that makes up a run could be nothing else. `before` is the byte before the run, or a
// space.
Verdict JudgePair(uint8_t lead, uint8_t trail, char before) {
  const auto letter = static_cast<unsigned char>(before);
  if (lead > 0xC6) return Verdict::kDoubtful;  // beyond Latin: É, Ñ, Ö, Ü, ß end words
  // A capital behind a small letter, or a sign that no word ends with.
  if (absl::ascii_islower(letter) || !MayFollowALetter(trail)) return Verdict::kMojibake;
  // "Ã" or "Â" that begins a word and ends it.
  return lead <= 0xC3 && !absl::ascii_isalpha(letter) ? Verdict::kMojibake : Verdict::kDoubtful;
}

Verdict JudgeTriple(uint8_t lead, uint8_t second, uint8_t third) {
  // Quotes, dashes, the euro, arrows, signs; "â" with box drawing or Braille could be a word's end and quotes.
  if (lead == 0xE2) {
    constexpr absl::string_view kSigns = "\x80\x82\x84\x86\x88\x89\x98\x9C";
    return kSigns.find(static_cast<char>(second)) != absl::string_view::npos ? Verdict::kMojibake
                                                                             : Verdict::kDoubtful;
  }
  // Vietnamese: "á»›"; but "está»…" is Spanish.
  if (lead == 0xE1 && (second == 0xBA || second == 0xBB)) {
    return MayFollowALetter(third) ? Verdict::kDoubtful : Verdict::kMojibake;
  }
  // A byte order mark or U+FFFD that was read so.
  if (lead == 0xEF && ((second == 0xBB && third == 0xBF) || (second == 0xBF && third == 0xBD))) {
    return Verdict::kMojibake;
  }
  return Verdict::kDoubtful;  // "é" with a no-break space and "»" is a Chinese character
}

// REQUIRES: `bytes` is valid UTF-8 of characters beyond ASCII only.
Verdict JudgeUtf8(absl::string_view bytes, char before) {
  const auto at = [bytes](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  size_t sequences = 0;
  for (size_t i = 0; i < bytes.size(); i += base::CodePointBytes(bytes, i)) {
    ++sequences;
    const size_t length = base::CodePointBytes(bytes, i);
    if (length == 4 && at(i) == 0xF0 && at(i + 1) == 0x9F) return Verdict::kMojibake;  // an emoji
    if (length == 3 && JudgeTriple(at(i), at(i + 1), at(i + 2)) == Verdict::kMojibake) return Verdict::kMojibake;
    if (length == 2 && JudgePair(at(i), at(i + 1), before) == Verdict::kMojibake) return Verdict::kMojibake;
    before = 'A';  // a letter beyond ASCII, for all we know
  }
  return sequences >= 3 ? Verdict::kMojibake : Verdict::kDoubtful;  // nobody closes quotes behind every letter
}

// The run that begins at `begin`. REQUIRES: a character beyond ASCII begins there.
Run ReadRun(absl::string_view text, size_t begin) {
  Run run;
  run.begin = begin;
  bool encodable = true;
  size_t at = begin;
  while (at < text.size() && static_cast<unsigned char>(text[at]) >= 0x80) {
    const size_t length = std::max<size_t>(base::CodePointBytes(text, at), 1);
    const uint8_t byte = length == 1 ? 0 : ByteOf(base::DecodeCodePoint(text, at, length));
    encodable = encodable && byte != 0;
    run.bytes.push_back(static_cast<char>(byte));
    at += length;
  }
  run.end = at;
  if (encodable && base::IsValidUtf8(run.bytes))
    run.verdict = JudgeUtf8(run.bytes, begin == 0 ? ' ' : text[begin - 1]);
  return run;
}

// Every windows-1252 reading of UTF-8 has a letter from U+00C2 to U+00F4 and then something beyond ASCII.
size_t FindSuspect(absl::string_view text, size_t at) {
  for (;;) {
    at = text.find('\xC3', at);
    if (at == absl::string_view::npos || at + 2 >= text.size()) return absl::string_view::npos;
    if (static_cast<unsigned char>(text[at + 2]) >= 0x80) return at;
    at += 2;
  }
}

// Where the run that holds byte `at` begins.
size_t RunBegin(absl::string_view text, size_t at) {
  while (at > 0 && static_cast<unsigned char>(text[at - 1]) >= 0x80) --at;
  return at;
}

// Whether any run of the text cannot be mojibake.
bool HasSoundRun(absl::string_view text) {
  for (size_t at = AsciiPrefix(text); at < text.size(); at += AsciiPrefix(text.substr(at))) {
    const Run run = ReadRun(text, at);
    if (run.verdict == Verdict::kSound) return true;
    at = run.end;
  }
  return false;
}

}  // namespace

DecodedText DecodeText(absl::string_view bytes, absl::string_view declared_charset) {
  DecodedText text = Decode(bytes, declared_charset);
  text.mojibake_repaired = RepairMojibake(text.utf8);
  return text;
}

bool RepairMojibake(std::string& text) {
  std::vector<Run> suspects;
  bool proven = false;
  for (size_t at = FindSuspect(text, 0); at != std::string::npos;) {
    Run run = ReadRun(text, RunBegin(text, at));
    at = FindSuspect(text, run.end);
    if (run.verdict == Verdict::kSound) continue;
    proven = proven || run.verdict == Verdict::kMojibake;
    suspects.push_back(std::move(run));
  }
  if (!proven) return false;
  const bool repair_doubtful = !HasSoundRun(text);
  std::string repaired;
  repaired.reserve(text.size());
  size_t done = 0;
  for (const Run& run : suspects) {
    if (run.verdict == Verdict::kDoubtful && !repair_doubtful) continue;
    repaired.append(text, done, run.begin - done);
    repaired.append(run.bytes);
    done = run.end;
  }
  repaired.append(text, done, std::string::npos);
  text = std::move(repaired);
  return true;
}

}  // namespace dateline::text
