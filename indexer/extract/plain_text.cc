#include "indexer/extract/plain_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace dateline::extract {
namespace {

// Wrapped text has no line over this and most of its inner lines well filled.
constexpr size_t kMaxWrappedBytes = 100;
constexpr size_t kFilledBytes = 50;
constexpr size_t kMinInnerLines = 3;

constexpr size_t kMaxHeadlineBytes = 200;
constexpr size_t kMinHeadlineWords = 3;
// A headline stands near the top, or nowhere.
constexpr size_t kMaxLinesBeforeHeadline = 10;

bool IsBlank(absl::string_view line) { return absl::StripAsciiWhitespace(line).empty(); }

// An inner line is one that another line of the same block follows.
bool LooksWrapped(const std::vector<absl::string_view>& lines) {
  size_t inner = 0;
  size_t filled = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].size() > kMaxWrappedBytes) return false;
    if (IsBlank(lines[i]) || i + 1 == lines.size() || IsBlank(lines[i + 1])) continue;
    ++inner;
    if (lines[i].size() >= kFilledBytes) ++filled;
  }
  return inner >= kMinInnerLines && filled * 2 > inner;
}

bool IsPlausibleHeadline(absl::string_view line) {
  if (line.size() > kMaxHeadlineBytes || absl::EndsWith(line, ".")) return false;
  const std::vector<absl::string_view> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
  return words.size() >= kMinHeadlineWords && std::any_of(line.begin(), line.end(), [](char c) {
           return absl::ascii_isalpha(static_cast<unsigned char>(c)) || (c & 0x80) != 0;  // letters of other scripts
         });
}

// A line that can only be running text: everything from here on is body.
bool IsRunningText(absl::string_view line) { return line.size() > kMaxHeadlineBytes || absl::EndsWith(line, "."); }

// What stands behind a comma of a name and belongs to it.
bool IsNameSuffix(absl::string_view part) {
  return part == "Jr" || part == "Jr." || part == "Sr" || part == "Sr." || part == "II" || part == "III" ||
         part == "MD" || part == "M.D." || part == "PhD" || part == "Ph.D.";
}

absl::string_view StripBy(absl::string_view names) {
  names = absl::StripAsciiWhitespace(names);
  const absl::string_view first = names.substr(0, names.find_first_of(" \t"));
  if (absl::EqualsIgnoreCase(first, "by")) names.remove_prefix(first.size());
  return absl::StripAsciiWhitespace(names);
}

}  // namespace

std::string UnwrapLines(absl::string_view text) {
  const std::string unix_lines = absl::StrReplaceAll(text, {{"\r\n", "\n"}, {"\r", "\n"}});
  const std::vector<absl::string_view> lines = absl::StrSplit(unix_lines, '\n');
  if (!LooksWrapped(lines)) return unix_lines;
  std::string joined;
  for (size_t i = 0; i < lines.size(); ++i) {
    const absl::string_view line = absl::StripAsciiWhitespace(lines[i]);
    // An indented line starts a paragraph even without a blank line before it.
    const bool indented = !lines[i].empty() && (lines[i].front() == ' ' || lines[i].front() == '\t');
    if (!joined.empty()) joined += IsBlank(line) || IsBlank(lines[i - 1]) || indented ? "\n" : " ";
    absl::StrAppend(&joined, line);
  }
  return joined;
}

HeadlineAndBody SplitHeadline(absl::string_view text) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  size_t seen = 0;
  for (size_t i = 0; i < lines.size() && seen < kMaxLinesBeforeHeadline; ++i) {
    const absl::string_view line = absl::StripAsciiWhitespace(lines[i]);
    if (line.empty()) continue;
    if (IsRunningText(line)) break;
    ++seen;
    if (!IsPlausibleHeadline(line)) continue;
    std::vector<absl::string_view> rest = lines;
    rest.erase(rest.begin() + static_cast<ptrdiff_t>(i));
    return HeadlineAndBody{std::string(line), absl::StrJoin(rest, "\n")};
  }
  return HeadlineAndBody{"", std::string(text)};
}

std::vector<std::string> SplitNames(absl::string_view names, absl::string_view lang) {
  std::string separated =
      absl::StrReplaceAll(StripBy(names), {{" and ", "\n"}, {" & ", "\n"}, {";", "\n"}, {",", ",\n"}});
  const absl::string_view local_and = lang == "de" ? " und " : lang == "fr" ? " et " : lang == "es" ? " y " : "";
  if (!local_and.empty()) separated = absl::StrReplaceAll(separated, {{local_and, "\n"}});
  std::vector<std::string> split;
  for (absl::string_view part : absl::StrSplit(separated, '\n')) {
    absl::ConsumeSuffix(&part, ",");
    part = absl::StripAsciiWhitespace(part);
    // "A, B, and C" leaves "and C".
    if (absl::ConsumePrefix(&part, "and ")) part = absl::StripAsciiWhitespace(part);
    if (IsNameSuffix(part) && !split.empty()) {
      absl::StrAppend(&split.back(), ", ", part);
    } else if (!part.empty()) {
      split.emplace_back(part);
    }
  }
  return split;
}

}  // namespace dateline::extract
