// A cursor beside the list that it reads, over windows in and out of order.
#include "searcher/match/fast/term_cursor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "searcher/match/fast/shard_lists.h"
#include "tests/support/made_postings.h"

namespace dateline::match::fast {
namespace {

using test::MadePostings;
using test::Random;

std::vector<Window> WindowsOf(uint32_t documents) {
  std::vector<Window> windows;
  for (uint32_t begin = 0; begin < documents; begin += kWindowRows) {
    windows.push_back(Window{begin, std::min(kWindowRows, documents - begin)});
  }
  return windows;
}

// What a list has in a window: postings by row.
std::map<uint32_t, uint32_t> InWindow(const test::MadeList& list, const Window& window) {
  std::map<uint32_t, uint32_t> postings;
  for (uint32_t i = 0; i < list.size(); ++i) {
    const uint32_t row = list[i].row;
    if (row >= window.begin && row < window.begin + window.rows) postings.emplace(row - window.begin, i);
  }
  return postings;
}

void ExpectWindow(TermCursor& cursor, const Window& window, const std::map<uint32_t, uint32_t>& expected,
                  Random& random) {
  cursor.MoveTo(window);
  ASSERT_EQ(cursor.count(), expected.size());
  Bits asked = {};
  Rows rows;
  for (uint32_t row = 0; row < window.rows; ++row) {
    if (!random.OneIn(3)) continue;
    Insert(asked, row);
    rows.push_back(static_cast<uint16_t>(row));
  }
  Bits found;
  found.fill(~uint64_t{0});
  cursor.Fill(found);
  Bits joined = asked;
  cursor.JoinTo(joined);
  Bits kept = asked;
  cursor.KeepBits(kept);
  Rows kept_rows = rows;
  cursor.KeepRows(kept_rows);
  Rows expected_rows;
  for (uint32_t row = 0; row < kWindowRows; ++row) {
    const auto posting = expected.find(row);
    const bool has = posting != expected.end();
    ASSERT_EQ(Contains(found, row), has) << row;
    ASSERT_EQ(Contains(joined, row), has || Contains(asked, row)) << row;
    ASSERT_EQ(Contains(kept, row), has && Contains(asked, row)) << row;
    if (has && Contains(asked, row)) expected_rows.push_back(static_cast<uint16_t>(row));
    if (row < window.rows) {
      ASSERT_EQ(cursor.PostingOf(row), has ? posting->second : index::kNoPosting) << row;
    }
  }
  ASSERT_EQ(kept_rows, expected_rows);
  const auto multiplier = static_cast<uint16_t>(256 + random.Below(20'000));
  Sums sums = {};
  Sums expected_sums = {};
  for (const auto& [row, posting] : expected) {
    expected_sums[row] = static_cast<uint16_t>(Share(cursor.list().impacts()[posting], multiplier));
  }
  cursor.AddShares(multiplier, kAllBlocks, sums);
  ASSERT_EQ(sums, expected_sums);
  std::array<uint8_t, kWindowBlocks> maxima = {};
  for (const auto& [row, posting] : expected) {
    uint8_t& most = maxima[row / index::kBlockRows];
    most = std::max(most, cursor.list().impacts()[posting]);
  }
  for (uint32_t block = 0; block < kWindowBlocks; ++block) {
    ASSERT_EQ(cursor.BlockMaxima() == nullptr ? 0 : cursor.BlockMaxima()[block], maxima[block]) << block;
  }
  const auto blocks = static_cast<uint32_t>(random.Below(kAllBlocks + 1));
  sums.fill(0);
  cursor.AddShares(multiplier, blocks, sums);
  for (uint32_t row = 0; row < kWindowRows; ++row) {
    const bool asked_for = (blocks >> row / index::kBlockRows & 1) != 0;
    ASSERT_TRUE(sums[row] == expected_sums[row] || (!asked_for && sums[row] == 0)) << row;
  }
  for (uint16_t& sum : sums) sum = static_cast<uint16_t>(random.Below(20'000));
  expected_sums = sums;
  for (const auto& [row, posting] : expected) {
    const auto share = static_cast<uint16_t>(Share(cursor.list().impacts()[posting], multiplier));
    expected_sums[row] = std::max(expected_sums[row], share);
  }
  Rows few;
  const uint64_t one_in = 1 + random.Below(2 * window.rows / kMostListed + 1);
  for (uint32_t row = 0; row < window.rows && few.size() < kMostListed; ++row) {
    if (random.OneIn(one_in)) few.push_back(static_cast<uint16_t>(row));
  }
  Rows few_kept = few;
  cursor.KeepRows(few_kept);
  few.KeepIf([&](uint16_t row) { return expected.count(row) > 0 || random.OneIn(2); });
  Rows few_expected = few;
  few_expected.KeepIf([&](uint16_t row) { return expected.count(row) > 0; });
  ASSERT_EQ(few_kept, few_expected);
  std::vector<uint16_t> shares(few.size());
  for (uint16_t& share : shares) share = static_cast<uint16_t>(random.Below(20'000));
  std::vector<uint16_t> expected_shares = shares;
  for (size_t i = 0; i < few.size(); ++i) {
    const auto posting = expected.find(few[i]);
    if (posting == expected.end()) continue;
    const auto share = static_cast<uint16_t>(Share(cursor.list().impacts()[posting->second], multiplier));
    expected_shares[i] = std::max(expected_shares[i], share);
  }
  cursor.RaiseSharesOf(few, multiplier, shares.data());
  ASSERT_EQ(shares, expected_shares);
  const Sums before = sums;
  Sums some = sums;
  cursor.RaiseToShares(multiplier, kAllBlocks, sums);
  ASSERT_EQ(sums, expected_sums);
  cursor.RaiseToShares(multiplier, blocks, some);
  for (uint32_t row = 0; row < kWindowRows; ++row) {
    const bool asked_for = (blocks >> row / index::kBlockRows & 1) != 0;
    ASSERT_TRUE(some[row] == expected_sums[row] || (!asked_for && some[row] == before[row])) << row;
  }
  Rows all_rows;
  for (const auto& [row, posting] : expected) all_rows.push_back(static_cast<uint16_t>(row));
  Rows listed = {1, 2};
  cursor.List(listed);
  ASSERT_EQ(listed, all_rows);
}

TEST(TermCursorTest, ReadsWhatTheListHas) {
  const uint64_t seed = test::TestSeed(6);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  Random random(seed);
  for (const uint32_t documents : {1U, 20'000U, 65'536U, 73'731U, 140'000U}) {
    test::MadeLists lists;
    for (const uint64_t one_in : {1, 2, 15, 17, 200, 9'000, 60'000}) {
      lists[absl::StrCat("t", one_in)] = test::RandomList(random, documents, one_in, 9);
    }
    lists["edges"] = {{0, 1}};
    for (const uint32_t row : {63U, 64U, 8191U, 8192U, 65'535U, 65'536U}) {
      if (row < documents) lists["edges"].push_back({row, 2});
    }
    const MadePostings made(lists, std::vector<uint32_t>(documents, 50));
    for (const auto& [term, list] : made.made()) {
      SCOPED_TRACE(absl::StrCat(term, " in ", documents));
      TermCursor cursor(made.List(term));
      std::vector<Window> windows = WindowsOf(documents);
      // In order, then anyhow, some twice.
      for (uint64_t i = windows.size(); i > 0; --i) windows.push_back(windows[random.Below(windows.size())]);
      for (const Window& window : windows) {
        SCOPED_TRACE(absl::StrCat("window at ", window.begin));
        ExpectWindow(cursor, window, InWindow(list, window), random);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(TermCursorTest, OfAnEmptyListHasNothing) {
  const index::PostingList list;
  TermCursor cursor(list);
  cursor.MoveTo(Window{0, 100});
  EXPECT_EQ(cursor.count(), 0U);
  EXPECT_EQ(cursor.PostingOf(0), index::kNoPosting);
  Rows rows = {1, 2};
  cursor.KeepRows(rows);
  EXPECT_TRUE(rows.empty());
}

TEST(ShardListsTest, GivesTheSameListUntilTrimmed) {
  const MadePostings made({{"a", {{0, 1}, {1, 1}}}, {"b", {{1, 1}}}}, {5, 5});
  ShardLists lists(made.postings());
  const index::PostingList& a = lists.Of("a");
  EXPECT_EQ(a.size(), 2U);
  EXPECT_EQ(lists.Of("b").size(), 1U);
  EXPECT_EQ(lists.Of("absent").size(), 0U);
  for (size_t i = 0; i < ShardLists::kMaxLists - 10; ++i) lists.Of(absl::StrCat("none", i));
  lists.Trim();
  EXPECT_EQ(&lists.Of("a"), &a) << "there are not too many";
  for (size_t i = 0; i < 20; ++i) lists.Of(absl::StrCat("other", i));
  EXPECT_EQ(a.size(), 2U) << "only Trim forgets";
  lists.Trim();
  EXPECT_EQ(lists.Of("a").size(), 2U) << "and it comes back";
}

}  // namespace
}  // namespace dateline::match::fast
