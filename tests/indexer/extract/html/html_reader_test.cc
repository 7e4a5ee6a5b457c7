#include "indexer/extract/html/html_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/utf8.h"
#include "indexer/extract/html/html_headline.h"
#include "tests/support/random.h"

namespace dateline::extract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Three paragraphs of an article that nobody wrote.
constexpr absl::string_view kFirst =
    "The bridge over the Arden opened on Monday after three years of work, the mayor of the town said at noon.";
constexpr absl::string_view kSecond =
    "It cost twice what had been planned, and the council will have to find the rest of the money in the autumn.";
constexpr absl::string_view kThird =
    "Shops on the south bank, which had lost most of their customers, stayed open until midnight to celebrate.";

std::string Text() { return absl::StrCat("<p>", kFirst, "</p><p>", kSecond, "</p><p>", kThird, "</p>"); }
std::string TextBody() { return absl::StrJoin({kFirst, kSecond, kThird}, "\n"); }

Extraction Read(const std::string& html, absl::string_view url = "") {
  Extraction out;
  ReadHtml(html, url, Lexicon::Shipped(), out);
  return out;
}

std::string Page(absl::string_view head, absl::string_view above = "", absl::string_view below = "") {
  return absl::StrCat("<html><head>", head, "</head><body><main><article><h1>Arden bridge opens</h1>", above,
                      "<div class=text>", Text(), "</div>", below, "</article></main></body></html>");
}

// "Ines Calloway; Staff (desk); AP [agency]".
std::string Names(const Extraction& out) {
  std::vector<std::string> names;
  for (const article::Credit& credit : out.article.bylines) {
    names.push_back(absl::StrCat(credit.name, credit.role == article::Role::kDesk ? " (desk)" : ""));
  }
  for (const article::Credit& credit : out.article.agencies) names.push_back(absl::StrCat(credit.name, " [agency]"));
  return absl::StrJoin(names, "; ");
}

std::string Day(const Extraction& out) {
  return out.article.publication.dated() ? article::PrintedDateText(out.article.publication) : "";
}

std::string Ld(absl::string_view fields) {
  return absl::StrCat(
      "<script type=\"application/ld+json\">{\"@type\": \"NewsArticle\", \"headline\": \"Arden bridge opens\", ",
      fields, "}</script>");
}

TEST(HtmlReaderTest, HeadlinesWithoutTheirOutlet) {
  const std::vector<std::string> outlets = {"The Arden Post", "ardenpost.example"};
  const struct {
    absl::string_view title;
    absl::string_view bare;
  } kCases[] = {
      {"Floods in Arden - The Arden Post", "Floods in Arden"},
      {"Floods in Arden | News | Arden Post", "Floods in Arden | News"},
      {"Floods in Arden * The Arden Post * by Tom Reed", "Floods in Arden"},
      {"The Arden Post | Floods in Arden", "Floods in Arden"},
      {"Floods - what now?", "Floods - what now?"},
      {"Floods – Arden", "Floods – Arden"},
      {"Bridge opens in town - Local | Region", "Bridge opens in town"},  // printed elsewhere by itself
      {"Traffic | Bridge opens in town", "Bridge opens in town"},
      {"The Arden Post", "The Arden Post"},
      {"", ""},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(WithoutOutlet(test.title, outlets, {"Bridge opens in town"}), test.bare);
  }
}

TEST(HtmlReaderTest, HeadlineFromTheFirstPlaceThatHasOne) {
  EXPECT_EQ(Read(Page("<title>Other</title>")).article.headline, "Arden bridge opens");
  EXPECT_EQ(Read(Page("<meta property=og:title content='The Arden bridge, open'>")).article.headline,
            "The Arden bridge, open");
  EXPECT_EQ(Read(Page("<meta property=og:site_name content='Arden Post'>"
                      "<meta property=og:title content='Bridge: it&amp;#39;s open - Arden Post'>"))
                .article.headline,
            "Bridge: it's open");
  EXPECT_EQ(Read("<title>Only a title</title><p>x").article.headline, "Only a title");
  EXPECT_EQ(Read("").article.headline, "");
}

TEST(HtmlReaderTest, DayOfPublication) {
  const struct {
    std::string head;
    std::string above;
    absl::string_view day;
  } kCases[] = {
      {Ld(R"("datePublished": "2025-01-14T01:28:54+09:00")"), "", "2025-01-14"},
      {Ld(R"("datePublished": "2024-04-22T22:04:00+0100")"), "", "2024-04-22"},
      {Ld(R"("datePublished": "2024-4-2 9:05:00 +02:00")"), "", "2024-04-02"},
      {Ld(R"("datePublished": "2024-04-22 16:00:34.123456 +02:00")"), "", "2024-04-22"},
      {Ld(R"("datePublished": 1713823440000)"), "", "2024-04-22"},
      {Ld(R"("dateModified": "2024-04-25")"), "", ""},
      {"<meta property=article:published_time content=2024-04-22T10:00:00Z>", "", "2024-04-22"},
      {"<meta name=dcterms.created content=2024-04-22>", "", "2024-04-22"},
      {"<meta property=article:modified_time content=2024-04-25>", "", ""},
      {Ld(R"("datePublished": "2024-04-22")") + "<meta name=date content=2024-04-25>", "", "2024-04-22"},
      {"", "<meta itemprop=datePublished content=2024-04-22>", "2024-04-22"},
      {"", "<time datetime=2024-04-22>Monday</time>", "2024-04-22"},
      {"", "<time class=updated datetime=2024-04-25>Thursday</time>", ""},
      {"", "<time datetime=2024-04-25>x</time><time pubdate datetime=2024-04-22>y</time>", "2024-04-22"},
      {"", "<p>22 April 2024</p>", "2024-04-22"},
  };
  for (const auto& test : kCases)
    EXPECT_EQ(Day(Read(Page(test.head, test.above))), test.day) << test.head << test.above;
  EXPECT_EQ(Day(Read(Page(""), "https://arden.example/2024/04/22/bridge")), "2024-04-22");
  EXPECT_EQ(Day(Read(Page(""), "https://arden.example/2024/13/22/bridge")), "");
}

TEST(HtmlReaderTest, ADayThatLostStaysInTheEvidence) {
  const Extraction out =
      Read(Page(absl::StrCat(Ld(R"("datePublished": "2024-04-22")"), "<meta name=date content=2024-04-25>")));
  std::vector<std::string> read;
  for (const Evidence& evidence : out.evidence) {
    if (evidence.field == "published") read.push_back(absl::StrCat(evidence.value, evidence.used ? "" : " unused"));
  }
  EXPECT_THAT(read, ElementsAre("2024-04-22", "2024-04-25 unused"));
}

TEST(HtmlReaderTest, Writers) {
  const std::string publisher = R"("publisher": {"name": "The Arden Post"}, )";
  const struct {
    std::string head;
    std::string above;
    absl::string_view names;
  } kCases[] = {
      {Ld(R"("author": {"@type": "Person", "name": "Ines Calloway"})"), "", "Ines Calloway"},
      {Ld(R"("author": [{"name": "Ines Calloway"}, {"name": "INES CALLOWAY"}, {"name": "Tom Reed"}])"), "",
       "Ines Calloway; Tom Reed"},
      {Ld(R"("author": {"name": "Ines Calloway and Tom Reed"})"), "", "Ines Calloway; Tom Reed"},
      {Ld(R"("author": {"name": "https://arden.example/ines"})"), "", ""},
      {Ld(R"("author": {"name": "Associated Press"})"), "", "AP [agency]"},
      {Ld(publisher + R"("author": {"@type": "Organization", "name": "The Arden Post"})"), "",
       "The Arden Post (desk)"},
      {Ld(publisher + R"("author": {"@type": "Person", "name": "The Arden Post"})"), "", "The Arden Post (desk)"},
      // The outlet in the data, a person on the page.
      {Ld(publisher + R"("author": {"name": "The Arden Post"})"), "<p class=byline>By Ines Calloway</p>",
       "Ines Calloway"},
      {"<meta name=author content='Ines Calloway'>", "", "Ines Calloway"},
      {"<meta property=article:author content='https://social.example/arden'>", "", ""},
      {"<meta name=author content='Ines Calloway'>", "<p>By Ines Calloway and Tom Reed</p>",
       "Ines Calloway; Tom Reed"},
      {"", "<span itemprop=author><span itemprop=name>Ines Calloway</span></span>", "Ines Calloway"},
      {"", "<a rel=author href=/i>Ines Calloway</a>", "Ines Calloway"},
      {"", "<div><a href=/authors/ines>Ines Calloway</a></div>", "Ines Calloway"},
      {"", "<div class=author-name>Ines Calloway</div>", "Ines Calloway"},
      {"", "<div>By Ines Calloway 22 April 2024</div>", "Ines Calloway"},
      {"", "<div>Home News Sport</div>", ""},
  };
  for (const auto& test : kCases)
    EXPECT_EQ(Names(Read(Page(test.head, test.above))), test.names) << test.head << test.above;
}

TEST(HtmlReaderTest, BodyWithoutFurniture) {
  const struct {
    std::string above;
    std::string below;
  } kCases[] = {
      {"", ""},
      {"<nav><p>All the news of today, from every part of the county and of the country, at once.</p></nav>", ""},
      {"",
       "<aside><p>Another article of this outlet that has nothing to do with the one above, at length.</p></aside>"},
      {"",
       "<div class=\"related-articles\"><p>Another article of this outlet that has nothing to do with it.</p></div>"},
      {"",
       "<div class=newsletter><p>Sign up and get the news of the day by mail, every morning at seven "
       "o'clock.</p></div>"},
      {"",
       "<div style=\"display: none\"><p>Nobody sees this paragraph, which is here for machines and no one "
       "else.</p></div>"},
      {"", "<p><a href=x>A link to another article with a long headline that says all of it</a></p>"},
      {"<figure><figcaption>The bridge at noon on Monday</figcaption></figure>", "<h2>Nothing follows</h2>"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Read(Page("", test.above, test.below)).article.body, TextBody()) << test.above << test.below;
  }
}

TEST(HtmlReaderTest, CaptionsApart) {
  const Extraction out =
      Read(Page("", "<figure><img src=x><figcaption>The bridge at noon</figcaption></figure>", ""));
  EXPECT_EQ(out.article.body, TextBody());
  const Extraction inside =
      Read(absl::StrCat("<h1>Arden bridge opens</h1><div><p>", kFirst, "</p><p>", kSecond,
                        "</p><figure><figcaption>The bridge at noon</figcaption></figure><p>", kThird, "</p></div>"));
  EXPECT_EQ(inside.article.body, TextBody());
  EXPECT_EQ(inside.article.caption, "The bridge at noon");
}

TEST(HtmlReaderTest, StandfirstSubheadsListsAndQuotesBelong) {
  const Extraction out = Read(absl::StrCat(
      "<meta name=description content='Three years late, the town has its bridge back.'><main><h1>Arden bridge "
      "opens</h1>",
      "<div><p class=standfirst>Three years late, the town has its bridge back.</p></div><div class=text><p>", kFirst,
      "</p><h2>What it cost</h2><p>", kSecond, "</p><ul><li>One lane for buses and taxis.</li></ul><blockquote>",
      "<p>We are glad that it is over, after all these years.</p></blockquote><p>", kThird, "</p></div></main>"));
  EXPECT_EQ(out.article.deck, "Three years late, the town has its bridge back.");
  EXPECT_EQ(
      out.article.body,
      absl::StrCat("Three years late, the town has its bridge back.\n", kFirst, "\nWhat it cost\n", kSecond,
                   "\nOne lane for buses and taxis.\nWe are glad that it is over, after all these years.\n", kThird));
}

TEST(HtmlReaderTest, AnArticleCutInTwo) {
  const Extraction out = Read(absl::StrCat(
      "<h1>Arden bridge opens</h1><div><div class=part><p>", kFirst, "</p><p>", kSecond,
      "</p></div><div class=ad-slot>Advertisement</div><div class=part><p>", kThird, "</p></div></div>"));
  EXPECT_EQ(out.article.body, TextBody());
}

TEST(HtmlReaderTest, BodyOfTheDataWhereThePageShowsLess) {
  std::string body;
  for (int i = 0; i < 10; ++i) absl::StrAppend(&body, kFirst, "\\n");
  const Extraction out = Read(absl::StrCat(Ld(absl::StrCat(R"("articleBody": ")", body, "\"")),
                                           "<h1>Arden bridge opens</h1><p>", kFirst, "</p>"));
  EXPECT_TRUE(absl::StartsWith(out.article.body, absl::StrCat(kFirst, "\n", kFirst))) << out.article.body;
}

TEST(HtmlReaderTest, OutletSectionLanguageAddress) {
  const Extraction out = Read(
      "<html lang=en-GB><meta property=og:site_name content='The Arden Post'>"
      "<meta property=article:section content=Roads>"
      "<link rel=canonical href=https://ardenpost.example/bridge><p>x");
  EXPECT_EQ(out.article.outlet, "The Arden Post");
  EXPECT_EQ(out.article.outlet_source, article::Source::kMarkup);
  EXPECT_EQ(out.article.section, "Roads");
  EXPECT_EQ(out.article.lang, "en");
  EXPECT_EQ(out.article.url, "https://ardenpost.example/bridge");
  EXPECT_EQ(Read("<p>x", "https://arden.example/y").article.url, "https://arden.example/y");
}

TEST(HtmlReaderTest, EvidenceStandsWhereItSays) {
  const std::string html =
      Page("<meta property=og:title content='Arden bridge opens'>", "<p class=byline>By Ines Calloway</p>");
  bool byline = false;
  for (const Evidence& evidence : Read(html).evidence) {
    ASSERT_LE(evidence.begin, evidence.end);
    ASSERT_LE(evidence.end, html.size());
    if (evidence.field != "byline" || !evidence.used) continue;
    byline = true;
    EXPECT_EQ(html.substr(evidence.begin, evidence.end - evidence.begin), "By Ines Calloway");
  }
  EXPECT_TRUE(byline);
}

TEST(HtmlReaderTest, TruncatedAndRandomBytes) {
  const std::string page = Page(Ld(R"("author": {"name": "Ines Calloway"}, "datePublished": "2024-04-22")"),
                                "<time datetime=2024-04-22>x</time>");
  for (size_t length = 0; length <= page.size(); length += 3) {
    EXPECT_TRUE(base::IsValidUtf8(Read(page.substr(0, length)).article.body));
  }
  test::Random random(20240422);
  for (int i = 0; i < 200; ++i) {
    std::string damaged = page;
    for (int k = 0; k < 20; ++k) damaged[random.Below(damaged.size())] = static_cast<char>(random.Bits());
    const Extraction out = Read(damaged);
    EXPECT_TRUE(base::IsValidUtf8(out.article.body));
    EXPECT_TRUE(base::IsValidUtf8(out.article.headline));
  }
}

}  // namespace
}  // namespace dateline::extract
