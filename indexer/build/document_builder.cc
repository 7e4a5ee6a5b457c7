#include "indexer/build/document_builder.h"

#include <algorithm>
#include <iterator>
#include <utility>

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

constexpr uint32_t kUnknown = static_cast<uint32_t>(-1);
// About 50 MB, for each thread.
constexpr uint32_t kMaxRememberedTerms = 600'000;

}  // namespace

void DocumentBuilder::TrimDictionary() {
  if (dictionary_.size() <= kMaxRememberedTerms) return;
  dictionary_.Clear();
  word_terms_.clear();
  met_.clear();
}

InternedDoc DocumentBuilder::Build(Article article) {
  Enter(Stage::kDocument);
  if (analyzer_.TrimCache()) word_terms_.clear();
  terms_.clear();
  uses_.clear();
  ++serial_;
  shortened_ = 0;
  next_position_ = index::kFirstPosition;
  language_ = article.lang.empty() ? default_language_ : article.lang;
  article.notes.clear();

  InternedDoc doc;
  index::StoredArticle stored;
  // A lead that stands in for a headline is body text already; it is shown, not counted twice.
  const bool own_headline = article.headline_source != article::Source::kLead;
  if (own_headline) stored.headline = AddText(article.headline, index::kHeadlineWeight, kInHeadline, false);
  stored.deck = AddText(article.deck, index::kBodyWeight, kAnywhere, false);
  stored.body = AddText(article.body, index::kBodyWeight, kAnywhere, true);
  stored.caption = AddText(article.caption, index::kBodyWeight, kInCaption, false);
  for (const InternedTerm& term : terms_) doc.row.length += term.wdf;
  doc.shortened_terms = shortened_;
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
  PlacePositions(doc);
  Enter(Stage::kStore);
  stored.article = std::move(article);
  stored.article.lang = language_;
  doc.data = index::EncodeStoredArticle(stored);
  doc.starts = index::StartsOf(stored);
  doc.language = language_;
  return doc;
}

// The words of one text at the next positions; each counts anywhere, in the place of its own, and, of the body, in
// the lead.
index::TokenMap DocumentBuilder::AddText(absl::string_view text, uint32_t weight, Place own, bool has_lead) {
  index::TokenMap map;
  map.first_position = next_position_;
  if (text.empty()) return map;
  Enter(Stage::kAnalyse);
  analyzer_.Tokenize(text, language_, tokens_);
  Enter(Stage::kDocument);
  map.tokens.reserve(tokens_.size());
  constexpr size_t kAhead = 8;
  bool in_lead = has_lead;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    const text::Token& token = tokens_[i];
    map.tokens.push_back(index::TokenSpan{token.begin, token.end, token.starts_sentence, token.starts_paragraph});
    in_lead = in_lead && i < index::kMaxLeadWords && (i == 0 || !token.starts_paragraph);
    const uint32_t position = next_position_ + static_cast<uint32_t>(i);
    if (i + kAhead < tokens_.size()) AskForTermsOf(*tokens_[i + kAhead].word);
    terms_[AddWordAnywhere(*token.word, position)].wdf += weight;
    if (own != kAnywhere) AddWord(*token.word, own, position);
    if (in_lead) AddWord(*token.word, kInLead, position);
  }
  if (!tokens_.empty()) next_position_ += static_cast<uint32_t>(tokens_.size()) + index::kFieldGap;
  return map;
}

// A word that the article has had is found at once.
uint32_t DocumentBuilder::AddWordAnywhere(const text::Word& word, uint32_t position) {
  WordTerms& terms = TermsOf(word);
  if (terms.serial == serial_) {
    uses_.push_back(Use{terms.word_place, position});
    return terms.stem_place;
  }
  const uint32_t stem_place = AddWord(word, kAnywhere, position);
  terms.serial = serial_;
  terms.word_place = uses_.back().term;
  terms.stem_place = stem_place;
  return stem_place;
}

uint32_t DocumentBuilder::AddWord(const text::Word& word, Place place, uint32_t position) {
  WordTerms& terms = TermsOf(word);
  if (terms.word[place] == kUnknown) {
    static constexpr absl::string_view kWordPrefixes[kPlaces] = {"", index::kHeadlineWord, index::kLeadWord,
                                                                 index::kCaptionWord};
    static constexpr absl::string_view kStemPrefixes[kPlaces] = {index::kStem, index::kHeadlineStem, index::kLeadStem,
                                                                 index::kCaptionStem};
    terms.word[place] = dictionary_.NumberOf(index::TermKey(kWordPrefixes[place], word.exact));
    terms.stem[place] = dictionary_.NumberOf(index::TermKey(kStemPrefixes[place], word.stem));
  }
  const size_t met = terms_.size();
  uses_.push_back(Use{PlaceOf(terms.word[place]), position});
  if (place == kAnywhere && terms_.size() > met && index::IsShortened("", word.exact)) ++shortened_;
  return PlaceOf(terms.stem[place]);
}

void DocumentBuilder::MakeRoomForTermsOf(const text::Word& word) {
  WordTerms unknown{};
  std::fill(std::begin(unknown.word), std::end(unknown.word), kUnknown);
  std::fill(std::begin(unknown.stem), std::end(unknown.stem), kUnknown);
  word_terms_.resize(std::max<size_t>(word.number + 1, 2 * word_terms_.size()), unknown);
}

void DocumentBuilder::AskForTermsOf(const text::Word& word) const {
  if (word.number < word_terms_.size()) __builtin_prefetch(&word_terms_[word.number], 1);
}

uint32_t DocumentBuilder::PlaceOf(uint32_t term) {
  if (term >= met_.size()) met_.resize(std::max<size_t>(dictionary_.size(), 2 * met_.size()));
  Met& met = met_[term];
  if (met.serial != serial_) {
    met = Met{serial_, static_cast<uint32_t>(terms_.size())};
    terms_.push_back(InternedTerm{term, 0, 0, 0});
  }
  return met.place;
}

// Positions by term, which are ascending already: a counting sort.
void DocumentBuilder::PlacePositions(InternedDoc& doc) const {
  doc.terms = terms_;
  for (const Use& use : uses_) ++doc.terms[use.term].positions_end;
  uint32_t end = 0;
  for (InternedTerm& term : doc.terms) {
    const uint32_t count = term.positions_end;
    term.positions_begin = term.positions_end = end;
    end += count;
  }
  doc.positions.resize(end);
  for (const Use& use : uses_) doc.positions[doc.terms[use.term].positions_end++] = use.position;
}

// The words of names, unstemmed, with positions of their own; no phrase reaches from one name into the next.
void DocumentBuilder::AddNames(absl::string_view prefix, const std::vector<std::string>& names) {
  uint32_t position = index::kFirstPosition;
  for (const std::string& name : names) {
    analyzer_.Tokenize(name, "", tokens_);
    for (const text::Token& token : tokens_) {
      uses_.push_back(Use{PlaceOf(dictionary_.NumberOf(index::TermKey(prefix, token.word->exact))), position++});
    }
    position += index::kFieldGap;
  }
}

void DocumentBuilder::AddBoolean(absl::string_view prefix, absl::string_view text) {
  PlaceOf(dictionary_.NumberOf(index::TermKey(prefix, text)));
}

// A facet's name and its filter term. A name of nothing but signs without width folds to nothing, and is none; two
// spellings that fold to one name are one.
bool DocumentBuilder::AddFacetName(index::NameField field, absl::string_view display, InternedDoc& doc) {
  index::FacetName name{text::FoldName(display), std::string(display)};
  std::vector<index::FacetName>& names = doc.row.of(field);
  const bool repeated = std::any_of(names.begin(), names.end(),
                                    [&](const index::FacetName& other) { return other.folded == name.folded; });
  if (repeated || name.folded.empty()) return false;
  AddBoolean(index::FormatOf(field).term_prefix, name.folded);
  names.push_back(std::move(name));
  return true;
}

void DocumentBuilder::AddFacets(const Article& article, InternedDoc& doc) {
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
  for (const std::string& term :
       {index::DayTerm(day), index::MonthTerm(absl::CivilMonth(day)), index::YearTerm(absl::CivilYear(day))}) {
    PlaceOf(dictionary_.NumberOf(term));
  }
}

}  // namespace dateline::build
