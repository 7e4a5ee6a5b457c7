// Random articles and random queries over a small vocabulary, so that phrases hit, scores tie and dates collide.
#ifndef DATELINE_TESTS_SUPPORT_RANDOM_CORPUS_H_
#define DATELINE_TESTS_SUPPORT_RANDOM_CORPUS_H_

#include <string>
#include <vector>

#include "core/article/article.h"
#include "searcher/query/query_ast.h"
#include "searcher/serve/engine.h"
#include "tests/support/random.h"

namespace dateline::test {

// `count` records, finished; a few share an id with an earlier one.
std::vector<article::Article> RandomArticles(Random& random, int count);

// One article as a line of JSON that the indexer reads back to the same article.
std::string ToJsonLine(const article::Article& article);

// A tree of at most `depth` levels over the words, names and dates of RandomArticles.
query::Node RandomQuery(Random& random, int depth);

// A plain text of a few words, for match_any.
std::string RandomQuestion(Random& random);

// Filters, an order, with or without recency, every facet in random ways, and sometimes a histogram; no query.
serve::SearchRequest RandomRequest(Random& random);

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_RANDOM_CORPUS_H_
