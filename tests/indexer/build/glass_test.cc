// The bulk writer beside the library: the same documents through both make databases in which nothing differs.
//
//   DATELINE_TEST_SCALE=n glass_test                                     n times as many random archives
//   DATELINE_GLASS_A=DIR DATELINE_GLASS_B=DIR glass_test --gtest_filter='*TwoDatabases*'   compares two shards;
//   DATELINE_GLASS_STRIDE=n: one term and document of n in full; DATELINE_GLASS_CHANGES=n: after n changes made to
//   BOTH
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xapian.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/coding.h"
#include "core/base/file.h"
#include "core/index/stored_table.h"
#include "core/index/xapian_call.h"
#include "indexer/build/glass/codec.h"
#include "indexer/build/glass/posting_list.h"
#include "indexer/build/glass/table_writer.h"
#include "indexer/build/glass/version_file.h"
#include "indexer/build/shard_writer.h"
#include "tests/support/glass_compare.h"
#include "tests/support/glass_writing.h"
#include "tests/support/random.h"
#include "tests/support/temp_dir.h"

namespace dateline::build {
namespace {

using test::Random;
using ::testing::HasSubstr;

class GlassTest : public ::testing::Test {
 protected:
  // The path of a shard of `documents`, in segments of `segment` documents.
  std::string Write(DatabaseWriter writer, const std::vector<IndexedDoc>& documents, size_t segment,
                    uint64_t threads = 1) {
    const std::string name = absl::StrCat(writer == DatabaseWriter::kBulk ? "bulk-" : "library-", ++shards_);
    const absl::Status written = test::WriteGlass(documents, {writer, segment, threads}, directory_.path(), name);
    EXPECT_TRUE(written.ok()) << written;
    return directory_.Path(name);
  }

  void ExpectSame(const std::vector<IndexedDoc>& documents, size_t segment, uint64_t seed = 1) {
    test::GlassCompareOptions options;
    options.seed = seed;
    const std::string bulk = Write(DatabaseWriter::kBulk, documents, segment);
    const std::string library = Write(DatabaseWriter::kLibrary, documents, documents.size());
    const auto compared = test::CompareGlass(bulk, library, options);
    EXPECT_TRUE(compared.ok()) << compared.status();
    if (compared.ok()) comparisons_ += *compared;
    // It takes a document whose length is 0 for none, whoever wrote it.
    EXPECT_TRUE(Checks(bulk) || !Checks(library)) << base::ReadFile(directory_.Path("check.txt")).value_or("?");
    ExpectSameOnceChanged(bulk, library, seed);
  }

  // The library goes on with a database that it has not written as with its own.
  void ExpectSameOnceChanged(const std::string& bulk, const std::string& library, uint64_t seed) {
    for (const std::string& database : {bulk, library}) {
      const absl::Status changed = test::ChangeByLibrary(database, seed, kChanges);
      ASSERT_TRUE(changed.ok()) << changed;
    }
    test::GlassCompareOptions options;
    options.seed = seed;
    const auto compared = test::CompareGlass(bulk, library, options);
    EXPECT_TRUE(compared.ok()) << "once changed: " << compared.status();
    if (compared.ok()) comparisons_ += *compared;
    EXPECT_TRUE(Checks(bulk) || !Checks(library)) << base::ReadFile(directory_.Path("check.txt")).value_or("?");
  }

  bool Checks(const std::string& database) const {
    const std::string command = absl::StrCat("xapian-check ", database, " > ", directory_.Path("check.txt"), " 2>&1");
    return std::system(command.c_str()) == 0;
  }

  static IndexedTerm Term(std::string term, uint32_t wdf, std::vector<uint32_t> positions = {}) {
    return IndexedTerm{std::move(term), wdf, std::move(positions)};
  }

  static constexpr int kChanges = 100;
  test::TempDir directory_;
  int shards_ = 0;
  uint64_t comparisons_ = 0;
};

// Bytes that are escaped, that end keys, and that sort last, more often than others.
std::string HostileBytes(Random& random, size_t size) {
  std::string bytes = random.Bytes(size);
  for (char& byte : bytes) {
    if (random.OneIn(3)) byte = "\0\xff\0\x01\x7f\x80\xfe"[random.Below(7)];
  }
  return bytes;
}

// Terms from a small vocabulary, so that they meet again, and some of their own.
class HostileDocuments {
 public:
  explicit HostileDocuments(Random& random) : random_(random) {
    for (size_t i = 0; i < 40; ++i)
      vocabulary_.push_back(HostileBytes(random, 1 + random.Below(random.OneIn(5) ? 120 : 6)));
  }

  IndexedDoc Next() {
    IndexedDoc doc;
    std::map<std::string, IndexedTerm> terms;
    for (uint64_t n = random_.OneIn(10) ? 0 : random_.Below(60); n > 0; --n) {
      std::string term = random_.OneIn(4) ? HostileBytes(random_, 1 + random_.Below(8)) : random_.Pick(vocabulary_);
      terms[term] = IndexedTerm{term, Wdf(), Positions()};
    }
    for (auto& [text, term] : terms) doc.terms.push_back(std::move(term));
    for (uint32_t slot = 0; slot < 12; ++slot) {
      if (random_.OneIn(3))
        doc.values.emplace_back(slot, HostileBytes(random_, random_.Below(random_.OneIn(9) ? 3000 : 20)));
    }
    doc.data = random_.Bytes(random_.OneIn(20) ? random_.Below(60000) : random_.Below(30));
    doc.row.key = {random_.Bits(), random_.Bits()};
    return doc;
  }

 private:
  uint32_t Wdf() {
    switch (random_.Below(6)) {
      case 0:
        return 0;
      case 1:
        return static_cast<uint32_t>(125 + random_.Below(5));
      case 2:
        return static_cast<uint32_t>(random_.Below(70000));
      default:
        return static_cast<uint32_t>(random_.Below(4));
    }
  }

  std::vector<uint32_t> Positions() {
    std::set<uint32_t> positions;
    if (random_.OneIn(2)) return {};
    const uint64_t spread = 1 + random_.Below(random_.OneIn(3) ? 1000000 : 300);
    for (uint64_t n = random_.Below(random_.OneIn(8) ? 400 : 6); n > 0; --n) {
      positions.insert(static_cast<uint32_t>(random_.Below(spread)));
    }
    return {positions.begin(), positions.end()};
  }

  Random& random_;
  std::vector<std::string> vocabulary_;
};

TEST_F(GlassTest, RandomDocumentsAreAsTheLibraryWritesThem) {
  const uint64_t seed = test::TestSeed(20261122);
  for (int i = 0; i < test::Scaled(30); ++i) {
    SCOPED_TRACE(absl::StrCat("seed ", seed + static_cast<uint64_t>(i)));
    Random random(seed + static_cast<uint64_t>(i));
    HostileDocuments source(random);
    std::vector<IndexedDoc> documents;
    for (uint64_t n = 1 + random.Below(150); n > 0; --n) documents.push_back(source.Next());
    ExpectSame(documents, 1 + random.Below(documents.size()), random.Bits());
    if (HasFailure()) return;
  }
  RecordProperty("comparisons", static_cast<int>(comparisons_));
}

// A posting list of many chunks, docids of two and three bytes, and lengths that differ.
TEST_F(GlassTest, DocidsGrowAByte) {
  std::vector<IndexedDoc> documents;
  for (uint32_t i = 0; i < 0x8000 + 700; ++i) {
    IndexedDoc doc;
    doc.terms.push_back(Term("all", 1 + i % 3, {1 + i % 50}));
    if (i % 7 == 0) doc.terms.push_back(Term("some", i % 2));
    if (i > 0x7ff0 && i < 0x8010) doc.terms.push_back(Term("there", 1));
    doc.values.emplace_back(1, absl::StrCat(i % 1000));
    doc.data = "d";
    doc.row.key = {i, i};
    documents.push_back(std::move(doc));
  }
  ExpectSame(documents, 9999);
}

// Whatever the bytes of a table, our reader of document data gives data, nothing or an error.
TEST_F(GlassTest, ADamagedTableOfDataIsNoDanger) {
  const uint64_t seed = test::TestSeed(20261122);
  Random random(seed);
  HostileDocuments source(random);
  std::vector<IndexedDoc> documents;
  for (int n = 0; n < 400; ++n) documents.push_back(source.Next());
  test::GlassSetup setup;
  setup.segment_documents = documents.size();
  ASSERT_TRUE(test::WriteGlass(documents, setup, directory_.path(), "damaged").ok());
  const std::string database = directory_.Path("damaged");
  const std::string path = base::JoinPath(database, "docdata.glass");
  const std::string good = base::ReadFile(path).value();
  const auto read_all = [&] {
    uint64_t right = 0;
    const auto table = index::StoredTable::Open(database);
    if (!table.ok()) return right;
    std::string scratch;
    for (uint32_t docid = 1; docid <= documents.size(); ++docid) {
      const auto found = (*table)->Find(docid, SIZE_MAX, scratch);
      right += found.ok() && *found == documents[docid - 1].data ? 1 : 0;
    }
    return right;
  };
  const uint64_t with_data = static_cast<uint64_t>(
      std::count_if(documents.begin(), documents.end(), [](const IndexedDoc& doc) { return !doc.data.empty(); }));
  ASSERT_EQ(read_all(), with_data);
  int hurt = 0;
  const int trials = test::Scaled(60);
  for (int i = 0; i < trials; ++i) {
    std::string bad = good;
    // Mostly what leads: headers, directories, branches.
    for (uint64_t flips = 1 + random.Below(20); flips > 0; --flips) {
      const size_t block = random.Below(bad.size() / 8192) * 8192;
      bad[block + random.Below(random.OneIn(2) ? 200 : 8192)] = static_cast<char>(random.Bits());
    }
    if (random.OneIn(5)) bad.resize(random.Below(bad.size()));
    ASSERT_TRUE(base::RemoveFile(path).ok());
    ASSERT_TRUE(base::WriteFileSynced(path, bad).ok());
    hurt += read_all() < with_data ? 1 : 0;
  }
  EXPECT_GE(hurt, trials / 2) << "the damage does not reach the reader, seed " << seed;
}

TEST_F(GlassTest, OneHugeDocumentBesideEmptyOnes) {
  Random random(7);
  std::vector<IndexedDoc> documents(5);
  std::map<std::string, std::vector<uint32_t>> words;
  for (uint32_t position = 1; position <= 300000; ++position) {
    words[absl::StrCat("w", random.Below(1 + random.Below(60000)))].push_back(position);
  }
  for (auto& [word, positions] : words) {
    const auto wdf = static_cast<uint32_t>(positions.size());
    documents[2].terms.push_back(Term(word, wdf, std::move(positions)));
  }
  documents[2].data = random.Bytes(3 << 20);
  documents[4].terms.push_back(Term("w1", std::numeric_limits<int32_t>::max()));
  for (size_t i = 0; i < documents.size(); ++i) documents[i].row.key = {i, 0};
  ExpectSame(documents, 2);
}

TEST_F(GlassTest, TermsAtTheLimit) {
  std::vector<IndexedDoc> documents(1);
  documents[0].terms = {Term(std::string(120, '\0') + "z", 1, {3}), Term(std::string(244, 'a'), 1, {1}),
                        Term(std::string(245, 'b'), 1, {2})};
  ExpectSame({documents[0]}, 1);
  // The first term of a term list is not written like the others.
  documents.clear();
  for (const size_t size : {127UL, 128UL, 245UL}) {
    documents.emplace_back().terms = {Term(std::string(size, 'a'), 1),
                                      Term(std::string(size, 'a').substr(1) + "b", 1)};
    documents.back().row.key = {size, 0};
  }
  ExpectSame(documents, 2);

  const auto refused = [&](std::vector<IndexedTerm> terms) {
    TermDictionary dictionary;
    auto segment = SegmentWriter::Create(DatabaseWriter::kBulk, directory_.Path("refused"), dictionary);
    IndexedDoc doc;
    doc.terms = std::move(terms);
    absl::Status status = (*segment)->Add(Intern(doc, dictionary));
    status.Update((*segment)->Finish());
    return status.ToString();
  };
  EXPECT_THAT(refused({Term(std::string(246, 'b'), 1)}), HasSubstr("document 1 of a run: the term 'bbb"));
  EXPECT_THAT(refused({Term(std::string(123, '\0'), 1)}), HasSubstr("is too long"));
  EXPECT_THAT(refused({Term("", 1)}), HasSubstr("is empty"));
  EXPECT_THAT(refused({Term("a", 1), Term("a", 1)}), HasSubstr("stands twice"));
  EXPECT_THAT(refused({Term("a", 1, {2, 2})}), HasSubstr("do not ascend"));
}

// What 32 bits cannot hold is refused: no number is cut.
TEST_F(GlassTest, FrequenciesAtTheLimit) {
  constexpr uint32_t kHuge = 3'000'000'000;
  const auto refused = [&](const std::vector<std::vector<IndexedTerm>>& terms) {
    std::vector<IndexedDoc> documents(terms.size());
    for (size_t i = 0; i < terms.size(); ++i) documents[i].terms = terms[i];
    const std::string name = absl::StrCat("huge-", ++shards_);
    return test::WriteGlass(documents, {DatabaseWriter::kBulk, 1, 1}, directory_.path(), name).ToString();
  };
  EXPECT_THAT(refused({{Term("a", kHuge), Term("b", kHuge)}}),
              HasSubstr("document 1 of a run: its length 6000000000"));
  EXPECT_THAT(refused({{Term("a", kHuge)}, {Term("a", kHuge)}}), HasSubstr("'a' stands 6000000000 times"));
  std::vector<IndexedDoc> greatest(2);
  greatest[0].terms = {Term("a", std::numeric_limits<uint32_t>::max() - 1)};
  greatest[1].terms = {Term("a", 1)};
  ExpectSame(greatest, 1);
}

// A database of documents with these docids, each with one term at two positions. A shard has no such docids, so the
// tables are written here, as MergeRuns does it.
class DatabaseOfDocids {
 public:
  DatabaseOfDocids(std::string path, std::vector<uint32_t> docids)
      : path_(std::move(path)), docids_(std::move(docids)) {}

  static uint32_t WdfOf(uint32_t docid) { return 1 + docid % 3; }
  static std::string DataOf(uint32_t docid) { return absl::StrCat("data of ", docid); }
  static std::vector<uint32_t> PositionsOf(uint32_t docid) { return {docid / 2, docid / 2 + 7}; }

  void Write() {
    ASSERT_TRUE(base::MakeDirectory(path_).ok());
    std::array<glass::TableRoot, glass::kTables> roots;
    WriteTable("postlist", roots[glass::kPostlist], [this](glass::TableWriter& table) { WritePostings(table); });
    WriteTable("docdata", roots[glass::kDocdata], [this](glass::TableWriter& table) {
      for (const uint32_t docid : docids_) ASSERT_TRUE(table.Add(KeyOf(docid), DataOf(docid)).ok());
    });
    WriteTable("termlist", roots[glass::kTermlist], [this](glass::TableWriter& table) { WriteTermlists(table); });
    WriteTable("position", roots[glass::kPosition], [this](glass::TableWriter& table) { WritePositions(table); });
    glass::DatabaseStatistics statistics;
    statistics.documents = static_cast<uint32_t>(docids_.size());
    statistics.last_docid = docids_.back();
    statistics.shortest = 1;
    statistics.longest = statistics.greatest_wdf = 3;
    statistics.total_length = Length();
    const std::string version = glass::VersionFile(base::DocKey{1, 1}, roots, statistics);
    ASSERT_TRUE(base::WriteFileSynced(base::JoinPath(path_, "iamglass"), version).ok());
  }

  // Exceptions of Xapian pass through.
  void ExpectReads() const {
    const Xapian::Database database(path_);
    EXPECT_EQ(database.get_lastdocid(), docids_.back());
    auto posting = database.postlist_begin("w");
    for (const uint32_t docid : docids_) {
      EXPECT_EQ(*posting, docid);
      EXPECT_EQ(posting.get_wdf(), WdfOf(docid));
      EXPECT_EQ(posting.get_doclength(), WdfOf(docid));
      ++posting;
      EXPECT_EQ(database.get_document(docid).get_data(), DataOf(docid));
      const auto listed = database.termlist_begin(docid);
      EXPECT_EQ(*listed, "w");
      EXPECT_EQ(listed.get_wdf(), WdfOf(docid));
      const std::vector<uint32_t> positions(database.positionlist_begin(docid, "w"),
                                            database.positionlist_end(docid, "w"));
      EXPECT_EQ(positions, PositionsOf(docid)) << docid;
    }
    EXPECT_TRUE(posting == database.postlist_end("w"));
  }

 private:
  template <typename Fill>
  void WriteTable(absl::string_view name, glass::TableRoot& root, Fill fill) {
    auto table = glass::TableWriter::Create(base::JoinPath(path_, absl::StrCat(name, ".glass")), {});
    ASSERT_TRUE(table.ok()) << table.status();
    fill(**table);
    root = (*table)->Finish().value();
  }

  void WritePostings(glass::TableWriter& table) {
    glass::PostingListWriter list(table);
    const auto add_all = [&] {
      for (const uint32_t docid : docids_) ASSERT_TRUE(list.Add(docid, WdfOf(docid)).ok());
      ASSERT_TRUE(list.End().ok());
    };
    list.Begin(glass::kLengthsKey, glass::kLengthsKey, 0, 0);
    add_all();
    std::string later_key;
    glass::AppendSortableTerm(later_key, "w");
    list.Begin("w", later_key, docids_.size(), Length());
    add_all();
  }

  void WriteTermlists(glass::TableWriter& table) {
    for (const uint32_t docid : docids_) {
      std::string tag;
      base::AppendVarint(tag, WdfOf(docid));
      base::AppendVarint(tag, 1);
      base::AppendString(tag, "w");
      base::AppendVarint(tag, WdfOf(docid));
      ASSERT_TRUE(table.Add(KeyOf(docid), tag).ok());
    }
  }

  void WritePositions(glass::TableWriter& table) {
    glass::PositionCoder coder;
    for (const uint32_t docid : docids_) {
      std::string key;
      glass::AppendSortableTerm(key, "w");
      glass::ByteBuffer tag;
      coder.Append(PositionsOf(docid), tag);
      ASSERT_TRUE(table.Add(key + KeyOf(docid), tag.view()).ok());
    }
  }

  static std::string KeyOf(uint32_t docid) {
    std::string key;
    glass::AppendSortableDocid(key, docid);
    return key;
  }

  uint64_t Length() const {
    uint64_t length = 0;
    for (const uint32_t docid : docids_) length += WdfOf(docid);
    return length;
  }

  const std::string path_;
  const std::vector<uint32_t> docids_;
};

// Docids with gaps, and those from which on a key takes a byte more.
TEST_F(GlassTest, TheLibraryReadsGreatDocids) {
  const std::vector<uint32_t> great = {1, 3, 0x7fff, 0x8000, 0x8001, 4'194'303, 4'194'304, 4'194'305};
  const std::vector<uint32_t> greatest = {7, 0x1fffffff, 0x20000000, 0x20000001, 0xfffffffe};
  for (const std::vector<uint32_t>& docids : {great, greatest}) {
    const std::string path = directory_.Path(absl::StrCat("docids-", docids.back()));
    DatabaseOfDocids database(path, docids);
    database.Write();
    ASSERT_FALSE(HasFailure());
    const absl::Status read = index::XapianCall(path, [&] {
      database.ExpectReads();
      return absl::OkStatus();
    });
    EXPECT_TRUE(read.ok()) << read;
  }
  // (With the greatest it takes a minute.)
  EXPECT_TRUE(Checks(directory_.Path("docids-4194305")))
      << base::ReadFile(directory_.Path("check.txt")).value_or("?");
}

// Once merged from however many runs by however many threads, the bytes are the same.
TEST_F(GlassTest, RunsAndThreadsChangeNoByte) {
  Random random(11);
  HostileDocuments source(random);
  std::vector<IndexedDoc> documents;
  for (int i = 0; i < 300; ++i) documents.push_back(source.Next());
  const std::string once = Write(DatabaseWriter::kBulk, documents, documents.size());
  for (const size_t segment : {1UL, 7UL, 299UL}) {
    const std::string again = Write(DatabaseWriter::kBulk, documents, segment, 4);
    const auto files = base::ListDirectory(once);
    ASSERT_TRUE(files.ok()) << files.status();
    for (const std::string& file : *files) {
      EXPECT_EQ(base::ReadFile(base::JoinPath(once, file)).value(),
                base::ReadFile(base::JoinPath(again, file)).value())
          << file << ", segments of " << segment;
    }
  }
}

TEST_F(GlassTest, TwoDatabases) {
  const char* a = std::getenv("DATELINE_GLASS_A");
  const char* b = std::getenv("DATELINE_GLASS_B");
  if (a == nullptr || b == nullptr) GTEST_SKIP() << "DATELINE_GLASS_A and DATELINE_GLASS_B name no databases";
  test::GlassCompareOptions options;
  options.searches = 2000;
  if (const char* stride = std::getenv("DATELINE_GLASS_STRIDE")) {
    options.term_stride = options.document_stride = std::strtoull(stride, nullptr, 10);
  }
  if (const char* changes = std::getenv("DATELINE_GLASS_CHANGES")) {
    for (const char* database : {a, b}) {
      const absl::Status changed = test::ChangeByLibrary(database, options.seed, std::atoi(changes));
      ASSERT_TRUE(changed.ok()) << changed;
    }
  }
  const auto compared = test::CompareGlass(a, b, options);
  ASSERT_TRUE(compared.ok()) << compared.status();
  std::printf("%llu comparisons, no difference\n", static_cast<unsigned long long>(*compared));
}

}  // namespace
}  // namespace dateline::build
