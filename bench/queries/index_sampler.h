// Articles and words of an index, at random: what queries that find something are made of.
//
// Words are ASCII letters only, so that no query needs quoting; their frequency is that of what they match, their
// stem. Words of one stem match the same: the first met of them stands for all.
//
// Thread-safety: belongs to one thread. Errors: those of opening the index; DataLoss for a stored article that cannot
// be read.
#ifndef DATELINE_BENCH_QUERIES_INDEX_SAMPLER_H_
#define DATELINE_BENCH_QUERIES_INDEX_SAMPLER_H_

#include <xapian.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bench/queries/bench_query.h"
#include "bench/random.h"
#include "core/index/generation.h"
#include "core/index/stored_article.h"
#include "core/text/analyzer.h"

namespace dateline::bench {

// More than 5 %, 0.5 to 5 %, or fewer of the articles.
enum class Band { kHigh, kMid, kLow };

struct SampledWord {
  std::string text;
  QueryTree tree;          // its stems, one for each language of the index in which some article has it
  uint64_t documents = 0;  // that it matches; a lower bound when it has several stems
  Band band = Band::kLow;

  bool is_exact() const { return tree.op == QueryTree::Op::kTerm; }
};

// Is it made of ASCII letters, two at least?
bool IsPlainWord(absl::string_view word);

class IndexSampler {
 public:
  static absl::StatusOr<std::unique_ptr<IndexSampler>> Open(const std::string& index_directory, uint64_t seed);

  Random& random() { return random_; }

  // The sampled words of one band, in random order.
  std::vector<const SampledWord*> Shuffled(Band band);

  // Of the upper two bands; null when the sample has no such word.
  const SampledWord* FrequentWord() { return Pick(frequent_); }
  const SampledWord* FrequentWordOf(size_t article) { return Pick(frequent_by_article_[article]); }

  // A sampled article.
  size_t RandomPlace() { return random_.Below(docids_.size()); }
  absl::StatusOr<index::StoredArticle> Article(size_t place) const;

  // What a word that somebody typed matches, whether the archive has it or not.
  QueryTree TreeOf(absl::string_view word);

  // How many words of the archive begin so, up to `most`.
  size_t WordsBeginning(absl::string_view beginning, size_t most) const;

  text::Analyzer& analyzer() { return analyzer_; }
  const std::vector<std::string>& languages() const { return generation_->manifest().languages; }

 private:
  IndexSampler(std::shared_ptr<const index::Generation> generation, uint64_t seed)
      : generation_(std::move(generation)), random_(seed) {}

  absl::Status SampleArticles();
  std::vector<Xapian::docid> DrawDocids();
  std::vector<size_t> WordsOf(Xapian::docid docid);
  absl::optional<size_t> PlaceOf(const std::string& text);
  std::vector<std::string> StemsOf(const std::string& text);
  Band BandOf(uint64_t documents) const;

  const SampledWord* Pick(const std::vector<const SampledWord*>& words) {
    return words.empty() ? nullptr : words[random_.Below(words.size())];
  }

  const std::shared_ptr<const index::Generation> generation_;
  Random random_;
  text::Analyzer analyzer_;
  Xapian::Database database_;
  std::vector<Xapian::docid> docids_;
  std::vector<SampledWord> words_;
  absl::flat_hash_map<std::string, size_t> place_by_stem_;
  std::vector<const SampledWord*> frequent_;                          // into words_
  std::vector<std::vector<const SampledWord*>> frequent_by_article_;  // as docids_
};

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_QUERIES_INDEX_SAMPLER_H_
