#include "indexer/extract/extractor.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/utf8.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/temp_dir.h"

namespace dateline::extract {
namespace {

using article::Article;
using article::Credit;
using article::Source;
using ingest::Format;
using ingest::Record;

Record JsonRecord(std::string bytes) {
  Record record;
  record.format = Format::kJson;
  record.bytes = std::move(bytes);
  record.file = "a.jsonl";
  record.line = 7;
  return record;
}

Record TextRecord(std::string bytes, std::string facts = "") {
  Record record;
  record.bytes = std::move(bytes);
  record.facts = std::move(facts);
  record.file = "a.txt";
  return record;
}

SuppliedFacts Facts(const std::vector<std::pair<std::string, std::string>>& pairs) {
  SuppliedFacts facts;
  for (const auto& [name, value] : pairs) {
    const absl::Status status = facts.Set(name, value);
    EXPECT_TRUE(status.ok()) << status;
  }
  return facts;
}

Article Extracted(const Record& record, SuppliedFacts facts = {}) {
  Extractor extractor(std::move(facts));
  absl::StatusOr<Article> article = extractor.Extract(record);
  EXPECT_TRUE(article.ok()) << article.status() << "\n" << record.bytes;
  return article.value_or(Article());
}

std::string NamesOf(const std::vector<Credit>& credits) {
  return absl::StrJoin(credits, "|", [](std::string* out, const Credit& credit) {
    absl::StrAppend(out, credit.name, " (", article::RoleName(credit.role), ", ", article::SourceName(credit.source),
                    ")");
  });
}

// "headline: x (feed)" and so on, what is there and no more.
std::string Describe(const Article& a) {
  std::vector<std::string> parts;
  const auto add = [&](absl::string_view name, const std::string& value, Source source = Source::kNone) {
    if (value.empty()) return;
    parts.push_back(absl::StrCat(name, ": ", value, source == Source::kNone ? "" : " (", article::SourceName(source),
                                 source == Source::kNone ? "" : ")"));
  };
  add("headline", a.headline, a.headline_source);
  add("id", a.id);
  add("url", a.url);
  add("deck", a.deck);
  add("body", a.body);
  add("caption", a.caption);
  add("outlet", a.outlet, a.outlet_source);
  add("by", NamesOf(a.bylines));
  add("agency", NamesOf(a.agencies));
  add("dateline", a.dateline);
  add("section", a.section);
  add("lang", a.lang);
  add("date", article::DateText(a.publication), a.publication.source);
  add("time", article::TimeText(a.publication));
  add("partial", a.publication.partial);
  std::vector<std::string> version = a.version.flags;
  if (a.version.lead > 0) version.push_back(absl::StrCat("lead ", a.version.lead));
  if (a.version.update > 0) version.push_back(absl::StrCat("update ", a.version.update));
  add("version", absl::StrJoin(version, " "));
  for (const std::string& note : a.notes) add("note", note);
  return absl::StrJoin(parts, "; ");
}

struct Case {
  std::string fields;  // after "headline":"H",
  std::string result;  // after "headline: H (feed); "
};

TEST(ExtractorTest, Fields) {
  const std::vector<Case> cases = {
      // The names that a field goes by, and which of two counts.
      {R"("id":"17")", "id: 17"},
      {R"("url":"HTTP://A.example/x#y")", "url: http://a.example/x"},
      {R"("link":"http://a.example/x")", "url: http://a.example/x"},
      {R"("link":"http://b.example/","url":"http://a.example/")", "url: http://a.example/"},
      {R"("body":"B")", "body: B"},
      {R"("text":"B")", "body: B"},
      {R"("articleBody":"B")", "body: B"},
      {R"("content":"B")", "body: B"},
      {R"("content":"C","text":"B")", "body: B"},
      {R"("subtitle":"D")", "deck: D"},
      {R"("subheadline":"D","caption":"C")", "deck: D; caption: C"},
      {R"("source":"Norpress")", "outlet: Norpress (feed)"},
      {R"("publisher":{"name":"Norpress","logo":"x.png"})", "outlet: Norpress (feed)"},
      {R"("category":"World")", "section: World"},
      {R"("language":"en-GB")", "lang: en"},
      {R"("inLanguage":" DE_at ")", "lang: de"},
      // What holds nothing is passed over.
      {R"("body":"","text":null,"articleBody":" \n","content":"B")", "body: B"},
      {R"("outlet":"  ","source":"Norpress")", "outlet: Norpress (feed)"},
      {R"("deck":null,"unknown":{"a":[1,{"b":2}]})", ""},
      // Bylines.
      {R"("byline":"By Ines Calloway and Tom Reed")", "by: Ines Calloway (writer, feed)|Tom Reed (writer, feed)"},
      {R"("author":{"name":"Ines Calloway"})", "by: Ines Calloway (writer, feed)"},
      {R"("authors":["Ines Calloway",{"name":"Tom Reed"}])",
       "by: Ines Calloway (writer, feed)|Tom Reed (writer, feed)"},
      {R"("creator":["Ines Calloway","INES CALLOWAY"])", "by: Ines Calloway (writer, feed)"},
      {R"("by":"Ines Calloway und Tom Reed","lang":"de")",
       "by: Ines Calloway (writer, feed)|Tom Reed (writer, feed); lang: de"},
      {R"("byline":"By ")", ""},
      {R"("agency":"Wire One; Wire Two")", "agency: Wire One (origin, feed)|Wire Two (origin, feed)"},
      {R"("wire":["Wire One"])", "agency: Wire One (origin, feed)"},
      {R"("byline":"Ines Calloway, Associated Press")", "by: Ines Calloway (writer, feed); agency: AP (origin, feed)"},
      {R"("author":["Ines Calloway","Online Desk"])", "by: Ines Calloway (writer, feed)|Online Desk (desk, feed)"},
      {R"("author":"Reuters")", "agency: Reuters (origin, feed)"},
      {R"("author":"2019-04-25")", ""},
      {R"("author":"i.calloway@velmara.example")", ""},
      // Names that count.
      {R"("agency":"Agence France-Presse, dpa/lno")", "agency: AFP (origin, feed)|dpa (origin, feed)"},
      {R"("outlet":"NYT")", "outlet: The New York Times (feed)"},
      {R"("outlet":" THE NEW YORK TIMES ")", "outlet: The New York Times (feed)"},
      {R"("outlet":"https://www.nytimes.com/section")", "outlet: The New York Times (feed)"},
      {R"("outlet":"www.nytimes.com")", "outlet: The New York Times (feed)"},
      {R"("outlet":"BT")", "outlet: BT (feed)"},
      {R"("url":"https://www.nytimes.com/1")", "url: https://www.nytimes.com/1; outlet: The New York Times (feed)"},
      {R"("url":"https://www.nytimes.com/1","outlet":"Norpress")",
       "url: https://www.nytimes.com/1; outlet: Norpress (feed)"},
      {R"("url":"https://velmara.example/1")", "url: https://velmara.example/1"},
      {R"("language":"English")", "note: \"English\" is no language code and was left out"},
      // Datelines lose their day.
      {R"("dateline":"CLEVELAND, Feb 26")", "dateline: CLEVELAND"},
      {R"("dateline":"PORTLAND, Maine")", "dateline: PORTLAND, Maine"},
      {R"("dateline":"PORTLAND, Maine, Feb. 26")", "dateline: PORTLAND, Maine"},
      // Numbers are taken as they are written.
      {R"("id":17)", "id: 17"},
      {R"("id":18446744073709551615)", "id: 18446744073709551615"},
      {R"("id":-3)", "id: -3"},
      // Dates.
      {R"("published":"2019-04-25")", "date: 2019-04-25 (feed)"},
      {R"("datePublished":"2019-04-25T16:31:07+09:00")", "date: 2019-04-25 (feed); time: 07:31:07"},
      {R"("pubDate":"Thu, 25 Apr 2019 16:31:07 GMT")", "date: 2019-04-25 (feed); time: 16:31:07"},
      {R"("published_at":1556209867)", "date: 2019-04-25 (feed); time: 16:31:07"},
      {R"("publish_date":"2019-04")", "partial: 2019-04"},
      {R"("date":"2019-04-25 4 pm")",
       "date: 2019-04-25 (feed); note: only the day of the date \"2019-04-25 4 pm\" was understood"},
      {R"("date":"last week")", "note: the date \"last week\" in \"date\" was not understood"},
      {R"("date":99999999999999)", "note: the date \"99999999999999\" in \"date\" was not understood"},
      {R"("date":true)", "note: the date \"\" in \"date\" was not understood"},
      // Wrong types are noted, not guessed at, and cost nothing else.
      {R"("outlet":true,"section":"World")",
       "section: World; note: the field \"outlet\" holds no text and was left out"},
      {R"("body":{"html":"x"})", "note: the field \"body\" holds no text and was left out"},
      {R"("author":[["Ines"]])", "note: the field \"author\" holds no text and was left out"},
      {R"("author":[])", "note: the field \"author\" holds no text and was left out"},
      {R"("author":{"name":7})", "note: the field \"author\" holds no text and was left out"},
      {R"("deck":1.5)", "note: the field \"deck\" holds no text and was left out"},
      // Escapes and line breaks.
      {R"("body":"One.\r\n\r\nTwo.\u0007\u2028Three \ud83d\ude00")", "body: One.\nTwo.\nThree 😀"},
      {R"("deck":"a\u0000b")", "deck: a b"},
  };
  for (const Case& c : cases) {
    const Article a = Extracted(JsonRecord(absl::StrCat(R"({"headline":"H",)", c.fields, "}")));
    EXPECT_EQ(Describe(a), absl::StrCat("headline: H (feed)", c.result.empty() ? "" : "; ", c.result)) << c.fields;
  }
}

TEST(ExtractorTest, HeadlineNames) {
  EXPECT_EQ(Describe(Extracted(JsonRecord(R"({"title":"T"})"))), "headline: T (feed)");
  EXPECT_EQ(Describe(Extracted(JsonRecord(R"({"name":"T"})"))), "headline: T (feed)");
  EXPECT_EQ(Describe(Extracted(JsonRecord(R"({"name":"N","title":"T","headline":"H"})"))), "headline: H (feed)");
  EXPECT_EQ(Describe(Extracted(JsonRecord(R"({"body":"Only this."})"))),
            "headline: Only this. (lead); body: Only this.");
}

TEST(ExtractorTest, PathsNameTheLineOfAFeed) {
  EXPECT_EQ(Extracted(JsonRecord(R"({"body":"B"})")).path, "a.jsonl#7");
  EXPECT_EQ(Extracted(JsonRecord(R"({"body":"B"})")).key, article::KeyForPath("a.jsonl#7"));
  EXPECT_EQ(Extracted(TextRecord("A body.")).path, "a.txt");
}

TEST(ExtractorTest, RecordsThatGiveNoArticle) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "not valid JSON"},
      {"   ", "not valid JSON"},
      {"{", "not valid JSON"},
      {R"({"body":"B")", "not valid JSON"},
      {R"({"body":"B"} x)", "not valid JSON"},
      {R"({'body':'B'})", "not valid JSON"},
      {R"({"body":"\ud800"})", "not valid JSON"},      // half a pair of surrogates
      {"[1]", "not a JSON object"},
      {"\"text\"", "not a JSON object"},
      {"null", "not a JSON object"},
      {"{}", "empty"},
      {R"({"outlet":"Norpress","published":"2019-04-25"})", "empty"},
      {R"({"body":"\u200b \u00a0"})", "empty"},
      {std::string(100'000, '['), "not valid JSON"},   // nested without end
      {R"({"body":"B","x":)" + std::string(5000, '[') + std::string(5000, ']') + "}", "not valid JSON"},
  };
  Extractor extractor({});
  for (const auto& [bytes, reason] : cases) {
    const absl::Status status = extractor.Extract(JsonRecord(bytes)).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << bytes.substr(0, 50) << ": " << status;
    EXPECT_TRUE(absl::StrContains(status.message(), reason)) << bytes.substr(0, 50) << ": " << status;
    EXPECT_TRUE(extractor.Extract(JsonRecord(R"({"body":"B"})")).ok());  // the next record does not suffer
  }
  EXPECT_TRUE(absl::IsInvalidArgument(extractor.Extract(TextRecord(" \n\n")).status()));
}

TEST(ExtractorTest, BrokenUtf8IsRepairedAndNoted) {
  EXPECT_EQ(Describe(Extracted(JsonRecord("{\"body\":\"caf\xE9 \xFF\"}"))),
            "headline: caf\uFFFD \uFFFD (lead); body: caf\uFFFD \uFFFD; "
            "note: 2 bytes were not valid UTF-8 and became U+FFFD");
  // Texts come in any charset: which was guessed is noted.
  const Article text = Extracted(TextRecord("caf\xE9."));
  EXPECT_EQ(text.body, "café.");
  ASSERT_EQ(text.notes.size(), 1u);
  EXPECT_TRUE(absl::StartsWith(text.notes.front(), "read as ")) << text.notes.front();
}

TEST(ExtractorTest, PlainTexts) {
  EXPECT_EQ(Describe(Extracted(TextRecord("Talks move closer\n\nThe talks moved closer.\nNobody spoke.\n"))),
            "headline: Talks move closer (text); body: The talks moved closer.\nNobody spoke.; lang: en");
  EXPECT_EQ(Describe(Extracted(TextRecord("The talks moved closer."))),
            "headline: The talks moved closer. (lead); body: The talks moved closer.");
}

TEST(ExtractorTest, FactsBesideAText) {
  const std::string text = "Talks move closer\n\nThe talks ended.\n";
  const std::string facts = R"({"outlet":"Norpress","author":"Ines Calloway","published":"2019-04-25"})";
  EXPECT_EQ(Describe(Extracted(TextRecord(text, facts))),
            "headline: Talks move closer (text); body: The talks ended.; outlet: Norpress (feed); "
            "by: Ines Calloway (writer, feed); date: 2019-04-25 (feed)");
  // A supplied headline beats the line that was taken for one, which goes back to the text.
  EXPECT_EQ(Describe(Extracted(TextRecord(text, R"({"headline":"Talks near end"})"))),
            "headline: Talks near end (feed); body: Talks move closer\nThe talks ended.; lang: en");
  EXPECT_EQ(Describe(Extracted(TextRecord(text, R"({"headline":"Talks move closer"})"))),
            "headline: Talks move closer (feed); body: The talks ended.");
  // But not to another text.
  EXPECT_EQ(Describe(Extracted(TextRecord(text, R"({"headline":"Talks near end","body":"They ended."})"))),
            "headline: Talks near end (feed); body: They ended.");
  // Broken facts cost the facts, not the article.
  const std::string plain = "headline: Talks move closer (text); body: The talks ended.; "
                            "note: the facts beside the text were left out: ";
  for (const absl::string_view broken : {"{", "[]", "not json"}) {
    EXPECT_TRUE(absl::StartsWith(Describe(Extracted(TextRecord(text, std::string(broken)))), plain)) << broken;
  }
}

TEST(ExtractorTest, TheCommandLineBeatsTheRecordBeatsTheText) {
  const std::string fields =
      R"({"headline":"H","outlet":"Feed","agency":"Wire","byline":"Ann Lee",)"
      R"("section":"World","lang":"fr","published":"2019-04-25T16:31:07Z"})";
  const SuppliedFacts facts = Facts({{"outlet", "Archive"},
                                     {"agency", "Wire One; Wire Two"},
                                     {"byline", "Ines Calloway and Tom Reed"},
                                     {"section", "Sport"},
                                     {"lang", "EN-us"},
                                     {"published", "1987-02-03"}});
  const std::string expected =
      "outlet: Archive (command line); by: Ines Calloway (writer, command line)|Tom Reed (writer, command line); "
      "agency: Wire One (origin, command line)|Wire Two (origin, command line); section: Sport; lang: en; "
      "date: 1987-02-03 (command line)";
  EXPECT_EQ(Describe(Extracted(JsonRecord(fields), facts)), absl::StrCat("headline: H (feed); ", expected));
  EXPECT_EQ(Describe(Extracted(TextRecord("Talks move closer\nA body.", fields), facts)),
            absl::StrCat("headline: H (feed); body: Talks move closer\nA body.; ", expected));
  // The later of two counts.
  EXPECT_EQ(Extracted(JsonRecord(fields), Facts({{"outlet", "One"}, {"outlet", "Two"}})).outlet, "Two");
}

TEST(ExtractorTest, WhatCannotBeSupplied) {
  SuppliedFacts facts;
  for (const absl::string_view name : {"", "headline", "Outlet", "id"}) {
    const absl::Status status = facts.Set(name, "x");
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), "outlet, agency, byline, section, lang, published")) << status;
  }
  EXPECT_TRUE(absl::IsInvalidArgument(facts.Set("outlet", " ")));
  for (const absl::string_view date : {"yesterday", "2019", "2019-04", "2019-04-25 noon", "2019-02-30"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(facts.Set("published", date))) << date;
  }
  EXPECT_TRUE(facts.Set("published", "2019-04-25T16:31:00Z").ok());
}

// Sentences in the words of a language, enough to know it by.
const char* const kEnglish =
    "The governments of the two islands agreed on Thursday to run the night ferry together, and to share one harbor "
    "office, after nine years in which each side had sent its own half-empty ship across the strait.";
const char* const kGerman =
    "Die Regierungen der beiden Inseln haben sich am Donnerstag darauf geeinigt, die Nachtfähre gemeinsam zu betreiben, "
    "nachdem jede Seite neun Jahre lang ihr eigenes Schiff über die Meerenge geschickt hatte.";

TEST(ExtractorTest, TheLanguageIsThatOfTheText) {
  const auto lang = [](const std::string& fields, const char* body) {
    return Extracted(JsonRecord(absl::StrCat("{", fields, R"("body":")", body, "\"}"))).lang;
  };
  EXPECT_EQ(lang("", kEnglish), "en");
  EXPECT_EQ(lang("", kGerman), "de");
  EXPECT_EQ(lang(R"("lang":"fr",)", kGerman), "fr");  // what is supplied stands
  EXPECT_EQ(lang(R"("lang":"German",)", kGerman), "de");
}

TEST(ExtractorTest, WireMarksOfAnyRecord) {
  const Article a = Extracted(JsonRecord(
      absl::StrCat(R"({"headline":"(2nd LD) (ROUNDUP) Islands share a ferry","body":"VELMARA, April 25 (Norpress) -- )",
                   kEnglish, "\"}")));
  EXPECT_EQ(a.headline, "Islands share a ferry");
  EXPECT_EQ(a.version.lead, 2u);
  EXPECT_EQ(a.version.flags, std::vector<std::string>{"ROUNDUP"});
  EXPECT_EQ(a.dateline, "VELMARA");
  EXPECT_EQ(NamesOf(a.agencies), "Norpress (origin, text)");
  // A supplied agency and dateline stand.
  const Article b = Extracted(JsonRecord(absl::StrCat(
      R"({"headline":"UPDATE 3-Islands share a ferry","agency":"AP","dateline":"Lima","body":"VELMARA (AFP) - )", kEnglish,
      "\"}")));
  EXPECT_EQ(b.headline, "Islands share a ferry");
  EXPECT_EQ(b.version.update, 3u);
  EXPECT_EQ(b.dateline, "Lima");
  EXPECT_EQ(NamesOf(b.agencies), "AP (origin, feed)");
}

// "field=value (rule)", with "lost" where another value won.
std::string EvidenceOf(const Extraction& e, absl::string_view field) {
  std::vector<std::string> parts;
  for (const Evidence& evidence : e.evidence) {
    if (evidence.field != field) continue;
    parts.push_back(absl::StrCat(evidence.value, " (", article::SourceName(evidence.source), evidence.used ? ")" : ", lost)"));
  }
  return absl::StrJoin(parts, "; ");
}

TEST(ExtractorTest, WhatLostStaysInTheEvidence) {
  const std::string text = absl::StrCat("Islands share a night ferry\n\nBy Ines Calloway\n\n25 April 2019\n\n", kEnglish,
                                        "\n\n", kEnglish, " Nobody spoke.\n");
  Extractor extractor({});
  absl::StatusOr<Extraction> plain = extractor.Explain(TextRecord(text));
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_EQ(EvidenceOf(*plain, "headline"), "Islands share a night ferry (text)");
  EXPECT_EQ(EvidenceOf(*plain, "byline"), "Ines Calloway (text)");
  EXPECT_EQ(EvidenceOf(*plain, "published"), "2019-04-25 (text)");
  EXPECT_EQ(plain->zones.size(), 5u);
  EXPECT_EQ(plain->text, text);
  absl::StatusOr<Extraction> ruled = extractor.Explain(
      TextRecord(text, R"({"headline":"One ferry","author":"Tom Reed","published":"2019-04-24","outlet":"Norpress"})"));
  ASSERT_TRUE(ruled.ok()) << ruled.status();
  EXPECT_EQ(EvidenceOf(*ruled, "headline"), "Islands share a night ferry (text, lost); One ferry (feed)");
  EXPECT_EQ(EvidenceOf(*ruled, "byline"), "Ines Calloway (text, lost); Tom Reed (feed)");
  EXPECT_EQ(EvidenceOf(*ruled, "published"), "2019-04-25 (text, lost); 2019-04-24 (feed)");
  EXPECT_EQ(EvidenceOf(*ruled, "outlet"), "Norpress (feed)");
  // The same value from both is not in doubt.
  absl::StatusOr<Extraction> same = extractor.Explain(TextRecord(text, R"({"author":"Ines Calloway"})"));
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_FALSE(absl::StrContains(EvidenceOf(*same, "byline"), "lost")) << EvidenceOf(*same, "byline");
}

TEST(ExtractorTest, AnArchiveTeachesItsOwnNames) {
  test::TempDir dir;
  dir.Write("outlets.tsv", "Velmara Herald\tvelmara.example\tVH\n");
  const auto lexicon = Lexicon::WithTables(dir.path());
  ASSERT_TRUE(lexicon.ok()) << lexicon.status();
  Extractor extractor({}, **lexicon);
  EXPECT_EQ(extractor.Extract(JsonRecord(R"({"body":"B","outlet":"VH"})"))->outlet, "Velmara Herald");
  EXPECT_EQ(extractor.Extract(JsonRecord(R"({"body":"B","url":"http://www.velmara.example/1"})"))->outlet, "Velmara Herald");
}

TEST(ExtractorTest, PagesAndItemsOfFeeds) {
  Record page;
  page.format = Format::kHtml;
  page.file = "a.warc";
  page.offset = 120;
  page.url = "https://velmara.example/ferry";
  page.content_type = "text/html; charset=iso-8859-1";
  page.bytes = absl::StrCat("<html><head><title>Islands share a caf\xE9</title>",
                            R"(<meta property="og:title" content="UPDATE 1-Islands share a caf&eacute;">)",
                            R"(<meta property="og:site_name" content="Velmara Herald"></head><body><article><h1>)",
                            "Islands share a caf\xE9</h1><p>", kEnglish, "</p><p>", kEnglish, "</p></article></body></html>");
  const Article a = Extracted(page);
  EXPECT_EQ(a.path, "a.warc#120");
  EXPECT_EQ(a.url, "https://velmara.example/ferry");
  EXPECT_EQ(a.headline, "Islands share a café");
  EXPECT_EQ(a.version.update, 1u);
  EXPECT_EQ(a.outlet, "Velmara Herald");
  EXPECT_EQ(a.outlet_source, Source::kMarkup);
  EXPECT_EQ(a.lang, "en");
  EXPECT_TRUE(absl::StartsWith(a.body, "The governments of the two islands")) << a.body;
  page.url.clear();
  EXPECT_EQ(Extracted(page).path, "a.warc");

  Record item;
  item.format = Format::kFeedItem;
  item.file = "a.xml";
  item.offset = 77;
  item.url = "https://velmara.example/2";
  item.bytes = absl::StrCat("<feed-item title=\"Velmara Herald\"><item><title>Islands share a ferry</title><description>",
                            kEnglish, "</description></item></feed-item>");
  const Article b = Extracted(item);
  EXPECT_EQ(b.path, "a.xml#77");
  EXPECT_EQ(b.url, "https://velmara.example/2");  // where the item names none
  EXPECT_EQ(b.headline, "Islands share a ferry");
  EXPECT_EQ(b.headline_source, Source::kFeed);
  EXPECT_EQ(b.outlet, "Velmara Herald");
  item.bytes = "<feed-item><item>";
  EXPECT_TRUE(absl::IsInvalidArgument(Extractor({}).Extract(item).status()));
}

// No control character, but for line breaks where lines may be.
bool IsClean(absl::string_view text, bool lines) {
  if (!base::IsValidUtf8(text)) return false;
  for (size_t at = 0; at < text.size();) {
    const size_t length = base::CodePointBytes(text, at);
    const char32_t c = base::DecodeCodePoint(text, at, length);
    at += length;
    if ((c < 0x20 || (c >= 0x7F && c <= 0x9F)) && !(lines && c == '\n')) return false;
  }
  return true;
}

TEST(ExtractorTest, MutatedRecordsGiveACleanArticleOrAReason) {
  const uint64_t seed = test::TestSeed(151);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const std::vector<std::string> seeds = {
      R"({"id":"17","url":"http://a.example/x","headline":"Talks \u00e9 closer","deck":"D",)"
      R"("body":"One.\nTwo.\t\u0001Three.","byline":["Ines Calloway",{"name":"Tom Reed"}],"outlet":{"name":"Norpress"},)"
      R"("published":"2019-04-25T16:31:07+09:00","caption":"A\nB","section":"World","lang":"en-GB","dateline":"CLEVELAND, Feb 26","agency":"Wire"})",
      R"({"title":7,"text":"Straße Ünïcode ’ “x” 東京","published":1556209867,"authors":[],"by":"By A and B, Jr."})",
  };
  const std::vector<std::string> pieces = {
      "\"",   "\\",   "{",  "}",           "[",     "]",        ",",       ":",      "null", "\\u0000", "\\ud800",
      "\xFF", "\x1B", "\n", "\"body\":", "1e999", "\xC2\x85", "\\u202e", std::string(1, '\0')};
  Extractor extractor({});
  int accepted = 0;
  for (int i = 0; i < test::Scaled(20'000); ++i) {
    std::string bytes = random.Pick(seeds);
    for (uint64_t n = 1 + random.Below(3); n > 0; --n) {
      const size_t at = random.Below(bytes.size());
      switch (random.Below(4)) {
        case 0: bytes[at] = static_cast<char>(random.Bits()); break;
        case 1: bytes.insert(at, random.Pick(pieces)); break;
        case 2: bytes.erase(at, 1 + random.Below(8)); break;
        default: bytes.insert(at, random.Bytes(random.Below(4)));
      }
    }
    const Record record = random.OneIn(5) ? TextRecord(bytes, random.Pick(seeds))
                          : random.OneIn(5) ? TextRecord("A headline of words\nText.", bytes)
                                            : JsonRecord(bytes);
    const absl::StatusOr<Article> extracted = extractor.Extract(record);
    if (!extracted.ok()) {
      ASSERT_TRUE(absl::IsInvalidArgument(extracted.status())) << extracted.status();
      continue;
    }
    ++accepted;
    const Article& a = *extracted;
    for (const std::string* line : {&a.id, &a.url, &a.path, &a.headline, &a.deck, &a.outlet, &a.dateline, &a.section,
                                    &a.lang, &a.publication.partial}) {
      ASSERT_TRUE(IsClean(*line, /*lines=*/false)) << *line << "\nfrom " << bytes;
    }
    for (const std::vector<Credit>* credits : {&a.bylines, &a.agencies}) {
      for (const Credit& credit : *credits) ASSERT_TRUE(IsClean(credit.name, false) && !credit.name.empty()) << bytes;
    }
    ASSERT_TRUE(IsClean(a.body, /*lines=*/true) && IsClean(a.caption, /*lines=*/true)) << bytes;
    ASSERT_FALSE(a.headline.empty()) << bytes;
  }
  EXPECT_GT(accepted, 0);
}

}  // namespace
}  // namespace dateline::extract
