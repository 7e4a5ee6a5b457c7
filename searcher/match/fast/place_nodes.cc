#include "searcher/match/fast/place_nodes.h"

#include <algorithm>
#include <functional>
#include <memory>

namespace dateline::match::fast {
namespace {

// So many documents are compared between two looks at the clock.
constexpr size_t kRowsBetweenLooks = 256;

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

// Keeps the begins that have one of the positions `offset` behind them. Both ascend.
void KeepFollowed(const std::vector<uint32_t>& positions, uint32_t offset, std::vector<uint32_t>& begins) {
  size_t kept = 0;
  auto at = positions.begin();
  for (const uint32_t begin : begins) {
    while (at != positions.end() && *at < begin + offset) ++at;
    if (at == positions.end()) break;
    if (*at == begin + offset) begins[kept++] = begin;
  }
  begins.resize(kept);
}

}  // namespace

PhraseNode::PhraseNode(NodePtr candidates, const std::vector<const index::PostingList*>& lists,
                       const base::Deadline& deadline)
    : TestNode(std::move(candidates)), deadline_(deadline) {
  for (uint32_t i = 0; i < lists.size(); ++i) words_.push_back(Word{TermCursor(*lists[i]), i, {}});
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
    Word& word = words_[i];
    if (!word.cursor.list().has_positions()) return false;
    std::vector<uint32_t>& positions = i == 0 ? begins_ : positions_;
    positions.clear();
    word.cursor.list().AppendPositions(word.cursor.PostingOf(row), positions, &word.place);
    if (i == 0) {
      // Those too near to the front of the document to be within a phrase become none.
      size_t kept = 0;
      for (const uint32_t position : begins_) {
        if (position >= word.offset) begins_[kept++] = position - word.offset;
      }
      begins_.resize(kept);
    } else {
      KeepFollowed(positions_, word.offset, begins_);
    }
    if (begins_.empty()) return false;
  }
  return true;
}

std::unique_ptr<WordChain> WordChain::Of(const plan::Positions& condition, const Lists& lists) {
  if (condition.any_order || condition.min_count > 1) return nullptr;
  auto chain = std::make_unique<WordChain>();
  for (size_t i = 0; i < condition.operands.size(); ++i) {
    if (condition.operands[i].size() != 1) return nullptr;
    Phrase phrase;
    if (i > 0) {
      phrase.link = condition.links[i - 1];
      using Kind = query::Link::Kind;
      if (phrase.link.kind != Kind::kNear && phrase.link.kind != Kind::kBefore) return nullptr;
    }
    for (const plan::Slot& slot : condition.operands[i].front()) {
      if (slot.terms.size() != 1 || !slot.excluded.empty()) return nullptr;
      const index::PostingList& list = *lists.find(slot.terms.front())->second;
      if (!list.has_positions()) return nullptr;
      phrase.words.push_back(Word{TermCursor(list), {}});
    }
    chain->phrases_.push_back(std::move(phrase));
  }
  return chain;
}

void WordChain::MoveTo(const Window& window) {
  for (Phrase& phrase : phrases_) {
    for (Word& word : phrase.words) word.cursor.MoveTo(window);
  }
}

// Which begins have one of the phrases before near: at most distance - 1 words between, before them or, unless the
// link is ordered, behind. Asked about ascending ones.
class WordChain::Neighbours {
 public:
  Neighbours(const std::vector<uint32_t>& before, uint32_t length_before, const Phrase& phrase)
      : end_(before.end()),
        length_before_(length_before),
        length_(static_cast<uint32_t>(phrase.words.size())),
        between_(phrase.link.distance - 1),
        either_side_(phrase.link.kind == query::Link::Kind::kNear),
        left_(before.begin()),
        right_(before.begin()) {}

  bool Has(uint32_t begin) {
    while (left_ != end_ && *left_ + length_before_ + between_ < begin) ++left_;
    if (left_ != end_ && *left_ + length_before_ <= begin) return true;
    if (!either_side_) return false;
    while (right_ != end_ && *right_ < begin + length_) ++right_;
    return right_ != end_ && *right_ <= begin + length_ + between_;
  }

 private:
  using Iterator = std::vector<uint32_t>::const_iterator;

  const Iterator end_;
  const uint32_t length_before_;
  const uint32_t length_;
  const uint32_t between_;
  const bool either_side_;
  Iterator left_;   // the first that ends near enough before a begin
  Iterator right_;  // the first that begins behind its end
};

bool WordChain::Stands(uint32_t row) {
  for (size_t i = 0; i < phrases_.size(); ++i) {
    std::swap(before_, begins_);
    FindBegins(phrases_[i], row);
    if (begins_.empty()) return false;
    if (i == 0) continue;
    Neighbours neighbours(before_, static_cast<uint32_t>(phrases_[i - 1].words.size()), phrases_[i]);
    const auto has_one = [&neighbours](uint32_t begin) { return neighbours.Has(begin); };
    // Of the last phrase one will do.
    if (i + 1 == phrases_.size()) return std::any_of(begins_.begin(), begins_.end(), has_one);
    begins_.erase(std::remove_if(begins_.begin(), begins_.end(), std::not_fn(has_one)), begins_.end());
  }
  return true;
}

// Into begins_: where the words stand one behind the other.
void WordChain::FindBegins(Phrase& phrase, uint32_t row) {
  begins_.clear();
  for (uint32_t i = 0; i < phrase.words.size(); ++i) {
    Word& word = phrase.words[i];
    const uint32_t posting = word.cursor.PostingOf(row);
    if (posting == index::kNoPosting) return begins_.clear();
    std::vector<uint32_t>& positions = i == 0 ? begins_ : positions_;
    positions.clear();
    word.cursor.list().AppendPositions(posting, positions, &word.place);
    if (i == 0) continue;
    KeepFollowed(positions_, i, begins_);
  }
}

// The words of one row after another.
class PlacesNode::RowPlaces final : public plan::Places {
 public:
  RowPlaces(const PlacesNode& node) : node_(node) {}

  void MoveTo(uint32_t row) {
    row_ = row;
    sentences_.known = paragraphs_.known = false;
  }

  void Append(const std::string& term, std::vector<uint32_t>& positions) override {
    const TermCursor& cursor = node_.cursors_.find(term)->second;
    const uint32_t posting = cursor.PostingOf(row_);
    if (posting != index::kNoPosting && cursor.list().has_positions()) {
      cursor.list().AppendPositions(posting, positions);
    }
  }

  const std::vector<uint32_t>& SentenceStarts() override { return Starts(index::kSentenceStarts, sentences_); }
  const std::vector<uint32_t>& ParagraphStarts() override { return Starts(index::kParagraphStarts, paragraphs_); }

 private:
  struct StartsOfRow {
    bool known = false;
    std::vector<uint32_t> positions;
  };

  const std::vector<uint32_t>& Starts(absl::string_view term, StartsOfRow& starts) {
    if (!starts.known) {
      starts.positions.clear();
      Append(std::string(term), starts.positions);
      starts.known = true;
    }
    return starts.positions;
  }

  const PlacesNode& node_;
  uint32_t row_ = 0;
  StartsOfRow sentences_;
  StartsOfRow paragraphs_;
};

PlacesNode::PlacesNode(NodePtr candidates, const plan::Positions& positions, const Lists& lists,
                       const base::Deadline& deadline)
    : TestNode(std::move(candidates)), condition_(positions), deadline_(deadline) {
  chain_ = WordChain::Of(positions, lists);
  if (chain_ != nullptr) return;
  for (const auto& [term, list] : lists) cursors_.emplace(term, TermCursor(*list));
}

void PlacesNode::MoveTo(const Window& window) {
  TestNode::MoveTo(window);
  window_ = window;
  if (Most() == 0) return;
  if (chain_ != nullptr) return chain_->MoveTo(window);
  for (auto& entry : cursors_) entry.second.MoveTo(window);
}

void PlacesNode::Test(Rows& rows) {
  if (chain_ != nullptr) {
    return KeepPassing(deadline_, rows, [this](uint32_t row) { return chain_->Stands(row); });
  }
  RowPlaces places(*this);
  KeepPassing(deadline_, rows, [&](uint32_t row) {
    places.MoveTo(row);
    return plan::Matches(condition_, places);
  });
}

}  // namespace dateline::match::fast
