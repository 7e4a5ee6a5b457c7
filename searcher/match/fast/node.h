// What a part of a plan matches, window by window: the boolean side of the fast engine. No call is made for a single
// document but where positions are compared.
//
// Thread-safety: belongs to one thread. Exceptions: GaveUp, where positions are compared.
#ifndef DATELINE_SEARCHER_MATCH_FAST_NODE_H_
#define DATELINE_SEARCHER_MATCH_FAST_NODE_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "core/base/deadline.h"
#include "searcher/match/common_steps.h"
#include "searcher/match/fast/term_cursor.h"
#include "searcher/match/fast/window.h"

namespace dateline::match::fast {

// Thrown inside of a match and caught where it began: the deadline has passed, or the shard is damaged.
struct GaveUp {
  absl::Status status;
};

// Gives up when the deadline has passed.
inline void CheckTime(const base::Deadline& deadline) {
  if (deadline.Expired()) throw GaveUp{DeadlinePassedError()};
}

class Node {
 public:
  virtual ~Node() = default;

  // Everything else is about the window moved to last. Windows may come in any order; ascending ones are cheap.
  virtual void MoveTo(const Window& window) = 0;
  // No more rows than this match.
  virtual uint32_t Most() const = 0;
  // Replaces `bits` by the rows that match.
  virtual void Fill(Bits& bits) = 0;
  // Adds the rows that match.
  virtual void JoinTo(Bits& bits);
  // Replaces `rows` by the rows that match.
  virtual void List(Rows& rows);
  // Keeps those that match.
  virtual void KeepBits(Bits& bits);
  virtual void KeepRows(Rows& rows);
  // Does a row cost much? Such nodes are asked last.
  virtual bool costly() const { return false; }

  // Whether it matches just the rows of some lists, in whatever window; then appends them.
  virtual bool IsAnyOf(std::vector<const index::PostingList*>& /*lists*/) const { return false; }
};

using NodePtr = std::unique_ptr<Node>;

class TermNode final : public Node {
 public:
  explicit TermNode(const index::PostingList& list) : cursor_(list) {}
  void MoveTo(const Window& window) override { cursor_.MoveTo(window); }
  uint32_t Most() const override { return cursor_.count(); }
  void Fill(Bits& bits) override { cursor_.Fill(bits); }
  void JoinTo(Bits& bits) override { cursor_.JoinTo(bits); }
  void List(Rows& rows) override { cursor_.List(rows); }
  void KeepBits(Bits& bits) override { cursor_.KeepBits(bits); }
  void KeepRows(Rows& rows) override { cursor_.KeepRows(rows); }
  bool IsAnyOf(std::vector<const index::PostingList*>& lists) const override {
    lists.push_back(&cursor_.list());
    return true;
  }

 private:
  TermCursor cursor_;
};

// Nothing.
class NoneNode final : public Node {
 public:
  void MoveTo(const Window&) override {}
  uint32_t Most() const override { return 0; }
  void Fill(Bits& bits) override { bits.fill(0); }
};

class AllNode final : public Node {
 public:
  void MoveTo(const Window& window) override { window_ = window; }
  uint32_t Most() const override { return window_.rows; }
  void Fill(Bits& bits) override { FillAll(window_, bits); }
  void KeepBits(Bits&) override {}
  void KeepRows(Rows&) override {}

 private:
  Window window_;
};

// A set of rows of the whole shard, as words of 64 of them; what lies behind its end is not in it.
using ShardRows = std::vector<uint64_t>;
// Adds the rows of the list, which is of the same shard.
void Join(const index::PostingList& list, ShardRows& rows);
uint64_t CountOf(const ShardRows& rows);

// The rows of a set, or those that are not in it.
class SetNode final : public Node {
 public:
  // `set` must outlive the node.
  SetNode(const ShardRows& set, bool inside) : set_(set), inside_(inside) {}
  void MoveTo(const Window& window) override { window_ = window; }
  uint32_t Most() const override { return window_.rows; }
  void Fill(Bits& bits) override;

 private:
  const ShardRows& set_;
  const bool inside_;
  Window window_;
};

// Those that match all of `required` (there is one) and none of `excluded`.
class AndNode final : public Node {
 public:
  AndNode(std::vector<NodePtr> required, std::vector<NodePtr> excluded)
      : required_(std::move(required)), excluded_(std::move(excluded)) {}
  void MoveTo(const Window& window) override;
  uint32_t Most() const override { return most_; }
  void Fill(Bits& bits) override;
  void List(Rows& rows) override;
  void KeepBits(Bits& bits) override;
  void KeepRows(Rows& rows) override;
  bool costly() const override;

 private:
  void RemoveExcluded(Rows& rows);

  std::vector<NodePtr> required_;
  std::vector<NodePtr> excluded_;
  std::vector<Node*> order_;  // of the required, in this window: the fewest first, the costly last
  uint32_t most_ = 0;
  Rows rows_;
  Rows dropped_;
};

class OrNode final : public Node {
 public:
  explicit OrNode(std::vector<NodePtr> children) : children_(std::move(children)) {}
  void MoveTo(const Window& window) override;
  uint32_t Most() const override { return most_; }
  void Fill(Bits& bits) override;
  bool costly() const override;
  bool IsAnyOf(std::vector<const index::PostingList*>& lists) const override;

 private:
  std::vector<NodePtr> children_;
  uint32_t most_ = 0;
};

// Those of `candidates` that a test of single rows lets pass.
class TestNode : public Node {
 public:
  explicit TestNode(NodePtr candidates) : candidates_(std::move(candidates)) {}
  void MoveTo(const Window& window) override { candidates_->MoveTo(window); }
  uint32_t Most() const override { return candidates_->Most(); }
  void Fill(Bits& bits) override;
  void List(Rows& rows) override;
  void KeepBits(Bits& bits) override;
  void KeepRows(Rows& rows) override;
  bool costly() const override { return true; }

 private:
  // Keeps the rows that pass; they are candidates. MoveTo of the tester's own cursors is its own to do.
  virtual void Test(Rows& rows) = 0;

  NodePtr candidates_;
  Rows rows_;
};

// Finds out once for each window what matches, for whoever asks several times.
class SharedNode final : public Node {
 public:
  // Once, before anything else: what it shares may refer to it.
  void Set(NodePtr child) { child_ = std::move(child); }
  void MoveTo(const Window& window) override;
  uint32_t Most() const override { return child_->Most(); }
  void Fill(Bits& bits) override { bits = Matching(); }
  void KeepRows(Rows& rows) override;
  bool costly() const override { return child_->costly(); }
  const Bits& Matching();

 private:
  NodePtr child_;
  bool moved_ = false;
  Window window_;
  bool known_ = false;  // is `bits_` of the window?
  Bits bits_;
};

// What another owner's node matches.
class LentNode final : public Node {
 public:
  explicit LentNode(Node& node) : node_(node) {}
  void MoveTo(const Window& window) override { node_.MoveTo(window); }
  uint32_t Most() const override { return node_.Most(); }
  void Fill(Bits& bits) override { node_.Fill(bits); }
  void JoinTo(Bits& bits) override { node_.JoinTo(bits); }
  void List(Rows& rows) override { node_.List(rows); }
  void KeepBits(Bits& bits) override { node_.KeepBits(bits); }
  void KeepRows(Rows& rows) override { node_.KeepRows(rows); }
  bool costly() const override { return node_.costly(); }

 private:
  Node& node_;
};

}  // namespace dateline::match::fast

#endif  // DATELINE_SEARCHER_MATCH_FAST_NODE_H_
