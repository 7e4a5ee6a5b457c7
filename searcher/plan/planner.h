// Syntax tree and request to plan: words are analysed by the index's own analyzer, in each language that it lists.
//
// Thread-safety: a Planner belongs to one thread. Errors: InvalidArgument, with a byte offset where there is one, and
// those of the vocabulary.
#ifndef DATELINE_SEARCHER_PLAN_PLANNER_H_
#define DATELINE_SEARCHER_PLAN_PLANNER_H_

#include <array>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/index/manifest.h"
#include "core/index/schema.h"
#include "core/text/analyzer.h"
#include "core/text/variants.h"
#include "searcher/plan/expansion.h"
#include "searcher/plan/query_plan.h"
#include "searcher/plan/spelling_finder.h"
#include "searcher/plan/vocabulary.h"
#include "searcher/query/query_ast.h"
#include "searcher/query/query_limits.h"

namespace dateline::plan {

struct FacetWish {
  FacetField field = FacetField::kOutlet;
  bool disjunctive = false;  // the filter on this very field does not narrow these counts
};

struct PlanRequest {
  // Filters: by index::NameField whole names, of which any will do.
  std::array<std::vector<std::string>, index::kNameFieldCount> names;
  query::DayRange days;
  Order order = Order::kRelevance;
  bool recency = false;  // of the order by relevance
  std::vector<FacetWish> facets;
  absl::optional<Histogram> histogram;
  bool exact_total = true;
  const text::Variants* variants = nullptr;  // null: every word is looked for only as it was typed
};

struct PlannedQuery {
  QueryPlan plan;
  std::vector<std::string> warnings;  // what of the query could not be used, and what its words were read as
};

class Planner {
 public:
  // All must outlive the planner.
  Planner(text::Analyzer& analyzer, const index::Manifest& manifest, Vocabulary& vocabulary,
          const ExpansionLimits& limits = ExpansionLimits())
      : analyzer_(analyzer),
        manifest_(manifest),
        vocabulary_(vocabulary),
        limits_(limits),
        expander_(vocabulary, analyzer, manifest.languages, limits) {}

  // The dates of `root` are resolved; a `when:` that is not finds nothing.
  absl::StatusOr<PlannedQuery> Plan(const query::Node& root, const PlanRequest& request);

  // The articles with any word of a plain text, in which nothing is an operator. A word that stands in it
  // twice counts more.
  absl::StatusOr<PlannedQuery> PlanAny(absl::string_view text, const query::QueryLimits& limits,
                                       const PlanRequest& request);

 private:
  // The words of a text as the index writes them, and the stems of each in every language.
  struct Analysed {
    std::vector<std::string> words;
    std::vector<Alternatives> stems;  // without prefix
    std::vector<bool> starred;        // a '*' follows
    size_t first_begin = 0;           // the first byte of the first word
    size_t last_end = 0;              // the byte behind the last word
  };

  // A word or phrase as what stands at each place, and what it scores.
  struct Lowered {
    Sequence sequence;
    std::vector<Alternatives> scored;  // as PlanNode::scored
  };

  void AddFilters(const PlanRequest& request, QueryPlan& plan) const;
  PlannedQuery Finish(PlanNode root, const PlanRequest& request);

  using MaybeNode = absl::StatusOr<absl::optional<PlanNode>>;

  Analysed Analyse(absl::string_view text);
  MaybeNode Lower(const query::Node& node, bool highlighted);
  MaybeNode LowerGroup(const query::Node& node, PlanNode::Kind kind, bool highlighted);
  MaybeNode LowerLeaf(const query::Node& node, bool highlighted);
  MaybeNode LowerPlaces(const query::Node& node, bool highlighted);
  absl::StatusOr<PlanNode> LowerWords(const query::Node& node, const Analysed& analysed);
  absl::StatusOr<PlanNode> LowerName(const query::Node& node);
  PlanNode LowerFact(query::Fact fact) const;
  PlanNode LowerDays(const query::DayRange& days) const;

  absl::Status AppendOperand(const query::Node& node, Operand& operand, std::vector<Alternatives>& scored);
  absl::StatusOr<Lowered> LowerSequence(const query::Node& node, const Analysed& analysed, bool all_forms);
  absl::StatusOr<std::vector<std::string>> WordsAt(const query::Node& node, const Analysed& analysed, size_t i,
                                                   bool all_forms);
  static bool IsExpanded(const query::Node& node, const Analysed& analysed, size_t i);
  // planner_spellings.cc
  static bool IsBare(const query::Node& node);
  absl::StatusOr<std::vector<Spelling>> SpellingsOf(const query::Node& node, const Analysed& analysed);
  absl::StatusOr<PlanNode> WithSpellings(PlanNode typed, const std::vector<std::string>& words, query::Field field,
                                         const std::vector<Spelling>& spellings, bool highlighted);
  absl::StatusOr<size_t> RowLength(const query::Node& node, size_t first, std::vector<Spelling>& spellings,
                                   std::vector<std::string>& words);
  absl::StatusOr<absl::optional<PlanNode>> LowerRow(const query::Node& node, size_t& next, bool highlighted);
  absl::Status AppendSpellings(const query::Node& node, const Analysed& analysed, Operand& operand,
                               std::vector<Alternatives>& scored);
  void NoteSpellings(absl::string_view typed, absl::string_view remedy, const std::vector<Spelling>& spellings);

  Alternatives StemsOf(const std::vector<std::string>& words);
  absl::Status CheckStars(const query::Node& node, const Analysed& analysed) const;
  void Highlight(const query::Node& node, const Analysed& analysed, const PlanNode& lowered);
  void Warn(std::string warning);
  void NoteExpansion(absl::string_view typed, const Expansion& expansion);

  text::Analyzer& analyzer_;
  const index::Manifest& manifest_;
  Vocabulary& vocabulary_;
  const ExpansionLimits limits_;
  Expander expander_;

  // Of the query at hand.
  absl::optional<SpellingFinder> spellings_;  // nothing: variants are off
  bool splits_ = false;                       // words may be cut in two
  const text::Variants* variants_ = nullptr;
  HighlightRules highlights_;
  std::vector<std::string> warnings_;
};

}  // namespace dateline::plan

#endif  // DATELINE_SEARCHER_PLAN_PLANNER_H_
