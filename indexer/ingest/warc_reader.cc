#include "indexer/ingest/warc_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace dateline::ingest {
namespace {

constexpr absl::string_view kMagic = "WARC/1.";
constexpr absl::string_view kBeginning = "\nWARC/1.";  // behind another record
constexpr size_t kMaxHeaderBytes = 64 * 1024;
// Line breaks between two records; the format wants two of two bytes, some writers make more or fewer.
constexpr size_t kMaxGapBytes = 64;

size_t LineBreaks(absl::string_view bytes) { return std::min(bytes.find_first_not_of("\r\n"), bytes.size()); }

// The header that begins `bytes`, with its blank line; "" when it does not end soon, or not before another record.
absl::string_view HeaderOf(absl::string_view bytes) {
  bytes = bytes.substr(0, kMaxHeaderBytes);
  const size_t next = bytes.find(kBeginning);
  if (next != absl::string_view::npos) bytes = bytes.substr(0, next + 1);
  const size_t size = HeaderBytes(bytes);
  return size == absl::string_view::npos ? "" : bytes.substr(0, size);
}

// "text/html" of "Text/HTML; charset=utf-8".
std::string MediaType(absl::string_view content_type) {
  return absl::AsciiStrToLower(absl::StripAsciiWhitespace(content_type.substr(0, content_type.find(';'))));
}

// The status of "HTTP/1.1 200 OK"; 0 when that is no status line.
int HttpStatus(absl::string_view line) {
  if (!absl::StartsWith(line, "HTTP/")) return 0;
  const size_t space = line.find(' ');
  if (space == absl::string_view::npos) return 0;
  int status = 0;
  return absl::SimpleAtoi(line.substr(space + 1, 3), &status) ? status : 0;
}

bool IsResponse(const Header& warc) {
  const std::string media_type = MediaType(warc.Get("Content-Type"));
  return absl::EqualsIgnoreCase(warc.Get("WARC-Type"), "response") &&
         (media_type.empty() || media_type == "application/http");
}

// A response whose body we want.
bool IsPage(const Header& http) {
  const std::string media_type = MediaType(http.Get("Content-Type"));
  return HttpStatus(http.first_line) == 200 &&
         (media_type == "text/html" || media_type == "application/xhtml+xml" || media_type == "text/plain");
}

}  // namespace

absl::optional<Record> WarcReader::Next(std::vector<Reject>& rejects) {
  const size_t first = rejects.size();
  while (!ended_) {
    if (rejects.size() - first >= kMaxRejectsInARow) {
      rejects.push_back(Reject{"", input_.offset(), 0, "too many unreadable records; the rest was left out"});
      ended_ = true;
      break;
    }
    if (!FindRecord(rejects)) {
      ended_ = true;
      break;
    }
    Record record;
    record.offset = input_.offset();
    std::string reason;
    switch (ReadRecord(record, reason)) {
      case Outcome::kRecord:
        return record;
      case Outcome::kPassedOver:
        ++passed_over_;
        break;
      case Outcome::kRejected:
        rejects.push_back(Reject{"", record.offset, 0, std::move(reason)});
    }
  }
  return absl::nullopt;
}

// Goes to the next record; false when there is none. Bytes that belong to no record are a reject.
bool WarcReader::FindRecord(std::vector<Reject>& rejects) {
  do {
    input_.Consume(LineBreaks(input_.bytes()));
  } while (input_.bytes().empty() && input_.Refill());
  input_.Ensure(kMagic.size());
  if (absl::StartsWith(input_.bytes(), kMagic)) return true;
  if (!input_.bytes().empty()) {
    rejects.push_back(Reject{"", input_.offset(), 0, "not a WARC record"});
    if (SeekRecord(std::numeric_limits<uint64_t>::max())) return true;
  }
  if (!input_.status().ok()) {
    rejects.push_back(Reject{"", input_.offset(), 0, std::string(input_.status().message())});
  }
  return false;
}

// Consumes up to the next line, but not this one, that begins a record, and at most `max_bytes`; true when it is
// there.
bool WarcReader::SeekRecord(uint64_t max_bytes) {
  uint64_t left = max_bytes;
  while (left > 0) {
    if (!input_.Ensure(std::min<uint64_t>(left, kBeginning.size()))) break;
    const absl::string_view bytes = input_.bytes().substr(0, left);
    const size_t found = bytes.find(kBeginning);
    if (found != absl::string_view::npos) {
      input_.Consume(found + 1);
      return true;
    }
    // What may be the start of a beginning stays.
    const size_t kept = bytes.size() == left ? 0 : std::min(bytes.size(), kBeginning.size() - 1);
    left -= bytes.size() - kept;
    input_.Consume(bytes.size() - kept);
    if (left > 0 && !input_.Refill()) break;
  }
  input_.Consume(std::min<uint64_t>(left, input_.bytes().size()));
  return false;
}

WarcReader::Outcome WarcReader::ReadRecord(Record& record, std::string& reason) {
  while (HeaderOf(input_.bytes()).empty() && input_.bytes().size() < kMaxHeaderBytes && input_.Refill()) {
  }
  const absl::string_view header = HeaderOf(input_.bytes());
  if (header.empty()) {
    reason = "a WARC header that does not end";
    SeekRecord(std::numeric_limits<uint64_t>::max());
    return Outcome::kRejected;
  }
  const Header warc = ParseHeader(header);
  const absl::string_view said = warc.Get("Content-Length");
  uint64_t length = 0;
  if (!absl::SimpleAtoi(said, &length)) {
    reason = said.empty() ? "a WARC record without Content-Length"
                          : absl::StrCat("a WARC record whose Content-Length is \"", said.substr(0, 40), "\"");
    SeekRecord(std::numeric_limits<uint64_t>::max());
    return Outcome::kRejected;
  }
  // The line break that ends the header stays: what follows at once may begin a record.
  input_.Consume(header.size() - 1);
  return length > max_record_bytes_ ? SkipLargeBlock(warc, length, reason) : ReadBlock(warc, length, record, reason);
}

// REQUIRES: the input stands on the line break before the block.
WarcReader::Outcome WarcReader::ReadBlock(const Header& warc, uint64_t length, Record& record, std::string& reason) {
  if (!AtRecordEnd(length)) {
    reason = input_.bytes().size() < 1 + length ? "the WARC record ends before its Content-Length"
                                                : "the Content-Length of the WARC record does not lead to its end";
    if (!input_.status().ok()) absl::StrAppend(&reason, ": ", input_.status().message());
    SeekRecord(std::numeric_limits<uint64_t>::max());
    return Outcome::kRejected;
  }
  const Outcome outcome = TakeResponse(warc, input_.bytes().substr(1, length), record, reason);
  input_.Consume(1 + length);
  return outcome;
}

// After `length` bytes behind the line break must come two line breaks, the next record or the end.
bool WarcReader::AtRecordEnd(uint64_t length) {
  if (!input_.Ensure(1 + length)) return input_.bytes().size() == 1 + length && input_.status().ok();
  input_.Ensure(1 + length + kMaxGapBytes + kMagic.size());
  absl::string_view rest = input_.bytes().substr(1 + length, kMaxGapBytes + kMagic.size());
  if (absl::StartsWith(rest, "\r\n\r\n")) return true;
  rest.remove_prefix(LineBreaks(rest));
  return rest.empty() || absl::StartsWith(rest, kMagic);
}

WarcReader::Outcome WarcReader::SkipLargeBlock(const Header& warc, uint64_t length, std::string& reason) {
  const uint64_t start = input_.offset() + 1;
  input_.Ensure(1 + std::min<uint64_t>(length, kMaxHeaderBytes));
  const absl::string_view block = input_.bytes().substr(1, length);
  const bool page = IsResponse(warc) && IsPage(ParseHeader(HeaderOf(block)));
  const bool next_found = SeekRecord(1 + std::min(length, std::numeric_limits<uint64_t>::max() - 1));
  if (next_found || input_.offset() - start < length) {
    reason = absl::StrCat("the Content-Length of the WARC record, ", length, ", leads beyond its end");
    if (!input_.status().ok()) absl::StrAppend(&reason, ": ", input_.status().message());
    return Outcome::kRejected;
  }
  if (page) {
    reason = TooLarge("the page", max_record_bytes_);
    return Outcome::kRejected;
  }
  return Outcome::kPassedOver;
}

WarcReader::Outcome WarcReader::TakeResponse(const Header& warc, absl::string_view block, Record& record,
                                             std::string& reason) const {
  if (!IsResponse(warc)) return Outcome::kPassedOver;
  const absl::string_view header = HeaderOf(block);
  const Header http = ParseHeader(header);
  if (HttpStatus(http.first_line) == 0) {
    reason = "the WARC record holds no HTTP response, or no end of its header";
    return Outcome::kRejected;
  }
  if (!IsPage(http)) return Outcome::kPassedOver;
  const absl::string_view cut = warc.Get("WARC-Truncated");
  if (!cut.empty()) {
    reason = absl::StrCat("the crawler cut the page short (", cut.substr(0, 40), ")");
    return Outcome::kRejected;
  }
  absl::StatusOr<std::string> body = DecodeBody(http, block.substr(header.size()), max_record_bytes_);
  if (!body.ok()) {
    reason = absl::IsResourceExhausted(body.status()) ? TooLarge("the page", max_record_bytes_)
                                                      : std::string(body.status().message());
    return Outcome::kRejected;
  }
  record.bytes = *std::move(body);
  record.content_type = std::string(http.Get("Content-Type"));
  record.format = MediaType(record.content_type) == "text/plain" ? Format::kText : Format::kHtml;
  absl::string_view url = warc.Get("WARC-Target-URI");
  if (absl::ConsumePrefix(&url, "<")) absl::ConsumeSuffix(&url, ">");  // as WARC 1.0 writes it
  record.url = std::string(url);
  record.fetched = std::string(warc.Get("WARC-Date"));
  return Outcome::kRecord;
}

}  // namespace dateline::ingest
