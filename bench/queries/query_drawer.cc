#include "bench/queries/query_drawer.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "bench/queries/index_sampler.h"
#include "core/base/status_macros.h"
#include "core/index/term_key.h"
#include "core/text/normalizer.h"
#include "searcher/plan/expansion.h"

namespace dateline::bench {
namespace {

using Op = QueryTree::Op;

// How often a draw that hit nothing usable is made again before the class is left short.
constexpr size_t kAttemptsPerQuery = 50;
constexpr uint32_t kNearDistance = 5;
constexpr size_t kMinSentenceLetters = 7;

constexpr const char* kClasses[] = {"term_high", "term_mid", "term_low", "and2",     "and3",    "or2",      "or4",
                                    "or8",       "and_or",   "not",      "phrase2",  "phrase3", "phrase4",  "near",
                                    "prefix",    "outlet",   "month",    "sentence", "fuzzy",   "headline", "any12"};

QueryTree Node(Op op, std::vector<QueryTree> of) {
  QueryTree tree;
  tree.op = op;
  tree.of = std::move(of);
  return tree;
}

class QueryDrawer {
 public:
  QueryDrawer(IndexSampler& sampler, size_t per_class) : sampler_(sampler), per_class_(per_class) {}

  std::vector<BenchQuery> Draw(const std::string& name) {
    if (name == "term_high") return Terms(Band::kHigh);
    if (name == "term_mid") return Terms(Band::kMid);
    if (name == "term_low") return Terms(Band::kLow);
    static const auto* const draws = new std::map<std::string, std::function<Drawn(QueryDrawer&)>>{
        {"and2", [](QueryDrawer& d) { return d.And(2); }},
        {"and3", [](QueryDrawer& d) { return d.And(3); }},
        {"or2", [](QueryDrawer& d) { return d.Or(2); }},
        {"or4", [](QueryDrawer& d) { return d.Or(4); }},
        {"or8", [](QueryDrawer& d) { return d.Or(8); }},
        {"and_or", [](QueryDrawer& d) { return d.AndOr(); }},
        {"not", [](QueryDrawer& d) { return d.Not(); }},
        {"phrase2", [](QueryDrawer& d) { return d.Phrase(2); }},
        {"phrase3", [](QueryDrawer& d) { return d.Phrase(3); }},
        {"phrase4", [](QueryDrawer& d) { return d.Phrase(4); }},
        {"near", [](QueryDrawer& d) { return d.Near(); }},
        {"prefix", [](QueryDrawer& d) { return d.Prefix(); }},
        {"outlet", [](QueryDrawer& d) { return d.InOutlet(); }},
        {"month", [](QueryDrawer& d) { return d.InMonth(); }},
        {"sentence", [](QueryDrawer& d) { return d.Sentence(); }},
        {"fuzzy", [](QueryDrawer& d) { return d.Fuzzy(); }},
        {"headline", [](QueryDrawer& d) { return d.Headline(); }},
        {"any12", [](QueryDrawer& d) { return d.Any(12); }},
    };
    std::vector<BenchQuery> queries;
    const auto& draw_one = draws->at(name);
    for (size_t attempt = 0; queries.size() < per_class_ && attempt < kAttemptsPerQuery * per_class_; ++attempt) {
      if (Drawn drawn = draw_one(*this)) queries.push_back(*std::move(drawn));
    }
    return queries;
  }

  // The first error of a draw.
  const absl::Status& error() const { return error_; }

 private:
  using Drawn = absl::optional<BenchQuery>;  // nothing when this draw gave no query of the class
  using Words = std::vector<const SampledWord*>;

  static BenchQuery Term(const SampledWord& word) {
    BenchQuery query;
    query.text = word.text;
    query.tree = word.tree;
    query.at_least = word.documents;
    if (word.is_exact()) query.total = word.documents;
    return query;
  }

  // Several words under one operation; `joint` stands between them.
  static BenchQuery Joined(const Words& words, Op op, absl::string_view joint) {
    BenchQuery query;
    query.tree = Node(op, {});
    for (const SampledWord* word : words) {
      absl::StrAppend(&query.text, query.text.empty() ? "" : joint, word->text);
      query.tree->of.push_back(word->tree);
      if (op == Op::kOr) query.at_least = std::max(query.at_least, word->documents);
    }
    return query;
  }

  // Distinct words; none when a draw was in vain or gave one twice.
  template <typename DrawWord>
  static Words Distinct(size_t count, DrawWord draw_word) {
    Words words;
    for (size_t i = 0; i < count; ++i) {
      const SampledWord* word = draw_word();
      if (word == nullptr || std::find(words.begin(), words.end(), word) != words.end()) return {};
      words.push_back(word);
    }
    return words;
  }

  std::vector<BenchQuery> Terms(Band band) {
    std::vector<BenchQuery> queries;
    for (const SampledWord* word : sampler_.Shuffled(band)) {
      if (queries.size() == per_class_) break;
      queries.push_back(Term(*word));
    }
    return queries;
  }

  Words OfOneArticle(size_t count) {
    const size_t place = sampler_.RandomPlace();
    return Distinct(count, [&] { return sampler_.FrequentWordOf(place); });
  }

  Words OfAny(size_t count) {
    return Distinct(count, [&] { return sampler_.FrequentWord(); });
  }

  Drawn And(size_t count) {
    const Words words = OfOneArticle(count);
    if (words.empty()) return absl::nullopt;
    BenchQuery query = Joined(words, Op::kAnd, " ");
    query.at_least = 1;
    return query;
  }

  Drawn Or(size_t count) {
    const Words words = OfAny(count);
    if (words.empty()) return absl::nullopt;
    return Joined(words, Op::kOr, " OR ");
  }

  Drawn AndOr() {
    const Words words = OfOneArticle(3);
    if (words.empty()) return absl::nullopt;
    BenchQuery either = Joined({words[1], words[2]}, Op::kOr, " OR ");
    BenchQuery query;
    query.text = absl::StrCat(words[0]->text, " (", either.text, ")");
    query.tree = Node(Op::kAnd, {words[0]->tree, *std::move(either.tree)});
    query.at_least = 1;
    return query;
  }

  Drawn Not() {
    const Words words = OfOneArticle(2);
    if (words.empty()) return absl::nullopt;
    BenchQuery query = Joined(words, Op::kNot, " -");
    return query;
  }

  Drawn Phrase(size_t length) {
    const absl::StatusOr<index::StoredArticle> stored = RandomArticle();
    if (!stored.ok() || stored->body.tokens.size() < length) return absl::nullopt;
    const std::vector<index::TokenSpan>& tokens = stored->body.tokens;
    const size_t start = sampler_.random().Below(tokens.size() - length + 1);
    BenchQuery query;
    query.tree = Node(Op::kPhrase, {});
    for (size_t i = start; i < start + length; ++i) {
      const index::TokenSpan& span = tokens[i];
      const absl::string_view word =
          absl::string_view(stored->article.body).substr(span.begin, span.end - span.begin);
      // Nobody quotes the end of one sentence with the start of the next.
      if (!IsPlainWord(word) || (i > start && span.starts_sentence)) return absl::nullopt;
      query.tree->words.push_back(absl::AsciiStrToLower(word));
    }
    query.text = absl::StrCat("\"", absl::StrJoin(query.tree->words, " "), "\"");
    query.at_least = 1;
    return query;
  }

  // The first and last word of a row of three.
  Drawn Near() {
    Drawn query = Phrase(3);
    if (!query) return query;
    std::vector<std::string>& words = query->tree->words;
    words.erase(words.begin() + 1);
    if (words[0] == words[1]) return absl::nullopt;
    query->tree->op = Op::kNear;
    query->tree->distance = kNearDistance;
    query->text = absl::StrCat("=", words[0], " NEAR/", kNearDistance, " =", words[1]);
    return query;
  }

  Drawn Sentence() {
    Drawn query = Near();
    if (!query) return query;
    const std::vector<std::string>& words = query->tree->words;
    if (words[0].size() < kMinSentenceLetters || words[1].size() < kMinSentenceLetters) return absl::nullopt;
    query->text = absl::StrCat(words[0], " /s ", words[1]);
    query->tree.reset();
    return query;
  }

  Drawn Prefix() {
    constexpr size_t kCut = 2;
    constexpr size_t kMinLetters = 6;
    const size_t most = plan::ExpansionLimits().max_words;
    const SampledWord* word = sampler_.FrequentWord();
    if (word == nullptr || word->text.size() < kMinLetters) return absl::nullopt;
    BenchQuery query;
    query.tree = Node(Op::kPrefix, {});
    query.tree->text = word->text.substr(0, word->text.size() - kCut);
    // Beyond that we take the most frequent ones only, and other engines all.
    if (sampler_.WordsBeginning(query.tree->text, most + 1) > most) return absl::nullopt;
    query.text = absl::StrCat(query.tree->text, "*");
    query.at_least = 1;
    return query;
  }

  Drawn InOutlet() {
    const SampledWord* word = sampler_.FrequentWord();
    const absl::StatusOr<index::StoredArticle> stored = RandomArticle();
    if (word == nullptr || !stored.ok() || stored->article.outlet.empty()) return absl::nullopt;
    BenchQuery query = Term(*word);
    query.total.reset();
    query.at_least = 0;
    query.outlet = text::FoldName(stored->article.outlet);
    return query;
  }

  Drawn InMonth() {
    Drawn query = Or(2);
    const absl::StatusOr<index::StoredArticle> stored = RandomArticle();
    if (!query || !stored.ok() || !stored->article.publication.dated()) return absl::nullopt;
    const absl::CivilMonth month(index::DayOf(stored->article.publication.instant));
    query->days = {absl::CivilDay(month), absl::CivilDay(month + 1) - 1};
    query->at_least = 0;
    return query;
  }

  Drawn Fuzzy() {
    constexpr size_t kMinLetters = 5;
    const SampledWord* word = sampler_.FrequentWord();
    if (word == nullptr || word->text.size() < kMinLetters) return absl::nullopt;
    BenchQuery query;
    query.text = absl::StrCat(word->text, "~1");
    return query;
  }

  Drawn Headline() {
    const SampledWord* word = sampler_.FrequentWord();
    if (word == nullptr) return absl::nullopt;
    BenchQuery query;
    query.text = absl::StrCat("headline:", word->text);
    return query;
  }

  Drawn Any(size_t count) {
    const Words words = OfAny(count);
    if (words.empty()) return absl::nullopt;
    BenchQuery query = Joined(words, Op::kOr, " ");
    query.tree.reset();
    query.match_any = true;
    return query;
  }

  absl::StatusOr<index::StoredArticle> RandomArticle() {
    absl::StatusOr<index::StoredArticle> stored = sampler_.Article(sampler_.RandomPlace());
    if (!stored.ok() && error_.ok()) error_ = stored.status();
    return stored;
  }

  IndexSampler& sampler_;
  const size_t per_class_;
  absl::Status error_;
};

}  // namespace

absl::Span<const char* const> DrawnClasses() { return kClasses; }

absl::StatusOr<std::vector<BenchQuery>> DrawQueries(const std::string& index_directory, const DrawOptions& options) {
  for (const std::string& name : options.classes) {
    if (std::find(std::begin(kClasses), std::end(kClasses), name) != std::end(kClasses)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("no class of queries is called '", name, "'; there are ", absl::StrJoin(kClasses, ", ")));
  }
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<IndexSampler> sampler, IndexSampler::Open(index_directory, options.seed));
  QueryDrawer drawer(*sampler, options.per_class);
  std::vector<BenchQuery> queries;
  for (const std::string name : kClasses) {
    // Each class is drawn, so that a class has the same queries whichever others are wanted.
    std::vector<BenchQuery> drawn = drawer.Draw(name);
    const bool wanted = options.classes.empty() ||
                        std::find(options.classes.begin(), options.classes.end(), name) != options.classes.end();
    for (size_t i = 0; wanted && i < drawn.size(); ++i) {
      drawn[i].id = absl::StrCat(name, "/", i);
      drawn[i].query_class = name;
      queries.push_back(std::move(drawn[i]));
    }
  }
  DL_RETURN_IF_ERROR(drawer.error());
  return queries;
}

absl::StatusOr<std::vector<BenchQuery>> ReadOrDraw(const std::string& queries, const std::string& index,
                                                   const DrawOptions& draw) {
  return queries.empty() ? DrawQueries(index, draw) : ReadQueryFile(queries);
}

}  // namespace dateline::bench
