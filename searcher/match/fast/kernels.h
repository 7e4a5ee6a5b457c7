// The inner loops, compiled for several instruction sets; the best one that the machine has is taken at run time. All
// give the same results: they move bits and add integers.
//
// Thread-safety: pure functions.
#ifndef DATELINE_SEARCHER_MATCH_FAST_KERNELS_H_
#define DATELINE_SEARCHER_MATCH_FAST_KERNELS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "core/index/postings.h"
#include "searcher/match/fast/window.h"

namespace dateline::match::fast {

// Sums of impacts by row of a window; the rows behind a short window's end stay 0.
using Sums = std::array<uint16_t, kWindowRows>;

uint32_t CountOf(const Bits& bits);
void KeepCommon(const Bits& other, Bits& bits);
void Join(const Bits& other, Bits& bits);
void Remove(const Bits& other, Bits& bits);

// What one impact adds to a sum: impact * multiplier / 256, rounded down.
inline uint32_t Share(uint8_t impact, uint16_t multiplier) { return uint32_t{impact} * multiplier >> 8; }

// Adds the shares of the postings of a bitset: `words` words of it, whose first set bit has the impact `impacts[0]`.
// kImpactPadding bytes behind the impacts may be read.
// `sums` has one for each bit.
void AddShares(const uint64_t* bits, size_t words, const uint8_t* impacts, uint16_t multiplier, uint16_t* sums);
// Raises sums to the shares where they are less.
void RaiseToShares(const uint64_t* bits, size_t words, const uint8_t* impacts, uint16_t multiplier, uint16_t* sums);

// Maxima of the sums of a window: each row is under one of them. There are `width` maxima of each block, one block
// after the other.
struct SumMaxima {
  size_t width = 0;
  std::array<uint16_t, kWindowBlocks * 64> values;
};
// Of the rows of `bits` only, or, when that is null, of all.
void FindMaxima(const Sums& sums, const Bits* bits, SumMaxima& maxima);

// Appends the maxima that are at least `least`.
void ListMaxima(const SumMaxima& maxima, uint16_t least, std::vector<uint16_t>& sums);

// The n-th greatest of some numbers, which are padded for the moment. REQUIRES: 0 < n <= numbers.size().
inline constexpr size_t kNumbersTogether = 32;
uint16_t NthGreatest(std::vector<uint16_t>& numbers, size_t n);

// Keeps the numbers that are at least `least`, which is not 0.
void KeepAtLeast(uint16_t least, std::vector<uint16_t>& numbers);

void AddSums(const Sums& other, Sums& sums);

// Replaces `rows` by the rows of `bits`, or, when that is null, of the window, whose sum is at least `least`.
// `maxima` are FindMaxima's. REQUIRES: bits or least > 0.
void SelectSums(const Sums& sums, const Bits* bits, const SumMaxima& maxima, uint16_t least, Rows& rows);

// Appends to `postings` the numbers in [begin, end) of impacts from `least` to `most`. kImpactPadding bytes behind
// the last may be read.
void SelectImpacts(const uint8_t* impacts, uint32_t begin, uint32_t end, uint8_t least, uint8_t most,
                   std::vector<uint32_t>& postings);

// Replaces `ranks`, by number, by how many of the others are greater. `numbers` may be changed meanwhile.
// REQUIRES: fewer than 65,536.
void FindRanks(std::vector<uint16_t>& numbers, std::vector<uint16_t>& ranks);

void ListRows(const Bits& bits, Rows& rows);

// Writes the postings of rows, which are in one stretch of a chunk when `offset` is added; kNoPosting where the chunk
// has a row not.
void PostingsInStretch(const index::PostingChunk& chunk, uint32_t stretch, uint32_t offset,
                       absl::Span<const uint16_t> rows, uint32_t* postings);

// The instruction set in use, for logs and benchmarks.
std::string InstructionSet();

}  // namespace dateline::match::fast

#endif  // DATELINE_SEARCHER_MATCH_FAST_KERNELS_H_
