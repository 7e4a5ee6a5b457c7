#include "bench/query_set.h"

#include <xapian.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "bench/random.h"
#include "core/base/status_macros.h"
#include "core/index/generation.h"
#include "core/index/schema.h"
#include "core/index/stored_article.h"
#include "core/index/term_key.h"
#include "core/index/xapian_call.h"
#include "core/text/analyzer.h"

namespace dateline::bench {
namespace {

using index::StoredArticle;

constexpr size_t kSampledArticles = 2000;
constexpr size_t kMinWordBytes = 2;
constexpr double kHighShare = 0.05;
constexpr double kMidShare = 0.005;
// How often a draw that hit nothing usable is made again before the class is left short.
constexpr size_t kAttemptsPerQuery = 50;

enum class Band { kHigh, kMid, kLow };

struct Word {
  std::string text;
  uint64_t documents = 0;  // that it matches
  Band band = Band::kLow;
};

bool IsPlain(absl::string_view word) {
  return word.size() >= kMinWordBytes && std::all_of(word.begin(), word.end(), absl::ascii_isalpha);
}

// The shards of an index as one database, and its articles and words at random.
class IndexSampler {
 public:
  static absl::StatusOr<std::unique_ptr<IndexSampler>> Open(const std::string& index_directory, uint64_t seed) {
    DL_ASSIGN_OR_RETURN(const std::string name, index::ReadCurrent(index_directory));
    DL_ASSIGN_OR_RETURN(std::shared_ptr<const index::Generation> generation,
                        index::Generation::Open(index_directory, name, text::Analyzer::Fingerprint()));
    std::unique_ptr<IndexSampler> sampler(new IndexSampler(std::move(generation), seed));
    DL_RETURN_IF_ERROR(index::XapianCall(index_directory, [&sampler] { return sampler->SampleArticles(); }));
    return sampler;
  }

  Random& random() { return random_; }
  // Is a word's frequency all that it matches? With several languages, other stems may match as well.
  bool frequencies_are_totals() const { return generation_->manifest().languages.size() == 1; }

  // The sampled words of one band, in random order.
  std::vector<const Word*> Shuffled(Band band) {
    std::vector<const Word*> words;
    for (const Word& word : words_) {
      if (word.band == band) words.push_back(&word);
    }
    random_.Shuffle(words);
    return words;
  }

  // Null when the sample has no such word.
  const Word* FrequentWord() { return Pick(frequent_); }

  // A frequent word of the sampled article at `place`.
  const Word* FrequentWordOf(size_t place) { return Pick(frequent_by_article_[place]); }

  size_t sampled() const { return docids_.size(); }

  absl::StatusOr<StoredArticle> Article(size_t place) const {
    StoredArticle stored;
    DL_RETURN_IF_ERROR(index::XapianCall("sampled article", [&]() -> absl::Status {
      DL_ASSIGN_OR_RETURN(stored, index::DecodeStoredArticle(database_.get_document(docids_[place]).get_data()));
      return absl::OkStatus();
    }));
    return stored;
  }

 private:
  IndexSampler(std::shared_ptr<const index::Generation> generation, uint64_t seed)
      : generation_(std::move(generation)), random_(seed) {
    analyzer_ = std::make_unique<text::Analyzer>();
  }

  // Exceptions of Xapian pass through.
  absl::Status SampleArticles() {
    for (const index::ManifestShard& shard : generation_->manifest().shards) {
      database_.add_database(Xapian::Database(generation_->Path(shard.name)));
    }
    docids_ = DrawDocids();
    std::vector<std::vector<size_t>> words_by_article;
    for (Xapian::docid docid : docids_) words_by_article.push_back(WordsOf(docid));
    for (const Word& word : words_) {
      if (word.band != Band::kLow) frequent_.push_back(&word);
    }
    for (const std::vector<size_t>& places : words_by_article) {
      std::vector<const Word*>& frequent = frequent_by_article_.emplace_back();
      for (size_t place : places) {
        if (words_[place].band != Band::kLow) frequent.push_back(&words_[place]);
      }
    }
    return absl::OkStatus();
  }

  // Distinct docids at random. Docids of several shards interleave, and a shorter shard leaves gaps.
  std::vector<Xapian::docid> DrawDocids() {
    std::vector<Xapian::docid> all;
    for (Xapian::PostingIterator it = database_.postlist_begin(""); it != database_.postlist_end(""); ++it) {
      all.push_back(*it);
    }
    random_.Shuffle(all);
    all.resize(std::min(all.size(), kSampledArticles));
    return all;
  }

  // Places in words_ of the plain words of one article, each of a stem of its own.
  std::vector<size_t> WordsOf(Xapian::docid docid) {
    std::vector<size_t> places;
    for (Xapian::TermIterator term = database_.termlist_begin(docid); term != database_.termlist_end(docid); ++term) {
      const std::string text = *term;
      // Terms with a prefix begin with a capital; words are case-folded.
      if (!IsPlain(text) || absl::ascii_isupper(static_cast<unsigned char>(text[0]))) continue;
      if (const absl::optional<size_t> place = PlaceOf(text)) places.push_back(*place);
    }
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    return places;
  }

  // Words of one stem match the same: the first of them stands for all.
  absl::optional<size_t> PlaceOf(const std::string& text) {
    uint64_t documents = 0;
    std::string stem;
    for (const std::string& language : generation_->manifest().languages) {
      const std::string& candidate = analyzer_->Look(text, language).stem;
      const uint64_t frequency = database_.get_termfreq(index::TermKey(index::kStem, candidate));
      if (frequency <= documents) continue;
      documents = frequency;
      stem = candidate;
    }
    if (documents == 0) return absl::nullopt;
    const auto [entry, added] = place_by_stem_.try_emplace(stem, words_.size());
    if (added) words_.push_back(Word{text, documents, BandOf(documents)});
    return entry->second;
  }

  Band BandOf(uint64_t documents) const {
    const double share = static_cast<double>(documents) / static_cast<double>(database_.get_doccount());
    if (share > kHighShare) return Band::kHigh;
    return share >= kMidShare ? Band::kMid : Band::kLow;
  }

  const Word* Pick(const std::vector<const Word*>& words) {
    return words.empty() ? nullptr : words[random_.Below(words.size())];
  }

  const std::shared_ptr<const index::Generation> generation_;
  Random random_;
  std::unique_ptr<text::Analyzer> analyzer_;
  Xapian::Database database_;
  std::vector<Xapian::docid> docids_;
  std::vector<Word> words_;
  absl::flat_hash_map<std::string, size_t> place_by_stem_;
  std::vector<const Word*> frequent_;                          // into words_
  std::vector<std::vector<const Word*>> frequent_by_article_;  // as docids_
};

// Draws the classes, one after another.
class QueryDrawer {
 public:
  QueryDrawer(IndexSampler& sampler, size_t per_class) : sampler_(sampler), per_class_(per_class) {}

  absl::StatusOr<std::vector<QueryClass>> Draw() {
    std::vector<QueryClass> classes;
    classes.push_back({"term_high", Terms(Band::kHigh)});
    classes.push_back({"term_mid", Terms(Band::kMid)});
    classes.push_back({"term_low", Terms(Band::kLow)});
    classes.push_back({"and2", Repeat([this] { return And(); })});
    classes.push_back({"or2", Repeat([this] { return Or(); })});
    classes.push_back({"phrase2", Repeat([this] { return Phrase(2); })});
    classes.push_back({"phrase3", Repeat([this] { return Phrase(3); })});
    classes.push_back({"not", Repeat([this] { return Not(); })});
    classes.push_back({"near", Repeat([this] { return Near(" NEAR/5 ", 1); })});
    classes.push_back({"sentence", Repeat([this] { return Near(" /s ", 7); })});
    classes.push_back({"prefix", Repeat([this] { return Prefix(); })});
    classes.push_back({"fuzzy", Repeat([this] { return Fuzzy(); })});
    classes.push_back({"headline", Repeat([this] { return Headline(); })});
    classes.push_back({"any12", Repeat([this] { return Any(12); })});
    classes.push_back({"facet3", Repeat([this] { return WithFacets(Or()); })});
    classes.push_back({"month", Repeat([this] { return InMonth(Or()); })});
    classes.push_back({"newest", Repeat([this] { return Newest(); })});
    DL_RETURN_IF_ERROR(error_);
    // Other spellings would make totals that the index does not tell beforehand.
    for (QueryClass& drawn : classes) {
      for (BenchQuery& query : drawn.queries) query.request.variants = false;
    }
    return classes;
  }

 private:
  using Drawn = absl::optional<BenchQuery>;  // nothing when this draw gave no query of the class

  template <typename DrawOne>
  std::vector<BenchQuery> Repeat(DrawOne draw_one) {
    std::vector<BenchQuery> queries;
    for (size_t attempt = 0; queries.size() < per_class_ && attempt < kAttemptsPerQuery * per_class_; ++attempt) {
      if (Drawn drawn = draw_one()) queries.push_back(*std::move(drawn));
    }
    return queries;
  }

  std::vector<BenchQuery> Terms(Band band) {
    std::vector<BenchQuery> queries;
    for (const Word* word : sampler_.Shuffled(band)) {
      if (queries.size() == per_class_) break;
      queries.push_back(Term(*word));
    }
    return queries;
  }

  BenchQuery Term(const Word& word) const {
    BenchQuery query;
    query.request.query = word.text;
    query.min_total = word.documents;
    if (sampler_.frequencies_are_totals()) query.total = word.documents;
    return query;
  }

  Drawn And() {
    const size_t place = sampler_.random().Below(sampler_.sampled());
    const Word* first = sampler_.FrequentWordOf(place);
    const Word* second = sampler_.FrequentWordOf(place);
    if (first == second) return absl::nullopt;
    BenchQuery query;
    query.request.query = absl::StrCat(first->text, " ", second->text);
    query.min_total = 1;
    return query;
  }

  Drawn Or() {
    const Word* first = sampler_.FrequentWord();
    const Word* second = sampler_.FrequentWord();
    if (first == second) return absl::nullopt;
    BenchQuery query;
    query.request.query = absl::StrCat(first->text, " OR ", second->text);
    query.min_total = std::max(first->documents, second->documents);
    return query;
  }

  Drawn Not() {
    Drawn query = And();
    if (!query) return query;
    query->request.query = absl::StrReplaceAll(query->request.query, {{" ", " -"}});
    query->min_total = 0;
    return query;
  }

  // Two words of at least so many letters, with one between them somewhere.
  Drawn Near(absl::string_view joint, size_t letters) {
    Drawn query = Phrase(3);
    if (!query) return query;
    const std::vector<std::string> words =
        absl::StrSplit(query->request.query, absl::ByAnyChar("\" "), absl::SkipEmpty());
    if (words.front().size() < letters || words.back().size() < letters) return absl::nullopt;
    query->request.query = absl::StrCat(words.front(), joint, words.back());
    return query;
  }

  Drawn Prefix() {
    const Word* word = sampler_.FrequentWord();
    if (word == nullptr || word->text.size() < 6) return absl::nullopt;
    BenchQuery query;
    query.request.query = absl::StrCat(word->text.substr(0, word->text.size() - 2), "*");
    return query;
  }

  Drawn Fuzzy() {
    const Word* word = sampler_.FrequentWord();
    if (word == nullptr || word->text.size() < 5) return absl::nullopt;
    BenchQuery query;
    query.request.query = absl::StrCat(word->text, "~1");
    return query;
  }

  Drawn Headline() {
    const Word* word = sampler_.FrequentWord();
    if (word == nullptr) return absl::nullopt;
    BenchQuery query;
    query.request.query = absl::StrCat("headline:", word->text);
    return query;
  }

  Drawn Any(size_t words) {
    BenchQuery query;
    for (size_t i = 0; i < words; ++i) {
      const Word* word = sampler_.FrequentWord();
      if (word == nullptr) return absl::nullopt;
      absl::StrAppend(&query.request.query, i > 0 ? " " : "", word->text);
      query.min_total = std::max(query.min_total, word->documents);
    }
    query.request.match_any = true;
    return query;
  }

  Drawn Phrase(size_t length) {
    const absl::StatusOr<StoredArticle> stored = RandomArticle();
    if (!stored.ok()) return absl::nullopt;
    const std::vector<index::TokenSpan>& tokens = stored->body.tokens;
    if (tokens.size() < length) return absl::nullopt;
    const size_t start = sampler_.random().Below(tokens.size() - length + 1);
    std::string text;
    for (size_t i = start; i < start + length; ++i) {
      const index::TokenSpan& span = tokens[i];
      const absl::string_view word =
          absl::string_view(stored->article.body).substr(span.begin, span.end - span.begin);
      // Nobody quotes the end of one sentence with the start of the next.
      if (!IsPlain(word) || (i > start && span.starts_sentence)) return absl::nullopt;
      absl::StrAppend(&text, i > start ? " " : "", word);
    }
    BenchQuery query;
    query.request.query = absl::StrCat("\"", text, "\"");
    query.min_total = 1;
    return query;
  }

  static Drawn WithFacets(Drawn query) {
    if (!query) return query;
    for (serve::FacetField field :
         {serve::FacetField::kOutlet, serve::FacetField::kByline, serve::FacetField::kYear}) {
      query->request.facets.push_back(serve::FacetRequest{field});
    }
    return query;
  }

  Drawn InMonth(Drawn query) {
    const absl::StatusOr<StoredArticle> stored = RandomArticle();
    if (!query || !stored.ok() || !stored->article.publication.dated()) return absl::nullopt;
    const absl::CivilMonth month(index::DayOf(stored->article.publication.instant));
    query->request.filters.first_day = absl::CivilDay(month);
    query->request.filters.last_day = absl::CivilDay(month + 1) - 1;
    query->min_total = 0;
    return query;
  }

  Drawn Newest() {
    const Word* word = sampler_.FrequentWord();
    if (word == nullptr) return absl::nullopt;
    BenchQuery query = Term(*word);
    query.request.order = serve::Order::kNewest;
    return query;
  }

  absl::StatusOr<StoredArticle> RandomArticle() {
    absl::StatusOr<StoredArticle> stored = sampler_.Article(sampler_.random().Below(sampler_.sampled()));
    if (!stored.ok() && error_.ok()) error_ = stored.status();
    return stored;
  }

  IndexSampler& sampler_;
  const size_t per_class_;
  absl::Status error_;  // the first
};

}  // namespace

absl::StatusOr<std::vector<QueryClass>> DrawQueries(const std::string& index_directory,
                                                    const QuerySetOptions& options) {
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<IndexSampler> sampler, IndexSampler::Open(index_directory, options.seed));
  return QueryDrawer(*sampler, options.per_class).Draw();
}

}  // namespace dateline::bench
