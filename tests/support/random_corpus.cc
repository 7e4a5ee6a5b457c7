#include "tests/support/random_corpus.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/json_writer.h"

namespace dateline::test {
namespace {

using article::Article;
using query::Field;
using query::Kind;
using query::Node;
using query::WordForm;

// Forms of one stem, words whose stems differ by language, hyphens, apostrophes, accents, other scripts.
const std::vector<std::string>& Vocabulary() {
  static const auto* const kWords = new std::vector<std::string>{
      "talks",  "talk",  "talking", "harbor", "harbour", "strike",  "strikes", "the",     "of",     "and",
      "closer", "ties",  "tie",     "Kim",    "Putin's", "Putin",   "Jong-un", "U.S.",    "10,000", "3.5",
      "élan",   "elan",  "Zoë",     "Straße", "Häuser",  "Häusern", "laufen",  "lauf",    "bridge", "Bridge",
      "océan",  "señal", "señales", "東京",   "мэр",     "don't",   "rock",    "O’Brien", "news",   "new"};
  return *kWords;
}

// What is written in more than one way, and rows of words that name something.
const std::vector<std::string>& Spellings() {
  static const auto* const kWords = new std::vector<std::string>{
      "colour", "color", "colours", "Kiev",  "Kyiv",        "jongun",     "Jong-eun",   "e-mail",  "email",
      "US",     "USA",   "percent", "tyre",  "rock-bridge", "rockbridge", "newstalks",  "cooperate", "co-operate",
      "jong",   "un",    "ivory",   "coast", "d'ivoire",    "anyone",     "any"};
  return *kWords;
}

const std::vector<std::string>& Rows() {
  static const auto* const kRows = new std::vector<std::string>{
      "jong un", "Jong eun", "ivory coast", "C\u00f4te d'Ivoire", "per cent", "e mail", "rock bridge",
      "news talks", "United States", "any one"};
  return *kRows;
}

// For '*' and '~'.
const std::vector<std::string>& ShortenedWords() {
  static const auto* const kWords = new std::vector<std::string>{"tal",  "talk", "stri",   "strikse", "harbr", "bri",
                                                                 "Häus", "kim",  "un-tal", "señ",     "xyzzy"};
  return *kWords;
}

const std::vector<std::string>& Outlets() {
  static const auto* const kOutlets = new std::vector<std::string>{
      "", "Norpress", "NORPRESS", "The Tidewater Gazette", "Café Monde", "Cafe Monde", "Echo"};
  return *kOutlets;
}

const std::vector<std::string>& Writers() {
  static const auto* const kWriters = new std::vector<std::string>{
      "Ines Calloway", "Ines CALLOWAY", "Tom Reed", "José Almerón", "Jose Almeron", "Kim Song-un", "Ann Reed"};
  return *kWriters;
}

const std::vector<std::string>& Places() {
  static const auto* const kPlaces = new std::vector<std::string>{"", "", "Seoul", "New York", "Newport", "Łódź"};
  return *kPlaces;
}

const std::vector<std::string>& Agencies() {
  static const auto* const kAgencies =
      new std::vector<std::string>{"Norwire", "Tidal Newswire", "NORWIRE", "Telegraaf Dienst"};
  return *kAgencies;
}

const std::vector<std::string>& Sections() {
  static const auto* const kSections = new std::vector<std::string>{"", "World", "world", "Home News", "Worlds"};
  return *kSections;
}

std::string RandomText(Random& random, uint64_t max_words) {
  std::string text;
  const uint64_t words = random.Below(max_words + 1);
  for (uint64_t i = 0; i < words; ++i) {
    if (i > 0) text += random.OneIn(12) ? ".\n" : random.OneIn(8) ? ". " : random.OneIn(10) ? ", " : " ";
    text += random.OneIn(8)    ? random.Pick(Spellings())
            : random.OneIn(12) ? random.Pick(Rows())
                               : random.Pick(Vocabulary());
  }
  return text;
}

// So that stories have versions.
const std::vector<std::string>& Headlines() {
  static const auto* const kHeadlines =
      new std::vector<std::string>{"Putin talks of closer ties", "PUTIN talks: of 'closer' ties", "Strike of news"};
  return *kHeadlines;
}

// A few days of `months` two-month steps from 2020 on, on a few instants, so that many articles tie.
article::Publication RandomPublication(Random& random, uint64_t months) {
  article::Publication publication;
  if (random.OneIn(6)) return publication;
  constexpr int64_t kFirst = 1'577'880'000;  // 2020-01-01T12:00:00Z
  constexpr int64_t kDay = 86'400;
  publication.instant = kFirst + static_cast<int64_t>(random.Below(months)) * 61 * kDay;
  publication.precision = article::Precision::kDay;
  publication.source = article::Source::kFeed;
  if (random.OneIn(3)) publication.instant += static_cast<int64_t>(random.Below(16)) * kDay;
  if (random.OneIn(3)) {
    publication.instant += static_cast<int64_t>(random.Below(3)) * 3600;
    publication.precision = article::Precision::kSecond;
  }
  return publication;
}

absl::CivilDay RandomDay(Random& random) { return absl::CivilDay(2019, 12, 1) + static_cast<int>(random.Below(800)); }

// As the marks of a headline say it.
article::WireVersion RandomVersion(Random& random) {
  article::WireVersion version;
  if (random.OneIn(2)) version.lead = static_cast<uint32_t>(1 + random.Below(3));
  if (random.OneIn(3)) {
    version.update = static_cast<uint32_t>(1 + random.Below(3));
    version.flags.emplace_back("UPDATE");
  }
  return version;
}

std::string WireMarks(const article::WireVersion& version) {
  static constexpr std::array<const char*, 4> kLeads = {"", "(LEAD) ", "(2nd LD) ", "(3rd LD) "};
  return absl::StrCat(version.update > 0 ? absl::StrCat("UPDATE ", version.update, "-") : "", kLeads[version.lead]);
}

Node Leaf(Kind kind, Field field, std::string text) {
  Node node;
  node.kind = kind;
  node.field = field;
  node.text = std::move(text);
  return node;
}

// Words in a row, one of them perhaps cut short.
std::string RandomRow(Random& random, uint64_t max_words) {
  std::vector<std::string> words;
  for (uint64_t i = 0; i < 1 + random.Below(max_words); ++i) words.push_back(random.Pick(Vocabulary()));
  if (random.OneIn(8)) words[random.Below(words.size())] = random.OneIn(2) ? "tal*" : "stri*";
  return absl::StrJoin(words, " ");
}

Field RandomTextField(Random& random) {
  constexpr std::array<Field, 5> kFields = {Field::kText, Field::kHeadline, Field::kBody, Field::kLead,
                                            Field::kCaption};
  return random.OneIn(2) ? Field::kText : kFields[random.Below(kFields.size())];
}

// A word or phrase that may stand in a proximity.
Node RandomPlaced(Random& random) {
  const Field field = RandomTextField(random);
  if (random.OneIn(4)) return Leaf(Kind::kPhrase, field, RandomRow(random, 2));
  Node node = Leaf(Kind::kWord, field, random.Pick(random.OneIn(4) ? Spellings() : Vocabulary()));
  if (random.OneIn(8)) {
    node.form = random.OneIn(2) ? WordForm::kPrefix : WordForm::kFuzzy;
    node.text = random.Pick(ShortenedWords());
  }
  return node;
}

Node RandomOperand(Random& random) {
  if (!random.OneIn(4)) return RandomPlaced(random);
  Node node;
  node.kind = Kind::kOr;
  for (uint64_t i = 0; i < 2 + random.Below(2); ++i) node.children.push_back(RandomPlaced(random));
  return node;
}

Node RandomNear(Random& random) {
  Node node;
  node.kind = Kind::kNear;
  node.children.push_back(RandomOperand(random));
  for (uint64_t links = random.OneIn(3) ? 2 : 1; links > 0; --links) {
    query::Link link;
    link.kind = static_cast<query::Link::Kind>(random.Below(4));
    const bool counts = link.kind == query::Link::Kind::kNear || link.kind == query::Link::Kind::kBefore;
    if (counts) link.distance = static_cast<uint32_t>(random.OneIn(8) ? 255 : 1 + random.Below(6));
    node.links.push_back(link);
    node.children.push_back(RandomOperand(random));
  }
  return node;
}

Node RandomDate(Random& random) {
  Node node;
  node.kind = Kind::kDate;
  if (random.OneIn(3)) {
    node.ago = query::Ago{static_cast<int>(1 + random.Below(8)), "dwmy"[random.Below(4)]};
    return node;
  }
  node.days.first = RandomDay(random);
  if (random.OneIn(2)) node.days.last = *node.days.first + static_cast<int>(random.Below(300));
  if (random.OneIn(4)) std::swap(node.days.first, node.days.last);
  return node;
}

Node RandomName(Random& random) {
  switch (random.Below(8)) {
    case 0:
      return Leaf(Kind::kPhrase, Field::kOutlet, random.OneIn(2) ? "Echo" : "norpress");
    case 1:
      return Leaf(Kind::kPhrase, Field::kByline, random.Pick(Writers()));
    case 2:
      return Leaf(Kind::kWord, Field::kByline, "reed");
    case 3:
      return Leaf(Kind::kPhrase, Field::kDateline, random.OneIn(2) ? "new york" : "\u0141\u00f3d\u017a");
    case 4:
      return Leaf(Kind::kPhrase, Field::kAgency, random.Pick(Agencies()));
    case 5:
      return Leaf(Kind::kWord, Field::kSection, "WORLD");
    case 6:
      return Leaf(Kind::kWord, Field::kLanguage, random.OneIn(2) ? "de" : random.OneIn(2) ? "EN" : "fr");
    default: {
      constexpr std::array<Field, 5> kFields = {Field::kOutlet, Field::kByline, Field::kDateline, Field::kAgency,
                                                Field::kSection};
      constexpr std::array<const char*, 5> kWords = {"norpress", "almeron", "newp", "norw", "worl"};
      const size_t i = random.Below(kFields.size());
      Node node = Leaf(Kind::kWord, kFields[i], kWords[i]);
      node.form = random.OneIn(2) ? WordForm::kPrefix : WordForm::kFuzzy;
      return node;
    }
  }
}

Node RandomLeaf(Random& random) {
  switch (random.Below(16)) {
    case 0:
      return Node();
    case 1:
      return RandomDate(random);
    case 2:
    case 3:
      return RandomName(random);
    case 4: {
      Node node;
      node.kind = Kind::kFact;
      node.fact = static_cast<query::Fact>(random.Below(5));
      return node;
    }
    case 5:
    case 6:
      return Leaf(Kind::kPhrase, RandomTextField(random), RandomRow(random, 3));
    case 7:
    case 8:
    case 9:
      return RandomNear(random);
    case 10: {
      Node node;
      node.kind = Kind::kAtLeast;
      node.count = static_cast<uint32_t>(1 + random.Below(4));
      node.children.push_back(RandomOperand(random));
      return node;
    }
    case 11: {
      Node node =
          Leaf(Kind::kPhrase, RandomTextField(random), absl::StrCat(RandomRow(random, 2), " ", RandomRow(random, 2)));
      node.slop = static_cast<uint32_t>(1 + random.Below(6));
      return node;
    }
    case 12: {
      Node node = Leaf(Kind::kWord, RandomTextField(random), random.Pick(ShortenedWords()));
      node.form = random.OneIn(2) ? WordForm::kPrefix : WordForm::kFuzzy;
      return node;
    }
    default:
      return Leaf(Kind::kWord, RandomTextField(random), random.Pick(random.OneIn(3) ? Spellings() : Vocabulary()));
  }
}

}  // namespace

std::vector<Article> RandomArticles(Random& random, int count) {
  std::vector<Article> articles;
  for (int i = 0; i < count; ++i) {
    Article article;
    article.id = absl::StrCat("doc-", i > 0 && random.OneIn(15) ? random.Below(static_cast<uint64_t>(i)) : i);
    const bool story = random.OneIn(3);
    article.headline = story ? random.Pick(Headlines()) : RandomText(random, 6);
    if (!article.headline.empty()) article.headline_source = article::Source::kFeed;
    article.body = RandomText(random, random.OneIn(10) ? 200 : 30);
    if (random.OneIn(5)) article.caption = RandomText(random, 6);
    if (random.OneIn(5)) article.deck = RandomText(random, 6);
    article.outlet = random.Pick(Outlets());
    if (!article.outlet.empty()) article.outlet_source = article::Source::kFeed;
    for (uint64_t n = random.Below(3); n > 0; --n) {
      article.bylines.push_back({random.Pick(Writers()), article::Role::kWriter, article::Source::kFeed});
    }
    article.dateline = random.Pick(Places());
    article.section = random.Pick(Sections());
    if (random.OneIn(story ? 2 : 3)) {
      article.agencies.push_back({random.Pick(Agencies()), article::Role::kOrigin, article::Source::kFeed});
    }
    if (!article.headline.empty() && random.OneIn(3)) article.version = RandomVersion(random);
    // Never none: the extractor would guess it.
    article.lang = random.OneIn(4) ? "de" : random.OneIn(5) ? "es" : "en";
    article.publication = RandomPublication(random, story ? 3 : 12);
    if (article::Finish(article).ok()) articles.push_back(std::move(article));
  }
  return articles;
}

std::string ToJsonLine(const Article& article) {
  std::string out;
  base::JsonWriter json(&out);
  json.BeginObject().Key("id").String(article.id).Key("lang").String(article.lang);
  if (article.headline_source == article::Source::kFeed) {
    json.Key("headline").String(absl::StrCat(WireMarks(article.version), article.headline));
  }
  json.Key("body")
      .String(article.body)
      .Key("deck")
      .String(article.deck)
      .Key("caption")
      .String(article.caption)
      .Key("outlet")
      .String(article.outlet);
  if (!article.dateline.empty()) json.Key("dateline").String(article.dateline);
  if (!article.section.empty()) json.Key("section").String(article.section);
  if (!article.agencies.empty()) json.Key("agency").String(article.agencies.front().name);
  json.Key("byline").BeginArray();
  for (const article::Credit& credit : article.bylines) json.String(credit.name);
  json.EndArray();
  if (article.publication.dated()) {
    const std::string time = article::TimeText(article.publication);
    json.Key("published")
        .String(absl::StrCat(article::DateText(article.publication), time.empty() ? "" : "T", time,
                             time.empty() ? "" : "Z"));
  }
  json.EndObject();
  out += "\n";
  return out;
}

std::string RandomQuestion(Random& random) { return absl::StrCat(RandomText(random, 12), " talks"); }

Node RandomQuery(Random& random, int depth) {
  if (depth <= 1 || random.OneIn(3)) return RandomLeaf(random);
  Node node;
  const uint64_t choice = random.Below(7);
  node.kind = choice == 0 ? Kind::kNot : choice < 4 ? Kind::kAnd : Kind::kOr;
  const uint64_t children = node.kind == Kind::kNot ? 1 : 2 + random.Below(2);
  for (uint64_t i = 0; i < children; ++i) {
    Node child = RandomQuery(random, depth - 1);
    // The parser flattens and refuses two negations in a row; the trees that it makes look like this.
    while (child.kind == node.kind) child = RandomLeaf(random);
    node.children.push_back(std::move(child));
  }
  if (node.kind == Kind::kAnd && random.OneIn(4)) {
    const Field field = random.OneIn(3) ? RandomTextField(random) : Field::kText;
    for (const absl::string_view word : absl::StrSplit(random.Pick(Rows()), ' ')) {
      node.children.push_back(Leaf(Kind::kWord, field, std::string(word)));
    }
  }
  return node;
}

serve::SearchRequest RandomRequest(Random& random) {
  serve::SearchRequest request;
  request.recency = random.OneIn(2);
  request.order = random.OneIn(2)   ? serve::Order::kRelevance
                  : random.OneIn(2) ? serve::Order::kNewest
                                    : serve::Order::kOldest;
  request.variants = !random.OneIn(5);
  serve::Filters& filters = request.filters;
  if (random.OneIn(5)) filters.outlets = {"norpress", random.OneIn(2) ? "cafe monde" : "Nobody"};
  if (random.OneIn(6)) filters.bylines = {random.Pick(Writers())};
  if (random.OneIn(8)) filters.agencies = {random.Pick(Agencies()), "nobody"};
  if (random.OneIn(8)) filters.datelines = {"SEOUL", "\u0141\u00f3d\u017a"};
  if (random.OneIn(8)) filters.sections = {"WORLD", "Home  News"};
  if (random.OneIn(8)) filters.languages = {random.OneIn(2) ? "EN" : "de"};
  if (random.OneIn(6)) filters.first_day = RandomDay(random);
  if (random.OneIn(8)) {
    filters.last_day = filters.first_day.value_or(RandomDay(random)) + static_cast<int>(random.Below(200));
  }
  constexpr int kAllValues = 1000;
  for (const serve::FacetField field :
       {serve::FacetField::kOutlet, serve::FacetField::kByline, serve::FacetField::kAgency,
        serve::FacetField::kDateline, serve::FacetField::kSection, serve::FacetField::kLanguage,
        serve::FacetField::kYear, serve::FacetField::kMonth, serve::FacetField::kDay}) {
    serve::FacetRequest facet{field, kAllValues, random.OneIn(3)};
    const bool dates =
        field == serve::FacetField::kYear || field == serve::FacetField::kMonth || field == serve::FacetField::kDay;
    if (random.OneIn(4)) facet.prefix = dates ? "2021" : random.OneIn(2) ? "n" : "re";
    request.facets.push_back(facet);
  }
  if (random.OneIn(2)) {
    constexpr std::array<const char*, 7> kZones = {
        "", "UTC", "America/New_York", "Asia/Seoul", "Europe/London", "Pacific/Auckland", "Asia/Kolkata"};
    request.histogram = serve::HistogramRequest{static_cast<serve::Interval>(random.Below(4)),
                                                kZones[random.Below(kZones.size())], random.OneIn(2)};
  }
  return request;
}

}  // namespace dateline::test
