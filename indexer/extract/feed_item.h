// One item of an RSS or Atom feed to an article: what the feed says about it.
//
// Known: RSS 2.0 (title, link, guid, author, pubDate, description, category, content:encoded, dc:creator, dc:date)
// and Atom 1.0 (title, link, id, author/name, published, summary, content, category). A body in markup is read as a
// page.
//
// Total on any bytes. Thread-safety: pure function.
#ifndef DATELINE_INDEXER_EXTRACT_FEED_ITEM_H_
#define DATELINE_INDEXER_EXTRACT_FEED_ITEM_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "indexer/extract/rules/extraction.h"
#include "indexer/extract/rules/lexicon.h"

namespace dateline::extract {

// `xml` is UTF-8, of the form that ingest::Format::kFeedItem describes. InvalidArgument when it is no XML.
absl::Status ReadFeedItem(absl::string_view xml, const Lexicon& lexicon, Extraction& out);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_FEED_ITEM_H_
