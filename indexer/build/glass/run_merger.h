// Several runs, term by term: what each of them has under one term, in the order of the runs.
//
// Thread-safety: belongs to one thread. Ownership: the runs must outlive it.
#ifndef DATELINE_INDEXER_BUILD_GLASS_RUN_MERGER_H_
#define DATELINE_INDEXER_BUILD_GLASS_RUN_MERGER_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/base/coding.h"
#include "indexer/build/glass/run_reader.h"

namespace dateline::build::glass {

// `Entry` is RunPostings or RunPositions.
template <typename Entry>
class RunMerger {
 public:
  struct Part {
    size_t run;
    Entry entry;
  };

  RunMerger(const std::vector<std::unique_ptr<Run>>& runs, RunSection section) {
    for (size_t i = 0; i < runs.size(); ++i) {
      cursors_.push_back(Cursor{SectionReader(*runs[i], section), Entry(), 0, i});
      if (Advance(cursors_.back())) heap_.push_back(i);
    }
    std::make_heap(heap_.begin(), heap_.end(), After());
  }

  // The parts of the next term, ascending; false at the end.
  bool Next(std::vector<Part>& parts) {
    parts.clear();
    if (heap_.empty()) return false;
    const absl::string_view term = cursors_[heap_.front()].entry.term;
    while (!heap_.empty() && cursors_[heap_.front()].entry.term == term) {
      std::pop_heap(heap_.begin(), heap_.end(), After());
      Cursor& cursor = cursors_[heap_.back()];
      parts.push_back(Part{cursor.run, cursor.entry});
      if (Advance(cursor)) {
        std::push_heap(heap_.begin(), heap_.end(), After());
      } else {
        heap_.pop_back();
      }
    }
    return true;
  }

  // Was every run read to its end?
  bool ok() const {
    return std::all_of(cursors_.begin(), cursors_.end(),
                       [](const Cursor& cursor) { return cursor.from.decoder().ok(); });
  }

 private:
  struct Cursor {
    SectionReader from;
    Entry entry;
    uint64_t head;  // the first bytes of the term, in their order: most terms differ there
    size_t run;
  };

  auto After() const {
    return [this](size_t a, size_t b) {
      const Cursor& x = cursors_[a];
      const Cursor& y = cursors_[b];
      if (x.head != y.head) return x.head > y.head;
      const int order = x.entry.term.compare(y.entry.term);
      return order != 0 ? order > 0 : a > b;
    };
  }

  static bool Advance(Cursor& cursor) {
    cursor.from.LetGo();
    if (!cursor.entry.Read(cursor.from.decoder())) return false;
    char bytes[8] = {};
    std::memcpy(bytes, cursor.entry.term.data(), std::min(cursor.entry.term.size(), sizeof(bytes)));
    cursor.head = base::ReadBigEndian64(bytes);
    return true;
  }

  std::vector<Cursor> cursors_;
  std::vector<size_t> heap_;  // of cursors that have an entry
};

}  // namespace dateline::build::glass

#endif  // DATELINE_INDEXER_BUILD_GLASS_RUN_MERGER_H_
