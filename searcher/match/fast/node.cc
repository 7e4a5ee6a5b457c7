#include "searcher/match/fast/node.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

#include "searcher/match/fast/kernels.h"

namespace dateline::match::fast {
namespace {

bool AnyCostly(const std::vector<NodePtr>& nodes) {
  return std::any_of(nodes.begin(), nodes.end(), [](const NodePtr& node) { return node->costly(); });
}

}  // namespace

void Join(const index::PostingList& list, ShardRows& rows) {
  for (const index::PostingChunk& chunk : list.chunks()) {
    uint64_t* const words = rows.data() + size_t{chunk.number} * (index::kChunkRows / 64);
    if (chunk.bits == nullptr) {
      for (uint32_t i = 0; i < chunk.count; ++i) Insert(words, chunk.rows[i]);
    } else {
      for (uint32_t i = 0; i < chunk.words; ++i) words[i] |= chunk.bits[i];
    }
  }
}

uint64_t CountOf(const ShardRows& rows) {
  return std::accumulate(rows.begin(), rows.end(), uint64_t{0}, [](uint64_t count, uint64_t word) {
    return count + static_cast<uint64_t>(std::popcount(word));
  });
}

void Node::JoinTo(Bits& bits) {
  Bits own;
  Fill(own);
  Join(own, bits);
}

void Node::List(Rows& rows) {
  Bits bits;
  Fill(bits);
  ListRows(bits, rows);
}

void Node::KeepBits(Bits& bits) {
  Bits own;
  Fill(own);
  KeepCommon(own, bits);
}

void Node::KeepRows(Rows& rows) {
  if (rows.empty()) return;
  Bits own;
  Fill(own);
  rows.KeepIf([&own](uint16_t row) { return Contains(own, row); });
}

void SetNode::Fill(Bits& bits) {
  bits.fill(0);
  const size_t begin = window_.begin / 64;
  if (begin < set_.size()) {
    std::memcpy(bits.data(), set_.data() + begin, std::min<size_t>(kWindowWords, set_.size() - begin) * 8);
  }
  if (inside_) return;
  Bits all;
  FillAll(window_, all);
  Remove(bits, all);
  bits = all;
}

void AndNode::MoveTo(const Window& window) {
  most_ = window.rows;
  order_.clear();
  for (const NodePtr& node : required_) {
    node->MoveTo(window);
    most_ = std::min(most_, node->Most());
    if (most_ == 0) return;  // the others need not come along
    order_.push_back(node.get());
  }
  std::sort(order_.begin(), order_.end(), [](const Node* a, const Node* b) {
    return a->costly() != b->costly() ? b->costly() : a->Most() < b->Most();
  });
  for (const NodePtr& node : excluded_) node->MoveTo(window);
}

void AndNode::Fill(Bits& bits) {
  if (most_ == 0) return bits.fill(0);
  if (order_.front()->Most() <= kMostListed) {
    List(rows_);
    return FillWith(rows_, bits);
  }
  order_.front()->Fill(bits);
  // What is cheap narrows before what is costly is asked.
  size_t i = 1;
  for (; i < order_.size() && !order_[i]->costly(); ++i) order_[i]->KeepBits(bits);
  const auto remove = [&bits](Node& node) {
    if (node.Most() == 0) return;
    Bits own;
    node.Fill(own);
    Remove(own, bits);
  };
  for (const NodePtr& node : excluded_) {
    if (!node->costly()) remove(*node);
  }
  for (; i < order_.size(); ++i) order_[i]->KeepBits(bits);
  for (const NodePtr& node : excluded_) {
    if (node->costly()) remove(*node);
  }
}

void AndNode::List(Rows& rows) {
  if (most_ == 0) return rows.clear();
  if (order_.front()->Most() > kMostListed) return Node::List(rows);
  order_.front()->List(rows);
  for (size_t i = 1; i < order_.size(); ++i) order_[i]->KeepRows(rows);
  RemoveExcluded(rows);
}

void AndNode::KeepBits(Bits& bits) {
  if (most_ == 0) return bits.fill(0);
  if (!costly()) return Node::KeepBits(bits);
  ListRows(bits, rows_);
  KeepRows(rows_);
  FillWith(rows_, bits);
}

void AndNode::KeepRows(Rows& rows) {
  if (most_ == 0) return rows.clear();
  for (Node* node : order_) node->KeepRows(rows);
  RemoveExcluded(rows);
}

void AndNode::RemoveExcluded(Rows& rows) {
  for (const NodePtr& node : excluded_) {
    if (rows.empty()) return;
    if (node->Most() == 0) continue;
    dropped_ = rows;
    node->KeepRows(dropped_);
    const uint16_t* dropped = dropped_.begin();  // they are some of `rows`, in the same order
    rows.KeepIf([&](uint16_t row) {
      if (dropped == dropped_.end() || *dropped != row) return true;
      ++dropped;
      return false;
    });
  }
}

bool AndNode::costly() const { return AnyCostly(required_) || AnyCostly(excluded_); }

void OrNode::MoveTo(const Window& window) {
  uint64_t sum = 0;
  for (const NodePtr& node : children_) {
    node->MoveTo(window);
    sum += node->Most();
  }
  most_ = static_cast<uint32_t>(std::min<uint64_t>(sum, window.rows));
}

void OrNode::Fill(Bits& bits) {
  bits.fill(0);
  for (const NodePtr& node : children_) {
    if (node->Most() > 0) node->JoinTo(bits);
  }
}

bool OrNode::costly() const { return AnyCostly(children_); }

bool OrNode::IsAnyOf(std::vector<const index::PostingList*>& lists) const {
  return std::all_of(children_.begin(), children_.end(),
                     [&lists](const NodePtr& child) { return child->IsAnyOf(lists); });
}

void TestNode::Fill(Bits& bits) {
  List(rows_);
  FillWith(rows_, bits);
}

void TestNode::List(Rows& rows) {
  candidates_->List(rows);
  Test(rows);
}

void TestNode::KeepBits(Bits& bits) {
  candidates_->KeepBits(bits);
  ListRows(bits, rows_);
  Test(rows_);
  FillWith(rows_, bits);
}

void TestNode::KeepRows(Rows& rows) {
  candidates_->KeepRows(rows);
  Test(rows);
}

void SharedNode::MoveTo(const Window& window) {
  if (moved_ && window.begin == window_.begin) return;
  moved_ = true;
  window_ = window;
  known_ = false;
  child_->MoveTo(window);
}

void SharedNode::KeepRows(Rows& rows) {
  if (!known_) return child_->KeepRows(rows);
  rows.KeepIf([this](uint16_t row) { return Contains(bits_, row); });
}

const Bits& SharedNode::Matching() {
  if (!known_) child_->Fill(bits_);
  known_ = true;
  return bits_;
}

}  // namespace dateline::match::fast
