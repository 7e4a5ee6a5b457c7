#include "core/text/analyzer.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/utf8.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace dateline::text {
namespace {

std::vector<Token> TokensOf(Analyzer& analyzer, absl::string_view text, absl::string_view language) {
  std::vector<Token> tokens;
  analyzer.Tokenize(text, language, tokens);
  return tokens;
}

// "the@0-3 talks~talk@4-9": written form, stem where it differs, bytes.
std::string Describe(absl::string_view text, absl::string_view language) {
  Analyzer analyzer;
  std::vector<std::string> words;
  for (const Token& token : TokensOf(analyzer, text, language)) {
    const std::string stem = token.word->stem == token.word->exact ? "" : absl::StrCat("~", token.word->stem);
    words.push_back(absl::StrCat(token.word->exact, stem, "@", token.begin, "-", token.end));
  }
  return absl::StrJoin(words, " ");
}

struct TokenCase {
  std::string text;
  std::string tokens;
};

void ExpectTokens(const std::vector<TokenCase>& cases, absl::string_view language) {
  for (const TokenCase& c : cases) EXPECT_EQ(Describe(c.text, language), c.tokens) << c.text;
}

TEST(AnalyzerTest, EnglishTokens) {
  ExpectTokens(
      {
          {"", ""},
          {" \n\t ", ""},
          {"The talks moved closer.", "the@0-3 talks~talk@4-9 moved~move@10-15 closer@16-22"},  // no stop words
          // Possessives and apostrophes.
          {"Putin’s envoy", "putin@0-9 envoy@10-15"},                 // the curly apostrophe has three bytes
          {"Putin's envoy", "putin@0-7 envoy@8-13"},
          {"PUTIN'S", "putin@0-7"},
          {"mother＇s", "mother@0-10"},                                // the full-width apostrophe
          {"motherʼs", "mother@0-9"},                                 // U+02BC, a letter
          {"mother‘s", "mother@0-10"},                                // the wrong quotation mark, as typed
          {"the players’ union", "the@0-3 players~player@4-11 union@15-20"},
          {"it's", "it@0-4"},
          {"'s", "s@1-2"},                                            // nothing that it could belong to
          {"x's", "x@0-3"},
          {"don’t can't", "don't@0-7 can't@8-13"},
          {"O’Brien ‘quoted’", "o'brien@0-9 quoted~quot@13-19"},
          {"’tis", "tis@3-6"},
          {"rock’n’roll", "rock'n'roll~rock'n'rol@0-15"},
          // Hyphens part words; a soft one does not.
          {"Jong-un", "jong@0-4 un@5-7"},
          {"co‑operate", "co@0-2 operate~oper@5-12"},                 // U+2011
          {"co\u00ADoper\u00ADation", "cooperation~cooper@0-15"},     // typeset text keeps its soft hyphens
          {"now—or never", "now@0-3 or@6-8 never@9-14"},
          // Numbers.
          {"10,000 and 3.5", "10,000@0-6 and@7-10 3.5@11-14"},
          {"1,000.50", "1,000.50@0-8"},
          {"1/2", "1@0-1 2@2-3"},
          {"12:30", "12@0-2 30@3-5"},
          {"$3.5bn 20%", "3.5bn@1-6 20@7-9"},
          {"COVID-19 G20", "covid@0-5 19@6-8 g20@9-12"},
          {"10\u00A0000", "10@0-2 000@4-7"},                          // a no-break space is a space
          {"２０１９ ＮＥＷＳ", "2019@0-12 news@13-25"},                // full width
          {"٣٫٥", "٣٫٥@0-6"},                                         // other digits stay themselves
          // Full stops inside.
          {"U.S. troops", "u.s~u.@0-3 troops~troop@5-11"},
          {"Ｕ．Ｓ． army", "u.s~u.@0-9 army~armi@13-17"},
          {"e.g. a.b.c", "e.g@0-3 a.b.c@5-10"},
          {"example.com/a_b", "example.com@0-11 a_b@12-15"},
          {"user@example.com", "user@0-4 example.com@5-16"},  // and "@name" is found by its name
          {"(@harrisalexc)", "harrisalexc@2-13"},
          // Signs that ICU takes for letters make no token of their own.
          {"a @ b", "a@0-1 b@4-5"},
          {"@@ ____ _a", "_a@8-10"},
          {"AT&T C++", "at@0-2 t@3-4 c@5-6"},
          {"!!! ... --- ???", ""},
          // Letters that look alike.
          {"ﬁre ﬂood ﬀ", "fire@0-5 flood@6-12 ff@13-16"},             // ligatures
          {"𝐁𝐨𝐥𝐝", "bold@0-16"},                                     // mathematical letters, as in social media
          {"ſtop", "stop@0-5"},                                       // long s
          {"\u212Aelvin", "kelvin@0-8"},                              // the sign for kelvin
          {"Ⅳ ①", "iv@0-3"},                                          // a Roman numeral is letters
          {"ﷺ", "صلى الله عليه وسلم@0-3"},                            // one sign for four words is one token
          // Accents.
          {"café cafe\u0301 CAFÉ", "cafe@0-5 cafe@6-12 cafe@13-18"},  // precomposed, combining, capital
          {"e\u0323\u0301 e\u0301\u0323", "e@0-5 e@6-11"},            // marks in either order
          {"Ångström \u212B", "angstrom@0-10 a@11-14"},
          {"Øresund Łódź đ ħ ŧ", "oresund@0-8 lodz@9-16 d@17-19 h@20-22 t@23-25"},
          {"æsir Œuvre", "æsir@0-5 œuvre~œuvr@6-12"},                 // letters of their own
          {"ISTANBUL İstanbul ılık", "istanbul@0-8 istanbul@9-18 ilik@19-25"},  // Turkish i with and without dot
          {"Straße STRASSE ẞ", "strasse~strass@0-7 strasse~strass@8-15 ss@16-19"},
          {"Đà Nẵng", "da@0-4 nang@5-11"},
          // Emoji.
          {"😀🎉👍🏽", ""},
          {"A😀B", "a@0-1 b@5-6"},
          {"1\uFE0F\u20E3", "1\u20E3@0-7"},                           // a keycap holds a digit
          // Joiners and spaces that take no room.
          {"a\u200Db", "ab@0-5"},
          {"a\u200Bb", "a@0-1 b@4-5"},
          {"\u00AD \u200B", ""},
      },
      "en");
}

TEST(AnalyzerTest, OtherScripts) {
  ExpectTokens(
      {
          {"Αθήνα ΑΘΉΝΑ", "αθηνα@0-10 αθηνα@11-21"},
          {"λόγος ΛΌΓΟΣ", "λογοσ@0-10 λογοσ@11-21"},                  // the final sigma is a sigma
          {"ᾼ", "αι@0-3"},
          {"Йогурт и\u0306огурт", "йогурт@0-12 йогурт@13-27"},        // the breve of й is no accent
          {"Ёлка її ўзяў", "ёлка@0-8 її@9-13 ўзяў@14-22"},
          {"東京都は日本の首都です。", "東京@0-6 都@6-9 は@9-12 日本@12-18 の@18-21 首都@21-27 です@27-33"},
          {"中华人民共和国", "中华@0-6 人民@6-12 共和国@12-21"},
          {"ｶﾀｶﾅ カタカナ", "カタカナ@0-12 カタカナ@13-25"},            // half width
          {"か\u3099", "が@0-6"},                                     // the voicing mark is part of the letter
          {"ประเทศไทย สวัสดี", "ประเทศไทย@0-27 สวัสดี@28-46"},
          {"สวัสดีชาวโลก", "สวัสดี@0-18 ชาว@18-27 โลก@27-36"},          // no spaces between words
          {"한국어 뉴스", "한국어@0-9 뉴스@10-16"},
          {"\u1100\u1161\u11A8", "각@0-9"},                           // conjoining jamo
          {"مُحَمَّد", "مُحَمَّد@0-16"},                                      // vowel signs stay
          {"שָׁלוֹם", "שָׁלוֹם@0-14"},
          {"हिन्दी में", "हिन्दी@0-18 में@19-28"},
      },
      "");
}

TEST(AnalyzerTest, Stems) {
  ExpectTokens({{"talks talking talked", "talks~talk@0-5 talking~talk@6-13 talked~talk@14-20"},
                {"elections nations", "elections~elect@0-9 nations~nation@10-17"},
                {"news police", "news@0-4 police~polic@5-11"}},
               "en");
  // German stems turn on umlauts, which go only afterwards.
  ExpectTokens({{"Häuser Häusern", "hauser~haus@0-7 hausern~haus@8-16"},
                {"Regierungen Regierung", "regierungen~regier@0-11 regierung~regier@12-21"},
                {"Straßen größer", "strassen~strass@0-8 grosser~gross@9-17"}},
               "de");
  ExpectTokens({{"océans océan", "oceans~ocean@0-7 ocean@8-14"},
                {"élections continuer", "elections~elect@0-10 continuer~continu@11-20"},
                {"l’homme", "l'homme~l'homm@0-9"}},  // elision stays
               "fr");
  ExpectTokens({{"señales señal", "senales~senal@0-8 senal@9-15"},
                {"niños niñas", "ninos~nin@0-6 ninas~nin@7-13"},
                {"rápidamente", "rapidamente~rapid@0-12"}},
               "es");
  ExpectTokens({{"министры министров", "министры~министр@0-16 министров~министр@17-35"}}, "ru");
  for (const absl::string_view unknown : {"", "xx", "english", "en-GB"}) {
    ExpectTokens({{"talks Putin’s", "talks@0-5 putin@6-15"}}, unknown);  // words are their own stems
  }
}

// "|" before a token that starts a sentence, "||" before one that starts a paragraph. (The first token starts both.)
std::string DescribeStarts(absl::string_view text) {
  Analyzer analyzer;
  std::string out;
  for (const Token& token : TokensOf(analyzer, text, "")) {
    EXPECT_TRUE(token.starts_sentence || !token.starts_paragraph) << text;
    absl::StrAppend(&out, out.empty() ? "" : " ", token.starts_paragraph ? "|| " : token.starts_sentence ? "| " : "",
                    token.word->exact);
  }
  return out;
}

TEST(AnalyzerTest, SentencesAndParagraphs) {
  const std::vector<TokenCase> cases = {
      {"One ends. Two begins", "|| one ends | two begins"},
      {"Was it? Yes! No… Perhaps", "|| was it | yes | no | perhaps"},
      {"\"Stop.\" He ran", "|| stop | he ran"},                       // a quotation mark in between
      {"(He left.) She came", "|| he left | she came"},
      {"wait... what", "|| wait | what"},
      {"Hm?!  Oh", "|| hm | oh"},
      {"one; two: three, four", "|| one two three four"},
      {"He met Mr. Smith. Then Dr. Jones left", "|| he met mr smith | then dr jones left"},
      {"J. Smith spoke", "|| j smith spoke"},
      {"The U.S. Senate voted. It did", "|| the u.s senate voted | it did"},
      {"at 5 p.m. Friday", "|| at 5 p.m friday"},
      {"Sept. 11 in St. Paul. Paul", "|| sept 11 in st paul | paul"},
      {"Tom Reed Jr. won", "|| tom reed jr won"},
      {"v1.2. Then", "|| v1.2 | then"},                               // a number is no initial
      {"rose 3.5. Then", "|| rose 3.5 | then"},
      {"3.5 rose. 4 fell", "|| 3.5 rose | 4 fell"},
      {"Hello.World", "|| hello.world"},                              // no space, no end
      {"He left.\u00A0She came", "|| he left | she came"},            // a no-break space is a space
      {"one\ntwo\n\nthree", "|| one || two || three"},
      {"one.\n two", "|| one || two"},
      {"one\u2029two", "|| one || two"},
      {"Mr.\nSmith", "|| mr || smith"},                               // a line break says more than an abbreviation
      {"東京です。次です", "|| 東京 です | 次 です"},                   // no space follows these
      {"ある！次？その", "|| ある | 次 | その"},
      {"هل؟ نعم", "|| هل | نعم"},
      {"\n\n one", "|| one"},
  };
  for (const TokenCase& c : cases) EXPECT_EQ(DescribeStarts(c.text), c.tokens) << c.text;
}

TEST(AnalyzerTest, AWordOfTenThousandLettersIsOneToken) {
  Analyzer analyzer;
  const std::string word(10'000, 'x');
  const std::string text = absl::StrCat("a ", word, " b");
  const std::vector<Token> tokens = TokensOf(analyzer, text, "en");
  ASSERT_EQ(tokens.size(), 3U);
  EXPECT_EQ(tokens[1].word->exact, word);
  EXPECT_EQ(tokens[1].word->stem, word);
  EXPECT_EQ(tokens[1].end - tokens[1].begin, 10'000U);
}

// What any tokens must be, whatever the text.
void ExpectLaws(Analyzer& analyzer, const std::string& text, absl::string_view language) {
  const std::vector<Token> tokens = TokensOf(analyzer, text, language);
  std::vector<WordSpan> spans;
  uint32_t end = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    ASSERT_LE(end, token.begin);
    ASSERT_LT(token.begin, token.end);
    ASSERT_LE(token.end, text.size());
    const std::string raw = text.substr(token.begin, token.end - token.begin);
    EXPECT_TRUE(base::IsValidUtf8(raw)) << "a token cuts a character in two";
    EXPECT_TRUE(base::IsValidUtf8(text.substr(end, token.begin - end)));
    end = token.end;
    EXPECT_FALSE(token.word->exact.empty());
    EXPECT_FALSE(token.word->stem.empty());
    EXPECT_TRUE(base::IsValidUtf8(token.word->exact));
    EXPECT_TRUE(base::IsValidUtf8(token.word->stem));
    // Capital ASCII letters are the prefixes of terms.
    for (const char c : token.word->exact + token.word->stem) EXPECT_FALSE(c >= 'A' && c <= 'Z') << raw;
    EXPECT_EQ(&analyzer.Look(raw, language), token.word);
    spans.push_back(WordSpan{token.begin, token.end});
    EXPECT_TRUE(token.starts_sentence || !token.starts_paragraph);
    if (i == 0) {
      EXPECT_TRUE(token.starts_sentence && token.starts_paragraph);
    }
  }
  std::vector<const Word*> words;
  Analyzer other;  // which has not met them
  for (Analyzer* const looks : {&analyzer, &other}) {
    looks->LookAll(text, spans, language, words);
    ASSERT_EQ(words.size(), tokens.size());
    for (size_t i = 0; i < words.size(); ++i) {
      EXPECT_EQ(words[i]->exact, tokens[i].word->exact);
      EXPECT_EQ(words[i]->stem, tokens[i].word->stem);
    }
  }
}

TEST(AnalyzerTest, LawsOnRandomTexts) {
  const uint64_t seed = test::TestSeed(61);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  Analyzer analyzer;
  const std::vector<std::string> languages = {"", "en", "de", "fr", "es", "ru", "tr", "xx"};
  for (int round = 0; round < test::Scaled(3000); ++round) {
    const std::string text = random.Text(random.Below(60));
    SCOPED_TRACE(absl::StrCat("round ", round, ": ", text));
    ExpectLaws(analyzer, text, random.Pick(languages));
    if (HasFatalFailure()) return;
  }
}

// The tokens of every text, by an analyzer that has met other texts before, trims between texts, or is new to each.
TEST(AnalyzerTest, TokensDependOnTheTextAlone) {
  const uint64_t seed = test::TestSeed(62);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  Analyzer old;
  const std::vector<std::string> languages = {"en", "de", "tr"};
  for (int round = 0; round < test::Scaled(60); ++round) {
    const std::string text = random.Text(200);
    const std::string language = random.Pick(languages);
    const auto describe = [&](Analyzer& analyzer) {
      std::string out;
      for (const Token& t : TokensOf(analyzer, text, language)) {
        absl::StrAppend(&out, t.begin, "-", t.end, t.starts_sentence ? "s" : "", t.starts_paragraph ? "p" : "", " ",
                        t.word->exact, "~", t.word->stem, "\n");
      }
      return out;
    };
    Analyzer fresh;
    const std::string expected = describe(fresh);
    EXPECT_EQ(describe(fresh), expected) << text;
    EXPECT_EQ(describe(old), expected) << text;
    old.TrimCache();
    EXPECT_EQ(describe(old), expected) << text;
  }
}

TEST(AnalyzerTest, ForgettingWordsChangesNothing) {
  Analyzer analyzer;
  const std::string before = "Putin’s talks moved closer";
  std::vector<std::string> words;
  for (int i = 0; i < 210'000; ++i) words.push_back(absl::StrCat("w", i));  // more than are remembered
  const std::string many = absl::StrJoin(words, " ");
  const auto exacts = [&](absl::string_view text) {
    std::vector<std::string> out;
    for (const Token& token : TokensOf(analyzer, text, "en")) {
      out.push_back(absl::StrCat(token.word->exact, "~", token.word->stem));
    }
    return out;
  };
  const std::vector<std::string> expected = exacts(before);
  EXPECT_EQ(TokensOf(analyzer, many, "en").size(), words.size());
  analyzer.TrimCache();
  EXPECT_EQ(exacts(before), expected);
}

TEST(AnalyzerTest, TextsOfTwoLanguagesDoNotMix) {
  Analyzer analyzer;
  EXPECT_EQ(analyzer.Look("nationales", "fr").stem, "national");
  EXPECT_EQ(analyzer.Look("nationales", "es").stem, "national");
  EXPECT_EQ(analyzer.Look("nationales", "").stem, "nationales");
  EXPECT_EQ(analyzer.Look("laufen", "de").stem, "lauf");
  EXPECT_EQ(analyzer.Look("laufen", "en").stem, "laufen");
}

TEST(AnalyzerTest, WhatIsNoTokenLooksEmpty) {
  Analyzer analyzer;
  for (const absl::string_view raw : {"", " ", "!", "\u00AD", "@", "___"}) {
    EXPECT_EQ(analyzer.Look(raw, "en").exact, "") << raw;
  }
}

TEST(AnalyzerTest, TheFingerprintNamesEverythingThatMayChangeTokens) {
  const std::string fingerprint = Analyzer::Fingerprint();
  for (const absl::string_view part : {"rules ", "ICU ", "Unicode ", "Xapian "}) {
    EXPECT_NE(fingerprint.find(std::string(part)), std::string::npos) << fingerprint;
  }
  EXPECT_EQ(Analyzer::Fingerprint(), fingerprint);
}

}  // namespace
}  // namespace dateline::text
