// Extraction alone: a page of HTML and a scraped text, made here with the proportions of real ones (of the page most
// is scripts, styles and menus, of the text a third is furniture), and the files of a directory of the caller's.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "indexer/extract/extractor.h"
#include "indexer/extract/html/html_pruner.h"
#include "indexer/extract/html/html_reader.h"
#include "indexer/extract/text/text_reader.h"
#include "indexer/ingest/record_source.h"

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

std::string MakeText() {
  std::string text = "The Arden Post\nHome\nNews\nSport\nOpinion\nLog in\nSubscribe\n";
  for (int i = 0; i < 60; ++i) absl::StrAppend(&text, "Section ", i, " and more\n");
  absl::StrAppend(&text,
                  "Bridge over the Arden opens after nine years\nBy Ines Calloway\n22 April 2024, 22:04 BST\n\n");
  for (int i = 0; i < 30; ++i) {
    absl::StrAppend(
        &text, "Paragraph ", i, " tells at some length what a paragraph of a story about bridges tells, on ",
        "the river Arden and elsewhere, and ends with a full stop. \u201cIt is a bridge,\u201d she said.\n\n");
  }
  absl::StrAppend(&text, "With reporting by Reuters\nRelated articles\n");
  for (int i = 0; i < 20; ++i) absl::StrAppend(&text, "Why number ", i, " of the bridges is late\n");
  return text;
}

void BM_ReadText(benchmark::State& state) {
  const std::string text = MakeText();
  for (auto _ : state) {
    extract::Extraction out;
    extract::ReadText(text, extract::Lexicon::Shipped(), out);
    benchmark::DoNotOptimize(out);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}
BENCHMARK(BM_ReadText);

// The whole way from record to article, of every file in $DATELINE_BENCH_INPUT (any inputs of `dateline-indexer
// build`).
void BM_ExtractInput(benchmark::State& state) {
  const char* const input = std::getenv("DATELINE_BENCH_INPUT");
  if (input == nullptr) return state.SkipWithError("set DATELINE_BENCH_INPUT to a file or directory");
  const auto source = ingest::RecordSource::Open({input});
  if (!source.ok()) return state.SkipWithError(std::string(source.status().message()).c_str());
  std::vector<ingest::Record> records;
  std::vector<ingest::Reject> rejects;
  size_t bytes = 0;
  while (absl::optional<ingest::Record> record = (*source)->Next(rejects)) {
    bytes += record->bytes.size();
    records.push_back(*std::move(record));
  }
  extract::Extractor extractor{extract::SuppliedFacts()};
  for (auto _ : state) {
    for (const ingest::Record& record : records) benchmark::DoNotOptimize(extractor.Extract(record));
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * bytes));
}
BENCHMARK(BM_ExtractInput)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace dateline::bench
