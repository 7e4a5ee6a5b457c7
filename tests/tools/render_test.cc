#include "tools/client/render.h"

#include <cstdint>
#include <iostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/article/article.h"
#include "core/base/utf8.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "searcher/serve/engine.h"

namespace dateline::client {
namespace {

using article::Credit;
using article::Role;
using article::Source;
using ::testing::HasSubstr;

// Whether `c` may steer a terminal or reorder a line.
bool IsForbidden(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

// The first thing in `text` that must not reach a terminal; "" when there is none.
std::string Complaint(absl::string_view text, bool lines_allowed) {
  for (size_t at = 0; at < text.size();) {
    const size_t length = base::CodePointBytes(text, at);
    if (length == 0) return absl::StrCat("byte ", at, " is not UTF-8");
    const char32_t c = base::DecodeCodePoint(text, at, length);
    if (IsForbidden(c) && !(lines_allowed && c == '\n')) return absl::StrCat("U+", absl::Hex(c), " at byte ", at);
    at += length;
  }
  return "";
}

TEST(SafeForTerminalTest, ShowsWhatWouldSteer) {
  const struct {
    absl::string_view text;
    absl::string_view safe;
  } kCases[] = {
      {"", ""},
      {"plain text", "plain text"},
      {"caf\u00e9 \u6771\u4eac \U0001F600 \u00a0\u200d", "caf\u00e9 \u6771\u4eac \U0001F600 \u00a0\u200d"},
      {"\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"},
      {"\x1b]0;title\x07", "\\x1b]0;title\\x07"},
      {"a\rb\nc\td\be", "a\\x0db\\x0ac\\x09d\\x08e"},
      {absl::string_view("a\0b", 3), "a\\x00b"},
      {"del\x7F", "del\\x7f"},
      {"\xC2\x9B""31m", "\\u009b31m"},           // CSI as a C1 character
      {"\xC2\x80\xC2\x9F", "\\u0080\\u009f"},
      {"\x9B""31m", "\\x9b31m"},                 // CSI as a raw byte
      {"\x80\x9F\xFE\xFF", "\\x80\\x9f\\xfe\\xff"},
      {"\u202agnp.exe\u202e\u202c", "\\u202agnp.exe\\u202e\\u202c"},
      {"\u2066\u2067\u2068\u2069", "\\u2066\\u2067\\u2068\\u2069"},
      {"a\u2028b\u2029c", "a\\u2028b\\u2029c"},
      {"\xC0\x9B", "\\xc0\\x9b"},                // ESC and C1 in overlong forms
      {"\xE0\x80\x9B", "\\xe0\\x80\\x9b"},
      {"\xED\xA0\x80", "\\xed\\xa0\\x80"},       // a surrogate
      {"\xF4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
      {"cut \xE2\x80", "cut \\xe2\\x80"},        // the beginning of an override
      {"C:\\dir \\x1b", "C:\\dir \\x1b"},
  };
  for (const auto& c : kCases) EXPECT_EQ(SafeForTerminal(c.text), c.safe);
}

TEST(SafeForTerminalTest, LinesStayWhereTheyAreWanted) {
  EXPECT_EQ(SafeLinesForTerminal("a\nb\r\n\x1b"), "a\nb\\x0d\n\\x1b");
}

TEST(SafeForTerminalTest, NothingForbiddenComesOutOfRandomBytes) {
  const uint32_t seed = 20190425;
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  // Half of the bytes come from this, where the dangerous sequences are made of.
  const std::string spice = "\x1b[]\x07\x9b\xc2\xe2\x80\xaa\xae\x81\xa6\xa8\xa9\xf0\x90\xed\xa0\n\r\x7f";
  for (int i = 0; i < 20000; ++i) {
    std::string text(random() % 40, '\0');
    for (char& byte : text) byte = random() % 2 == 0 ? spice[random() % spice.size()] : static_cast<char>(random());
    ASSERT_EQ(Complaint(SafeForTerminal(text), false), "") << "seed " << seed << " case " << i;
    ASSERT_EQ(Complaint(SafeLinesForTerminal(text), true), "") << "seed " << seed << " case " << i;
  }
}

TEST(DisplayWidthTest, CountsColumns) {
  EXPECT_EQ(DisplayWidth(""), 0u);
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("caf\u00e9"), 4u);
  EXPECT_EQ(DisplayWidth("cafe\u0301"), 4u);
  EXPECT_EQ(DisplayWidth("\u6771\u4eac"), 4u);
  EXPECT_EQ(DisplayWidth("\ud55c\uae00"), 4u);
  EXPECT_EQ(DisplayWidth("\U0001F600"), 2u);
}

serve::Hit KimHit() {
  serve::Hit hit;
  hit.id = "id-1";
  hit.key = "00112233445566778899aabbccddeeff";
  hit.url = "https://example.com/1";
  hit.headline = "Kim meets Putin";
  hit.headline_source = Source::kFeed;
  hit.outlet = "Reuters";
  hit.bylines = {{"Ann Other", Role::kWriter, Source::kText}, {"Bo Lens", Role::kPhotographer, Source::kText}};
  hit.agencies = {{"AFP", Role::kOrigin, Source::kFeed}};
  hit.publication.instant = 1556178300;  // 2019-04-25T07:45:00Z
  hit.publication.precision = article::Precision::kMinute;
  hit.publication.source = Source::kFeed;
  hit.score = 1.0 / (1 << 20);
  hit.snippet = {"the leader Kim spoke", {{11, 14}}};
  return hit;
}

serve::SearchResponse OneHit(serve::Hit hit) {
  serve::SearchResponse response;
  response.hits.push_back(std::move(hit));
  response.total = 1;
  return response;
}

TEST(HitsTextTest, PlainAndColored) {
  const serve::SearchResponse response = OneHit(KimHit());
  EXPECT_EQ(HitsText(response, {false, 80}),
            " 1. Kim meets Putin\n"
            "    Reuters \u00b7 Ann Other \u00b7 2019-04-25 07:45 UTC\n"
            "    the leader Kim spoke\n"
            "    id-1\n"
            "\n");
  EXPECT_EQ(HitsText(response, {true, 80}),
            " 1. \x1b[1mKim meets Putin\x1b[0m\n"
            "    Reuters \u00b7 Ann Other \u00b7 2019-04-25 07:45 UTC\n"
            "    the leader \x1b[1;33mKim\x1b[0m spoke\n"
            "    id-1\n"
            "\n");
}

TEST(HitsTextTest, LeavesOutWhatIsNotKnown) {
  serve::Hit hit;
  hit.id = "x";
  hit.headline = "H";
  EXPECT_EQ(HitsText(OneHit(hit), {}), " 1. H\n    undated\n    x\n\n");
  hit.publication.partial = "--04-25";
  EXPECT_EQ(HitsText(OneHit(hit), {}), " 1. H\n    --04-25\n    x\n\n");
  EXPECT_EQ(HitsText(serve::SearchResponse(), {}), "");
}

TEST(HitsTextTest, DatesSayNoMoreThanIsKnown) {
  serve::Hit hit = KimHit();
  hit.publication.zone_assumed = true;
  EXPECT_NE(HitsText(OneHit(hit), {}).find("2019-04-25 07:45\n"), std::string::npos);
  hit.publication.precision = article::Precision::kDay;
  EXPECT_NE(HitsText(OneHit(hit), {}).find("2019-04-25\n"), std::string::npos);
}

std::string SnippetLines(serve::Snippet snippet, const TextOptions& options) {
  serve::Hit hit;
  hit.snippet = std::move(snippet);
  const std::string text = HitsText(OneHit(std::move(hit)), options);
  const std::string head = absl::StrCat(" 1. ", options.color ? "\x1b[1m\x1b[0m" : "", "\n    undated\n");
  EXPECT_EQ(text.substr(0, head.size()), head);
  const std::string tail = "    \n\n";
  return text.substr(head.size(), text.size() - head.size() - tail.size());
}

TEST(SnippetTest, WrapsAtTheWidthOfTheTerminal) {
  const TextOptions narrow = {false, 20};
  EXPECT_EQ(SnippetLines({"one two three four five six", {}}, narrow),
            "    one two three\n    four five six\n");
  EXPECT_EQ(SnippetLines({"a-word-that-is-longer-than-a-line x", {}}, narrow),
            "    a-word-that-is-longer-than-a-line\n    x\n");
  EXPECT_EQ(SnippetLines({"  one \n two  ", {}}, narrow), "    one two\n");
  // Eight wide characters fill the sixteen columns behind the indent.
  EXPECT_EQ(SnippetLines({"\u6771\u4eac\u90fd\u77e5\u4e8b\u306f\u4e8c\u5341\u4e94\u65e5", {}}, narrow),
            "    \u6771\u4eac\u90fd\u77e5\u4e8b\u306f\u4e8c\u5341\n    \u4e94\u65e5\n");
}

TEST(SnippetTest, HighlightsPartsOfWordsAndSeveralWords) {
  EXPECT_EQ(SnippetLines({"re-elected", {{3, 10}}}, {true, 80}), "    re-\x1b[1;33melected\x1b[0m\n");
  EXPECT_EQ(SnippetLines({"the closer ties now", {{4, 15}}}, {true, 80}),
            "    the \x1b[1;33mcloser\x1b[0m \x1b[1;33mties\x1b[0m now\n");
}

TEST(SnippetTest, SurvivesNonsensicalHighlights) {
  const std::string text = "caf\u00e9 talks";
  const serve::Snippet snippet = {text, {{5, 3}, {2, 4}, {3, 6}, {7, 99}, {9, 9}, {4000000000u, 4000000001u}}};
  EXPECT_EQ(Complaint(SnippetLines(snippet, {false, 80}), true), "");
}

TEST(RenderTest, HostileTextNeverReachesTheTerminal) {
  const std::string evil = "\x1b]0;x\x07\xC2\x9B\x9B\u202e\u2066\u2028\r\b\x7F";
  serve::Hit hit = KimHit();
  hit.id = hit.url = hit.headline = hit.outlet = evil;
  hit.bylines[0].name = evil;
  hit.publication = article::Publication();
  hit.publication.partial = evil;
  hit.snippet = {evil, {{0, 4}, {6, 9}}};
  serve::SearchResponse response = OneHit(hit);
  response.facets = {{serve::FacetField::kByline, {{evil, false, 1}}, 0}};
  EXPECT_EQ(Complaint(HitsText(response, {}), true), "");
  EXPECT_EQ(Complaint(FacetsText(response.facets, {}), true), "");
  EXPECT_EQ(Complaint(SearchJson(response), true), "");
  EXPECT_EQ(Complaint(QueryErrorText(evil, 5), true), "");

  serve::FullArticle full;
  full.id = evil;
  article::Article& a = full.article;
  a.url = evil + "2";
  a.headline = a.deck = a.body = a.caption = a.outlet = a.dateline = a.section = a.lang = a.path = evil;
  a.bylines = {{evil, Role::kWriter, Source::kText}};
  EXPECT_EQ(Complaint(ArticleText(full, {}), true), "");
  EXPECT_EQ(Complaint(ArticleJson(full), true), "");

  serve::IndexStatus status;
  status.generation = status.first_date = status.last_date = evil;
  EXPECT_EQ(Complaint(StatusText(status), true), "");
  EXPECT_EQ(Complaint(StatusJson(status), true), "");
}

TEST(FacetsTextTest, AlignsByDisplayWidth) {
  serve::SearchResponse response;
  response.facets = {{serve::FacetField::kOutlet,
                      {{"Reuters", false, 12345}, {"\u671d\u65e5\u65b0\u805e", false, 50}, {"", true, 2}},
                      4},
                     {serve::FacetField::kYear, {}, 0}};
  EXPECT_EQ(FacetsText(response.facets, {}),
            "outlet\n"
            "  Reuters   12345\n"
            "  \u671d\u65e5\u65b0\u805e     50\n"
            "  (none)        2\n"
            "  and 4 more\n"
            "\n"
            "year\n"
            "\n");
}

TEST(TotalTextTest, SaysHowExactItIs) {
  serve::SearchResponse response;
  response.total = 123;
  EXPECT_EQ(TotalText(response, 0.0042), "123 articles (0.004 s)\n");
  response.total_exact = false;
  EXPECT_EQ(TotalText(response, 1.5), "at least 123 articles (1.500 s)\n");
  response.total = 1;
  response.total_exact = true;
  EXPECT_EQ(TotalText(response, 0), "1 article (0.000 s)\n");
}

TEST(SearchJsonTest, IsTheDocumentedObject) {
  serve::SearchResponse response = OneHit(KimHit());
  response.hits.emplace_back();
  response.hits[1].publication.partial = "1987-02";
  response.total = 2;
  response.generation = "gen-7";
  response.canonical_query = "\"closer ties\"";
  response.facets = {{serve::FacetField::kOutlet, {{"Reuters", false, 1, true}, {"", true, 1}}, 0}};
  response.warnings = {"w"};
  response.next_page_token = "t";
  EXPECT_EQ(
      SearchJson(response),
      R"({"total":2,"total_exact":true,"generation":"gen-7","query":"\"closer ties\"","hits":[)"
      R"({"id":"id-1","key":"00112233445566778899aabbccddeeff","url":"https://example.com/1",)"
      R"("headline":"Kim meets Putin","headline_source":"feed","outlet":"Reuters",)"
      R"("bylines":[{"name":"Ann Other","role":"writer"},{"name":"Bo Lens","role":"photographer"}],)"
      R"("agencies":[{"name":"AFP","role":"origin"}],)"
      R"("published":{"date":"2019-04-25","time":"07:45","precision":"minute","source":"feed","partial_date":null},)"
      R"("score":9.5367431640625e-07,"snippet":"the leader Kim spoke","highlights":[[11,14]]},)"
      R"({"id":"","key":"","url":"","headline":"","headline_source":"","outlet":null,"bylines":[],"agencies":[],)"
      R"("published":{"date":null,"time":null,"precision":null,"source":null,"partial_date":"1987-02"},)"
      R"("score":0,"snippet":"","highlights":[]}],)"
      R"("facets":{"outlet":[{"value":"Reuters","count":1,"selected":true},{"value":null,"count":1}]},)"
      R"("warnings":["w"],"clauses":[],"suggestions":[],"next_page_token":"t"})"
      "\n");
}

TEST(SearchJsonTest, OfKeysOnlyHasNothingElse) {
  const serve::SearchResponse response = OneHit(KimHit());
  EXPECT_THAT(SearchJson(response, /*keys_only=*/true),
              HasSubstr(R"("hits":[{"key":"00112233445566778899aabbccddeeff","score":9.5367431640625e-07}],)"));
}

TEST(KeysTextTest, IsOneALine) {
  serve::SearchResponse response = OneHit(KimHit());
  response.hits.emplace_back().key = "\x1b";
  EXPECT_EQ(KeysText(response), "00112233445566778899aabbccddeeff\n\\x1b\n");
}

TEST(NothingFoundTextTest, ShowsPartsAndOtherQueries) {
  serve::SearchResponse response;
  EXPECT_EQ(NothingFoundText(response), "");
  response.clauses = {{"kim", 0, 3, 12}, {"\"closer ties\"", 4, 17, 0}};
  response.suggestions = {"kin \x1b"};
  EXPECT_EQ(NothingFoundText(response),
            "each part by itself:\n"
            "  kim            12\n"
            "  \"closer ties\"   0\n"
            "did you mean: kin \\x1b\n");
  response.clauses.pop_back();
  EXPECT_EQ(NothingFoundText(response), "did you mean: kin \\x1b\n") << "one part is the query itself";
}

serve::HistogramResult ThreeMonths() {
  serve::HistogramResult histogram;
  histogram.interval = serve::Interval::kMonth;
  histogram.time_zone = "UTC";
  histogram.buckets = {{"2019-04", 1554076800, 80, 160}, {"2019-05", 1556668800, 0, 0}, {"2019-06", 1559347200, 1, 3}};
  histogram.undated = 5;
  histogram.undated_all = 5;
  return histogram;
}

TEST(HistogramTextTest, DrawsBarsOnATerminal) {
  TextOptions options;
  options.terminal = true;
  options.width = 25;  // 10 columns for the bars
  EXPECT_EQ(HistogramText(ThreeMonths(), false, options),
            "  2019-04  80  \u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\n"
            "  2019-05   0\n"
            "  2019-06   1  \u258f\n"
            "  undated   5  \u258b\n");
  options.width = 5;  // too narrow: bars keep 10 columns
  EXPECT_NE(HistogramText(ThreeMonths(), false, options).find("\u2588\u2588\n"), std::string::npos);
  for (size_t width = 20; width < 200; ++width) {
    options.width = width;
    const std::string text = HistogramText(ThreeMonths(), true, options);
    if (width > 40) {
      EXPECT_EQ(DisplayWidth(text.substr(0, text.find('\n'))), width);
    }
  }
}

TEST(HistogramTextTest, IsATableElsewhere) {
  EXPECT_EQ(HistogramText(ThreeMonths(), true, {}),
            "  2019-04  80   50.00%\n"
            "  2019-05   0        -\n"
            "  2019-06   1   33.33%\n"
            "  undated   5  100.00%\n");
  EXPECT_EQ(HistogramRows(ThreeMonths(), false), "2019-04\t80\n2019-05\t0\n2019-06\t1\nundated\t5\n");
  EXPECT_EQ(HistogramRows(ThreeMonths(), true), "2019-04\t80\t160\n2019-05\t0\t0\n2019-06\t1\t3\nundated\t5\t5\n");
}

TEST(CountJsonTest, IsTheDocumentedObject) {
  serve::CountResponse response;
  response.total = 86;
  response.generation = "g";
  response.canonical_query = "kim";
  response.histogram = ThreeMonths();
  response.histogram->buckets.resize(1);
  EXPECT_EQ(CountJson(response),
            R"({"total":86,"generation":"g","query":"kim","facets":{},"histogram":{"interval":"month",)"
            R"("time_zone":"UTC","buckets":[{"label":"2019-04","begin":"2019-04-01T00:00:00Z","count":80,"all":160}],)"
            R"("undated":5,"undated_all":5},"warnings":[]})"
            "\n");
}

TEST(FacetValuesTest, TextAndJson) {
  serve::ListFacetValuesResponse response;
  response.values = {{"Ann Other", false, 3, true}, {"Bo", false, 12}};
  response.total = 2;
  response.generation = "g";
  EXPECT_EQ(FacetValuesText(response.values), "  Ann Other *   3\n  Bo           12\n");
  EXPECT_EQ(FacetValuesJson(serve::FacetField::kByline, response),
            R"({"field":"byline","generation":"g","total":2,"values":[)"
            R"({"value":"Ann Other","count":3,"selected":true},{"value":"Bo","count":12}]})"
            "\n");
}

TEST(SuggestionsTest, TextAndJson) {
  const std::vector<serve::Suggestion> suggestions = {{serve::SuggestionKind::kWord, "kim", 7},
                                                      {serve::SuggestionKind::kHeadline, "Kim \x1b", 1}};
  EXPECT_EQ(SuggestionsText(suggestions), "  kim           word  7\n  Kim \\x1b  headline  1\n");
  EXPECT_EQ(SuggestionsJson(suggestions),
            R"({"suggestions":[{"kind":"word","text":"kim","documents":7},)"
            R"({"kind":"headline","text":"Kim \u001b","documents":1}]})"
            "\n");
}

TEST(ExplainTest, TextAndJson) {
  serve::ExplainResponse response;
  response.matches = true;
  response.id = "a\x07";
  response.canonical_query = "kim putin";
  response.plan = "and(word(kim) word(putin))";
  response.clauses = {{"kim", 0, 3, 1}, {"-putin", 4, 10, 0}};
  response.explanation = {"sum", 3 << 20, {{"kim", 1 << 20, {}}, {"putin", 2 << 20, {}}}};
  EXPECT_EQ(ExplainText(response),
            "a\\x07 matches kim putin\n"
            "  yes  kim\n"
            "  no   -putin\n"
            "score\n"
            "      3.000000  sum\n"
            "      1.000000    kim\n"
            "      2.000000    putin\n"
            "plan  and(word(kim) word(putin))\n");
  EXPECT_NE(ExplainJson(response).find(R"("explanation":{"detail":"sum","units":3145728,"children":[)"),
            std::string::npos);
  response.matches = false;
  EXPECT_EQ(ExplainText(response).find("score"), std::string::npos);
  EXPECT_NE(ExplainJson(response).find(R"("explanation":null)"), std::string::npos);
}

TEST(AnalyzeTest, TextAndJson) {
  const serve::AnalyzeResponse response = {{{0, 5, "kim's", "kim", 1}, {6, 10, "\u6771\u4eac", "x", 12}}, "en", "f-1"};
  EXPECT_EQ(AnalyzeText(response),
            "  word   stem  position  bytes\n"
            "  kim's   kim         1    0-5\n"
            "  \u6771\u4eac      x        12   6-10\n"
            "language en, analyzer f-1\n");
  EXPECT_NE(AnalyzeJson(response).find(R"("tokens":[{"begin":0,"end":5,"word":"kim's","stem":"kim","position":1},)"),
            std::string::npos);
}

TEST(ArticleTest, TextKeepsTheLinesOfTheBody) {
  serve::FullArticle full;
  full.id = "id-1";
  full.article.headline = "Kim meets Putin";
  full.article.outlet = "Reuters";
  full.article.dateline = "VLADIVOSTOK";
  full.article.deck = "A summit";
  full.article.body = "One.\nTwo.";
  full.article.url = "https://example.com/1";
  EXPECT_EQ(ArticleText(full, {}),
            "Kim meets Putin\n"
            "Reuters \u00b7 undated\n"
            "VLADIVOSTOK\n"
            "\n"
            "A summit\n"
            "\n"
            "One.\n"
            "Two.\n"
            "\n"
            "id-1\n"
            "https://example.com/1\n");
}

TEST(StatusTest, TextAndJson) {
  const serve::IndexStatus status = {"gen-7", 42, 3, 1, 2, 1000, "1987-02-14", "2019-04-25", 5};
  EXPECT_EQ(StatusJson(status),
            R"({"generation":"gen-7","documents":42,"shards":3,"rejected":1,"replaced":2,"bytes":1000,)"
            R"("first_date":"1987-02-14","last_date":"2019-04-25","undated":5})"
            "\n");
  EXPECT_NE(StatusText(status).find("1987-02-14 to 2019-04-25"), std::string::npos);
  EXPECT_NE(StatusJson(serve::IndexStatus()).find(R"("first_date":null)"), std::string::npos);
}

TEST(QueryErrorTextTest, PutsTheCaretUnderTheByte) {
  EXPECT_EQ(QueryErrorText("kim \"ties", 4), "  kim \"ties\n      ^\n");
  EXPECT_EQ(QueryErrorText("caf\u00e9 (", 6), "  caf\u00e9 (\n       ^\n");
  EXPECT_EQ(QueryErrorText("\u6771\u4eac )", 7), "  \u6771\u4eac )\n       ^\n");
  EXPECT_EQ(QueryErrorText("a\tb)", 3), "  a\\x09b)\n        ^\n");
  EXPECT_EQ(QueryErrorText("kim", 3), "  kim\n     ^\n");
  EXPECT_EQ(QueryErrorText("kim", 999), "  kim\n     ^\n");
  EXPECT_EQ(QueryErrorText("\u00e9x", 1), "  \u00e9x\n  ^\n");  // inside a character
  EXPECT_EQ(QueryErrorText("", 0), "  \n  ^\n");
}

}  // namespace
}  // namespace dateline::client
