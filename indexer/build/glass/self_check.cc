#include "indexer/build/glass/self_check.h"

#include <xapian.h>

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/xapian_call.h"
#include "indexer/build/glass/merge.h"
#include "indexer/build/glass/run_writer.h"

namespace dateline::build::glass {
namespace {

constexpr absl::string_view kTestedVersions[] = {"1.4.22"};
// Enough for several blocks, levels and chunks.
constexpr uint32_t kDocuments = 700;
constexpr uint32_t kSlot = 3;

IndexedDoc Document(uint32_t docid) {
  IndexedDoc doc;
  doc.terms.push_back(IndexedTerm{"all", 1 + docid % 5, {docid, docid + 7, docid + 8, 100000}});
  doc.terms.push_back(IndexedTerm{absl::StrCat("mod", docid % 10), 0, {}});
  doc.terms.push_back(IndexedTerm{absl::StrCat("only", docid), 200, {docid}});
  doc.values.emplace_back(kSlot, absl::StrCat("value ", docid % 100));
  doc.data = std::string(docid % 40 == 0 ? 9000 : 20, static_cast<char>('a' + docid % 26));
  return doc;
}

absl::Status Write(const std::string& scratch, const std::string& database) {
  std::vector<std::string> runs;
  for (const uint32_t first : {1U, 400U}) {
    runs.push_back(base::JoinPath(scratch, absl::StrCat("self-check-", first)));
    TermDictionary dictionary;
    RunWriter run(runs.back(), dictionary);
    for (uint32_t docid = first; docid < (first == 1 ? 400 : kDocuments + 1); ++docid) {
      DL_RETURN_IF_ERROR(run.Add(Intern(Document(docid), dictionary)));
    }
    DL_RETURN_IF_ERROR(run.Finish());
  }
  DL_RETURN_IF_ERROR(base::MakeDirectory(database));
  MergeOptions options;
  options.sync = false;
  const absl::Status merged = MergeRuns(runs, database, options).status();
  for (const std::string& run : runs) DL_RETURN_IF_ERROR(base::RemoveFile(run));
  return merged;
}

// Exceptions of Xapian pass through.
bool ReadsAsMeant(const Xapian::Database& database) {
  if (database.get_doccount() != kDocuments || database.get_termfreq("all") != kDocuments ||
      database.get_termfreq("mod3") != kDocuments / 10 || database.get_value_freq(kSlot) != kDocuments) {
    return false;
  }
  for (const uint32_t docid : {1U, 40U, 399U, 400U, kDocuments}) {
    const IndexedDoc meant = Document(docid);
    const Xapian::Document document = database.get_document(docid);
    if (document.get_data() != meant.data || document.get_value(kSlot) != meant.values[0].second) return false;
    auto term = database.termlist_begin(docid);
    for (const IndexedTerm& expected : meant.terms) {
      if (term == database.termlist_end(docid) || *term != expected.term || term.get_wdf() != expected.wdf)
        return false;
      auto posting = database.postlist_begin(expected.term);
      posting.skip_to(docid);
      if (posting == database.postlist_end(expected.term) || *posting != docid || posting.get_wdf() != expected.wdf) {
        return false;
      }
      const std::vector<uint32_t> positions(database.positionlist_begin(docid, expected.term),
                                            database.positionlist_end(docid, expected.term));
      if (positions != expected.positions) return false;
      ++term;
    }
  }
  return true;
}

}  // namespace

absl::Status SelfCheck(const std::string& scratch, bool any_version) {
  const std::string version = Xapian::version_string();
  const bool tested =
      std::find(std::begin(kTestedVersions), std::end(kTestedVersions), version) != std::end(kTestedVersions);
  if (!tested && !any_version) {
    return absl::FailedPreconditionError(absl::StrCat("the bulk writer was not tested with Xapian ", version,
                                                      ": use --writer library, or --any-xapian"));
  }
  // The library stays the same while the process runs, which may publish many small batches.
  static std::atomic<bool> passed = false;
  if (passed) return absl::OkStatus();
  const std::string database = base::JoinPath(scratch, "self-check");
  const absl::Cleanup remove = [&database] { base::RemoveTree(database).IgnoreError(); };
  DL_RETURN_IF_ERROR(Write(scratch, database));
  bool right = false;
  const absl::Status read = index::XapianCall(database, [&] {
    right = ReadsAsMeant(Xapian::Database(database));
    return absl::OkStatus();
  });
  if (read.ok() && right) {
    passed = true;
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat("Xapian ", version, " does not read what the bulk writer writes",
                                                    read.ok() ? "" : ": ", read.message(), ": use --writer library"));
}

}  // namespace dateline::build::glass
