// The bytes of a file, of standard input, of a string or of a part of another stream, decompressed when their first
// bytes say gzip or Zstandard (the name does not matter), in one forward pass and bounded memory.
//
// Thread-safety: a ByteStream belongs to one thread. Ownership: a view lives until the next call.
#ifndef DATELINE_INDEXER_INGEST_BYTE_STREAM_H_
#define DATELINE_INDEXER_INGEST_BYTE_STREAM_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace dateline::ingest {

class ByteStream {
 public:
  // "-" is standard input.
  static absl::StatusOr<std::unique_ptr<ByteStream>> Open(const std::string& path);

  // `bytes`, as they are.
  static std::unique_ptr<ByteStream> OfBytes(std::string bytes);

  // What `source` holds when it begins as gzip or Zstandard do, else what it gives. `name` is for messages.
  static absl::StatusOr<std::unique_ptr<ByteStream>> Decompressed(std::unique_ptr<ByteStream> source,
                                                                  std::string name);

  virtual ~ByteStream() = default;

  // The next bytes, "" at the end. An error (unreadable, damaged or cut compression) is final; what came before it is
  // good.
  virtual absl::StatusOr<absl::string_view> Next() = 0;

  // Bytes taken from the file so far, before decompression: for progress.
  virtual uint64_t raw_bytes() const = 0;
};

}  // namespace dateline::ingest

#endif  // DATELINE_INDEXER_INGEST_BYTE_STREAM_H_
