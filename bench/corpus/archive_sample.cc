#include "bench/corpus/archive_sample.h"

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <utility>

#include "absl/strings/string_view.h"
#include "bench/corpus/hash.h"
#include "core/base/status_macros.h"
#include "core/text/analyzer.h"
#include "indexer/extract/extractor.h"
#include "indexer/ingest/record_source.h"

namespace dateline::bench::corpus {
namespace {

constexpr int64_t kSecondsPerDay = 86400;
constexpr size_t kShingle = 5;  // words
constexpr size_t kMinima = 8;

class SampleReader {
 public:
  void Add(const article::Article& article) {
    SampledArticle& out = sample_.articles.emplace_back();
    analyzer_.Tokenize(article.headline, article.lang, tokens_);
    out.headline_tokens = static_cast<uint32_t>(tokens_.size());
    analyzer_.Tokenize(article.body, article.lang, tokens_);
    out.first_token = sample_.tokens.size();
    out.tokens = static_cast<uint32_t>(tokens_.size());
    for (const text::Token& token : tokens_) {
      out.sentences += token.starts_sentence ? 1 : 0;
      out.paragraphs += token.starts_paragraph ? 1 : 0;
      sample_.tokens.push_back(NumberOf(token.word->exact));
    }
    analyzer_.TrimCache();
    out.outlet = article.outlet;
    if (!article.bylines.empty()) out.writer = article.bylines.front().name;
    out.agency = !article.agencies.empty();
    if (article.publication.dated()) {
      const int64_t instant = article.publication.instant;
      out.day = instant / kSecondsPerDay - (instant % kSecondsPerDay < 0 ? 1 : 0);
      out.day_only = article.publication.precision == article::Precision::kDay;
    }
  }

  ArchiveSample& sample() { return sample_; }

 private:
  uint32_t NumberOf(const std::string& word) {
    const auto [place, added] = numbers_.try_emplace(word, sample_.words);
    if (added) ++sample_.words;
    return place->second;
  }

  ArchiveSample sample_;
  text::Analyzer analyzer_;
  std::vector<text::Token> tokens_;
  absl::flat_hash_map<std::string, uint32_t> numbers_;
};

// The smallest hash of a run of five words under each of several hash functions: two texts agree in about the part of
// these that their runs agree in.
using Minima = std::array<uint64_t, kMinima>;

Minima MinimaOf(const uint32_t* tokens, size_t count) {
  Minima minima;
  minima.fill(std::numeric_limits<uint64_t>::max());
  for (size_t at = 0; at + kShingle <= count; ++at) {
    uint64_t hash = 0;
    for (size_t k = 0; k < kShingle; ++k) hash = Mix(hash, tokens[at + k]);
    for (size_t function = 0; function < kMinima; ++function) {
      minima[function] = std::min(minima[function], Mix(hash, function));
    }
  }
  return minima;
}

}  // namespace

absl::StatusOr<ArchiveSample> ReadArchive(const std::vector<std::string>& inputs) {
  DL_ASSIGN_OR_RETURN(std::unique_ptr<ingest::RecordSource> source, ingest::RecordSource::Open(inputs));
  extract::Extractor extractor{extract::SuppliedFacts()};
  SampleReader reader;
  std::vector<ingest::Reject> rejects;
  while (absl::optional<ingest::Record> record = source->Next(rejects)) {
    const absl::StatusOr<article::Article> article = extractor.Extract(*record);
    if (!article.ok()) {
      ++reader.sample().rejected;
      continue;
    }
    reader.Add(*article);
    if (reader.sample().tokens.size() >= kMaxSampleTokens) {
      reader.sample().cut = true;
      break;
    }
  }
  reader.sample().rejected += rejects.size();
  if (reader.sample().tokens.empty()) return absl::InvalidArgumentError("the archive holds no words");
  return std::move(reader.sample());
}

std::vector<uint32_t> WordCounts(const ArchiveSample& sample) {
  std::vector<uint32_t> counts(sample.words);
  for (uint32_t word : sample.tokens) ++counts[word];
  return counts;
}

std::vector<uint32_t> DocumentCounts(const ArchiveSample& sample) {
  std::vector<uint32_t> counts(sample.words);
  std::vector<uint32_t> seen(sample.words);  // the article, counted from 1, that had the word last
  for (uint32_t number = 1; number <= sample.articles.size(); ++number) {
    const SampledArticle& article = sample.articles[number - 1];
    for (uint32_t k = 0; k < article.tokens; ++k) {
      const uint32_t word = sample.tokens[article.first_token + k];
      if (seen[word] == number) continue;
      seen[word] = number;
      ++counts[word];
    }
  }
  return counts;
}

// Words are numbered as they come, so the highest number so far tells how many there were.
std::vector<uint64_t> VocabularyAt(const ArchiveSample& sample, const std::vector<uint64_t>& tokens) {
  std::vector<uint64_t> vocabulary;
  uint64_t words = 0;
  size_t at = 0;
  for (uint64_t limit : tokens) {
    for (; at < std::min<uint64_t>(limit, sample.tokens.size()); ++at) {
      words = std::max<uint64_t>(words, sample.tokens[at] + 1);
    }
    vocabulary.push_back(words);
  }
  return vocabulary;
}

double NearCopyShare(const ArchiveSample& sample) {
  // An article is looked up by pairs of minima: one equal pair makes a candidate, six equal minima a near-copy.
  absl::flat_hash_map<uint64_t, uint32_t> first_with;
  std::vector<Minima> all;
  size_t copies = 0;
  for (uint32_t number = 0; number < sample.articles.size(); ++number) {
    const SampledArticle& article = sample.articles[number];
    all.push_back(MinimaOf(sample.tokens.data() + article.first_token, article.tokens));
    if (article.tokens < kShingle) continue;
    bool copy = false;
    for (size_t pair = 0; pair < kMinima; pair += 2) {
      const uint64_t key = Mix(Mix(all[number][pair], all[number][pair + 1]), pair);
      const auto [place, added] = first_with.try_emplace(key, number);
      if (added) continue;
      size_t equal = 0;
      for (size_t k = 0; k < kMinima; ++k) equal += all[number][k] == all[place->second][k] ? 1 : 0;
      copy = copy || equal >= 6;
    }
    copies += copy ? 1 : 0;
  }
  return static_cast<double>(copies) / static_cast<double>(sample.articles.size());
}

}  // namespace dateline::bench::corpus
