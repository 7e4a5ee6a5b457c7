// Any bytes as a page of HTML: facts that are clean text, with places inside the page.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/string_view.h"
#include "core/base/utf8.h"
#include "indexer/extract/rules/extraction.h"
#include "indexer/extract/html/html_reader.h"
#include "indexer/extract/rules/lexicon.h"

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
  const absl::string_view page(reinterpret_cast<const char*>(data), size);
  dateline::extract::Extraction out;
  dateline::extract::ReadHtml(page, "https://news.example/2024/04/22/story", dateline::extract::Lexicon::Shipped(),
                              out);
  const auto& article = out.article;
  for (const std::string* line : {&article.headline, &article.outlet, &article.lang, &article.section}) {
    Require(IsClean(*line, false));
  }
  for (const std::string* text : {&article.body, &article.deck, &article.caption}) Require(IsClean(*text, true));
  for (const auto& credit : article.bylines) Require(!credit.name.empty() && IsClean(credit.name, false));
  for (const auto& credit : article.agencies) Require(!credit.name.empty());
  for (const auto& evidence : out.evidence) Require(evidence.begin <= evidence.end && evidence.end <= size);
  return 0;
}
