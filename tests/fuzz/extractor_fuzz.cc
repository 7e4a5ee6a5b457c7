// Any bytes as a record: an article that is clean text with its evidence inside the record, or a reason. The first byte
// chooses the kind of record.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/string_view.h"
#include "core/base/utf8.h"
#include "indexer/extract/extraction_json.h"
#include "indexer/extract/extractor.h"

namespace {

using dateline::extract::Extraction;
using dateline::ingest::Format;

void Require(bool condition) {
  if (!condition) std::abort();
}

bool IsClean(const std::string& text, bool lines) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && !(lines && c == '\n')) return false;
  }
  return dateline::base::IsValidUtf8(text);
}

void CheckArticle(const dateline::article::Article& article) {
  for (const std::string* line : {&article.headline, &article.outlet, &article.id, &article.url, &article.lang,
                                  &article.section, &article.dateline}) {
    Require(IsClean(*line, false));
  }
  for (const std::string* text : {&article.body, &article.caption, &article.deck}) Require(IsClean(*text, true));
  for (const auto* credits : {&article.bylines, &article.agencies}) {
    for (const auto& credit : *credits) Require(!credit.name.empty() && IsClean(credit.name, false));
  }
  Require(!article.headline.empty());
}

// Zones and evidence count the bytes of the text as it was read; of a page, which is decoded first, only their order can
// be told.
void CheckPlaces(const Extraction& extraction, bool plain_text) {
  size_t floor = 0;
  Require(plain_text || extraction.zones.empty());
  for (const auto& span : extraction.zones) {
    Require(span.begin >= floor && span.begin < span.end && span.end <= extraction.text.size());
    Require(!dateline::extract::ZoneName(span.zone).empty());
    floor = span.end;
  }
  for (const auto& evidence : extraction.evidence) {
    Require(evidence.begin <= evidence.end && !evidence.field.empty() && !evidence.rule.empty());
    Require(!plain_text || evidence.end <= extraction.text.size());
  }
  Require(IsClean(dateline::extract::ExtractionJson(extraction), false));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  static auto* const extractor = new dateline::extract::Extractor(dateline::extract::SuppliedFacts());
  dateline::ingest::Record record;
  record.file = "fuzz";
  record.bytes.assign(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 8) {  // the digits 0 to 4 are themselves
    case 0:
      record.format = Format::kJson;
      record.line = 1;
      break;
    case 2:
      record.format = Format::kText;
      record.facts = record.bytes;
      record.bytes = "A headline of some words\n\nBy Ines Calloway\n\nA body.";
      break;
    case 3:
      record.format = Format::kHtml;
      record.url = "https://news.example/2024/04/22/story";
      break;
    case 4:
      record.format = Format::kFeedItem;
      record.offset = 17;
      break;
    default:
      record.format = Format::kText;
      break;
  }
  const auto extraction = extractor->Explain(record);
  if (!extraction.ok()) {
    Require(!extraction.status().message().empty());
    return 0;
  }
  CheckArticle(extraction->article);
  CheckPlaces(*extraction, record.format == Format::kText);
  return 0;
}
