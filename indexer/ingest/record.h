// One record as it lies in an input, and the reasons why some are not taken in.
//
// Thread-safety: plain values.
#ifndef DATELINE_INDEXER_INGEST_RECORD_H_
#define DATELINE_INDEXER_INGEST_RECORD_H_

#include <cstdint>
#include <string>

namespace dateline::ingest {

enum class Format {
  kJson,  // one JSON object
  kText,  // a plain-text article
  kHtml,  // an HTML or XHTML page, in whatever charset it came
  // One item of a feed, as XML that parses alone: the <item> or <entry> in the feed's own words (its charset, its
  // entities; comments are gone), inside
  //   <feed-item title="of the feed" link="of the feed" lang="of the feed" xmlns:...="those of the feed">
  // An attribute that the feed says nothing about is left out.
  kFeedItem,
};

struct Record {
  Format format = Format::kText;
  std::string bytes;
  std::string facts;         // a JSON object of supplied fields that lay beside a text; may be empty
  std::string content_type;  // the media type as it was declared ("text/html; charset=koi8-r"); may be empty
  std::string url;           // where it was fetched, or where the feed says that it stands; may be empty
  std::string fetched;       // when, as the archive says (RFC 3339): never a date of publication; may be empty
  // The input, as the user named it or as it was found below what the user named; ARCHIVE!MEMBER for a member of an
  // archive, whose name is shown and never opened.
  std::string file;
  // Of the record's first byte in the decompressed file, or member. One file may hold many records (a feed, a web
  // archive): `file` and `offset` together name one.
  uint64_t offset = 0;
  uint64_t line = 0;      // 1-based; 0 when records are no lines
  uint64_t sequence = 0;  // order of arrival: of two records with one key, the later replaces the earlier
};

// Where a record, or a file, was refused, and why.
struct Reject {
  std::string file;
  uint64_t offset = 0;
  uint64_t line = 0;
  std::string reason;
  uint64_t sequence = 0;  // of the record; for what never became one, of the record that came next
};

}  // namespace dateline::ingest

#endif  // DATELINE_INDEXER_INGEST_RECORD_H_
