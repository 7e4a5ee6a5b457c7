// Several runs, term by term: what each of them has under one term, in the order of the runs.
//
// Thread-safety: belongs to one thread. Ownership: the runs must outlive it.
#ifndef DATELINE_INDEXER_BUILD_GLASS_RUN_MERGER_H_
#define DATELINE_INDEXER_BUILD_GLASS_RUN_MERGER_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/base/coding.h"
#include "indexer/build/glass/run_reader.h"
#include "indexer/build/mapped_reader.h"
#include "indexer/build/tournament.h"

namespace dateline::build::glass {

// `Entry` is RunPostings or RunPositions.
template <typename Entry>
class RunMerger {
 public:
  struct Part {
    size_t run;
    Entry entry;
  };

  RunMerger(const std::vector<std::unique_ptr<Run>>& runs, RunSection section)
      : cursors_(OpenAll(runs, section)), order_(cursors_.size(), Before{&cursors_}) {}
  RunMerger(const RunMerger&) = delete;
  RunMerger& operator=(const RunMerger&) = delete;

  // The parts of the next term, ascending; false at the end.
  bool Next(std::vector<Part>& parts) {
    parts.clear();
    if (cursors_.empty()) return false;
    Cursor* cursor = &cursors_[order_.winner()];
    if (cursor->ended) return false;
    const absl::string_view term = cursor->entry.term;
    do {
      parts.push_back(Part{order_.winner(), cursor->entry});
      Advance(*cursor);
      order_.Replay();
      cursor = &cursors_[order_.winner()];
    } while (!cursor->ended && cursor->entry.term == term);
    return true;
  }

  // Was every run read to its end?
  bool ok() const {
    return std::all_of(cursors_.begin(), cursors_.end(),
                       [](const Cursor& cursor) { return cursor.from.decoder().ok(); });
  }

 private:
  struct Cursor {
    MappedReader from;
    Entry entry;
    uint64_t head = 0;  // the first bytes of the term, in their order: most terms differ there
    bool ended = false;
  };

  struct Before {
    const std::vector<Cursor>* cursors;
    bool operator()(size_t a, size_t b) const {
      const Cursor& x = (*cursors)[a];
      const Cursor& y = (*cursors)[b];
      if (x.head != y.head) return x.head < y.head;
      if (x.ended || y.ended) return x.ended == y.ended ? a < b : y.ended;
      const int order = x.entry.term.compare(y.entry.term);
      return order != 0 ? order < 0 : a < b;
    }
  };

  static std::vector<Cursor> OpenAll(const std::vector<std::unique_ptr<Run>>& runs, RunSection section) {
    std::vector<Cursor> cursors;
    cursors.reserve(runs.size());
    for (const std::unique_ptr<Run>& run : runs) {
      cursors.push_back(Cursor{MappedReader(run->section(section)), Entry()});
      Advance(cursors.back());
    }
    return cursors;
  }

  static void Advance(Cursor& cursor) {
    cursor.from.LetGo();
    if (!cursor.entry.Read(cursor.from.decoder())) {
      cursor.ended = true;
      cursor.head = std::numeric_limits<uint64_t>::max();
      return;
    }
    char bytes[8] = {};
    std::memcpy(bytes, cursor.entry.term.data(), std::min(cursor.entry.term.size(), sizeof(bytes)));
    cursor.head = base::ReadBigEndian64(bytes);
  }

  std::vector<Cursor> cursors_;  // by run
  Tournament<Before> order_;
};

}  // namespace dateline::build::glass

#endif  // DATELINE_INDEXER_BUILD_GLASS_RUN_MERGER_H_
