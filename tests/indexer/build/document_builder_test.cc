#include "indexer/build/document_builder.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/coding.h"
#include "core/index/schema.h"
#include "core/index/term_key.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::build {
namespace {

using article::Article;
using article::Role;
using article::Source;
using Positions = std::vector<uint32_t>;

Article Sample() {
  Article a;
  a.id = "17";
  a.headline = "Talks move";
  a.headline_source = Source::kFeed;
  a.body = "Putin’s talks moved.\nTalks end.";
  a.caption = "Envoys";
  a.outlet = "Café Post";
  a.outlet_source = Source::kFeed;
  a.bylines = {{"Zoë Lee", Role::kWriter, Source::kFeed}, {"Tom Reed", Role::kContributor, Source::kFeed}};
  a.agencies = {{"Wire One", Role::kOrigin, Source::kFeed}};
  a.dateline = "St. Paul";
  a.section = "World";
  a.lang = "en";
  a.publication.instant = 1'556'193'600;
  a.publication.precision = article::Precision::kDay;
  return a;
}

IndexedDoc Build(Article article, const std::string& default_language = "en") {
  const absl::Status status = article::Finish(article);
  EXPECT_TRUE(status.ok()) << status;
  DocumentBuilder builder(default_language);
  const InternedDoc doc = builder.Build(std::move(article));
  return Spell(doc, builder.dictionary());
}

const IndexedTerm* Find(const IndexedDoc& doc, absl::string_view term) {
  const auto found =
      std::find_if(doc.terms.begin(), doc.terms.end(), [&](const IndexedTerm& t) { return t.term == term; });
  return found == doc.terms.end() ? nullptr : &*found;
}

Positions PositionsOf(const IndexedDoc& doc, absl::string_view term) {
  const IndexedTerm* found = Find(doc, term);
  return found == nullptr ? Positions() : found->positions;
}

uint32_t WdfOf(const IndexedDoc& doc, absl::string_view term) {
  const IndexedTerm* found = Find(doc, term);
  return found == nullptr ? 0 : found->wdf;
}

std::vector<std::string> TermsWith(const IndexedDoc& doc, absl::string_view prefix) {
  std::vector<std::string> terms;
  for (const IndexedTerm& term : doc.terms) {
    const absl::string_view text = term.term;
    const size_t end = std::min(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), text.size());
    if (text.substr(0, end) == prefix) terms.push_back(term.term);
  }
  return terms;
}

// The index's format in one page: a change here is a change of kFormatVersion.
TEST(DocumentBuilderTest, Golden) {
  EXPECT_EQ(ToString(Build(Sample())), R"(Alee 0 [2]
Areed 0 [1004]
Atom 0 [1003]
Azoe 0 [1]
D20190425 0
Len 0
M201904 0
Qea2ab49b4999290a2adfecd32bea68c2 0
Smove 0 [2]
Stalks 0 [1]
XAtom reed 0
XAzoe lee 0
XCenvoys 0 [2008]
XDst. paul 0
XGwire one 0
XLmoved 0 [1005]
XLputin 0 [1003]
XLtalks 0 [1004]
XOcafe post 0
XPpaul 0 [2]
XPst 0 [1]
XSworld 0
Y2019 0
ZSmove 0
ZStalk 0
ZXCenvoy 0
ZXLmove 0
ZXLputin 0
ZXLtalk 0
Zend 1
Zenvoy 1
Zmove 4
Zputin 1
Ztalk 5
end 0 [1007]
envoys 0 [2008]
move 0 [2]
moved 0 [1005]
putin 0 [1003]
talks 0 [1 1004 1006]
slot 0 800000005cc1a140
slot 1 ea2ab49b4999290a2adfecd32bea68c2
slot 2 096361666520706f73740a436166c3a920506f7374
slot 3 077a6f65206c6565085a6fc3ab204c656508746f6d207265656408546f6d2052656564
slot 5 0877697265206f6e650857697265204f6e65
slot 6 0873742e207061756c0853742e205061756c
slot 7 05776f726c6405576f726c64
slot 8 02656e02656e
slot 9 8db042344e1e1fa700000000
length 12
)");
}

TEST(DocumentBuilderTest, PositionsRunOnWithAGapBetweenFields) {
  const IndexedDoc doc = Build(Sample());
  EXPECT_EQ(PositionsOf(doc, "move"), Positions({2}));
  EXPECT_EQ(PositionsOf(doc, "putin"), Positions({1003}));
  EXPECT_EQ(PositionsOf(doc, "talks"), Positions({1, 1004, 1006}));
  EXPECT_EQ(PositionsOf(doc, "end"), Positions({1007}));
  EXPECT_EQ(PositionsOf(doc, "envoys"), Positions({2008}));
}

TEST(DocumentBuilderTest, OnlyStemsWeighAndTheirSumIsTheLength) {
  const IndexedDoc doc = Build(Sample());
  EXPECT_EQ(WdfOf(doc, "Ztalk"), index::kHeadlineWeight + 2 * index::kBodyWeight);
  EXPECT_EQ(WdfOf(doc, "Zmove"), index::kHeadlineWeight + index::kBodyWeight);
  EXPECT_EQ(WdfOf(doc, "Zenvoy"), index::kBodyWeight);
  uint32_t sum = 0;
  for (const IndexedTerm& term : doc.terms) {
    EXPECT_EQ(term.wdf > 0, absl::StartsWith(term.term, "Z") && !absl::StartsWith(term.term, "ZS") &&
                                !absl::StartsWith(term.term, "ZX"))
        << term.term;
    sum += term.wdf;
  }
  EXPECT_EQ(doc.row.length, sum);
  EXPECT_EQ(sum, 2 * index::kHeadlineWeight + 5 + 1);
}

TEST(DocumentBuilderTest, TheLeadIsTheFirstParagraph) {
  const IndexedDoc doc = Build(Sample());
  EXPECT_EQ(TermsWith(doc, "XL"), std::vector<std::string>({"XLmoved", "XLputin", "XLtalks"}));
  EXPECT_EQ(PositionsOf(doc, "XLtalks"), Positions({1004}));
  EXPECT_EQ(TermsWith(doc, "ZXL"), std::vector<std::string>({"ZXLmove", "ZXLputin", "ZXLtalk"}));
}

TEST(DocumentBuilderTest, TheLeadHasAHundredWordsAtMost) {
  for (const uint32_t words : {99U, 100U, 101U, 150U}) {
    Article a;
    for (uint32_t i = 0; i < words; ++i) absl::StrAppend(&a.body, "w", i, " ");
    const IndexedDoc doc = Build(a);
    EXPECT_EQ(TermsWith(doc, "XL").size(), std::min(words, index::kMaxLeadWords));
    EXPECT_EQ(Find(doc, "XLw99") != nullptr, words >= 100);
    EXPECT_EQ(Find(doc, "XLw100"), nullptr);
    EXPECT_EQ(Find(doc, "w149") != nullptr, words >= 150);
  }
}

TEST(DocumentBuilderTest, ALeadThatStandsInForAHeadlineIsNotCountedTwice) {
  Article a;
  a.body = "Talks move closer.\nAll is well.";
  const IndexedDoc doc = Build(a);
  EXPECT_EQ(TermsWith(doc, "S"), std::vector<std::string>());
  EXPECT_EQ(TermsWith(doc, "ZS"), std::vector<std::string>());
  EXPECT_EQ(PositionsOf(doc, "talks"), Positions({1}));
  EXPECT_EQ(WdfOf(doc, "Ztalk"), 1U);
  EXPECT_EQ(doc.row.length, 6U);
  EXPECT_EQ(doc.text_bytes, a.body.size());
  const absl::StatusOr<index::StoredArticle> stored = index::DecodeStoredArticle(doc.data);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->article.headline, "Talks move closer.");  // shown all the same
  EXPECT_TRUE(stored->headline.tokens.empty());
}

TEST(DocumentBuilderTest, BylinesHavePositionsOfTheirOwn) {
  const IndexedDoc doc = Build(Sample());
  EXPECT_EQ(PositionsOf(doc, "Azoe"), Positions({1}));
  EXPECT_EQ(PositionsOf(doc, "Alee"), Positions({2}));
  EXPECT_EQ(PositionsOf(doc, "Atom"), Positions({3 + index::kFieldGap}));  // no phrase reaches from name to name
  EXPECT_EQ(PositionsOf(doc, "Areed"), Positions({4 + index::kFieldGap}));
  EXPECT_EQ(TermsWith(doc, "XA"), std::vector<std::string>({"XAtom reed", "XAzoe lee"}));
  EXPECT_EQ(PositionsOf(doc, "XPst"), Positions({1}));
  EXPECT_EQ(PositionsOf(doc, "XPpaul"), Positions({2}));
}

TEST(DocumentBuilderTest, WhoCountsAsAWriter) {
  Article a = Sample();
  a.bylines = {{"Ann Lens", Role::kPhotographer, Source::kFeed},
               {"Zoë Lee", Role::kWriter, Source::kFeed},
               {"Zoe Lee", Role::kWriter, Source::kFeed},              // the same name once folded
               {"\u00AD\u200B", Role::kWriter, Source::kFeed},         // folds to nothing
               {"O’Brien’s Jones", Role::kContributor, Source::kFeed}};
  const IndexedDoc doc = Build(a);
  EXPECT_EQ(TermsWith(doc, "XA"), std::vector<std::string>({"XAo'brien's jones", "XAzoe lee"}));
  EXPECT_EQ(TermsWith(doc, "A"), std::vector<std::string>({"Ajones", "Alee", "Ao'brien", "Azoe"}));
  const std::vector<index::FacetName>& bylines = doc.row.of(index::NameField::kByline);
  ASSERT_EQ(bylines.size(), 2U);
  EXPECT_EQ(bylines[0], (index::FacetName{"zoe lee", "Zoë Lee"}));
  a.bylines.resize(1);
  EXPECT_NE(Find(Build(a), "XNbyline"), nullptr);
}

TEST(DocumentBuilderTest, WhatIsNotKnownIsATermToo) {
  Article a;
  a.body = "Text.";
  const IndexedDoc doc = Build(a);
  EXPECT_EQ(TermsWith(doc, "XN"), std::vector<std::string>({"XNbyline", "XNdate", "XNoutlet"}));
  for (const absl::string_view prefix : {"D", "M", "Y", "XO", "XA", "XG", "XD", "XS", "A", "XP", "XC"}) {
    EXPECT_EQ(TermsWith(doc, prefix), std::vector<std::string>()) << prefix;
  }
  ASSERT_EQ(doc.values.size(), 2U);  // the key, and the language, which is always taken for something
  EXPECT_EQ(doc.values[0].first, index::kKeySlot);
  EXPECT_EQ(doc.values[1].first, index::FormatOf(index::NameField::kLanguage).slot);
  EXPECT_EQ(doc.row.instant, article::kUndated);
  // Names that fold to nothing are none.
  a.outlet = a.section = "\u00AD\u200B";
  a.agencies = {{"\u00AD", Role::kOrigin, Source::kFeed}};
  EXPECT_EQ(TermsWith(Build(a), "XN"), std::vector<std::string>({"XNbyline", "XNdate", "XNoutlet"}));
  for (const absl::string_view prefix : {"XO", "XG", "XS"}) {
    EXPECT_EQ(TermsWith(Build(a), prefix), std::vector<std::string>()) << prefix;
  }
}

TEST(DocumentBuilderTest, TheLanguageIsTheArticlesElseTheDefault) {
  Article a;
  a.body = "Regierungen";
  EXPECT_NE(Find(Build(a, "de"), "Zregier"), nullptr);
  EXPECT_NE(Find(Build(a, "de"), "Lde"), nullptr);
  a.lang = "fr";
  EXPECT_EQ(Find(Build(a, "de"), "Zregier"), nullptr);
  EXPECT_NE(Find(Build(a, "de"), "Lfr"), nullptr);
  a.lang = "";
  const absl::StatusOr<Article> stored = index::DecodeStoredHead(Build(a, "de").data);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->lang, "de");
}

TEST(DocumentBuilderTest, LongWordsAreHashedAndCounted) {
  Article a;
  a.body = absl::StrCat("before ", std::string(300, 'x'), " after");
  const IndexedDoc doc = Build(a);
  EXPECT_EQ(doc.shortened_terms, 1U);
  EXPECT_EQ(PositionsOf(doc, index::TermKey("", std::string(300, 'x'))), Positions({2}));
  EXPECT_EQ(PositionsOf(doc, "after"), Positions({3}));
  for (const IndexedTerm& term : doc.terms) EXPECT_LE(term.term.size(), index::kMaxTermBytes);
}

TEST(DocumentBuilderTest, InstantsSortAsBytes) {
  const std::vector<int64_t> instants = {-30'610'224'000, -1, 0, 1, 1'556'193'600, 32'503'679'999};
  std::string previous;
  for (const int64_t instant : instants) {
    Article a = Sample();
    a.publication.instant = instant;
    const IndexedDoc doc = Build(a);
    ASSERT_EQ(doc.values.front().first, index::kInstantSlot);
    EXPECT_EQ(doc.values.front().second.size(), 8U);
    EXPECT_GT(doc.values.front().second, previous);
    previous = doc.values.front().second;
  }
}

TEST(DocumentBuilderTest, TheStoredArticleHoldsTheTokens) {
  const Article sample = Sample();
  const absl::StatusOr<index::StoredArticle> stored = index::DecodeStoredArticle(Build(sample).data);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->article.body, sample.body);
  EXPECT_EQ(stored->headline.first_position, 1U);
  EXPECT_EQ(stored->body.first_position, 1003U);
  EXPECT_EQ(stored->caption.first_position, 2008U);
  std::string words;
  for (const index::TokenSpan& token : stored->body.tokens) {
    absl::StrAppend(&words, token.starts_paragraph ? "||" : token.starts_sentence ? "|" : "", " ",
                    sample.body.substr(token.begin, token.end - token.begin), " ");
  }
  EXPECT_EQ(words, "|| Putin’s  talks  moved || Talks  end ");
}

TEST(DocumentBuilderTest, LawsOnRandomArticles) {
  const uint64_t seed = test::TestSeed(171);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  DocumentBuilder builder("en");
  const std::vector<std::string> languages = {"", "en", "de", "fr", "xx"};
  for (int round = 0; round < test::Scaled(300); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    Article a;
    a.path = absl::StrCat("a-", round);
    for (std::string* text : {&a.headline, &a.body, &a.caption, &a.outlet, &a.section, &a.dateline}) {
      if (!random.OneIn(3)) *text = random.Text(random.Below(80));
    }
    for (uint64_t n = random.Below(3); n > 0; --n) {
      a.bylines.push_back({random.Text(12), Role::kWriter, Source::kFeed});
    }
    a.lang = random.Pick(languages);
    if (!random.OneIn(4)) a.publication.instant = static_cast<int64_t>(random.Below(1 << 30));
    if (!article::Finish(a).ok()) continue;
    const IndexedDoc doc = Spell(builder.Build(a), builder.dictionary());
    uint32_t length = 0;
    for (size_t i = 0; i < doc.terms.size(); ++i) {
      const IndexedTerm& term = doc.terms[i];
      ASSERT_FALSE(term.term.empty());
      if (i > 0) {
        ASSERT_LT(doc.terms[i - 1].term, term.term);  // ascending, distinct
      }
      for (size_t p = 1; p < term.positions.size(); ++p) {
        ASSERT_LT(term.positions[p - 1], term.positions[p]) << term.term;
      }
      length += term.wdf;
    }
    EXPECT_EQ(doc.row.length, length);
    EXPECT_EQ(doc.row.key, a.key);
    for (size_t i = 1; i < doc.values.size(); ++i) EXPECT_LT(doc.values[i - 1].first, doc.values[i].first);
    EXPECT_TRUE(index::DecodeStoredArticle(doc.data).ok());
    // A builder of its own gives the same document.
    DocumentBuilder fresh("en");
    const IndexedDoc again = Spell(fresh.Build(a), fresh.dictionary());
    EXPECT_EQ(ToString(again), ToString(doc));
    EXPECT_EQ(again.data, doc.data);
  }
}

}  // namespace
}  // namespace dateline::build
