#include "indexer/ingest/record_reader.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "indexer/ingest/archive_reader.h"
#include "indexer/ingest/feed_reader.h"
#include "indexer/ingest/warc_reader.h"

namespace dateline::ingest {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

void SkipByteOrderMark(BufferedInput& input) {
  input.Ensure(kByteOrderMark.size());
  if (absl::StartsWith(input.bytes(), kByteOrderMark)) input.Consume(kByteOrderMark.size());
}

// One record a line that is not blank.
class LinesReader : public RecordReader {
 public:
  LinesReader(BufferedInput& input, uint64_t max_record_bytes) : input_(input), max_record_bytes_(max_record_bytes) {}

  absl::optional<Record> Next(std::vector<Reject>& rejects) override {
    while (!ended_) {
      Record record;
      record.format = Format::kJson;
      record.offset = input_.offset();
      record.line = ++line_;
      const bool whole = TakeLine(record.bytes);
      if (ended_ && !input_.status().ok()) {
        rejects.push_back(Reject{"", record.offset, record.line - 1, std::string(input_.status().message())});
      }
      if (!whole) {
        rejects.push_back(Reject{"", record.offset, record.line, TooLarge("the line", max_record_bytes_)});
      } else if (!absl::StripAsciiWhitespace(record.bytes).empty()) {
        return record;
      }
    }
    return absl::nullopt;
  }

 private:
  // Consumes a line with its break; false, and no `line`, when it is too long to be kept.
  bool TakeLine(std::string& line) {
    bool whole = true;
    size_t searched = 0;
    for (;;) {
      const absl::string_view bytes = input_.bytes();
      const size_t newline = bytes.find('\n', searched);
      const size_t end = newline == absl::string_view::npos ? bytes.size() : newline;
      whole = whole && end <= max_record_bytes_;
      if (newline != absl::string_view::npos) {
        if (whole) line.assign(bytes.data(), end);
        input_.Consume(end + 1);
        return whole;
      }
      searched = end;
      if (!whole) {
        input_.Consume(end);
        searched = 0;
      }
      if (!input_.Refill()) break;
    }
    ended_ = true;
    if (whole) line.assign(input_.bytes().data(), input_.bytes().size());
    input_.Consume(input_.bytes().size());
    return whole;
  }

  BufferedInput& input_;
  const uint64_t max_record_bytes_;
  uint64_t line_ = 0;
  bool ended_ = false;
};

// The whole input as one record.
class WholeReader : public RecordReader {
 public:
  WholeReader(Format format, BufferedInput& input, uint64_t max_record_bytes)
      : format_(format), input_(input), max_record_bytes_(max_record_bytes) {}

  absl::optional<Record> Next(std::vector<Reject>& rejects) override {
    if (std::exchange(ended_, true)) return absl::nullopt;
    const bool too_large = input_.Ensure(max_record_bytes_ + 1);
    if (too_large || !input_.status().ok()) {  // damaged: half an article is worse than a named reject
      rejects.push_back(Reject{
          "", 0, 0, too_large ? TooLarge("the file", max_record_bytes_) : std::string(input_.status().message())});
      return absl::nullopt;
    }
    Record record;
    record.format = format_;
    record.bytes = std::string(input_.bytes());
    record.offset = input_.offset();
    input_.Consume(input_.bytes().size());
    return record;
  }

 private:
  const Format format_;
  BufferedInput& input_;
  const uint64_t max_record_bytes_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<RecordReader> MakeReader(Kind kind, BufferedInput& input, uint64_t max_record_bytes) {
  switch (kind) {
    case Kind::kArchive:
      return MakeArchiveReader(input, max_record_bytes);
    case Kind::kWarc:
      return std::make_unique<WarcReader>(input, max_record_bytes);
    case Kind::kFeed:
      return MakeFeedReader(input, max_record_bytes);
    case Kind::kHtml:  // a byte order mark stays: it outranks what the page says of its charset
      return std::make_unique<WholeReader>(Format::kHtml, input, max_record_bytes);
    case Kind::kLines:
      SkipByteOrderMark(input);
      return std::make_unique<LinesReader>(input, max_record_bytes);
    case Kind::kText:
    case Kind::kUnknown:
      break;
  }
  SkipByteOrderMark(input);
  return std::make_unique<WholeReader>(Format::kText, input, max_record_bytes);
}

std::string TooLarge(absl::string_view what, uint64_t max_record_bytes) {
  return absl::StrCat(what, " is larger than ", max_record_bytes, " bytes; raise --max-record-mb to take it in");
}

}  // namespace dateline::ingest
