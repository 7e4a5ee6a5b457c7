// Finds the records in one input of a known kind. One small class a kind; this is what they share.
//
// Thread-safety: belongs to one thread. Ownership: a reader borrows its input, which must outlive it. Errors: what
// cannot be read becomes a Reject, and the reader goes on behind it when it can.
#ifndef DATELINE_INDEXER_INGEST_RECORD_READER_H_
#define DATELINE_INDEXER_INGEST_RECORD_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "indexer/ingest/buffered_input.h"
#include "indexer/ingest/input_kind.h"
#include "indexer/ingest/record.h"

namespace dateline::ingest {

// An input that gives so many rejects without a record between them is given up: the list of them must not grow with
// the size of a hostile file.
inline constexpr size_t kMaxRejectsInARow = 10'000;

class RecordReader {
 public:
  virtual ~RecordReader() = default;

  // The next record, or nothing after the last (and from then on). In records and rejects `file` is "!MEMBER" for a
  // member of an archive and else empty, and `sequence` is 0: the caller knows both.
  virtual absl::optional<Record> Next(std::vector<Reject>& rejects) = 0;

  // Parts that are sound and hold no article for us: a picture in a web archive, a program in a zip file.
  virtual uint64_t passed_over() const { return 0; }
};

// A reader for any kind but kUnknown. No record is larger than `max_record_bytes`.
std::unique_ptr<RecordReader> MakeReader(Kind kind, BufferedInput& input, uint64_t max_record_bytes);

// "... is larger than ... bytes", with the remedy.
std::string TooLarge(absl::string_view what, uint64_t max_record_bytes);

}  // namespace dateline::ingest

#endif  // DATELINE_INDEXER_INGEST_RECORD_READER_H_
