// Where words must stand, in one line each: a text of one-letter words, a condition, what stands so.
#include "searcher/plan/positions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/support/random.h"

namespace dateline::plan {
namespace {

using query::Link;

// Words between blanks, from position 1 on; "." starts a sentence, "/" a paragraph.
class TextOfLetters : public Places {
 public:
  explicit TextOfLetters(const std::string& text) {
    uint32_t position = 1;
    bool sentence = true;
    bool paragraph = true;
    for (const std::string& word : std::vector<std::string>(absl::StrSplit(text, ' ', absl::SkipEmpty()))) {
      if (word == "." || word == "/") {
        sentence = true;
        paragraph = paragraph || word == "/";
        continue;
      }
      if (sentence) sentences_.push_back(position);
      if (paragraph) paragraphs_.push_back(position);
      sentence = paragraph = false;
      places_[word].push_back(position++);
    }
  }
  void Append(const std::string& term, std::vector<uint32_t>& positions) override {
    const std::vector<uint32_t>& places = places_[term];
    positions.insert(positions.end(), places.begin(), places.end());
  }
  const std::vector<uint32_t>& SentenceStarts() override { return sentences_; }
  const std::vector<uint32_t>& ParagraphStarts() override { return paragraphs_; }

 private:
  std::map<std::string, std::vector<uint32_t>> places_;
  std::vector<uint32_t> sentences_;
  std::vector<uint32_t> paragraphs_;
};

// "ab|c" is the row a b, or c.
Operand OperandOf(const std::string& text) {
  Operand operand;
  for (const std::string& row : std::vector<std::string>(absl::StrSplit(text, '|'))) {
    operand.emplace_back();
    for (char c : row) operand.back().push_back(Slot{{std::string(1, c)}, {}});
  }
  return operand;
}

// "ab NEAR/3 c|d /s e".
Positions PositionsOf(const std::string& text) {
  Positions positions;
  const std::vector<std::string> parts = absl::StrSplit(text, ' ');
  for (size_t i = 0; i < parts.size(); i += 2) positions.operands.push_back(OperandOf(parts[i]));
  for (size_t i = 1; i < parts.size(); i += 2) {
    Link link;
    link.kind = parts[i] == "/s"     ? Link::Kind::kSentence
                : parts[i] == "/p"   ? Link::Kind::kParagraph
                : parts[i][0] == 'P' ? Link::Kind::kBefore
                                     : Link::Kind::kNear;
    if (parts[i][0] != '/') link.distance = static_cast<uint32_t>(std::stoi(parts[i].substr(parts[i].find('/') + 1)));
    positions.links.push_back(link);
  }
  return positions;
}

std::string Spans(const Positions& positions, const std::string& text) {
  TextOfLetters places(text);
  std::string out;
  for (const PositionSpan& span : MatchingSpans(positions, places)) {
    absl::StrAppend(&out, out.empty() ? "" : " ", span.begin, span.end == span.begin + 1 ? "" : "-",
                    span.end == span.begin + 1 ? "" : std::to_string(span.end - 1));
  }
  EXPECT_EQ(Matches(positions, places), !out.empty()) << ToString(positions) << " in " << text;
  return out;
}

TEST(PositionsTest, Chains) {
  struct Row {
    const char* text;
    const char* condition;
    const char* spans;
  };
  const Row kRows[] = {
      {"x a x", "a", "2"},
      {"a b a b", "ab", "1-2 3-4"},
      {"a a a", "aa", "1-2 2-3"},
      {"b a", "ab", ""},
      {"a b x c", "ab|c", "1-2 4"},

      // NEAR/1 is next to each other, NEAR/n has n - 1 words between.
      {"a b", "a NEAR/1 b", "1 2"},
      {"b a", "a NEAR/1 b", "1 2"},
      {"a x b", "a NEAR/1 b", ""},
      {"a x b", "a NEAR/2 b", "1 3"},
      {"a x x b x x x b", "a NEAR/3 b", "1 4"},
      {"a x b", "a PRE/2 b", "1 3"},
      {"b x a", "a PRE/2 b", ""},
      {"b a b", "a PRE/1 b", "2 3"},
      // Between the end of a phrase and the begin of what follows.
      {"a b x x c", "ab NEAR/3 c", "1-2 5"},
      {"a b x x c", "ab NEAR/2 c", ""},
      {"c x x a b", "ab NEAR/3 c", "1 4-5"},
      {"c x a b", "ab PRE/3 c", ""},
      // Neighbours never overlap.
      {"a", "a NEAR/5 a", ""},
      {"a x a", "a NEAR/5 a", "1 3"},
      {"a b", "ab NEAR/5 b", ""},
      {"a b b", "ab NEAR/5 b", "1-2 3"},
      {"a a a", "aa NEAR/1 a", "1 1-2 2-3 3"},
      // Each link is about its two neighbours; what leads nowhere is not marked.
      {"a b c", "a NEAR/1 b NEAR/1 c", "1 2 3"},
      {"b a x x b c", "a NEAR/1 b NEAR/1 c", ""},
      {"a b x b c", "a NEAR/1 b NEAR/1 c", ""},
      {"a b x a b c", "a NEAR/1 b NEAR/1 c", "4 5 6"},
      {"b c x a b", "a PRE/1 b NEAR/4 c", "2 4 5"},
      {"a x x c b", "a|b NEAR/1 c|d", "4 5"},

      {"a x . b", "a /s b", ""},
      {"x . b x a . x", "a /s b", "2 4"},
      {"a . b", "a /p b", "1 2"},
      {"a / b", "a /p b", ""},
      {"a . b / c . a c", "a /s c", "4 5"},
      {"a . b", "ab /p a", ""},
      {"a . b a", "ab /s a", ""},  // the phrase is in no one sentence
      {"a . b a", "ab /p a", "1-2 3"},
      {"a", "a /s a", ""},
      {"a a", "a /s a", "1 2"},
  };
  for (const Row& row : kRows) EXPECT_EQ(Spans(PositionsOf(row.condition), row.text), row.spans)
      << row.condition << " in " << row.text;
}

TEST(PositionsTest, Mentions) {
  Positions positions = PositionsOf("a|bc");
  positions.min_count = 3;
  for (const auto& [text, stands] : std::map<std::string, bool>{
           {"a a a", true}, {"a b c x a", true}, {"a b c", false}, {"b b c c", false}, {"b c b c b c", true}}) {
    TextOfLetters places(text);
    EXPECT_EQ(Matches(positions, places), stands) << text;
  }
}

TEST(PositionsTest, WordsInAnyOrder) {
  struct Row {
    const char* text;
    const char* words;
    uint32_t slop;
    const char* marked;
  };
  const Row kRows[] = {
      {"b a", "ab", 1, "1 2"},
      {"a x b", "ab", 1, "1 3"},
      {"a x x b", "ab", 1, ""},
      {"a x x b", "ab", 2, "1 4"},
      {"a x b x x x a", "ab", 2, "1 3"},
      {"a", "aa", 5, ""},  // each word has a place of its own
      {"a x a", "aa", 1, "1 3"},
      {"c x b a", "abc", 1, "1 3 4"},
      {"c x x b a", "abc", 1, ""},
      {"a b a", "aab", 1, "1 2 3"},
      {"a b x", "aab", 5, ""},
  };
  for (const Row& row : kRows) {
    Positions positions = PositionsOf(row.words);
    positions.any_order = true;
    positions.slop = row.slop;
    EXPECT_EQ(Spans(positions, row.text), row.marked) << row.words << "~" << row.slop << " in " << row.text;
  }
}

// What else is chosen must not matter: a place that two slots want goes to the one that has no other.
TEST(PositionsTest, WordsInAnyOrderAreAssignedWell) {
  Positions positions;
  positions.operands = {Operand{Sequence{Slot{{"a", "b"}, {}}, Slot{{"a"}, {}}}}};
  positions.any_order = true;
  positions.slop = 1;
  TextOfLetters both("b a");
  EXPECT_TRUE(Matches(positions, both));
  TextOfLetters one("b x b");
  EXPECT_FALSE(Matches(positions, one));
}

TEST(PositionsTest, ExcludedPlacesDoNotCount) {
  Positions positions;
  positions.operands = {Operand{Sequence{Slot{{"a"}, {"h"}}, Slot{{"b"}, {}}}}};
  class Shared : public TextOfLetters {
   public:
    using TextOfLetters::TextOfLetters;
    void Append(const std::string& term, std::vector<uint32_t>& out) override {
      if (term == "h") out.push_back(1);  // as the headline's term of the first word
      if (term != "h") TextOfLetters::Append(term, out);
    }
  };
  Shared headline_only("a b x");
  EXPECT_FALSE(Matches(positions, headline_only));
  Shared also_below("a b x a b");
  EXPECT_EQ(MatchingSpans(positions, also_below), std::vector<PositionSpan>{(PositionSpan{4, 6})});
}

// Against the definition, on texts of few letters.
TEST(PositionsTest, RandomChainsOfTwoAgreeWithTheDefinition) {
  test::Random random(test::TestSeed(77));
  for (int round = 0; round < test::Scaled(3000); ++round) {
    std::string text;
    for (uint64_t i = 0; i < 12; ++i) text += std::string(1, "abcx./"[random.Below(6)]) + " ";
    const char* operands[] = {"a", "b", "ab", "a|bc", "aa|b"};
    const char* links[] = {"NEAR/1", "NEAR/3", "PRE/2", "/s", "/p"};
    const std::string left = operands[random.Below(5)];
    const std::string right = operands[random.Below(5)];
    const std::string link_text = links[random.Below(5)];
    const Positions positions = PositionsOf(absl::StrCat(left, " ", link_text, " ", right));
    TextOfLetters places(text);
    const std::vector<PositionSpan> a = MatchingSpans(PositionsOf(left), places);
    const std::vector<PositionSpan> b = MatchingSpans(PositionsOf(right), places);
    const auto part = [](const std::vector<uint32_t>& starts, uint32_t position) {
      return std::upper_bound(starts.begin(), starts.end(), position) - starts.begin();
    };
    std::vector<PositionSpan> expected;
    const Link& link = positions.links.front();
    for (const PositionSpan& x : a) {
      for (const PositionSpan& y : b) {
        if (x.begin < y.end && y.begin < x.end) continue;
        const uint32_t between = x.end <= y.begin ? y.begin - x.end : x.begin - y.end;
        const std::vector<uint32_t>& starts =
            link.kind == Link::Kind::kSentence ? places.SentenceStarts() : places.ParagraphStarts();
        const uint32_t first = std::min(x.begin, y.begin);
        const uint32_t last = std::max(x.end, y.end) - 1;
        const bool near = between < link.distance && (link.kind == Link::Kind::kNear || x.begin < y.begin);
        const bool together = part(starts, first) == part(starts, last);
        if (link.distance > 0 ? !near : !together) continue;
        expected.push_back(x);
        expected.push_back(y);
      }
    }
    const auto before = [](const PositionSpan& p, const PositionSpan& q) {
      return p.begin != q.begin ? p.begin < q.begin : p.end < q.end;
    };
    std::sort(expected.begin(), expected.end(), before);
    expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
    ASSERT_EQ(MatchingSpans(positions, places), expected) << ToString(positions) << " in " << text;
    ASSERT_EQ(Matches(positions, places), !expected.empty());
  }
}

}  // namespace
}  // namespace dateline::plan
