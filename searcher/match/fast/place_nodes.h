// Phrases and proximities: documents whose words stand as a plan says, tested on the positions of the words.
//
// Thread-safety: belongs to one thread. Exceptions: GaveUp.
#ifndef DATELINE_SEARCHER_MATCH_FAST_PLACE_NODES_H_
#define DATELINE_SEARCHER_MATCH_FAST_PLACE_NODES_H_

#include <array>
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

// A word whose positions are compared.
struct PlacedWord {
  explicit PlacedWord(const index::PostingList& list) : cursor(list) {}

  // None where the row does not have it.
  index::PositionReader PositionsIn(uint32_t row) {
    const uint32_t posting = cursor.PostingOf(row);
    return posting == index::kNoPosting ? index::PositionReader() : cursor.list().PositionsOf(posting, &place);
  }

  // The same of several rows, at most kMostListed, all of which are on their way from memory.
  using Readers = std::array<index::PositionReader, kMostListed>;
  void FindPositions(const Rows& rows, Readers& positions);

  TermCursor cursor;
  index::PostingList::PositionPlace place;
};

// Documents with terms at consecutive positions.
class PhraseNode final : public TestNode {
 public:
  // One list for each term of the phrase, in order.
  using Lists = std::vector<const index::PostingList*>;

  // `candidates` have all terms. `pairs` are of each term and the one behind it, null where there is no such list;
  // the candidates have those too. `deadline` must outlive the node.
  PhraseNode(NodePtr candidates, const Lists& terms, const Lists& pairs, const base::Deadline& deadline);
  void MoveTo(const Window& window) override;

 private:
  // A word, or a pair whose positions are known, which stand for both of its words.
  struct Part {
    PlacedWord placed;
    uint32_t offset;  // from the begin of the phrase
  };

  void Test(Rows& rows) override;
  // Keeps the rows of group_ that pass.
  void KeepStanding();
  // Finds the begins that the first part leaves, and keeps the rows that have some.
  void FindBegins(uint32_t offset);
  // Keeps the begins that have one of the positions `offset` behind them, and the rows that have some.
  void KeepFollowed(uint32_t offset);

  const base::Deadline& deadline_;
  std::vector<Part> parts_;  // the rarest first, then those that tell most
  Rows group_;
  PlacedWord::Readers positions_;           // of the part at hand, by row of group_
  std::vector<uint32_t> begins_;            // of phrases, of all rows of group_
  std::array<uint32_t, kMostListed> ends_;  // of those of each
};

// A simple condition: phrases of single words, each near the one before.
class WordChain {
 public:
  using Lists = absl::flat_hash_map<std::string, const index::PostingList*>;

  // Null when the condition is not simple, or has a word without positions.
  static std::unique_ptr<WordChain> Of(const plan::Positions& condition, const Lists& lists);

  void MoveTo(const Window& window);
  // Keeps the rows that pass. At most kMostListed.
  void KeepStanding(Rows& rows);

 private:
  struct Phrase {
    std::vector<PlacedWord> words;
    query::Link link;  // to the one before; of the first without a meaning
  };

  class Neighbours;

  // The same of two words.
  void KeepNear(Rows& rows);
  bool Stands(uint32_t row);
  void FindBegins(Phrase& phrase, uint32_t row);

  std::vector<Phrase> phrases_;
  std::vector<uint32_t> before_;  // begins of the phrase before, those that a chain leads to
  std::vector<uint32_t> begins_;
  std::array<PlacedWord::Readers, 2> positions_;  // KeepNear
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
  Rows group_;
  Window window_;
};

}  // namespace dateline::match::fast

#endif  // DATELINE_SEARCHER_MATCH_FAST_PLACE_NODES_H_
