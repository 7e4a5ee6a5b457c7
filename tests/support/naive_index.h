// The slow twin: answers a query over a handful of articles by looking at every word of every one of them.
//
// It shares with production only what defines the answer: the analyzer, the BM25 function and the total order. It knows
// no terms, no shards, no plans. Never use it for more than a few thousand articles.
#ifndef DATELINE_TESTS_SUPPORT_NAIVE_INDEX_H_
#define DATELINE_TESTS_SUPPORT_NAIVE_INDEX_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

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
};

struct NaiveAnswer {
  std::vector<NaiveHit> hits;  // all of them, in order
  // By facet field: value to count; the articles without a value count under "(none)".
  std::map<serve::FacetField, std::map<std::string, uint64_t>> facets;
};

class NaiveIndex {
 public:
  // `articles` have passed article::Finish. Later ones replace earlier ones with the same key.
  explicit NaiveIndex(const std::vector<article::Article>& articles, const std::string& default_language = "en");

  size_t size() const { return docs_.size(); }

  // The filters and the order of `request` count; its query is `root`.
  NaiveAnswer Search(const query::Node& root, const serve::SearchRequest& request);

 private:
  struct Doc {
    article::Article article;
    std::vector<std::string> headline;  // written words
    std::vector<std::string> deck;
    std::vector<std::string> body;
    std::vector<std::string> caption;
    std::vector<std::vector<std::string>> bylines;
    std::set<std::string> headline_stems;
    std::map<std::string, uint32_t> wdf;  // by stem
    uint32_t length = 0;
  };

  Doc MakeDoc(const article::Article& article);
  absl::optional<int64_t> Score(const query::Node& node, const Doc& doc);
  absl::optional<int64_t> ScoreLeaf(const query::Node& node, const Doc& doc);
  int64_t BestOf(const std::set<std::string>& stems, const Doc& doc);
  std::vector<std::string> Words(const std::string& text);
  std::vector<std::set<std::string>> Stems(const std::string& text);
  bool PassesFilters(const serve::SearchRequest& request, const Doc& doc) const;
  void CountFacets(const Doc& doc, NaiveAnswer& answer) const;

  const std::string default_language_;
  text::Analyzer analyzer_;
  std::vector<Doc> docs_;
  std::set<std::string> languages_;
  std::map<std::string, uint64_t> frequencies_;  // of stems
  float average_length_ = 1;
};

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_NAIVE_INDEX_H_
