// Header fields as HTTP and WARC write them, and the body of an HTTP/1 response as it was meant.
//
// Thread-safety: pure functions and plain values.
#ifndef DATELINE_INDEXER_INGEST_HTTP_MESSAGE_H_
#define DATELINE_INDEXER_INGEST_HTTP_MESSAGE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace dateline::ingest {

// "Name: value" lines behind a first line that is something else. Folded lines are joined; what is no field is left
// out. Names compare without case.
struct Header {
  std::string first_line;
  std::vector<std::pair<std::string, std::string>> fields;

  // The first field of this name, "" when there is none.
  absl::string_view Get(absl::string_view name) const;
};

// The length of the header that begins `bytes`, with the blank line that ends it (line breaks are CRLF or LF); npos
// when it does not end here.
size_t HeaderBytes(absl::string_view bytes);

Header ParseHeader(absl::string_view text);

// The body without its chunks and its compression. InvalidArgument when they are damaged or of no known kind,
// ResourceExhausted when there would be more than `max_bytes`.
absl::StatusOr<std::string> DecodeBody(const Header& header, absl::string_view body, uint64_t max_bytes);

}  // namespace dateline::ingest

#endif  // DATELINE_INDEXER_INGEST_HTTP_MESSAGE_H_
