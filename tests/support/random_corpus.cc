#include "tests/support/random_corpus.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/json_writer.h"

namespace dateline::test {
namespace {

using article::Article;
using query::Field;
using query::Kind;
using query::Node;

// Forms of one stem, words whose stems differ by language, hyphens, apostrophes, accents, other scripts.
const std::vector<std::string>& Vocabulary() {
  static const auto* const kWords = new std::vector<std::string>{
      "talks",  "talk",    "talking", "harbor", "harbour", "strike",  "strikes", "the",      "of",     "and",
      "closer", "ties",    "tie",     "Kim",    "Putin's", "Putin",   "Jong-un", "U.S.",     "10,000", "3.5",
      "élan",   "elan",    "Zoë",     "Straße", "Häuser",  "Häusern", "laufen",  "lauf",     "bridge", "Bridge",
      "océan",  "señal",   "señales", "東京",    "мэр",     "don't",   "rock",    "O’Brien",  "news",   "new"};
  return *kWords;
}

const std::vector<std::string>& Outlets() {
  static const auto* const kOutlets =
      new std::vector<std::string>{"", "Norpress", "NORPRESS", "The Tidewater Gazette", "Café Monde", "Cafe Monde", "Echo"};
  return *kOutlets;
}

const std::vector<std::string>& Writers() {
  static const auto* const kWriters = new std::vector<std::string>{
      "Ines Calloway", "Ines CALLOWAY", "Tom Reed", "José Almerón", "Jose Almeron", "Kim Song-un", "Ann Reed"};
  return *kWriters;
}

std::string RandomText(Random& random, uint64_t max_words) {
  std::string text;
  const uint64_t words = random.Below(max_words + 1);
  for (uint64_t i = 0; i < words; ++i) {
    if (i > 0) text += random.OneIn(12) ? ".\n" : random.OneIn(8) ? ". " : random.OneIn(10) ? ", " : " ";
    text += random.Pick(Vocabulary());
  }
  return text;
}

// A few days of two years, on a few instants, so that many articles tie.
article::Publication RandomPublication(Random& random) {
  article::Publication publication;
  if (random.OneIn(6)) return publication;
  constexpr int64_t kFirst = 1'577'880'000;  // 2020-01-01T12:00:00Z
  constexpr int64_t kDay = 86'400;
  publication.instant = kFirst + static_cast<int64_t>(random.Below(12)) * 61 * kDay;
  publication.precision = article::Precision::kDay;
  publication.source = article::Source::kFeed;
  if (random.OneIn(3)) {
    publication.instant += static_cast<int64_t>(random.Below(3)) * 3600;
    publication.precision = article::Precision::kSecond;
  }
  return publication;
}

absl::CivilDay RandomDay(Random& random) {
  return absl::CivilDay(2019, 12, 1) + static_cast<int>(random.Below(800));
}

Node Leaf(Kind kind, Field field, std::string text) {
  Node node;
  node.kind = kind;
  node.field = field;
  node.text = std::move(text);
  return node;
}

Node RandomLeaf(Random& random) {
  switch (random.Below(12)) {
    case 0:
      return Node();
    case 1: {
      Node node;
      node.kind = Kind::kDate;
      node.days.first = RandomDay(random);
      if (random.OneIn(2)) node.days.last = *node.days.first + static_cast<int>(random.Below(300));
      return node;
    }
    case 2:
      return Leaf(Kind::kPhrase, Field::kOutlet, random.Pick(Outlets()).empty() ? "Echo" : "norpress");
    case 3:
      return Leaf(Kind::kPhrase, Field::kByline, random.Pick(Writers()));
    case 4:
      return Leaf(Kind::kWord, Field::kByline, "reed");
    case 5:
      return Leaf(Kind::kWord, Field::kHeadline, random.Pick(Vocabulary()));
    case 6:
      return Leaf(Kind::kPhrase, Field::kHeadline, absl::StrCat(random.Pick(Vocabulary()), " ", random.Pick(Vocabulary())));
    case 7:
    case 8: {
      std::vector<std::string> words;
      for (uint64_t i = 0; i < 1 + random.Below(3); ++i) words.push_back(random.Pick(Vocabulary()));
      return Leaf(Kind::kPhrase, Field::kText, absl::StrJoin(words, " "));
    }
    default:
      return Leaf(Kind::kWord, Field::kText, random.Pick(Vocabulary()));
  }
}

}  // namespace

std::vector<Article> RandomArticles(Random& random, int count) {
  std::vector<Article> articles;
  for (int i = 0; i < count; ++i) {
    Article article;
    article.id = absl::StrCat("doc-", i > 0 && random.OneIn(15) ? random.Below(static_cast<uint64_t>(i)) : i);
    article.headline = RandomText(random, 6);
    if (!article.headline.empty()) article.headline_source = article::Source::kFeed;
    article.body = RandomText(random, random.OneIn(10) ? 200 : 30);
    if (random.OneIn(5)) article.caption = RandomText(random, 6);
    if (random.OneIn(5)) article.deck = RandomText(random, 6);
    article.outlet = random.Pick(Outlets());
    if (!article.outlet.empty()) article.outlet_source = article::Source::kFeed;
    for (uint64_t n = random.Below(3); n > 0; --n) {
      article.bylines.push_back({random.Pick(Writers()), article::Role::kWriter, article::Source::kFeed});
    }
    article.lang = random.OneIn(4) ? "de" : random.OneIn(5) ? "es" : "en";  // said by every record: the words are no proof
    article.publication = RandomPublication(random);
    if (article::Finish(article).ok()) articles.push_back(std::move(article));
  }
  return articles;
}

std::string ToJsonLine(const Article& article) {
  std::string out;
  base::JsonWriter json(&out);
  json.BeginObject().Key("id").String(article.id).Key("lang").String(article.lang);
  if (article.headline_source == article::Source::kFeed) json.Key("headline").String(article.headline);
  json.Key("body").String(article.body).Key("deck").String(article.deck).Key("caption").String(article.caption).Key("outlet").String(article.outlet);
  json.Key("byline").BeginArray();
  for (const article::Credit& credit : article.bylines) json.String(credit.name);
  json.EndArray();
  if (article.publication.dated()) {
    const std::string time = article::TimeText(article.publication);
    json.Key("published").String(absl::StrCat(article::DateText(article.publication), time.empty() ? "" : "T", time,
                                              time.empty() ? "" : "Z"));
  }
  json.EndObject();
  out += "\n";
  return out;
}

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
  return node;
}

serve::SearchRequest RandomRequest(Random& random) {
  serve::SearchRequest request;
  request.order = random.OneIn(2)   ? serve::Order::kRelevance
                  : random.OneIn(2) ? serve::Order::kNewest
                                    : serve::Order::kOldest;
  if (random.OneIn(5)) request.outlets = {"norpress", random.OneIn(2) ? "cafe monde" : "Nobody"};
  if (random.OneIn(6)) request.bylines = {random.Pick(Writers())};
  if (random.OneIn(6)) request.first_day = RandomDay(random);
  if (random.OneIn(8)) request.last_day = request.first_day.value_or(RandomDay(random)) + static_cast<int>(random.Below(200));
  return request;
}

}  // namespace dateline::test
