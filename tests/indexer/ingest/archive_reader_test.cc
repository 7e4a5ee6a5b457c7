#include "indexer/ingest/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/ingest_all.h"
#include "tests/support/random.h"

namespace dateline::ingest {
namespace {

using test::Gzip;
using test::Zstd;
using test::Ingested;
using test::IngestAll;
using Names = std::vector<std::string>;
using Members = std::vector<std::pair<std::string, std::string>>;

enum class Form { kTar, kPax, kZip, kStoredZip, kUnsizedZip };
constexpr Form kForms[] = {Form::kTar, Form::kPax, Form::kZip, Form::kStoredZip, Form::kUnsizedZip};

la_ssize_t Append(::archive*, void* out, const void* bytes, size_t size) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

// Names that end in "/" are directories, in "@" links.
std::string Pack(Form form, const Members& members) {
  std::string out;
  ::archive* const archive = ::archive_write_new();
  if (form == Form::kTar) ::archive_write_set_format_ustar(archive);
  if (form == Form::kPax) ::archive_write_set_format_pax(archive);
  if (form >= Form::kZip) ::archive_write_set_format_zip(archive);
  if (form == Form::kStoredZip) ::archive_write_zip_set_compression_store(archive);
  ::archive_write_set_bytes_in_last_block(archive, 1);
  EXPECT_EQ(::archive_write_open(archive, &out, nullptr, &Append, nullptr), ARCHIVE_OK);
  for (const auto& [name, bytes] : members) {
    ::archive_entry* const entry = ::archive_entry_new();
    ::archive_entry_set_pathname(entry, name.c_str());
    ::archive_entry_set_perm(entry, 0644);
    ::archive_entry_set_filetype(entry, absl::EndsWith(name, "/") ? AE_IFDIR : AE_IFREG);
    if (absl::EndsWith(name, "@.txt")) {
      ::archive_entry_set_filetype(entry, AE_IFLNK);
      ::archive_entry_set_symlink(entry, "/etc/passwd");
    } else if (form != Form::kUnsizedZip) {  // its sizes come behind the bytes
      ::archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
    }
    EXPECT_GE(::archive_write_header(archive, entry), ARCHIVE_WARN) << ::archive_error_string(archive);
    ::archive_write_data(archive, bytes.data(), bytes.size());
    ::archive_entry_free(entry);
  }
  EXPECT_EQ(::archive_write_close(archive), ARCHIVE_OK);
  ::archive_write_free(archive);
  return out;
}

// "file:bytes" of each record, "file!" of each reject after them.
Names Describe(const Ingested& all) {
  Names out;
  for (const Record& r : all.records) out.push_back(absl::StrCat(r.file, ":", r.bytes));
  for (const Reject& r : all.rejects) out.push_back(absl::StrCat(r.file, "!"));
  return out;
}

TEST(ArchiveReaderTest, MembersAreTreatedByTheirNames) {
  const std::string warc =
      "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 45\r\n\r\nHTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nW\r\n\r\n"
      "WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n";
  const Members members = {{"d/", ""},
                           {"d/a.txt", "\xEF\xBB\xBFText"},
                           {"d/a.json", "{\"outlet\": \"not read\"}"},
                           {"b.jsonl", "{1}\n\n{2}"},
                           {"c.html", "<p>"},
                           {"e.xml", "<rss><channel><item>E</item></channel></rss>"},
                           {"f.warc", warc},
                           {"g.jsonl.gz", Gzip("{3}\n")},
                           {"h.txt", ""},
                           {"program.exe", std::string(100'000, 'x')},
                           {"../../i.htm", "out"}};
  for (const Form form : kForms) {
    const Ingested all = IngestAll("x.zip", Pack(form, members));
    EXPECT_EQ(Describe(all), Names({"x.zip!d/a.txt:Text", "x.zip!b.jsonl:{1}", "x.zip!b.jsonl:{2}", "x.zip!c.html:<p>",
                                    "x.zip!e.xml:<feed-item><item>E</item></feed-item>", "x.zip!f.warc:W",
                                    "x.zip!g.jsonl.gz:{3}", "x.zip!h.txt:", "x.zip!../../i.htm:out"}));
    EXPECT_EQ(all.passed_over, 4U);  // the directory, d/a.json, a record of f.warc, program.exe
    ASSERT_EQ(all.records.size(), 9U);
    EXPECT_EQ(all.records[0].format, Format::kText);
    EXPECT_EQ(all.records[0].facts, "");
    EXPECT_EQ(all.records[0].offset, 3U);  // in the member
    EXPECT_EQ(all.records[2].line, 3U);
    EXPECT_EQ(all.records[3].format, Format::kHtml);
  }
}

TEST(ArchiveReaderTest, CompressedArchives) {
  const std::string tar = Pack(Form::kTar, {{"a.txt", "Text"}});
  for (const std::string name : {"x.tar", "x.tar.gz", "x.tgz", "x.tar.zst", "X.TGZ"}) {
    EXPECT_EQ(Describe(IngestAll(name, Gzip(tar))), Names({absl::StrCat(name, "!a.txt:Text")}));
    EXPECT_EQ(Describe(IngestAll(name, tar)), Names({absl::StrCat(name, "!a.txt:Text")}));
  }
}

TEST(ArchiveReaderTest, NestedArchivesAreRejected) {
  for (const Form form : kForms) {
    const std::string inner = Pack(form, {{"a.txt", "Text"}});
    for (const std::string name : {"in.zip", "in.tar", "in.tar.gz", "in.tgz"}) {
      const Ingested all = IngestAll("x.tar", Pack(form, {{name, inner}, {"b.txt", "B"}}));
      EXPECT_EQ(Describe(all), Names({"x.tar!b.txt:B", absl::StrCat("x.tar!", name, "!")}));
      EXPECT_TRUE(absl::StrContains(all.rejects[0].reason, "nested archive"));
    }
  }
}

TEST(ArchiveReaderTest, LinksAreNotFollowed) {
  const Ingested all = IngestAll("x.tar", Pack(Form::kTar, {{"link@.txt", ""}, {"b.txt", "B"}}));
  EXPECT_EQ(Describe(all), Names({"x.tar!b.txt:B"}));
  EXPECT_EQ(all.passed_over, 1U);
}

TEST(ArchiveReaderTest, NamesOfAnyKindAreShown) {
  for (const Form form : kForms) {
    const Ingested all = IngestAll("x.tar", Pack(form, {{"\xC3\xA9t\xC3\xA9.txt", "A"}, {"caf\xE9.txt", "B"}}));
    ASSERT_EQ(all.records.size(), 2U);
    EXPECT_EQ(all.records[0].file, "x.tar!été.txt");
    EXPECT_EQ(all.records[1].file, "x.tar!caf\xEF\xBF\xBD.txt");
  }
}

TEST(ArchiveReaderTest, LargeMembersAreRejectedAndTheNextIsRead) {
  for (const Form form : kForms) {
    const std::string large(5'000'000, 'x');
    const Ingested all = IngestAll("x.zip", Pack(form, {{"a.txt", large}, {"b.html.gz", Gzip(large)}, {"c.txt", "C"}}), 1000);
    EXPECT_EQ(Describe(all), Names({"x.zip!c.txt:C", "x.zip!a.txt!", "x.zip!b.html.gz!"}));
    for (const Reject& reject : all.rejects) EXPECT_TRUE(absl::StrContains(reject.reason, "larger than 1000 bytes"));
  }
}

TEST(ArchiveReaderTest, BombsEndTheArchive) {
  const std::string lines(100 << 20, '\n');
  for (const std::string& bomb : {Pack(Form::kTar, {{"a.jsonl.zst", Zstd(lines)}, {"b.txt", "B"}}),
                                  Zstd(Pack(Form::kTar, {{"movie.mpg", lines}, {"b.txt", "B"}})),
                                  Pack(Form::kZip, {{"a.jsonl", lines}, {"b.txt", "B"}}),
                                  Pack(Form::kUnsizedZip, {{"movie.mpg", lines}, {"b.txt", "B"}}),
                                  Pack(Form::kUnsizedZip, {{"large.txt", lines}, {"b.txt", "B"}})}) {
    const Ingested all = IngestAll("x.zip", bomb);
    EXPECT_TRUE(all.records.empty());
    ASSERT_FALSE(all.rejects.empty());
    EXPECT_EQ(all.rejects.back().file, "x.zip");
    EXPECT_TRUE(absl::StrContains(all.rejects.back().reason, "1000 times its size")) << all.rejects.back().reason;
  }
}

TEST(ArchiveReaderTest, WhatIsNoArchiveIsNamed) {
  for (const std::string bytes : {"", "rubbish", "PK\x03\x04", "<html>"}) {
    const Ingested all = IngestAll("x.zip", bytes);
    EXPECT_EQ(Describe(all), Names({"x.zip!"})) << bytes;
  }
}

TEST(ArchiveReaderTest, EveryTruncationKeepsWhatCameBefore) {
  for (const Form form : kForms) {
    const std::string first = Pack(form, {{"a.txt", "First"}});
    const std::string whole = Pack(form, {{"a.txt", "First"}, {"b.txt", "Second"}});
    for (size_t size = 0; size < whole.size(); size += form == Form::kPax ? 13 : 1) {
      const Ingested all = IngestAll("x.zip", whole.substr(0, size));
      for (size_t i = 0; i < all.records.size(); ++i) EXPECT_EQ(all.records[i].bytes, i == 0 ? "First" : "Second");
      EXPECT_LE(all.rejects.size(), 2U);
      if (all.records.size() < 2) {
        // Tar may end anywhere between two members.
        EXPECT_TRUE(all.rejects.size() == 1 || all.records.size() == 1 || size == 0) << size;
      }
    }
  }
}

TEST(ArchiveReaderTest, FlippedBytesStopNothing) {
  const uint64_t seed = test::TestSeed(330);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (const Form form : kForms) {
    const std::string whole = Pack(form, {{"a.txt", "Text of some length"}, {"b.jsonl", "{1}\n{2}\n"}, {"c.html", "<p>C</p>"}});
    size_t taken = 0;
    for (int i = 0; i < test::Scaled(300); ++i) {
      std::string damaged = whole;
      damaged[random.Below(damaged.size())] = static_cast<char>(random.Bits());
      taken += IngestAll("x.zip", damaged).records.size();
    }
    EXPECT_GT(taken, 0U);
  }
}

}  // namespace
}  // namespace dateline::ingest
