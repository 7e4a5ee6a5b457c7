#include "indexer/build/document_builder.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/coding.h"
#include "core/index/schema.h"
#include "core/index/term_key.h"
#include "core/text/normalizer.h"

namespace dateline::build {
namespace {

using article::Article;
using article::Credit;
using article::Role;

// Photographers are credited, but nobody looks for them in a search for writers.
bool CountsAsByline(const Credit& credit) { return credit.role == Role::kWriter || credit.role == Role::kContributor; }

index::FacetName NameOf(absl::string_view display) {
  return index::FacetName{text::FoldName(display), std::string(display)};
}

std::string InstantValue(int64_t instant) {
  std::string value;
  base::AppendBigEndian64(value, static_cast<uint64_t>(instant) ^ (uint64_t{1} << 63));
  return value;
}

std::string NamesValue(const std::vector<index::FacetName>& names) {
  std::string value;
  for (const index::FacetName& name : names) index::AppendName(value, name);
  return value;
}

}  // namespace

std::string ToString(const IndexedDoc& doc) {
  std::string out;
  for (const IndexedTerm& term : doc.terms) {
    absl::StrAppend(&out, absl::CEscape(term.term), " ", term.wdf);
    if (!term.positions.empty()) absl::StrAppend(&out, " [", absl::StrJoin(term.positions, " "), "]");
    out += "\n";
  }
  for (const auto& [slot, value] : doc.values) absl::StrAppend(&out, "slot ", slot, " ", absl::BytesToHexString(value), "\n");
  absl::StrAppend(&out, "length ", doc.row.length, "\n");
  return out;
}

IndexedDoc DocumentBuilder::Build(Article article) {
  analyzer_.TrimCache();
  occurrences_.clear();
  next_position_ = index::kFirstPosition;
  shortened_terms_ = 0;
  language_ = article.lang.empty() ? default_language_ : article.lang;
  article.notes.clear();

  IndexedDoc doc;
  index::StoredArticle stored;
  // A lead that stands in for a headline is body text already; it is shown, not counted twice.
  const bool own_headline = article.headline_source != article::Source::kLead;
  if (own_headline) {
    stored.headline =
        AddText(article.headline, index::kHeadlineWeight, {index::kHeadlineWord, index::kHeadlineStem}, {});
  }
  stored.body = AddText(article.body, index::kBodyWeight, {}, {index::kLeadWord, index::kLeadStem});
  stored.caption = AddText(article.caption, index::kBodyWeight, {index::kCaptionWord, index::kCaptionStem}, {});
  AddFacets(article, doc);
  AddDate(article.publication);
  AddBoolean(index::kLanguage, language_);
  AddBoolean(index::kKey, base::ToHex(article.key));

  doc.text_bytes = (own_headline ? article.headline.size() : 0) + article.deck.size() + article.body.size() +
                   article.caption.size();
  doc.row.instant = article.publication.instant;
  doc.row.key = article.key;
  if (article.publication.dated()) doc.values.emplace_back(index::kInstantSlot, InstantValue(doc.row.instant));
  doc.values.emplace_back(index::kKeySlot, base::ToBytes(article.key));
  if (!doc.row.outlets.empty()) doc.values.emplace_back(index::kOutletSlot, NamesValue(doc.row.outlets));
  if (!doc.row.bylines.empty()) doc.values.emplace_back(index::kBylineSlot, NamesValue(doc.row.bylines));
  doc.terms = TakeTerms();
  for (const IndexedTerm& term : doc.terms) doc.row.length += term.wdf;
  stored.article = std::move(article);
  stored.article.lang = language_;
  doc.data = index::EncodeStoredArticle(stored);
  doc.shortened_terms = shortened_terms_;
  return doc;
}

// The words of one text at the next positions, under no prefix and under the field's own; of the body, the lead too.
index::TokenMap DocumentBuilder::AddText(absl::string_view text, uint32_t weight, FieldTerms own, FieldTerms lead) {
  index::TokenMap map;
  map.first_position = next_position_;
  analyzer_.Tokenize(text, language_, tokens_);
  map.tokens.reserve(tokens_.size());
  bool in_lead = !lead.word.empty();
  for (size_t i = 0; i < tokens_.size(); ++i) {
    const text::Token& token = tokens_[i];
    map.tokens.push_back(index::TokenSpan{token.begin, token.end, token.starts_sentence, token.starts_paragraph});
    in_lead = in_lead && i < index::kMaxLeadWords && (i == 0 || !token.starts_paragraph);
    const uint32_t position = next_position_ + static_cast<uint32_t>(i);
    AddWord(index::TermKey("", token.word->exact), 0, position);
    AddWord(index::TermKey(index::kStem, token.word->stem), weight, 0);
    if (index::IsShortened("", token.word->exact)) ++shortened_terms_;
    for (const FieldTerms& terms : {own, in_lead ? lead : FieldTerms{}}) {
      if (terms.word.empty()) continue;
      AddWord(index::TermKey(terms.word, token.word->exact), 0, position);
      AddWord(index::TermKey(terms.stem, token.word->stem), 0, 0);
    }
  }
  if (!tokens_.empty()) next_position_ += static_cast<uint32_t>(tokens_.size()) + index::kFieldGap;
  return map;
}

// The words of names, unstemmed, with positions of their own; no phrase reaches from one name into the next.
void DocumentBuilder::AddNames(absl::string_view prefix, const std::vector<std::string>& names) {
  uint32_t position = index::kFirstPosition;
  for (const std::string& name : names) {
    analyzer_.Tokenize(name, "", tokens_);
    for (const text::Token& token : tokens_) AddWord(index::TermKey(prefix, token.word->exact), 0, position++);
    position += index::kFieldGap;
  }
}

void DocumentBuilder::AddWord(std::string term, uint32_t wdf, uint32_t position) {
  occurrences_.push_back(Occurrence{std::move(term), wdf, position});
}

void DocumentBuilder::AddBoolean(absl::string_view prefix, absl::string_view text) {
  AddWord(index::TermKey(prefix, text), 0, 0);
}

void DocumentBuilder::AddFacets(const Article& article, IndexedDoc& doc) {
  if (article.outlet.empty()) {
    AddBoolean(index::kNone, "outlet");
  } else {
    doc.row.outlets.push_back(NameOf(article.outlet));
    AddBoolean(index::kOutletName, doc.row.outlets.front().folded);
  }
  std::vector<std::string> writers;
  for (const Credit& credit : article.bylines) {
    if (!CountsAsByline(credit)) continue;
    index::FacetName name = NameOf(credit.name);
    // Two spellings that fold to one name are one writer.
    const bool repeated = std::any_of(doc.row.bylines.begin(), doc.row.bylines.end(),
                                      [&](const index::FacetName& other) { return other.folded == name.folded; });
    if (repeated || name.folded.empty()) continue;
    writers.push_back(credit.name);
    AddBoolean(index::kBylineName, name.folded);
    doc.row.bylines.push_back(std::move(name));
  }
  if (writers.empty()) AddBoolean(index::kNone, "byline");
  AddNames(index::kBylineWord, writers);
  AddNames(index::kDatelineWord, {article.dateline});
  for (const Credit& agency : article.agencies) AddBoolean(index::kAgencyName, text::FoldName(agency.name));
  if (!article.section.empty()) AddBoolean(index::kSectionName, text::FoldName(article.section));
}

void DocumentBuilder::AddDate(const article::Publication& publication) {
  if (!publication.dated()) {
    AddBoolean(index::kNone, "date");
    return;
  }
  const absl::CivilDay day = index::DayOf(publication.instant);
  AddWord(index::DayTerm(day), 0, 0);
  AddWord(index::MonthTerm(absl::CivilMonth(day)), 0, 0);
  AddWord(index::YearTerm(absl::CivilYear(day)), 0, 0);
}

std::vector<IndexedTerm> DocumentBuilder::TakeTerms() {
  std::sort(occurrences_.begin(), occurrences_.end(), [](const Occurrence& a, const Occurrence& b) {
    return std::tie(a.term, a.position) < std::tie(b.term, b.position);
  });
  std::vector<IndexedTerm> terms;
  for (Occurrence& occurrence : occurrences_) {
    if (terms.empty() || terms.back().term != occurrence.term) terms.push_back(IndexedTerm{std::move(occurrence.term), 0, {}});
    IndexedTerm& term = terms.back();
    term.wdf += occurrence.wdf;
    if (occurrence.position != 0) term.positions.push_back(occurrence.position);
  }
  return terms;
}

}  // namespace dateline::build
