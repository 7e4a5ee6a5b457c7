#include "indexer/build/glass/posting_list.h"

#include "core/base/coding.h"
#include "core/base/status_macros.h"
#include "indexer/build/glass/codec.h"

namespace dateline::build::glass {
namespace {

constexpr size_t kMaxVarint32Bytes = 5;
constexpr size_t kMaxDocidBytes = 5;

size_t VarintBytes(uint64_t value) {
  size_t bytes = 1;
  while (value >>= 7) ++bytes;
  return bytes;
}

}  // namespace

void PostingListWriter::Begin(absl::string_view first_key, absl::string_view later_key, uint64_t documents,
                              uint64_t frequency) {
  first_key_.assign(first_key.data(), first_key.size());
  later_key_.assign(later_key.data(), later_key.size());
  documents_ = documents;
  frequency_ = frequency;
  first_chunk_ = true;
  entries_.clear();
}

absl::Status PostingListWriter::Add(uint32_t docid, uint32_t wdf) {
  if (!entries_.empty()) {
    const uint32_t gap = docid - last_docid_ - 1;
    if (entries_.size() + VarintBytes(gap) + VarintBytes(wdf) <= most_) {
      base::AppendVarint(entries_, gap);
      base::AppendVarint(entries_, wdf);
      last_docid_ = docid;
      return absl::OkStatus();
    }
    DL_RETURN_IF_ERROR(EndChunk(/*last=*/false));
    first_chunk_ = false;
  }
  first_docid_ = last_docid_ = docid;
  // What stands before the entries: a byte and the length of the chunk, and first of all the list's numbers.
  const size_t key_bytes = first_chunk_ ? first_key_.size() : later_key_.size() + kMaxDocidBytes;
  const size_t head_bytes =
      1 + kMaxVarint32Bytes +
      (first_chunk_ ? VarintBytes(documents_) + VarintBytes(frequency_) + kMaxVarint32Bytes : 0);
  most_ = kMaxItemBytes - kItemOverheadBytes - key_bytes - head_bytes;
  base::AppendVarint(entries_, wdf);
  return absl::OkStatus();
}

absl::Status PostingListWriter::EndChunk(bool last) {
  tag_.clear();
  if (first_chunk_) {
    base::AppendVarint(tag_, documents_);
    base::AppendVarint(tag_, frequency_);
    base::AppendVarint(tag_, first_docid_ - 1);
  }
  tag_.push_back(last ? '1' : '0');
  base::AppendVarint(tag_, last_docid_ - first_docid_);
  tag_ += entries_;
  entries_.clear();
  if (first_chunk_) return table_.Add(first_key_, tag_);
  const size_t bytes = later_key_.size();
  AppendSortableDocid(later_key_, first_docid_);
  const absl::Status status = table_.Add(later_key_, tag_);
  later_key_.resize(bytes);
  return status;
}

}  // namespace dateline::build::glass
