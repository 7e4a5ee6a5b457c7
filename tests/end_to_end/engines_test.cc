// The fast engine beside the reference on Xapian: whole results, bit for bit, on random plans. What the slow twin
// cannot afford is asked here: archives of several windows, and with DATELINE_TEST_SCALE=3 of several chunks.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/index/schema.h"
#include "core/index/term_key.h"
#include "searcher/match/fast/window.h"
#include "searcher/query/query_parser.h"
#include "tests/support/engine_pair.h"
#include "tests/support/handmade_generation.h"
#include "tests/support/random_corpus.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_index.h"

namespace dateline {
namespace {

using serve::SearchRequest;
using test::BuildIndex;
using test::BuildSetup;
using test::EnginePair;
using test::Random;
using test::TempDir;

constexpr uint64_t kSeed = 8192;
// Word i stands in one of 2^i articles, so that lists of all densities meet.
constexpr uint64_t kGradedWords = 14;

std::string GradedWord(uint64_t i) { return absl::StrCat("graded", std::string(1, static_cast<char>('a' + i))); }

std::vector<article::Article> GradedArticles(Random& random, int count) {
  std::vector<article::Article> articles = test::RandomArticles(random, count);
  for (article::Article& article : articles) {
    for (uint64_t i = 0; i < kGradedWords; ++i) {
      if (!random.OneIn(uint64_t{1} << i)) continue;
      for (uint64_t n = 1 + random.Below(3); n > 0; --n) absl::StrAppend(&article.body, " ", GradedWord(i));
    }
    EXPECT_TRUE(article::Finish(article).ok());
  }
  return articles;
}

// Some graded words under one operator.
std::string GradedQuery(Random& random) {
  static const auto* const kJoints =
      new std::vector<std::string>{" ", " ", " OR ", " OR ", " -", " NEAR/5 ", " PRE/4 ", " /s "};
  const std::string& joint = random.Pick(*kJoints);
  std::string text;
  for (uint64_t left = 1 + random.Below(4); left > 0; --left) {
    absl::StrAppend(&text, GradedWord(random.Below(kGradedWords)), left == 1 ? "" : joint);
  }
  return random.OneIn(8) ? absl::StrCat("\"", GradedWord(0), " ", GradedWord(random.Below(3)), "\"") : text;
}

std::string QueryText(Random& random) {
  for (;;) {
    std::string text = query::ToString(test::RandomQuery(random, 3));
    if (!random.OneIn(3)) {
      const std::string own = GradedQuery(random);
      text = random.OneIn(2) ? own : absl::StrCat("(", own, ")", random.OneIn(2) ? " OR (" : " AND (", text, ")");
    }
    if (query::ParseQuery(text).ok()) return text;
  }
}

SearchRequest RandomSearch(Random& random) {
  SearchRequest request = test::RandomRequest(random);
  request.query = QueryText(random);
  if (random.OneIn(8)) {
    request.match_any = true;
    request.query = test::RandomQuestion(random);
    absl::StrAppend(&request.query, " ", GradedWord(3), " ", GradedWord(7));
  }
  if (!random.OneIn(3)) request.facets.clear();
  if (!random.OneIn(3)) request.histogram.reset();
  if (random.OneIn(2)) request.filters = serve::Filters();
  if (random.OneIn(3)) request.total_mode = serve::TotalMode::kLowerBound;
  return request;
}

// A place in the order by date that no page before led to.
match::PageRange FromAnywhere(Random& random, const match::Snapshot& snapshot) {
  const index::Columns& columns = *snapshot.columns(random.Below(snapshot.manifest().shards.size()));
  match::PageRange range;
  range.max_hits = 1 + random.Below(20);
  range.after.emplace();
  range.after->instant = columns.instants()[random.Below(columns.documents())] - (random.OneIn(2) ? 1 : 0);
  range.after->key = base::DocKey{random.Bits(), random.Bits()};
  return range;
}

using Words = std::vector<std::pair<std::string, uint64_t>>;

Words WordsOf(match::Matcher& matcher, absl::string_view prefix, absl::string_view beginning) {
  Words words;
  const auto collect = [&words](absl::string_view word, uint64_t articles) { words.emplace_back(word, articles); };
  EXPECT_TRUE(matcher.VisitWords(prefix, beginning, base::Deadline(), collect).ok());
  return words;
}

void CompareWords(EnginePair& engines) {
  size_t compared = 0;
  for (const absl::string_view prefix : {absl::string_view(), absl::string_view(index::kStem)}) {
    for (const absl::string_view beginning : {"", "a", "b", "gr", "t", "zz", "\xC3"}) {
      const Words words = WordsOf(engines.fast(), prefix, beginning);
      ASSERT_EQ(words, WordsOf(engines.xapian(), prefix, beginning)) << prefix << " " << beginning;
      compared += words.size();
    }
  }
  ASSERT_GT(compared, 0U);
  const auto none = [](absl::string_view, uint64_t) {};
  const base::Deadline over = base::Deadline::After(std::chrono::milliseconds(0));
  EXPECT_TRUE(absl::IsDeadlineExceeded(engines.fast().VisitWords("", "", over, none)));
}

void Compare(EnginePair& engines, Random& random, int requests) {
  ASSERT_NO_FATAL_FAILURE(CompareWords(engines));
  for (int i = 0; i < requests; ++i) {
    const SearchRequest request = RandomSearch(random);
    SCOPED_TRACE(absl::StrCat("request ", i, ": ", request.query, request.match_any ? " (any)" : "", ", order ",
                              static_cast<int>(request.order)));
    const absl::StatusOr<plan::QueryPlan> plan = engines.PlanOf(request);
    ASSERT_TRUE(plan.ok()) << plan.status();
    for (const uint64_t page_size : {uint64_t{0}, std::vector<uint64_t>{1, 10, 100, 1000}[random.Below(4)]}) {
      ASSERT_EQ(engines.DifferenceInPages(*plan, page_size, 4), "") << plan::ToString(*plan);
    }
    if (plan->order == plan::Order::kRelevance || !random.OneIn(4)) continue;
    const match::PageRange range = FromAnywhere(random, engines.snapshot());
    ASSERT_EQ(engines.Difference(*plan, range), "") << plan::ToString(*plan) << " from " << range.after->instant;
  }
}

std::unique_ptr<EnginePair> OpenPair(const std::string& index, int processors = 1) {
  absl::StatusOr<std::unique_ptr<EnginePair>> pair = EnginePair::Open(index, processors);
  EXPECT_TRUE(pair.ok()) << pair.status();
  return pair.ok() ? *std::move(pair) : nullptr;
}

// Both engines on an index of so many graded articles; null when it cannot be built.
std::unique_ptr<EnginePair> BuildPair(Random& random, int articles, uint64_t shards, const TempDir& directory) {
  const std::string index = directory.Path("index");
  const auto built = BuildIndex(GradedArticles(random, articles), index, BuildSetup{shards, 2, build::kMinMemoryMb});
  EXPECT_TRUE(built.ok()) << built.status();
  return built.ok() ? OpenPair(index) : nullptr;
}

// Kills every fourth article of some indexes and publishes what is left.
void PublishWithDead(const std::vector<article::Article>& articles, test::HandmadeSetup setup, Random& random,
                     const std::string& index) {
  for (const article::Article& article : articles) {
    if (random.OneIn(4)) setup.dead.insert(article.key);
  }
  const auto published = test::PublishByHand(setup, index);
  ASSERT_TRUE(published.ok()) << published.status();
}

// The articles in two builds, the later of which replaces what stands in both, and many of them dead.
void BuildWithDead(const std::vector<article::Article>& articles, uint64_t shards, Random& random,
                   const TempDir& directory, const std::string& index) {
  test::HandmadeSetup setup;
  setup.average_length = 40;
  const auto half = articles.begin() + static_cast<ptrdiff_t>(articles.size() / 2);
  const std::vector<article::Article> parts[] = {{articles.begin(), half}, {half, articles.end()}};
  for (const std::vector<article::Article>& part : parts) {
    setup.indexes.push_back(directory.Path(absl::StrCat("part-", setup.indexes.size())));
    const auto built =
        BuildIndex(part, setup.indexes.back(), BuildSetup{shards, 2, build::kMinMemoryMb, setup.average_length});
    ASSERT_TRUE(built.ok()) << built.status();
  }
  PublishWithDead(articles, std::move(setup), random, index);
}

class EnginesTest : public ::testing::TestWithParam<int> {};

TEST_P(EnginesTest, AgreeOnSmallArchives) {
  const uint64_t seed = test::TestSeed(kSeed + static_cast<uint64_t>(GetParam()));
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  Random random(seed);
  const TempDir directory;
  const std::string index = directory.Path("index");
  const std::vector<article::Article> articles = GradedArticles(random, static_cast<int>(10 + random.Below(400)));
  const uint64_t shards = std::vector<uint64_t>{1, 2, 3, 7}[random.Below(4)];
  if (GetParam() % 2 == 0) {
    ASSERT_TRUE(BuildIndex(articles, index, BuildSetup{shards, 2, build::kMinMemoryMb}).ok());
  } else {
    BuildWithDead(articles, shards, random, directory, index);
  }
  const std::unique_ptr<EnginePair> engines = OpenPair(index, std::vector<int>{1, 2, 4}[random.Below(3)]);
  ASSERT_NE(engines, nullptr);
  Compare(*engines, random, test::Scaled(200));
}

INSTANTIATE_TEST_SUITE_P(Archives, EnginesTest, ::testing::Range(0, test::Scaled(8)));

// More words than the ranker adds up at once: a plan that no query of a reader's can have.
TEST(ManyWordsTest, AreScoredAlike) {
  const uint64_t seed = test::TestSeed(kSeed + 200);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  Random random(seed);
  const TempDir directory;
  const std::unique_ptr<EnginePair> engines = BuildPair(random, 300, 2, directory);
  ASSERT_NE(engines, nullptr);
  std::vector<std::string> stems;
  const auto collect = [&stems](absl::string_view word, uint64_t) {
    stems.push_back(index::TermKey(index::kStem, word));
  };
  ASSERT_TRUE(engines->xapian().VisitWords(index::kStem, "", base::Deadline(), collect).ok());
  ASSERT_GT(stems.size(), 40U);
  for (const size_t words : {63, 64, 65, 66, 200}) {
    for (const bool recency : {false, true}) {
      plan::QueryPlan plan;
      plan.root.kind = plan::PlanNode::Kind::kOr;
      plan.recency = recency;
      while (plan.root.children.size() < words) {
        plan::PlanNode word;
        word.kind = plan::PlanNode::Kind::kWord;
        word.scored = {{random.Pick(stems)}};
        plan.root.children.push_back(std::move(word));
      }
      EXPECT_EQ(engines->DifferenceInPages(plan, 10, 3), "") << words;
    }
  }
}

// Pages without a count, of words so frequent that their places are tested best bound first.
TEST(PlacesTest, AreTestedLateAlike) {
  const uint64_t seed = test::TestSeed(kSeed + 300);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  Random random(seed);
  const TempDir directory;
  const std::unique_ptr<EnginePair> engines = BuildPair(random, 3000, 1, directory);
  ASSERT_NE(engines, nullptr);
  for (const absl::string_view joint : {" NEAR/2 ", " NEAR/4 ", " PRE/1 ", " PRE/3 ", " /s "}) {
    for (int i = 0; i < 12; ++i) {
      SearchRequest request;
      request.query = absl::StrCat("=", GradedWord(random.Below(3)), joint, "=", GradedWord(random.Below(4)));
      request.total_mode = serve::TotalMode::kLowerBound;
      request.recency = random.OneIn(2);
      const absl::StatusOr<plan::QueryPlan> plan = engines->PlanOf(request);
      ASSERT_TRUE(plan.ok()) << plan.status();
      const uint64_t page_size = 1 + random.Below(100);
      ASSERT_EQ(engines->DifferenceInPages(*plan, page_size, 2), "") << request.query << ", " << page_size;
    }
  }
}

TEST(WideEnginesTest, AgreeOnSeveralWindows) {
  const uint64_t seed = test::TestSeed(kSeed + 100);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  Random random(seed);
  const TempDir directory;
  constexpr int kLeast = 2 * match::fast::kWindowRows + 500;
  const std::vector<article::Article> articles = GradedArticles(random, std::max(kLeast, test::Scaled(28'000)));
  const std::string whole = directory.Path("whole");
  const auto built = BuildIndex(articles, whole, BuildSetup{1, 2, build::kMinMemoryMb});
  ASSERT_TRUE(built.ok()) << built.status();
  const std::string dead = directory.Path("dead");
  test::HandmadeSetup setup;
  setup.indexes = {whole};
  setup.average_length = built->manifest.average_length;
  PublishWithDead(articles, std::move(setup), random, dead);
  for (const std::string& index : {whole, dead}) {
    SCOPED_TRACE(index);
    const std::unique_ptr<EnginePair> engines = OpenPair(index);
    ASSERT_NE(engines, nullptr);
    Compare(*engines, random, test::Scaled(60));
    std::cout << engines->snapshot().manifest().documents << " articles: " << engines->compared() << " results with "
              << engines->hits() << " hits agree\n";
  }
}

}  // namespace
}  // namespace dateline
