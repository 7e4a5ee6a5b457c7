#include "tests/support/glass_writing.h"

#include <xapian.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/xapian_call.h"
#include "tests/support/random.h"

namespace dateline::test {
namespace {

using build::IndexedDoc;
using build::SegmentWriter;

absl::Status WriteSegment(absl::Span<const IndexedDoc> documents, build::DatabaseWriter writer,
                          const std::string& path) {
  build::TermDictionary dictionary;
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<SegmentWriter> segment, SegmentWriter::Create(writer, path, dictionary));
  for (const IndexedDoc& doc : documents) DL_RETURN_IF_ERROR(segment->Add(build::Intern(doc, dictionary)));
  return segment->Finish();
}

// The first terms of the database, for changed documents to have.
std::vector<std::string> SomeTerms(const Xapian::Database& database) {
  constexpr size_t kMost = 5000;
  std::vector<std::string> terms;
  for (auto term = database.allterms_begin(); term != database.allterms_end() && terms.size() < kMost; ++term) {
    terms.push_back(*term);
  }
  return terms;
}

Xapian::Document RandomDocument(Random& random, const std::vector<std::string>& terms) {
  Xapian::Document document;
  for (uint64_t n = random.Below(40); n > 0; --n) {
    const std::string term =
        terms.empty() || random.OneIn(3) ? random.Bytes(1 + random.Below(9)) : random.Pick(terms);
    if (random.OneIn(3)) document.add_term(term, static_cast<Xapian::termcount>(random.Below(300)));
    for (uint64_t m = random.Below(4); m > 0; --m) {
      document.add_posting(term, static_cast<Xapian::termpos>(1 + random.Below(5000)));
    }
  }
  for (Xapian::valueno slot = 0; slot < 10; ++slot) {
    if (random.OneIn(3)) document.add_value(slot, random.Bytes(random.Below(12)));
  }
  document.set_data(random.Bytes(random.Below(random.OneIn(9) ? 20000 : 200)));
  return document;
}

void Change(Xapian::WritableDatabase& database, Random& random, const std::vector<std::string>& terms) {
  const auto docid = static_cast<Xapian::docid>(1 + random.Below(uint64_t{database.get_lastdocid()} + 3));
  switch (random.Below(3)) {
    case 0:
      database.add_document(RandomDocument(random, terms));
      break;
    case 1:
      database.replace_document(docid, RandomDocument(random, terms));
      break;
    default:
      try {
        database.delete_document(docid);
      } catch (const Xapian::DocNotFoundError&) {  // then it stays so
      }
  }
}

}  // namespace

absl::Status WriteGlass(const std::vector<IndexedDoc>& documents, const GlassSetup& setup,
                        const std::string& directory, const std::string& name) {
  std::vector<std::string> segments;
  for (size_t begin = 0; begin < documents.size(); begin += setup.segment_documents) {
    segments.push_back(base::JoinPath(directory, absl::StrCat(name, "-segment-", begin)));
    const auto part = absl::MakeConstSpan(documents).subspan(begin, setup.segment_documents);
    DL_RETURN_IF_ERROR(WriteSegment(part, setup.writer, segments.back()));
  }
  index::ColumnsBuilder columns;
  for (const IndexedDoc& doc : documents) columns.Add(doc.row);
  build::ShardOptions options;
  options.generation_directory = directory;
  options.name = name;
  options.writer = setup.writer;
  options.threads = setup.threads;
  return WriteShard(options, segments, std::move(columns)).status();
}

absl::Status ChangeByLibrary(const std::string& database, uint64_t seed, int changes) {
  constexpr int kCommits = 3;
  return index::XapianCall(database, [&] {
    Xapian::WritableDatabase writable(database, Xapian::DB_OPEN | Xapian::DB_NO_SYNC);
    const std::vector<std::string> terms = SomeTerms(writable);
    Random random(seed);
    for (int commit = 0; commit < kCommits; ++commit) {
      for (int i = commit * changes / kCommits; i < (commit + 1) * changes / kCommits; ++i) {
        Change(writable, random, terms);
      }
      writable.commit();
    }
    return absl::OkStatus();
  });
}

}  // namespace dateline::test
