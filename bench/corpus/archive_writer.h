// Writes an archive to a file or to standard output, made by several threads and written in order.
//
// Articles are made in blocks of a fixed number, each a Zstandard frame of its own where the output is compressed, so
// the bytes do not depend on the threads. Memory is a few blocks, whatever the number of articles.
//
// Errors: those of the file; what was written until then stays.
#ifndef DATELINE_BENCH_CORPUS_ARCHIVE_WRITER_H_
#define DATELINE_BENCH_CORPUS_ARCHIVE_WRITER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "bench/corpus/article_maker.h"

namespace dateline::bench::corpus {

struct WriteOptions {
  uint64_t articles = 0;
  std::string output;    // compressed when it ends in .zst; "-": standard output
  unsigned threads = 1;  // that make articles
};

absl::Status WriteArchive(const Archive& archive, const WriteOptions& options);

}  // namespace dateline::bench::corpus

#endif  // DATELINE_BENCH_CORPUS_ARCHIVE_WRITER_H_
