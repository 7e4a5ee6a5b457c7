// Inputs to records: finds the files, finds where records begin and end, and reads no meaning into them.
//
// Files whose names end in .jsonl or .ndjson hold one JSON object a line; .txt is one article a file, and NAME.json
// beside NAME.txt holds facts about it; each may also end in .gz or .zst. Directories are walked in name order. "-"
// is standard input, taken as JSON lines when its first visible byte is '{', else as one text.
//
// A record or file that cannot be read becomes a Reject and stops nothing.
//
// Thread-safety: belongs to one thread.
#ifndef DATELINE_INDEXER_INGEST_RECORD_SOURCE_H_
#define DATELINE_INDEXER_INGEST_RECORD_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "indexer/ingest/byte_stream.h"
#include "indexer/ingest/record.h"

namespace dateline::ingest {

inline constexpr uint64_t kDefaultMaxRecordBytes = 16 << 20;

class RecordSource {
 public:
  // Fails with NotFound when an input does not exist, with InvalidArgument when one is of no known kind: what the
  // user typed must be right before any work begins.
  static absl::StatusOr<std::unique_ptr<RecordSource>> Open(const std::vector<std::string>& inputs,
                                                            uint64_t max_record_bytes = kDefaultMaxRecordBytes);

  // The next record, or nothing after the last. What had to be left out since the call before is added to `rejects`.
  absl::optional<Record> Next(std::vector<Reject>& rejects);

  // For progress: bytes of the files before decompression. `total_bytes` is 0 when it cannot be known.
  uint64_t read_bytes() const { return finished_bytes_ + (stream_ == nullptr ? 0 : stream_->raw_bytes()); }
  uint64_t total_bytes() const { return total_bytes_; }
  uint64_t text_bytes() const { return text_bytes_; }  // of the records given out

  // Files below the named directories that are of no known kind, and so were passed over.
  const std::vector<std::string>& skipped() const { return skipped_; }

 private:
  enum class Kind { kUnknown, kLines, kText, kStandardInput };

  struct File {
    std::string path;
    Kind kind = Kind::kUnknown;
  };

  explicit RecordSource(uint64_t max_record_bytes) : max_record_bytes_(max_record_bytes) {}
  static Kind KindOf(const std::string& path);
  absl::Status AddInput(const std::string& input);
  absl::Status AddDirectory(const std::string& directory);
  void AddFile(const std::string& path, Kind kind);
  bool OpenNextFile(std::vector<Reject>& rejects);
  void CloseFile();
  absl::optional<Record> NextLine(std::vector<Reject>& rejects);
  absl::optional<Record> WholeFile(std::vector<Reject>& rejects);
  bool Refill(std::vector<Reject>& rejects);
  void ReadFacts(Record& record, std::vector<Reject>& rejects);
  std::string TooLarge(absl::string_view what) const;

  const uint64_t max_record_bytes_;
  std::deque<File> files_;
  std::vector<std::string> skipped_;
  uint64_t total_bytes_ = 0;
  uint64_t finished_bytes_ = 0;
  uint64_t text_bytes_ = 0;
  uint64_t sequence_ = 0;

  // The file that is being read.
  File file_;
  std::unique_ptr<ByteStream> stream_;
  bool stream_ended_ = false;
  bool stream_failed_ = false;  // it ended in an error
  std::string buffer_;          // bytes not yet given out
  size_t buffer_at_ = 0;        // those before are spent
  uint64_t offset_ = 0;         // of buffer_[buffer_at_] in the decompressed file
  uint64_t line_ = 0;
};

}  // namespace dateline::ingest

#endif  // DATELINE_INDEXER_INGEST_RECORD_SOURCE_H_
