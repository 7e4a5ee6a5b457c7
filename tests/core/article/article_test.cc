#include "core/article/article.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::article {
namespace {

using Names = std::vector<std::string>;

Article Finished(Article article) {
  const absl::Status status = Finish(article);
  EXPECT_TRUE(status.ok()) << status;
  return article;
}

Article WithBody(std::string body) {
  Article article;
  article.path = "a.txt";
  article.body = std::move(body);
  return article;
}

Names NamesOf(const std::vector<Credit>& credits) {
  Names names;
  for (const Credit& credit : credits) names.push_back(credit.name);
  return names;
}

struct Case {
  std::string text;
  std::string result;
};

TEST(ArticleTest, BodiesAreCleaned) {
  const std::vector<Case> cases = {
      {"One.\nTwo.", "One.\nTwo."},
      {"One.\r\nTwo.\rThree.", "One.\nTwo.\nThree."},         // every kind of line break
      {"One.\u2028Two.\u2029Three.\u0085Four.", "One.\nTwo.\nThree.\nFour."},
      {"One.\n\n \n\t\nTwo.", "One.\nTwo."},                  // blank lines
      {"\n\n  One.  \n   Two.  \n", "One.\nTwo."},            // blanks at both ends of a line
      {"a\tb", "a b"},
      {"a  b", "a  b"},                                       // blanks inside a line are the writer's
      {std::string("a\0b\x01\x1F\x7F" "c", 7), "a b   c"},    // control characters
      {"a\u0080b\u009Fc", "a b c"},
      {"a\u202Eb\u202Cc\u2066d\u2069", "abcd"},               // what makes text run backwards
      {"a\u200Fb", "a\u200Fb"},                               // a mark of direction only tells the truth
      {"\uFEFFa\uFEFFb", "ab"},
      {"caf\xE9", "caf\uFFFD"},
      {"a \u202E\nb", "a\nb"},                                // the blank ends the line once the override is gone
      {"x\u00A0y", "x\u00A0y"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Finished(WithBody(c.text)).body, c.result) << c.text;
    Article caption = WithBody("body");
    caption.caption = c.text;
    EXPECT_EQ(Finished(caption).caption, c.result) << c.text;
  }
}

TEST(ArticleTest, LinesAreCleaned) {
  const std::vector<Case> cases = {
      {"  Talks \t move   closer \n", "Talks move closer"},
      {"Talks\r\nmove\ncloser", "Talks move closer"},         // a wrapped headline
      {"Talks\u2028move", "Talks move"},
      {"Ta\u202Elks", "Talks"},
      {std::string("Ta\0lks", 6), "Ta lks"},
      {"T\xFF", "T\uFFFD"},
  };
  for (const Case& c : cases) {
    Article article = WithBody("body");
    for (std::string* line : {&article.id, &article.headline, &article.deck, &article.outlet, &article.dateline,
                              &article.section, &article.publication.partial}) {
      *line = c.text;
    }
    article = Finished(article);
    for (const std::string* line : {&article.id, &article.headline, &article.deck, &article.outlet, &article.dateline,
                                    &article.section, &article.publication.partial}) {
      EXPECT_EQ(*line, c.result) << c.text;
    }
  }
}

TEST(ArticleTest, RepairsAreNoted) {
  EXPECT_EQ(Finished(WithBody("fine")).notes, Names());
  EXPECT_EQ(Finished(WithBody("\xE9")).notes, Names({"1 byte was not valid UTF-8 and became U+FFFD"}));
  Article article = WithBody("a\xFF\xFE");
  article.headline = "\xFF";
  article.bylines = {{"Jos\xE9", Role::kWriter, Source::kFeed}};
  article.notes = {"before"};
  EXPECT_EQ(Finished(article).notes, Names({"before", "4 bytes were not valid UTF-8 and became U+FFFD"}));
}

TEST(ArticleTest, EmptyArticlesAreRefused) {
  const std::vector<std::string> empties = {
      "",
      " \n\t ",
      "\u202E\u2066",                     // vanishes
      std::string(3, '\0'),
      "\uFEFF",
      "\u00A0 \u3000\u2003",              // spaces of other widths
      "\u200B\u00AD\u2060",               // takes no room at all
  };
  for (const std::string& text : empties) {
    Article article = WithBody(text);
    article.headline = text;
    article.caption = "A picture";        // a caption alone is no article
    const absl::Status status = Finish(article);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << absl::StrCat("\"", text, "\": ") << status;
    EXPECT_TRUE(absl::StrContains(status.message(), "empty")) << status;
  }
  Article headline_only;
  headline_only.headline = "Talks move closer";
  EXPECT_EQ(Finished(headline_only).headline, "Talks move closer");
  EXPECT_EQ(Finished(WithBody("x")).body, "x");
  EXPECT_EQ(Finished(WithBody("\xFF")).body, "\uFFFD");  // something was there
}

TEST(ArticleTest, TheLeadStandsInForAMissingHeadline) {
  const std::string w = "word ";
  std::string words24;
  for (int i = 0; i < 24; ++i) words24 += w;  // 120 bytes, the last a blank
  const std::vector<Case> cases = {
      {"One.\nTwo.", "One."},                                              // the first paragraph only
      {words24 + "end", words24.substr(0, 119) + "…"},                     // cut after the last whole word
      {words24.substr(0, 119) + "s", words24.substr(0, 119) + "s"},        // 120 bytes fit
      {words24.substr(0, 119) + "ss", words24.substr(0, 114) + "…"},       // 121 do not
      {std::string(120, 'x'), std::string(120, 'x')},
      {std::string(121, 'x'), std::string(120, 'x') + "…"},                // no blank to cut at
      {std::string(119, 'x') + "é", std::string(119, 'x') + "…"},          // nor may a letter be cut
      {"\n\n  One.", "One."},
  };
  for (const Case& c : cases) {
    const Article article = Finished(WithBody(c.text));
    EXPECT_EQ(article.headline, c.result);
    EXPECT_EQ(article.headline_source, Source::kLead);
  }
  Article own = WithBody("One.");
  own.headline = "Own";
  own.headline_source = Source::kFeed;
  EXPECT_EQ(Finished(own).headline, "Own");
  EXPECT_EQ(Finished(own).headline_source, Source::kFeed);
}

TEST(ArticleTest, CreditsAreTrimmedAndNotRepeated) {
  Article article = WithBody("body");
  for (const absl::string_view name : {" Ines  Calloway ", "", "INES CALLOWAY", "Tom\nReed", " ", "José", "JOSé"}) {
    article.bylines.push_back({std::string(name), Role::kWriter, Source::kFeed});
    article.agencies.push_back({std::string(name), Role::kOrigin, Source::kFeed});
  }
  article = Finished(article);
  EXPECT_EQ(NamesOf(article.bylines), Names({"Ines Calloway", "Tom Reed", "José"}));
  EXPECT_EQ(NamesOf(article.agencies), Names({"Ines Calloway", "Tom Reed", "José"}));
}

TEST(ArticleTest, LongNamesAreCut) {
  Article article = WithBody("body");
  article.outlet = std::string(199, 'o') + "é";
  article.bylines = {{std::string(200, 'x') + " one", Role::kWriter, Source::kFeed},
                     {std::string(200, 'x') + " two", Role::kWriter, Source::kFeed},   // the same, once cut
                     {std::string(199, 'y') + " z", Role::kWriter, Source::kFeed}};    // no blank at the end
  article = Finished(article);
  EXPECT_EQ(article.outlet, std::string(199, 'o'));
  EXPECT_EQ(NamesOf(article.bylines), Names({std::string(200, 'x'), std::string(199, 'y')}));
}

TEST(ArticleTest, AnEmptyOutletHasNoSource) {
  Article article = WithBody("body");
  article.outlet = " \t";
  article.outlet_source = Source::kFeed;
  EXPECT_EQ(Finished(article).outlet_source, Source::kNone);
  article.outlet = "Norpress";
  EXPECT_EQ(Finished(article).outlet_source, Source::kFeed);
}

TEST(ArticleTest, LanguageCodesAreLowerCase) {
  Article article = WithBody("body");
  article.lang = " EN ";
  EXPECT_EQ(Finished(article).lang, "en");
}

TEST(ArticleTest, TheKeyIsOfIdElseUrlElsePath) {
  Article article = WithBody("body");
  EXPECT_EQ(Finished(article).key, KeyForPath("a.txt"));
  EXPECT_EQ(PublicId(Finished(article)), "a.txt");
  article.url = "HTTP://Example.com:80/a#top";
  EXPECT_EQ(Finished(article).key, KeyForUrl("http://example.com/a"));
  EXPECT_EQ(PublicId(Finished(article)), "http://example.com/a");
  article.id = " 17 ";
  EXPECT_EQ(Finished(article).key, KeyForId("17"));
  EXPECT_EQ(PublicId(Finished(article)), "17");
  article.id = " \n";  // blank is absent
  EXPECT_EQ(Finished(article).key, KeyForUrl("http://example.com/a"));
  article.url = "#top";  // and so is what names no page
  EXPECT_EQ(Finished(article).key, KeyForPath("a.txt"));
}

TEST(ArticleTest, KeysOfDifferentKindsDiffer) {
  EXPECT_NE(KeyForId("x"), KeyForUrl("x"));
  EXPECT_NE(KeyForId("x"), KeyForPath("x"));
  EXPECT_NE(KeyForUrl("x"), KeyForPath("x"));
  const std::string hex = base::ToHex(KeyForId("x"));
  EXPECT_EQ(KeysNamed("x"), (std::vector<base::DocKey>{KeyForId("x"), KeyForUrl("x"), KeyForPath("x")}));
  EXPECT_EQ(KeysNamed(hex), (std::vector<base::DocKey>{KeyForId("x"), KeyForId(hex), KeyForUrl(hex), KeyForPath(hex)}))
      << "a key comes before an id that looks like one, for who reads and for who deletes";
  EXPECT_EQ(KeyForUrl("HTTPS://a.example:443/"), KeyForUrl("https://A.example/#b"));
  // Stored indexes rest on these: a change makes every article a new one.
  EXPECT_EQ(base::ToHex(KeyForId("doc-1")), "9e1195f483d2bf847324ec62408cce6e");
  EXPECT_EQ(base::ToHex(KeyForUrl("https://norpress.example/1")), "cbfdfaee77b51f592b9dfcc9a8d6740c");
  EXPECT_EQ(base::ToHex(KeyForPath("a.jsonl#7")), "9724f23d332519473f27b5b55b1e3d49");
}

TEST(ArticleTest, CanonicalUrls) {
  const std::vector<Case> cases = {
      {"", ""},
      {"https://example.com/a", "https://example.com/a"},
      {"HTTPS://EXAMPLE.COM/A", "https://example.com/A"},              // paths tell cases apart
      {"https://example.com:443/a", "https://example.com/a"},
      {"http://example.com:80/a", "http://example.com/a"},
      {"http://example.com:80", "http://example.com"},
      {"http://example.com:443/a", "http://example.com:443/a"},        // not the default of this scheme
      {"https://example.com:4430/", "https://example.com:4430/"},
      {"https://example.com:8080/", "https://example.com:8080/"},
      {"https://example.com/a#part", "https://example.com/a"},
      {"https://example.com#part", "https://example.com"},
      {"https://Example.com?Q=1#x", "https://example.com?Q=1"},        // a query right after the host
      {"https://example.com/a?b=C%20d&utm=1", "https://example.com/a?b=C%20d&utm=1"},
      {" https://example.com/ ", "https://example.com/"},
      {"https://example.com/a #x", "https://example.com/a"},
      {"https://example.com", "https://example.com"},                  // no slash is added
      {"https://[2001:DB8::1]:443/x", "https://[2001:db8::1]/x"},
      {"ftp://Example.com:80/", "ftp://example.com:80/"},
      {"tag:example.com,2019:A", "tag:example.com,2019:A"},            // no host
      {"/local/Path", "/local/Path"},
      {"#x", ""},
      {"://", "://"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(CanonicalUrl(c.text), c.result) << c.text;
    EXPECT_EQ(CanonicalUrl(c.result), c.result) << c.text;
  }
}

struct TimeCase {
  int64_t instant;
  Precision precision;
  std::string date;
  std::string time;
};

TEST(ArticleTest, DateAndTimeTexts) {
  const std::vector<TimeCase> cases = {
      {kUndated, Precision::kNone, "", ""},
      {kUndated, Precision::kSecond, "", ""},                            // undated whatever else is said
      {0, Precision::kSecond, "1970-01-01", "00:00:00"},
      {1556209860, Precision::kSecond, "2019-04-25", "16:31:00"},
      {1556209879, Precision::kMinute, "2019-04-25", "16:31"},
      {1556193600, Precision::kDay, "2019-04-25", ""},
      {-1, Precision::kSecond, "1969-12-31", "23:59:59"},                // before the epoch
      {-30610224000, Precision::kDay, "1000-01-01", ""},
      {32503679999, Precision::kSecond, "2999-12-31", "23:59:59"},
      {951782400, Precision::kMinute, "2000-02-29", "00:00"},
  };
  for (const TimeCase& c : cases) {
    Publication publication;
    publication.instant = c.instant;
    publication.precision = c.precision;
    EXPECT_EQ(DateText(publication), c.date) << c.instant;
    EXPECT_EQ(TimeText(publication), c.time) << c.instant;
  }
}

TEST(ArticleTest, NamesOfValues) {
  EXPECT_EQ(SourceName(Source::kNone), "");
  EXPECT_EQ(SourceName(Source::kFeed), "feed");
  EXPECT_EQ(SourceName(Source::kLead), "lead");
  EXPECT_EQ(SourceName(static_cast<Source>(200)), "");  // from a damaged index
  EXPECT_EQ(PrecisionName(Precision::kMinute), "minute");
  EXPECT_EQ(PrecisionName(static_cast<Precision>(200)), "");
  EXPECT_EQ(RoleName(Role::kPhotographer), "photographer");
  EXPECT_EQ(RoleName(static_cast<Role>(200)), "");
}

bool HasControls(absl::string_view text, bool lines) {
  for (size_t at = 0; at < text.size();) {
    const size_t length = base::CodePointBytes(text, at);
    const char32_t c = base::DecodeCodePoint(text, at, length);
    at += length;
    if (c == '\n' && lines) continue;
    if (c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029) return true;
  }
  return false;
}

std::string Printed(const Article& a) {
  std::string out = absl::StrCat(base::ToHex(a.key), "\nid ", a.id, "\nurl ", a.url, "\npath ", a.path,
                                 "\nheadline ", a.headline, "\ndeck ", a.deck, "\nbody ", a.body, "\ncaption ",
                                 a.caption, "\noutlet ", a.outlet, "\ndateline ", a.dateline, "\nsection ", a.section, "\nlang ", a.lang);
  for (const Credit& credit : a.bylines) absl::StrAppend(&out, "\nbyline ", credit.name);
  return out;
}

TEST(ArticleTest, LawsOnRandomArticles) {
  const uint64_t seed = test::TestSeed(71);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const auto text = [&] { return random.OneIn(3) ? random.Bytes(random.Below(60)) : random.Text(random.Below(60)); };
  for (int round = 0; round < test::Scaled(3000); ++round) {
    Article article;
    for (std::string* field :
         {&article.id, &article.url, &article.path, &article.headline, &article.deck, &article.body, &article.caption,
          &article.outlet, &article.dateline, &article.section, &article.lang}) {
      if (!random.OneIn(3)) *field = text();
    }
    for (int i = 0; i < 3; ++i) article.bylines.push_back({text(), Role::kWriter, Source::kFeed});
    SCOPED_TRACE(absl::StrCat("round ", round));
    if (!Finish(article).ok()) continue;
    for (const std::string* line : {&article.id, &article.url, &article.path, &article.headline, &article.deck,
                                    &article.outlet, &article.dateline, &article.section, &article.lang}) {
      ASSERT_TRUE(base::IsValidUtf8(*line));
      EXPECT_FALSE(HasControls(*line, /*lines=*/false)) << *line;
    }
    for (const std::string* lines : {&article.body, &article.caption}) {
      ASSERT_TRUE(base::IsValidUtf8(*lines));
      EXPECT_FALSE(HasControls(*lines, /*lines=*/true)) << *lines;
      EXPECT_FALSE(absl::StrContains(*lines, "\n\n")) << *lines;
    }
    EXPECT_FALSE(article.headline.empty());
    Article again = article;
    again.notes.clear();
    ASSERT_TRUE(Finish(again).ok());
    again.notes = article.notes;
    EXPECT_EQ(Printed(again), Printed(article));  // there is nothing left to do
    EXPECT_TRUE(again == article);
  }
}

}  // namespace
}  // namespace dateline::article
