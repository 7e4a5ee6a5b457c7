#include "indexer/build/indexed_doc.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace dateline::build {
namespace {

constexpr size_t kTermBlockBytes = 1 << 18;

}  // namespace

uint32_t TermDictionary::NumberOf(absl::string_view term) {
  const auto found = numbers_.find(term);
  if (found != numbers_.end()) return found->second;
  const uint32_t number = size();
  terms_.push_back(Keep(term));
  numbers_.emplace(terms_.back(), number);
  return number;
}

absl::string_view TermDictionary::Keep(absl::string_view term) {
  if (term.empty()) return "";  // refused later, by name; there may be no block yet
  if (block_left_ < term.size()) {
    block_left_ = std::max(kTermBlockBytes, term.size());
    blocks_.push_back(std::make_unique<char[]>(block_left_));
  }
  // Blocks are filled from their ends.
  block_left_ -= term.size();
  char* const at = blocks_.back().get() + block_left_;
  std::memcpy(at, term.data(), term.size());
  return {at, term.size()};
}

void TermDictionary::Clear() {
  numbers_.clear();
  terms_.clear();
  blocks_.clear();
  block_left_ = 0;
}

IndexedDoc Spell(const InternedDoc& doc, const TermDictionary& dictionary) {
  IndexedDoc spelt;
  static_cast<DocFacts&>(spelt) = doc;
  spelt.terms.reserve(doc.terms.size());
  for (const InternedTerm& term : doc.terms) {
    const absl::Span<const uint32_t> positions = doc.PositionsOf(term);
    spelt.terms.push_back(
        IndexedTerm{std::string(dictionary.term(term.number)), term.wdf, {positions.begin(), positions.end()}});
  }
  std::sort(spelt.terms.begin(), spelt.terms.end(),
            [](const IndexedTerm& a, const IndexedTerm& b) { return a.term < b.term; });
  return spelt;
}

InternedDoc Intern(const IndexedDoc& doc, TermDictionary& dictionary) {
  InternedDoc interned;
  static_cast<DocFacts&>(interned) = doc;
  for (const IndexedTerm& term : doc.terms) {
    const auto begin = static_cast<uint32_t>(interned.positions.size());
    interned.positions.insert(interned.positions.end(), term.positions.begin(), term.positions.end());
    interned.terms.push_back(InternedTerm{dictionary.NumberOf(term.term), term.wdf, begin,
                                          static_cast<uint32_t>(interned.positions.size())});
  }
  return interned;
}

std::string ToString(const IndexedDoc& doc) {
  std::string out;
  for (const IndexedTerm& term : doc.terms) {
    absl::StrAppend(&out, absl::CEscape(term.term), " ", term.wdf);
    if (!term.positions.empty()) absl::StrAppend(&out, " [", absl::StrJoin(term.positions, " "), "]");
    out += "\n";
  }
  for (const auto& [slot, value] : doc.values)
    absl::StrAppend(&out, "slot ", slot, " ", absl::BytesToHexString(value), "\n");
  absl::StrAppend(&out, "length ", doc.row.length, "\n");
  return out;
}

}  // namespace dateline::build
