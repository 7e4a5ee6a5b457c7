// The engine against the slow twin on a real archive, with queries made of its own words: rows of words that stand in
// some article, words near each other there, names, days, beginnings and misspellings of words.
//
//   archive_twin_test                                               on random articles
//   DATELINE_TEST_INDEX=DIR DATELINE_TEST_SCALE=10 archive_twin_test   1,000 queries on a real index
//
// Of a real index the articles are read back from the index itself, so this shows that answers follow from what is
// stored; that it stores what the inputs held is for other tests.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/index/term_key.h"
#include "core/text/analyzer.h"
#include "searcher/query/query_parser.h"
#include "searcher/serve/engine.h"
#include "tests/support/engine_under_test.h"
#include "tests/support/naive_index.h"
#include "tests/support/random.h"
#include "tests/support/random_corpus.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_index.h"
#include "tests/support/twin_compare.h"

namespace dateline {
namespace {

using article::Article;
using serve::Engine;
using serve::SearchRequest;
using test::Random;

constexpr uint64_t kSeed = 1987;

// Queries of words that stand in the articles.
class ArchiveQueries {
 public:
  ArchiveQueries(Random& random, const std::vector<Article>& articles) : random_(random), articles_(articles) {}

  std::string Next() {
    std::string query = Clause();
    for (uint64_t more = random_.Below(3); more > 0; --more) {
      static const auto* const kJoints = new std::vector<std::string>{" ", " ", " OR ", " -", " AND "};
      query = random_.OneIn(4) ? absl::StrCat("(", query, ")", random_.Pick(*kJoints), Clause())
                               : absl::StrCat(query, random_.Pick(*kJoints), Clause());
    }
    return query;
  }

  std::string Question() {
    std::vector<std::string> words;
    for (uint64_t more = 3 + random_.Below(12); more > 0; --more) words.push_back(Word());
    return absl::StrJoin(words, " ");
  }

  const Article& AnyArticle() { return random_.Pick(articles_); }

 private:
  // Words that stand in a row somewhere.
  std::vector<std::string> Row(size_t words) {
    for (;;) {
      const Article& article = AnyArticle();
      const std::string& text = random_.OneIn(4) ? article.headline : article.body;
      if (text.empty()) continue;
      const std::string piece = text.substr(random_.Below(text.size()), 400);
      analyzer_.TrimCache();
      analyzer_.Tokenize(piece, "en", tokens_);
      if (tokens_.size() < words + 2) continue;  // the first and the last may be cut
      std::vector<std::string> row;
      const size_t begin = 1 + random_.Below(tokens_.size() - words - 1);
      for (size_t i = begin; i < begin + words; ++i) row.push_back(tokens_[i].word->exact);
      return row;
    }
  }

  std::string Word() { return Row(1).front(); }
  std::string Quoted(const std::vector<std::string>& words) {
    return absl::StrCat("\"", absl::StrJoin(words, " "), "\"");
  }

  std::string Field() {
    static const auto* const kFields =
        new std::vector<std::string>{"", "", "", "headline:", "body:", "lead:", "caption:"};
    return random_.Pick(*kFields);
  }

  std::string Clause() {
    switch (random_.Below(16)) {
      case 0:
      case 1:
        return absl::StrCat(Field(), Quoted(Row(2 + random_.Below(3))));
      case 2: {
        std::vector<std::string> row = Row(4);
        return absl::StrCat(row.front(), " NEAR/", 2 + random_.Below(8), " ", row.back());
      }
      case 3: {
        std::vector<std::string> row = Row(3);
        return absl::StrCat(row.front(),
                            random_.OneIn(2)   ? " PRE/3 "
                            : random_.OneIn(2) ? " /s "
                                               : " /p ",
                            row.back());
      }
      case 4: {
        std::vector<std::string> row = Row(3);
        std::swap(row.front(), row.back());
        return absl::StrCat(Quoted(row), "~", 1 + random_.Below(4));
      }
      case 5:
        return absl::StrCat("atleast", 2 + random_.Below(4), "(", Word(), ")");
      case 6: {
        const std::string word = Word();
        return word.size() > 4 ? absl::StrCat(word.substr(0, word.size() - 1), "*") : word;
      }
      case 7: {
        std::string word = Word();
        if (word.size() > 4) std::swap(word[2], word[3]);
        return absl::StrCat(word, word.size() > 4 ? "~1" : "");
      }
      case 8:
        return absl::StrCat("=", Word());
      case 9: {
        const Article& article = AnyArticle();
        return article.outlet.empty() ? "-has:outlet" : absl::StrCat("outlet:", Quoted({article.outlet}));
      }
      case 10: {
        const Article& article = AnyArticle();
        return article.bylines.empty() ? "-has:byline" : absl::StrCat("byline:", Quoted({article.bylines[0].name}));
      }
      case 11: {
        const article::Publication& published = AnyArticle().publication;
        if (!published.dated()) return "-has:date";
        return absl::StrCat(random_.OneIn(3)   ? "date:"
                            : random_.OneIn(2) ? "after:"
                                               : "before:",
                            article::DateText(published).substr(0, random_.OneIn(2) ? 10 : 7));
      }
      default:
        return absl::StrCat(Field(), Word());
    }
  }

  Random& random_;
  const std::vector<Article>& articles_;
  text::Analyzer analyzer_;
  std::vector<text::Token> tokens_;
};

SearchRequest RandomArchiveRequest(Random& random, ArchiveQueries& queries) {
  SearchRequest request;
  request.order = random.OneIn(2)   ? serve::Order::kRelevance
                  : random.OneIn(2) ? serve::Order::kNewest
                                    : serve::Order::kOldest;
  request.recency = random.OneIn(2);
  request.variants = !random.OneIn(4);
  request.snippets = false;
  if (random.OneIn(6)) request.filters.outlets = {queries.AnyArticle().outlet};
  if (!request.filters.outlets.empty() && request.filters.outlets[0].empty()) request.filters.outlets.clear();
  if (random.OneIn(6) && queries.AnyArticle().publication.dated()) {
    const article::Publication& published = queries.AnyArticle().publication;
    if (published.dated()) request.filters.first_day = index::DayOf(published.instant);
  }
  for (const serve::FacetField field :
       {serve::FacetField::kOutlet, serve::FacetField::kByline, serve::FacetField::kSection,
        serve::FacetField::kLanguage, serve::FacetField::kMonth}) {
    request.facets.push_back(serve::FacetRequest{field, 100'000, random.OneIn(4)});
  }
  if (random.OneIn(3)) request.histogram = serve::HistogramRequest{serve::Interval::kWeek, "America/New_York", true};
  return request;
}

TEST(ArchiveTwinTest, AgreesWithBruteForce) {
  const uint64_t seed = test::TestSeed(kSeed);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  Random random(seed);
  const test::TempDir directory;
  std::string index = directory.Path("index");
  if (const char* real = std::getenv("DATELINE_TEST_INDEX"); real != nullptr) {
    index = real;
  } else {
    ASSERT_TRUE(
        test::BuildIndex(test::RandomArticles(random, 500), index, test::BuildSetup{2, 2, build::kMinMemoryMb}).ok());
  }
  serve::EngineOptions options = test::OptionsUnderTest();
  options.max_query_cpu_ms = 1'000'000;
  options.max_facet_values = 1'000'000;
  options.expansion_limits.max_words = 1'000'000;  // the twin knows no cap
  const std::unique_ptr<Engine> engine = Engine::Open(index, options).value();

  std::vector<Article> articles;
  serve::ExportRequest all;
  all.bodies = true;
  ASSERT_TRUE(engine
                  ->Export(all, base::Deadline(),
                           [&](serve::FullArticle row) {
                             articles.push_back(std::move(row.article));
                             return absl::OkStatus();
                           })
                  .ok());
  ASSERT_EQ(articles.size(), engine->Status().documents);
  test::NaiveIndex twin(articles);
  ArchiveQueries queries(random, articles);

  int compared = 0;
  uint64_t hits = 0;
  while (compared < test::Scaled(100)) {
    SearchRequest request = RandomArchiveRequest(random, queries);
    request.match_any = random.OneIn(8);
    request.query = request.match_any ? queries.Question() : queries.Next();
    query::Node root;
    if (!request.match_any) {
      const absl::StatusOr<query::ParsedQuery> parsed = query::ParseQuery(request.query);
      if (!parsed.ok()) continue;
      root = parsed->root;
    }
    SCOPED_TRACE(absl::StrCat(request.query, ", order ", static_cast<int>(request.order), ", query ", compared));
    const test::NaiveAnswer expected = twin.Search(root, request);
    test::ExpectSameAnswer(*engine, request, 100, expected);
    if (HasFailure()) break;
    ++compared;
    hits += expected.hits.size();
  }
  std::cout << compared << " queries with " << hits << " hits in " << articles.size() << " articles agree\n";
  EXPECT_GT(hits, 0U);
}

}  // namespace
}  // namespace dateline
