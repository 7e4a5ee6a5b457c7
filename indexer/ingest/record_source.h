// Inputs to records: finds the files, finds where records begin and end, and reads no meaning into them.
//
// What a file is, its name says (input_kind.h): .jsonl and .ndjson hold one JSON object a line; .txt is one article a
// file, and NAME.json beside NAME.txt holds facts about it; .html, .htm and .xhtml are one page a file; .rss, .atom
// and .xml are feeds of many items; .warc is a web archive of many pages. Each may also end in .gz or .zst. Archives
// (.zip, .tar, .tar.gz, .tgz, .tar.zst) hold any of these. Directories are walked in name order. "-" is standard
// input, and its first visible bytes say whether it is JSON lines, a web archive, a page, a feed or one text.
//
// A record or file that cannot be read becomes a Reject and stops nothing. Memory is a small multiple of the largest
// record allowed, whatever the size of a file or of what it inflates to.
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
#include "indexer/ingest/buffered_input.h"
#include "indexer/ingest/byte_stream.h"
#include "indexer/ingest/input_kind.h"
#include "indexer/ingest/record.h"
#include "indexer/ingest/record_reader.h"

namespace dateline::ingest {

inline constexpr uint64_t kDefaultMaxRecordBytes = 16 << 20;

class RecordSource {
 public:
  // Fails with NotFound when an input does not exist, with InvalidArgument when one is of no known kind: what the
  // user typed must be right before any work begins.
  static absl::StatusOr<std::unique_ptr<RecordSource>> Open(const std::vector<std::string>& inputs,
                                                            uint64_t max_record_bytes = kDefaultMaxRecordBytes);

  // One input, of the kind that `name` says ("-": that its bytes say), whose bytes come from `bytes`.
  static std::unique_ptr<RecordSource> OfStream(std::string name, std::unique_ptr<ByteStream> bytes,
                                                uint64_t max_record_bytes = kDefaultMaxRecordBytes);

  // The next record, or nothing after the last. What had to be left out since the call before is added to `rejects`.
  absl::optional<Record> Next(std::vector<Reject>& rejects);

  // For progress: bytes of the files before decompression. `total_bytes` is 0 when it cannot be known.
  uint64_t read_bytes() const { return finished_bytes_ + (input_ == nullptr ? 0 : input_->raw_bytes()); }
  uint64_t total_bytes() const { return total_bytes_; }
  uint64_t text_bytes() const { return text_bytes_; }  // of the records given out

  // Files below the named directories that are of no known kind, and so were passed over.
  const std::vector<std::string>& skipped() const { return skipped_; }

  // Parts of web archives and archives so far that are sound and hold no article for us.
  uint64_t passed_over() const { return passed_over_ + (reader_ == nullptr ? 0 : reader_->passed_over()); }

 private:
  explicit RecordSource(uint64_t max_record_bytes) : max_record_bytes_(max_record_bytes) {}
  absl::Status AddInput(const std::string& input);
  absl::Status AddDirectory(const std::string& directory);
  void AddFile(const std::string& path);
  bool OpenNextFile(std::vector<Reject>& rejects);
  void StartReading(std::unique_ptr<ByteStream> bytes);
  void CloseFile();
  void ReadFacts(Record& record, std::vector<Reject>& rejects) const;

  const uint64_t max_record_bytes_;
  std::deque<std::string> files_;
  std::vector<std::string> skipped_;
  uint64_t total_bytes_ = 0;
  uint64_t finished_bytes_ = 0;
  uint64_t text_bytes_ = 0;
  uint64_t passed_over_ = 0;
  uint64_t sequence_ = 0;

  // The file that is being read.
  std::string file_;
  bool facts_beside_ = false;
  std::unique_ptr<BufferedInput> input_;
  std::unique_ptr<RecordReader> reader_;  // of input_
};

}  // namespace dateline::ingest

#endif  // DATELINE_INDEXER_INGEST_RECORD_SOURCE_H_
