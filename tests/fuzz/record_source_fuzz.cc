// Any bytes as an input of any kind: it ends, and every record and reject is in order. The first byte chooses the kind,
// the second the largest record.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "indexer/ingest/byte_stream.h"
#include "indexer/ingest/record_source.h"

namespace {

using dateline::ingest::ByteStream;
using dateline::ingest::Record;
using dateline::ingest::RecordSource;
using dateline::ingest::Reject;

constexpr absl::string_view kNames[] = {"-", "a.jsonl", "a.txt", "a.html", "a.xml", "a.warc", "a.tar", "a.zip"};

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string name(kNames[data[0] % (sizeof kNames / sizeof *kNames)]);
  const uint64_t max_record_bytes = data[1] % 4 == 0 ? 50 : 1 << 20;
  auto bytes = ByteStream::Decompressed(
      ByteStream::OfBytes(std::string(reinterpret_cast<const char*>(data) + 2, size - 2)), name);
  if (!bytes.ok()) return 0;
  const auto source = RecordSource::OfStream(name, *std::move(bytes), max_record_bytes);
  std::vector<Reject> rejects;
  uint64_t records = 0;
  while (const absl::optional<Record> record = source->Next(rejects)) {
    Require(record->bytes.size() <= max_record_bytes);
    Require(record->sequence == records++);
    Require(absl::StartsWith(record->file, name));
  }
  for (const Reject& reject : rejects) Require(!reject.reason.empty() && absl::StartsWith(reject.file, name));
  Require(!source->Next(rejects).has_value());
  return 0;
}
