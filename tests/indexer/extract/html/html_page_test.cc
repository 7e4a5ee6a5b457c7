#include "indexer/extract/html/html_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "indexer/extract/html/html_hints.h"
#include "indexer/extract/html/html_pruner.h"
#include "indexer/extract/html/html_text.h"
#include "tests/support/random.h"

namespace dateline::extract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Blocks(const std::string& html) {
  std::vector<std::string> texts;
  for (const PageBlock& block : ReadPage(html).blocks) texts.push_back(block.text);
  return texts;
}

std::string Repeated(absl::string_view text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) absl::StrAppend(&all, text);
  return all;
}

TEST(HtmlPageTest, TextInBlocks) {
  EXPECT_THAT(Blocks("<p>One <b>bold</b> word<p>Two<div>Three</div>"), ElementsAre("One bold word", "Two", "Three"));
  EXPECT_THAT(Blocks("a<br>b<br><br>c"), ElementsAre("a b", "c"));
  EXPECT_THAT(Blocks("<ul><li>x<li>y</ul>"), ElementsAre("x", "y"));
  EXPECT_THAT(Blocks("<table><tr><td>a<td>b<tr><td>c</table>d"), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(Blocks("1 < 2 &amp; 3"), ElementsAre("1 < 2 & 3"));
  EXPECT_THAT(Blocks("soft\xC2\xADhyphen no\xC2\xA0"
                     "break  \n two"),
              ElementsAre("softhyphen no break two"));
}

TEST(HtmlPageTest, ScriptsAndTheLikeAreNoText) {
  EXPECT_THAT(
      Blocks("<script>var a = '<p>no</p>'</script><style>p{}</style><svg><title>no</title></svg>"
             "<template><p>no</template><noscript><p>no</noscript><!-- <p>no --><select><option>no</select>yes"),
      ElementsAre("yes"));
  EXPECT_THAT(Blocks("<script>never ended <p>no"), IsEmpty());
  EXPECT_THAT(Blocks("<svg>never ended <p>yes"), ElementsAre("never ended", "yes"));
}

TEST(HtmlPageTest, Misnesting) {
  EXPECT_THAT(Blocks("<b><i>x</b></i><p>y"), ElementsAre("x", "y"));
  EXPECT_THAT(Blocks("<a href=1>x<a href=2>y</a><div>z</a></div>w"), ElementsAre("xy", "z", "w"));
  EXPECT_THAT(Blocks("<table><tr><td><div>a</table>b"), ElementsAre("a", "b"));
  EXPECT_THAT(Blocks("</p></div></table>x</body></html>y"), ElementsAre("xy"));
}

TEST(HtmlPageTest, HeadAndData) {
  const Page page = ReadPage(
      "<html lang=\"de-AT\"><title>T &ndash; S</title><meta property='og:title twitter:title' content=\"A &amp;amp; "
      "B\">"
      "<link rel=canonical href=\"https://arden.example/a\"><script type=\"application/ld+json\">{}</script>"
      "<body><span itemprop=\"author\">Tom <b>Reed</b></span><meta itemprop=\"datePublished\" content=\"2024-04-22\">"
      "<time datetime=\"2024-04-22T10:00\" pubdate>today</time><time class=\"date-updated\">now</time>"
      "<a rel=\"author\" href=\"/x\">Ines Calloway</a><a href=\"/autoren/17\">Jo Poe</a>");
  EXPECT_EQ(page.title, "T – S");
  EXPECT_EQ(page.lang.value, "de-AT");
  EXPECT_EQ(page.canonical, "https://arden.example/a");
  ASSERT_NE(page.Meta({"og:nothing", "twitter:title"}), nullptr);
  EXPECT_EQ(page.Meta({"twitter:title"})->value, "A & B");
  EXPECT_EQ(page.Meta({"author"}), nullptr);
  EXPECT_THAT(page.json_ld, ElementsAre("{}"));
  ASSERT_EQ(page.properties.size(), 2u);
  EXPECT_EQ(page.properties[0].value, "Tom Reed");
  EXPECT_EQ(page.properties[1].value, "2024-04-22");
  ASSERT_EQ(page.times.size(), 2u);
  EXPECT_EQ(page.times[0].name, "pubdate");
  EXPECT_EQ(page.times[0].value, "2024-04-22T10:00");
  EXPECT_EQ(page.times[1].name, "updated");
  ASSERT_EQ(page.authors.size(), 2u);
  EXPECT_EQ(page.authors[0].value, "Ines Calloway");
  EXPECT_EQ(page.authors[1].name, "link");
}

TEST(HtmlPageTest, PlacesInThePage) {
  const std::string html =
      "<!-- c --><script>x</script><div class=a data-x='1'><p>The <b>first</b> line</p><p>Second</p></div>";
  const Page page = ReadPage(html);
  ASSERT_EQ(page.blocks.size(), 2u);
  EXPECT_EQ(html.substr(page.blocks[0].begin, page.blocks[0].end - page.blocks[0].begin), "The <b>first</b> line");
  EXPECT_EQ(html.substr(page.blocks[1].begin, page.blocks[1].end - page.blocks[1].begin), "Second");
}

TEST(HtmlPageTest, LinksAreCounted) {
  const Page page = ReadPage("<p>Read <a href=x>this</a> now</p><a href=y><h3>All of it</h3></a>");
  ASSERT_EQ(page.blocks.size(), 2u);
  EXPECT_EQ(page.blocks[0].link_bytes, 4u);
  EXPECT_EQ(page.blocks[1].link_bytes, page.blocks[1].text.size());
}

TEST(HtmlPageTest, WordsThatMarkupGlued) {
  EXPECT_THAT(Blocks("<p><a>Jane Doe</a><span>The Arden Post</span></p>"), ElementsAre("Jane Doe The Arden Post"));
  EXPECT_THAT(Blocks("<p><span>T</span><span>he</span> flood</p>"), ElementsAre("The flood"));
}

TEST(HtmlHintsTest, WordsNotSubstrings) {
  EXPECT_THAT(NameWords("ArticleBody__related-links2x"), ElementsAre("article", "body", "related", "links", "x"));
  EXPECT_NE(HintsOfName("article-body") & kHintBody, 0u);
  EXPECT_NE(HintsOfName("js-x relatedLinks related-links") & kHintFurniture, 0u);
  EXPECT_EQ(HintsOfName("has-sidebar no-comments"), 0u);
  EXPECT_EQ(HintsOfName("article-header shareholders commentator"), 0u);
  EXPECT_NE(HintsOfName("wp-caption-text") & kHintCaption, 0u);
}

// Each of these broke, or made quadratic, a parser that was given the page as it is.
TEST(HtmlPageTest, HostileNestingIsReadInLinearTime) {
  const auto begin = std::chrono::steady_clock::now();
  for (const absl::string_view piece :
       {"<div>", "<b><i>", "<p><b><p>", "<a href=x>", "<a><div></a></div>", "<table><tr><td>", "<table></div><div>",
        "<!-- ", "<", "<div a=\"x>", "<script>", "<svg>", "<ul><li>", "<td>", "</p>", "<span class=\"byline date\">",
        "text<br><br>", "<div itemprop=a>"}) {
    const Page page = ReadPage(absl::StrCat(Repeated(piece, 100'000), "end"));
    EXPECT_LE(page.blocks.size(), 200'001u) << piece;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

TEST(HtmlPageTest, DepthIsBounded) {
  const PrunedHtml pruned =
      PruneHtml(absl::StrCat(Repeated("<div>", 1000), "deep", Repeated("</div>", 1000), "<p>after"));
  size_t open = 0;
  for (size_t at = pruned.html.find("<div>"); at != std::string::npos; at = pruned.html.find("<div>", at + 1)) ++open;
  EXPECT_EQ(open, kMaxDepth);
  EXPECT_TRUE(absl::EndsWith(pruned.html, "<p>after</p>"));
}

TEST(HtmlPageTest, AnyBytes) {
  test::Random random(20240422);
  for (int i = 0; i < 300; ++i) ReadPage(random.Bytes(random.Below(2000)));
  const std::string page =
      "<html lang=en><title>A b</title><div class=x><p itemprop='author'>A &amp; B<br></p></div>";
  for (size_t length = 0; length <= page.size(); ++length) ReadPage(absl::string_view(page).substr(0, length));
}

TEST(HtmlTextTest, References) {
  EXPECT_EQ(DecodeReferences("a &amp;quot;b&amp;quot; &eacute; &#x27; & c"), "a \"b\" é ' & c");
  EXPECT_EQ(PlainValue(" A&nbsp;<b>B</b>&shy;C &lt;i&gt;D&lt;/i&gt; "), "A BC D");
  EXPECT_EQ(ComparableText("It’s  A-B!"), "it’s a b");
  EXPECT_EQ(ReadingLength("ab\xD0\xB0\xE4\xBD\xA0"), 5u);
}

}  // namespace
}  // namespace dateline::extract
