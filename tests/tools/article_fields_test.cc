#include "tools/client/article_fields.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dateline::client {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

serve::FullArticle SomeArticle() {
  serve::FullArticle full;
  full.id = "id-1";
  full.generation = "g";
  full.article.headline = "Kim, Putin \"meet\"";
  full.article.outlet = "Reuters";
  full.article.bylines = {{"Ann Other", article::Role::kWriter, article::Source::kText},
                          {"Bo Lens", article::Role::kPhotographer, article::Source::kText}};
  full.article.body = "One.\nTwo\t\\2.";
  full.article.publication.instant = 1556178300;  // 2019-04-25T07:45:00Z
  full.article.publication.precision = article::Precision::kMinute;
  return full;
}

std::string Row(const std::string& fields, RowFormat format, bool for_terminal = false) {
  return ArticleRow(SomeArticle(), ParseFields(fields).value(), format, for_terminal);
}

TEST(ArticleFieldsTest, RowsOfEachForm) {
  const struct {
    const char* fields;
    const char* csv;
    const char* tsv;
    const char* json;
  } kCases[] = {
      {"id", "id-1\r\n", "id-1\n", "{\"id\":\"id-1\"}\n"},
      {"outlet,id", "Reuters,id-1\r\n", "Reuters\tid-1\n", "{\"outlet\":\"Reuters\",\"id\":\"id-1\"}\n"},
      {"headline", "\"Kim, Putin \"\"meet\"\"\"\r\n", "Kim, Putin \"meet\"\n",
       "{\"headline\":\"Kim, Putin \\\"meet\\\"\"}\n"},
      {"body", "\"One.\nTwo\t\\2.\"\r\n", "One.\\nTwo\\t\\\\2.\n", "{\"body\":\"One.\\nTwo\\t\\\\2.\"}\n"},
      {"date,published", "2019-04-25,2019-04-25 07:45\r\n", "2019-04-25\t2019-04-25 07:45\n",
       "{\"date\":\"2019-04-25\",\"published\":{\"date\":\"2019-04-25\",\"time\":\"07:45\",\"precision\":\"minute\","
       "\"source\":null,\"partial_date\":null}}\n"},
      {"bylines", "Ann Other; Bo Lens\r\n", "Ann Other; Bo Lens\n",
       "{\"bylines\":[{\"name\":\"Ann Other\",\"role\":\"writer\",\"source\":\"text\"},"
       "{\"name\":\"Bo Lens\",\"role\":\"photographer\",\"source\":\"text\"}]}\n"},
      {"section,url", ",\r\n", "\t\n", "{\"section\":null,\"url\":\"\"}\n"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Row(c.fields, RowFormat::kCsv), c.csv);
    EXPECT_EQ(Row(c.fields, RowFormat::kTsv), c.tsv);
    EXPECT_EQ(Row(c.fields, RowFormat::kJson), c.json);
  }
}

TEST(ArticleFieldsTest, HeadersNameTheColumns) {
  const ArticleFields fields = ParseFields("id,date").value();
  EXPECT_EQ(HeaderRow(fields, RowFormat::kCsv), "id,date\r\n");
  EXPECT_EQ(HeaderRow(fields, RowFormat::kTsv), "id\tdate\n");
  EXPECT_EQ(HeaderRow(fields, RowFormat::kJson), "");
}

TEST(ArticleFieldsTest, BodiesAreAskedForWhereTheyArePrinted) {
  EXPECT_FALSE(NeedBodies(AllFields(false)));
  EXPECT_TRUE(NeedBodies(AllFields(true)));
  EXPECT_FALSE(NeedBodies(TableFields()));
  for (const char* name : {"body", "deck", "caption"}) EXPECT_TRUE(NeedBodies(ParseFields(name).value())) << name;
  EXPECT_THAT(ArticleRow(SomeArticle(), AllFields(false), RowFormat::kJson, false), Not(HasSubstr("\"body\"")));
}

TEST(ArticleFieldsTest, WrongNamesAreRefusedWithTheRightOnes) {
  for (const char* text : {"", "id,", "ID", "id,colour", " id"}) {
    EXPECT_THAT(std::string(ParseFields(text).status().message()), HasSubstr("there are generation, id, key"))
        << text;
  }
  EXPECT_THAT(std::string(ParseFields("id,url,id").status().message()), HasSubstr("twice"));
}

TEST(ArticleFieldsTest, NothingSteersATerminal) {
  serve::FullArticle full = SomeArticle();
  full.article.headline = "\x1b[31m,\u202e\x07";
  const ArticleFields fields = ParseFields("headline").value();
  EXPECT_EQ(ArticleRow(full, fields, RowFormat::kCsv, true), "\"\\x1b[31m,\\u202e\\x07\"\r\n");
  EXPECT_EQ(ArticleRow(full, fields, RowFormat::kTsv, true), "\\x1b[31m,\\u202e\\x07\n");
  EXPECT_EQ(ArticleRow(full, fields, RowFormat::kCsv, false), "\"\x1b[31m,\u202e\x07\"\r\n") << "a file keeps it";
}

}  // namespace
}  // namespace dateline::client
