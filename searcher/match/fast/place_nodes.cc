#include "searcher/match/fast/place_nodes.h"

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "core/index/stored_article.h"

namespace dateline::match::fast {
namespace {

// So many documents are compared between two looks at the clock.
constexpr size_t kRowsBetweenLooks = 256;

void CheckTime(const base::Deadline& deadline) {
  if (deadline.Expired()) throw GaveUp{absl::DeadlineExceededError("the query took longer than its deadline allows")};
}

// Keeps the rows that pass `test`, with an eye on the clock.
template <typename Passes>
void KeepPassing(const base::Deadline& deadline, Rows& rows, Passes passes) {
  size_t kept = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i % kRowsBetweenLooks == kRowsBetweenLooks - 1) CheckTime(deadline);
    if (passes(rows[i])) rows[kept++] = rows[i];
  }
  rows.resize(kept);
}

}  // namespace

PhraseNode::PhraseNode(NodePtr candidates, const std::vector<const index::PostingList*>& lists,
                       const base::Deadline& deadline)
    : TestNode(std::move(candidates)), deadline_(deadline) {
  for (uint32_t i = 0; i < lists.size(); ++i) words_.push_back(Word{TermCursor(*lists[i]), i});
  std::stable_sort(words_.begin(), words_.end(),
                   [](const Word& a, const Word& b) { return a.cursor.list().size() < b.cursor.list().size(); });
}

void PhraseNode::MoveTo(const Window& window) {
  TestNode::MoveTo(window);
  if (Most() == 0) return;
  for (Word& word : words_) word.cursor.MoveTo(window);
}

void PhraseNode::Test(Rows& rows) {
  KeepPassing(deadline_, rows, [this](uint32_t row) { return Stands(row); });
}

bool PhraseNode::Stands(uint32_t row) {
  begins_.clear();
  for (size_t i = 0; i < words_.size(); ++i) {
    const Word& word = words_[i];
    if (!word.cursor.list().has_positions()) return false;
    std::vector<uint32_t>& positions = i == 0 ? begins_ : positions_;
    positions.clear();
    word.cursor.list().AppendPositions(word.cursor.PostingOf(row), positions);
    if (i == 0) {
      // Those too near to the front of the document to be within a phrase become none.
      size_t kept = 0;
      for (const uint32_t position : begins_) {
        if (position >= word.offset) begins_[kept++] = position - word.offset;
      }
      begins_.resize(kept);
    } else {
      size_t kept = 0;
      auto at = positions_.begin();
      for (const uint32_t begin : begins_) {
        while (at != positions_.end() && *at < begin + word.offset) ++at;
        if (at == positions_.end()) break;
        if (*at == begin + word.offset) begins_[kept++] = begin;
      }
      begins_.resize(kept);
    }
    if (begins_.empty()) return false;
  }
  return true;
}

// The words of one row after another.
class PlacesNode::RowPlaces final : public plan::Places {
 public:
  RowPlaces(const PlacesNode& node) : node_(node) {}

  void MoveTo(uint32_t row) {
    row_ = row;
    decoded_ = false;
  }

  void Append(const std::string& term, std::vector<uint32_t>& positions) override {
    const TermCursor& cursor = node_.cursors_.find(term)->second;
    const uint32_t posting = cursor.PostingOf(row_);
    if (posting != index::kNoPosting && cursor.list().has_positions()) {
      cursor.list().AppendPositions(posting, positions);
    }
  }

  const std::vector<uint32_t>& SentenceStarts() override {
    Decode();
    return starts_.sentences;
  }
  const std::vector<uint32_t>& ParagraphStarts() override {
    Decode();
    return starts_.paragraphs;
  }

 private:
  void Decode() {
    if (decoded_) return;
    const uint32_t row = node_.window_.begin + row_;
    const absl::StatusOr<std::string> bytes = node_.stored_(row);
    if (!bytes.ok()) throw GaveUp{bytes.status()};
    const absl::StatusOr<index::StoredArticle> stored = index::DecodeStoredArticle(*bytes);
    if (!stored.ok()) {
      throw GaveUp{absl::DataLossError(absl::StrCat("document ", row + 1, ": ", stored.status().message()))};
    }
    starts_ = StartsOf(*stored);
    decoded_ = true;
  }

  const PlacesNode& node_;
  uint32_t row_ = 0;
  bool decoded_ = false;
  TextStarts starts_;
};

PlacesNode::PlacesNode(NodePtr candidates, const plan::Positions& positions, const Lists& lists, StoredReader stored,
                       const base::Deadline& deadline)
    : TestNode(std::move(candidates)), condition_(positions), stored_(std::move(stored)), deadline_(deadline) {
  for (const auto& [term, list] : lists) cursors_.emplace(term, TermCursor(*list));
}

void PlacesNode::MoveTo(const Window& window) {
  TestNode::MoveTo(window);
  window_ = window;
  if (Most() == 0) return;
  for (auto& entry : cursors_) entry.second.MoveTo(window);
}

void PlacesNode::Test(Rows& rows) {
  RowPlaces places(*this);
  KeepPassing(deadline_, rows, [&](uint32_t row) {
    places.MoveTo(row);
    return plan::Matches(condition_, places);
  });
}

}  // namespace dateline::match::fast
