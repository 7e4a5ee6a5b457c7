// Article and query to snippet; marks are shown as [brackets].
#include "searcher/present/snippet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"
#include "core/index/schema.h"
#include "core/index/term_key.h"
#include "tests/support/random.h"

namespace dateline::present {
namespace {

using plan::HighlightRules;

class SnippetTest : public ::testing::Test {
 protected:
  index::TokenMap MapOf(const std::string& text, const std::string& language = "en") {
    index::TokenMap map;
    std::vector<text::Token> tokens;
    analyzer_.Tokenize(text, language, tokens);
    for (const text::Token& token : tokens) {
      map.tokens.push_back({token.begin, token.end, token.starts_sentence, token.starts_paragraph});
    }
    return map;
  }

  std::string Shown(const std::string& body, const HighlightRules& rules, size_t max_bytes = kSnippetBytes,
                    const std::string& caption = "") {
    index::StoredArticle stored;
    stored.article.lang = "en";
    stored.article.body = body;
    stored.article.caption = caption;
    stored.body = MapOf(body);
    stored.caption = MapOf(caption);
    const Snippet snippet = MakeSnippet(stored, rules, analyzer_, max_bytes);
    std::string shown;
    size_t at = 0;
    for (const Mark& mark : snippet.marks) {
      EXPECT_TRUE(base::IsValidUtf8(snippet.text.substr(at, mark.begin - at)));
      shown += snippet.text.substr(at, mark.begin - at) + "[" +
               snippet.text.substr(mark.begin, mark.end - mark.begin) + "]";
      at = mark.end;
    }
    return shown + snippet.text.substr(at);
  }

  text::Analyzer analyzer_;
};

TEST_F(SnippetTest, Marks) {
  struct Row {
    const char* body;
    HighlightRules rules;
    const char* shown;
  };
  const Row kRows[] = {
      {"They talked of talks.", {{"talk"}, {}}, "They [talked] of [talks]."},
      // A phrase is marked as one, and only where all of it stands.
      {"Closer ties, but ties no closer.", {{}, {{"closer", "ties"}}}, "[Closer ties], but ties no closer."},
      {"Putin\u2019s visit, says Putin.", {{"putin"}, {}}, "[Putin\u2019s] visit, says [Putin]."},
      {"Jong-un came.", {{}, {{"jong", "un"}}}, "[Jong-un] came."},
      {"a b a b a", {{}, {{"a", "b", "a"}}}, "[a b a b a]"},            // overlapping matches become one mark
      {"one\ntwo three", {{"two"}, {}}, "\u2026[two] three"},           // from the start of its paragraph
      {"one two\nthree", {{"two", "three"}, {}}, "one [two] [three]"},  // one line
      {"\u6771\u4eac talks", {{"talk"}, {}}, "\u6771\u4eac [talks]"},
      {"nothing here", {{"talk"}, {}}, "nothing here"},
      // Whatever the first letter is written like.
      {"TALKS of \u00c9lan, \u00e9lan", {{"talk", "elan"}, {}}, "[TALKS] of [\u00c9lan], [\u00e9lan]"},
      {"e\u0301lan", {{"elan"}, {}}, "[e\u0301lan]"},
      {"\uff54alks of 10,000", {{"talk", "10,000"}, {}}, "[\uff54alks] of [10,000]"},
      {"", {{"talk"}, {}}, ""},
  };
  for (const Row& row : kRows) EXPECT_EQ(Shown(row.body, row.rules), row.shown) << row.body;
}

plan::Slot SlotOf(const std::string& word) { return plan::Slot{{word}, {}}; }

// mysociety/alaveteli#5394, typesense/typesense#2331, elastic/elasticsearch#29561: marks outside of what was asked
// for.
TEST_F(SnippetTest, OnlyWhatStandsAsAskedIsMarked) {
  plan::Positions near;
  near.operands = {{{SlotOf("kim")}}, {{plan::Slot{{"talk", "talks"}, {}}}, {SlotOf("closer"), SlotOf("ties")}}};
  near.links = {query::Link{query::Link::Kind::kNear, 3}};
  HighlightRules rules;
  rules.positions = {near};
  EXPECT_EQ(Shown("Kim had talks. Much later then Kim went away, and talks ended.", rules),
            "[Kim] had [talks]. Much later then Kim went away, and talks ended.");
  EXPECT_EQ(Shown("Closer ties with Kim, closer with ties.", rules), "[Closer ties] with [Kim], closer with ties.");
  rules.positions[0].links[0].kind = query::Link::Kind::kSentence;
  EXPECT_EQ(Shown("Of Kim. Talks with Kim. Talks.", rules), "\u2026[Talks] with [Kim]. Talks.");
}

TEST_F(SnippetTest, ALoosePhraseIsMarkedWordByWord) {
  HighlightRules rules;
  rules.positions.emplace_back();
  rules.positions[0].operands = {{{SlotOf("closer"), SlotOf("ties")}}};
  rules.positions[0].any_order = true;
  rules.positions[0].slop = 1;
  EXPECT_EQ(Shown("Ties much closer; then, far from ties, closer.", rules),
            "[Ties] much [closer]; then, far from [ties], [closer].");
  EXPECT_EQ(Shown("Closer, but not in ties.", rules), "Closer, but not in ties.");
}

TEST_F(SnippetTest, TheLeadEndsWithItsParagraph) {
  HighlightRules rules;
  rules.positions.emplace_back();
  rules.positions[0].operands = {{{SlotOf("XLtalks")}}};
  EXPECT_EQ(Shown("All talks.\nMore talks.", rules), "All [talks]. More talks.");
  rules.positions[0].operands = {{{SlotOf("XCtalks")}}};
  EXPECT_EQ(Shown("All talks.", rules, kSnippetBytes, "The talks."), "The [talks].");
}

TEST_F(SnippetTest, ShowsTheRichestStretchFromTheStartOfItsSentence) {
  const std::string filler = "Nothing of note was said here by anybody at all. ";
  std::string body = "A strike began. ";
  for (int i = 0; i < 10; ++i) body += filler;
  body += "The strike ended the talks about wages. ";
  for (int i = 0; i < 10; ++i) body += filler;
  EXPECT_EQ(Shown(body, {{"strike", "talk"}, {}}, 60),
            "\u2026The [strike] ended the [talks] about wages. Nothing of note was\u2026");
  EXPECT_EQ(Shown(body, {{"noth"}, {}}, 40).substr(0, 3), "\u2026") << "a match is preferred to the beginning";
}

TEST_F(SnippetTest, FallsBackToTheCaptionThenToTheBeginning) {
  EXPECT_EQ(Shown("The body says little.", {{"strike"}, {}}, kSnippetBytes, "Workers on strike"),
            "Workers on [strike]");
  EXPECT_EQ(Shown("One two three four five six seven", {{"strike"}, {}}, 15), "One two three\u2026");
}

// Words are passed over by their first bytes; those that are meant are not, however they are written.
TEST_F(SnippetTest, EveryWordThatIsMeantIsMarked) {
  const uint64_t seed = test::TestSeed(12);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const std::vector<std::string> words = {
      "dying",   "die",    "dies",  "Dyed", "lying",  "lie",   "U.S.",   "us",       "US",   "u",
      "O'Brien", "obrien", "Café",  "cafe", "CAFÉS",  "naïve", "naive",  "İstanbul", "é",    "\xEF\xAC\x81ne",
      "fine",    "5G",     "5,000", "5k",   "e-mail", "email", "skies",  "sky",      "ﾊﾛｰ",  "ＡＢ",
      "ab",      "Straße", "run",   "runs", "Run",    "r",     "Ørsted", "orsted",   "ties", "tied",
      "tie",     "æon",    "aeon"};
  for (int round = 0; round < 300; ++round) {
    std::string body;
    for (uint64_t left = 1 + random.Below(40); left > 0; --left) absl::StrAppend(&body, random.Pick(words), " ");
    const std::string language = random.Pick(std::vector<std::string>{"en", "en", "de", "fi", "tr", ""});
    std::vector<text::Token> tokens;
    analyzer_.Tokenize(body, language, tokens);
    const text::Word& meant = *random.Pick(tokens).word;
    HighlightRules rules;
    const uint64_t kind = random.Below(3);
    if (kind == 0) rules.stems = {meant.stem};
    if (kind == 1) rules.phrases = {{meant.exact}};
    if (kind == 2) {
      plan::Positions positions;
      const std::string prefix(random.OneIn(2) ? index::kLeadWord : "");
      positions.operands.push_back({{plan::Slot{{index::TermKey(prefix, meant.exact)}, {}}}});
      rules.positions.push_back(positions);
    }
    index::StoredArticle stored;
    stored.article.lang = language;
    stored.article.body = body;
    stored.body = MapOf(body, language);
    const Snippet snippet = MakeSnippet(stored, rules, analyzer_, 4 * body.size());
    // It begins with the sentence of the first match and ends with the text.
    const auto shift = static_cast<uint32_t>(snippet.text.size() - body.size());
    std::vector<Mark> expected;
    for (const text::Token& token : tokens) {
      const bool is_meant = kind == 0 ? token.word->stem == meant.stem : token.word->exact == meant.exact;
      if (is_meant) expected.push_back({token.begin + shift, token.end + shift});
    }
    EXPECT_EQ(snippet.marks, expected) << meant.exact << " in " << language << ": " << body;
  }
}

// What is stored may be damaged in ways that its own lengths do not betray.
TEST_F(SnippetTest, AnEmptyTokenAtTheEndIsPassedOver) {
  index::StoredArticle stored;
  stored.article.lang = "en";
  stored.article.body = "They talk";
  stored.body = MapOf(stored.article.body);
  stored.body.tokens.push_back({9, 9, false, false});
  HighlightRules rules;
  rules.stems = {"talk"};
  EXPECT_EQ(MakeSnippet(stored, rules, analyzer_).marks, (std::vector<Mark>{{5, 9}}));
}

TEST_F(SnippetTest, APhraseLongerThanTheSnippetIsShownWhole) {
  EXPECT_EQ(Shown("x one two three four five x", {{}, {{"one", "two", "three", "four", "five"}}}, 9),
            "x [one two three four five]\u2026");
}

}  // namespace
}  // namespace dateline::present
