#include "searcher/plan/price.h"

#include <algorithm>
#include <vector>

namespace dateline::plan {
namespace {

constexpr double kPostingNs = 40;       // one step in a list
constexpr double kPhraseWordNs = 1000;  // the positions of one word of a phrase in one candidate, by Xapian
constexpr double kPlacesTermNs = 3000;  // the positions of one term in one candidate, by us
constexpr double kDecodeNs = 60'000;    // a stored article, for its sentences and paragraphs

class Pricer {
 public:
  Pricer(uint64_t documents, FrequencyOf frequency)
      : documents_(static_cast<double>(documents)), frequency_(frequency) {}

  // How many documents match, and what finding them costs.
  struct Estimate {
    double matches = 0;
    double ns = 0;
  };

  Estimate Of(const PlanNode& node) {
    const Estimate estimate = Compute(node);
    const bool group = node.kind == PlanNode::Kind::kAnd || node.kind == PlanNode::Kind::kOr;
    if (!group && estimate.ns > costliest_ns_) {
      costliest_ns_ = estimate.ns;
      costliest_ = &node;
    }
    return estimate;
  }

  const PlanNode* costliest() const { return costliest_; }

 private:
  Estimate Compute(const PlanNode& node) {
    switch (node.kind) {
      case PlanNode::Kind::kAll:
      case PlanNode::Kind::kPrefixed:
      case PlanNode::Kind::kLatest:
        return {documents_, documents_ * kPostingNs};
      case PlanNode::Kind::kWord:
        return AnyOf(node.scored.front());
      case PlanNode::Kind::kAny:
        return AnyOf(node.terms);
      case PlanNode::Kind::kPhrase:
        return OfPhrase(node.terms);
      case PlanNode::Kind::kPlaces:
        return OfPlaces(node.positions);
      case PlanNode::Kind::kNot: {
        const Estimate child = Of(node.children.front());
        return {documents_ - child.matches, child.ns + documents_ * kPostingNs};
      }
      case PlanNode::Kind::kEither:
      case PlanNode::Kind::kOr: {
        Estimate sum;
        for (const PlanNode& child : node.children) {
          const Estimate part = Of(child);
          sum.matches = std::min(documents_, sum.matches + part.matches);
          sum.ns += part.ns;
        }
        return sum;
      }
      case PlanNode::Kind::kAnd: {
        std::vector<Estimate> parts;
        for (const PlanNode& child : node.children) parts.push_back(Of(child));
        return Together(parts);
      }
    }
    return {};
  }

  Estimate AnyOf(const std::vector<std::string>& terms) {
    double sum = 0;
    for (const std::string& term : terms) sum += static_cast<double>(frequency_(term));
    return {std::min(documents_, sum), sum * kPostingNs};
  }

  // All of the parts: the rarest leads, and the others are only asked about what is left.
  Estimate Together(std::vector<Estimate>& parts) const {
    std::sort(parts.begin(), parts.end(), [](const Estimate& a, const Estimate& b) { return a.matches < b.matches; });
    Estimate all = parts.empty() ? Estimate() : parts.front();
    for (size_t i = 1; i < parts.size(); ++i) {
      const double asked = parts[i].matches > 0 ? std::min(1.0, all.matches / parts[i].matches) : 0;
      all.ns += parts[i].ns * asked;
      all.matches *= documents_ > 0 ? parts[i].matches / documents_ : 0;
    }
    return all;
  }

  Estimate OfPhrase(const std::vector<std::string>& terms) {
    std::vector<Estimate> words;
    for (const std::string& term : terms) words.push_back(AnyOf({term}));
    Estimate phrase = Together(words);
    if (terms.size() > 1) phrase.ns += phrase.matches * static_cast<double>(terms.size()) * kPhraseWordNs;
    return phrase;
  }

  Estimate OfPlaces(const Positions& positions) {
    std::vector<Estimate> operands;
    double candidate_ns = 0;
    for (const Operand& operand : positions.operands) {
      Estimate any;
      for (const Sequence& sequence : operand) {
        std::vector<Estimate> slots;
        for (const Slot& slot : sequence) {
          slots.push_back(AnyOf(slot.terms));
          candidate_ns += static_cast<double>(slot.terms.size() + slot.excluded.size()) * kPlacesTermNs;
        }
        const Estimate row = Together(slots);
        any.matches = std::min(documents_, any.matches + row.matches);
        any.ns += row.ns;
      }
      operands.push_back(any);
    }
    for (const query::Link& link : positions.links) {
      const bool decodes = link.kind == query::Link::Kind::kSentence || link.kind == query::Link::Kind::kParagraph;
      if (decodes) candidate_ns = std::max(candidate_ns, kDecodeNs);
    }
    Estimate places = Together(operands);
    places.ns += places.matches * candidate_ns;
    return places;
  }

  const double documents_;
  const FrequencyOf frequency_;
  const PlanNode* costliest_ = nullptr;
  double costliest_ns_ = 0;
};

}  // namespace

Price PriceOf(const QueryPlan& plan, uint64_t documents, FrequencyOf frequency) {
  Pricer pricer(documents, frequency);
  Price price;
  double matches = static_cast<double>(documents);
  for (const PlanNode& filter : plan.filters) matches = std::min(matches, pricer.Of(filter).matches);
  const auto root = pricer.Of(plan.root);
  // A narrow filter leads, and the query is only asked about what it leaves.
  const double asked = root.matches > 0 ? std::min(1.0, matches / root.matches) : 1.0;
  // One pass for the page and one for the counts, and one for each facet that lifts a filter.
  double passes = plan.order == Order::kRelevance ? 2 : 1;
  for (const Facet& facet : plan.facets) passes += facet.lifted == kNoFilter ? 0 : 1;
  price.ns = root.ns * asked * passes;
  if (pricer.costliest() != nullptr) price.costliest = ToString(*pricer.costliest());
  return price;
}

}  // namespace dateline::plan
