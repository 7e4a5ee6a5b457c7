// The pages of a web archive (WARC 1.0 and 1.1, ISO 28500): `response` records with HTTP status 200 and a body of
// text/html, application/xhtml+xml or text/plain, without chunks and compression. Other sound records are passed
// over. Pages that the crawler cut short (WARC-Truncated) are rejects.
//
// A record whose Content-Length does not lead to the next record lies. It is rejected, and reading goes on at the
// next line that begins a record ("WARC/1."), which is sought from its own first byte on. Of a record that is larger
// than max_record_bytes only a little is kept, so there a beginning is believed wherever it comes.
//
// Thread-safety, ownership, errors: those of RecordReader. The bytes that are held are at most those of one record
// and its decoded body.
#ifndef DATELINE_INDEXER_INGEST_WARC_READER_H_
#define DATELINE_INDEXER_INGEST_WARC_READER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "indexer/ingest/http_message.h"
#include "indexer/ingest/record_reader.h"

namespace dateline::ingest {

class WarcReader : public RecordReader {
 public:
  WarcReader(BufferedInput& input, uint64_t max_record_bytes) : input_(input), max_record_bytes_(max_record_bytes) {}

  absl::optional<Record> Next(std::vector<Reject>& rejects) override;
  uint64_t passed_over() const override { return passed_over_; }

 private:
  // What one record came to.
  enum class Outcome { kRecord, kPassedOver, kRejected };

  bool FindRecord(std::vector<Reject>& rejects);
  Outcome ReadRecord(Record& record, std::string& reason);
  Outcome ReadBlock(const Header& warc, uint64_t length, Record& record, std::string& reason);
  Outcome SkipLargeBlock(const Header& warc, uint64_t length, std::string& reason);
  Outcome TakeResponse(const Header& warc, absl::string_view block, Record& record, std::string& reason) const;
  bool AtRecordEnd(uint64_t block_length);
  bool SeekRecord(uint64_t max_bytes);

  BufferedInput& input_;
  const uint64_t max_record_bytes_;
  uint64_t passed_over_ = 0;
  bool ended_ = false;
};

}  // namespace dateline::ingest

#endif  // DATELINE_INDEXER_INGEST_WARC_READER_H_
