#include "indexer/build/word_pairs.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "core/base/coding.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "indexer/build/mapped_reader.h"
#include "indexer/build/tournament.h"

namespace dateline::build {
namespace {

// A pair of one spill after another. A spill holds, for each pair, ascending: the difference to the pair before, the
// number of documents, and for each document the difference to the one before, all as varints; of a pair with
// positions, behind each document, a string of their differences.
class SpillCursor {
 public:
  static absl::StatusOr<std::unique_ptr<SpillCursor>> Open(const PairSpill& spill, const FrequentWords& words) {
    DL_ASSIGN_OR_RETURN(base::MappedFile file, base::MappedFile::Open(spill.first));
    return std::unique_ptr<SpillCursor>(new SpillCursor(std::move(file), spill.second, words));
  }

  bool ok() const { return reader_.decoder().ok(); }
  uint32_t pair() const { return pair_; }

  // Moves to the next pair; false at the end.
  bool Advance() {
    reader_.LetGo();
    base::Decoder& from = reader_.decoder();
    if (from.empty()) return false;
    pair_ += static_cast<uint32_t>(from.Varint());
    count_ = from.Count();
    return from.ok();
  }

  // Gives the builder the documents of the pair. Once for each.
  void AddTo(index::PostingsBuilder& builder) {
    const bool has_positions = words_.HasPositions(pair_);
    uint32_t row = first_row_;
    for (uint64_t i = 0; i < count_; ++i) {
      row += static_cast<uint32_t>(reader_.decoder().Varint());
      builder.AddDeltas(row, 0, has_positions ? reader_.decoder().String() : absl::string_view());
    }
  }

 private:
  SpillCursor(base::MappedFile file, uint32_t first_row, const FrequentWords& words)
      : file_(std::move(file)), reader_(file_.bytes()), first_row_(first_row), words_(words) {}

  const base::MappedFile file_;
  MappedReader reader_;
  const uint32_t first_row_;
  const FrequentWords& words_;
  uint32_t pair_ = 0;
  uint64_t count_ = 0;
};

// Above all pairs: there are fewer than 65,535 * 65,535.
constexpr uint64_t kEnded = uint64_t{0xffffffff} << 32;

}  // namespace

FrequentWords::FrequentWords(std::vector<Word> words) : words_(std::move(words)) {
  for (size_t i = 0; i < words_.size(); ++i) numbers_.emplace(words_[i].text, static_cast<uint16_t>(i));
}

absl::optional<uint16_t> FrequentWords::NumberOf(absl::string_view word) const {
  const auto found = numbers_.find(word);
  if (found == numbers_.end()) return absl::nullopt;
  return found->second;
}

std::string FrequentWords::TermOf(uint32_t pair) const {
  return index::PairTerm(First(pair).text, Second(pair).text);
}

void PairCollector::Place(uint32_t document, uint16_t word, absl::Span<const uint32_t> positions) {
  if (positions.empty()) return;
  std::vector<uint16_t>& placed = placed_[document];
  if (placed.size() <= positions.back()) placed.resize(positions.back() + 1);
  for (const uint32_t position : positions) placed[position] = static_cast<uint16_t>(word + 1);
}

// In the order of documents and positions, with repetitions.
std::vector<PairCollector::Entry> PairCollector::Entries() const {
  std::vector<Entry> entries;
  for (uint32_t document = 0; document < placed_.size(); ++document) {
    const std::vector<uint16_t>& placed = placed_[document];
    for (uint32_t i = 1; i < placed.size(); ++i) {
      if (placed[i - 1] == 0 || placed[i] == 0) continue;
      const auto first = static_cast<uint16_t>(placed[i - 1] - 1);
      const auto second = static_cast<uint16_t>(placed[i] - 1);
      entries.push_back(Entry{words_.PairOf(first, second), document, i - 1});
    }
  }
  return entries;
}

void PairCollector::AppendPair(absl::Span<const Entry> entries, std::string& bytes) const {
  const bool has_positions = words_.HasPositions(entries.front().pair);
  std::string documents;
  std::string deltas;
  uint64_t count = 0;
  uint32_t previous = 0;
  for (size_t begin = 0, end = 0; begin < entries.size(); begin = end) {
    const uint32_t document = entries[begin].document;
    while (end < entries.size() && entries[end].document == document) ++end;
    base::AppendVarint(documents, document - std::exchange(previous, document));
    ++count;
    if (!has_positions) continue;
    deltas.clear();
    uint32_t position = 0;
    for (const Entry& entry : entries.subspan(begin, end - begin)) {
      base::AppendVarint(deltas, entry.position - std::exchange(position, entry.position));
    }
    base::AppendString(documents, deltas);
  }
  base::AppendVarint(bytes, count);
  bytes += documents;
}

absl::Status PairCollector::Spill(const std::string& path) {
  std::vector<Entry> entries = Entries();
  for (std::vector<uint16_t>& placed : placed_) placed.clear();
  // By pair, documents staying in order: a counting sort of each third of the number, the lowest first.
  std::vector<Entry> sorted(entries.size());
  constexpr int kBits = 11;
  for (int shift = 0; shift < 32; shift += kBits) {
    std::array<uint32_t, (1U << kBits) + 1> begins = {};
    for (const Entry& entry : entries) ++begins[(entry.pair >> shift & ((1U << kBits) - 1)) + 1];
    for (size_t i = 1; i < begins.size(); ++i) begins[i] += begins[i - 1];
    for (const Entry& entry : entries) sorted[begins[entry.pair >> shift & ((1U << kBits) - 1)]++] = entry;
    std::swap(entries, sorted);
  }

  DL_ASSIGN_OR_RETURN(base::FileWriter file, base::FileWriter::CreateScratch(path));
  std::string bytes;
  uint32_t previous_pair = 0;
  for (size_t begin = 0, end = 0; begin < entries.size(); begin = end) {
    while (end < entries.size() && entries[end].pair == entries[begin].pair) ++end;
    bytes.clear();
    base::AppendVarint(bytes, entries[begin].pair - previous_pair);
    previous_pair = entries[begin].pair;
    AppendPair(absl::MakeConstSpan(entries).subspan(begin, end - begin), bytes);
    DL_RETURN_IF_ERROR(file.Append(bytes));
  }
  return file.Close(/*sync=*/false);
}

absl::Status MergePairs(const FrequentWords& words, absl::Span<const PairSpill> spills,
                        index::PostingsBuilder& builder) {
  if (spills.empty()) return absl::OkStatus();
  std::vector<std::unique_ptr<SpillCursor>> cursors;
  std::vector<uint64_t> fronts;  // by spill: its pair, then its number; kEnded when it has no more
  const auto advance = [&](size_t spill) {
    fronts[spill] = cursors[spill]->Advance() ? uint64_t{cursors[spill]->pair()} << 32 | spill : kEnded | spill;
  };
  for (const PairSpill& spill : spills) {
    DL_ASSIGN_OR_RETURN(std::unique_ptr<SpillCursor> cursor, SpillCursor::Open(spill, words));
    cursors.push_back(std::move(cursor));
    fronts.push_back(0);
    advance(cursors.size() - 1);
  }
  Tournament order(spills.size(), [&fronts](size_t a, size_t b) { return fronts[a] < fronts[b]; });
  while (fronts[order.winner()] < kEnded) {
    const uint64_t pair = fronts[order.winner()] >> 32;
    builder.Begin(words.TermOf(static_cast<uint32_t>(pair)));
    do {
      const size_t spill = order.winner();
      cursors[spill]->AddTo(builder);
      advance(spill);
      order.Replay();
    } while (fronts[order.winner()] >> 32 == pair);
    DL_RETURN_IF_ERROR(builder.End());
  }
  for (const std::unique_ptr<SpillCursor>& cursor : cursors) {
    if (!cursor->ok()) return absl::DataLossError("a spill of pairs cannot be read back");
  }
  return absl::OkStatus();
}

}  // namespace dateline::build
