// The terms of a run in their order, with what is compared and copied of them lying side by side: sorting and term
// lists touch each term many times, and in a dictionary it would lie anywhere.
//
// Thread-safety: immutable once made. Ownership: it keeps the bytes of its terms.
#ifndef DATELINE_INDEXER_BUILD_GLASS_RUN_TERMS_H_
#define DATELINE_INDEXER_BUILD_GLASS_RUN_TERMS_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "indexer/build/glass/byte_buffer.h"
#include "indexer/build/indexed_doc.h"

namespace dateline::build::glass {

class RunTerms {
 public:
  // `numbers` are of `dictionary`, distinct.
  RunTerms(const TermDictionary& dictionary, const std::vector<uint32_t>& numbers);

  // Terms have ranks from 0 on.
  uint32_t size() const { return static_cast<uint32_t>(terms_.size()); }
  uint32_t number(uint32_t rank) const { return terms_[rank].number; }
  // At least kCopySlack bytes of memory follow it.
  absl::string_view text(uint32_t rank) const { return {bytes_.data() + terms_[rank].begin, terms_[rank].size}; }

  // How many bytes at their beginnings two terms share.
  size_t SharedBytes(uint32_t a, uint32_t b) const {
    const Term& x = terms_[a];
    const Term& y = terms_[b];
    const size_t most = std::min(x.size, y.size);
    if (x.head != y.head) return std::min<size_t>(most, static_cast<size_t>(std::countl_zero(x.head ^ y.head)) / 8);
    size_t shared = std::min(most, sizeof(x.head));
    while (shared < most && bytes_[x.begin + shared] == bytes_[y.begin + shared]) ++shared;
    return shared;
  }

 private:
  struct Term {
    uint64_t head;  // the first bytes in their order, as a number: most terms differ there
    uint32_t number;
    uint32_t begin;  // of bytes_
    uint32_t size;
  };

  std::vector<Term> terms_;  // by rank
  std::string bytes_;
};

}  // namespace dateline::build::glass

#endif  // DATELINE_INDEXER_BUILD_GLASS_RUN_TERMS_H_
