#include "core/index/stored_article.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::index {
namespace {

using article::Article;

Article RandomArticle(test::Random& random) {
  Article a;
  a.key = {random.Bits(), random.Bits()};
  for (std::string* text : {&a.id, &a.url, &a.path, &a.headline, &a.deck, &a.body, &a.caption, &a.outlet, &a.dateline,
                            &a.section, &a.lang, &a.publication.partial}) {
    if (!random.OneIn(4)) *text = random.Text(random.Below(40));
  }
  if (random.OneIn(10)) a.body = random.Text(5000);
  a.headline_source = static_cast<article::Source>(random.Below(7));
  a.outlet_source = static_cast<article::Source>(random.Below(7));
  for (auto* credits : {&a.bylines, &a.agencies}) {
    for (uint64_t n = random.Below(4); n > 0; --n) {
      credits->push_back({random.Text(random.Below(20)), static_cast<article::Role>(random.Below(4)),
                          static_cast<article::Source>(random.Below(7))});
    }
  }
  a.publication.instant = random.OneIn(3) ? article::kUndated : static_cast<int64_t>(random.Bits());
  a.publication.precision = static_cast<article::Precision>(random.Below(4));
  a.publication.source = static_cast<article::Source>(random.Below(7));
  a.publication.zone_assumed = random.OneIn(2);
  a.publication.zone_minutes = static_cast<int16_t>(static_cast<int>(random.Below(1441)) - 720);
  a.version.lead = static_cast<uint32_t>(random.Below(5));
  a.version.update = static_cast<uint32_t>(random.Below(5));
  if (random.OneIn(2)) a.version.flags = {"ROUNDUP", "CORRECTED"};
  return a;
}

// Tokens in order inside `text`.
TokenMap RandomMap(test::Random& random, absl::string_view text) {
  TokenMap map;
  map.first_position = static_cast<uint32_t>(random.AnySize());
  for (uint32_t at = 0; at < text.size();) {
    const uint32_t begin = at + static_cast<uint32_t>(random.Below(4));
    const uint32_t end = begin + static_cast<uint32_t>(1 + random.Below(9));
    if (end > text.size()) break;
    map.tokens.push_back({begin, end, random.OneIn(5), random.OneIn(9)});
    at = end;
  }
  return map;
}

StoredArticle RandomStored(test::Random& random) {
  StoredArticle stored;
  stored.article = RandomArticle(random);
  stored.headline = RandomMap(random, stored.article.headline);
  stored.deck = RandomMap(random, stored.article.deck);
  stored.body = RandomMap(random, stored.article.body);
  stored.caption = RandomMap(random, stored.article.caption);
  return stored;
}

bool Inside(const TokenMap& map, absl::string_view text) {
  return std::all_of(map.tokens.begin(), map.tokens.end(),
                     [&](const TokenSpan& token) { return token.begin <= token.end && token.end <= text.size(); });
}

// Whatever the bytes: a value that is safe to use, or DataLoss.
void ExpectSafe(absl::string_view bytes) {
  const absl::StatusOr<StoredArticle> stored = DecodeStoredArticle(bytes);
  const absl::StatusOr<Article> head = DecodeStoredHead(bytes);
  if (stored.ok()) {
    EXPECT_TRUE(head.ok()) << head.status();
    const Article& a = stored->article;
    EXPECT_TRUE(Inside(stored->headline, a.headline));
    EXPECT_TRUE(Inside(stored->body, a.body));
    EXPECT_TRUE(Inside(stored->caption, a.caption));
    article::SourceName(a.headline_source);
    article::PrecisionName(a.publication.precision);
    for (const article::Credit& credit : a.bylines) article::RoleName(credit.role);
  } else {
    EXPECT_TRUE(absl::IsDataLoss(stored.status())) << stored.status();
  }
  if (!head.ok()) {
    EXPECT_TRUE(absl::IsDataLoss(head.status())) << head.status();
  }
}

TEST(StoredArticleTest, RandomArticlesComeBack) {
  const uint64_t seed = test::TestSeed(101);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int round = 0; round < test::Scaled(500); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    const StoredArticle stored = RandomStored(random);
    const std::string bytes = EncodeStoredArticle(stored);
    const absl::StatusOr<StoredArticle> back = DecodeStoredArticle(bytes);
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_TRUE(back->article == stored.article);
    EXPECT_EQ(back->headline, stored.headline);
    EXPECT_EQ(back->deck, stored.deck);
    EXPECT_EQ(back->body, stored.body);
    EXPECT_EQ(back->caption, stored.caption);
    EXPECT_EQ(EncodeStoredArticle(*back), bytes);  // the same article, the same bytes

    Article head = stored.article;
    head.deck.clear();
    head.body.clear();
    head.caption.clear();
    const absl::StatusOr<Article> head_back = DecodeStoredHead(bytes);
    ASSERT_TRUE(head_back.ok()) << head_back.status();
    EXPECT_TRUE(*head_back == head);
  }
}

TEST(StoredArticleTest, NotesAreNotKept) {
  StoredArticle stored;
  stored.article.notes = {"a note"};
  const absl::StatusOr<StoredArticle> back = DecodeStoredArticle(EncodeStoredArticle(stored));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_TRUE(back->article.notes.empty());
}

TEST(StoredArticleTest, LongTextIsCompressed) {
  StoredArticle stored;
  for (int i = 0; i < 1000; ++i) stored.article.body += "The talks moved closer. ";
  EXPECT_LT(EncodeStoredArticle(stored).size(), stored.article.body.size() / 20);
}

TEST(StoredArticleTest, NoTruncationPasses) {
  test::Random random(102);
  const std::string bytes = EncodeStoredArticle(RandomStored(random));
  for (size_t size = 0; size < bytes.size(); ++size) {
    const absl::StatusOr<StoredArticle> cut = DecodeStoredArticle(absl::string_view(bytes).substr(0, size));
    EXPECT_TRUE(absl::IsDataLoss(cut.status())) << size << " of " << bytes.size() << ": " << cut.status();
    ExpectSafe(absl::string_view(bytes).substr(0, size));
  }
}

TEST(StoredArticleTest, FlippedBytesDoNoHarm) {
  const uint64_t seed = test::TestSeed(103);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int i = 0; i < 20; ++i) {
    const std::string bytes = EncodeStoredArticle(RandomStored(random));
    for (int flip = 0; flip < test::Scaled(1000); ++flip) {
      std::string damaged = bytes;
      for (uint64_t n = 1 + random.Below(3); n > 0; --n) {
        damaged[random.Below(damaged.size())] = static_cast<char>(random.Bits());
      }
      ExpectSafe(damaged);
    }
  }
}

TEST(StoredArticleTest, RandomBytesDoNoHarm) {
  test::Random random(104);
  for (int i = 0; i < test::Scaled(5000); ++i) {
    std::string bytes = random.Bytes(random.Below(120));
    if (!bytes.empty() && !random.OneIn(4)) bytes[0] = 1;  // the version, so that reading goes on
    ExpectSafe(bytes);
  }
}

TEST(StoredArticleTest, AnUnknownVersionIsNamed) {
  std::string bytes = EncodeStoredArticle(StoredArticle());
  bytes[0] = 9;
  EXPECT_EQ(DecodeStoredArticle(bytes).status(), absl::DataLossError("stored article: bad version 9"));
  EXPECT_EQ(DecodeStoredHead(bytes).status(), absl::DataLossError("stored article: bad version 9"));
}

TEST(StoredArticleTest, BetweenBuildStepsNothingIsLost) {
  const uint64_t seed = test::TestSeed(105);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int round = 0; round < test::Scaled(300); ++round) {
    Article a = RandomArticle(random);
    for (uint64_t n = random.Below(3); n > 0; --n) a.notes.push_back(random.Text(20));
    std::string bytes = "before";
    AppendArticle(bytes, a);
    const absl::string_view appended = absl::string_view(bytes).substr(6);
    const absl::StatusOr<Article> back = DecodeArticle(appended);
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_TRUE(*back == a);
    const size_t cut = random.Below(appended.size());
    EXPECT_TRUE(absl::IsDataLoss(DecodeArticle(appended.substr(0, cut)).status())) << cut;
    EXPECT_TRUE(absl::IsDataLoss(DecodeArticle(bytes.substr(6) + "x").status()));
  }
}

}  // namespace
}  // namespace dateline::index
