#include "bench/build_runs.h"

#include <unistd.h>
#include <xapian.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "bench/process.h"
#include "bench/random.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/generation.h"
#include "core/index/xapian_call.h"
#include "core/text/analyzer.h"
#include "indexer/build/article_sorter.h"
#include "indexer/build/document_builder.h"
#include "indexer/build/pipeline.h"
#include "indexer/extract/extractor.h"
#include "indexer/ingest/record_source.h"
#include "indexer/publish/publisher.h"

namespace dateline::bench {
namespace {

using build::IndexedDoc;
using Clock = std::chrono::steady_clock;

constexpr size_t kSorterRunBytes = 64 << 20;

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// The same documents in the same order as the pipeline makes them, by the same parts. Rejects were the pipeline's to
// report.
absl::StatusOr<std::vector<IndexedDoc>> PrepareDocs(const std::vector<std::string>& inputs,
                                                    const std::string& scratch) {
  DL_ASSIGN_OR_RETURN(std::unique_ptr<ingest::RecordSource> source, ingest::RecordSource::Open(inputs));
  extract::Extractor extractor{extract::SuppliedFacts()};
  build::ArticleSorter sorter(scratch, kSorterRunBytes);
  std::vector<ingest::Reject> rejects;
  while (absl::optional<ingest::Record> record = source->Next(rejects)) {
    const absl::StatusOr<article::Article> article = extractor.Extract(*record);
    if (article.ok()) DL_RETURN_IF_ERROR(sorter.Add(record->sequence, *article));
  }
  DL_RETURN_IF_ERROR(sorter.Sort());

  build::DocumentBuilder builder(build::BuildOptions().default_language);
  std::vector<IndexedDoc> docs;
  docs.reserve(sorter.articles());
  for (;;) {
    DL_ASSIGN_OR_RETURN(absl::optional<article::Article> article, sorter.Next());
    if (!article) return docs;
    const build::InternedDoc doc = builder.Build(*std::move(article));
    docs.push_back(build::Spell(doc, builder.dictionary()));
  }
}

Xapian::Document MakeDocument(const IndexedDoc& doc) {
  Xapian::Document document;
  for (const build::IndexedTerm& term : doc.terms) {
    document.add_term(term.term, term.wdf);
    for (uint32_t position : term.positions) document.add_posting(term.term, position, 0);
  }
  for (const auto& [slot, value] : doc.values) document.add_value(slot, value);
  document.set_data(doc.data);
  return document;
}

// What is on disk below `directory`.
absl::StatusOr<uint64_t> DirectoryBytes(const std::string& directory) {
  uint64_t total = 0;
  DL_ASSIGN_OR_RETURN(const std::vector<std::string> names, base::ListDirectory(directory));
  for (const std::string& name : names) {
    const std::string path = base::JoinPath(directory, name);
    const auto bytes = base::IsDirectory(path) ? DirectoryBytes(path) : base::FileBytes(path);
    DL_RETURN_IF_ERROR(bytes.status());
    total += *bytes;
  }
  return total;
}

absl::StatusOr<std::shared_ptr<const index::Generation>> OpenCurrent(const std::string& index_directory) {
  DL_ASSIGN_OR_RETURN(const std::string name, index::ReadCurrent(index_directory));
  return index::Generation::Open(index_directory, name, text::Analyzer::Fingerprint());
}

// Up to `count` terms of `database`, each set of so many as likely as any other (algorithm R).
std::vector<std::string> DrawTerms(const Xapian::Database& database, size_t count, Random& random) {
  std::vector<std::string> drawn;
  size_t seen = 0;
  for (Xapian::TermIterator term = database.allterms_begin(); term != database.allterms_end(); ++term, ++seen) {
    if (drawn.size() < count) {
      drawn.push_back(*term);
      continue;
    }
    const size_t place = random.Below(seen + 1);
    if (place < count) drawn[place] = *term;
  }
  return drawn;
}

absl::Status ExpectEqual(absl::string_view what, uint64_t bare, uint64_t generation) {
  if (bare == generation) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("the bare database and the generation differ: ", what, ": ", bare, " and ", generation));
}

absl::Status CompareDatabases(const Xapian::Database& bare, const Xapian::Database& generation,
                              const std::vector<std::string>& terms) {
  DL_RETURN_IF_ERROR(ExpectEqual("documents", bare.get_doccount(), generation.get_doccount()));
  DL_RETURN_IF_ERROR(ExpectEqual("total length", bare.get_total_length(), generation.get_total_length()));
  for (const std::string& term : terms) {
    const std::string shown = absl::CEscape(term);
    DL_RETURN_IF_ERROR(
        ExpectEqual(absl::StrCat("documents with ", shown), bare.get_termfreq(term), generation.get_termfreq(term)));
    DL_RETURN_IF_ERROR(ExpectEqual(absl::StrCat("occurrences of ", shown), bare.get_collection_freq(term),
                                   generation.get_collection_freq(term)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<BuildRun> RunBareLoop(const std::vector<std::string>& inputs, const std::string& scratch,
                                     const std::string& database) {
  ::unsetenv("XAPIAN_FLUSH_THRESHOLD");  // defaults means Xapian's own
  DL_ASSIGN_OR_RETURN(const std::vector<IndexedDoc> docs, PrepareDocs(inputs, scratch));
  BuildRun run;
  for (const IndexedDoc& doc : docs) run.text_bytes += doc.text_bytes;
  run.documents = docs.size();
  ResetPeakMemory();
  run.given_bytes = ResidentBytes();
  ::sync();  // what others have written is not ours to wait for
  DL_RETURN_IF_ERROR(index::XapianCall(database, [&] {
    Xapian::WritableDatabase writable(database, Xapian::DB_CREATE | Xapian::DB_NO_SYNC);
    const double cpu_start = CpuSeconds();
    const auto start = Clock::now();
    for (const IndexedDoc& doc : docs) writable.add_document(MakeDocument(doc));
    writable.commit();
    run.seconds = SecondsSince(start);
    run.cpu_seconds = CpuSeconds() - cpu_start;
    writable.close();
    return absl::OkStatus();
  }));
  const uint64_t peak = PeakResidentBytes();
  run.peak_bytes = peak > run.given_bytes ? peak - run.given_bytes : 0;
  DL_ASSIGN_OR_RETURN(run.index_bytes, DirectoryBytes(database));
  return run;
}

absl::StatusOr<BuildRun> RunPipeline(const std::vector<std::string>& inputs, const std::string& index_directory,
                                     uint64_t threads) {
  ::sync();
  const double cpu_start = CpuSeconds();
  const auto start = Clock::now();
  DL_ASSIGN_OR_RETURN(std::unique_ptr<publish::WriteSession> session, publish::WriteSession::Begin(index_directory));
  build::BuildOptions options;
  options.inputs = inputs;
  options.work_directory = session->work_directory();
  options.generation_directory = session->generation_directory();
  options.reject_log = base::JoinPath(index_directory, "rejects.jsonl");
  options.threads = threads;
  DL_ASSIGN_OR_RETURN(const build::BuildResult result, build::BuildGeneration(options));
  DL_ASSIGN_OR_RETURN(const std::string name, session->Publish(result.manifest));
  BuildRun run;
  run.seconds = SecondsSince(start);
  run.cpu_seconds = CpuSeconds() - cpu_start;
  run.documents = result.manifest.documents;
  run.text_bytes = result.manifest.text_bytes;
  run.content_hash = index::ContentHash(result.manifest);
  run.threads = result.threads;
  run.peak_bytes = PeakResidentBytes();
  DL_ASSIGN_OR_RETURN(run.index_bytes, DirectoryBytes(base::JoinPath(index_directory, name)));
  return run;
}

absl::StatusOr<uint64_t> CompareIndexes(const std::string& database, const std::string& index_directory,
                                        size_t max_terms, uint64_t seed) {
  DL_ASSIGN_OR_RETURN(const std::shared_ptr<const index::Generation> current, OpenCurrent(index_directory));
  uint64_t compared = 0;
  const absl::Status status = index::XapianCall("compare", [&] {
    const Xapian::Database bare(database);
    Xapian::Database generation;  // all shards as one: its frequencies are sums
    for (const index::ManifestShard& shard : current->manifest().shards) {
      generation.add_database(Xapian::Database(current->Path(shard.name)));
    }
    Random random(seed);
    std::vector<std::string> terms = DrawTerms(bare, max_terms, random);
    const std::vector<std::string> others = DrawTerms(generation, max_terms, random);
    terms.insert(terms.end(), others.begin(), others.end());
    compared = terms.size();
    return CompareDatabases(bare, generation, terms);
  });
  if (!status.ok()) return status;
  return compared;
}

}  // namespace dateline::bench
