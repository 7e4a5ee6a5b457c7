#include <algorithm>
#include <numeric>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "bench/corpus/hash.h"
#include "bench/corpus/measures.h"
#include "bench/random.h"
#include "bench/stats.h"

namespace dateline::bench::corpus {
namespace {

constexpr uint64_t kSeed = 1;
constexpr size_t kDrawn = 3000;      // phrases of each length, and pairs of each kind
constexpr size_t kCommonRank = 150;  // words above are mostly function words
constexpr size_t kFrequentRank = 2000;
constexpr size_t kRareRank = 20000;

using Words = std::vector<uint32_t>;

// Words that are looked for: next to each other in this order, or anywhere in one article.
struct Drawn {
  Words words;
  uint32_t adjacent_in = 0;  // articles
  uint32_t together_in = 0;  // articles
};

std::vector<uint32_t> RanksOf(const ArchiveSample& sample) {
  const std::vector<uint32_t> counts = WordCounts(sample);
  std::vector<uint32_t> by_rank(sample.words);
  std::iota(by_rank.begin(), by_rank.end(), 0);
  std::sort(by_rank.begin(), by_rank.end(),
            [&](uint32_t a, uint32_t b) { return counts[a] != counts[b] ? counts[a] > counts[b] : a < b; });
  std::vector<uint32_t> ranks(sample.words);
  for (uint32_t rank = 0; rank < by_rank.size(); ++rank) ranks[by_rank[rank]] = rank;
  return ranks;
}

class PhraseCounter {
 public:
  explicit PhraseCounter(const ArchiveSample& sample) : sample_(sample) {}

  // Counts for all of `drawn` by one pass over the articles.
  void Count(std::vector<Drawn>& drawn) {
    absl::flat_hash_map<uint32_t, std::vector<size_t>> by_first;
    for (size_t k = 0; k < drawn.size(); ++k) by_first[drawn[k].words.front()].push_back(k);
    std::vector<uint32_t> seen(sample_.words);          // the article, from 1, that had the word last
    std::vector<uint32_t> adjacent_seen(drawn.size());  // the same for phrases
    Words firsts;                                       // words of this article that begin something
    for (uint32_t number = 1; number <= sample_.articles.size(); ++number) {
      const SampledArticle& article = sample_.articles[number - 1];
      const uint32_t* tokens = sample_.tokens.data() + article.first_token;
      firsts.clear();
      for (uint32_t at = 0; at < article.tokens; ++at) {
        const auto found = by_first.find(tokens[at]);
        if (found != by_first.end()) {
          if (seen[tokens[at]] != number) firsts.push_back(tokens[at]);
          for (size_t k : found->second) {
            const Words& words = drawn[k].words;
            if (adjacent_seen[k] == number || article.tokens - at < words.size()) continue;
            if (!std::equal(words.begin(), words.end(), tokens + at)) continue;
            adjacent_seen[k] = number;
            ++drawn[k].adjacent_in;
          }
        }
        seen[tokens[at]] = number;
      }
      for (uint32_t first : firsts) {
        for (size_t k : by_first[first]) {
          const Words& words = drawn[k].words;
          const bool all = std::all_of(words.begin(), words.end(), [&](uint32_t w) { return seen[w] == number; });
          drawn[k].together_in += all ? 1 : 0;
        }
      }
    }
  }

 private:
  const ArchiveSample& sample_;
};

// Runs of `length` words from random places of the text, with no common word when `content`.
std::vector<Drawn> DrawPhrases(const ArchiveSample& sample, const std::vector<uint32_t>& ranks, size_t length,
                               bool content, Random& random) {
  std::vector<Drawn> drawn;
  for (size_t tries = 0; drawn.size() < kDrawn && tries < 200 * kDrawn; ++tries) {
    const SampledArticle& article = sample.articles[random.Below(sample.articles.size())];
    if (article.tokens < length) continue;
    const uint32_t* begin = sample.tokens.data() + article.first_token + random.Below(article.tokens - length + 1);
    const Words words(begin, begin + length);
    const bool common =
        std::any_of(words.begin(), words.end(), [&](uint32_t word) { return ranks[word] < kCommonRank; });
    if (content && common) continue;
    drawn.push_back({words});
  }
  return drawn;
}

// Two different words of rank `from` to `to` - 1, of one article when `together`, else of any two.
std::vector<Drawn> DrawPairs(const ArchiveSample& sample, const std::vector<uint32_t>& ranks, size_t from, size_t to,
                             bool together, Random& random) {
  const auto draw = [&](const SampledArticle& article) {
    return sample.tokens[article.first_token + random.Below(article.tokens)];
  };
  const auto fits = [&](uint32_t word) { return ranks[word] >= from && ranks[word] < to; };
  std::vector<Drawn> drawn;
  for (size_t tries = 0; drawn.size() < kDrawn && tries < 1000 * kDrawn; ++tries) {
    const SampledArticle& one = sample.articles[random.Below(sample.articles.size())];
    const SampledArticle& other = together ? one : sample.articles[random.Below(sample.articles.size())];
    if (one.tokens == 0 || other.tokens == 0) continue;
    const uint32_t a = draw(one);
    const uint32_t b = draw(other);
    if (a != b && fits(a) && fits(b)) drawn.push_back({{a, b}});
  }
  return drawn;
}

std::vector<double> Figures(const std::vector<Drawn>& drawn, double (*figure)(const Drawn&)) {
  std::vector<double> values;
  for (const Drawn& one : drawn) values.push_back(figure(one));
  return values;
}

double Adjacent(const Drawn& drawn) { return drawn.adjacent_in; }
double Together(const Drawn& drawn) { return drawn.together_in; }
double AdjacentShare(const Drawn& drawn) {
  return drawn.together_in == 0 ? 0 : 100.0 * drawn.adjacent_in / drawn.together_in;
}

void AddPhrases(const std::string& name, const std::vector<Drawn>& drawn, std::vector<Measure>& out) {
  const std::vector<double> hits = Figures(drawn, Adjacent);
  for (int percent : {50, 75, 90, 99}) {
    out.push_back({absl::StrCat("articles with ", name, ", ", percent, "%"), Percentile(hits, percent / 100.0)});
  }
  out.push_back({absl::StrCat("% of the AND of ", name, ", mean"), Mean(Figures(drawn, AdjacentShare))});
}

void AddPairs(const std::string& name, const std::vector<Drawn>& drawn, double articles, std::vector<Measure>& out) {
  const std::vector<double> hits = Figures(drawn, Together);
  out.push_back({absl::StrCat("% of articles with ", name, ", mean"), 100 * Mean(hits) / articles});
  out.push_back({absl::StrCat("articles with ", name, ", median"), Median(hits)});
  const std::vector<double> adjacent = Figures(drawn, Adjacent);
  const auto hit = std::count_if(adjacent.begin(), adjacent.end(), [](double n) { return n > 0; });
  out.push_back({absl::StrCat("% of phrases with a hit of ", name),
                 100.0 * static_cast<double>(hit) / static_cast<double>(std::max<size_t>(adjacent.size(), 1))});
}

void AddDistinctNeighbours(const ArchiveSample& sample, std::vector<Measure>& out) {
  const uint64_t most = std::min<uint64_t>(sample.tokens.size(), 10000000);
  absl::flat_hash_set<uint64_t> pairs;
  uint64_t shown_at = 10000;
  for (uint64_t at = 0; at + 1 < most; ++at) {
    pairs.insert(uint64_t{sample.tokens[at]} << 32 | sample.tokens[at + 1]);
    if (at + 2 != shown_at) continue;
    out.push_back(
        {absl::StrCat("distinct neighbours in the first ", shown_at, " tokens"), static_cast<double>(pairs.size())});
    shown_at *= 10;
  }
}

}  // namespace

void MeasurePhrases(const ArchiveSample& sample, std::vector<Measure>& measures) {
  const std::vector<uint32_t> ranks = RanksOf(sample);
  Random random(kSeed);
  PhraseCounter counter(sample);
  const auto articles = static_cast<double>(sample.articles.size());
  AddDistinctNeighbours(sample, measures);
  for (const bool content : {false, true}) {
    for (size_t length : {size_t{2}, size_t{3}, size_t{4}}) {
      std::vector<Drawn> drawn = DrawPhrases(sample, ranks, length, content, random);
      counter.Count(drawn);
      AddPhrases(absl::StrCat(content ? "phrases of content, " : "phrases, ", length, " words"), drawn, measures);
    }
  }
  std::vector<Drawn> words;
  for (Drawn& pair : DrawPairs(sample, ranks, kCommonRank, sample.words, /*together=*/false, random)) {
    words.push_back({{pair.words.front()}});
  }
  counter.Count(words);
  for (int percent : {25, 50, 75, 90}) {
    measures.push_back(
        {absl::StrCat("articles with a word of the text beyond rank ", kCommonRank, ", ", percent, "%"),
         Percentile(Figures(words, Together), percent / 100.0)});
  }
  std::vector<Drawn> frequent = DrawPairs(sample, ranks, kCommonRank, kFrequentRank, /*together=*/false, random);
  counter.Count(frequent);
  AddPairs("two frequent words", frequent, articles, measures);
  std::vector<Drawn> rarer = DrawPairs(sample, ranks, kFrequentRank, kRareRank, /*together=*/false, random);
  counter.Count(rarer);
  AddPairs("two rarer words", rarer, articles, measures);
  std::vector<Drawn> related = DrawPairs(sample, ranks, kFrequentRank, kRareRank, /*together=*/true, random);
  counter.Count(related);
  AddPairs("two rarer words of one article", related, articles, measures);
}

}  // namespace dateline::bench::corpus
