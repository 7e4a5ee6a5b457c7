#include "indexer/extract/text/text_page.h"

#include <algorithm>
#include <string>

namespace dateline::extract {

using article::Source;

TextPage::TextPage(absl::string_view text, const Lexicon& words, Extraction& extraction)
    : lexicon(words), judge(words), out(extraction), lines(CutLines(text)) {
  for (TextLine& line : lines) {
    line.opens = lexicon.Look(line.folded);
    if (line.words <= LineJudge::kMaxShortWords) line.inside = lexicon.LookInside(line.folded);
    looks.push_back(judge.Judge(line));
  }
  for (const TextLine& line : lines) ++times[line.folded];
  zones.assign(lines.size(), Zone::kChrome);
}

void TextPage::Prove(absl::string_view field, absl::string_view value, absl::string_view rule, size_t line,
                     bool used) {
  Evidence& evidence = AddEvidence(out, field, value, rule, Source::kText);
  evidence.begin = lines[line].begin;
  evidence.end = lines[line].end;
  evidence.used = used;
}

double TextPage::Worth(size_t i) const {
  constexpr double kMaxProse = 500;
  constexpr double kIdeographWorth = 2.5;
  const TextLine& line = lines[i];
  switch (looks[i]) {
    case Look::kProse:
      return std::min(kMaxProse, static_cast<double>(line.characters) * (line.ideographic ? kIdeographWorth : 1));
    case Look::kShort:
    case Look::kBareName:
      return -20;
    case Look::kChrome:
      return -40;
    case Look::kTail:
      return -200;
    case Look::kCaption:
    case Look::kNote:
    case Look::kByline:
    case Look::kDate:
      return -10;
  }
  return 0;
}

size_t TextPage::FirstProse() const {
  for (size_t i = body_begin; i < body_end; ++i) {
    if (zones[i] == Zone::kBody) return i;
  }
  return body_begin;
}

bool TextPage::HasMastheadForm(size_t i) const {
  for (size_t j = 0; j < i; ++j) {
    if (looks[j] != Look::kChrome) return false;
    if (j > 4) return false;
  }
  return HasNewspaperName(i);
}

bool TextPage::HasNewspaperName(size_t i) const {
  const TextLine& line = lines[i];
  if (line.words < 2 || line.words > 5 || line.digits > 0 || line.ends_sentence) return false;
  if (line.opens.Is(WordKind::kLeadIn) || line.opens.Is(WordKind::kSection)) return false;
  size_t length = 0;
  return lexicon.Find(WordKind::kMasthead, line.folded, &length) != absl::string_view::npos;
}

}  // namespace dateline::extract
