// One article as the index will hold it, in plain values: the seam between analysis and databases.
//
// On its way to a shard a document's terms are numbers of a dictionary; spelt out, as IndexedDoc, equal articles give
// equal values, which can be printed and compared without a database.
//
// Thread-safety: plain values; a TermDictionary belongs to one thread.
#ifndef DATELINE_INDEXER_BUILD_INDEXED_DOC_H_
#define DATELINE_INDEXER_BUILD_INDEXED_DOC_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/index/columns.h"
#include "core/index/text_starts.h"

namespace dateline::build {

// Terms by number, from 0 on in the order in which they came.
class TermDictionary {
 public:
  uint32_t NumberOf(absl::string_view term);
  // The view lives until Clear.
  absl::string_view term(uint32_t number) const { return terms_[number]; }
  uint32_t size() const { return static_cast<uint32_t>(terms_.size()); }
  void Clear();

 private:
  absl::string_view Keep(absl::string_view term);

  absl::flat_hash_map<absl::string_view, uint32_t> numbers_;
  std::vector<absl::string_view> terms_;         // into blocks_
  std::vector<std::unique_ptr<char[]>> blocks_;  // of the bytes of terms
  size_t block_left_ = 0;
};

// All of a document but its terms.
struct DocFacts {
  std::vector<std::pair<uint32_t, std::string>> values;  // (slot, value)
  std::string data;                                      // the stored article
  std::string language;                                  // the one it was analysed in
  index::TextStarts starts;
  index::ColumnRow row;
  uint64_t text_bytes = 0;
  uint64_t shortened_terms = 0;  // different words too long for a term, which were hashed
};

struct InternedTerm {
  uint32_t number = 0;  // of a TermDictionary
  uint32_t wdf = 0;
  uint32_t positions_begin = 0;  // of InternedDoc::positions
  uint32_t positions_end = 0;
};

struct InternedDoc : DocFacts {
  std::vector<InternedTerm> terms;  // distinct, in no order
  std::vector<uint32_t> positions;  // of each term ascending, distinct

  absl::Span<const uint32_t> PositionsOf(const InternedTerm& term) const {
    return absl::MakeConstSpan(positions).subspan(term.positions_begin, term.positions_end - term.positions_begin);
  }
};

struct IndexedTerm {
  std::string term;
  uint32_t wdf = 0;
  std::vector<uint32_t> positions;  // ascending, distinct; empty: none
  bool operator==(const IndexedTerm&) const = default;
};

struct IndexedDoc : DocFacts {
  std::vector<IndexedTerm> terms;  // ascending by term, distinct
};

IndexedDoc Spell(const InternedDoc& doc, const TermDictionary& dictionary);
InternedDoc Intern(const IndexedDoc& doc, TermDictionary& dictionary);

// A line a term: `term wdf [positions]`, then values in hexadecimal: for golden files and people.
std::string ToString(const IndexedDoc& doc);

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_INDEXED_DOC_H_
