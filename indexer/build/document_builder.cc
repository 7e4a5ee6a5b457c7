#include "indexer/build/document_builder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/coding.h"
#include "core/index/schema.h"
#include "core/index/term_key.h"
#include "core/text/normalizer.h"
#include "indexer/build/story_key.h"

namespace dateline::build {
namespace {

using article::Article;
using article::Credit;
using article::Role;

// Photographers are credited, but nobody looks for them in a search for writers.
bool CountsAsByline(const Credit& credit) {
  return credit.role == Role::kWriter || credit.role == Role::kContributor;
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
  for (const auto& [slot, value] : doc.values)
    absl::StrAppend(&out, "slot ", slot, " ", absl::BytesToHexString(value), "\n");
  absl::StrAppend(&out, "length ", doc.row.length, "\n");
  return out;
}

IndexedDoc DocumentBuilder::Build(Article article) {
  analyzer_.TrimCache();
  words_.clear();
  wdf_.clear();
  word_numbers_.clear();
  for (Uses* uses : {&everywhere_, &in_headline_, &in_lead_, &in_caption_}) uses->clear();
  terms_.clear();
  next_position_ = index::kFirstPosition;
  language_ = article.lang.empty() ? default_language_ : article.lang;
  article.notes.clear();

  IndexedDoc doc;
  index::StoredArticle stored;
  // A lead that stands in for a headline is body text already; it is shown, not counted twice.
  const bool own_headline = article.headline_source != article::Source::kLead;
  if (own_headline) stored.headline = AddText(article.headline, index::kHeadlineWeight, &in_headline_, nullptr);
  stored.deck = AddText(article.deck, index::kBodyWeight, nullptr, nullptr);
  stored.body = AddText(article.body, index::kBodyWeight, nullptr, &in_lead_);
  stored.caption = AddText(article.caption, index::kBodyWeight, &in_caption_, nullptr);
  for (size_t i = 0; i < words_.size(); ++i) {
    doc.row.length += wdf_[i];
    terms_.push_back(IndexedTerm{index::TermKey(index::kStem, words_[i]->stem), wdf_[i], {}});
    if (index::IsShortened("", words_[i]->exact)) ++doc.shortened_terms;
  }
  AddTermsOf(everywhere_, "", "");
  AddTermsOf(in_headline_, index::kHeadlineWord, index::kHeadlineStem);
  AddTermsOf(in_lead_, index::kLeadWord, index::kLeadStem);
  AddTermsOf(in_caption_, index::kCaptionWord, index::kCaptionStem);
  AddFacets(article, doc);
  AddDate(article.publication);
  AddBoolean(index::kKey, base::ToHex(article.key));

  doc.text_bytes = (own_headline ? article.headline.size() : 0) + article.deck.size() + article.body.size() +
                   article.caption.size();
  doc.row.instant = article.publication.instant;
  doc.row.key = article.key;
  if (article.publication.dated()) doc.values.emplace_back(index::kInstantSlot, InstantValue(doc.row.instant));
  doc.values.emplace_back(index::kKeySlot, base::ToBytes(article.key));
  for (size_t field = 0; field < index::kNameFieldCount; ++field) {
    const std::vector<index::FacetName>& names = doc.row.names[field];
    if (!names.empty()) doc.values.emplace_back(index::kNameFields[field].slot, NamesValue(names));
  }
  doc.row.story = StoryOf(article, language_, analyzer_);
  if (doc.row.story.key != 0) doc.values.emplace_back(index::kStorySlot, index::StoryBytes(doc.row.story));
  doc.terms = TakeTerms();
  stored.article = std::move(article);
  stored.article.lang = language_;
  doc.data = index::EncodeStoredArticle(stored);
  doc.language = language_;
  return doc;
}

// The words of one text at the next positions; each counts everywhere, in its own field, and, of the body, in the
// lead.
index::TokenMap DocumentBuilder::AddText(absl::string_view text, uint32_t weight, Uses* own, Uses* lead) {
  index::TokenMap map;
  map.first_position = next_position_;
  analyzer_.Tokenize(text, language_, tokens_);
  map.tokens.reserve(tokens_.size());
  bool in_lead = lead != nullptr;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    const text::Token& token = tokens_[i];
    map.tokens.push_back(index::TokenSpan{token.begin, token.end, token.starts_sentence, token.starts_paragraph});
    in_lead = in_lead && i < index::kMaxLeadWords && (i == 0 || !token.starts_paragraph);
    const Use use{NumberOf(token.word), next_position_ + static_cast<uint32_t>(i)};
    wdf_[use.word] += weight;
    everywhere_.push_back(use);
    if (own != nullptr) own->push_back(use);
    if (in_lead) lead->push_back(use);
  }
  if (!tokens_.empty()) next_position_ += static_cast<uint32_t>(tokens_.size()) + index::kFieldGap;
  return map;
}

uint32_t DocumentBuilder::NumberOf(const text::Word* word) {
  const auto [entry, added] = word_numbers_.try_emplace(word, static_cast<uint32_t>(words_.size()));
  if (added) {
    words_.push_back(word);
    wdf_.push_back(0);
  }
  return entry->second;
}

// One term for each written word, with its positions, and, unless the prefix is empty, one for each stem.
void DocumentBuilder::AddTermsOf(const Uses& uses, absl::string_view word_prefix, absl::string_view stem_prefix) {
  constexpr size_t kNone = static_cast<size_t>(-1);
  std::vector<size_t> term_of(words_.size(), kNone);
  for (const Use& use : uses) {
    size_t& term = term_of[use.word];
    if (term == kNone) {
      term = terms_.size();
      terms_.push_back(IndexedTerm{index::TermKey(word_prefix, words_[use.word]->exact), 0, {}});
      if (!stem_prefix.empty()) {
        terms_.push_back(IndexedTerm{index::TermKey(stem_prefix, words_[use.word]->stem), 0, {}});
      }
    }
    terms_[term].positions.push_back(use.position);
  }
}

// The words of names, unstemmed, with positions of their own; no phrase reaches from one name into the next.
void DocumentBuilder::AddNames(absl::string_view prefix, const std::vector<std::string>& names) {
  uint32_t position = index::kFirstPosition;
  for (const std::string& name : names) {
    analyzer_.Tokenize(name, "", tokens_);
    for (const text::Token& token : tokens_) {
      terms_.push_back(IndexedTerm{index::TermKey(prefix, token.word->exact), 0, {position++}});
    }
    position += index::kFieldGap;
  }
}

void DocumentBuilder::AddBoolean(absl::string_view prefix, absl::string_view text) {
  terms_.push_back(IndexedTerm{index::TermKey(prefix, text), 0, {}});
}

// A facet's name and its filter term. A name of nothing but signs without width folds to nothing, and is none; two
// spellings that fold to one name are one.
bool DocumentBuilder::AddFacetName(index::NameField field, absl::string_view display, IndexedDoc& doc) {
  index::FacetName name{text::FoldName(display), std::string(display)};
  std::vector<index::FacetName>& names = doc.row.of(field);
  const bool repeated = std::any_of(names.begin(), names.end(),
                                    [&](const index::FacetName& other) { return other.folded == name.folded; });
  if (repeated || name.folded.empty()) return false;
  AddBoolean(index::FormatOf(field).term_prefix, name.folded);
  names.push_back(std::move(name));
  return true;
}

void DocumentBuilder::AddFacets(const Article& article, IndexedDoc& doc) {
  using index::NameField;
  if (!AddFacetName(NameField::kOutlet, article.outlet, doc)) AddBoolean(index::kNone, "outlet");
  std::vector<std::string> writers;
  for (const Credit& credit : article.bylines) {
    if (CountsAsByline(credit) && AddFacetName(NameField::kByline, credit.name, doc)) writers.push_back(credit.name);
  }
  if (writers.empty()) AddBoolean(index::kNone, "byline");
  AddNames(index::kBylineWord, writers);
  AddNames(index::kDatelineWord, {article.dateline});
  for (const Credit& agency : article.agencies) AddFacetName(NameField::kAgency, agency.name, doc);
  AddFacetName(NameField::kDateline, article.dateline, doc);
  AddFacetName(NameField::kSection, article.section, doc);
  AddFacetName(NameField::kLanguage, language_, doc);
}

void DocumentBuilder::AddDate(const article::Publication& publication) {
  if (!publication.dated()) {
    AddBoolean(index::kNone, "date");
    return;
  }
  const absl::CivilDay day = index::DayOf(publication.instant);
  for (std::string term :
       {index::DayTerm(day), index::MonthTerm(absl::CivilMonth(day)), index::YearTerm(absl::CivilYear(day))}) {
    terms_.push_back(IndexedTerm{std::move(term), 0, {}});
  }
}

// Ascending; what two words have in common (a stem, or a written form that only letter case told apart) becomes one.
std::vector<IndexedTerm> DocumentBuilder::TakeTerms() {
  std::sort(terms_.begin(), terms_.end(), [](const IndexedTerm& a, const IndexedTerm& b) { return a.term < b.term; });
  std::vector<IndexedTerm> merged;
  merged.reserve(terms_.size());
  for (IndexedTerm& term : terms_) {
    if (merged.empty() || merged.back().term != term.term) {
      merged.push_back(std::move(term));
      continue;
    }
    merged.back().wdf += term.wdf;
    std::vector<uint32_t>& positions = merged.back().positions;
    positions.insert(positions.end(), term.positions.begin(), term.positions.end());
    std::sort(positions.begin(), positions.end());
  }
  return merged;
}

}  // namespace dateline::build
