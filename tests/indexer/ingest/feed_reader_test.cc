#include "indexer/ingest/feed_reader.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/ingest_all.h"

namespace dateline::ingest {
namespace {

using test::Ingested;
using test::IngestAll;

constexpr absl::string_view kRss =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"\n"
    "     xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:media='http://search.yahoo.com/mrss/'>\n"
    "<channel><title>The \"Tide\" &amp; Gazette</title><link>https://tide.example/?a=1&amp;b=2</link>"
    "<atom:link rel=\"self\" href=\"https://tide.example/rss\"/><language>en-GB</language>\n"
    "<item><title>One &lt; two</title><link>https://tide.example/1?x=1&amp;y=2</link>"
    "<dc:creator>Ann Lee</dc:creator>"
    "<content:encoded><![CDATA[<p>A & B</p> <i>c</i>]]></content:encoded>"
    "<media:content url='https://img.example/\"1\".jpg'/></item>\n"
    "<!-- between --><item><title>Zwei&nbsp;&#8211;</title></item>\n"
    "</channel></rss>";

constexpr absl::string_view kRssWrapper =
    "<feed-item title=\"The &quot;Tide&quot; &amp; Gazette\" link=\"https://tide.example/?a=1&amp;b=2\" lang=\"en-GB\""
    " xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
    " xmlns:media=\"http://search.yahoo.com/mrss/\">";

TEST(FeedReaderTest, RssItemsParseAloneAndReadAsWritten) {
  const Ingested all = IngestAll("a.rss", kRss);
  EXPECT_TRUE(all.rejects.empty());
  ASSERT_EQ(all.records.size(), 2U);
  const Record& first = all.records[0];
  EXPECT_EQ(first.format, Format::kFeedItem);
  EXPECT_EQ(first.url, "https://tide.example/1?x=1&y=2");
  EXPECT_EQ(first.content_type, "application/xml; charset=UTF-8");
  EXPECT_EQ(first.file, "a.rss");
  EXPECT_EQ(first.line, 0U);
  EXPECT_EQ(first.offset, kRss.find("<item>"));
  EXPECT_EQ(all.records[1].offset, kRss.rfind("<item>"));
  EXPECT_EQ(first.bytes,
            absl::StrCat(kRssWrapper,
                         "<item><title>One &lt; two</title><link>https://tide.example/1?x=1&amp;y=2</link>"
                         "<dc:creator>Ann Lee</dc:creator>"
                         "<content:encoded><![CDATA[<p>A & B</p> <i>c</i>]]></content:encoded>"
                         "<media:content url=\"https://img.example/&quot;1&quot;.jpg\"/></item></feed-item>"));
  EXPECT_EQ(all.records[1].bytes,
            absl::StrCat(kRssWrapper, "<item><title>Zwei&nbsp;&#8211;</title></item></feed-item>"));
  EXPECT_EQ(all.records[1].url, "");
}

TEST(FeedReaderTest, AtomWithXhtml) {
  const absl::string_view feed =
      "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"fr\"><title type=\"html\"><![CDATA[L'<b>Écho</b>]]></title>"
      "<link rel=\"self\" href=\"https://echo.example/atom\"/><link href=\"https://echo.example/\"/>"
      "<entry><title>Un</title><link rel=\"replies\" href=\"https://echo.example/1/c\"/>"
      "<link rel=\"alternate\" href=\"https://echo.example/1?a&amp;b\"/>"
      "<content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Un <b>mot</b> <i>ici</i>.</p></div></content>"
      "</entry></feed>";
  const Ingested all = IngestAll("a.atom", feed);
  ASSERT_EQ(all.records.size(), 1U);
  EXPECT_EQ(all.records[0].url, "https://echo.example/1?a&b");
  EXPECT_EQ(all.records[0].content_type, "");  // nothing is declared
  EXPECT_TRUE(absl::StartsWith(
      all.records[0].bytes, "<feed-item title=\"L'&lt;b&gt;Écho&lt;/b&gt;\" link=\"https://echo.example/\" lang=\"fr\" "
                            "xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>Un</title>"))
      << all.records[0].bytes;
  EXPECT_TRUE(absl::StrContains(all.records[0].bytes, "<p>Un <b>mot</b> <i>ici</i>.</p></div></content></entry>"));
}

TEST(FeedReaderTest, WhatAFeedIs) {
  struct Case {
    absl::string_view xml;
    size_t records;
    absl::string_view reason;  // of the only reject; "" for none
  };
  const std::vector<Case> cases = {
      {"<rss><channel><item/></channel></rss>", 1, ""},
      {"<rss><channel/></rss>", 0, ""},
      {"<rss/>", 0, ""},
      {"<feed><entry/><entry/></feed>", 2, ""},
      {"<atom:feed xmlns:atom='a'><atom:entry/></atom:feed>", 1, ""},
      {"<rdf:RDF xmlns:rdf='r'><channel/><item/><item/></rdf:RDF>", 2, ""},
      {"<rss><item/></rss>", 1, ""},
      {"<html><body/></html>", 0, "no feed: its root is <html>"},
      {"<urlset><url/></urlset>", 0, "no feed: its root is <urlset>"},
      {"", 0, "not well-formed XML"},
      {"Just text", 0, "not well-formed XML"},
      {"{}", 0, "not well-formed XML"},
      {"<rss><channel><item>1</item><item>2</item><item>3", 2, "not well-formed XML"},
      {"<rss><channel><item>1</item><item>2</item><item>3</itme></channel></rss>", 2, "not well-formed XML"},
      {"<!DOCTYPE rss [<!ENTITY a \"&b;&b;\"><!ENTITY b \"&c;&c;\">]><rss><channel><item>&a;</item></channel></rss>", 1,
       ""},
  };
  for (const Case& c : cases) {
    const Ingested all = IngestAll("a.xml", c.xml);
    EXPECT_EQ(all.records.size(), c.records) << c.xml;
    ASSERT_EQ(all.rejects.size(), c.reason.empty() ? 0U : 1U) << c.xml;
    if (!c.reason.empty()) {
      EXPECT_TRUE(absl::StrContains(all.rejects[0].reason, c.reason)) << all.rejects[0].reason;
      EXPECT_EQ(all.rejects[0].file, "a.xml");
    }
  }
}

TEST(FeedReaderTest, CharsetsArePassedOn) {
  const Ingested cyrillic = IngestAll(
      "a.xml", "<?xml version='1.0' encoding = 'windows-1251' ?><rss><channel><item>\xCF&#233;</item></channel></rss>");
  ASSERT_EQ(cyrillic.records.size(), 1U);
  EXPECT_EQ(cyrillic.records[0].content_type, "application/xml; charset=windows-1251");
  EXPECT_EQ(cyrillic.records[0].bytes, "<feed-item><item>\xCF&#233;</item></feed-item>");

  const std::string ascii = "<rss><channel><item>\xE9</item><item/></channel></rss>";  // as Latin-1, each byte a unit
  std::string wide = "\xFF\xFE";
  for (const char c : ascii) wide.append({c, '\0'});
  const Ingested utf16 = IngestAll("a.xml", wide);
  ASSERT_EQ(utf16.records.size(), 2U);
  EXPECT_EQ(utf16.records[0].offset, 3U + 14U);
  EXPECT_EQ(utf16.records[1].offset, 3U + 14U + 15U);  // a byte order mark has three bytes, "é" two
  EXPECT_EQ(utf16.records[0].content_type, "application/xml; charset=utf-8");
  EXPECT_EQ(utf16.records[0].bytes, "<feed-item><item>é</item></feed-item>");

  const Ingested marked = IngestAll("a.xml", absl::StrCat("\xEF\xBB\xBF", "<rss><channel><item/></channel></rss>"));
  ASSERT_EQ(marked.records.size(), 1U);
  EXPECT_EQ(marked.records[0].content_type, "application/xml; charset=utf-8");
  EXPECT_EQ(marked.records[0].offset, 3U + 14U);
}

TEST(FeedReaderTest, WhatIsTooLargeIsNamed) {
  const std::string large(200, 'x');
  const Ingested feed = IngestAll("a.xml", absl::StrCat("<rss>", large, "</rss>"), 150);
  ASSERT_EQ(feed.rejects.size(), 1U);
  EXPECT_TRUE(absl::StrContains(feed.rejects[0].reason, "the feed is larger than 150 bytes"));
  // Marks that would take much more memory than their bytes.
  std::string marks = "<rss><channel>";
  for (int i = 0; i < 2'000'001; ++i) marks += "<a/>";
  const Ingested many = IngestAll("a.xml", absl::StrCat(marks, "</channel></rss>"));
  ASSERT_EQ(many.rejects.size(), 1U);
  EXPECT_TRUE(absl::StrContains(many.rejects[0].reason, "more than 2000000 tags")) << many.rejects[0].reason;
  // A title that every item would repeat.
  const Ingested title = IngestAll(
      "a.xml", absl::StrCat("<rss><channel><title>", std::string(20'000, 't'), "</title><item/></channel></rss>"));
  ASSERT_EQ(title.records.size(), 1U);
  EXPECT_EQ(title.records[0].bytes, "<feed-item><item/></feed-item>");
}

TEST(FeedReaderTest, DeepNestingIsSurvived) {
  std::string deep = "<rss><channel><item>";
  for (int i = 0; i < 300'000; ++i) deep += "<a>";
  EXPECT_EQ(IngestAll("a.xml", deep).rejects.size(), 1U);
  for (int i = 0; i < 300'000; ++i) deep += "</a>";
  EXPECT_EQ(IngestAll("a.xml", absl::StrCat(deep, "</item></channel></rss>")).records.size(), 1U);
}

TEST(FeedReaderTest, EveryTruncationIsToldAndKeepsWholeItems) {
  for (size_t size = 0; size < kRss.size(); ++size) {
    const Ingested all = IngestAll("a.rss", kRss.substr(0, size));
    EXPECT_EQ(all.rejects.size(), 1U) << size;
    EXPECT_LE(all.records.size(), size < kRss.rfind("<item>") ? 0U : 1U) << size;
  }
}

}  // namespace
}  // namespace dateline::ingest
