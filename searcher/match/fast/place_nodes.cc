#include "searcher/match/fast/place_nodes.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <tuple>

namespace dateline::match::fast {
namespace {

// Lets `keep` keep those that pass of some rows at a time, with an eye on the clock.
template <typename Keep>
void KeepInGroups(const base::Deadline& deadline, Rows& rows, Rows& group, Keep keep) {
  size_t kept = 0;
  for (size_t begin = 0; begin < rows.size(); begin += kMostListed) {
    if (begin > 0) CheckTime(deadline);
    group.Assign(rows.begin() + begin, rows.begin() + std::min<size_t>(rows.size(), begin + kMostListed));
    keep(group);
    std::copy(group.begin(), group.end(), rows.begin() + kept);
    kept += group.size();
  }
  rows.resize(kept);
}

// Copies the begins that have a position `offset` behind them; gives how many. They ascend; `kept` may be their own
// place or one before it. The reader, which has not moved yet, is a copy, which can stay in registers.
uint32_t KeepWhereFollowed(index::PositionReader positions, uint32_t offset, const uint32_t* begins, size_t count,
                           uint32_t* kept) {
  if (!positions.Next()) return 0;
  uint32_t size = 0;
  for (size_t i = 0; i < count && positions.SkipTo(begins[i] + offset); ++i) {
    kept[size] = begins[i];
    size += positions.position() == begins[i] + offset ? 1 : 0;
  }
  return size;
}

// Does a position of the second word follow one of the first, at most `distance` behind it, or, on either side,
// before it? Two that are near meet when both are read in order.
bool AreNear(index::PositionReader first, index::PositionReader second, uint32_t distance, bool either_side) {
  bool more = first.Next() && second.Next();
  while (more) {
    const uint32_t a = first.position();
    const uint32_t b = second.position();
    if (a < b) {
      if (b - a <= distance) return true;
      more = first.SkipTo(b - distance);
    } else if (a > b) {
      if (either_side && a - b <= distance) return true;
      more = second.SkipTo(either_side ? a - distance : a + 1);
    } else {
      // One place is not near itself, but both of its words may be near what comes next.
      const bool more_of_first = first.Next();
      if (either_side && more_of_first && first.position() - a <= distance) return true;
      more = second.Next();
      if (more && second.position() - a <= distance) return true;
      more = more && more_of_first;
    }
  }
  return false;
}

}  // namespace

void PlacedWord::FindPositions(const Rows& rows, Readers& positions) {
  if (cursor.count() == 0 || !cursor.list().has_positions()) {
    std::fill_n(positions.begin(), rows.size(), index::PositionReader());
    return;
  }
  const TermCursor::Postings postings = cursor.PostingsOf(rows);
  for (size_t i = 0; i < rows.size(); ++i) {
    positions[i] =
        postings[i] == index::kNoPosting ? index::PositionReader() : cursor.list().PositionsOf(postings[i], &place);
    positions[i].Prefetch();
  }
}

PhraseNode::PhraseNode(NodePtr candidates, const Lists& terms, const Lists& pairs, const base::Deadline& deadline)
    : TestNode(std::move(candidates)), deadline_(deadline) {
  const auto size = static_cast<uint32_t>(terms.size());
  const auto is_placed = [&](uint32_t i) { return i < size && pairs[i] != nullptr && pairs[i]->has_positions(); };
  struct Choice {
    const index::PostingList* list;
    uint32_t begin;
    uint32_t end;
  };
  std::vector<Choice> left;
  for (uint32_t i = 0; i < size; ++i) {
    if (is_placed(i)) left.push_back({pairs[i], i, i + 2});
    if (!is_placed(i) && (i == 0 || !is_placed(i - 1))) left.push_back({terms[i], i, i + 1});
  }
  std::vector<bool> taken(size, false);
  const auto is_needed = [&](const Choice& choice) { return !taken[choice.begin] || !taken[choice.end - 1]; };
  // Where a pair is known to be in the document, it mostly stands where the phrase would.
  const auto is_likely = [&](const Choice& choice) {
    const bool behind_one = choice.begin > 0 && pairs[choice.begin - 1] != nullptr && taken[choice.begin - 1];
    return behind_one || (choice.end < size && pairs[choice.end - 1] != nullptr && taken[choice.end]);
  };
  const auto key = [&](const Choice& choice) {
    return std::make_tuple(is_likely(choice), choice.list->size(), choice.begin);
  };
  while (!left.empty()) {
    const auto next =
        std::min_element(left.begin(), left.end(), [&](const Choice& a, const Choice& b) { return key(a) < key(b); });
    if (is_needed(*next)) {
      parts_.push_back(Part{PlacedWord(*next->list), next->begin});
      taken[next->begin] = taken[next->end - 1] = true;
    }
    left.erase(next);
  }
}

void PhraseNode::MoveTo(const Window& window) {
  TestNode::MoveTo(window);
  if (Most() == 0) return;
  for (Part& part : parts_) part.placed.cursor.MoveTo(window);
}

void PhraseNode::Test(Rows& rows) {
  KeepInGroups(deadline_, rows, group_, [this](Rows&) { KeepStanding(); });
}

// Part by part, so that of many documents the positions of one are on their way while others are compared.
void PhraseNode::KeepStanding() {
  for (Part& part : parts_) {
    if (group_.empty()) return;
    part.placed.FindPositions(group_, positions_);
    if (&part == &parts_.front()) {
      FindBegins(part.offset);
    } else {
      KeepFollowed(part.offset);
    }
  }
}

void PhraseNode::FindBegins(uint32_t offset) {
  begins_.clear();
  size_t kept = 0;
  for (size_t i = 0; i < group_.size(); ++i) {
    const size_t first = begins_.size();
    index::PositionReader positions = positions_[i];  // a copy can stay in registers
    while (positions.Next()) {
      // Those too near to the front of the document to be within a phrase are none.
      if (positions.position() >= offset) begins_.push_back(positions.position() - offset);
    }
    if (begins_.size() == first) continue;
    group_[kept] = group_[i];
    ends_[kept++] = static_cast<uint32_t>(begins_.size());
  }
  group_.resize(kept);
}

void PhraseNode::KeepFollowed(uint32_t offset) {
  size_t kept = 0;
  uint32_t begin = 0;
  uint32_t kept_begins = 0;
  for (size_t i = 0; i < group_.size(); ++i) {
    const uint32_t first = kept_begins;
    kept_begins += KeepWhereFollowed(positions_[i], offset, begins_.data() + begin, ends_[i] - begin,
                                     begins_.data() + kept_begins);
    begin = ends_[i];
    if (kept_begins == first) continue;
    group_[kept] = group_[i];
    ends_[kept++] = kept_begins;
  }
  group_.resize(kept);
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
      phrase.words.emplace_back(list);
    }
    chain->phrases_.push_back(std::move(phrase));
  }
  return chain;
}

void WordChain::MoveTo(const Window& window) {
  for (Phrase& phrase : phrases_) {
    for (PlacedWord& word : phrase.words) word.cursor.MoveTo(window);
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

void WordChain::KeepStanding(Rows& rows) {
  const bool of_two = phrases_.size() == 2 && phrases_[0].words.size() == 1 && phrases_[1].words.size() == 1;
  if (of_two) return KeepNear(rows);
  rows.KeepIf([this](uint16_t row) { return Stands(row); });
}

// Of two words the positions are looked at as they come, until two are near.
void WordChain::KeepNear(Rows& rows) {
  const query::Link& link = phrases_[1].link;
  const bool either_side = link.kind == query::Link::Kind::kNear;
  for (size_t i = 0; i < 2; ++i) phrases_[i].words.front().FindPositions(rows, positions_[i]);
  size_t kept = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (AreNear(positions_[0][i], positions_[1][i], link.distance, either_side)) rows[kept++] = rows[i];
  }
  rows.resize(kept);
}

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
    index::PositionReader positions = phrase.words[i].PositionsIn(row);
    if (i > 0) {
      begins_.resize(KeepWhereFollowed(positions, i, begins_.data(), begins_.size(), begins_.data()));
    } else {
      while (positions.Next()) begins_.push_back(positions.position());
    }
    if (begins_.empty()) return;
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
    return KeepInGroups(deadline_, rows, group_, [this](Rows& group) { chain_->KeepStanding(group); });
  }
  RowPlaces places(*this);
  KeepInGroups(deadline_, rows, group_, [&](Rows& group) {
    group.KeepIf([&](uint16_t row) {
      places.MoveTo(row);
      return plan::Matches(condition_, places);
    });
  });
}

}  // namespace dateline::match::fast
