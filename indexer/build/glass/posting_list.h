// A posting list as items of the postlist table: chunks, of which four fill a block.
//
// Thread-safety: belongs to one thread.
#ifndef DATELINE_INDEXER_BUILD_GLASS_POSTING_LIST_H_
#define DATELINE_INDEXER_BUILD_GLASS_POSTING_LIST_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "indexer/build/glass/table_writer.h"

namespace dateline::build::glass {

class PostingListWriter {
 public:
  // `table` must outlive it.
  explicit PostingListWriter(TableWriter& table) : table_(table) {}

  // `first_key`: of the first chunk. `later_key`: what the keys of the others begin with; a docid follows.
  void Begin(absl::string_view first_key, absl::string_view later_key, uint64_t documents, uint64_t frequency);
  absl::Status Add(uint32_t docid, uint32_t wdf);
  absl::Status End() { return EndChunk(/*last=*/true); }

 private:
  absl::Status EndChunk(bool last);

  TableWriter& table_;
  std::string first_key_;
  std::string later_key_;
  uint64_t documents_ = 0;
  uint64_t frequency_ = 0;
  bool first_chunk_ = true;
  uint32_t first_docid_ = 0;  // of the chunk
  uint32_t last_docid_ = 0;
  size_t most_ = 0;      // bytes of entries_
  std::string entries_;  // wdf of the first, then (gap - 1, wdf)
  std::string tag_;
};

}  // namespace dateline::build::glass

#endif  // DATELINE_INDEXER_BUILD_GLASS_POSTING_LIST_H_
