// Items of feeds, as the ingest room wraps them, one a case.
#include "indexer/extract/feed_item.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::extract {
namespace {

std::string Describe(const article::Article& a) {
  std::vector<std::string> parts;
  const auto add = [&](absl::string_view name, absl::string_view value) {
    if (!value.empty()) parts.push_back(absl::StrCat(name, ": ", value));
  };
  const auto names = [](const std::vector<article::Credit>& credits) {
    return absl::StrJoin(credits, ", ", [](std::string* out, const article::Credit& c) { out->append(c.name); });
  };
  add("headline", a.headline);
  add("id", a.id);
  add("url", a.url);
  add("deck", a.deck);
  add("body", a.body);
  add("by", names(a.bylines));
  add("agency", names(a.agencies));
  add("outlet", a.outlet);
  add("section", a.section);
  add("lang", a.lang);
  add("date", article::PrintedDateText(a.publication));
  add("time", absl::StrCat(article::PrintedTimeText(a.publication), article::ZoneText(a.publication)));
  for (const std::string& note : a.notes) add("note", note);
  return absl::StrJoin(parts, "; ");
}

std::string ReadItem(absl::string_view element) {
  const std::string xml =
      absl::StrCat("<feed-item title=\"Velmara Herald\" link=\"https://velmara.example\" lang=\"en\" ",
                   "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" ",
                   "xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">", element, "</feed-item>");
  Extraction out;
  const absl::Status status = ReadFeedItem(xml, Lexicon::Shipped(), out);
  return status.ok() ? Describe(out.article) : "no XML";
}

struct Case {
  std::string element;
  std::string result;
};

TEST(FeedItemTest, Rss) {
  const std::string same = "; outlet: Velmara Herald; lang: en";
  const std::vector<Case> cases = {
      {"<item><title>T</title></item>", "headline: T" + same},
      {"<item><title><![CDATA[A & B]]></title></item>", "headline: A & B" + same},
      {"<item><title>A &amp; B</title></item>", "headline: A & B" + same},
      {"<item><title>A &lt;b&gt;bold&lt;/b&gt; word</title></item>", "headline: A bold word" + same},
      {"<item><title>T</title><link> http://a.example/1 </link></item>", "headline: T; url: http://a.example/1" + same},
      {"<item><title>T</title><guid>http://a.example/1</guid></item>",
       "headline: T; id: http://a.example/1; url: http://a.example/1" + same},
      {"<item><title>T</title><guid isPermaLink=\"false\">17</guid></item>", "headline: T; id: 17" + same},
      {"<item><title>T</title><description>One.</description></item>", "headline: T; body: One." + same},
      {"<item><title>T</title><description>D.</description><content:encoded><![CDATA[<p>One.</p><p>Two.</p>]]>"
       "</content:encoded></item>",
       "headline: T; deck: D.; body: One.\nTwo." + same},
      {"<item><title>T</title><pubDate>Thu, 25 Apr 2019 16:31:07 +0900</pubDate></item>",
       "headline: T" + same + "; date: 2019-04-25; time: 16:31:07+09:00"},
      {"<item><title>T</title><dc:date>2019-04-25</dc:date></item>", "headline: T" + same + "; date: 2019-04-25"},
      {"<item><title>T</title><pubDate>soon</pubDate></item>",
       "headline: T" + same + "; note: the date \"soon\" of the item was not understood"},
      {"<item><title>T</title><category>World</category><category>Sea</category></item>",
       "headline: T; outlet: Velmara Herald; section: World; lang: en"},
      {"<item><title>T</title><source url=\"x\">NYT</source></item>", "headline: T; outlet: The New York Times; lang: en"},
  };
  for (const Case& c : cases) EXPECT_EQ(ReadItem(c.element), c.result) << c.element;
}

TEST(FeedItemTest, Writers) {
  const std::vector<Case> cases = {
      {"<dc:creator>Ines Calloway</dc:creator>", "by: Ines Calloway"},
      {"<dc:creator>By Ines Calloway and Tom Reed</dc:creator>", "by: Ines Calloway, Tom Reed"},
      {"<dc:creator>Ines Calloway</dc:creator><dc:creator>Tom Reed</dc:creator>", "by: Ines Calloway, Tom Reed"},
      {"<author>i.calloway@velmara.example (Ines Calloway)</author>", "by: Ines Calloway"},
      {"<author>i.calloway@velmara.example</author>", ""},
      {"<author><name>Ines Calloway</name><email>i@velmara.example</email></author>", "by: Ines Calloway"},
      {"<dc:creator>Ines Calloway</dc:creator><author>Other Name</author>", "by: Ines Calloway"},
      {"<dc:creator>Reuters</dc:creator>", "agency: Reuters"},
      {"<dc:creator>Ines Calloway, Associated Press</dc:creator>", "by: Ines Calloway; agency: AP"},
      {"<dc:creator></dc:creator>", ""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(ReadItem(absl::StrCat("<item><title>T</title>", c.element, "</item>")),
              absl::StrCat("headline: T; ", c.result, c.result.empty() ? "" : "; ", "outlet: Velmara Herald; lang: en"))
        << c.element;
  }
}

TEST(FeedItemTest, Atom) {
  EXPECT_EQ(ReadItem("<entry><title type=\"html\">A &amp;amp; B</title><id>tag:a.example,2019:1</id>"
                     "<link rel=\"self\" href=\"http://a.example/self\"/><link rel=\"alternate\" href=\"http://a.example/1\"/>"
                     "<author><name>Ines Calloway</name></author><published>2019-04-25T16:31:07Z</published>"
                     "<updated>2019-04-26T00:00:00Z</updated><category term=\"Sea\"/><summary>D.</summary>"
                     "<content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\"><p>One.</p><p>Two.</p></div></content>"
                     "</entry>"),
            "headline: A & B; id: tag:a.example,2019:1; url: http://a.example/1; deck: D.; body: One.\nTwo.; "
            "by: Ines Calloway; outlet: Velmara Herald; section: Sea; lang: en; date: 2019-04-25; time: 16:31:07+00:00");
  // A later date is none of publication.
  EXPECT_EQ(ReadItem("<entry><title>T</title><updated>2019-04-26T00:00:00Z</updated></entry>"),
            "headline: T; outlet: Velmara Herald; lang: en");
}

TEST(FeedItemTest, WhatIsNoItem) {
  for (const std::string xml : {"", "text", "<feed-item>", "<feed-item/>", "<item><title>T</title></item>", "<feed-item><item>"}) {
    Extraction out;
    EXPECT_TRUE(absl::IsInvalidArgument(ReadFeedItem(xml, Lexicon::Shipped(), out))) << xml;
  }
}

TEST(FeedItemTest, EachFactIsProved) {
  Extraction out;
  ASSERT_TRUE(ReadFeedItem("<feed-item title=\"Velmara Herald\"><item><title>T</title><dc:creator>Ines Calloway</dc:creator>"
                           "<pubDate>2019-04-25</pubDate></item></feed-item>",
                           Lexicon::Shipped(), out).ok());
  std::vector<std::string> fields;
  for (const Evidence& evidence : out.evidence) {
    fields.push_back(absl::StrCat(evidence.field, "=", evidence.value));
    EXPECT_EQ(evidence.source, article::Source::kFeed);
    EXPECT_FALSE(evidence.rule.empty());
  }
  EXPECT_EQ(absl::StrJoin(fields, "; "), "headline=T; byline=Ines Calloway; published=2019-04-25; outlet=Velmara Herald");
}

// Damaged items give an article or a reason.
TEST(FeedItemTest, AnyBytes) {
  const uint64_t seed = test::TestSeed(239);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const std::string whole =
      "<feed-item title=\"H\"><item><title>A &amp; B</title><link>http://a.example/1</link><dc:creator>Ines Calloway</dc:creator>"
      "<pubDate>Thu, 25 Apr 2019 16:31:07 +0900</pubDate><description><![CDATA[<p>One.</p>]]></description></item></feed-item>";
  for (int round = 0; round < test::Scaled(5000); ++round) {
    std::string xml = whole;
    for (uint64_t n = 1 + random.Below(3); n > 0; --n) {
      const size_t at = random.Below(xml.size());
      if (random.OneIn(2)) {
        xml.erase(at, 1 + random.Below(10));
      } else {
        xml.insert(at, random.OneIn(2) ? random.Text(2) : std::string("<b>"));
      }
    }
    Extraction out;
    const absl::Status status = ReadFeedItem(xml, Lexicon::Shipped(), out);
    EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status)) << xml;
  }
}

}  // namespace
}  // namespace dateline::extract
