#include "bench/queries/index_sampler.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "core/base/status_macros.h"
#include "core/index/schema.h"
#include "core/index/term_key.h"
#include "core/index/xapian_call.h"

namespace dateline::bench {
namespace {

constexpr size_t kSampledArticles = 2000;
constexpr size_t kMinWordBytes = 2;
constexpr double kHighShare = 0.05;
constexpr double kMidShare = 0.005;

QueryTree TreeOfStems(std::vector<std::string> stems) {
  QueryTree any;
  any.op = QueryTree::Op::kOr;
  for (std::string& stem : stems) {
    any.of.emplace_back().text = std::move(stem);
  }
  if (any.of.size() != 1) return any;
  QueryTree only = std::move(any.of.front());
  return only;
}

}  // namespace

bool IsPlainWord(absl::string_view word) {
  return word.size() >= kMinWordBytes && std::all_of(word.begin(), word.end(), absl::ascii_isalpha);
}

absl::StatusOr<std::unique_ptr<IndexSampler>> IndexSampler::Open(const std::string& index_directory, uint64_t seed) {
  DL_ASSIGN_OR_RETURN(const std::string name, index::ReadCurrent(index_directory));
  DL_ASSIGN_OR_RETURN(std::shared_ptr<const index::Generation> generation,
                      index::Generation::Open(index_directory, name, text::Analyzer::Fingerprint()));
  std::unique_ptr<IndexSampler> sampler(new IndexSampler(std::move(generation), seed));
  DL_RETURN_IF_ERROR(index::XapianCall(index_directory, [&sampler] { return sampler->SampleArticles(); }));
  return sampler;
}

std::vector<const SampledWord*> IndexSampler::Shuffled(Band band) {
  std::vector<const SampledWord*> words;
  for (const SampledWord& word : words_) {
    if (word.band == band) words.push_back(&word);
  }
  random_.Shuffle(words);
  return words;
}

absl::StatusOr<index::StoredArticle> IndexSampler::Article(size_t place) const {
  index::StoredArticle stored;
  DL_RETURN_IF_ERROR(index::XapianCall("sampled article", [&]() -> absl::Status {
    DL_ASSIGN_OR_RETURN(stored, index::DecodeStoredArticle(database_.get_document(docids_[place]).get_data()));
    return absl::OkStatus();
  }));
  return stored;
}

QueryTree IndexSampler::TreeOf(absl::string_view word) {
  const std::string typed(word);
  std::vector<std::string> stems = StemsOf(typed);
  if (stems.empty()) stems.push_back(analyzer_.Look(typed, languages().front()).stem);
  return TreeOfStems(std::move(stems));
}

size_t IndexSampler::WordsBeginning(absl::string_view beginning, size_t most) const {
  const std::string prefix(beginning);
  size_t words = 0;
  for (auto it = database_.allterms_begin(prefix); it != database_.allterms_end(prefix) && words < most; ++it)
    ++words;
  return words;
}

// Exceptions of Xapian pass through.
absl::Status IndexSampler::SampleArticles() {
  for (const index::ManifestShard& shard : generation_->manifest().shards) {
    database_.add_database(Xapian::Database(generation_->Path(shard.name)));
  }
  docids_ = DrawDocids();
  if (docids_.empty()) return absl::InvalidArgumentError("the index holds no article");
  std::vector<std::vector<size_t>> words_by_article;
  for (Xapian::docid docid : docids_) words_by_article.push_back(WordsOf(docid));
  for (const SampledWord& word : words_) {
    if (word.band != Band::kLow) frequent_.push_back(&word);
  }
  for (const std::vector<size_t>& places : words_by_article) {
    std::vector<const SampledWord*>& frequent = frequent_by_article_.emplace_back();
    for (size_t place : places) {
      if (words_[place].band != Band::kLow) frequent.push_back(&words_[place]);
    }
  }
  return absl::OkStatus();
}

// Distinct docids at random. Docids of several shards interleave, and a shorter shard leaves gaps.
std::vector<Xapian::docid> IndexSampler::DrawDocids() {
  std::vector<Xapian::docid> all;
  for (Xapian::PostingIterator it = database_.postlist_begin(""); it != database_.postlist_end(""); ++it) {
    all.push_back(*it);
  }
  random_.Shuffle(all);
  all.resize(std::min(all.size(), kSampledArticles));
  return all;
}

// Places in words_ of the plain words of one article, each of a stem of its own.
std::vector<size_t> IndexSampler::WordsOf(Xapian::docid docid) {
  std::vector<size_t> places;
  for (Xapian::TermIterator term = database_.termlist_begin(docid); term != database_.termlist_end(docid); ++term) {
    const std::string text = *term;
    // Terms with a prefix begin with a capital; words are case-folded.
    if (!IsPlainWord(text) || absl::ascii_isupper(static_cast<unsigned char>(text[0]))) continue;
    if (const absl::optional<size_t> place = PlaceOf(text)) places.push_back(*place);
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

// Its distinct stems that some article has, the most frequent first.
std::vector<std::string> IndexSampler::StemsOf(const std::string& text) {
  std::vector<std::pair<uint64_t, std::string>> stems;
  for (const std::string& language : languages()) {
    const std::string& stem = analyzer_.Look(text, language).stem;
    const uint64_t frequency = database_.get_termfreq(index::TermKey(index::kStem, stem));
    const auto same = [&stem](const auto& known) { return known.second == stem; };
    if (frequency == 0 || std::any_of(stems.begin(), stems.end(), same)) continue;
    stems.emplace_back(frequency, stem);
  }
  std::stable_sort(stems.begin(), stems.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> out;
  for (auto& [frequency, stem] : stems) out.push_back(std::move(stem));
  return out;
}

absl::optional<size_t> IndexSampler::PlaceOf(const std::string& text) {
  std::vector<std::string> stems = StemsOf(text);
  if (stems.empty()) return absl::nullopt;
  const auto [entry, added] = place_by_stem_.try_emplace(stems.front(), words_.size());
  if (added) {
    const uint64_t documents = database_.get_termfreq(index::TermKey(index::kStem, stems.front()));
    words_.push_back(SampledWord{text, TreeOfStems(std::move(stems)), documents, BandOf(documents)});
  }
  return entry->second;
}

Band IndexSampler::BandOf(uint64_t documents) const {
  const double share = static_cast<double>(documents) / static_cast<double>(database_.get_doccount());
  if (share > kHighShare) return Band::kHigh;
  return share >= kMidShare ? Band::kMid : Band::kLow;
}

}  // namespace dateline::bench
