// The items of an RSS 0.9 to 2.0 or Atom feed. A feed is read whole, so it may be as large as a record.
//
// Text is passed on as it is written: entities are not resolved (and a document type is never read), and characters
// stay in the charset of the feed, which the records name in content_type when the feed does. A feed in UTF-16 or
// UTF-32 comes out in UTF-8, and offsets count in that. Of a feed that is damaged in the middle, all items before the
// one where the damage shows are given out.
//
// Thread-safety, ownership, errors: those of RecordReader.
#ifndef DATELINE_INDEXER_INGEST_FEED_READER_H_
#define DATELINE_INDEXER_INGEST_FEED_READER_H_

#include <cstdint>
#include <memory>

#include "indexer/ingest/record_reader.h"

namespace dateline::ingest {

std::unique_ptr<RecordReader> MakeFeedReader(BufferedInput& input, uint64_t max_record_bytes);

}  // namespace dateline::ingest

#endif  // DATELINE_INDEXER_INGEST_FEED_READER_H_
