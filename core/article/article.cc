#include "core/article/article.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/base/checksum.h"
#include "core/base/day_text.h"
#include "core/base/utf8.h"

namespace dateline::article {
namespace {

// What stands in for a headline: so many bytes of the lead at most, cut at a word.
constexpr size_t kMaxLeadHeadlineBytes = 120;
// Longer names are kept but cut: a name this long is a scraper's mistake, and facets must stay printable.
constexpr size_t kMaxNameBytes = 200;

bool IsControl(char32_t c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F); }

// U+2028 and U+2029 become line breaks; bidirectional overrides, which let text lie about itself, vanish.
bool IsBidiOverride(char32_t c) { return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069); }

// Where the printable ASCII ends that begins at `at`.
size_t EndOfPlain(absl::string_view text, size_t at) {
  constexpr uint64_t kEach = 0x0101010101010101;
  for (; text.size() - at >= 8; at += 8) {
    uint64_t bytes;
    std::memcpy(&bytes, text.data() + at, 8);
    // The top bit of a byte is set when it is beyond ASCII, below the blank, or DEL. (A borrow begins in a byte that
    // is told anyway.)
    if (((bytes | (bytes - ' ' * kEach) | (bytes + kEach)) & (0x80 * kEach)) != 0) break;
  }
  while (at < text.size() && text[at] >= ' ' && text[at] < 0x7F) ++at;
  return at;
}

// Valid UTF-8 with one kind of line break and no control characters; trailing blanks of lines and of the whole go.
std::string CleanText(std::string text, bool keep_lines, size_t& repaired) {
  repaired += base::RepairUtf8(text);
  std::string clean;
  clean.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    // Plain ASCII, which most text is, goes over in runs.
    const size_t plain = EndOfPlain(text, at);
    if (plain > at) {
      clean.append(text, at, plain - at);
      at = plain;
      continue;
    }
    const size_t length = base::CodePointBytes(text, at);
    const char32_t c = base::DecodeCodePoint(text, at, length);
    const bool crlf = c == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
    at += length;
    if (crlf || IsBidiOverride(c) || c == 0xFEFF) continue;
    if (c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029 || c == 0x85) {
      while (!clean.empty() && (clean.back() == ' ' || clean.back() == '\t')) clean.pop_back();
      clean.push_back(keep_lines ? '\n' : ' ');
    } else if (c == '\t' || IsControl(c)) {
      clean.push_back(' ');
    } else {
      clean.append(text, at - length, length);
    }
  }
  absl::StripAsciiWhitespace(&clean);
  return clean;
}

void CleanLine(std::string& line, size_t& repaired) {
  line = CleanText(std::move(line), /*keep_lines=*/false, repaired);
  absl::RemoveExtraAsciiWhitespace(&line);
}

// One '\n' between paragraphs, none of them blank.
void CleanParagraphs(std::string& text, size_t& repaired) {
  const std::string clean = CleanText(std::move(text), /*keep_lines=*/true, repaired);
  text.clear();
  text.reserve(clean.size());
  for (size_t at = 0; at < clean.size();) {
    const size_t end = std::min(clean.find('\n', at), clean.size());
    at = std::min(clean.find_first_not_of(' ', at), end);
    if (at < end) text.append(clean, at, end + 1 - at);  // with its line break, if it has one
    at = end + 1;
  }
}

void CleanName(std::string& name, size_t& repaired) {
  CleanLine(name, repaired);
  name = std::string(base::TruncateUtf8(name, kMaxNameBytes));
  absl::StripTrailingAsciiWhitespace(&name);
}

void CleanCredits(std::vector<Credit>& credits, size_t& repaired) {
  std::vector<Credit> kept;
  for (Credit& credit : credits) {
    CleanName(credit.name, repaired);
    const bool repeated = std::any_of(kept.begin(), kept.end(), [&](const Credit& other) {
      return absl::EqualsIgnoreCase(other.name, credit.name);
    });
    if (!credit.name.empty() && !repeated) kept.push_back(std::move(credit));
  }
  credits = std::move(kept);
}

// The first paragraph, or as much of it as fits, cut at a word.
std::string LeadHeadline(absl::string_view body) {
  std::string paragraph(body.substr(0, body.find('\n')));
  absl::RemoveExtraAsciiWhitespace(&paragraph);
  if (paragraph.size() <= kMaxLeadHeadlineBytes) return paragraph;
  absl::string_view lead = base::TruncateUtf8(paragraph, kMaxLeadHeadlineBytes);
  const size_t space = lead.rfind(' ');
  if (space != absl::string_view::npos) lead = lead.substr(0, space);
  return absl::StrCat(lead, "\xE2\x80\xA6");
}

// White space of any width, and what takes no room at all.
bool IsInvisible(char32_t c) {
  return c <= ' ' || c == 0xA0 || c == 0xAD || c == 0x1680 || (c >= 0x2000 && c <= 0x200F) || c == 0x202F ||
         (c >= 0x205F && c <= 0x2064) || c == 0x3000;
}

// REQUIRES: valid UTF-8.
bool HasVisible(absl::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t length = base::CodePointBytes(text, at);
    if (!IsInvisible(base::DecodeCodePoint(text, at, length))) return true;
    at += length;
  }
  return false;
}

base::DocKey KeyOf(char kind, absl::string_view name) {
  return base::Hash128(absl::StrCat(std::string(1, kind), name));
}

absl::CivilSecond UtcSecond(int64_t instant) {
  return absl::ToCivilSecond(absl::FromUnixSeconds(instant), absl::UTCTimeZone());
}

absl::CivilSecond PrintedSecond(const Publication& publication) {
  return UtcSecond(publication.instant) + publication.zone_minutes * 60;
}

std::string ClockOf(const absl::CivilSecond& s, Precision precision) {
  if (precision < Precision::kMinute) return "";
  std::string clock = absl::StrCat(absl::Dec(s.hour(), absl::kZeroPad2), ":", absl::Dec(s.minute(), absl::kZeroPad2));
  if (precision > Precision::kMinute) absl::StrAppend(&clock, ":", absl::Dec(s.second(), absl::kZeroPad2));
  return clock;
}

}  // namespace

absl::string_view SourceName(Source source) {
  switch (source) {
    case Source::kNone:
      return "";
    case Source::kFeed:
      return "feed";
    case Source::kCommandLine:
      return "command line";
    case Source::kMarkup:
      return "markup";
    case Source::kText:
      return "text";
    case Source::kFileName:
      return "file name";
    case Source::kLead:
      return "lead";
  }
  return "";
}

absl::string_view PrecisionName(Precision precision) {
  switch (precision) {
    case Precision::kNone:
      return "";
    case Precision::kDay:
      return "day";
    case Precision::kMinute:
      return "minute";
    case Precision::kSecond:
      return "second";
  }
  return "";
}

absl::string_view RoleName(Role role) {
  switch (role) {
    case Role::kWriter:
      return "writer";
    case Role::kContributor:
      return "contributor";
    case Role::kPhotographer:
      return "photographer";
    case Role::kOrigin:
      return "origin";
    case Role::kDesk:
      return "desk";
  }
  return "";
}

std::string DateText(const Publication& publication) {
  return publication.dated() ? base::DayText(absl::CivilDay(UtcSecond(publication.instant))) : "";
}

std::string TimeText(const Publication& publication) {
  return publication.dated() ? ClockOf(UtcSecond(publication.instant), publication.precision) : "";
}

std::string PrintedDateText(const Publication& publication) {
  return publication.dated() ? base::DayText(absl::CivilDay(PrintedSecond(publication))) : "";
}

std::string PrintedTimeText(const Publication& publication) {
  return publication.dated() ? ClockOf(PrintedSecond(publication), publication.precision) : "";
}

std::string ZoneText(const Publication& publication) {
  if (!publication.dated() || publication.precision < Precision::kMinute || publication.zone_assumed) return "";
  const int minutes = std::abs(publication.zone_minutes);
  return absl::StrFormat("%c%02d:%02d", publication.zone_minutes < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::string PublicId(const Article& article) {
  if (!article.id.empty()) return article.id;
  if (!article.url.empty()) return article.url;
  return article.path;
}

base::DocKey KeyForId(absl::string_view id) { return KeyOf('i', id); }
base::DocKey KeyForUrl(absl::string_view url) { return KeyOf('u', CanonicalUrl(url)); }
base::DocKey KeyForPath(absl::string_view path) { return KeyOf('p', path); }

std::vector<base::DocKey> KeysNamed(absl::string_view name) {
  std::vector<base::DocKey> keys;
  if (const absl::optional<base::DocKey> key = base::DocKeyFromHex(name)) keys.push_back(*key);
  keys.insert(keys.end(), {KeyForId(name), KeyForUrl(name), KeyForPath(name)});
  return keys;
}

std::string CanonicalUrl(absl::string_view url) {
  url = absl::StripAsciiWhitespace(url.substr(0, url.find('#')));
  const size_t scheme_end = url.find("://");
  if (scheme_end == absl::string_view::npos) return std::string(url);
  const size_t host_begin = scheme_end + 3;
  const size_t host_end = std::min(url.find_first_of("/?", host_begin), url.size());
  const std::string scheme = absl::AsciiStrToLower(url.substr(0, scheme_end));
  std::string host = absl::AsciiStrToLower(url.substr(host_begin, host_end - host_begin));
  const absl::string_view default_port = scheme == "https" ? ":443" : scheme == "http" ? ":80" : "";
  if (!default_port.empty() && absl::EndsWith(host, default_port)) host.resize(host.size() - default_port.size());
  return absl::StrCat(scheme, "://", host, url.substr(host_end));
}

absl::Status Finish(Article& article) {
  size_t repaired = 0;
  for (std::string* line : {&article.id, &article.url, &article.path, &article.headline, &article.deck,
                            &article.dateline, &article.section, &article.lang, &article.publication.partial}) {
    CleanLine(*line, repaired);
  }
  CleanName(article.outlet, repaired);
  CleanCredits(article.bylines, repaired);
  CleanCredits(article.agencies, repaired);
  CleanParagraphs(article.body, repaired);
  CleanParagraphs(article.caption, repaired);
  absl::AsciiStrToLower(&article.lang);
  for (std::string& flag : article.version.flags) CleanName(flag, repaired);
  if (!HasVisible(article.headline) && !HasVisible(article.body)) {
    return absl::InvalidArgumentError("the article is empty: neither headline nor body holds any text");
  }
  if (!HasVisible(article.headline)) {
    article.headline = LeadHeadline(article.body);
    article.headline_source = Source::kLead;
  }
  if (article.outlet.empty()) article.outlet_source = Source::kNone;
  if (!article.url.empty()) article.url = CanonicalUrl(article.url);
  if (repaired > 0) {
    article.notes.push_back(
        absl::StrCat(repaired, repaired == 1 ? " byte was" : " bytes were", " not valid UTF-8 and became U+FFFD"));
  }
  article.key = !article.id.empty()    ? KeyForId(article.id)
                : !article.url.empty() ? KeyForUrl(article.url)
                                       : KeyForPath(article.path);
  return absl::OkStatus();
}

}  // namespace dateline::article
