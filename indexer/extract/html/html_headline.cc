#include "indexer/extract/html/html_headline.h"

#include <algorithm>
#include <initializer_list>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "indexer/extract/html/html_text.h"

namespace dateline::extract {
namespace {

using absl::string_view;

constexpr std::initializer_list<string_view> kSeparators = {" - ", " | ", " – ",  " — ", " · ", " • ",
                                                            " * ", " : ", " :: ", " » ", " « ", " / ",
                                                            "：",  "｜",  "ㅣ",   "--",  "|",   "_"};

// Where the rest is known to be the headline, a bare hyphen will do.
constexpr std::initializer_list<string_view> kAnySeparator = {" - ", " | ", " – ",  " — ", " · ", " • ",
                                                              " * ", " : ", " :: ", " » ", " « ", " / ",
                                                              "：",  "｜",  "ㅣ",   "-",   "|",   "_"};

struct Cut {
  size_t begin = string_view::npos;  // of the separator
  size_t end = 0;
};

// The last separator before byte `before`.
Cut LastCut(string_view title, size_t before, std::initializer_list<string_view> separators) {
  Cut last;
  for (const string_view separator : separators) {
    if (before < separator.size()) continue;
    const size_t found = title.rfind(separator, before - separator.size());
    if (found == string_view::npos || found == 0) continue;
    if (last.begin == string_view::npos || found + separator.size() > last.end)
      last = {found, found + separator.size()};
  }
  return last;
}

// "www.arden-post.example" and "The Arden Post" are one name.
std::string Squeezed(string_view text) { return absl::StrReplaceAll(ComparableText(text), {{" ", ""}}); }

bool NamesOutlet(string_view part, const std::vector<std::string>& outlets) {
  const std::string squeezed = Squeezed(part);
  if (squeezed.size() < 2) return false;
  return std::any_of(outlets.begin(), outlets.end(), [&](const std::string& outlet) {
    const std::string other = Squeezed(outlet);
    if (other.size() < 2) return false;
    if (squeezed == other) return true;
    // One may be the longer form of the other: "Arden Post Online".
    const bool longer = squeezed.size() > other.size();
    const std::string& inner = longer ? other : squeezed;
    const std::string& outer = longer ? squeezed : other;
    return inner.size() >= 3 && outer.size() <= inner.size() * 2 && absl::StrContains(outer, inner);
  });
}

bool IsAmong(string_view text, const std::vector<std::string>& others) {
  const std::string comparable = ComparableText(text);
  return comparable.size() > 5 && std::any_of(others.begin(), others.end(), [&](const std::string& other) {
           return ComparableText(other) == comparable;
         });
}

}  // namespace

std::string WithoutOutlet(string_view title, const std::vector<std::string>& outlets,
                          const std::vector<std::string>& others) {
  // Cut where the rest is printed elsewhere by itself.
  size_t before = title.size();
  for (int tries = 0; tries < 4; ++tries) {
    const Cut cut = LastCut(title, before, kAnySeparator);
    if (cut.begin == string_view::npos) break;
    if (IsAmong(title.substr(0, cut.begin), others))
      return std::string(absl::StripAsciiWhitespace(title.substr(0, cut.begin)));
    before = cut.begin;
  }
  // Cut at the outlet's name, and what stands behind it: "Headline * The Arden Post * by Jane Doe".
  size_t end = title.size();
  before = title.size();
  for (int tries = 0; tries < 3; ++tries) {
    const Cut cut = LastCut(title, before, kSeparators);
    if (cut.begin == string_view::npos) break;
    if (NamesOutlet(title.substr(cut.end, before - cut.end), outlets)) end = cut.begin;
    before = cut.begin;
  }
  // A kicker in front of what is printed elsewhere by itself: "Floods | Headline".
  const size_t kicker = title.find(" | ");
  if (kicker != string_view::npos && kicker + 3 < end &&
      IsAmong(title.substr(kicker + 3, end - kicker - 3), others)) {
    return std::string(absl::StripAsciiWhitespace(title.substr(kicker + 3, end - kicker - 3)));
  }
  // In front: "The Arden Post | Headline".
  size_t begin = 0;
  for (const string_view separator : {" | ", " - ", " – ", ": "}) {
    const size_t first = title.find(separator);
    if (first != string_view::npos && first + separator.size() < end &&
        NamesOutlet(title.substr(0, first), outlets)) {
      begin = first + separator.size();
      break;
    }
  }
  return std::string(absl::StripAsciiWhitespace(title.substr(begin, end - begin)));
}

const HeadlineCandidate* ChooseHeadline(const std::vector<HeadlineCandidate>& candidates) {
  for (const HeadlineCandidate& candidate : candidates) {
    if (!ComparableText(candidate.text).empty()) return &candidate;
  }
  return nullptr;
}

}  // namespace dateline::extract
