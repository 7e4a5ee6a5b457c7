// The calls that help to ask: other queries, counts of clauses, completions, tokens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/text/analyzer.h"
#include "searcher/query/query_parser.h"
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
using serve::SuggestionKind;
using serve::SuggestRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

article::Article Make(const std::string& id, int day, const std::string& headline, const std::string& body) {
  article::Article article;
  article.id = id;
  article.headline = headline;
  article.headline_source = article::Source::kFeed;
  article.body = body;
  article.outlet = day % 2 == 0 ? "The Tidewater Gazette" : "Norpress";
  article.outlet_source = article::Source::kFeed;
  article.bylines = {{day % 2 == 0 ? "Ines Calloway" : "Tom Reed", article::Role::kWriter, article::Source::kFeed}};
  article.lang = "en";
  article.publication.instant = (absl::CivilDay(2019, 4, day) - absl::CivilDay(1970, 1, 1)) * int64_t{86'400} + 43'200;
  article.publication.precision = article::Precision::kDay;
  article.publication.source = article::Source::kFeed;
  EXPECT_TRUE(article::Finish(article).ok());
  return article;
}

std::vector<article::Article> Articles() {
  return {
      Make("a", 1, "Parliament meets", "The parliament debated sanctions on anyone. Negotiations went on."),
      Make("b", 2, "Parliament votes", "Members of parliament voted against the treaty after negotiations."),
      Make("c", 3, "Particle physics", "A particle was seen in Vladivostok. Sancho watched."),
      Make("d", 4, "Parliament votes", "The same story from another agency; harbour strike."),
      Make("e", 5, "Harbour strike", "The strike at the harbour ended in smoke and mirrors."),
  };
}

class HelpTest : public ::testing::Test {
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

  static SearchResponse Search(const SearchRequest& request) {
    const absl::StatusOr<SearchResponse> response = engine_->Search(request, base::Deadline());
    EXPECT_TRUE(response.ok()) << request.query << ": " << response.status();
    return response.ok() ? *response : SearchResponse();
  }
  static SearchResponse Search(const std::string& query) {
    SearchRequest request;
    request.query = query;
    return Search(request);
  }
  static std::vector<std::string> Clauses(const SearchResponse& response) {
    std::vector<std::string> clauses;
    for (const serve::ClauseCount& clause : response.clauses) {
      clauses.push_back(absl::StrCat(clause.clause, " @", clause.begin, "-", clause.end, " = ", clause.count));
    }
    return clauses;
  }
  static std::vector<std::string> Suggest(const std::string& text, SuggestionKind kind, int max = 0) {
    SuggestRequest request;
    request.text = text;
    request.kinds = {kind};
    request.max_suggestions = max;
    const auto suggestions = engine_->Suggest(request, base::Deadline());
    EXPECT_TRUE(suggestions.ok()) << text << ": " << suggestions.status();
    std::vector<std::string> lines;
    if (!suggestions.ok()) return lines;
    for (const serve::Suggestion& suggestion : *suggestions) {
      EXPECT_EQ(suggestion.kind, kind);
      lines.push_back(absl::StrCat(suggestion.text, " ", suggestion.documents));
    }
    return lines;
  }

  static test::TempDir* directory_;
  static Engine* engine_;
};

test::TempDir* HelpTest::directory_ = nullptr;
Engine* HelpTest::engine_ = nullptr;

TEST_F(HelpTest, OtherQueriesComeFromTheArchive) {
  struct Row {
    const char* query;
    std::vector<std::string> others;
  };
  const Row kRows[] = {
      {"sanctoins", {"sanctions"}},                            // neighbours swapped
      {"strke", {"strike"}},                                   // a letter missing
      {"vladivostock", {"vladivostok"}},                       // one too many
      {"negatiotions", {"negotiations"}},                      // two edits in a long word
      {"parliment votes", {"(parliament AND votes)"}},
      {"headline:parliment", {"headline:parliament"}},
      {"any one", {"anyone"}},                                  // joined
      {"treatyafter", {"\"treaty after\""}},                    // two words in one
      {"xyzzyx", {}},
      {"\"parliment\"", {}},                                     // quoted: as written
      {"particle strike", {"strike", "particle"}},               // each has articles, no article has both
      {"strke sort:oldest", {"strike sort:oldest"}},
  };
  for (const Row& row : kRows) {
    const SearchResponse response = Search(row.query);
    EXPECT_EQ(response.total, 0U) << row.query;
    EXPECT_EQ(response.suggestions, row.others) << row.query;
    for (const std::string& other : response.suggestions) {
      EXPECT_TRUE(query::ParseQuery(other).ok()) << other;
      EXPECT_GT(Search(other).total, 0U) << other;
    }
    EXPECT_LE(response.suggestions.size(), 3U);
  }
  EXPECT_THAT(Search("strike").suggestions, IsEmpty()) << "it found something";
}

TEST_F(HelpTest, OtherQueriesFindSomethingUnderTheFilters) {
  SearchRequest request;
  request.query = "strke";
  request.filters.outlets = {"Norpress"};
  EXPECT_THAT(Search(request).suggestions, ElementsAre("strike"));
  request.filters.outlets = {"Nobody"};
  EXPECT_THAT(Search(request).suggestions, IsEmpty());
}

TEST_F(HelpTest, ClausesAreCountedByThemselves) {
  EXPECT_THAT(Clauses(Search("particle strike")), ElementsAre("particle @0-8 = 1", "strike @9-15 = 2"));
  EXPECT_THAT(Clauses(Search("particle (strike OR xyz) -smoke")),
              ElementsAre("particle @0-8 = 1", "(strike OR xyz) @9-24 = 2", "strike @10-16 = 2", "xyz @20-23 = 0",
                          "NOT smoke @25-31 = 4"));
  EXPECT_THAT(Clauses(Search("xyz OR zyx")), ElementsAre("(xyz OR zyx) @0-10 = 0", "xyz @0-3 = 0", "zyx @7-10 = 0"));
  EXPECT_THAT(Clauses(Search("xyz")), ElementsAre("xyz @0-3 = 0"));
  EXPECT_THAT(Clauses(Search("strike")), IsEmpty()) << "it found something";
  EXPECT_THAT(Clauses(Search("harbor xyz")), ElementsAre("harbor @0-6 = 2", "xyz @7-10 = 0")) << "with its spellings";
}

TEST_F(HelpTest, TheWholeQueryCountsWhereFiltersAreInTheWay) {
  SearchRequest request;
  request.query = "strike harbour";
  request.filters.outlets = {"Nobody"};
  EXPECT_THAT(Clauses(Search(request)),
              ElementsAre("(strike AND harbour) @0-14 = 2", "strike @0-6 = 2", "harbour @7-14 = 2"));
}

TEST_F(HelpTest, ClausesAreAtMostTheLeavesOfAQuery) {
  EngineOptions options;
  options.query_limits.max_leaves = 3;
  const auto engine = Engine::Open(directory_->path(), options);
  ASSERT_TRUE(engine.ok());
  SearchRequest request;
  request.query = "(x OR y) z";
  EXPECT_THAT((*engine)->Search(request, base::Deadline())->clauses, SizeIs(3));
}

TEST_F(HelpTest, WordsAreCompleted) {
  EXPECT_THAT(Suggest("parl", SuggestionKind::kWord), ElementsAre("parliament 3"));
  EXPECT_THAT(Suggest("par", SuggestionKind::kWord), ElementsAre("parliament 3", "particle 1"));
  EXPECT_THAT(Suggest("par", SuggestionKind::kWord, 1), ElementsAre("parliament 3"));
  EXPECT_THAT(Suggest("The Votes sanc", SuggestionKind::kWord),
              ElementsAre("The Votes sancho 1", "The Votes sanctions 1"));
  EXPECT_THAT(Suggest("Harb", SuggestionKind::kWord), ElementsAre("harbour 2"));
  EXPECT_THAT(Suggest("parliament ", SuggestionKind::kWord), IsEmpty());
  EXPECT_THAT(Suggest("", SuggestionKind::kWord), IsEmpty());
  EXPECT_THAT(Suggest("xyz", SuggestionKind::kWord), IsEmpty());
  EXPECT_THAT(Suggest("\"parl", SuggestionKind::kWord), ElementsAre("\"parliament 3"));
}

TEST_F(HelpTest, HeadlinesAreCompletedNewestFirst) {
  EXPECT_THAT(Suggest("par", SuggestionKind::kHeadline),
              ElementsAre("Parliament votes 1", "Particle physics 1", "Parliament meets 1"));
  EXPECT_THAT(Suggest("votes parl", SuggestionKind::kHeadline), ElementsAre("Parliament votes 1")) << "each once";
  EXPECT_THAT(Suggest("parliament ", SuggestionKind::kHeadline, 1), ElementsAre("Parliament votes 1"));
  EXPECT_THAT(Suggest("smoke", SuggestionKind::kHeadline), IsEmpty()) << "a word of the body";
  EXPECT_THAT(Suggest("", SuggestionKind::kHeadline), IsEmpty());
}

TEST_F(HelpTest, WritersAndOutletsAreCompletedByAnyOfTheirWords) {
  EXPECT_THAT(Suggest("cal", SuggestionKind::kByline), ElementsAre("Ines Calloway 2"));
  EXPECT_THAT(Suggest("tom r", SuggestionKind::kByline), ElementsAre("Tom Reed 3"));
  EXPECT_THAT(Suggest("ines r", SuggestionKind::kByline), IsEmpty());
  EXPECT_THAT(Suggest("GAZ", SuggestionKind::kOutlet), ElementsAre("The Tidewater Gazette 2"));
  EXPECT_THAT(Suggest("tidewater ", SuggestionKind::kOutlet), ElementsAre("The Tidewater Gazette 2"));
  EXPECT_THAT(Suggest("azette", SuggestionKind::kOutlet), IsEmpty());
  EXPECT_THAT(Suggest("", SuggestionKind::kOutlet), IsEmpty());
}

TEST_F(HelpTest, SuggestHasLimits) {
  SuggestRequest request;
  request.text = std::string(257, 'x');
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->Suggest(request, base::Deadline()).status()));
  request.text = "x\xff";
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->Suggest(request, base::Deadline()).status()));
  request.text = "par";
  for (const int max : {-1, EngineOptions().max_suggestions + 1}) {
    request.max_suggestions = max;
    const absl::Status status = engine_->Suggest(request, base::Deadline()).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << max;
    EXPECT_THAT(std::string(status.message()), HasSubstr("max_suggestions"));
  }
}

TEST_F(HelpTest, AnalyzeShowsTokens) {
  const std::string text = "Putin\u2019s talks,\nthe Stra\u00dfe.";
  const auto response = engine_->Analyze(text, "en");
  ASSERT_TRUE(response.ok()) << response.status();
  std::vector<std::string> tokens;
  for (const serve::AnalyzedToken& token : response->tokens) {
    tokens.push_back(absl::StrCat(token.position, ":", text.substr(token.begin, token.end - token.begin), ":",
                                  token.word, ":", token.stem));
  }
  EXPECT_THAT(tokens, ElementsAre("1:Putin\u2019s:putin:putin", "2:talks:talks:talk", "3:the:the:the",
                                  "4:Stra\u00dfe:strasse:strass"));
  EXPECT_EQ(response->language, "en");
  EXPECT_EQ(response->fingerprint, text::Analyzer::Fingerprint());
  EXPECT_EQ(engine_->Analyze("x", "")->language, "en");
  EXPECT_THAT(engine_->Analyze("", "en")->tokens, IsEmpty());
}

TEST_F(HelpTest, AnalyzeHasLimits) {
  const absl::Status unknown = engine_->Analyze("x", "fr").status();
  EXPECT_TRUE(absl::IsInvalidArgument(unknown));
  EXPECT_THAT(std::string(unknown.message()), HasSubstr("no article of this archive is in 'fr'; its languages are en"));
  const absl::Status large = engine_->Analyze(std::string(65537, 'x'), "en").status();
  EXPECT_TRUE(absl::IsInvalidArgument(large));
  EXPECT_THAT(std::string(large.message()), HasSubstr("max_analyzed_bytes"));
  EXPECT_TRUE(absl::IsInvalidArgument(engine_->Analyze("x\xff", "en").status()));
}

}  // namespace
}  // namespace dateline
