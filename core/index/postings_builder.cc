#include "core/index/postings_builder.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/coding.h"
#include "core/base/status_macros.h"
#include "core/index/score.h"

namespace dateline::index {
namespace {

template <typename T>
absl::string_view BytesOf(const T* values, size_t count) {
  return {reinterpret_cast<const char*>(values), count * sizeof(T)};
}

void Pad(std::string& bytes) { bytes.resize(Aligned(bytes.size())); }

// The binary logarithm of the bytes that the greatest of `numbers` needs: 1, 2 or 4.
int WidthOf(const std::vector<uint32_t>& numbers) {
  const uint32_t greatest = *std::max_element(numbers.begin(), numbers.end());
  return greatest <= UINT8_MAX ? 0 : greatest <= UINT16_MAX ? 1 : 2;
}

void AppendNumbers(std::string& out, const std::vector<uint32_t>& numbers, int width) {
  const size_t begin = out.size();
  out.resize(begin + (numbers.size() << width));
  char* at = out.data() + begin;
  for (const uint32_t number : numbers) {
    std::memcpy(at, &number, size_t{1} << width);  // the low bytes come first
    at += size_t{1} << width;
  }
  Pad(out);
}

// Rows within their chunk.
void AppendRows(absl::Span<const uint32_t> rows, std::string& out) {
  for (const uint32_t row : rows) {
    const auto low = static_cast<uint16_t>(row);
    out.append(reinterpret_cast<const char*>(&low), sizeof(low));
  }
  Pad(out);
}

void AppendBitset(absl::Span<const uint32_t> rows, uint32_t chunk_rows, std::string& out) {
  std::vector<uint64_t> bits(BitsetWords(chunk_rows), 0);
  for (const uint32_t row : rows) {
    const uint32_t within = row & (kChunkRows - 1);
    bits[within / 64] |= uint64_t{1} << within % 64;
  }
  std::vector<uint16_t> ranks;
  uint32_t rank = 0;
  for (size_t word = 0; word < bits.size(); ++word) {
    if (word % kRankWords == 0) ranks.push_back(static_cast<uint16_t>(rank));
    rank += static_cast<uint32_t>(std::popcount(bits[word]));
  }
  for (const absl::string_view bytes : {BytesOf(bits.data(), bits.size()), BytesOf(ranks.data(), ranks.size())}) {
    out.append(bytes.data(), bytes.size());
  }
  Pad(out);
}

// The first bytes that two terms share.
size_t SharedBytes(absl::string_view a, absl::string_view b) {
  return static_cast<size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<ptrdiff_t>(std::min(a.size(), b.size())), b.begin()).first -
      a.begin());
}

}  // namespace

PostingsBuilder::PostingsBuilder(base::FileWriter file, const Options& options)
    : file_(std::move(file)), options_(options) {
  norms_.reserve(options.lengths.size());
  for (const uint32_t length : options.lengths) norms_.push_back(LengthNorm(length, options.average_length));
}

absl::StatusOr<PostingsBuilder> PostingsBuilder::Create(const std::string& path, const Options& options) {
  DL_ASSIGN_OR_RETURN(base::FileWriter file, base::FileWriter::Create(path));
  return PostingsBuilder(std::move(file), options);
}

absl::Status PostingsBuilder::Append(absl::string_view bytes) {
  checksummer_.Append(bytes);
  return file_.Append(bytes);
}

void PostingsBuilder::Begin(absl::string_view term) {
  term_.assign(term.data(), term.size());
  rows_.clear();
  wdfs_.clear();
  position_bytes_.clear();
  positions_.clear();
  scored_ = false;
}

void PostingsBuilder::Add(uint32_t row, uint32_t wdf, absl::Span<const uint32_t> positions) {
  deltas_.clear();
  uint32_t previous = 0;
  for (const uint32_t position : positions) base::AppendVarint(deltas_, position - std::exchange(previous, position));
  AddDeltas(row, wdf, deltas_);
}

void PostingsBuilder::AddDeltas(uint32_t row, uint32_t wdf, absl::string_view deltas) {
  rows_.push_back(row);
  wdfs_.push_back(wdf);
  scored_ = scored_ || wdf > 0;
  positions_.append(deltas.data(), deltas.size());
  position_bytes_.push_back(static_cast<uint32_t>(deltas.size()));
}

absl::Status PostingsBuilder::End() {
  if (positions_.size() > std::numeric_limits<uint32_t>::max()) {
    return absl::ResourceExhaustedError(absl::StrCat("the positions of '", absl::CHexEscape(term_.substr(0, 40)),
                                                     "' in one shard take ", positions_.size(), " bytes"));
  }
  record_.clear();
  if (rows_.size() <= kShortList) {
    AppendShort(record_);
  } else {
    const uint64_t padding = Aligned(records_bytes_) - records_bytes_;
    DL_RETURN_IF_ERROR(Append(std::string(padding, '\0')));
    records_bytes_ += padding;
    AppendLong(record_);
  }
  AppendToDictionary(record_.size());
  records_bytes_ += record_.size();
  return Append(record_);
}

void PostingsBuilder::AppendShort(std::string& record) const {
  record.push_back(static_cast<char>((scored_ ? kScoredFlag : 0) | (positions_.empty() ? 0 : kPositionsFlag)));
  uint32_t next = 0;
  for (const uint32_t row : rows_) {
    base::AppendVarint(record, row - next);
    next = row + 1;
  }
  if (scored_) {
    for (const uint32_t wdf : wdfs_) base::AppendVarint(record, wdf);
  }
  if (positions_.empty()) return;
  for (const uint32_t bytes : position_bytes_) base::AppendVarint(record, bytes);
  record += positions_;
}

void PostingsBuilder::AppendLong(std::string& record) {
  const int wdf_width = WidthOf(wdfs_);
  const int position_width = WidthOf(position_bytes_);
  RecordHeader header = {};
  header.documents = static_cast<uint32_t>(rows_.size());
  header.flags = static_cast<uint8_t>((scored_ ? kScoredFlag : 0) | (positions_.empty() ? 0 : kPositionsFlag) |
                                      wdf_width << kWdfWidthShift | position_width << kPositionBytesWidthShift);
  record.append(sizeof(header), '\0');
  header.chunks = AppendChunks(record);
  if (scored_) {
    AppendImpacts(header, record);
    AppendNumbers(record, wdfs_, wdf_width);
  }
  if (!positions_.empty()) {
    AppendNumbers(record, position_bytes_, position_width);
    std::vector<uint32_t> offsets;
    uint32_t offset = 0;
    for (size_t i = 0; i < position_bytes_.size(); ++i) {
      if (i % kPositionBlock == 0) offsets.push_back(offset);
      offset += position_bytes_[i];
    }
    AppendNumbers(record, offsets, 2);
    record += positions_;
  }
  std::memcpy(record.data(), &header, sizeof(header));
}

void PostingsBuilder::AppendImpacts(RecordHeader& header, std::string& record) {
  saturations_.clear();
  for (size_t i = 0; i < rows_.size(); ++i) saturations_.push_back(Saturation(wdfs_[i], norms_[rows_[i]]));
  header.greatest_saturation = *std::max_element(saturations_.begin(), saturations_.end());
  std::array<uint32_t, 256> postings_with = {};
  for (const float saturation : saturations_) {
    const uint8_t impact = ImpactOf(saturation, header.greatest_saturation);
    ++postings_with[impact];
    record.push_back(static_cast<char>(impact));
  }
  Pad(record);
  header.impact_at_rank = ImpactsAtRanks(postings_with);
}

// The table of chunks, then each of them. Returns how many there are.
uint32_t PostingsBuilder::AppendChunks(std::string& record) const {
  std::vector<ChunkEntry> entries;
  for (uint32_t i = 0; i < rows_.size(); ++i) {
    const uint32_t number = rows_[i] >> kChunkBits;
    if (entries.empty() || entries.back().number != number) entries.push_back(ChunkEntry{number, i, 0, 0});
  }
  const size_t table = record.size();
  record.append(entries.size() * sizeof(ChunkEntry), '\0');
  for (size_t i = 0; i < entries.size(); ++i) {
    ChunkEntry& entry = entries[i];
    const auto end = static_cast<uint32_t>(i + 1 < entries.size() ? entries[i + 1].first : rows_.size());
    const uint32_t chunk_rows = RowsInChunk(entry.number, static_cast<uint32_t>(options_.lengths.size()));
    entry.bitset = uint64_t{end - entry.first} * kBitsetShare >= chunk_rows ? 1 : 0;
    entry.offset = static_cast<uint32_t>(record.size() / kRecordAlignment);
    const absl::Span<const uint32_t> rows = absl::MakeConstSpan(rows_).subspan(entry.first, end - entry.first);
    if (entry.bitset == 0) {
      AppendRows(rows, record);
    } else {
      AppendBitset(rows, chunk_rows, record);
    }
  }
  std::memcpy(record.data() + table, entries.data(), entries.size() * sizeof(ChunkEntry));
  return static_cast<uint32_t>(entries.size());
}

void PostingsBuilder::AppendToDictionary(uint64_t record_bytes) {
  size_t shared = 0;
  if (terms_++ % kDictionaryBlockTerms == 0) {
    blocks_.push_back(DictionaryBlock{dictionary_.size(), records_bytes_});
  } else {
    shared = SharedBytes(previous_, term_);
    base::AppendVarint(dictionary_, shared);
  }
  base::AppendString(dictionary_, absl::string_view(term_).substr(shared));
  base::AppendVarint(dictionary_, rows_.size());
  base::AppendVarint(dictionary_, record_bytes);
  std::swap(previous_, term_);
}

absl::StatusOr<base::FileChecksum> PostingsBuilder::Finish(uint64_t shard_hash, bool sync) {
  PostingsTrailer trailer = {};
  trailer.records_bytes = records_bytes_;
  trailer.dictionary_bytes = dictionary_.size();
  trailer.blocks = blocks_.size();
  trailer.terms = terms_;
  trailer.documents = options_.lengths.size();
  trailer.shard_hash = shard_hash;
  trailer.pair_documents = options_.pair_documents;
  trailer.average_length = options_.average_length;
  trailer.version = kPostingsVersion;
  std::memcpy(trailer.magic, kPostingsMagic.data(), sizeof(trailer.magic));
  DL_RETURN_IF_ERROR(Append(std::string(Aligned(records_bytes_) - records_bytes_ + kImpactPadding, '\0')));
  Pad(dictionary_);
  DL_RETURN_IF_ERROR(Append(dictionary_));
  DL_RETURN_IF_ERROR(Append(BytesOf(blocks_.data(), blocks_.size())));
  DL_RETURN_IF_ERROR(Append(BytesOf(&trailer, 1)));
  DL_RETURN_IF_ERROR(file_.Close(sync));
  return checksummer_.Finish();
}

}  // namespace dateline::index
