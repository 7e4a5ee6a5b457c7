// Everything that a RecordSource gives for bytes in memory, and the compressions that tests wrap them in.
#ifndef DATELINE_TESTS_SUPPORT_INGEST_ALL_H_
#define DATELINE_TESTS_SUPPORT_INGEST_ALL_H_

#include <zlib.h>
#include <zstd.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "indexer/ingest/record_source.h"

namespace dateline::test {

inline std::string Gzip(absl::string_view bytes) {
  z_stream state = {};
  EXPECT_EQ(::deflateInit2(&state, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(::deflateBound(&state, bytes.size()) + 32, '\0');
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  state.avail_in = static_cast<uInt>(bytes.size());
  state.next_out = reinterpret_cast<Bytef*>(out.data());
  state.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::deflate(&state, Z_FINISH), Z_STREAM_END);
  out.resize(state.total_out);
  ::deflateEnd(&state);
  return out;
}

inline std::string Zstd(absl::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const size_t size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 3);
  EXPECT_EQ(ZSTD_isError(size), 0U);
  out.resize(size);
  return out;
}

struct Ingested {
  std::vector<ingest::Record> records;
  std::vector<ingest::Reject> rejects;
  uint64_t passed_over = 0;
};

// As if `bytes` lay in a file `name`.
inline Ingested IngestAll(const std::string& name, absl::string_view bytes,
                          uint64_t max_record_bytes = ingest::kDefaultMaxRecordBytes) {
  Ingested all;
  auto stream = ingest::ByteStream::Decompressed(ingest::ByteStream::OfBytes(std::string(bytes)), name);
  EXPECT_TRUE(stream.ok()) << stream.status();
  if (!stream.ok()) return all;
  const auto source = ingest::RecordSource::OfStream(name, *std::move(stream), max_record_bytes);
  while (absl::optional<ingest::Record> record = source->Next(all.rejects)) {
    EXPECT_EQ(record->sequence, all.records.size());
    EXPECT_LE(record->bytes.size(), max_record_bytes);
    all.records.push_back(*std::move(record));
  }
  EXPECT_FALSE(source->Next(all.rejects).has_value());  // the end is the end
  for (const ingest::Reject& reject : all.rejects) EXPECT_FALSE(reject.reason.empty());
  all.passed_over = source->passed_over();
  return all;
}

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_INGEST_ALL_H_
