// The inner loops of indexing and searching, one at a time. All text is made here, from a fixed seed, to look like
// news: few words are frequent and most are rare, and sentences have capitals, numbers and punctuation.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "bench/random.h"
#include "core/article/article.h"
#include "core/base/checksum.h"
#include "core/index/stored_article.h"
#include "core/text/analyzer.h"
#include "core/text/normalizer.h"
#include "core/text/stemmer.h"
#include "searcher/plan/query_plan.h"
#include "searcher/present/snippet.h"
#include "searcher/query/query_parser.h"

namespace dateline::bench {
namespace {

constexpr uint64_t kSeed = 20190425;
constexpr size_t kVocabulary = 20000;
constexpr size_t kArticles = 200;
constexpr size_t kArticleWords = 500;

enum Script : int { kAscii = 0, kAccented = 1 };

std::string MakeWord(Random& random, Script script) {
  static constexpr absl::string_view kOnsets[] = {"b",  "c", "d",  "f", "g",  "l",  "m",  "n", "p",
                                                  "pr", "r", "st", "t", "tr", "th", "sh", "v", "w"};
  static constexpr absl::string_view kVowels[] = {"a", "e", "i", "o", "u", "ea"};
  static constexpr absl::string_view kAccentedVowels[] = {"á", "é", "í", "ö", "ü", "ø"};
  static constexpr absl::string_view kEndings[] = {"", "", "", "s", "ed", "ing", "er", "ly", "tion", "ment"};
  std::string word;
  for (size_t syllables = 1 + random.Below(3); syllables > 0; --syllables) {
    absl::StrAppend(&word, kOnsets[random.Below(std::size(kOnsets))]);
    const bool accent = script == kAccented && random.Below(5) == 0;
    absl::StrAppend(&word, accent ? kAccentedVowels[random.Below(std::size(kAccentedVowels))]
                                  : kVowels[random.Below(std::size(kVowels))]);
  }
  return absl::StrCat(word, kEndings[random.Below(std::size(kEndings))]);
}

// A source of words whose frequencies fall like those of a language: the n-th is about 1/n as frequent as the first.
class Vocabulary {
 public:
  Vocabulary(Random& random, Script script) : random_(random) {
    for (size_t i = 0; i < kVocabulary; ++i) words_.push_back(MakeWord(random, script));
  }

  const std::string& Draw() {
    const double uniform = static_cast<double>(random_.Next() >> 11) * 0x1p-53;
    const auto rank = static_cast<size_t>(std::pow(static_cast<double>(kVocabulary), uniform)) - 1;
    return words_[std::min(rank, kVocabulary - 1)];
  }

  const std::vector<std::string>& words() const { return words_; }

 private:
  Random& random_;
  std::vector<std::string> words_;
};

std::string Capitalized(std::string word) {
  word[0] = absl::ascii_toupper(static_cast<unsigned char>(word[0]));
  return word;
}

// Sentences of 8 to 25 words, four to a paragraph.
std::string MakeText(Vocabulary& vocabulary, Random& random) {
  std::string text;
  size_t sentences = 0;
  for (size_t words = 0; words < kArticleWords;) {
    const size_t length = 8 + random.Below(18);
    for (size_t i = 0; i < length; ++i, ++words) {
      if (i > 0) text += i % 9 == 0 ? ", " : " ";
      if (random.Below(30) == 0) {
        absl::StrAppend(&text, 1900 + random.Below(130));
      } else {
        text += i == 0 || random.Below(12) == 0 ? Capitalized(vocabulary.Draw()) : vocabulary.Draw();
      }
    }
    text += ++sentences % 4 == 0 ? ".\n" : ". ";
  }
  text.pop_back();
  return text;
}

struct Corpus {
  std::vector<std::string> words;
  std::vector<std::string> texts;
  size_t text_bytes = 0;
};

Corpus MakeCorpus(Script script) {
  Random random(kSeed);
  Vocabulary vocabulary(random, script);
  Corpus corpus;
  corpus.words = vocabulary.words();
  for (size_t i = 0; i < kArticles; ++i) {
    corpus.texts.push_back(MakeText(vocabulary, random));
    corpus.text_bytes += corpus.texts.back().size();
  }
  return corpus;
}

const Corpus& CorpusOf(int64_t script) {
  static const Corpus* const kCorpora[] = {new Corpus(MakeCorpus(kAscii)), new Corpus(MakeCorpus(kAccented))};
  return *kCorpora[script];
}

void SetBytes(benchmark::State& state, size_t bytes_each) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * bytes_each));
}

void SetItems(benchmark::State& state, size_t items_each) {
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * items_each));
}

// As an indexing thread does it: one analyzer, which has met most words before.
void BM_Tokenize(benchmark::State& state) {
  const Corpus& corpus = CorpusOf(state.range(0));
  text::Analyzer analyzer;
  std::vector<text::Token> tokens;
  for (auto _ : state) {
    for (const std::string& text : corpus.texts) {
      analyzer.TrimCache();
      analyzer.Tokenize(text, "en", tokens);
      benchmark::DoNotOptimize(tokens.data());
    }
  }
  SetBytes(state, corpus.text_bytes);
}
BENCHMARK(BM_Tokenize)->ArgName("accented")->Arg(kAscii)->Arg(kAccented)->Unit(benchmark::kMillisecond);

// The same without memory of earlier words, the making of the analyzer included.
void BM_TokenizeFresh(benchmark::State& state) {
  const Corpus& corpus = CorpusOf(state.range(0));
  std::vector<text::Token> tokens;
  for (auto _ : state) {
    text::Analyzer analyzer;
    analyzer.Tokenize(corpus.texts.front(), "en", tokens);
    benchmark::DoNotOptimize(tokens.data());
  }
  SetBytes(state, corpus.texts.front().size());
}
BENCHMARK(BM_TokenizeFresh)->ArgName("accented")->Arg(kAscii)->Arg(kAccented)->Unit(benchmark::kMicrosecond);

void BM_Fold(benchmark::State& state) {
  const Corpus& corpus = CorpusOf(state.range(0));
  for (auto _ : state) {
    for (const std::string& word : corpus.words) benchmark::DoNotOptimize(text::StripDiacritics(text::Fold(word)));
  }
  SetItems(state, corpus.words.size());
}
BENCHMARK(BM_Fold)->ArgName("accented")->Arg(kAscii)->Arg(kAccented)->Unit(benchmark::kMillisecond);

void BM_Stem(benchmark::State& state) {
  const Corpus& corpus = CorpusOf(kAscii);
  text::Stemmer stemmer("en");
  for (auto _ : state) {
    for (const std::string& word : corpus.words) benchmark::DoNotOptimize(stemmer.Stem(word));
  }
  SetItems(state, corpus.words.size());
}
BENCHMARK(BM_Stem)->Unit(benchmark::kMillisecond);

index::StoredArticle MakeStored(const std::string& body) {
  index::StoredArticle stored;
  stored.article.id = "bench-1";
  stored.article.key = article::KeyForId(stored.article.id);
  stored.article.headline = "Ministers Meet Over a Headline of Ordinary Length";
  stored.article.headline_source = article::Source::kFeed;
  stored.article.outlet = "The Daily Example";
  stored.article.bylines.push_back(article::Credit{"Ines Calloway", article::Role::kWriter, article::Source::kFeed});
  stored.article.body = body;
  text::Analyzer analyzer;
  std::vector<text::Token> tokens;
  analyzer.Tokenize(body, "en", tokens);
  stored.body.first_position = 1;
  for (const text::Token& token : tokens) {
    stored.body.tokens.push_back(
        index::TokenSpan{token.begin, token.end, token.starts_sentence, token.starts_paragraph});
  }
  return stored;
}

void BM_EncodeStoredArticle(benchmark::State& state) {
  const index::StoredArticle stored = MakeStored(CorpusOf(kAscii).texts.front());
  for (auto _ : state) benchmark::DoNotOptimize(index::EncodeStoredArticle(stored));
  SetBytes(state, stored.article.body.size());
}
BENCHMARK(BM_EncodeStoredArticle)->Unit(benchmark::kMicrosecond);

void BM_DecodeStoredArticle(benchmark::State& state) {
  const index::StoredArticle stored = MakeStored(CorpusOf(kAscii).texts.front());
  const std::string bytes = index::EncodeStoredArticle(stored);
  for (auto _ : state) {
    const auto decoded = index::DecodeStoredArticle(bytes);
    if (!decoded.ok() || decoded->body != stored.body) state.SkipWithError("the article does not come back");
    benchmark::DoNotOptimize(decoded);
  }
  SetBytes(state, stored.article.body.size());
}
BENCHMARK(BM_DecodeStoredArticle)->Unit(benchmark::kMicrosecond);

void BM_DecodeStoredHead(benchmark::State& state) {
  const std::string bytes = index::EncodeStoredArticle(MakeStored(CorpusOf(kAscii).texts.front()));
  for (auto _ : state) {
    const auto decoded = index::DecodeStoredHead(bytes);
    if (!decoded.ok()) state.SkipWithError("the article does not come back");
    benchmark::DoNotOptimize(decoded);
  }
}
BENCHMARK(BM_DecodeStoredHead)->Unit(benchmark::kMicrosecond);

void BM_MakeSnippet(benchmark::State& state) {
  const index::StoredArticle stored = MakeStored(CorpusOf(kAscii).texts.front());
  text::Analyzer analyzer;
  std::vector<text::Token> tokens;
  analyzer.Tokenize(stored.article.body, "en", tokens);
  plan::HighlightRules rules;
  // A word and a row from the middle of the article.
  const size_t middle = tokens.size() / 2;
  rules.stems.push_back(tokens[middle].word->stem);
  rules.phrases.push_back({tokens[middle + 10].word->exact, tokens[middle + 11].word->exact});
  for (auto _ : state) {
    const present::Snippet snippet = present::MakeSnippet(stored, rules, analyzer);
    if (snippet.marks.empty()) state.SkipWithError("nothing is marked");
    benchmark::DoNotOptimize(snippet);
  }
  SetBytes(state, stored.article.body.size());
}
BENCHMARK(BM_MakeSnippet)->Unit(benchmark::kMicrosecond);

std::string MakeBytes(size_t count) {
  Random random(kSeed);
  std::string bytes;
  while (bytes.size() < count) bytes.push_back(static_cast<char>(random.Next()));
  return bytes;
}

void BM_Hash64(benchmark::State& state) {
  const std::string bytes = MakeBytes(static_cast<size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(base::Hash64(bytes));
  SetBytes(state, bytes.size());
}
BENCHMARK(BM_Hash64)->ArgName("bytes")->Arg(16)->Arg(1 << 10)->Arg(1 << 20);

void BM_FileChecksum(benchmark::State& state) {
  const std::string bytes = MakeBytes(1 << 20);
  for (auto _ : state) {
    base::FileChecksummer checksummer;
    checksummer.Append(bytes);
    benchmark::DoNotOptimize(checksummer.Finish());
  }
  SetBytes(state, bytes.size());
}
BENCHMARK(BM_FileChecksum)->Unit(benchmark::kMicrosecond);

void BM_ParseQuery(benchmark::State& state, absl::string_view query) {
  for (auto _ : state) {
    const auto parsed = query::ParseQuery(query);
    if (!parsed.ok()) state.SkipWithError("the query does not parse");
    benchmark::DoNotOptimize(parsed);
  }
}
BENCHMARK_CAPTURE(BM_ParseQuery, word, "summit");
BENCHMARK_CAPTURE(BM_ParseQuery, phrase, "\"closer ties\"");
BENCHMARK_CAPTURE(BM_ParseQuery, nested,
                  "(summit OR talks) \"closer ties\" -sanctions headline:(border OR \"trade deal\") "
                  "byline:calloway date:2019-04-01..2019-04-30");

}  // namespace
}  // namespace dateline::bench
