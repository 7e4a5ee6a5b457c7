#include "indexer/ingest/warc_reader.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/ingest_all.h"
#include "tests/support/random.h"

namespace dateline::ingest {
namespace {

using test::Gzip;
using test::Ingested;
using test::IngestAll;

std::string Http(absl::string_view type, absl::string_view body, absl::string_view fields = "",
                 absl::string_view status = "200 OK") {
  return absl::StrCat("HTTP/1.1 ", status, "\r\nContent-Type: ", type, "\r\n", fields, "\r\n", body);
}

// A record whose length is told as `length`, or as it is.
std::string Warc(absl::string_view type, absl::string_view block, absl::string_view fields = "",
                 absl::string_view length = "") {
  return absl::StrCat("WARC/1.0\r\nWARC-Type: ", type, "\r\n", fields, "Content-Length: ",
                      length.empty() ? absl::StrCat(block.size()) : std::string(length), "\r\n\r\n", block, "\r\n\r\n");
}

std::string Page(absl::string_view body, absl::string_view length = "") {
  return Warc("response", Http("text/html; charset=utf-8", body), "", length);
}

// Bodies of the records, then the rejects' offsets and a "!".
std::vector<std::string> Describe(const Ingested& all) {
  std::vector<std::string> out;
  for (const Record& record : all.records) out.push_back(record.bytes);
  for (const Reject& reject : all.rejects) out.push_back(absl::StrCat(reject.offset, "!"));
  return out;
}

using Names = std::vector<std::string>;

TEST(WarcReaderTest, PagesBecomeRecords) {
  const std::string info = Warc("warcinfo", "software: x\r\n");
  const std::string page = Warc("response", Http("Text/HTML; charset=utf-8", "<p>One</p>"),
                                "WARC-Target-URI: <https://a.example/1>\r\nWARC-Date: 2024-05-06T07:08:09Z\r\n"
                                "content-type: application/http; msgtype=response\r\n");
  const std::string text = "WARC/1.1\nwarc-type: response\nWARC-Target-URI: https://a.example/2\ncontent-length: 48\n\n"
                           "HTTP/2 200\ncontent-type: text/plain\n\nPlain text.\n\n\n";
  const std::string bytes = absl::StrCat(info, page, text, Warc("request", "GET / HTTP/1.1\r\n\r\n"));
  for (const std::string& input : {bytes, Gzip(bytes), absl::StrCat(Gzip(info), Gzip(page), Gzip(text))}) {
    const Ingested all = IngestAll("a.warc.gz", input);
    EXPECT_TRUE(all.rejects.empty());
    ASSERT_EQ(all.records.size(), 2U);
    EXPECT_EQ(all.records[0].format, Format::kHtml);
    EXPECT_EQ(all.records[0].bytes, "<p>One</p>");
    EXPECT_EQ(all.records[0].content_type, "Text/HTML; charset=utf-8");
    EXPECT_EQ(all.records[0].url, "https://a.example/1");
    EXPECT_EQ(all.records[0].fetched, "2024-05-06T07:08:09Z");
    EXPECT_EQ(all.records[0].offset, info.size());
    EXPECT_EQ(all.records[0].file, "a.warc.gz");
    EXPECT_EQ(all.records[1].format, Format::kText);
    EXPECT_EQ(all.records[1].bytes, "Plain text.");
    EXPECT_EQ(all.records[1].url, "https://a.example/2");
    EXPECT_EQ(all.records[1].fetched, "");
    EXPECT_EQ(all.records[1].offset, info.size() + page.size());
  }
  EXPECT_EQ(IngestAll("a.warc", bytes).passed_over, 2U);
}

TEST(WarcReaderTest, WhatIsPassedOver) {
  const std::vector<std::string> cases = {
      Warc("response", Http("image/png", "x")),
      Warc("response", Http("", "x")),
      Warc("response", Http("text/html", "x", "", "404 Not Found")),
      Warc("response", Http("text/html", "x", "", "301 Moved")),
      Warc("response", "a.example. 60 IN A 127.0.0.1", "Content-Type: text/dns\r\n"),
      Warc("revisit", Http("text/html", "")),
      Warc("resource", "<p>x</p>", "Content-Type: text/html\r\n"),
      Warc("metadata", ""),
      Warc("unheard-of", "x"),
      Warc("metadata", "\n\nWARC/1.0\r\nno record\r\n"),  // a sound length outweighs what looks like a record
  };
  for (const std::string& record : cases) {
    const Ingested all = IngestAll("a.warc", absl::StrCat(record, Page("next"), record));
    EXPECT_EQ(Describe(all), Names({"next"})) << record;
    EXPECT_EQ(all.passed_over, 2U) << record;
  }
}

TEST(WarcReaderTest, BodiesAreDecoded) {
  struct Case {
    std::string fields;
    std::string body;
    std::string expected;  // "!" for a reject
  };
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  const std::string gzip = "content-encoding: GZIP\r\n";
  const std::vector<Case> cases = {
      {chunked, "3\r\nabc\r\n0004;x=y\r\ndefg\r\n0\r\n\r\n", "abcdefg"},
      {chunked, "A\nabcdefghij\n0\nTrailer: x\n\n", "abcdefghij"},
      {chunked, "0\r\n\r\n", ""},
      {chunked, "<p>joined already</p>", "<p>joined already</p>"},
      {chunked, "3\r\nabc\r\n", "!"},
      {chunked, "5\r\nabc", "!"},
      {chunked, "3\r\nabc\r\nzz\r\n", "!"},
      {chunked, "fffffffffffffff\r\nabc\r\n0\r\n\r\n", "!"},
      {gzip, Gzip("plain"), "plain"},
      {gzip, Gzip("pl") + Gzip("ain"), "plain"},
      {gzip, "<p>decoded already</p>", "<p>decoded already</p>"},
      {gzip, Gzip("plain").substr(0, 15), "!"},
      {gzip, Gzip(std::string(100'000, 'x')), "!"},  // larger than the limit below
      {chunked + gzip, absl::StrCat(absl::Hex(Gzip("both").size()), "\r\n", Gzip("both"), "\r\n0\r\n\r\n"), "both"},
      {"Content-Encoding: br\r\n", "x", "!"},
      {"Content-Encoding: identity\r\n", "x", "x"},
      {"Content-Length: 3\r\n", "longer than it says", "longer than it says"},
      {"X-Folded: a\r\n b\r\nno field\r\n", "x", "x"},
  };
  for (const Case& c : cases) {
    const Ingested all =
        IngestAll("a.warc", absl::StrCat(Warc("response", Http("text/html", c.body, c.fields)), Page("next")), 5000);
    ASSERT_EQ(all.records.size(), c.expected == "!" ? 1U : 2U) << c.fields << c.body;
    EXPECT_EQ(all.rejects.size(), c.expected == "!" ? 1U : 0U) << c.fields << c.body;
    if (c.expected != "!") {
      EXPECT_EQ(all.records[0].bytes, c.expected);
    }
    EXPECT_EQ(all.records.back().bytes, "next");
  }
}

TEST(WarcReaderTest, DamagedRecordsAreNamedAndTheNextIsFound) {
  const std::string bad_http = Warc("response", "no http\r\n\r\nx");
  const std::string cut = Warc("response", Http("text/html", "half"), "WARC-Truncated: length\r\n");
  struct Case {
    std::string bytes;
    absl::string_view reason;
  };
  const std::vector<Case> cases = {
      {Page("lie", "5"), "does not lead to its end"},
      {Page("lie", "0"), "does not lead to its end"},
      {Page("lie", "60"), "does not lead to its end"},  // into the next record
      {Page("lie", "100000"), "ends before"},
      {Page("lie", "900000000"), "beyond its end"},  // larger than a record may be
      {Page("lie", "18446744073709551615"), "beyond its end"},
      {Page("lie", "18446744073709551616"), "whose Content-Length is"},
      {Page("lie", "-5"), "whose Content-Length is"},
      {Page("lie", "many"), "whose Content-Length is"},
      {"WARC/1.0\r\nWARC-Type: response\r\n\r\n", "without Content-Length"},
      {"WARC/1.0\r\n\r\n", "without Content-Length"},
      {"WARC/1.0\r\nWARC-Type: response\r\n", "does not end"},
      {absl::StrCat("WARC/1.0\r\nX: ", std::string(100'000, 'x'), "\r\n"), "does not end"},
      {bad_http, "no HTTP response"},
      {Warc("response", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"), "no end of its header"},
      {cut, "cut the page short"},
      {"rubbish\nmore\n", "not a WARC record"},
      {"WARC/2.0\r\nContent-Length: 0\r\n\r\n", "not a WARC record"},
  };
  for (const Case& c : cases) {
    const std::string first = Page("first");
    const Ingested all = IngestAll("a.warc", absl::StrCat(first, c.bytes, Page("next"), Page("last")));
    EXPECT_EQ(Describe(all), Names({"first", "next", "last", absl::StrCat(first.size(), "!")})) << c.bytes.substr(0, 200);
    ASSERT_FALSE(all.rejects.empty());
    EXPECT_TRUE(absl::StrContains(all.rejects[0].reason, c.reason)) << all.rejects[0].reason << " of " << c.reason;
  }
}

TEST(WarcReaderTest, LargePagesAreRejectedAndOtherLargeRecordsPassedOver) {
  const std::string large(300'000, 'x');
  const std::string page = Page(large);
  const Ingested all = IngestAll(
      "a.warc", absl::StrCat(page, Warc("response", Http("video/mp4", large)), Warc("resource", large), Page("next")),
      1000);
  EXPECT_EQ(Describe(all), Names({"next", "0!"}));
  EXPECT_TRUE(absl::StrContains(all.rejects[0].reason, "the page is larger than 1000 bytes")) << all.rejects[0].reason;
  EXPECT_EQ(all.passed_over, 2U);
}

TEST(WarcReaderTest, EveryTruncationKeepsWhatCameBefore) {
  const std::string first = Page("<p>first</p>");
  const std::string whole = absl::StrCat(first, Page("<p>second</p>"));
  for (size_t size = 1; size < whole.size() - 4; ++size) {  // the last four are line breaks
    const Ingested all = IngestAll("a.warc", whole.substr(0, size));
    EXPECT_EQ(all.records.size(), size < first.size() - 4 ? 0U : 1U) << size;
    const bool between = size >= first.size() - 4 && size <= first.size();
    EXPECT_EQ(all.rejects.size(), between ? 0U : 1U) << size;
    const std::string zipped = Gzip(whole);
    if (size < zipped.size()) {
      EXPECT_GE(IngestAll("a.warc", zipped.substr(0, size)).rejects.size(), size < 2 ? 0U : 1U);
    }
  }
}

TEST(WarcReaderTest, HostileFilesDoNotFillTheListOfRejects) {
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes += "WARC/1.0\r\n\r\n";
  const Ingested all = IngestAll("a.warc", bytes);
  EXPECT_EQ(all.rejects.size(), kMaxRejectsInARow + 1);
  EXPECT_TRUE(absl::StrContains(all.rejects.back().reason, "too many"));
}

// Sizes such that headers, blocks and beginnings meet the edges of what is read at once.
TEST(WarcReaderTest, LongFilesComeBackWhole) {
  const uint64_t seed = test::TestSeed(320);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  std::string bytes;
  Names expected;
  while (bytes.size() < 3'000'000) {
    std::string body(random.Below(random.OneIn(20) ? 300'000 : 3000), 'a');
    for (char& c : body) c = static_cast<char>('a' + random.Below(26));
    absl::StrAppend(&bytes, Page(body));
    expected.push_back(body);
    if (random.OneIn(5)) absl::StrAppend(&bytes, Warc("metadata", body));
  }
  EXPECT_TRUE(Describe(IngestAll("a.warc", Gzip(bytes))) == expected);  // which comes in pieces
}

}  // namespace
}  // namespace dateline::ingest
