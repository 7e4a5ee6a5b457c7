// The identity of an article.
//
// DocKey is the 128-bit identity that survives re-indexing and moves between shards and generations: two records with
// one key are two versions of one article. It is the last part of every sort order, so no ties remain.
//
// Thread-safety: a plain value.
#ifndef DATELINE_CORE_BASE_IDS_H_
#define DATELINE_CORE_BASE_IDS_H_

#include <compare>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace dateline::base {

struct DocKey {
  uint64_t high = 0;
  uint64_t low = 0;

  auto operator<=>(const DocKey&) const = default;

  template <typename H>
  friend H AbslHashValue(H h, const DocKey& key) {
    return H::combine(std::move(h), key.high, key.low);
  }
};

// 32 lower-case hexadecimal digits, `high` first: text order is key order.
std::string ToHex(const DocKey& key);

// The key that `hex` spells, or nothing unless it is exactly 32 hexadecimal digits.
absl::optional<DocKey> DocKeyFromHex(absl::string_view hex);

// 16 bytes, big-endian, `high` first: byte order is key order.
std::string ToBytes(const DocKey& key);

// REQUIRES: bytes.size() == 16.
DocKey DocKeyFromBytes(absl::string_view bytes);

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_IDS_H_
