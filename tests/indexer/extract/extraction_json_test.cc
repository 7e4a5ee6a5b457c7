#include "indexer/extract/extraction_json.h"

#include <string>

#include "gtest/gtest.h"

namespace dateline::extract {
namespace {

using article::Credit;
using article::Role;
using article::Source;

TEST(ExtractionJsonTest, WhatIsAbsentIsNullOrEmpty) {
  Extraction e;
  e.article.path = "a.txt";
  e.article.body = "One.";
  EXPECT_EQ(ExtractionJson(e),
            R"({"id":"a.txt","path":"a.txt","url":null,"headline":null,"headline_source":null,"deck":null,"bylines":[],)"
            R"("agencies":[],"outlet":null,"outlet_source":null,"dateline":null,"published":null,"partial_date":null,)"
            R"("version":null,"section":null,"lang":null,"body":"One.","caption":null,"provenance":[],"notes":[]})");
}

TEST(ExtractionJsonTest, AllFields) {
  Extraction e;
  article::Article& a = e.article;
  a.id = "17";
  a.path = "a.txt";
  a.url = "http://a.example/1";
  a.headline = "Islands share \"a\" ferry";
  a.headline_source = Source::kText;
  a.deck = "D";
  a.body = "One.\nTwo.";
  a.caption = "C";
  a.outlet = "Velmara Herald";
  a.outlet_source = Source::kFeed;
  a.bylines = {Credit{"Ines Calloway", Role::kWriter, Source::kText}, Credit{"Night Desk", Role::kDesk, Source::kFeed}};
  a.agencies = {Credit{"AFP", Role::kOrigin, Source::kText}, Credit{"AP", Role::kContributor, Source::kText}};
  a.dateline = "VELMARA";
  a.section = "Sea";
  a.lang = "en";
  a.version.lead = 4;
  a.version.flags = {"ROUNDUP"};
  a.publication.instant = 1556177467;  // 2019-04-25T07:31:07Z
  a.publication.precision = article::Precision::kSecond;
  a.publication.source = Source::kText;
  a.publication.zone_minutes = 540;
  a.notes = {"read as koi8-r"};
  Evidence agency;
  agency.field = "agency";
  agency.value = "Agence France-Presse";
  agency.canonical = "AFP";
  agency.rule = "dateline";
  agency.source = Source::kText;
  agency.begin = 5;
  agency.end = 25;
  Evidence outlet;
  outlet.field = "outlet";
  outlet.value = "The Gull";
  outlet.rule = "masthead";
  outlet.source = Source::kText;
  outlet.used = false;
  e.evidence = {agency, outlet};
  EXPECT_EQ(ExtractionJson(e),
            R"({"id":"17","path":"a.txt","url":"http://a.example/1","headline":"Islands share \"a\" ferry",)"
            R"("headline_source":"text","deck":"D","bylines":[{"name":"Ines Calloway","role":"writer","source":"text"},)"
            R"({"name":"Night Desk","role":"desk","source":"feed"}],"agencies":[{"name":"AFP","role":"origin",)"
            R"("as_printed":"Agence France-Presse","source":"text"},{"name":"AP","role":"contributor","as_printed":"AP",)"
            R"("source":"text"}],"outlet":"Velmara Herald","outlet_source":"feed","dateline":"VELMARA",)"
            R"("published":{"date":"2019-04-25","time":"16:31:07","zone":"+09:00","precision":"second","source":"text"},)"
            R"("partial_date":null,"version":{"lead":4,"update":null,"flags":["ROUNDUP"]},"section":"Sea","lang":"en",)"
            R"("body":"One.\nTwo.","caption":"C","provenance":[{"field":"agency","value":"Agence France-Presse",)"
            R"("source":"text","rule":"dateline","begin":5,"end":25,"used":true},{"field":"outlet","value":"The Gull",)"
            R"("source":"text","rule":"masthead","used":false}],"notes":["read as koi8-r"]})");
}

TEST(ExtractionJsonTest, OneLineWhateverTheTextHolds) {
  Extraction e;
  e.article.path = "a\nb";
  e.article.body = std::string("One\0\x1B\r\n\u2028\u202E\xFF", 14);
  const std::string json = ExtractionJson(e);
  for (const char c : json) EXPECT_GE(static_cast<unsigned char>(c), 0x20u);
}

}  // namespace
}  // namespace dateline::extract
