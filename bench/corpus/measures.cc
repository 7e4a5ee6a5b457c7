#include "bench/corpus/measures.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "bench/corpus/portable_math.h"
#include "bench/stats.h"

namespace dateline::bench::corpus {
namespace {

using Measures = std::vector<Measure>;

double Share(double part, double whole) { return whole == 0 ? 0 : part / whole; }

void AddQuantiles(const std::string& name, const std::vector<double>& values, const std::vector<int>& percents,
                  Measures& out) {
  for (int percent : percents) {
    out.push_back({absl::StrCat(name, ", ", percent, "%"), Percentile(values, percent / 100.0)});
  }
}

void MeasureVocabulary(const ArchiveSample& sample, Measures& out) {
  std::vector<uint64_t> at;
  for (uint64_t tokens = 1000; tokens < sample.tokens.size(); tokens *= 10) at.push_back(tokens);
  at.push_back(sample.tokens.size());
  const std::vector<uint64_t> words = VocabularyAt(sample, at);
  for (size_t k = 0; k + 1 < at.size(); ++k) {
    out.push_back({absl::StrCat("distinct words in the first ", at[k], " tokens"), static_cast<double>(words[k])});
  }
  out.push_back({"distinct words in all", static_cast<double>(words.back())});
  if (at.size() > 1) {
    const size_t last = at.size() - 1;
    const size_t from = last >= 2 ? last - 2 : 0;
    out.push_back({"Heaps exponent at the end",
                   (Log2(static_cast<double>(words[last])) - Log2(static_cast<double>(words[from]))) /
                       (Log2(static_cast<double>(at[last])) - Log2(static_cast<double>(at[from])))});
  }
}

// Frequencies by rank, each averaged over the ranks of its neighbourhood so that single words do not matter.
void MeasureRanks(const ArchiveSample& sample, Measures& out) {
  const std::vector<uint32_t> counts = WordCounts(sample);
  const std::vector<uint32_t> documents = DocumentCounts(sample);
  std::vector<uint32_t> by_rank(sample.words);
  std::iota(by_rank.begin(), by_rank.end(), 0);
  std::sort(by_rank.begin(), by_rank.end(),
            [&](uint32_t a, uint32_t b) { return counts[a] != counts[b] ? counts[a] > counts[b] : a < b; });
  const double million = static_cast<double>(sample.tokens.size()) / 1e6;
  const auto articles = static_cast<double>(sample.articles.size());
  Measures shares;
  for (size_t rank = 1; rank <= by_rank.size(); rank *= 10) {
    const size_t begin = rank - 1 - rank / 5;
    const size_t end = std::min(by_rank.size(), rank + rank / 5);
    double occurrences = 0;
    double in_documents = 0;
    for (size_t k = begin; k < end; ++k) {
      occurrences += counts[by_rank[k]];
      in_documents += documents[by_rank[k]];
    }
    const auto width = static_cast<double>(end - begin);
    out.push_back({absl::StrCat("occurrences per million, rank ", rank), occurrences / width / million});
    shares.push_back(
        {absl::StrCat("% of articles with the word, rank ", rank), 100 * in_documents / width / articles});
  }
  out.insert(out.end(), shares.begin(), shares.end());
  out.push_back({"% of words that occur once",
                 100 * Share(static_cast<double>(std::count(counts.begin(), counts.end(), 1U)), sample.words)});
}

void MeasureLengths(const ArchiveSample& sample, Measures& out) {
  std::vector<double> lengths;
  std::vector<double> headlines;
  std::vector<double> distinct;
  double sentences = 0;
  double paragraphs = 0;
  std::vector<uint32_t> words;
  for (const SampledArticle& article : sample.articles) {
    lengths.push_back(article.tokens);
    headlines.push_back(article.headline_tokens);
    sentences += article.sentences;
    paragraphs += article.paragraphs;
    const auto begin = sample.tokens.begin() + static_cast<std::ptrdiff_t>(article.first_token);
    words.assign(begin, begin + article.tokens);
    std::sort(words.begin(), words.end());
    distinct.push_back(static_cast<double>(std::unique(words.begin(), words.end()) - words.begin()));
  }
  out.push_back({"words per article, mean", Mean(lengths)});
  AddQuantiles("words per article", lengths, {5, 25, 50, 75, 95, 99}, out);
  AddQuantiles("words per headline", headlines, {5, 50, 95}, out);
  AddQuantiles("distinct words per article", distinct, {5, 50, 95}, out);
  const auto tokens = static_cast<double>(sample.tokens.size());
  out.push_back({"words per sentence, mean", Share(tokens, sentences)});
  out.push_back({"words per paragraph, mean", Share(tokens, paragraphs)});
}

void MeasureNames(const std::string& what, const std::map<std::string, double>& names, Measures& out) {
  std::vector<double> counts;
  double total = 0;
  for (const auto& [name, count] : names) {
    counts.push_back(count);
    total += count;
  }
  std::sort(counts.rbegin(), counts.rend());
  out.push_back({absl::StrCat(what, "s"), static_cast<double>(counts.size())});
  for (size_t top : {size_t{1}, size_t{10}, size_t{100}}) {
    const double part = std::accumulate(
        counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(std::min(top, counts.size())), 0.0);
    out.push_back(
        {absl::StrCat("% of named articles by the ", top, " greatest ", what, "s"), 100 * Share(part, total)});
  }
}

void MeasureFacts(const ArchiveSample& sample, Measures& out) {
  std::map<std::string, double> outlets;
  std::map<std::string, double> writers;
  std::map<int64_t, double> days;
  double agency = 0;
  double undated = 0;
  double weekend = 0;
  for (const SampledArticle& article : sample.articles) {
    if (!article.outlet.empty()) ++outlets[article.outlet];
    if (!article.writer.empty()) ++writers[article.writer];
    agency += article.agency ? 1 : 0;
    undated += article.day ? 0 : 1;
    if (!article.day) continue;
    ++days[*article.day];
    weekend += (*article.day % 7 + 7) % 7 == 2 || (*article.day % 7 + 7) % 7 == 3 ? 1 : 0;  // day 0 was a Thursday
  }
  const auto articles = static_cast<double>(sample.articles.size());
  const auto named = [](const std::map<std::string, double>& names) {
    double total = 0;
    for (const auto& [name, count] : names) total += count;
    return total;
  };
  MeasureNames("outlet", outlets, out);
  MeasureNames("writer", writers, out);
  out.push_back({"% of articles without an outlet", 100 * (1 - named(outlets) / articles)});
  out.push_back({"% of articles without a writer", 100 * (1 - named(writers) / articles)});
  out.push_back({"% of articles without a date", 100 * undated / articles});
  out.push_back({"% of articles with an agency", 100 * agency / articles});
  out.push_back({"% of articles that nearly copy another", 100 * NearCopyShare(sample)});
  if (days.empty()) return;
  std::vector<double> per_day;  // of the days that have any: archives may have gaps of years
  for (const auto& [day, count] : days) per_day.push_back(count);
  const double mean = Mean(per_day);
  double variance = 0;
  for (double count : per_day) variance += (count - mean) * (count - mean) / static_cast<double>(per_day.size());
  out.push_back({"days with articles", static_cast<double>(per_day.size())});
  out.push_back({"articles per day, variance over mean", variance / mean});
  out.push_back({"% of dated articles at weekends", 100 * weekend / (articles - undated)});
}

}  // namespace

std::vector<Measure> MeasureArchive(const ArchiveSample& sample) {
  Measures out;
  out.push_back({"articles", static_cast<double>(sample.articles.size())});
  out.push_back({"records rejected", static_cast<double>(sample.rejected)});
  out.push_back({"tokens", static_cast<double>(sample.tokens.size())});
  MeasureVocabulary(sample, out);
  MeasureRanks(sample, out);
  MeasureLengths(sample, out);
  MeasurePhrases(sample, out);
  MeasureFacts(sample, out);
  return out;
}

}  // namespace dateline::bench::corpus
