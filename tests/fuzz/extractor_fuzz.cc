// Any bytes as a record: an article that is clean text, or a reason. The first byte chooses the kind of record.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/string_view.h"
#include "core/base/utf8.h"
#include "indexer/extract/extractor.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

bool IsClean(const std::string& text, bool lines) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && !(lines && c == '\n')) return false;
  }
  return dateline::base::IsValidUtf8(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  static auto* const extractor = new dateline::extract::Extractor(dateline::extract::SuppliedFacts());
  dateline::ingest::Record record;
  const absl::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  record.file = "fuzz";
  if (data[0] % 3 == 0) {
    record.format = dateline::ingest::Format::kJson;
    record.line = 1;
    record.bytes = std::string(bytes);
  } else if (data[0] % 3 == 1) {
    record.bytes = std::string(bytes);
  } else {
    record.bytes = "A headline of some words\n\nA body.";
    record.facts = std::string(bytes);
  }
  const auto article = extractor->Extract(record);
  if (!article.ok()) {
    Require(!article.status().message().empty());
    return 0;
  }
  for (const std::string* line : {&article->headline, &article->outlet, &article->id, &article->url, &article->lang,
                                  &article->section, &article->dateline}) {
    Require(IsClean(*line, false));
  }
  Require(IsClean(article->body, true) && IsClean(article->caption, true));
  for (const auto& credit : article->bylines) Require(!credit.name.empty() && IsClean(credit.name, false));
  return 0;
}
