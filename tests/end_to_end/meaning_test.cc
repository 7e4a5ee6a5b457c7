// Words that are written in more than one way, and the calls that help to ask, on a few articles: from the text of a
// query to what is found, said and marked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/text/variants.h"
#include "searcher/serve/engine.h"
#include "tests/support/engine_under_test.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_index.h"

namespace dateline {
namespace {

using serve::Engine;
using serve::EngineOptions;
using serve::SearchRequest;
using serve::SearchResponse;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

article::Article Make(const std::string& id, const std::string& headline, const std::string& body) {
  article::Article article;
  article.id = id;
  article.headline = headline;
  article.headline_source = article::Source::kFeed;
  article.body = body;
  article.lang = "en";
  EXPECT_TRUE(article::Finish(article).ok());
  return article;
}

std::vector<article::Article> Articles() {
  return {
      Make("a", "Colour of the harbour", "The organisation said the theatre would be coloured grey. Jongun."),
      Make("b", "Color of the harbor", "The organization said the theater would be gray."),
      Make("c", "Kim Jong-un in Kiev", "Kim Jong Un met Gaddafi in Odessa. It sent e-mail to us in the U.S. capital."),
      Make("d", "Kim Jong Eun in Kyiv", "Kadafi went to Odesa. Email is not for any one of us; the USA objected."),
      Make("e", "Ivory Coast votes", "C\u00f4te d\u2019Ivoire goes to the polls, and anyone may co-operate."),
      Make("f", "Coast of ivory", "The United States cooperate. Sixty percent, per cent by per cent, of the tyre market."),
      Make("g", "Moon Jae visits", "Moon Jae and the others; Moon Jae again. A tire burst near Tadmor."),
      Make("h", "Moon Jae returns", "Nothing but Moon Jae."),
  };
}

class MeaningTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = new test::TempDir;
    const auto built = test::BuildIndex(Articles(), directory_->path(), test::BuildSetup{2, 1, build::kMinMemoryMb});
    ASSERT_TRUE(built.ok()) << built.status();
    engine_ = Engine::Open(directory_->path(), test::OptionsUnderTest()).value().release();
  }
  static void TearDownTestSuite() {
    delete engine_;
    delete directory_;
  }

  static SearchResponse Search(const std::string& query, bool variants = true, Engine& engine = *engine_) {
    SearchRequest request;
    request.query = query;
    request.variants = variants;
    const absl::StatusOr<SearchResponse> response = engine.Search(request, base::Deadline());
    EXPECT_TRUE(response.ok()) << query << ": " << response.status();
    return response.ok() ? *response : SearchResponse();
  }

  static std::string Found(const std::string& query, bool variants = true, Engine& engine = *engine_) {
    std::vector<std::string> ids;
    for (const serve::Hit& hit : Search(query, variants, engine).hits) ids.push_back(hit.id);
    std::sort(ids.begin(), ids.end());
    return absl::StrJoin(ids, "");
  }

  static test::TempDir* directory_;
  static Engine* engine_;
};

test::TempDir* MeaningTest::directory_ = nullptr;
Engine* MeaningTest::engine_ = nullptr;

TEST_F(MeaningTest, OneWordInManySpellings) {
  struct Row {
    const char* query;
    const char* found;
    const char* found_without_variants;
  };
  const Row kRows[] = {
      // American and British: Sitecore/developer-portal#446.
      {"color", "ab", "b"},
      {"colours", "ab", "a"},
      {"headline:color", "ab", "b"},
      {"lead:gray", "ab", "b"},
      {"theater harbour", "ab", ""},
      {"organization", "ab", "b"},
      {"=color", "b", "b"},
      {"\"harbor\"", "b", "b"},
      {"-colour kim", "cd", "cd"},
      {"colour -color", "", "a"},
      {"colour -=color", "a", "a"},
      {"tyre", "fg", "f"},
      {"tire", "g", "g"},  // one way: a tire may be something else
      {"color NEAR/4 harbor", "ab", "b"},
      {"color PRE/4 \"harbor\"", "b", "b"},
      {"atleast2(colour)", "a", "a"},

      // Transcriptions and renamings: bellingcat/alias-generator#5.
      {"Kyiv", "cd", "d"},
      {"kiev odesa", "cd", ""},
      {"Qaddafi", "cd", ""},
      {"\"kiev\"", "c", "c"},
      {"palmyra", "g", ""},
      {"byline:kiev", "", ""},

      // Hyphens: typesense/typesense#287, #201; meilisearch/meilisearch PR 4535.
      {"Jong-un", "acd", "c"},
      {"jongun", "acd", "a"},
      {"kim jong un", "cd", "c"},
      {"kim jong-un", "cd", "c"},
      {"\"kim jong un\"", "c", "c"},
      {"Jong\u2010un kim", "cd", "c"},
      {"email", "cd", "d"},
      {"e-mail", "cd", "c"},
      {"=e-mail", "c", "c"},
      {"cooperate", "ef", "f"},
      {"co-operate", "ef", "e"},
      {"percent", "f", "f"},
      {"\"percent\"", "f", "f"},
      {"any one", "d", "d"},  // neighbours are not joined
      {"anyone", "e", "e"},
      {"any-one", "de", "d"},
      {"moonjae", "gh", ""},  // as the archive writes it
      {"\"moonjae\"", "", ""},

      // Several words are a phrase: typesense/typesense#1340.
      {"ivory coast", "ef", "ef"},
      {"cote d'ivoire", "e", "e"},
      {"headline:(cote d'ivoire)", "e", ""},
      {"\"ivory coast\"", "e", "e"},
      {"united states", "cdf", "f"},

      // The index folds case: "us" is every us, so U.S. cannot find US, and US finds both.
      {"U.S.", "cdf", "c"},
      {"USA", "cdf", "d"},
      {"US", "cdf", "cd"},
      {"us", "cd", "cd"},

      // Diacritics and apostrophes are folded in text and query alike: mediacloud/web-search#1169.
      {"C\u00f4te", "e", "e"},
      {"cote", "e", "e"},
      {"d'ivoire", "e", "e"},
      {"d\u2019ivoire", "e", "e"},
      {"D\u02bcIvoire", "e", "e"},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(Found(row.query), row.found) << row.query;
    EXPECT_EQ(Found(row.query, false), row.found_without_variants) << row.query;
  }
}

TEST_F(MeaningTest, EverySpellingIsSaidWithItsLexicon) {
  const std::string version = text::Variants::Shipped().version();
  EXPECT_THAT(Search("kyiv").warnings,
              ElementsAre(absl::StrCat("'kyiv' also finds Kiev (spellings of lexicon ", version,
                                       "; write =kyiv for this spelling only)")));
  EXPECT_THAT(Search("moonjae").warnings, ElementsAre(HasSubstr("also finds moon jae (as this archive writes it")));
  EXPECT_THAT(Search("=kyiv").warnings, IsEmpty());
  EXPECT_THAT(Search("kyiv", false).warnings, IsEmpty());
  EXPECT_EQ(Search("kyiv").canonical_query, "kyiv");
}

// mysociety/alaveteli#5394, typesense/typesense#2331: only what matched.
TEST_F(MeaningTest, SpellingsAreMarkedWhereTheyStand) {
  const auto marks = [](const std::string& query, const std::string& id) {
    std::vector<std::string> marked;
    for (const serve::Hit& hit : Search(query).hits) {
      if (hit.id != id) continue;
      for (const serve::Highlight& mark : hit.snippet.highlights) {
        marked.push_back(hit.snippet.text.substr(mark.begin, mark.end - mark.begin));
      }
    }
    return marked;
  };
  EXPECT_THAT(marks("organization gray", "a"), ElementsAre("organisation", "grey"));
  EXPECT_THAT(marks("jong un", "a"), ElementsAre("Jongun"));
  EXPECT_THAT(marks("united states", "d"), ElementsAre("USA"));
  EXPECT_THAT(marks("ivory coast", "e"), ElementsAre("C\u00f4te d\u2019Ivoire"));
  EXPECT_THAT(marks("email", "c"), ElementsAre("e-mail"));
}

TEST_F(MeaningTest, ADirectoryOfTablesAddsAndTakesAway) {
  const test::TempDir tables;
  tables.Write("names.tsv", "!Kyiv\nTadmor\tOdesa\n");
  EngineOptions options;
  options.variants_directory = tables.path();
  const auto engine = Engine::Open(directory_->path(), options);
  ASSERT_TRUE(engine.ok()) << engine.status();
  EXPECT_EQ(Found("kyiv", true, **engine), "d");
  EXPECT_EQ(Found("tadmor", true, **engine), "dg");
  EXPECT_EQ(Found("colour", true, **engine), "ab");
  EXPECT_THAT(Search("colour", true, **engine).warnings,
              ElementsAre(::testing::Not(HasSubstr(text::Variants::Shipped().version()))));

  // They change under way, and not when they have become wrong.
  const uint64_t before = (*engine)->answer_epoch();
  tables.Write("names.tsv", "Tadmor\tcolour\n");
  ASSERT_TRUE((*engine)->ReloadTables().ok());
  EXPECT_GT((*engine)->answer_epoch(), before) << "what was answered before may be answered otherwise";
  EXPECT_NE(Found("tadmor", true, **engine), "dg");
  const std::string found = Found("tadmor", true, **engine);
  tables.Write("names.tsv", "Tadmor\n");
  EXPECT_TRUE(absl::IsInvalidArgument((*engine)->ReloadTables()));
  EXPECT_EQ(Found("tadmor", true, **engine), found);

  const absl::Status status = Engine::Open(directory_->path(), options).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("names.tsv:1: 'Tadmor' stands alone; write"));
}

}  // namespace
}  // namespace dateline
