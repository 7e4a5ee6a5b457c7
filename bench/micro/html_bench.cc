// Reading a page of HTML: one made here, with the proportions of real ones (most of it scripts, styles and menus).
#include <benchmark/benchmark.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "indexer/extract/html_pruner.h"
#include "indexer/extract/html_reader.h"

namespace dateline::bench {
namespace {

std::string MakePage() {
  std::string page =
      "<!DOCTYPE html><html lang=\"en\"><head><title>Bridge opens - The Arden Post</title>"
      "<meta property=\"og:title\" content=\"Bridge opens &amp; shops close\">"
      "<script type=\"application/ld+json\">{\"@type\": \"NewsArticle\", \"headline\": \"Bridge opens\","
      "\"datePublished\": \"2024-04-22T22:04:00+01:00\", \"author\": {\"name\": \"Ines Calloway\"}}</script><style>";
  for (int i = 0; i < 1000; ++i)
    absl::StrAppend(&page, ".c", i, " > a:hover { color: #12", i % 10, "456; margin: 0 auto }\n");
  absl::StrAppend(&page, "</style><script>");
  for (int i = 0; i < 3000; ++i)
    absl::StrAppend(&page, "window.data[", i, "] = {\"id\": \"a", i, "\", \"n\": [1, 2, 3]};\n");
  absl::StrAppend(&page, "</script></head><body><nav><ul>");
  for (int i = 0; i < 400; ++i) {
    absl::StrAppend(&page, "<li class=\"menu__item c", i, "\" data-id=\"", i, "\"><a href=\"/section/", i,
                    "\">Section ", i, "</a></li>");
  }
  absl::StrAppend(&page, "</ul></nav><main><article><h1>Bridge opens</h1><p class=\"byline\">By Ines Calloway</p>");
  for (int i = 0; i < 40; ++i) {
    absl::StrAppend(&page, "<div class=\"text c", i, "\"><p>Paragraph ", i,
                    " tells at <em>some</em> length what a paragraph of a ",
                    "story about <a href=\"/bridges\">bridges</a> tells, and ends with a full stop.</p></div>");
  }
  absl::StrAppend(&page, "</article></main></body></html>");
  return page;
}

void BM_PruneHtml(benchmark::State& state) {
  const std::string page = MakePage();
  for (auto _ : state) benchmark::DoNotOptimize(extract::PruneHtml(page));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * page.size()));
}
BENCHMARK(BM_PruneHtml);

void BM_ReadHtml(benchmark::State& state) {
  const std::string page = MakePage();
  for (auto _ : state) {
    extract::Extraction out;
    extract::ReadHtml(page, "", extract::Lexicon::Shipped(), out);
    benchmark::DoNotOptimize(out);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * page.size()));
}
BENCHMARK(BM_ReadHtml);

}  // namespace
}  // namespace dateline::bench
