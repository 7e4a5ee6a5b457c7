#include "searcher/match/fast/kernels.h"

#include <algorithm>
#include <bit>
#include <cstring>

// The one that spreads bytes by a mask must be asked for.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "searcher/match/fast/kernels.cc"
#include <hwy/foreach_target.h>  // includes this file once more for every instruction set
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace dateline::match::fast::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

uint32_t CountBits(const uint64_t* HWY_RESTRICT bits) {
  const hn::ScalableTag<uint64_t> d;
  auto sum = hn::Zero(d);
  for (size_t i = 0; i < kWindowWords; i += hn::Lanes(d)) {
    sum = hn::Add(sum, hn::PopulationCount(hn::LoadU(d, bits + i)));
  }
  return static_cast<uint32_t>(hn::GetLane(hn::SumOfLanes(d, sum)));
}

void AndBits(const uint64_t* HWY_RESTRICT other, uint64_t* HWY_RESTRICT bits) {
  const hn::ScalableTag<uint64_t> d;
  for (size_t i = 0; i < kWindowWords; i += hn::Lanes(d)) {
    hn::StoreU(hn::And(hn::LoadU(d, bits + i), hn::LoadU(d, other + i)), d, bits + i);
  }
}

void OrBits(const uint64_t* HWY_RESTRICT other, uint64_t* HWY_RESTRICT bits) {
  const hn::ScalableTag<uint64_t> d;
  for (size_t i = 0; i < kWindowWords; i += hn::Lanes(d)) {
    hn::StoreU(hn::Or(hn::LoadU(d, bits + i), hn::LoadU(d, other + i)), d, bits + i);
  }
}

void AndNotBits(const uint64_t* HWY_RESTRICT other, uint64_t* HWY_RESTRICT bits) {
  const hn::ScalableTag<uint64_t> d;
  for (size_t i = 0; i < kWindowWords; i += hn::Lanes(d)) {
    hn::StoreU(hn::AndNot(hn::LoadU(d, other + i), hn::LoadU(d, bits + i)), d, bits + i);
  }
}

// Of up to 64 rows, which `word` names, the shares are added to the sums, or the sums are raised to them.
enum class Shares { kAdded, kRaisedTo };
#if HWY_TARGET <= HWY_AVX3_DL
template <Shares shares>
HWY_INLINE void PutHalf(__m256i impacts, __m512i factor, uint16_t* HWY_RESTRICT sums) {
  const __m512i share = _mm512_mulhi_epu16(_mm512_slli_epi16(_mm512_cvtepu8_epi16(impacts), 8), factor);
  const __m512i before = _mm512_loadu_si512(sums);
  _mm512_storeu_si512(sums,
                      shares == Shares::kAdded ? _mm512_add_epi16(before, share) : _mm512_max_epu16(before, share));
}

// One instruction spreads 64 bytes over the places of the set bits.
template <Shares shares>
HWY_INLINE void PutWord(uint64_t word, const uint8_t* HWY_RESTRICT impacts, uint16_t multiplier,
                        uint16_t* HWY_RESTRICT sums) {
  const __m512i spread = _mm512_maskz_expand_epi8(word, _mm512_loadu_si512(impacts));
  const __m512i factor = _mm512_set1_epi16(static_cast<short>(multiplier));
  PutHalf<shares>(_mm512_castsi512_si256(spread), factor, sums);
  PutHalf<shares>(_mm512_extracti64x4_epi64(spread, 1), factor, sums + 32);
}
#else
template <Shares shares>
HWY_INLINE void PutWord(uint64_t word, const uint8_t* HWY_RESTRICT impacts, uint16_t multiplier,
                        uint16_t* HWY_RESTRICT sums) {
  for (; word != 0; word &= word - 1) {
    uint16_t& sum = sums[std::countr_zero(word)];
    const auto share = static_cast<uint16_t>(Share(*impacts++, multiplier));
    sum = shares == Shares::kAdded ? static_cast<uint16_t>(sum + share) : std::max(sum, share);
  }
}
#endif

template <Shares shares>
HWY_INLINE void PutShares(const uint64_t* HWY_RESTRICT bits, size_t words, const uint8_t* HWY_RESTRICT impacts,
                          uint16_t multiplier, uint16_t* HWY_RESTRICT sums) {
  for (size_t i = 0; i < words; ++i) {
    const uint64_t word = bits[i];
    if (word == 0) continue;
    PutWord<shares>(word, impacts, multiplier, sums + 64 * i);
    impacts += std::popcount(word);
  }
}

void AddSharesOfBits(const uint64_t* HWY_RESTRICT bits, size_t words, const uint8_t* HWY_RESTRICT impacts,
                     uint16_t multiplier, uint16_t* HWY_RESTRICT sums) {
  PutShares<Shares::kAdded>(bits, words, impacts, multiplier, sums);
}

void RaiseToSharesOfBits(const uint64_t* HWY_RESTRICT bits, size_t words, const uint8_t* HWY_RESTRICT impacts,
                         uint16_t multiplier, uint16_t* HWY_RESTRICT sums) {
  PutShares<Shares::kRaisedTo>(bits, words, impacts, multiplier, sums);
}

void AddAllSums(const uint16_t* HWY_RESTRICT other, uint16_t* HWY_RESTRICT sums) {
  const hn::CappedTag<uint16_t, 64> d;
  for (size_t i = 0; i < kWindowRows; i += hn::Lanes(d)) {
    hn::StoreU(hn::Add(hn::LoadU(d, sums + i), hn::LoadU(d, other + i)), d, sums + i);
  }
}

// Unsigned a >= b, which not every instruction set has.
template <typename V>
HWY_INLINE auto AtLeast(V a, V b) {
  return hn::Eq(hn::Max(a, b), a);
}

// One bit for each of 64 sums: is it at least `least`?
HWY_INLINE uint64_t WordOfSums(const uint16_t* HWY_RESTRICT sums, uint16_t least) {
#if HWY_TARGET <= HWY_AVX3
  const __m512i limits = _mm512_set1_epi16(static_cast<short>(least));
  const __mmask32 low = _mm512_cmpge_epu16_mask(_mm512_loadu_si512(sums), limits);
  const __mmask32 high = _mm512_cmpge_epu16_mask(_mm512_loadu_si512(sums + 32), limits);
  // Joined as masks: GCC 12 may widen one by storing four bytes and loading eight.
  return _mm512_kunpackd(high, low);
#else
  const hn::CappedTag<uint16_t, 64> d;
  const auto limit = hn::Set(d, least);
  uint64_t mask = 0;
  uint8_t bytes[8] = {};
  for (size_t i = 0; i < 64; i += hn::Lanes(d)) {
    hn::StoreMaskBits(d, AtLeast(hn::LoadU(d, sums + i), limit), bytes);
    uint64_t part = 0;
    std::memcpy(&part, bytes, sizeof(part));
    if (hn::Lanes(d) < 64) part &= (uint64_t{1} << hn::Lanes(d)) - 1;
    mask |= part << i;
  }
  return mask;
#endif
}

// The greatest of every width-th sum of a block: no lane meets another.
size_t MaximaOfBlocks(const uint16_t* HWY_RESTRICT sums, const uint64_t* HWY_RESTRICT bits,
                      uint16_t* HWY_RESTRICT maxima) {
  const hn::CappedTag<uint16_t, 64> d;
  for (size_t block = 0; block < kWindowBlocks; ++block) {
    auto most = hn::Zero(d);
    for (size_t i = block * index::kBlockRows; i < (block + 1) * index::kBlockRows; i += hn::Lanes(d)) {
      const auto here = hn::LoadU(d, sums + i);
      if (bits == nullptr) {
        most = hn::Max(most, here);
      } else {
        uint64_t word = bits[i / 64] >> i % 64;
        most = hn::Max(most, hn::IfThenElseZero(hn::LoadMaskBits(d, reinterpret_cast<const uint8_t*>(&word)), here));
      }
    }
    hn::StoreU(most, d, maxima + block * hn::Lanes(d));
  }
  return hn::Lanes(d);
}

HWY_INLINE bool AnyAtLeast(const uint16_t* HWY_RESTRICT values, size_t count, uint16_t least) {
  const hn::CappedTag<uint16_t, 64> d;
  for (size_t i = 0; i < count; i += hn::Lanes(d)) {
    if (!hn::AllFalse(d, AtLeast(hn::LoadU(d, values + i), hn::Set(d, least)))) return true;
  }
  return false;
}

// `to` may be `numbers`: a vector is written as a whole, which never reaches behind what was read. `count` is a
// multiple of the lanes.
size_t CopyAtLeast(const uint16_t* numbers, size_t count, uint16_t least, uint16_t* to) {
  const hn::CappedTag<uint16_t, kNumbersTogether> d;
  const auto limit = hn::Set(d, least);
  size_t copied = 0;
  for (size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto here = hn::LoadU(d, numbers + i);
    const auto mask = AtLeast(here, limit);
    if (!hn::AllFalse(d, mask)) copied += hn::CompressStore(here, mask, d, to + copied);
  }
  return copied;
}

// `count` is a multiple of kNumbersTogether.
size_t CountAtLeast(const uint16_t* HWY_RESTRICT numbers, size_t count, uint16_t least) {
  const hn::CappedTag<uint16_t, kNumbersTogether> d;
  const auto limit = hn::Set(d, least);
  size_t found = 0;
  for (size_t i = 0; i < count; i += hn::Lanes(d)) {
    found += hn::CountTrue(d, AtLeast(hn::LoadU(d, numbers + i), limit));
  }
  return found;
}

// By halves of what it may be.
uint16_t FindNthGreatest(const uint16_t* HWY_RESTRICT numbers, size_t count, size_t n) {
  uint32_t low = 0;  // so many reach this
  for (uint32_t high = 65536; high - low > 1;) {
    const uint32_t middle = low + (high - low) / 2;
    (CountAtLeast(numbers, count, static_cast<uint16_t>(middle)) >= n ? low : high) = middle;
  }
  return static_cast<uint16_t>(low);
}

// `count` numbers are a multiple of kNumbersTogether.
void RankNumbers(const uint16_t* HWY_RESTRICT numbers, size_t count, size_t ranked, uint16_t* HWY_RESTRICT ranks) {
  const hn::CappedTag<uint16_t, kNumbersTogether> d;
  for (size_t i = 0; i < ranked; ++i) {
    const auto own = hn::Set(d, numbers[i]);
    size_t not_greater = 0;
    for (size_t at = 0; at < count; at += hn::Lanes(d)) {
      not_greater += hn::CountTrue(d, AtLeast(own, hn::LoadU(d, numbers + at)));
    }
    ranks[i] = static_cast<uint16_t>(count - not_greater);
  }
}

// Writes the places of the set bits of a word, counted from `base`, and perhaps some more behind them.
#if HWY_TARGET <= HWY_AVX3_DL
HWY_INLINE size_t ListWord(uint64_t word, uint16_t base, uint16_t* HWY_RESTRICT rows) {
  alignas(64) static constexpr uint8_t kPlaces[64] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                                      16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
                                                      32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
                                                      48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
  const __m512i places = _mm512_maskz_compress_epi8(word, _mm512_load_si512(kPlaces));
  const __m512i from = _mm512_set1_epi16(static_cast<short>(base));
  const int count = std::popcount(word);
  _mm512_storeu_si512(rows, _mm512_add_epi16(from, _mm512_cvtepu8_epi16(_mm512_castsi512_si256(places))));
  if (count > 32) {
    _mm512_storeu_si512(rows + 32,
                        _mm512_add_epi16(from, _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(places, 1))));
  }
  return static_cast<size_t>(count);
}
#else
HWY_INLINE size_t ListWord(uint64_t word, uint16_t base, uint16_t* HWY_RESTRICT rows) {
  size_t count = 0;
  for (; word != 0; word &= word - 1) rows[count++] = static_cast<uint16_t>(base + std::countr_zero(word));
  return count;
}
#endif

size_t ListBits(const uint64_t* HWY_RESTRICT bits, uint16_t* HWY_RESTRICT rows) {
  const hn::CappedTag<uint64_t, 8> d;
  size_t count = 0;
  uint8_t bytes[8] = {};
  for (size_t i = 0; i < kWindowWords; i += hn::Lanes(d)) {
    const auto some = hn::Ne(hn::LoadU(d, bits + i), hn::Zero(d));
    if (hn::AllFalse(d, some)) continue;
    hn::StoreMaskBits(d, some, bytes);
    for (uint32_t words = bytes[0] & ((1U << hn::Lanes(d)) - 1); words != 0; words &= words - 1) {
      const size_t word = i + static_cast<size_t>(std::countr_zero(words));
      count += ListWord(bits[word], static_cast<uint16_t>(64 * word), rows + count);
    }
  }
  return count;
}

size_t SelectFromSums(const uint16_t* HWY_RESTRICT sums, const uint64_t* HWY_RESTRICT bits, const SumMaxima& maxima,
                      uint16_t least, uint16_t* HWY_RESTRICT rows) {
  constexpr size_t kWords = index::kRankWords;
  size_t count = 0;
  for (size_t block = 0; block < kWindowBlocks; ++block) {
    if (!AnyAtLeast(maxima.values.data() + block * maxima.width, maxima.width, least)) continue;
    for (size_t i = block * kWords; i < (block + 1) * kWords; ++i) {
      if (bits != nullptr && bits[i] == 0) continue;
      uint64_t word = WordOfSums(sums + 64 * i, least);
      if (bits != nullptr) word &= bits[i];
      if (word != 0) count += ListWord(word, static_cast<uint16_t>(64 * i), rows + count);
    }
  }
  return count;
}

void SelectFromImpacts(const uint8_t* HWY_RESTRICT impacts, uint32_t begin, uint32_t end, uint8_t least, uint8_t most,
                       std::vector<uint32_t>& postings) {
  const hn::CappedTag<uint8_t, 64> d;
  const auto from = hn::Set(d, least);
  const auto to = hn::Set(d, most);
  uint8_t bytes[8] = {};
  for (size_t i = begin; i < end; i += hn::Lanes(d)) {
    const auto some = hn::LoadU(d, impacts + i);
    const auto mask = hn::And(AtLeast(some, from), AtLeast(to, some));
    if (hn::AllFalse(d, mask)) continue;
    hn::StoreMaskBits(d, mask, bytes);
    uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof(word));
    if (hn::Lanes(d) < 64) word &= (uint64_t{1} << hn::Lanes(d)) - 1;
    for (; word != 0; word &= word - 1) {
      const auto posting = static_cast<uint32_t>(i + std::countr_zero(word));
      if (posting < end) postings.push_back(posting);
    }
  }
}

// All rows are looked at, many at a time: a search by halves takes longer to guess its way.
void FindPlaces(const uint16_t* HWY_RESTRICT rows, uint32_t count, uint32_t offset,
                const uint16_t* HWY_RESTRICT wanted, size_t size, uint32_t* HWY_RESTRICT places) {
  const hn::CappedTag<uint16_t, index::kRowsPadding> d;
  const auto lanes = static_cast<uint32_t>(hn::Lanes(d));
  for (size_t i = 0; i < size; ++i) {
    const auto row = static_cast<uint16_t>(wanted[i] + offset);
    const auto limit = hn::Set(d, row);
    size_t not_below = 0;
    uint32_t at = 0;
    for (; at + lanes <= count; at += lanes) {
      not_below += hn::CountTrue(d, AtLeast(hn::LoadU(d, rows + at), limit));
    }
    const auto rest = hn::And(AtLeast(hn::LoadU(d, rows + at), limit), hn::FirstN(d, count - at));
    not_below += hn::CountTrue(d, rest);
    const auto place = static_cast<uint32_t>(count - not_below);
    places[i] = place < count && rows[place] == row ? place : index::kNoPosting;
  }
}

void FindPostingsOfBits(const index::PostingChunk& chunk, uint32_t offset, const uint16_t* HWY_RESTRICT wanted,
                        size_t size, uint32_t* HWY_RESTRICT postings) {
  for (size_t i = 0; i < size; ++i) postings[i] = chunk.PostingOf(wanted[i] + offset);
}

std::string Name() { return hwy::TargetName(HWY_TARGET); }

}  // namespace dateline::match::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dateline::match::fast {

HWY_EXPORT(CountBits);
HWY_EXPORT(AndBits);
HWY_EXPORT(OrBits);
HWY_EXPORT(AndNotBits);
HWY_EXPORT(AddSharesOfBits);
HWY_EXPORT(RaiseToSharesOfBits);
HWY_EXPORT(AddAllSums);
HWY_EXPORT(MaximaOfBlocks);
HWY_EXPORT(CopyAtLeast);
HWY_EXPORT(FindNthGreatest);
HWY_EXPORT(RankNumbers);
HWY_EXPORT(ListBits);
HWY_EXPORT(SelectFromSums);
HWY_EXPORT(SelectFromImpacts);
HWY_EXPORT(FindPlaces);
HWY_EXPORT(FindPostingsOfBits);
HWY_EXPORT(Name);

uint32_t CountOf(const Bits& bits) { return HWY_DYNAMIC_DISPATCH(CountBits)(bits.data()); }
void KeepCommon(const Bits& other, Bits& bits) { HWY_DYNAMIC_DISPATCH(AndBits)(other.data(), bits.data()); }
void Join(const Bits& other, Bits& bits) { HWY_DYNAMIC_DISPATCH(OrBits)(other.data(), bits.data()); }
void Remove(const Bits& other, Bits& bits) { HWY_DYNAMIC_DISPATCH(AndNotBits)(other.data(), bits.data()); }

void AddShares(const uint64_t* bits, size_t words, const uint8_t* impacts, uint16_t multiplier, uint16_t* sums) {
  HWY_DYNAMIC_DISPATCH(AddSharesOfBits)(bits, words, impacts, multiplier, sums);
}

void RaiseToShares(const uint64_t* bits, size_t words, const uint8_t* impacts, uint16_t multiplier, uint16_t* sums) {
  HWY_DYNAMIC_DISPATCH(RaiseToSharesOfBits)(bits, words, impacts, multiplier, sums);
}

void AddSums(const Sums& other, Sums& sums) { HWY_DYNAMIC_DISPATCH(AddAllSums)(other.data(), sums.data()); }

void FindMaxima(const Sums& sums, const Bits* bits, SumMaxima& maxima) {
  maxima.width = HWY_DYNAMIC_DISPATCH(MaximaOfBlocks)(sums.data(), bits == nullptr ? nullptr : bits->data(),
                                                      maxima.values.data());
}

void ListMaxima(const SumMaxima& maxima, uint16_t least, std::vector<uint16_t>& sums) {
  const size_t count = kWindowBlocks * maxima.width;
  const size_t before = sums.size();
  sums.resize(before + count);
  sums.resize(before + HWY_DYNAMIC_DISPATCH(CopyAtLeast)(maxima.values.data(), count, least, sums.data() + before));
}

// Numbers are read so many at a time; zeros make them as many, and say nothing.
static void PadNumbers(std::vector<uint16_t>& numbers) {
  numbers.resize((numbers.size() + kNumbersTogether - 1) / kNumbersTogether * kNumbersTogether);
}

void KeepAtLeast(uint16_t least, std::vector<uint16_t>& numbers) {
  PadNumbers(numbers);
  numbers.resize(HWY_DYNAMIC_DISPATCH(CopyAtLeast)(numbers.data(), numbers.size(), least, numbers.data()));
}

uint16_t NthGreatest(std::vector<uint16_t>& numbers, size_t n) {
  const size_t count = numbers.size();
  PadNumbers(numbers);
  const uint16_t found = HWY_DYNAMIC_DISPATCH(FindNthGreatest)(numbers.data(), numbers.size(), n);
  numbers.resize(count);
  return found;
}

void FindRanks(std::vector<uint16_t>& numbers, std::vector<uint16_t>& ranks) {
  const size_t count = numbers.size();
  PadNumbers(numbers);
  ranks.resize(count);
  HWY_DYNAMIC_DISPATCH(RankNumbers)(numbers.data(), numbers.size(), count, ranks.data());
  numbers.resize(count);
}

void SelectSums(const Sums& sums, const Bits* bits, const SumMaxima& maxima, uint16_t least, Rows& rows) {
  rows.resize(HWY_DYNAMIC_DISPATCH(SelectFromSums)(sums.data(), bits == nullptr ? nullptr : bits->data(), maxima,
                                                   least, rows.data()));
}

void SelectImpacts(const uint8_t* impacts, uint32_t begin, uint32_t end, uint8_t least, uint8_t most,
                   std::vector<uint32_t>& postings) {
  HWY_DYNAMIC_DISPATCH(SelectFromImpacts)(impacts, begin, end, least, most, postings);
}

void PostingsInStretch(const index::PostingChunk& chunk, uint32_t stretch, uint32_t offset,
                       absl::Span<const uint16_t> rows, uint32_t* postings) {
  if (chunk.bits != nullptr) {
    return HWY_DYNAMIC_DISPATCH(FindPostingsOfBits)(chunk, offset, rows.data(), rows.size(), postings);
  }
  const uint32_t begin = chunk.stretches[stretch];
  HWY_DYNAMIC_DISPATCH(FindPlaces)
  (chunk.rows + begin, chunk.stretches[stretch + 1] - begin, offset, rows.data(), rows.size(), postings);
  const uint32_t first = chunk.first + begin;
  for (size_t i = 0; i < rows.size(); ++i) postings[i] += postings[i] == index::kNoPosting ? 0 : first;
}

void ListRows(const Bits& bits, Rows& rows) { rows.resize(HWY_DYNAMIC_DISPATCH(ListBits)(bits.data(), rows.data())); }

std::string InstructionSet() { return HWY_DYNAMIC_DISPATCH(Name)(); }

}  // namespace dateline::match::fast
#endif  // HWY_ONCE
