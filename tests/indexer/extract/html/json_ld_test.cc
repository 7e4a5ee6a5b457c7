#include "indexer/extract/html/json_ld.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace dateline::extract {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Authors(const LdArticle& article) {
  std::vector<std::string> names;
  for (const LdName& author : article.authors) {
    names.push_back(absl::StrCat(author.name, author.organization ? " (organization)" : ""));
  }
  return names;
}

LdArticle Read(const std::string& script) { return ReadJsonLd({script}); }

TEST(JsonLdTest, OneObject) {
  const LdArticle article = Read(R"({"@type": "NewsArticle", "headline": "Bridge &amp; tunnel &quot;open&quot;",
      "datePublished": "2024-04-22T22:04:00+01:00", "author": {"@type": "Person", "name": " Ines  Calloway "},
      "publisher": {"@type": "Organization", "name": "The Arden Post"}, "articleSection": ["Local", "Roads"]})");
  EXPECT_TRUE(article.found);
  EXPECT_EQ(article.headline, "Bridge & tunnel \"open\"");
  EXPECT_EQ(article.published, "2024-04-22T22:04:00+01:00");
  EXPECT_THAT(Authors(article), ElementsAre("Ines Calloway"));
  EXPECT_EQ(article.publisher.name, "The Arden Post");
  EXPECT_EQ(article.section, "Local");
}

TEST(JsonLdTest, AuthorsInAllForms) {
  const struct {
    std::string author;
    std::vector<std::string> names;
  } kCases[] = {
      {R"("Ines Calloway")", {"Ines Calloway"}},
      {R"(["Ines Calloway", {"name": "Tom Reed"}])", {"Ines Calloway", "Tom Reed"}},
      {R"({"name": ["Ines Calloway", "Tom Reed"]})", {"Ines Calloway", "Tom Reed"}},
      {R"({"@type": "Organization", "name": "The Arden Post"})", {"The Arden Post (organization)"}},
      {R"({"@type": ["Person", "Organization"], "name": "Tom Reed"})", {"Tom Reed"}},
      {R"({"@type": "Person", "byline": "Tom Reed"})", {"Tom Reed"}},
      {R"({"@type": "Person", "givenName": "Tom", "familyName": "Reed"})", {"Tom Reed"}},
      {R"({"@type": "Person", "name": null})", {}},
      {R"(17)", {}},
      {R"([[[[["too deep"]]]]])", {}},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Authors(Read(absl::StrCat(R"({"@type": "Article", "headline": "A", "author": )", test.author, "}"))),
              test.names)
        << test.author;
  }
}

TEST(JsonLdTest, GraphWithAuthorElsewhere) {
  const LdArticle article = Read(R"({"@graph": [{"@type": "WebPage", "name": "Page"},
      {"@type": "NewsArticle", "headline": "A", "author": [{"@id": "#ines"}, {"@id": "#nobody"}]},
      {"@type": "Person", "@id": "#ines", "name": "Ines Calloway"}]})");
  EXPECT_EQ(article.headline, "A");
  EXPECT_THAT(Authors(article), ElementsAre("Ines Calloway"));
}

TEST(JsonLdTest, TheArticleOfThePageNotOneThatItLinksTo) {
  const LdArticle article = ReadJsonLd(
      {R"({"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "Other",
           "datePublished": "2020-01-01", "author": "Somebody Else"}]})",
       R"({"@type": "WebPage", "mainEntity": {"@type": "NewsArticle", "headline": "This", "datePublished": "2024-04-22"}})"});
  EXPECT_EQ(article.headline, "This");
  EXPECT_EQ(article.published, "2024-04-22");
  EXPECT_TRUE(article.authors.empty());
}

TEST(JsonLdTest, LiveBlogBeforeItsPosts) {
  const LdArticle article =
      Read(R"({"@type": "LiveBlogPosting", "headline": "Flood: live", "datePublished": "2024-04-22",
      "author": "Ines Calloway", "liveBlogUpdate": [{"@type": "BlogPosting", "headline": "Bridge closed",
      "datePublished": "2024-04-23", "author": "Tom Reed", "articleBody": "Closed."}]})");
  EXPECT_EQ(article.headline, "Flood: live");
  EXPECT_EQ(article.published, "2024-04-22");
}

TEST(JsonLdTest, FilledUpFromTheSameArticle) {
  const LdArticle article = ReadJsonLd({R"({"@type": "NewsArticle", "headline": "A", "datePublished": "2024-04-22"})",
                                        R"({"@type": "Article", "headline": "A", "author": "Tom Reed"})",
                                        R"({"@type": "Article", "headline": "B", "description": "Not ours"})"});
  EXPECT_THAT(Authors(article), ElementsAre("Tom Reed"));
  EXPECT_EQ(article.description, "");
}

TEST(JsonLdTest, CommonDamageIsRepaired) {
  for (const std::string script :
       {"<!-- {\"@type\": \"Article\", \"headline\": \"A B\"} -->",
        "//<![CDATA[\n{\"@type\": \"Article\", \"headline\": \"A B\"}\n//]]>",
        "{\"@type\": \"Article\", \"headline\": \"A\nB\",}",
        "{\"@type\": \"Article\", \"headline\": \"A\tB\", \"keywords\": [1, 2, ]}",
        "{\"@type\": \"Article\", \"headline\": \"A\\ B\"};",
        "{&quot;@type&quot;: &quot;Article&quot;, &quot;headline&quot;: &quot;A B&quot;}"}) {
    EXPECT_EQ(Read(script).headline, "A B") << script;
  }
}

TEST(JsonLdTest, WhatCannotBeReadIsNothing) {
  for (const std::string script :
       {"", "{", "[]", "17", "\"text\"", "{\"@type\": \"Recipe\", \"name\": \"Soup\"}", "\xff\xfe{"}) {
    EXPECT_FALSE(Read(script).found) << script;
  }
  EXPECT_FALSE(Read(std::string(100'000, '[')).found);
}

}  // namespace
}  // namespace dateline::extract
