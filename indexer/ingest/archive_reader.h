// The members of a tar or zip archive, read in one forward pass; each is treated by its own name as a file is.
//
// A member is never written to disk, and its name never opens anything: it is only shown. So there are no facts
// beside a text (NAME.json beside NAME.txt) in an archive: the one may come before or after the other. An archive in
// an archive is a reject; members of no known kind, links and directories are passed over.
//
// Bombs: a member that is larger than a record may be is left as soon as that shows; and an archive ends in a reject
// when it has grown to more than kMaxGrowth times its bytes on disk, once that is more than kFreeBytes.
//
// Thread-safety, ownership, errors: those of RecordReader.
#ifndef DATELINE_INDEXER_INGEST_ARCHIVE_READER_H_
#define DATELINE_INDEXER_INGEST_ARCHIVE_READER_H_

#include <cstdint>
#include <memory>

#include "indexer/ingest/record_reader.h"

namespace dateline::ingest {

// Bytes count at every level (as a tar, as a member, as what was compressed in the member), and pages of one site may
// well compress a hundredfold. Deflate reaches a thousand, Zstandard much more.
inline constexpr uint64_t kMaxGrowth = 1000;
inline constexpr uint64_t kFreeBytes = 64 << 20;

std::unique_ptr<RecordReader> MakeArchiveReader(BufferedInput& input, uint64_t max_record_bytes);

}  // namespace dateline::ingest

#endif  // DATELINE_INDEXER_INGEST_ARCHIVE_READER_H_
