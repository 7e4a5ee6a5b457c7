// What an input is: told by its name, and for standard input by its first bytes.
//
// Thread-safety: pure functions.
#ifndef DATELINE_INDEXER_INGEST_INPUT_KIND_H_
#define DATELINE_INDEXER_INGEST_INPUT_KIND_H_

#include "absl/strings/string_view.h"

namespace dateline::ingest {

enum class Kind {
  kUnknown,
  kLines,    // one JSON object a line
  kText,     // one plain text
  kHtml,     // one page
  kFeed,     // RSS or Atom
  kWarc,     // a web archive
  kArchive,  // tar or zip, of any of those above
};

// For messages and help.
inline constexpr absl::string_view kKnownKinds =
    ".jsonl, .ndjson, .txt, .html, .htm, .xhtml, .rss, .atom, .xml and .warc, also with .gz or .zst, and archives of "
    "these: .zip, .tar, .tar.gz, .tgz and .tar.zst";

// The name without .gz or .zst.
absl::string_view WithoutCompression(absl::string_view path);

Kind KindOfName(absl::string_view path);

// Never unknown or an archive: what looks like nothing else is a text. `bytes` begin at the first visible one.
Kind KindOfBytes(absl::string_view bytes);

}  // namespace dateline::ingest

#endif  // DATELINE_INDEXER_INGEST_INPUT_KIND_H_
