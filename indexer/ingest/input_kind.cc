#include "indexer/ingest/input_kind.h"

#include <algorithm>
#include <initializer_list>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace dateline::ingest {
namespace {

// An XML declaration and a document type may stand before the root that tells XHTML from a feed.
constexpr size_t kPrologBytes = 1024;

bool EndsWithAny(absl::string_view path, std::initializer_list<absl::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [path](absl::string_view ending) { return absl::EndsWithIgnoreCase(path, ending); });
}

bool BeginsWithAny(absl::string_view bytes, std::initializer_list<absl::string_view> beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [bytes](absl::string_view beginning) { return absl::StartsWithIgnoreCase(bytes, beginning); });
}

}  // namespace

absl::string_view WithoutCompression(absl::string_view path) {
  for (absl::string_view suffix : {".gz", ".zst"}) {
    if (absl::EndsWithIgnoreCase(path, suffix)) return path.substr(0, path.size() - suffix.size());
  }
  return path;
}

Kind KindOfName(absl::string_view path) {
  const absl::string_view plain = WithoutCompression(path);
  if (EndsWithAny(plain, {".jsonl", ".ndjson"})) return Kind::kLines;
  if (EndsWithAny(plain, {".txt"})) return Kind::kText;
  if (EndsWithAny(plain, {".html", ".htm", ".xhtml"})) return Kind::kHtml;
  if (EndsWithAny(plain, {".rss", ".atom", ".xml"})) return Kind::kFeed;
  if (EndsWithAny(plain, {".warc"})) return Kind::kWarc;
  if (EndsWithAny(plain, {".tar", ".zip"}) || EndsWithAny(path, {".tgz"})) return Kind::kArchive;
  return Kind::kUnknown;
}

Kind KindOfBytes(absl::string_view bytes) {
  if (absl::StartsWith(bytes, "{")) return Kind::kLines;
  if (absl::StartsWith(bytes, "WARC/")) return Kind::kWarc;
  if (BeginsWithAny(bytes, {"<!doctype html", "<html"})) return Kind::kHtml;
  if (BeginsWithAny(bytes, {"<rss", "<feed", "<rdf:rdf"})) return Kind::kFeed;
  if (BeginsWithAny(bytes, {"<?xml"})) {
    const std::string prolog = absl::AsciiStrToLower(bytes.substr(0, kPrologBytes));
    return absl::StrContains(prolog, "<html") ? Kind::kHtml : Kind::kFeed;
  }
  return Kind::kText;
}

}  // namespace dateline::ingest
