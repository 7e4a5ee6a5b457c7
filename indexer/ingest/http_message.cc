#include "indexer/ingest/http_message.h"

#include <initializer_list>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"
#include "indexer/ingest/byte_stream.h"

namespace dateline::ingest {
namespace {

// Takes the size in the line that begins `body`, and that line; false when it holds none.
bool TakeChunkSize(absl::string_view& body, uint64_t& size) {
  const size_t end = body.find('\n');
  if (end == absl::string_view::npos) return false;
  absl::string_view line = body.substr(0, end);
  line = absl::StripAsciiWhitespace(line.substr(0, line.find(';')));  // extensions are not for us
  if (line.empty() || line.size() > 15) return false;
  size = 0;
  for (const char c : line) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return false;
    const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
    size = size * 16 + static_cast<uint64_t>(lower <= '9' ? lower - '0' : lower - 'a' + 10);
  }
  body.remove_prefix(end + 1);
  return true;
}

absl::StatusOr<std::string> JoinChunks(absl::string_view body) {
  uint64_t size = 0;
  const absl::string_view whole = body;
  // Many that save pages join the chunks and leave the header as it was.
  if (!TakeChunkSize(body, size)) return std::string(whole);
  std::string joined;
  while (size > 0) {
    if (size > body.size()) return absl::InvalidArgumentError("the body ends in the middle of a chunk");
    joined.append(body.data(), size);
    body.remove_prefix(size);
    absl::ConsumePrefix(&body, "\r");
    absl::ConsumePrefix(&body, "\n");
    if (!TakeChunkSize(body, size)) return absl::InvalidArgumentError("the body ends before its last chunk");
  }
  return joined;
}

absl::StatusOr<std::string> Decompress(std::string body, uint64_t max_bytes) {
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<ByteStream> stream,
                      ByteStream::Decompressed(ByteStream::OfBytes(std::move(body)), "the body"));
  std::string plain;
  for (;;) {
    const absl::StatusOr<absl::string_view> piece = stream->Next();
    if (!piece.ok()) return absl::InvalidArgumentError(piece.status().message());
    if (piece->empty()) return plain;
    if (plain.size() + piece->size() > max_bytes) return absl::ResourceExhaustedError("the body is too large");
    plain.append(piece->data(), piece->size());
  }
}

bool IsAnyOf(absl::string_view coding, std::initializer_list<absl::string_view> names) {
  for (const absl::string_view name : names) {
    if (absl::EqualsIgnoreCase(coding, name)) return true;
  }
  return false;
}

}  // namespace

absl::string_view Header::Get(absl::string_view name) const {
  for (const auto& [field, value] : fields) {
    if (absl::EqualsIgnoreCase(field, name)) return value;
  }
  return "";
}

size_t HeaderBytes(absl::string_view bytes) {
  for (size_t at = bytes.find('\n'); at != absl::string_view::npos; at = bytes.find('\n', at + 1)) {
    const absl::string_view rest = bytes.substr(at + 1, 2);
    if (absl::StartsWith(rest, "\n")) return at + 2;
    if (rest == "\r\n") return at + 3;
  }
  return absl::string_view::npos;
}

Header ParseHeader(absl::string_view text) {
  Header header;
  bool first = true;
  for (const absl::string_view raw : absl::StrSplit(text, '\n')) {
    const absl::string_view line = absl::StripSuffix(raw, "\r");
    if (first) {
      header.first_line = std::string(line);
      first = false;
      continue;
    }
    if ((absl::StartsWith(line, " ") || absl::StartsWith(line, "\t")) && !header.fields.empty()) {
      absl::StrAppend(&header.fields.back().second, " ", absl::StripAsciiWhitespace(line));
      continue;
    }
    const size_t colon = line.find(':');
    if (colon == absl::string_view::npos) continue;
    header.fields.emplace_back(absl::StripAsciiWhitespace(line.substr(0, colon)),
                               absl::StripAsciiWhitespace(line.substr(colon + 1)));
  }
  return header;
}

absl::StatusOr<std::string> DecodeBody(const Header& header, absl::string_view body, uint64_t max_bytes) {
  std::string plain(body);
  if (absl::StrContains(absl::AsciiStrToLower(header.Get("Transfer-Encoding")), "chunked")) {
    DL_ASSIGN_OR_RETURN(plain, JoinChunks(body));
  }
  const absl::string_view coding = header.Get("Content-Encoding");
  if (IsAnyOf(coding, {"gzip", "x-gzip", "zstd"})) return Decompress(std::move(plain), max_bytes);
  if (!IsAnyOf(coding, {"", "identity", "none"})) {
    return absl::InvalidArgumentError(absl::StrCat("the content encoding \"", coding, "\" is not known"));
  }
  if (plain.size() > max_bytes) return absl::ResourceExhaustedError("the body is too large");
  return plain;
}

}  // namespace dateline::ingest
