// Writes the postings of a shard (core/index/postings.h): given every term in order, with its postings in order.
//
// Thread-safety: belongs to one thread. Memory: one term's postings, and the dictionary. After an error only
// destruction is legal.
#ifndef DATELINE_CORE_INDEX_POSTINGS_BUILDER_H_
#define DATELINE_CORE_INDEX_POSTINGS_BUILDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/base/checksum.h"
#include "core/base/file.h"
#include "core/index/postings_format.h"

namespace dateline::index {

class PostingsBuilder {
 public:
  struct Options {
    float average_length = 0;
    uint32_t pair_documents = 0;         // of pairs that will be given as terms (postings_format.h); 0: none will
    absl::Span<const uint32_t> lengths;  // by row; must outlive the builder
  };
  static absl::StatusOr<PostingsBuilder> Create(const std::string& path, const Options& options);

  // REQUIRES: terms ascend by bytes and are distinct; rows of a term ascend and lie below lengths.size(); positions
  // ascend; every term has a posting.
  void Begin(absl::string_view term);
  void Add(uint32_t row, uint32_t wdf, absl::Span<const uint32_t> positions);
  // The same with positions as the file has them: varints, the first, then each less the one before.
  void AddDeltas(uint32_t row, uint32_t wdf, absl::string_view deltas);
  size_t postings() const { return rows_.size(); }  // of the term that was begun
  absl::Status End();

  // Completes the file, as that of the shard with this content hash; syncs it if so wished.
  absl::StatusOr<base::FileChecksum> Finish(uint64_t shard_hash, bool sync);

 private:
  PostingsBuilder(base::FileWriter file, const Options& options);

  absl::Status Append(absl::string_view bytes);
  void AppendShort(std::string& record) const;
  void AppendLong(std::string& record);
  uint32_t AppendChunks(std::string& record) const;
  void AppendImpacts(RecordHeader& header, std::string& record);
  void AppendToDictionary(uint64_t record_bytes);

  base::FileWriter file_;
  base::FileChecksummer checksummer_;
  const Options options_;
  std::vector<float> norms_;

  std::string term_;
  std::vector<uint32_t> rows_;
  std::vector<uint32_t> wdfs_;
  std::vector<uint32_t> position_bytes_;
  std::string positions_;
  std::string deltas_;  // of one posting
  bool scored_ = false;
  std::vector<float> saturations_;
  std::string record_;

  uint64_t records_bytes_ = 0;
  uint64_t terms_ = 0;
  std::string previous_;
  std::string dictionary_;
  std::vector<DictionaryBlock> blocks_;
};

}  // namespace dateline::index

#endif  // DATELINE_CORE_INDEX_POSTINGS_BUILDER_H_
