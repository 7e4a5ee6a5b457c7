#include "indexer/build/totals.h"

#include <algorithm>

#include "core/article/article.h"
#include "core/text/analyzer.h"

namespace dateline::build {

void Totals::Add(const DocFacts& doc) {
  ++documents;
  length += doc.row.length;
  text_bytes += doc.text_bytes;
  shortened_terms += doc.shortened_terms;
  ++languages[doc.language];
  if (doc.row.instant == article::kUndated) {
    ++undated;
    return;
  }
  oldest = std::min(oldest.value_or(doc.row.instant), doc.row.instant);
  newest = std::max(newest.value_or(doc.row.instant), doc.row.instant);
}

void Totals::Add(const Totals& other) {
  documents += other.documents;
  length += other.length;
  text_bytes += other.text_bytes;
  undated += other.undated;
  shortened_terms += other.shortened_terms;
  for (const auto& [language, number] : other.languages) languages[language] += number;
  if (other.oldest) oldest = std::min(oldest.value_or(*other.oldest), *other.oldest);
  if (other.newest) newest = std::max(newest.value_or(*other.newest), *other.newest);
}

void FillShard(const Totals& totals, index::ManifestShard& shard) {
  shard.total_length = totals.length;
  shard.text_bytes = totals.text_bytes;
  shard.languages.clear();
  for (const auto& [language, number] : totals.languages) shard.languages.push_back({language, number});
}

float AverageLength(const Totals& totals) {
  // Every document has a stem or it would have been refused, but not every document has a *word*: "---" has none.
  const double average = static_cast<double>(totals.length) / static_cast<double>(totals.documents);
  return totals.length == 0 ? 1.0F : static_cast<float>(average);
}

void FillManifest(const Totals& totals, index::Manifest& manifest) {
  manifest.analyzer = text::Analyzer::Fingerprint();
  manifest.documents = totals.documents;
  manifest.total_length = totals.length;
  manifest.average_length = AverageLength(totals);
  manifest.languages.clear();
  for (const auto& entry : totals.languages) manifest.languages.push_back(entry.first);
  manifest.undated = totals.undated;
  manifest.oldest = totals.oldest;
  manifest.newest = totals.newest;
  manifest.text_bytes = totals.text_bytes;
}

}  // namespace dateline::build
