// Prices grow with what must be walked, and name what costs most.
#include "searcher/plan/price.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace dateline::plan {
namespace {

constexpr uint64_t kDocuments = 1'000'000;

PlanNode Node(PlanNode::Kind kind, std::vector<std::string> terms) {
  PlanNode node;
  node.kind = kind;
  node.terms = std::move(terms);
  return node;
}

PlanNode Group(PlanNode::Kind kind, std::vector<PlanNode> children) {
  PlanNode node;
  node.kind = kind;
  node.children = std::move(children);
  return node;
}

PlanNode Near(const std::string& a, const std::string& b, query::Link::Kind link) {
  PlanNode node;
  node.kind = PlanNode::Kind::kPlaces;
  node.positions.operands = {Operand{Sequence{Slot{{a}, {}}}}, Operand{Sequence{Slot{{b}, {}}}}};
  node.positions.links = {query::Link{link, 5}};
  return node;
}

Price PriceOfNode(PlanNode root, Order order = Order::kRelevance, std::vector<PlanNode> filters = {}) {
  static const auto* const kFrequencies = new std::map<std::string, uint64_t>{
      {"the", 990'000}, {"of", 980'000}, {"summit", 20'000}, {"rare", 10}, {"XOecho", 500}};
  QueryPlan plan;
  plan.root = std::move(root);
  plan.order = order;
  plan.filters = std::move(filters);
  return PriceOf(plan, kDocuments, [](const std::string& term) {
    const auto found = kFrequencies->find(term);
    return found == kFrequencies->end() ? uint64_t{0} : found->second;
  });
}

using Kind = PlanNode::Kind;

TEST(PriceTest, GrowsWithWhatMustBeWalked) {
  const PlanNode the = Node(Kind::kAny, {"the"});
  const PlanNode rare = Node(Kind::kAny, {"rare"});
  const PlanNode phrase = Node(Kind::kPhrase, {"of", "the"});
  const double frequent = PriceOfNode(the).ns;
  EXPECT_GT(frequent, 1000 * PriceOfNode(rare).ns);
  EXPECT_EQ(PriceOfNode(Node(Kind::kAny, {"unknown"})).ns, 0);
  EXPECT_LT(PriceOfNode(Group(Kind::kAnd, {the, rare})).ns, frequent / 1000) << "the rarest leads";
  EXPECT_GT(PriceOfNode(Group(Kind::kOr, {the, rare})).ns, frequent);
  EXPECT_GT(PriceOfNode(Group(Kind::kNot, {the})).ns, frequent);
  EXPECT_GT(PriceOfNode(phrase).ns, 10 * frequent);
  EXPECT_LT(PriceOfNode(Group(Kind::kAnd, {phrase, rare})).ns, frequent);
  EXPECT_GT(PriceOfNode(Near("of", "the", query::Link::Kind::kNear)).ns, PriceOfNode(phrase).ns);
  EXPECT_GT(PriceOfNode(Near("of", "the", query::Link::Kind::kSentence)).ns,
            PriceOfNode(Near("of", "the", query::Link::Kind::kNear)).ns);
  EXPECT_LT(PriceOfNode(phrase, Order::kNewest).ns, PriceOfNode(phrase).ns);
  EXPECT_LT(PriceOfNode(phrase, Order::kNewest, {Node(Kind::kAny, {"XOecho"})}).ns, PriceOfNode(phrase).ns / 1000);
}

TEST(PriceTest, NamesThePartThatCostsMost) {
  const PlanNode query = Group(Kind::kAnd, {Node(Kind::kAny, {"summit"}), Node(Kind::kPhrase, {"of", "the"})});
  EXPECT_EQ(PriceOfNode(query).costliest, "phrase('of' 'the')");
}

}  // namespace
}  // namespace dateline::plan
