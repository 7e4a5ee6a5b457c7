// A query after analysis: terms of the index instead of words of the user, ready to be matched. An immutable,
// printable value; equal plans on one generation have equal answers, so ToString is the cache key.
//
// What matches, and what it scores:
//   all          every document                                            0
//   word         the documents with any of `stems`                         the best contribution among those present,
//                                                                          of weights times QueryFrequencyFactor(times)
//   any          the documents with any of `terms`                         see below
//   phrase       the documents with `terms` at consecutive positions       see below
//   prefixed     the documents with a term that begins with `terms[0]`     0
//   places       the documents whose words stand as `positions` says       see below
//   latest       the documents that no newer version of their story        0
//                supersedes (core/index/FORMAT.md, Stories)
//   either       those that match any child                                see below
//   and          those that match all children                             the sum
//   or           those that match any child                                the sum over the children that match
//   not          those that do not match the child                         0
// `any`, `phrase`, `places` and `either` score, for each of `scored`, the best contribution among its stems that the document
// has, and sum these: a phrase filters by written words and scores by the stems of its words. The children of `either`
// are several ways to write one thing; what they score by themselves does not count. Contributions are
// core/index/score.h's.
//
// Thread-safety: plain values; it holds no object of any library, so it may cross threads.
#ifndef DATELINE_SEARCHER_PLAN_QUERY_PLAN_H_
#define DATELINE_SEARCHER_PLAN_QUERY_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "core/index/schema.h"
#include "searcher/plan/positions.h"

namespace dateline::plan {

// Terms of one word in the languages of the index: they count as their best member.
using Alternatives = std::vector<std::string>;  // ascending, distinct, not empty

struct PlanNode {
  enum class Kind { kAll, kWord, kAny, kPhrase, kPrefixed, kPlaces, kLatest, kEither, kAnd, kOr, kNot };
  Kind kind = Kind::kAll;
  std::vector<std::string> terms;    // of kAny and kPhrase; one for kPrefixed
  Positions positions;               // of kPlaces
  uint32_t times = 1;                // of kWord: so often the question says it
  std::vector<Alternatives> scored;  // one for kWord; any number for kAny, kPhrase, kPlaces and kEither
  std::vector<PlanNode> children;    // two or more for kEither, kAnd and kOr, one for kNot
  bool operator==(const PlanNode&) const = default;
};

// What to mark in the text of a hit.
struct HighlightRules {
  std::vector<std::string> stems;                 // any word with one of these stems (without prefix)
  std::vector<std::vector<std::string>> phrases;  // these written words in a row; one word is a row too
  std::vector<Positions> positions = {};          // what stands so
  bool operator==(const HighlightRules&) const = default;
};

enum class Order { kRelevance, kNewest, kOldest };
enum class FacetField { kOutlet, kByline, kAgency, kDateline, kSection, kLanguage, kYear, kMonth, kDay };
enum class Interval { kDay, kWeek, kMonth, kYear };

// The names that a facet counts; nothing for one of dates.
absl::optional<index::NameField> NamesOf(FacetField field);

inline constexpr size_t kNoFilter = static_cast<size_t>(-1);

struct Facet {
  FacetField field = FacetField::kOutlet;
  size_t lifted = kNoFilter;  // the number of the filter that does not narrow these counts
  bool operator==(const Facet&) const = default;
};

// Counts of the matches by stretches of time.
struct Histogram {
  Interval interval = Interval::kDay;
  absl::TimeZone zone;  // UTC unless set
};

struct QueryPlan {
  PlanNode root;
  std::vector<PlanNode> filters;  // each must match; none scores
  Order order = Order::kRelevance;
  bool recency = false;  // relevance has index::RecencyBonus added, for dated articles
  std::vector<Facet> facets;
  absl::optional<Histogram> histogram;
  bool exact_total = true;
  HighlightRules highlights;
  double price_ns = 0;  // plan::Price, once somebody asked for it

  // Must every match be seen, whatever the page needs?
  bool CountsMatches() const { return !facets.empty() || histogram.has_value(); }
};

// Everything that determines which documents match, in which order and with which counts.
std::string ToString(const QueryPlan& plan);
std::string ToString(const PlanNode& node);

}  // namespace dateline::plan

#endif  // DATELINE_SEARCHER_PLAN_QUERY_PLAN_H_
