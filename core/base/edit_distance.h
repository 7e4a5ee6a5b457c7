// How many letters must be changed, added, left out or swapped with the next to make one text of another (Damerau's
// distance, each letter moved once).
//
// Thread-safety: a pure function. It takes as long as the product of the lengths.
#ifndef DATELINE_CORE_BASE_EDIT_DISTANCE_H_
#define DATELINE_CORE_BASE_EDIT_DISTANCE_H_

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace dateline::base {

// Of whatever has a size and an order: bytes, or code points.
template <typename Text>
size_t EditDistance(const Text& a, const Text& b) {
  // Rows of the table of edits between the beginnings of both: before the last two letters of `a`, before the last, now.
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_EDIT_DISTANCE_H_
