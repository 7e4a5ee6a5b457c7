#include "tests/support/naive_index.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "core/base/utf8.h"
#include "core/index/schema.h"
#include "core/index/score.h"
#include "core/index/term_key.h"
#include "core/text/normalizer.h"

namespace dateline::test {
namespace {

using article::Article;
using query::Field;
using query::Kind;
using query::Node;
using query::WordForm;

// The same first letter, and one letter put in, taken out or replaced, or two neighbours swapped: by making every
// such word. (Letters of the words in tests are cut by bytes where they are not ASCII: there the answer is only
// "equal".)
bool AlmostEqual(const std::string& a, const std::string& b) {
  if (a == b) return true;
  if (a.empty() || b.empty() || a[0] != b[0] || a.size() > b.size() + 1 || b.size() > a.size() + 1) return false;
  const auto ascii = [](const std::string& word) {
    return std::all_of(word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  };
  if (!ascii(a) || !ascii(b)) return false;
  for (size_t i = 0; i <= b.size(); ++i) {
    for (int c = 1; c < 0x80; ++c) {
      std::string more = b;
      more.insert(i, 1, static_cast<char>(c));
      if (more == a) return true;
      if (i == b.size()) continue;
      std::string other = b;
      other[i] = static_cast<char>(c);
      if (other == a) return true;
    }
    if (i == b.size()) continue;
    std::string less = b;
    less.erase(i, 1);
    if (less == a) return true;
    if (i + 1 == b.size()) continue;
    std::string swapped = b;
    std::swap(swapped[i], swapped[i + 1]);
    if (swapped == a) return true;
  }
  return false;
}

std::u32string Letters(const std::string& text) {
  std::u32string letters;
  for (size_t at = 0; at < text.size();) {
    const size_t bytes = base::CodePointBytes(text, at);
    letters.push_back(base::DecodeCodePoint(text, at, bytes));
    at += bytes;
  }
  return letters;
}

bool IsWriter(const article::Credit& credit) {
  return credit.role == article::Role::kWriter || credit.role == article::Role::kContributor;
}

size_t Leaves(const Node& node) {
  size_t leaves = node.children.empty() ? 1 : 0;
  for (const Node& child : node.children) leaves += Leaves(child);
  return leaves;
}

bool InDays(const Article& article, const query::DayRange& days) {
  if (!article.publication.dated()) return false;
  const absl::CivilDay day = index::DayOf(article.publication.instant);
  return (!days.first || day >= *days.first) && (!days.last || day <= *days.last);
}

const std::vector<std::pair<serve::FacetField, std::vector<std::string> serve::Filters::*>>& NameFilters() {
  using serve::FacetField;
  using serve::Filters;
  static const auto* const kFilters = new std::vector<std::pair<FacetField, std::vector<std::string> Filters::*>>{
      {FacetField::kOutlet, &Filters::outlets},   {FacetField::kByline, &Filters::bylines},
      {FacetField::kAgency, &Filters::agencies},  {FacetField::kDateline, &Filters::datelines},
      {FacetField::kSection, &Filters::sections}, {FacetField::kLanguage, &Filters::languages}};
  return *kFilters;
}

}  // namespace

NaiveIndex::NaiveIndex(const std::vector<Article>& articles, const std::string& default_language)
    : default_language_(default_language) {
  std::map<base::DocKey, Article> latest;
  for (const Article& article : articles) latest[article.key] = article;
  uint64_t total_length = 0;
  for (const auto& [key, article] : latest) {
    docs_.push_back(MakeDoc(article));
    LearnWords(docs_.back());
    total_length += docs_.back().length;
    for (const auto& [stem, wdf] : docs_.back().wdf) ++frequencies_[stem];
  }
  if (total_length > 0) {
    average_length_ = static_cast<float>(static_cast<double>(total_length) / static_cast<double>(docs_.size()));
  }
  FindSuperseded();
}

// Every two articles of one story are compared.
void NaiveIndex::FindSuperseded() {
  const auto story = [](const Doc& doc) -> std::vector<std::string> {
    const Article& a = doc.article;
    const bool headline = a.headline_source != article::Source::kLead && !doc.texts.front().words.empty();
    std::string source = text::FoldName(a.outlet);
    for (auto agency = a.agencies.rbegin(); agency != a.agencies.rend(); ++agency)
      source = text::FoldName(agency->name);
    if (!headline || !a.publication.dated() || (a.agencies.empty() && a.version.empty())) return {};
    std::vector<std::string> key = doc.texts.front().words;
    key.push_back(source);
    return key;
  };
  const auto rank = [](const Doc& doc) {
    return std::make_tuple(doc.article.publication.instant, doc.article.version.update, doc.article.version.lead);
  };
  std::map<std::vector<std::string>, std::vector<const Doc*>> stories;
  for (const Doc& doc : docs_) stories[story(doc)].push_back(&doc);
  stories.erase(std::vector<std::string>());
  for (const auto& [key, docs] : stories) {
    for (const Doc* doc : docs) {
      for (const Doc* other : docs) {
        const bool newer =
            rank(*other) > rank(*doc) || (rank(*other) == rank(*doc) && other->article.key < doc->article.key);
        const int64_t apart = other->article.publication.instant - doc->article.publication.instant;
        if (newer && apart <= 7 * 86'400) superseded_.insert(doc->article.key);
      }
    }
  }
}

NaiveIndex::Doc NaiveIndex::MakeDoc(const Article& article) {
  Doc doc;
  doc.article = article;
  doc.language = article.lang.empty() ? default_language_ : article.lang;
  languages_.insert(doc.language);
  const auto add = [&](Field field, const std::string& content, uint32_t weight, bool has_lead = true) {
    std::vector<text::Token> tokens;
    analyzer_.Tokenize(content, doc.language, tokens);
    Text text;
    text.field = field;
    for (const text::Token& token : tokens) {
      const bool first = text.words.empty();
      text.sentences.push_back(first ? 0 : text.sentences.back() + (token.starts_sentence ? 1 : 0));
      text.paragraphs.push_back(first ? 0 : text.paragraphs.back() + (token.starts_paragraph ? 1 : 0));
      text.words.push_back(token.word->exact);
      doc.words.insert(token.word->exact);
      const bool in_lead =
          has_lead && field == Field::kBody && text.paragraphs.back() == 0 && text.words.size() <= 100;
      if (in_lead) text.lead_words = text.words.size();
      doc.wdf[token.word->stem] += weight;
      doc.length += weight;
      doc.stems[field].insert(token.word->stem);
      if (in_lead) doc.stems[Field::kLead].insert(token.word->stem);
    }
    doc.texts.push_back(std::move(text));
  };
  if (article.headline_source != article::Source::kLead) {
    add(Field::kHeadline, article.headline, index::kHeadlineWeight);
  }
  add(Field::kBody, article.deck, index::kBodyWeight,
      /*has_lead=*/false);  // a deck is text of the body, not its lead
  add(Field::kBody, article.body, index::kBodyWeight);
  add(Field::kCaption, article.caption, index::kBodyWeight);
  for (const article::Credit& credit : article.bylines) {
    if (IsWriter(credit)) doc.bylines.push_back(Words(credit.name));
  }
  doc.dateline = Words(article.dateline);
  return doc;
}

void NaiveIndex::LearnWords(const Doc& doc) {
  for (const Text& text : doc.texts) {
    for (size_t i = 0; i < text.words.size(); ++i) {
      words_[Field::kText].insert(text.words[i]);
      words_[Field::kBody].insert(text.words[i]);  // it has no terms of its own
      if (text.field != Field::kBody) words_[text.field].insert(text.words[i]);
      if (i < text.lead_words) words_[Field::kLead].insert(text.words[i]);
    }
  }
  for (const std::vector<std::string>& name : doc.bylines) words_[Field::kByline].insert(name.begin(), name.end());
  words_[Field::kDateline].insert(doc.dateline.begin(), doc.dateline.end());
  words_[Field::kOutlet].insert(text::FoldName(doc.article.outlet));
  words_[Field::kSection].insert(text::FoldName(doc.article.section));
  for (const article::Credit& agency : doc.article.agencies)
    words_[Field::kAgency].insert(text::FoldName(agency.name));
}

std::vector<std::string> NaiveIndex::Words(const std::string& text) {
  std::vector<text::Token> tokens;
  analyzer_.Tokenize(text, "", tokens);
  std::vector<std::string> words;
  for (const text::Token& token : tokens) words.push_back(token.word->exact);
  return words;
}

std::vector<std::set<std::string>> NaiveIndex::Stems(const std::string& text) {
  std::vector<std::set<std::string>> stems;
  for (const std::string& language : languages_) {
    std::vector<text::Token> tokens;
    analyzer_.Tokenize(text, language, tokens);
    stems.resize(tokens.size());
    for (size_t i = 0; i < tokens.size(); ++i) stems[i].insert(tokens[i].word->stem);
  }
  return stems;
}

std::set<std::string> NaiveIndex::StemsOfWords(const std::set<std::string>& words) {
  std::set<std::string> stems;
  for (const std::string& word : words) {
    for (const std::string& language : languages_) stems.insert(analyzer_.Look(word, language).stem);
  }
  return stems;
}

int64_t NaiveIndex::BestOf(const std::set<std::string>& stems, const Doc& doc, uint32_t times) {
  int64_t best = 0;
  for (const std::string& stem : stems) {
    const auto found = doc.wdf.find(stem);
    if (found == doc.wdf.end()) continue;
    const float weight = index::TermWeight(docs_.size(), frequencies_[stem]) * index::QueryFrequencyFactor(times);
    const float norm = index::LengthNorm(doc.length, average_length_);
    best = std::max(best, index::Contribution(weight, index::Saturation(found->second, norm)));
  }
  return best;
}

int64_t NaiveIndex::SumOf(const std::vector<Choice>& choices, const Doc& doc) {
  int64_t sum = 0;
  for (const Choice& choice : choices) sum += BestOf(choice.stems, doc);
  return sum;
}

std::set<std::string> NaiveIndex::Expand(Field field, const std::string& word, WordForm form) const {
  std::set<std::string> found;
  const auto known = words_.find(field);
  if (known == words_.end()) return found;
  for (const std::string& other : known->second) {
    const bool fits =
        form == WordForm::kPrefix ? absl::StartsWith(other, word) : !other.empty() && AlmostEqual(other, word);
    if (fits) found.insert(other);
  }
  return found;
}

// The same for every article, so it is found out once.
const std::vector<NaiveIndex::Choice>& NaiveIndex::Choices(const Node& node, bool all_forms) {
  const auto [entry, added] = choices_.try_emplace({query::ToString(node), all_forms});
  if (added) entry->second = FindChoices(node, all_forms);
  return entry->second;
}

std::vector<NaiveIndex::Choice> NaiveIndex::FindChoices(const Node& node, bool all_forms) {
  std::vector<text::Token> tokens;
  analyzer_.Tokenize(node.text, "", tokens);
  const std::vector<std::set<std::string>> stems = Stems(node.text);
  std::vector<Choice> choices;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const std::string word = tokens[i].word->exact;
    const bool starred =
        node.kind == Kind::kPhrase && tokens[i].end < node.text.size() && node.text[tokens[i].end] == '*';
    const bool expanded = node.kind == Kind::kWord && node.form != WordForm::kStem && i + 1 == tokens.size();
    Choice choice{{word}, stems[i]};
    if (starred || expanded) {
      choice.words = Expand(node.field, word, starred ? WordForm::kPrefix : node.form);
      choice.stems = StemsOfWords(choice.words);
    } else if (all_forms && node.kind == Kind::kWord && tokens.size() == 1) {
      for (const std::string& stem : stems[i]) {
        for (const std::string& other : FormsOf(stem)) choice.words.insert(other);
      }
    }
    choices.push_back(std::move(choice));
  }
  return choices;
}

// The words with this stem in some language that begin like it up to its last two letters.
const std::set<std::string>& NaiveIndex::FormsOf(const std::string& stem) {
  if (forms_.empty()) {
    for (const std::string& word : words_[Field::kText]) {
      for (const std::string& language : languages_) forms_[analyzer_.Look(word, language).stem].insert(word);
    }
    for (auto& [shared, words] : forms_) {
      std::u32string beginning = Letters(shared);
      beginning.resize(beginning.size() > 4 ? beginning.size() - 2 : std::min<size_t>(2, beginning.size()));
      for (auto word = words.begin(); word != words.end();) {
        word = Letters(*word).substr(0, beginning.size()) == beginning ? std::next(word) : words.erase(word);
      }
    }
  }
  return forms_[stem];
}

// Every stretch of a text of the right field where the words stand in a row.
std::vector<NaiveIndex::Place> NaiveIndex::PlacesOf(const Node& node, const std::vector<Choice>& choices,
                                                    const Doc& doc) {
  std::vector<Place> places;
  // Most articles lack a word: that is quicker to see than to look through them. (A name has no set of words.)
  for (const Choice& choice : choices) {
    const bool has = std::any_of(choice.words.begin(), choice.words.end(),
                                 [&](const std::string& word) { return doc.words.contains(word); });
    if (!has && !doc.words.empty()) return places;
  }
  for (size_t t = 0; t < doc.texts.size(); ++t) {
    const Text& text = doc.texts[t];
    const bool lead = node.field == Field::kLead && text.field == Field::kBody;
    if (node.field != Field::kText && node.field != text.field && !lead) continue;
    const size_t end = lead ? text.lead_words : text.words.size();
    for (size_t begin = 0; begin + choices.size() <= end; ++begin) {
      bool stands = true;
      for (size_t i = 0; i < choices.size(); ++i)
        stands = stands && choices[i].words.count(text.words[begin + i]) > 0;
      if (stands) places.push_back(Place{t, begin, begin + choices.size()});
    }
  }
  return places;
}

// Tries every way to give the words different positions within a stretch.
bool NaiveIndex::StandLoosely(const Node& node, const std::vector<Choice>& choices, const Doc& doc) {
  std::vector<std::vector<Place>> places;
  for (const Choice& choice : choices) places.push_back(PlacesOf(node, {choice}, doc));
  std::vector<Place> chosen;
  const std::function<bool()> choose = [&] {
    if (chosen.size() == choices.size()) return true;
    for (const Place& place : places[chosen.size()]) {
      const bool fits = std::all_of(chosen.begin(), chosen.end(), [&](const Place& other) {
        const size_t first = std::min(place.begin, other.begin);
        const size_t last = std::max(place.begin, other.begin);
        return other.text == place.text && first != last && last - first + 1 <= choices.size() + node.slop;
      });
      if (!fits) continue;
      chosen.push_back(place);
      if (choose()) return true;
      chosen.pop_back();
    }
    return false;
  };
  return choose();
}

bool NaiveIndex::HasName(const Node& node, const Doc& doc) const {
  const auto fits = [&](const std::string& name) {
    const std::string other = text::FoldName(name);
    if (other.empty()) return false;
    if (node.form == WordForm::kStem) return other == text::FoldName(node.text);
    return Expand(node.field, text::FoldName(node.text), node.form).count(other) > 0;
  };
  switch (node.field) {
    case Field::kOutlet:
      return fits(doc.article.outlet);
    case Field::kSection:
      return fits(doc.article.section);
    case Field::kLanguage:
      return doc.language == absl::AsciiStrToLower(node.text);
    default:
      return std::any_of(doc.article.agencies.begin(), doc.article.agencies.end(),
                         [&](const article::Credit& agency) { return fits(agency.name); });
  }
}

NaiveIndex::Score NaiveIndex::ScoreLeaf(const Node& node, const Doc& doc) {
  const Reading& reading = ReadingOf(node);
  const bool matches =
      MatchesPlainly(node, doc) || std::any_of(reading.others.begin(), reading.others.end(),
                                               [&](const Node& other) { return MatchesPlainly(other, doc); });
  if (!matches) return absl::nullopt;
  return query::IsTextField(node.field) ? SumOf(reading.choices, doc) : 0;
}

// As it was typed.
bool NaiveIndex::MatchesPlainly(const Node& node, const Doc& doc) {
  if (query::IsNameField(node.field)) return HasName(node, doc);
  const std::vector<Choice>& choices = Choices(node, node.field == Field::kBody);
  const auto has_row = [&](const std::vector<std::string>& words) {
    Doc name;
    name.texts.push_back(Text{Field::kText, words, {}, {}, 0});
    Node anywhere = node;
    anywhere.field = Field::kText;
    return !PlacesOf(anywhere, choices, name).empty();
  };
  if (node.field == Field::kByline) return std::any_of(doc.bylines.begin(), doc.bylines.end(), has_row);
  if (node.field == Field::kDateline) return has_row(doc.dateline);
  if (node.slop > 0) return StandLoosely(node, choices, doc);
  if (node.kind == Kind::kPhrase || choices.size() > 1 || node.form != WordForm::kStem ||
      node.field == Field::kBody) {
    return !PlacesOf(node, choices, doc).empty();
  }
  const auto has = [&](const std::string& stem) {
    if (node.field == Field::kText) return doc.wdf.count(stem) > 0;
    const auto stems = doc.stems.find(node.field);
    return stems != doc.stems.end() && stems->second.count(stem) > 0;
  };
  return std::any_of(choices.front().stems.begin(), choices.front().stems.end(), has);
}

void NaiveIndex::AppendPlaces(const Node& node, const Doc& doc, std::set<Place>& places, int64_t& score) {
  if (node.kind == Kind::kOr) {
    for (const Node& child : node.children) AppendPlaces(child, doc, places, score);
    return;
  }
  const Reading& reading = ReadingOf(node);
  for (const Place& place : PlacesOf(node, Choices(node, /*all_forms=*/true), doc)) places.insert(place);
  for (const Node& other : reading.others) {
    for (const Place& place : PlacesOf(other, Choices(other, /*all_forms=*/true), doc)) places.insert(place);
  }
  score += SumOf(reading.choices, doc);
}

NaiveIndex::Score NaiveIndex::ScorePlaces(const Node& node, const Doc& doc) {
  std::vector<std::set<Place>> places(node.children.size());
  int64_t score = 0;
  for (size_t i = 0; i < places.size(); ++i) AppendPlaces(node.children[i], doc, places[i], score);
  if (node.kind == Kind::kAtLeast) return places[0].size() >= node.count ? Score(score) : absl::nullopt;
  const auto linked = [&](const Place& a, const Place& b, const query::Link& link) {
    if (a.text != b.text || (a.begin < b.end && b.begin < a.end)) return false;
    const Text& text = doc.texts[a.text];
    const size_t first = std::min(a.begin, b.begin);
    const size_t last = std::max(a.end, b.end) - 1;
    switch (link.kind) {
      case query::Link::Kind::kSentence:
        return text.sentences[first] == text.sentences[last];
      case query::Link::Kind::kParagraph:
        return text.paragraphs[first] == text.paragraphs[last];
      case query::Link::Kind::kBefore:
        if (b.begin < a.begin) return false;
        [[fallthrough]];
      case query::Link::Kind::kNear:
        return std::max(a.begin, b.begin) - std::min(a.end, b.end) < link.distance;
    }
    return false;
  };
  const std::function<bool(size_t, const Place*)> chain = [&](size_t i, const Place* before) {
    if (i == places.size()) return true;
    return std::any_of(places[i].begin(), places[i].end(), [&](const Place& place) {
      return (i == 0 || linked(*before, place, node.links[i - 1])) && chain(i + 1, &place);
    });
  };
  return chain(0, nullptr) ? Score(score) : absl::nullopt;
}

bool NaiveIndex::HasFact(query::Fact fact, const Doc& doc) const {
  const auto named = [](const article::Credit& credit) { return !text::FoldName(credit.name).empty(); };
  switch (fact) {
    case query::Fact::kByline:
      return std::any_of(doc.article.bylines.begin(), doc.article.bylines.end(),
                         [&](const article::Credit& credit) { return IsWriter(credit) && named(credit); });
    case query::Fact::kDate:
      return doc.article.publication.dated();
    case query::Fact::kOutlet:
      return !text::FoldName(doc.article.outlet).empty();
    case query::Fact::kLatest:
      return superseded_.count(doc.article.key) == 0;
    case query::Fact::kWire:
      return std::any_of(doc.article.agencies.begin(), doc.article.agencies.end(), named);
  }
  return false;
}

NaiveIndex::Score NaiveIndex::ScoreOf(const Node& node, const Doc& doc) {
  switch (node.kind) {
    case Kind::kMatchAll:
      return 0;
    case Kind::kDate:
      return !node.ago.has_value() && InDays(doc.article, node.days) ? Score(0) : absl::nullopt;
    case Kind::kFact:
      return HasFact(node.fact, doc) ? Score(0) : absl::nullopt;
    case Kind::kWord:
    case Kind::kPhrase:
      return ScoreLeaf(node, doc);
    case Kind::kNear:
    case Kind::kAtLeast:
      return ScorePlaces(node, doc);
    case Kind::kNot:
      return ScoreOf(node.children.front(), doc) ? absl::nullopt : Score(0);
    case Kind::kAnd:
      return ScoreAnd(node, doc);
    case Kind::kOr: {
      Score sum;
      for (const Node& child : node.children) {
        if (const Score score = ScoreOf(child, doc)) sum = sum.value_or(0) + *score;
      }
      return sum;
    }
  }
  return absl::nullopt;
}

NaiveIndex::Score NaiveIndex::ScoreAny(const std::string& text, const Doc& doc) {
  std::map<std::set<std::string>, uint32_t> words;
  for (const std::set<std::string>& stems : Stems(text)) ++words[stems];
  Score sum;
  for (const auto& [stems, times] : words) {
    const bool has =
        std::any_of(stems.begin(), stems.end(), [&](const std::string& s) { return doc.wdf.count(s) > 0; });
    if (has) sum = sum.value_or(0) + BestOf(stems, doc, times);
  }
  return sum;
}

// Folded; empty when there is none.
std::set<std::string> NaiveIndex::ValuesOf(serve::FacetField field, const Doc& doc) {
  using serve::FacetField;
  const Article& a = doc.article;
  std::set<std::string> values;
  const std::string date = article::DateText(a.publication);
  switch (field) {
    case FacetField::kOutlet:
      values.insert(text::FoldName(a.outlet));
      break;
    case FacetField::kByline:
      for (const article::Credit& credit : a.bylines) {
        if (IsWriter(credit)) values.insert(text::FoldName(credit.name));
      }
      break;
    case FacetField::kAgency:
      for (const article::Credit& credit : a.agencies) values.insert(text::FoldName(credit.name));
      break;
    case FacetField::kDateline:
      values.insert(text::FoldName(a.dateline));
      break;
    case FacetField::kSection:
      values.insert(text::FoldName(a.section));
      break;
    case FacetField::kLanguage:
      values.insert(doc.language);
      break;
    case FacetField::kYear:
      values.insert(date.substr(0, 4));
      break;
    case FacetField::kMonth:
      values.insert(date.substr(0, 7));
      break;
    case FacetField::kDay:
      values.insert(date);
      break;
  }
  values.erase("");
  return values;
}

bool NaiveIndex::PassesFilters(const serve::Filters& filters, const Doc& doc,
                               absl::optional<serve::FacetField> lifted) {
  bool dates_lifted = lifted.has_value();
  for (const auto& [field, names] : NameFilters()) {
    if (lifted == field) dates_lifted = false;
    if (lifted == field || (filters.*names).empty()) continue;
    const std::set<std::string> values = ValuesOf(field, doc);
    const bool any = std::any_of((filters.*names).begin(), (filters.*names).end(),
                                 [&](const std::string& name) { return values.count(text::FoldName(name)) > 0; });
    if (!any) return false;
  }
  if (dates_lifted || (!filters.first_day && !filters.last_day)) return true;
  return InDays(doc.article, query::DayRange{filters.first_day, filters.last_day});
}

std::vector<NaiveCount> NaiveIndex::CountFacet(const std::vector<const Doc*>& matching, const serve::Filters& filters,
                                               const serve::FacetRequest& facet) {
  std::map<std::string, uint64_t> counts;
  uint64_t none = 0;
  for (const Doc* doc : matching) {
    const auto lifted = facet.disjunctive ? absl::make_optional(facet.field) : absl::nullopt;
    if (!PassesFilters(filters, *doc, lifted)) continue;
    const std::set<std::string> values = ValuesOf(facet.field, *doc);
    for (const std::string& value : values) ++counts[value];
    if (values.empty()) ++none;
  }
  std::set<std::string> selected;
  for (const auto& [field, names] : NameFilters()) {
    if (field != facet.field) continue;
    for (const std::string& name : filters.*names) selected.insert(text::FoldName(name));
  }
  for (const std::string& value : selected) counts[value];
  std::vector<NaiveCount> result;
  for (const auto& [value, count] : counts) {
    bool fits = selected.count(value) > 0;
    for (size_t i = 0; i < value.size(); ++i) {
      const bool begins = i == 0 || value[i - 1] == ' ';
      fits = fits || (begins && absl::StartsWith(value.substr(i), facet.prefix));
    }
    if (fits) result.push_back(NaiveCount{value, count, selected.count(value) > 0, 0});
  }
  if (none > 0 && facet.prefix.empty()) result.push_back(NaiveCount{"(none)", none, false, 0});
  return result;
}

std::vector<NaiveCount> NaiveIndex::CountByTime(const std::vector<const Doc*>& found,
                                                const serve::HistogramRequest& histogram) const {
  absl::TimeZone zone = absl::UTCTimeZone();
  if (!histogram.time_zone.empty()) absl::LoadTimeZone(histogram.time_zone, &zone);
  const auto day_of = [&](const Doc& doc) {
    return absl::ToCivilDay(absl::FromUnixSeconds(doc.article.publication.instant), zone);
  };
  const auto label_of = [&](absl::CivilDay day) {
    while (histogram.interval == serve::Interval::kWeek && absl::GetWeekday(day) != absl::Weekday::monday) --day;
    const std::string text = absl::FormatCivilTime(day);
    if (histogram.interval == serve::Interval::kYear) return text.substr(0, 4);
    return histogram.interval == serve::Interval::kMonth ? text.substr(0, 7) : text;
  };
  NaiveCount undated{"(none)"};
  std::map<std::string, NaiveCount> bars;
  absl::optional<absl::CivilDay> first;
  absl::optional<absl::CivilDay> last;
  for (const Doc* doc : found) {
    if (!doc->article.publication.dated()) {
      ++undated.count;
      continue;
    }
    first = std::min(first.value_or(day_of(*doc)), day_of(*doc));
    last = std::max(last.value_or(day_of(*doc)), day_of(*doc));
    ++bars[label_of(day_of(*doc))].count;
  }
  if (first) {
    for (absl::CivilDay day = *first; day <= *last; ++day) bars[label_of(day)].value = label_of(day);
  }
  for (const Doc& doc : docs_) {
    if (!histogram.coverage) break;
    if (!doc.article.publication.dated()) {
      ++undated.all;
      continue;
    }
    const auto bar = bars.find(label_of(day_of(doc)));
    if (bar != bars.end()) ++bar->second.all;
  }
  std::vector<NaiveCount> counts;
  for (const auto& [label, count] : bars) counts.push_back(count);
  counts.push_back(undated);
  return counts;
}

NaiveAnswer NaiveIndex::Search(const Node& query, const serve::SearchRequest& request) {
  Node root = query;
  absl::optional<absl::CivilDay> newest;
  int64_t newest_instant = std::numeric_limits<int64_t>::min();
  for (const Doc& doc : docs_) {
    if (!doc.article.publication.dated()) continue;
    newest_instant = std::max(newest_instant, doc.article.publication.instant);
    const absl::CivilDay day = index::DayOf(doc.article.publication.instant);
    newest = std::max(newest.value_or(day), day);
  }
  query::Resolve(newest, root);
  variants_ = request.variants;
  leaves_ = Leaves(root);
  readings_.clear();
  rows_.clear();
  struct Found {
    int64_t score;
    const Doc* doc;
  };
  NaiveAnswer answer;
  std::vector<Found> found;
  std::vector<const Doc*> matching;
  for (const Doc& doc : docs_) {
    Score score = request.match_any ? ScoreAny(request.query, doc) : ScoreOf(root, doc);
    if (!score) continue;
    matching.push_back(&doc);
    if (!PassesFilters(request.filters, doc, absl::nullopt)) continue;
    const article::Publication& published = doc.article.publication;
    if (request.recency && published.dated()) *score += index::RecencyBonus(newest_instant, published.instant);
    found.push_back(Found{request.order == serve::Order::kRelevance ? *score : 0, &doc});
  }
  std::sort(found.begin(), found.end(), [&](const Found& a, const Found& b) {
    if (a.score != b.score) return a.score > b.score;
    const article::Publication& p = a.doc->article.publication;
    const article::Publication& q = b.doc->article.publication;
    if (p.dated() != q.dated()) return p.dated();
    if (p.instant != q.instant) {
      return request.order == serve::Order::kOldest ? p.instant < q.instant : p.instant > q.instant;
    }
    return a.doc->article.key < b.doc->article.key;
  });
  for (const Found& hit : found) answer.hits.push_back(NaiveHit{article::PublicId(hit.doc->article), hit.score});
  for (const serve::FacetRequest& facet : request.facets)
    answer.facets.push_back(CountFacet(matching, request.filters, facet));
  if (request.histogram) {
    std::vector<const Doc*> docs;
    for (const Found& hit : found) docs.push_back(hit.doc);
    answer.histogram = CountByTime(docs, *request.histogram);
  }
  return answer;
}

}  // namespace dateline::test
