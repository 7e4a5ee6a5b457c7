// Any bytes as an input of any kind: it ends, every record and reject is in order, and it does not matter in which
// pieces the bytes come (but for damaged compression, of which more or less can be read). The first byte chooses the
// kind, the second the largest record and the pieces.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "indexer/ingest/byte_stream.h"
#include "indexer/ingest/record_source.h"

namespace {

using dateline::ingest::ByteStream;
using dateline::ingest::Record;
using dateline::ingest::RecordSource;
using dateline::ingest::Reject;

constexpr absl::string_view kNames[] = {"-", "a.jsonl", "a.txt", "a.html", "a.xml", "a.warc", "a.tar", "a.zip"};
constexpr uint64_t kSmallRecord = 50;
constexpr uint64_t kLargeRecord = 1 << 20;

void Require(bool holds) {
  if (!holds) std::abort();
}

class PieceStream : public ByteStream {
 public:
  PieceStream(absl::string_view bytes, size_t piece) : bytes_(bytes), piece_(piece) {}

  absl::StatusOr<absl::string_view> Next() override {
    const absl::string_view next = bytes_.substr(at_, piece_);
    at_ += next.size();
    return next;
  }
  uint64_t raw_bytes() const override { return at_; }

 private:
  const absl::string_view bytes_;
  const size_t piece_;
  size_t at_ = 0;
};

// What came out, comparably.
std::vector<std::string> ReadAll(const std::string& name, absl::string_view bytes, size_t piece,
                                 uint64_t max_record_bytes) {
  std::vector<std::string> out;
  auto stream = ByteStream::Decompressed(std::make_unique<PieceStream>(bytes, piece), name);
  Require(stream.ok());
  const auto source = RecordSource::OfStream(name, *std::move(stream), max_record_bytes);
  std::vector<Reject> rejects;
  uint64_t records = 0;
  while (const absl::optional<Record> record = source->Next(rejects)) {
    Require(record->bytes.size() <= max_record_bytes);
    Require(record->sequence == records++);
    Require(absl::StartsWith(record->file, name));
    out.push_back(absl::StrCat(record->file, "#", record->line, "@", record->offset, ":", record->bytes));
  }
  for (const Reject& reject : rejects) {
    Require(!reject.reason.empty() && absl::StartsWith(reject.file, name));
    out.push_back(absl::StrCat(reject.file, "#", reject.line, " ", reject.reason));
  }
  Require(!source->Next(rejects).has_value());
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string name(kNames[data[0] % (sizeof kNames / sizeof *kNames)]);
  // What standard input is, is sought in no more than the largest record, so there it must not be tiny.
  const uint64_t max_record_bytes = data[1] % 4 == 0 && name != "-" ? kSmallRecord : kLargeRecord;
  const size_t piece = size_t{1} << (data[1] / 4 % 10);
  const absl::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const bool compressed = absl::StartsWith(bytes, "\x1f\x8b") || absl::StartsWith(bytes, "\x28\xb5\x2f\xfd") ||
                          name == "a.tar" || name == "a.zip";
  const std::vector<std::string> in_pieces = ReadAll(name, bytes, piece, max_record_bytes);
  const std::vector<std::string> whole = ReadAll(name, bytes, std::max<size_t>(bytes.size(), 1), max_record_bytes);
  Require(compressed || in_pieces == whole);
  return 0;
}
