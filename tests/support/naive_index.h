// The slow twin: answers a query over a handful of articles by looking at every word of every one of them.
//
// It shares with production only what defines the answer: the analyzer, the lexicon of variants, the BM25 function and
// the total order. It knows no terms, no shards, no plans. Never use it for more than a few thousand articles.
#ifndef DATELINE_TESTS_SUPPORT_NAIVE_INDEX_H_
#define DATELINE_TESTS_SUPPORT_NAIVE_INDEX_H_

#include <cstdint>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/types/optional.h"
#include "core/article/article.h"
#include "core/text/analyzer.h"
#include "searcher/query/query_ast.h"
#include "searcher/serve/engine.h"

namespace dateline::test {

struct NaiveHit {
  std::string id;
  int64_t score = 0;  // units of 2^-20
  bool operator==(const NaiveHit&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const NaiveHit& hit) {
    return out << hit.id << ":" << hit.score;
  }
};

// A value of a facet, or a bar of a histogram.
struct NaiveCount {
  std::string value;  // folded, or the label; "(none)" for the articles without one
  uint64_t count = 0;
  bool selected = false;  // of facets
  uint64_t all = 0;       // of histograms with coverage
  bool operator==(const NaiveCount&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const NaiveCount& c) {
    return out << c.value << ":" << c.count << (c.selected ? "!" : "") << "/" << c.all;
  }
};

struct NaiveAnswer {
  std::vector<NaiveHit> hits;                   // all of them, in order
  std::vector<std::vector<NaiveCount>> facets;  // as the request lists them; all values, ascending
  std::vector<NaiveCount> histogram;            // of the request; undated ones last, under "(none)", in any case
};

class NaiveIndex {
 public:
  // `articles` have passed article::Finish. Later ones replace earlier ones with the same key.
  explicit NaiveIndex(const std::vector<article::Article>& articles, const std::string& default_language = "en");

  size_t size() const { return docs_.size(); }

  // All of `request` counts but its page, the max_values of its facets and its query, which is `query`, whose dates need
  // not be resolved; with match_any it is the text of the request.
  NaiveAnswer Search(const query::Node& query, const serve::SearchRequest& request);

 private:
  // One field of an article: its written words, and of each the number of its sentence and paragraph.
  struct Text {
    query::Field field = query::Field::kBody;
    std::vector<std::string> words;
    std::vector<int> sentences;
    std::vector<int> paragraphs;
    size_t lead_words = 0;  // so many of the first are the lead
  };

  struct Doc {
    article::Article article;
    std::string language;
    std::vector<Text> texts;
    std::vector<std::vector<std::string>> bylines;
    std::vector<std::string> dateline;
    absl::flat_hash_set<std::string> words;
    std::map<query::Field, std::set<std::string>> stems;  // of headline, lead and caption
    std::map<std::string, uint32_t> wdf;                  // by stem
    uint32_t length = 0;
  };

  // A word of a query: what it may be in a text, and what it scores.
  struct Choice {
    std::set<std::string> words;
    std::set<std::string> stems;
  };

  // A stretch of one text.
  struct Place {
    size_t text = 0;
    size_t begin = 0;
    size_t end = 0;
    auto operator<=>(const Place&) const = default;
  };

  // How a word, or a row of words, may be read: what it scores, and what else matches as well as it.
  struct Reading {
    std::vector<Choice> choices;
    std::vector<query::Node> others;
  };

  // Children of a conjunction that are one name together.
  struct Row {
    size_t length = 0;
    Reading reading;
  };

  using Score = absl::optional<int64_t>;

  Doc MakeDoc(const article::Article& article);
  void LearnWords(const Doc& doc);
  Score ScoreOf(const query::Node& node, const Doc& doc);
  Score ScoreLeaf(const query::Node& node, const Doc& doc);
  Score ScoreAnd(const query::Node& node, const Doc& doc);
  bool MatchesPlainly(const query::Node& node, const Doc& doc);
  const Reading& ReadingOf(const query::Node& node);
  const std::vector<Row>& RowsOf(const query::Node& node);
  std::vector<query::Node> Known(const std::string& typed, const std::vector<std::string>& words, query::Field field);
  void AddSplit(const std::string& word, query::Field field, std::vector<query::Node>& others);
  void AddOthers(const std::vector<std::string>& words, Reading& reading);
  uint64_t ArticlesWith(const std::string& text);
  uint64_t ArticlesWithRow(const std::string& text);
  Score ScorePlaces(const query::Node& node, const Doc& doc);
  bool HasFact(query::Fact fact, const Doc& doc) const;
  bool HasName(const query::Node& node, const Doc& doc) const;
  Score ScoreAny(const std::string& text, const Doc& doc);
  int64_t BestOf(const std::set<std::string>& stems, const Doc& doc, uint32_t times = 1);
  int64_t SumOf(const std::vector<Choice>& choices, const Doc& doc);
  const std::vector<Choice>& Choices(const query::Node& node, bool all_forms);
  const std::set<std::string>& FormsOf(const std::string& stem);
  std::vector<Choice> FindChoices(const query::Node& node, bool all_forms);
  std::set<std::string> Expand(query::Field field, const std::string& word, query::WordForm form) const;
  std::set<std::string> StemsOfWords(const std::set<std::string>& words);
  static std::vector<Place> PlacesOf(const query::Node& node, const std::vector<Choice>& choices, const Doc& doc);
  static bool StandLoosely(const query::Node& node, const std::vector<Choice>& choices, const Doc& doc);
  void AppendPlaces(const query::Node& node, const Doc& doc, std::set<Place>& places, int64_t& score);
  std::vector<std::string> Words(const std::string& text);
  std::vector<std::set<std::string>> Stems(const std::string& text);
  // `lifted`: the field whose filter does not count.
  static bool PassesFilters(const serve::Filters& filters, const Doc& doc, absl::optional<serve::FacetField> lifted);
  static std::set<std::string> ValuesOf(serve::FacetField field, const Doc& doc);
  // `matching`: what the query finds without the filters.
  static std::vector<NaiveCount> CountFacet(const std::vector<const Doc*>& matching, const serve::Filters& filters,
                                            const serve::FacetRequest& facet);
  std::vector<NaiveCount> CountByTime(const std::vector<const Doc*>& found,
                                      const serve::HistogramRequest& histogram) const;
  void FindSuperseded();

  const std::string default_language_;
  text::Analyzer analyzer_;
  std::vector<Doc> docs_;
  std::set<std::string> languages_;
  std::set<base::DocKey> superseded_;
  std::map<std::string, std::set<std::string>> forms_;  // by stem; made when they are first asked for
  std::map<query::Field, std::set<std::string>> words_;  // or whole names
  std::map<std::pair<std::string, bool>, std::vector<Choice>> choices_;
  std::map<std::string, uint64_t> frequencies_;  // of stems

  // Of the search at hand.
  bool variants_ = true;
  size_t leaves_ = 0;  // of the query
  std::map<std::string, Reading> readings_;
  std::map<const query::Node*, std::vector<Row>> rows_;
  float average_length_ = 1;
};

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_NAIVE_INDEX_H_
