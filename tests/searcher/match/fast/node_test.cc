// Random trees of nodes beside sets of rows.
#include "searcher/match/fast/node.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "searcher/match/fast/place_nodes.h"
#include "tests/support/made_postings.h"

namespace dateline::match::fast {
namespace {

using test::MadePostings;
using test::Random;

constexpr uint32_t kDocuments = 3 * kWindowRows + 777;

using RowSet = std::vector<bool>;  // by row of the shard

// Costly, and keeps every third row.
class ThirdNode final : public TestNode {
 public:
  explicit ThirdNode(NodePtr candidates) : TestNode(std::move(candidates)) {}
  void MoveTo(const Window& window) override {
    TestNode::MoveTo(window);
    begin_ = window.begin;
  }

 private:
  void Test(Rows& rows) override {
    rows.KeepIf([this](uint16_t row) { return (begin_ + row) % 3 == 0; });
  }

  uint32_t begin_ = 0;
};

// A node, and what it is to match.
struct Pair {
  NodePtr node;
  RowSet rows;
};

RowSet Combine(const RowSet& a, const RowSet& b, const std::function<bool(bool, bool)>& rule) {
  RowSet rows(kDocuments);
  for (uint32_t row = 0; row < kDocuments; ++row) rows[row] = rule(a[row], b[row]);
  return rows;
}

class NodeTest : public ::testing::Test {
 protected:
  NodeTest() {
    test::MadeLists lists;
    for (const uint64_t one_in : {2, 10, 40, 300, 3'000, 20'000}) {
      lists[absl::StrCat("t", one_in)] = test::RandomList(random_, kDocuments, one_in, 3);
    }
    // All in one window: elsewhere trees with it match nothing, and some nodes stay behind.
    for (uint32_t row = kWindowRows; row < 2 * kWindowRows; row += 7) lists["clump"].push_back({row, 1});
    made_ = std::make_unique<MadePostings>(std::move(lists), std::vector<uint32_t>(kDocuments, 10));
    terms_ = made_->Terms();
    for (ShardRows& set : sets_) {
      set.resize((kDocuments + 63) / 64);
      for (uint64_t left = random_.Below(kDocuments); left > 0; --left) {
        Insert(set, static_cast<uint32_t>(random_.Below(kDocuments)));
      }
    }
  }

  Pair Leaf() {
    switch (random_.Below(8)) {
      case 0:
        return {std::make_unique<AllNode>(), RowSet(kDocuments, true)};
      case 1:
        return {std::make_unique<NoneNode>(), RowSet(kDocuments, false)};
      case 2: {
        const ShardRows& set = sets_[random_.Below(sets_.size())];
        const bool inside = random_.OneIn(2);
        RowSet rows(kDocuments);
        for (uint32_t row = 0; row < kDocuments; ++row) rows[row] = Contains(set, row) == inside;
        return {std::make_unique<SetNode>(set, inside), rows};
      }
      default: {
        const std::string& term = random_.Pick(terms_);
        RowSet rows(kDocuments);
        for (const test::MadePosting& posting : made_->made().at(term)) rows[posting.row] = true;
        return {std::make_unique<TermNode>(made_->List(term)), rows};
      }
    }
  }

  Pair And(int depth) {
    std::vector<NodePtr> required;
    std::vector<NodePtr> excluded;
    RowSet rows(kDocuments, true);
    for (uint64_t left = 1 + random_.Below(3); left > 0; --left) {
      Pair part = Tree(depth - 1);
      rows = Combine(rows, part.rows, [](bool a, bool b) { return a && b; });
      required.push_back(std::move(part.node));
    }
    for (uint64_t left = random_.Below(3); left > 0; --left) {
      Pair part = Tree(depth - 1);
      rows = Combine(rows, part.rows, [](bool a, bool b) { return a && !b; });
      excluded.push_back(std::move(part.node));
    }
    return {std::make_unique<AndNode>(std::move(required), std::move(excluded)), rows};
  }

  Pair Or(int depth) {
    std::vector<NodePtr> children;
    RowSet rows(kDocuments, false);
    for (uint64_t left = 1 + random_.Below(3); left > 0; --left) {
      Pair part = Tree(depth - 1);
      rows = Combine(rows, part.rows, [](bool a, bool b) { return a || b; });
      children.push_back(std::move(part.node));
    }
    return {std::make_unique<OrNode>(std::move(children)), rows};
  }

  // What a tree lends may stand in it twice.
  Pair Shared(int depth) {
    Pair part = Tree(depth - 1);
    shared_.push_back(std::make_unique<SharedNode>());
    SharedNode& node = *shared_.back();
    node.Set(std::move(part.node));
    if (random_.OneIn(2)) return {std::make_unique<LentNode>(node), part.rows};
    std::vector<NodePtr> both;
    both.push_back(std::make_unique<LentNode>(node));
    both.push_back(std::make_unique<LentNode>(node));
    return {std::make_unique<AndNode>(std::move(both), std::vector<NodePtr>()), part.rows};
  }

  Pair Tree(int depth) {
    if (depth == 0 || random_.OneIn(5)) return Leaf();
    switch (random_.Below(6)) {
      case 0:
        return Shared(depth);
      case 1: {
        Pair part = Tree(depth - 1);
        for (uint32_t row = 0; row < kDocuments; ++row) part.rows[row] = part.rows[row] && row % 3 == 0;
        return {std::make_unique<ThirdNode>(std::move(part.node)), part.rows};
      }
      case 2:
      case 3:
        return Or(depth);
      default:
        return And(depth);
    }
  }

  void ExpectWindow(Node& node, const RowSet& expected, const Window& window) {
    node.MoveTo(window);
    Bits found;
    found.fill(~uint64_t{0});
    Bits asked = {};
    Bits joined = {};
    Rows listed = {1, 2, 3};
    Rows all_rows;
    Rows rows;
    for (uint32_t row = 0; row < window.rows; ++row) {
      if (!random_.OneIn(2)) continue;
      Insert(asked, row);
      rows.push_back(static_cast<uint16_t>(row));
    }
    Bits kept = asked;
    joined = asked;
    // Any order: what one call learns must not mislead the next.
    std::vector<std::function<void()>> calls = {[&] { node.Fill(found); }, [&] { node.KeepBits(kept); },
                                                [&] { node.KeepRows(rows); }, [&] { node.List(listed); },
                                                [&] { node.JoinTo(joined); }};
    for (size_t i = calls.size(); i > 1; --i) std::swap(calls[i - 1], calls[random_.Below(i)]);
    for (const auto& call : calls) call();
    Rows expected_rows;
    uint32_t count = 0;
    for (uint32_t row = 0; row < kWindowRows; ++row) {
      const bool matches = row < window.rows && expected[window.begin + row];
      count += matches ? 1 : 0;
      if (matches) all_rows.push_back(static_cast<uint16_t>(row));
      ASSERT_EQ(Contains(found, row), matches) << row;
      ASSERT_EQ(Contains(kept, row), matches && Contains(asked, row)) << row;
      ASSERT_EQ(Contains(joined, row), matches || Contains(asked, row)) << row;
      if (matches && Contains(asked, row)) expected_rows.push_back(static_cast<uint16_t>(row));
    }
    ASSERT_EQ(rows, expected_rows);
    ASSERT_EQ(listed, all_rows);
    ASSERT_GE(node.Most(), count);
  }

  struct Text {
    uint32_t rows;
    uint64_t rows_without;  // a word: one in so many
    uint32_t positions;
    uint64_t one_in;  // of them has a word
  };
  test::MadeLists RandomPlaces(const std::vector<std::string>& words, const Text& text) {
    test::MadeLists lists;
    for (const std::string& word : words) {
      for (uint32_t row = 0; row < text.rows; ++row) {
        if (random_.OneIn(text.rows_without)) continue;
        test::MadePosting posting{row, 0};
        for (uint32_t position = 0; position < text.positions; ++position) {
          if (random_.OneIn(text.one_in)) posting.positions.push_back(position);
        }
        lists[word].push_back(std::move(posting));
      }
    }
    return lists;
  }
  static std::unique_ptr<MadePostings> Make(test::MadeLists lists, uint32_t rows) {
    return std::make_unique<MadePostings>(std::move(lists), std::vector<uint32_t>(rows, 10));
  }

  const uint64_t seed_ = test::TestSeed(31);
  const ::testing::ScopedTrace trace_{__FILE__, __LINE__, absl::StrCat("seed ", seed_)};
  Random random_{seed_};
  std::unique_ptr<MadePostings> made_;
  std::vector<std::string> terms_;
  std::vector<ShardRows> sets_{3};
  std::vector<std::unique_ptr<SharedNode>> shared_;  // of the tree at hand
};

TEST_F(NodeTest, TreesMatchWhatSetsSay) {
  for (int i = 0; i < test::Scaled(300); ++i) {
    SCOPED_TRACE(absl::StrCat("tree ", i));
    shared_.clear();
    const Pair tree = Tree(4);
    std::vector<uint32_t> begins;
    for (uint32_t begin = 0; begin < kDocuments; begin += kWindowRows) begins.push_back(begin);
    if (random_.OneIn(4)) std::reverse(begins.begin(), begins.end());
    for (const uint32_t begin : begins) {
      if (random_.OneIn(6)) continue;  // windows may be left out
      SCOPED_TRACE(absl::StrCat("window at ", begin));
      ExpectWindow(*tree.node, tree.rows, Window{begin, std::min(kWindowRows, kDocuments - begin)});
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(NodeTest, ListsJoinSetsOfWholeShards) {
  constexpr uint32_t kRows = 70'000;  // more than a chunk
  const std::unique_ptr<MadePostings> made = test::MakePostings(random_, {kRows, {3, 100, 20'000}});
  ShardRows rows((kRows + kWindowRows - 1) / kWindowRows * kWindowWords);
  RowSet expected(kRows, false);
  for (const auto& [term, list] : made->made()) {
    Join(made->List(term), rows);
    for (const test::MadePosting& posting : list) expected[posting.row] = true;
    for (uint32_t row = 0; row < 64 * rows.size(); ++row) {
      ASSERT_EQ(Contains(rows, row), row < kRows && expected[row]) << term << ", row " << row;
    }
    EXPECT_EQ(CountOf(rows), static_cast<uint64_t>(std::count(expected.begin(), expected.end(), true)));
  }
}

TEST_F(NodeTest, WhatIsAnyOfSomeListsSaysSo) {
  const auto term = [this](const std::string& name) { return std::make_unique<TermNode>(made_->List(name)); };
  const auto both = [&](NodePtr a, NodePtr b) {
    std::vector<NodePtr> nodes;
    nodes.push_back(std::move(a));
    nodes.push_back(std::move(b));
    return nodes;
  };
  std::vector<const index::PostingList*> lists;
  EXPECT_TRUE(OrNode(both(term("t2"), std::make_unique<OrNode>(both(term("t40"), term("t300"))))).IsAnyOf(lists));
  EXPECT_EQ(lists,
            (std::vector<const index::PostingList*>{&made_->List("t2"), &made_->List("t40"), &made_->List("t300")}));
  EXPECT_FALSE(OrNode(both(term("t2"), std::make_unique<AllNode>())).IsAnyOf(lists));
  EXPECT_FALSE(AndNode(both(term("t2"), term("t40")), {}).IsAnyOf(lists));
  EXPECT_FALSE(SetNode(sets_.front(), /*inside=*/true).IsAnyOf(lists));
}

// What a node matches in the first window.
std::set<uint32_t> RowsOf(Node& node, uint32_t rows) {
  node.MoveTo(Window{0, rows});
  Bits bits;
  node.Fill(bits);
  std::set<uint32_t> found;
  for (uint32_t row = 0; row < rows; ++row) {
    if (Contains(bits, row)) found.insert(row);
  }
  return found;
}

// Where the second word stands behind the first.
test::MadeList PairList(const test::MadeList& first, const test::MadeList& second, bool with_positions) {
  test::MadeList pair;
  for (const test::MadePosting& a : first) {
    test::MadePosting both{a.row, 0};
    for (const test::MadePosting& b : second) {
      if (a.row != b.row) continue;
      std::copy_if(a.positions.begin(), a.positions.end(), std::back_inserter(both.positions),
                   [&](uint32_t at) { return std::binary_search(b.positions.begin(), b.positions.end(), at + 1); });
    }
    if (both.positions.empty()) continue;
    if (!with_positions) both.positions.clear();
    pair.push_back(std::move(both));
  }
  return pair;
}

// The rows in which words stand in a row, found by looking for each begin.
std::set<uint32_t> RowsWithPhrase(const std::vector<const test::MadeList*>& lists) {
  std::set<uint32_t> rows;
  for (const test::MadePosting& first : *lists.front()) {
    for (const uint32_t begin : first.positions) {
      bool stands = true;
      for (uint32_t i = 1; i < lists.size(); ++i) {
        stands = stands && std::any_of(lists[i]->begin(), lists[i]->end(), [&](const test::MadePosting& posting) {
                   return posting.row == first.row &&
                          std::binary_search(posting.positions.begin(), posting.positions.end(), begin + i);
                 });
      }
      if (stands) rows.insert(first.row);
    }
  }
  return rows;
}

TEST_F(NodeTest, PhrasesStandWhereTheirWordsDo) {
  constexpr uint32_t kRows = 3 * kMostListed;
  const std::vector<std::string> words = {"a", "b", "c"};
  test::MadeLists lists = RandomPlaces(words, {kRows, 4, 30, 5});
  for (const bool with_positions : {false, true}) {
    for (const std::string& a : words) {
      for (const std::string& b : words) {
        lists[absl::StrCat(a, b, with_positions ? "+" : "-")] = PairList(lists[a], lists[b], with_positions);
      }
    }
  }
  const std::unique_ptr<MadePostings> made_postings = Make(std::move(lists), kRows);
  const MadePostings& made = *made_postings;
  const base::Deadline deadline;
  for (int i = 0; i < 200; ++i) {
    std::string text;
    for (uint64_t left = 2 + random_.Below(4); left > 0; --left) text.append(words[random_.Below(words.size())]);
    std::vector<const test::MadeList*> made_lists;
    PhraseNode::Lists terms;
    PhraseNode::Lists pairs;
    std::vector<NodePtr> candidates;
    for (size_t word = 0; word < text.size(); ++word) {
      terms.push_back(&made.List(text.substr(word, 1)));
      made_lists.push_back(&made.made().at(text.substr(word, 1)));
      candidates.push_back(std::make_unique<TermNode>(*terms.back()));
      pairs.push_back(nullptr);
      if (word + 1 == text.size() || random_.OneIn(3)) continue;
      pairs.back() = &made.List(absl::StrCat(text.substr(word, 2), random_.OneIn(2) ? "+" : "-"));
      candidates.push_back(std::make_unique<TermNode>(*pairs.back()));
    }
    PhraseNode phrase(std::make_unique<AndNode>(std::move(candidates), std::vector<NodePtr>()), terms, pairs,
                      deadline);
    EXPECT_TRUE(phrase.costly());
    EXPECT_EQ(RowsOf(phrase, kRows), RowsWithPhrase(made_lists)) << text;
  }
}

// Every pair of positions is compared.
std::set<uint32_t> RowsWithNeighbours(const test::MadeList& first, const test::MadeList& second,
                                      const query::Link& link) {
  std::set<uint32_t> rows;
  for (const test::MadePosting& a : first) {
    for (const test::MadePosting& b : second) {
      if (a.row != b.row) continue;
      for (const int64_t here : a.positions) {
        for (const int64_t there : b.positions) {
          const int64_t behind = there - here;
          const bool either = link.kind == query::Link::Kind::kNear && behind < 0 && -behind <= link.distance;
          if (either || (behind > 0 && behind <= link.distance)) rows.insert(a.row);
        }
      }
    }
  }
  return rows;
}

// Two words may stand at one place: a word of the text, and the same in a field.
TEST_F(NodeTest, WordsStandNearEachOther) {
  constexpr uint32_t kRows = 2 * kMostListed + 30;
  const std::vector<std::string> starts = {std::string(index::kSentenceStarts), std::string(index::kParagraphStarts)};
  const std::unique_ptr<MadePostings> made_postings =
      Make(RandomPlaces({"a", "b", "c", starts[0], starts[1]}, {kRows, 5, 300, 60}), kRows);
  const MadePostings& made = *made_postings;
  const base::Deadline deadline;
  for (int i = 0; i < 60; ++i) {
    const std::vector<std::string> words = {std::string(1, static_cast<char>('a' + random_.Below(3))),
                                            std::string(1, static_cast<char>('a' + random_.Below(3)))};
    plan::Positions positions;
    PlacesNode::Lists of_terms;
    for (const std::string& term : starts) of_terms.emplace(term, &made.List(term));
    std::vector<NodePtr> candidates;
    for (const std::string& word : words) {
      positions.operands.push_back({{plan::Slot{{word}, {}}}});
      of_terms.emplace(word, &made.List(word));
      candidates.push_back(std::make_unique<TermNode>(made.List(word)));
    }
    const auto kind = random_.OneIn(2) ? query::Link::Kind::kNear : query::Link::Kind::kBefore;
    positions.links.push_back(query::Link{kind, 1 + static_cast<uint32_t>(random_.Below(6))});
    PlacesNode node(std::make_unique<AndNode>(std::move(candidates), std::vector<NodePtr>()), positions, of_terms,
                    deadline);
    const std::set<uint32_t> found = RowsOf(node, kRows);
    EXPECT_EQ(found, RowsWithNeighbours(made.made().at(words[0]), made.made().at(words[1]), positions.links.front()))
        << plan::ToString(positions);
    EXPECT_TRUE(words[0] == words[1] || !found.empty());
  }
}

TEST_F(NodeTest, APhraseEndsAtItsDeadline) {
  test::MadeLists lists;
  for (uint32_t row = 0; row < 1000; ++row) lists["a"].push_back({row, 0, {1, 2}});
  const MadePostings made(lists, std::vector<uint32_t>(1000, 10));
  const base::Deadline expired = base::Deadline::After(std::chrono::microseconds(-1));
  PhraseNode phrase(std::make_unique<TermNode>(made.List("a")), {&made.List("a"), &made.List("a")},
                    {nullptr, nullptr}, expired);
  phrase.MoveTo(Window{0, 1000});
  Bits bits;
  try {
    phrase.Fill(bits);
    FAIL() << "it went on";
  } catch (const GaveUp& gave_up) {
    EXPECT_TRUE(absl::IsDeadlineExceeded(gave_up.status)) << gave_up.status;
  }
}

}  // namespace
}  // namespace dateline::match::fast
