// Phrases and proximities: documents whose words stand as a plan says, tested on the positions of the words.
//
// Thread-safety: belongs to one thread. Exceptions: GaveUp.
#ifndef DATELINE_SEARCHER_MATCH_FAST_PLACE_NODES_H_
#define DATELINE_SEARCHER_MATCH_FAST_PLACE_NODES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/base/deadline.h"
#include "searcher/match/fast/node.h"
#include "searcher/plan/positions.h"

namespace dateline::match::fast {

// Documents with terms at consecutive positions.
class PhraseNode final : public TestNode {
 public:
  // `candidates` have all terms; `lists` are those of the terms, in order. `deadline` must outlive the node.
  PhraseNode(NodePtr candidates, const std::vector<const index::PostingList*>& lists, const base::Deadline& deadline);
  void MoveTo(const Window& window) override;

 private:
  struct Word {
    TermCursor cursor;
    uint32_t offset;  // from the begin of the phrase
    index::PostingList::PositionPlace place;
  };

  void Test(Rows& rows) override;
  bool Stands(uint32_t row);

  const base::Deadline& deadline_;
  std::vector<Word> words_;  // the rarest first
  std::vector<uint32_t> begins_;
  std::vector<uint32_t> positions_;
};

// A simple condition: phrases of single words, each near the one before.
class WordChain {
 public:
  using Lists = absl::flat_hash_map<std::string, const index::PostingList*>;

  // Null when the condition is not simple, or has a word without positions.
  static std::unique_ptr<WordChain> Of(const plan::Positions& condition, const Lists& lists);

  void MoveTo(const Window& window);
  bool Stands(uint32_t row);

 private:
  struct Word {
    TermCursor cursor;
    index::PostingList::PositionPlace place;
  };
  struct Phrase {
    std::vector<Word> words;
    query::Link link;  // to the one before; of the first without a meaning
  };

  class Neighbours;

  void FindBegins(Phrase& phrase, uint32_t row);

  std::vector<Phrase> phrases_;
  std::vector<uint32_t> before_;  // begins of the phrase before, those that a chain leads to
  std::vector<uint32_t> begins_;
  std::vector<uint32_t> positions_;
};

// Documents that meet a condition on the places of words.
class PlacesNode final : public TestNode {
 public:
  using Lists = WordChain::Lists;

  // `lists` has those of all terms of the condition, and index::kSentenceStarts and kParagraphStarts; `positions` and
  // `deadline` must outlive the node.
  PlacesNode(NodePtr candidates, const plan::Positions& positions, const Lists& lists,
             const base::Deadline& deadline);
  void MoveTo(const Window& window) override;

 private:
  class RowPlaces;

  void Test(Rows& rows) override;

  const plan::Positions& condition_;
  const base::Deadline& deadline_;
  absl::flat_hash_map<std::string, TermCursor> cursors_;
  std::unique_ptr<WordChain> chain_;  // tests a simple condition instead
  Window window_;
};

}  // namespace dateline::match::fast

#endif  // DATELINE_SEARCHER_MATCH_FAST_PLACE_NODES_H_
