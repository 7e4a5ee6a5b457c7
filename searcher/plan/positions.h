// Conditions on where words stand: the part of a plan that phrases with alternatives, proximities, mentions and
// `body:` become, and what it means for the words of one article to meet it.
//
// An operand stands at *spans*: stretches of positions where one of its sequences stands word by word. Neighbouring
// operands are linked; a chain of spans, one an operand, in which each two neighbours stand as their link says, is a
// match. Neighbours never overlap.
//
// Thread-safety: plain values; the functions are as safe as the Places they are given.
#ifndef DATELINE_SEARCHER_PLAN_POSITIONS_H_
#define DATELINE_SEARCHER_PLAN_POSITIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "searcher/query/query_ast.h"

namespace dateline::plan {

// Any of several words at one place.
struct Slot {
  std::vector<std::string> terms;     // ascending, distinct; none: stands nowhere
  std::vector<std::string> excluded;  // not where one of these stands: the headline's and the captions' words
  bool operator==(const Slot&) const = default;
};

using Sequence = std::vector<Slot>;     // at consecutive positions; not empty
using Operand = std::vector<Sequence>;  // any of these

struct Positions {
  std::vector<Operand> operands;   // one or more
  std::vector<query::Link> links;  // one fewer
  uint32_t min_count = 1;          // so many spans; more than 1 with one operand only
  // With one operand of one sequence: its words at different positions in any order, with at most `slop` others among
  // them.
  bool any_order = false;
  uint32_t slop = 0;
  bool operator==(const Positions&) const = default;
};

std::string ToString(const Positions& positions);

// Half-open.
struct PositionSpan {
  uint32_t begin = 0;
  uint32_t end = 0;
  bool operator==(const PositionSpan&) const = default;
};

// Where the words of one article stand.
class Places {
 public:
  virtual ~Places() = default;
  // Appends the positions of `term`, ascending.
  virtual void Append(const std::string& term, std::vector<uint32_t>& positions) = 0;
  // The positions at which sentences and paragraphs start, ascending. Valid until the Places changes its article.
  virtual const std::vector<uint32_t>& SentenceStarts() = 0;
  virtual const std::vector<uint32_t>& ParagraphStarts() = 0;
};

bool Matches(const Positions& positions, Places& places);

// Every span that has a part in a match, by begin, then end, each once; what to mark. `min_count` does not count
// here: a part of the article is shown, and the whole of it matched.
std::vector<PositionSpan> MatchingSpans(const Positions& positions, Places& places);

}  // namespace dateline::plan

#endif  // DATELINE_SEARCHER_PLAN_POSITIONS_H_
