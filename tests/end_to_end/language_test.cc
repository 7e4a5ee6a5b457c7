// The query language on a handful of articles: a line says which of them a query finds. It is the table of what people
// type (words, phrases, fields, dates, proximity), and of what they complained of elsewhere; names like
// mediacloud/web-search#1169 are such complaints.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "searcher/query/query_parser.h"
#include "searcher/serve/engine.h"
#include "tests/support/engine_under_test.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_index.h"

namespace dateline {
namespace {

using serve::Engine;
using serve::SearchRequest;
using serve::SearchResponse;
using ::testing::Contains;
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
  return article;
}

void Date(article::Article& article, absl::CivilDay day) {
  article.publication.instant = (day - absl::CivilDay(1970, 1, 1)) * int64_t{86'400} + 43'200;
  article.publication.precision = article::Precision::kDay;
  article.publication.source = article::Source::kFeed;
}

// a to f; only a has everything, f has next to nothing.
std::vector<article::Article> Articles() {
  std::vector<article::Article> articles;
  articles.push_back(Make("a", "Kim Jong Un meets Putin",
                          "Kim Jong-un and Putin held talks in Vladivostok. They seek closer ties.\n"
                          "Negotiators said the talks on sanctions would go on. The harbor was closed."));
  articles.back().outlet = "Norpress";
  articles.back().outlet_source = article::Source::kFeed;
  articles.back().bylines = {{"Ines Calloway", article::Role::kWriter, article::Source::kFeed}};
  articles.back().agencies = {{"Norwire", article::Role::kOrigin, article::Source::kFeed}};
  articles.back().dateline = "Vladivostok";
  articles.back().section = "World";
  articles.back().caption = "Putin waits at the station";
  Date(articles.back(), absl::CivilDay(2019, 4, 25));
  articles.push_back(Make("b", "Closer ties sought",
                          "Putin spoke first. Much later Kim Jong Un, who had come by train, answered him.\n"
                          "A negotiation without closer and lasting ties."));
  articles.back().outlet = "The Tidewater Gazette";
  articles.back().outlet_source = article::Source::kFeed;
  articles.back().bylines = {{"Tom Reed", article::Role::kWriter, article::Source::kFeed}};
  Date(articles.back(), absl::CivilDay(2019, 4, 20));
  articles.push_back(Make("c", "Harbour strike ends", "The strike at the harbour ended. Talk of a strike, again a strike."));
  articles.back().outlet = "Norpress";
  articles.back().outlet_source = article::Source::kFeed;
  articles.back().section = "Home News";
  Date(articles.back(), absl::CivilDay(2018, 12, 31));
  articles.push_back(Make("d", "Kyiv talks", "Talks on Kiev or Kyiv, as written. An order 12-345-6 of e-mail."));
  articles.back().outlet = "Echo";
  articles.back().outlet_source = article::Source::kFeed;
  Date(articles.back(), absl::CivilDay(2019, 3, 25));
  articles.push_back(Make("e", "Die Gespr\u00e4che", "Die Gespr\u00e4che in der Stra\u00dfe. Die H\u00e4user in Kiew."));
  articles.back().lang = "de";
  Date(articles.back(), absl::CivilDay(2017, 1, 1));
  articles.push_back(Make("f", "Summit organization", "An organ was played at O\u2019Brien\u2019s."));
  for (article::Article& article : articles) EXPECT_TRUE(article::Finish(article).ok());
  return articles;
}

class LanguageTest : public ::testing::Test {
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

  static absl::StatusOr<SearchResponse> Search(const std::string& query) {
    SearchRequest request;
    request.query = query;
    return engine_->Search(request, base::Deadline());
  }

  // The ids in alphabetical order, or in the order of the hits.
  static std::string Found(const std::string& query, bool sorted = true) {
    const absl::StatusOr<SearchResponse> response = Search(query);
    EXPECT_TRUE(response.ok()) << query << ": " << response.status();
    if (!response.ok()) return "error";
    std::vector<std::string> ids;
    for (const serve::Hit& hit : response->hits) ids.push_back(hit.id);
    EXPECT_EQ(ids.size(), response->total);
    if (sorted) std::sort(ids.begin(), ids.end());
    return absl::StrJoin(ids, "");
  }

  static test::TempDir* directory_;
  static Engine* engine_;
};

test::TempDir* LanguageTest::directory_ = nullptr;
Engine* LanguageTest::engine_ = nullptr;

TEST_F(LanguageTest, WhatPeopleType) {
  struct Row {
    const char* query;
    const char* found;
  };
  const Row kRows[] = {
      // All words; media guides must warn where the default is OR.
      {"kim putin", "ab"},
      {"talks strike", "c"},
      {"putin OR strike", "abc"},
      {"putin | strike", "abc"},
      {"kim AND (sanctions OR train)", "ab"},
      {"strike OR kim sanctions", "ac"},  // AND binds tighter

      // Exact phrases, in every quote; typesense/typesense#1880, meilisearch/meilisearch#1060, typesense/typesense#155.
      {"\"kim jong un\"", "ab"},
      {"\"closer ties\"", "ab"},
      {"\"ties closer\"", ""},
      {"\u201ccloser ties\u201d", "ab"},  // mediacloud/web-search#1169, mediacloud/api-client#64
      {"\"closer ties\u201d", "ab"},      // mediacloud/web-tools#1412
      {"\u201ecloser ties\u201c", "ab"},  // freelawproject/courtlistener#2790, simonw/datasette#1795
      {"\u00abcloser ties\u00bb", "ab"},
      // Not stemmed: freelawproject/courtlistener#1886, #3887, mysociety/caps#168, internetarchive/fatcat-scholar#9.
      {"talk", "acd"},
      {"\"talk\"", "c"},
      {"=talk", "c"},
      {"=\"talks\"", "ad"},
      {"organ", "f"},
      {"\"organs\"", ""},
      {"Summit", "f"},  // a capital letter changes nothing; Xapian::QueryParser would not stem it
      {"o'brien", "f"},
      {"O\u2019Brien's", "f"},

      // Hyphens: typesense/typesense#287, #201, meilisearch/meilisearch PR 4535.
      {"jong-un", "ab"},
      {"12-345-6", "d"},
      {"e-mail", "d"},
      {"kim-putin", ""},

      // Without: meilisearch/meilisearch#4422, mediacloud/web-search#667.
      {"talks -kim", "cd"},
      {"talks NOT kim", "cd"},
      {"talks -(kim OR strike)", "d"},
      {"-kim -strike", "def"},  // nothing but a negation: all but; Xapian::QueryParser searches for the word
      {"-foo", "abcdef"},
      {"NOT kim", "cdef"},
      {"talks -\"kim jong\"", "cd"},
      {"talks -headline:talks", "ac"},

      // Fields.
      {"headline:talks", "d"},
      {"title:talks", "d"},
      {"intitle:\"closer ties\"", "b"},
      {"headline:(kim OR kyiv)", "ad"},
      {"body:talks", "acd"},
      {"body:kyiv", "d"},
      {"body:summit", ""},
      {"body:\"closer ties\"", "a"},
      {"body:station", ""},
      {"caption:station", "a"},
      {"lead:ties", "a"},
      {"lead:sanctions", ""},
      {"lead:\"putin spoke\"", "b"},
      {"byline:calloway", "a"},
      {"author:\"tom reed\"", "b"},
      {"by:ines,reed", "ab"},
      {"dateline:vladivostok", "a"},
      {"place:seoul", ""},
      {"outlet:norpress", "ac"},
      {"outlet:\"the tidewater gazette\"", "b"},
      {"outlet:tidewater", ""},  // the whole name
      {"outlet:tide*", ""},
      {"outlet:\"The Tidewater Gazette\",echo", "bd"},
      {"source:norpress site:echo", "acd"},  // either
      {"pub:norpress AND outlet:echo strike", "c"},
      {"outlet:nor* kim", "a"},
      {"agency:norwire", "a"},
      {"wire:norw*", "a"},
      {"section:world", "a"},
      {"section:\"home news\",world", "ac"},
      {"lang:de", "e"},
      {"lang:de,en kiew", "e"},

      // Dates are whole days with both ends: LD4P/sinopia_editor#3428.
      {"date:2019-04-25", "a"},
      {"date:2019-04", "ab"},
      {"date:2018", "c"},
      {"date:2019-04-20..2019-04-25", "ab"},
      {"date:[2018-12-31 TO 2019-03-25]", "cd"},
      {"date:..2018", "ce"},
      {"date:2019-04..", "ab"},
      {"after:2019-04-20", "ab"},
      {"before:2018-12-31", "ce"},
      {"after:2018 before:2018", "c"},
      {"when:1d", "a"},
      {"when:6d", "ab"},
      {"when:5d", "a"},
      {"when:1m", "ab"},  // 2019-03-26 to 2019-04-25
      {"when:32d", "abd"},
      {"has:date", "abcde"},
      {"-has:date", "f"},  // mediacloud/metadata-lib#103: what has no date is in no range
      {"has:byline", "ab"},
      {"has:outlet", "abcd"},
      {"is:wire", "a"},
      {"-is:wire outlet:norpress", "c"},

      // Proximity: freelawproject/courtlistener#3888, #2965, amcat/amcat#543, manticoresoftware/manticoresearch#4.
      {"putin NEAR/1 talks", ""},
      {"putin NEAR/2 talks", "a"},
      {"talks w/2 putin", "a"},
      {"talks pre/2 putin", ""},
      {"putin ADJ/2 talks", "a"},
      {"putin near/2 talk", "a"},    // any form of the word
      {"putin NEAR/2 \"talk\"", ""},  // but as written in quotes
      {"(kyiv OR kiev) NEAR/3 talks", "d"},
      {"\"kim jong un\" NEAR/2 putin", "a"},
      {"\"kim jong un\" NEAR/5 putin", "ab"},
      {"\"kim jong*\" NEAR/3 putin", "a"},
      {"(negot* OR sanction*) NEAR/5 (said OR \"would go\")", "a"},
      {"kim NEAR/4 putin NEAR/3 talks", "a"},
      {"-(kim NEAR/4 putin) kim", "b"},
      {"\"closer ties\"~1", "ab"},
      {"\"ties closer\"~2", "ab"},
      {"\"ties closer\" ~2", "ab"},
      {"body:\"ties closer\"~2", "ab"},
      {"lead:\"ties closer\"~2", "a"},
      {"putin /s kim", "a"},  // in b a sentence ends between them
      {"putin /p kim", "ab"},
      {"putin /p negotiation", ""},
      {"harbour /s strike", "c"},
      {"headline:harbour /s strike", "c"},
      {"atleast2(talks)", "ad"},
      {"atleast3(strike)", "c"},
      {"atleast4(strike)", "c"},
      {"atleast5(strike)", ""},
      {"atleast2(headline:strike)", ""},
      {"atleast2(\"kim jong un\")", "a"},
      {"atleast3(kiev OR kyiv)", "d"},

      // Words that stand for many.
      {"nego*", "ab"},
      {"\"a nego*\"", "b"},
      {"headline:str*", "c"},
      {"harbor", "ac"},  // harbour is the same word: Sitecore/developer-portal#446
      {"=harbor", "a"},
      {"harbor~1", "ac"},
      {"harbr~1", "a"},
      {"kyvi~1", "d"},
      {"byline:callaway~1", "a"},

      // Other scripts and marks.
      {"gesprache", "e"},
      {"Gespr\u00e4ch", "e"},
      {"\"strasse die\"", "e"},
      {"haus", "e"},
      {"haus NEAR/2 die", "e"},
      {"*", "abcdef"},
      {"* -lang:en", "e"},
  };
  for (const Row& row : kRows) EXPECT_EQ(Found(row.query), row.found) << row.query;
}

TEST_F(LanguageTest, TheOrderMayStandInTheQuery) {
  EXPECT_EQ(Found("has:date sort:date", false), "abdce");
  EXPECT_EQ(Found("has:date sort:newest", false), "abdce");
  EXPECT_EQ(Found("sort:oldest", false), "ecdbaf") << "undated last";
  EXPECT_EQ(Found("strike OR putin sort:relevance", false).front(), 'c');
  SearchRequest request;
  request.query = "sort:oldest has:date";
  request.order = serve::Order::kNewest;
  const SearchResponse response = engine_->Search(request, base::Deadline()).value();
  EXPECT_EQ(response.hits.front().id, "e");
  EXPECT_THAT(response.warnings, Contains(HasSubstr("takes the place of the order")));
}

// amcat/amcat#543, mediacloud/web-search#532, freelawproject/courtlistener#3707: say what was understood.
TEST_F(LanguageTest, TheQueryIsEchoedAsUnderstood) {
  const auto echo = [](const std::string& query) { return Search(query).value().canonical_query; };
  EXPECT_EQ(echo("when:7d kim"), "(date:2019-04-19..2019-04-25 AND kim)");
  EXPECT_EQ(echo("a w/5 b sort:date"), "(a NEAR/5 b) sort:newest");
  EXPECT_EQ(echo("outlet:a outlet:b"), "(outlet:a OR outlet:b)");
  for (const char* query : {"when:7d kim", "a w/5 b sort:date", "outlet:a outlet:b", "nego* -\"x y\"~3"}) {
    EXPECT_EQ(echo(echo(query)), echo(query));
    EXPECT_EQ(Found(echo(query)), Found(query));
  }
  EXPECT_THAT(Search("nego*")->warnings,
              ElementsAre("nego* stands for 2 words of this archive: negotiation, negotiators"));
  EXPECT_THAT(Search("xyz*")->warnings, ElementsAre("xyz* stands for no word of this archive"));
  EXPECT_THAT(Search("talk NEAR/3 kim")->warnings, ElementsAre("'talk' stands for 2 words of this archive: talk, talks"));
  EXPECT_THAT(Search("kim or putin")->warnings, ElementsAre(HasSubstr("write OR in capitals")));
  EXPECT_THAT(Search("kim putin OR strike")->warnings, ElementsAre(HasSubstr("AND binds tighter than OR")));
  EXPECT_THAT(Search("kim putin")->warnings, IsEmpty());
}

// What Xapian::QueryParser takes in silence, and what it calls a syntax error without a place.
TEST_F(LanguageTest, RefusalsNameThePlace) {
  const std::pair<const char*, size_t> kRows[] = {
      {"\"unbalanced", 0}, {"((kim", 1}, {"kim AND", 4}, {"foo:bar", 0},  {"kim ()", 4}, {"date:2019-13", 10},
      {"no*", 2},          {"NOT", 0},   {"a NEAR/5", 2}, {"... /s kim", 0}, {"date:2019..2018", 5},
  };
  for (const auto& [query, offset] : kRows) {
    const absl::Status status = Search(query).status();
    EXPECT_EQ(query::QueryErrorOffset(status), offset) << query << ": " << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("; ")) << "a remedy";
  }
}

TEST_F(LanguageTest, MarksAreWhereTheQueryIsMet) {
  const auto marked = [](const std::string& query) {
    std::vector<std::string> words;
    const SearchResponse response = Search(query).value();
    for (const serve::Hit& hit : response.hits) {
      for (const serve::Highlight& mark : hit.snippet.highlights) {
        words.push_back(hit.snippet.text.substr(mark.begin, mark.end - mark.begin));
      }
    }
    return absl::StrJoin(words, "|");
  };
  EXPECT_EQ(marked("talks NEAR/2 putin"), "Putin|talks");  // one of the talks, not the other
  EXPECT_EQ(marked("\"kim jong un\" NEAR/2 putin"), "Kim Jong-un|Putin");
  EXPECT_EQ(marked("nego* outlet:norpress"), "Negotiators");
  EXPECT_EQ(marked("\"ties closer\"~1 lead:ties"), "closer|ties");
  EXPECT_EQ(marked("atleast4(strike)"), "strike|strike|strike");
  EXPECT_EQ(marked("harbor~1 agency:norwire"), "harbor");
}

TEST_F(LanguageTest, ExpansionHasALimitAndSaysSo) {
  serve::EngineOptions options = test::OptionsUnderTest();
  options.expansion_limits.max_words = 1;
  const std::unique_ptr<Engine> engine = Engine::Open(directory_->path(), options).value();
  SearchRequest request;
  request.query = "nego*";
  const SearchResponse response = engine->Search(request, base::Deadline()).value();
  EXPECT_EQ(response.total, 1U);
  EXPECT_THAT(response.warnings, ElementsAre("nego* stands for the 1 most frequent of 2 words of this archive: negotiation"));
}

TEST_F(LanguageTest, ADeadlineEndsExpansionAndPlaces) {
  SearchRequest request;
  request.query = "nego* NEAR/5 kim";
  const base::Deadline expired = base::Deadline::After(std::chrono::microseconds(-1));
  EXPECT_TRUE(absl::IsDeadlineExceeded(engine_->Search(request, expired).status()));
}

}  // namespace
}  // namespace dateline
