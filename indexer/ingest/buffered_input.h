// A ByteStream with a window: what was read and not yet consumed lies in one piece, and grows as far as its reader
// asks. The memory that it takes is the reader's to bound.
//
// Thread-safety: belongs to one thread. Ownership: `bytes()` lives until the next call that is not const. Errors: a
// stream that fails ends there, and `status()` says why.
#ifndef DATELINE_INDEXER_INGEST_BUFFERED_INPUT_H_
#define DATELINE_INDEXER_INGEST_BUFFERED_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "indexer/ingest/byte_stream.h"

namespace dateline::ingest {

class BufferedInput {
 public:
  explicit BufferedInput(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}

  absl::string_view bytes() const { return absl::string_view(buffer_).substr(at_); }
  uint64_t offset() const { return offset_; }  // of bytes()[0] in the stream
  uint64_t raw_bytes() const { return stream_->raw_bytes(); }
  const absl::Status& status() const { return status_; }

  // Appends more to bytes(); false when there is no more.
  bool Refill();

  // Refills until bytes() holds `size`; false when the stream ends before.
  bool Ensure(uint64_t size);

  // REQUIRES: size <= bytes().size().
  void Consume(size_t size);

 private:
  std::unique_ptr<ByteStream> stream_;
  std::string buffer_;
  size_t at_ = 0;  // what lies before is consumed
  uint64_t offset_ = 0;
  bool ended_ = false;
  absl::Status status_;
};

}  // namespace dateline::ingest

#endif  // DATELINE_INDEXER_INGEST_BUFFERED_INPUT_H_
