#include "indexer/ingest/record_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/ingest_all.h"
#include "tests/support/random.h"
#include "tests/support/temp_dir.h"

namespace dateline::ingest {
namespace {

using test::Gzip;
using test::Zstd;
using Names = std::vector<std::string>;

struct Everything {
  std::vector<Record> records;
  std::vector<Reject> rejects;
  Names skipped;
};

Everything ReadAll(RecordSource& source) {
  Everything all;
  while (absl::optional<Record> record = source.Next(all.rejects)) all.records.push_back(*std::move(record));
  EXPECT_FALSE(source.Next(all.rejects).has_value());  // the end is the end
  for (size_t i = 0; i < all.records.size(); ++i) EXPECT_EQ(all.records[i].sequence, i);
  all.skipped = source.skipped();
  return all;
}

Everything Read(const Names& inputs, uint64_t max_record_bytes = kDefaultMaxRecordBytes) {
  absl::StatusOr<std::unique_ptr<RecordSource>> source = RecordSource::Open(inputs, max_record_bytes);
  EXPECT_TRUE(source.ok()) << source.status();
  return source.ok() ? ReadAll(**source) : Everything();
}

// "line@offset:bytes" of each record, "line@offset!" of each reject after them.
Names Describe(const Everything& all) {
  Names out;
  for (const Record& r : all.records) out.push_back(absl::StrCat(r.line, "@", r.offset, ":", r.bytes));
  for (const Reject& r : all.rejects) out.push_back(absl::StrCat(r.line, "@", r.offset, "!"));
  return out;
}

struct Case {
  std::string bytes;
  Names expected;
};

TEST(RecordSourceTest, Lines) {
  const test::TempDir dir;
  const std::vector<Case> cases = {
      {"", {}},
      {"\n\n", {}},
      {"{1}\n{2}\n", {"1@0:{1}", "2@4:{2}"}},
      {"{1}\n{2}", {"1@0:{1}", "2@4:{2}"}},                      // no line break at the end
      {"\n {1}\n \t\n\n{2}\n", {"2@1: {1}", "5@10:{2}"}},        // blank lines count as lines
      {"{1}\r\n{2}\r\n", {"1@0:{1}\r", "2@5:{2}\r"}},
      {"\r\n{1}\r\n", {"2@2:{1}\r"}},
      {"\xEF\xBB\xBF{1}\n{2}\n", {"1@3:{1}", "2@7:{2}"}},        // a byte order mark
      {"\xEF\xBB\xBF", {}},
      {"not json\n", {"1@0:not json"}},                          // no meaning is read into them
      {std::string("a\0b\n", 4), {std::string("1@0:a\0b", 7)}},
  };
  for (const Case& c : cases) {
    // Whatever the compression, which the bytes tell, not the name.
    EXPECT_EQ(Describe(Read({dir.Write("a.jsonl", c.bytes)})), c.expected) << c.bytes;
    EXPECT_EQ(Describe(Read({dir.Write("a.ndjson", c.bytes)})), c.expected) << c.bytes;
    EXPECT_EQ(Describe(Read({dir.Write("a.jsonl.gz", Gzip(c.bytes))})), c.expected) << c.bytes;
    EXPECT_EQ(Describe(Read({dir.Write("a.JSONL.ZST", Zstd(c.bytes))})), c.expected) << c.bytes;
    EXPECT_EQ(Describe(Read({dir.Write("a.jsonl", Zstd(c.bytes))})), c.expected) << c.bytes;
    EXPECT_EQ(Describe(Read({dir.Write("a.jsonl.gz", c.bytes)})), c.expected) << c.bytes;
  }
}

TEST(RecordSourceTest, TextsAreOneRecordEach) {
  const test::TempDir dir;
  const std::vector<Case> cases = {
      {"A headline\n\nA body.\n", {"0@0:A headline\n\nA body.\n"}},
      {"\xEF\xBB\xBFText", {"0@3:Text"}},
      {"", {"0@0:"}},  // whether it holds an article is not for this room to say
  };
  for (const Case& c : cases) {
    for (const std::string& path :
         {dir.Write("a.txt", c.bytes), dir.Write("b.txt.gz", Gzip(c.bytes)), dir.Write("c.TXT.zst", Zstd(c.bytes))}) {
      const Everything all = Read({path});
      EXPECT_EQ(Describe(all), c.expected) << path;
      ASSERT_EQ(all.records.size(), 1U);
      EXPECT_EQ(all.records[0].format, Format::kText);
      EXPECT_EQ(all.records[0].file, path);
    }
  }
}

TEST(RecordSourceTest, SeveralMembersAreOneFile) {
  const test::TempDir dir;
  const Names expected = {"1@0:{1}", "2@4:{2}", "3@8:{3}"};
  const std::string gzip = Gzip("{1}\n{") + Gzip("2}\n") + Gzip("") + Gzip("{3}\n");
  const std::string zstd = Zstd("{1}\n{") + Zstd("2}\n") + Zstd("") + Zstd("{3}\n");
  EXPECT_EQ(Describe(Read({dir.Write("a.jsonl.gz", gzip)})), expected);
  EXPECT_EQ(Describe(Read({dir.Write("a.jsonl.zst", zstd)})), expected);
}

// Many sizes, so that lines and the pieces that a file is read in meet in every way.
TEST(RecordSourceTest, LongFilesComeBackWhole) {
  const test::TempDir dir;
  const uint64_t seed = test::TestSeed(121);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (int round = 0; round < test::Scaled(4); ++round) {
    std::string bytes;
    Names expected;
    while (bytes.size() < 1'200'000) {
      std::string line(1 + random.Below(random.OneIn(50) ? 300'000 : 2000), '\0');
      for (char& c : line) c = static_cast<char>('a' + random.Below(26));
      expected.push_back(absl::StrCat(expected.size() + 1, "@", bytes.size(), ":", line));
      absl::StrAppend(&bytes, line, "\n");
    }
    EXPECT_TRUE(Describe(Read({dir.Write("a.jsonl", bytes)})) == expected);
    EXPECT_TRUE(Describe(Read({dir.Write("a.jsonl.gz", Gzip(bytes))})) == expected);
    EXPECT_TRUE(Describe(Read({dir.Write("a.jsonl.zst", Zstd(bytes))})) == expected);
  }
}

TEST(RecordSourceTest, OverlongLinesAreRejectedAmongGoodOnes) {
  const test::TempDir dir;
  for (const size_t size : {size_t{101}, size_t{300'000}, size_t{1'000'000}}) {  // some longer than one read
    const std::string bytes = absl::StrCat("{1}\n", std::string(size, 'x'), "\n{2}\n", std::string(size, 'y'));
    const Everything all = Read({dir.Write("a.jsonl", bytes)}, 100);
    EXPECT_EQ(Describe(all),
              Names({"1@0:{1}", absl::StrCat("3@", size + 5, ":{2}"), "2@4!", absl::StrCat("4@", size + 9, "!")}));
    for (const Reject& reject : all.rejects) {
      EXPECT_EQ(reject.file, dir.Path("a.jsonl"));
      EXPECT_TRUE(absl::StrContains(reject.reason, "larger than 100 bytes")) << reject.reason;
      EXPECT_TRUE(absl::StrContains(reject.reason, "--max-record-mb")) << reject.reason;
    }
  }
  EXPECT_EQ(Describe(Read({dir.Write("a.jsonl", std::string(100, 'x') + "\n")}, 100)).size(), 1U);  // just fits
  EXPECT_EQ(Read({dir.Write("a.jsonl", std::string(100, 'x') + "\n")}, 100).rejects.size(), 0U);
}

TEST(RecordSourceTest, OverlongTextsAreRejected) {
  const test::TempDir dir;
  const std::string good = dir.Write("good.txt", std::string(100, 'x'));
  for (const std::string& large : {dir.Write("large.txt", std::string(101, 'x')),
                                   dir.Write("large.txt.gz", Gzip(std::string(50'000'000, 'x')))}) {
    const Everything all = Read({large, good}, 100);
    ASSERT_EQ(all.rejects.size(), 1U);
    EXPECT_EQ(all.rejects[0].file, large);
    EXPECT_TRUE(absl::StrContains(all.rejects[0].reason, "larger than 100 bytes")) << all.rejects[0].reason;
    ASSERT_EQ(all.records.size(), 1U);
    EXPECT_EQ(all.records[0].file, good);
  }
}

// Lines that do not compress, so that damage in the middle of the file is damage in the middle of the lines.
std::string HundredLines() {
  test::Random random(122);
  std::string bytes;
  for (int i = 0; i < 100; ++i) {
    for (int n = 0; n < 100; ++n) bytes.push_back(static_cast<char>('0' + random.Below(75)));
    bytes.push_back('\n');
  }
  return bytes;
}

TEST(RecordSourceTest, WhatComesBeforeDamageIsKept) {
  const test::TempDir dir;
  const std::string lines = HundredLines();
  for (const bool gzip : {true, false}) {
    const std::string whole = gzip ? Gzip(lines) : Zstd(lines);
    const std::string next = dir.Write("b.jsonl", "{next}\n");
    const std::string path = dir.Write("a.jsonl", whole.substr(0, whole.size() * 3 / 4));
    const Everything cut = Read({path, next});
    ASSERT_EQ(cut.rejects.size(), 1U);
    EXPECT_EQ(cut.rejects[0].file, path);
    EXPECT_TRUE(absl::StrContains(cut.rejects[0].reason, "ends in the middle")) << cut.rejects[0].reason;
    if (gzip) {
      EXPECT_GT(cut.records.size(), 70U);
    }
    ASSERT_FALSE(cut.records.empty());
    EXPECT_EQ(cut.records.back().bytes, "{next}");  // the next file is read all the same
    for (size_t i = 0; i + 2 < cut.records.size(); ++i) EXPECT_EQ(cut.records[i].bytes, lines.substr(101 * i, 100));
  }
}

TEST(RecordSourceTest, WhatComesBeforeAFlippedByteIsKept) {
  const test::TempDir dir;
  const std::string lines = HundredLines();
  const std::string whole = Gzip(lines);
  for (const size_t back : {whole.size() / 2, whole.size() / 4, size_t{6}}) {  // 6: in the checksum at the end
    std::string damaged = whole;
    damaged[whole.size() - back] = static_cast<char>(damaged[whole.size() - back] ^ 0x55);
    const Everything all = Read({dir.Write("a.jsonl.gz", damaged)});
    ASSERT_EQ(all.rejects.size(), 1U) << back;
    EXPECT_TRUE(absl::StrContains(all.rejects[0].reason, "not valid gzip")) << all.rejects[0].reason;
    const size_t good = 100 - 100 * back / whole.size() - 3;
    ASSERT_GE(all.records.size(), good) << back;
    for (size_t i = 0; i < good; ++i) EXPECT_EQ(all.records[i].bytes, lines.substr(101 * i, 100));
  }
}

TEST(RecordSourceTest, HalfATextIsNoArticle) {
  const test::TempDir dir;
  const std::string text = HundredLines();
  for (const std::string& whole : {Gzip(text), Zstd(text)}) {
    for (const size_t size : {size_t{5}, whole.size() / 2, whole.size() - 1}) {
      const Everything all = Read({dir.Write("a.txt", whole.substr(0, size))});
      EXPECT_EQ(all.records.size(), 0U) << size;
      EXPECT_EQ(all.rejects.size(), 1U) << size;
    }
    std::string damaged = whole;
    damaged[whole.size() / 2] = static_cast<char>(damaged[whole.size() / 2] ^ 0x55);
    damaged[9] = static_cast<char>(damaged[9] ^ 0xFF);
    const Everything all = Read({dir.Write("a.txt", damaged + "rest")});
    EXPECT_EQ(all.records.size(), 0U);
    EXPECT_EQ(all.rejects.size(), 1U);
  }
}

TEST(RecordSourceTest, BytesBehindAGzipMemberAreDamage) {
  const test::TempDir dir;
  const Everything all = Read({dir.Write("a.jsonl.gz", Gzip("{1}\n") + "rubbish")});
  EXPECT_EQ(all.records.size(), 1U);
  EXPECT_EQ(all.rejects.size(), 1U);
}

TEST(RecordSourceTest, FlippedBytesStopNothing) {
  const test::TempDir dir;
  const uint64_t seed = test::TestSeed(123);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const std::string lines = HundredLines();
  const std::string next = dir.Write("next.jsonl", "{next}\n");
  for (const std::string& whole : {Gzip(lines), Zstd(lines)}) {
    for (int i = 0; i < test::Scaled(150); ++i) {
      std::string damaged = whole;
      damaged[random.Below(random.OneIn(3) ? 20 : whole.size())] = static_cast<char>(random.Bits());
      if (random.OneIn(3)) damaged.resize(random.Below(damaged.size()));
      const Everything all = Read({dir.Write(random.OneIn(2) ? "a.jsonl" : "a.txt", damaged), next}, 5000);
      ASSERT_FALSE(all.records.empty());
      EXPECT_EQ(all.records.back().bytes, "{next}");
    }
  }
}

TEST(RecordSourceTest, DirectoriesAreWalkedInNameOrder) {
  const test::TempDir dir;
  for (const absl::string_view name : {"b.txt", "a/z.jsonl", "a/b/c.txt.gz", "a.txt", "B.jsonl", "c/d.ndjson.zst"}) {
    dir.Write(name, "x");
  }
  for (const absl::string_view name : {"a/page.pdf", "b.json", "lonely.json", "LICENSE", "x.jsonl.bak", "y.gz"}) {
    dir.Write(name, "x");
  }
  const Everything all = Read({dir.path() + "/"});
  Names files;
  for (const Record& record : all.records) files.push_back(record.file.substr(dir.path().size() + 1));
  EXPECT_EQ(files, Names({"B.jsonl", "a.txt", "a/b/c.txt.gz", "a/z.jsonl", "b.txt", "c/d.ndjson.zst"}));
  // b.json holds facts about b.txt; what is of no known kind is named.
  Names skipped;
  for (const std::string& path : all.skipped) skipped.push_back(path.substr(dir.path().size() + 1));
  EXPECT_EQ(skipped, Names({"LICENSE", "a/page.pdf", "lonely.json", "x.jsonl.bak", "y.gz"}));
  EXPECT_EQ(Read({dir.Path("c/./../c")}).records.size(), 1U);
}

TEST(RecordSourceTest, SeveralInputsKeepTheOrderGiven) {
  const test::TempDir dir;
  const std::string a = dir.Write("a.jsonl", "{a}\n");
  const std::string b = dir.Write("b.jsonl", "{b}\n");
  EXPECT_EQ(Describe(Read({b, a, b})), Names({"1@0:{b}", "1@0:{a}", "1@0:{b}"}));
  EXPECT_EQ(Describe(Read({})), Names());
}

TEST(RecordSourceTest, FactsLieBesideATextWhateverItsCompression) {
  const test::TempDir dir;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a.txt", "Text"}, {"b.txt.gz", Gzip("Text")}, {"c.txt.zst", Zstd("Text")}};
  for (const auto& [name, bytes] : cases) {
    dir.Write(absl::StrCat(name.substr(0, 1), ".json"), "\xEF\xBB\xBF{\"outlet\": \"Norpress\"}\n");
    const std::string path = dir.Write(name, bytes);
    const Everything all = Read({path});
    ASSERT_EQ(all.records.size(), 1U);
    EXPECT_EQ(all.records[0].bytes, "Text");
    EXPECT_EQ(all.records[0].facts, "{\"outlet\": \"Norpress\"}\n");
    EXPECT_TRUE(all.rejects.empty());
  }
  EXPECT_EQ(Read({dir.path()}).skipped, Names());
}

TEST(RecordSourceTest, FactsThatCannotBeReadDoNotCostTheText) {
  const test::TempDir dir;
  const std::string large = dir.Write("large.txt", "Text");
  dir.Write("large.json", std::string(101, ' '));
  const std::string odd = dir.Write("odd.txt", "Text");
  ASSERT_TRUE(base::MakeDirectory(dir.Path("odd.json")).ok());
  const Everything all = Read({large, odd}, 100);
  ASSERT_EQ(all.records.size(), 2U);
  ASSERT_EQ(all.rejects.size(), 2U);
  for (size_t i = 0; i < 2; ++i) EXPECT_EQ(all.records[i].facts, "");
  EXPECT_EQ(all.rejects[0].file, dir.Path("large.json"));
  EXPECT_EQ(all.rejects[1].file, dir.Path("odd.json"));
}

TEST(RecordSourceTest, FilesThatVanishAreRejectedByName) {
  const test::TempDir dir;
  const std::string gone = dir.Write("a.jsonl", "{1}\n");
  const std::string there = dir.Write("b.jsonl", "{2}\n");
  absl::StatusOr<std::unique_ptr<RecordSource>> source = RecordSource::Open({gone, there});
  ASSERT_TRUE(source.ok()) << source.status();
  ASSERT_TRUE(base::RemoveFile(gone).ok());
  const Everything all = ReadAll(**source);
  EXPECT_EQ(Describe(all), Names({"1@0:{2}", "0@0!"}));
  EXPECT_EQ(all.rejects[0].file, gone);
}

TEST(RecordSourceTest, WhatTheUserTypedMustBeRight) {
  const test::TempDir dir;
  const absl::Status absent = RecordSource::Open({dir.Path("absent.jsonl")}).status();
  EXPECT_TRUE(absl::IsNotFound(absent)) << absent;
  EXPECT_TRUE(absl::StrContains(absent.message(), "absent.jsonl")) << absent;
  for (const absl::string_view name : {"a.pdf", "a.json", "a", "a.gz", "jsonl", "tar", "a.tgz.gz"}) {
    const absl::Status status = RecordSource::Open({dir.Write(name, "x")}).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << name << ": " << status;
    EXPECT_TRUE(absl::StrContains(status.message(), ".jsonl, .ndjson, .txt, .html")) << status;
  }
}

TEST(RecordSourceTest, ProgressAddsUp) {
  const test::TempDir dir;
  const std::string compressed = Gzip("{1}\n{22}\n");
  dir.Write("a.jsonl.gz", compressed);
  dir.Write("b.txt", "Text");
  absl::StatusOr<std::unique_ptr<RecordSource>> source = RecordSource::Open({dir.path()});
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ((*source)->total_bytes(), compressed.size() + 4);
  EXPECT_EQ((*source)->read_bytes(), 0U);
  ReadAll(**source);
  EXPECT_EQ((*source)->read_bytes(), compressed.size() + 4);
  EXPECT_EQ((*source)->text_bytes(), 3U + 4U + 4U);
}

TEST(RecordSourceTest, FormatsFollowNames) {
  const test::TempDir dir;
  const std::string feed = "<rss><channel><item/></channel></rss>";
  const std::string warc =
      "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 45\r\n\r\nHTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nW";
  const std::vector<std::tuple<std::string, std::string, Format>> cases = {
      {"a.html", "<p>", Format::kHtml},         {"a.htm.gz", Gzip("<p>"), Format::kHtml},
      {"a.XHTML.zst", Zstd("<p>"), Format::kHtml}, {"a.rss", feed, Format::kFeedItem},
      {"a.atom.gz", Gzip(feed), Format::kFeedItem}, {"a.xml", feed, Format::kFeedItem},
      {"a.warc", warc, Format::kHtml},          {"a.warc.gz", Gzip(warc), Format::kHtml},
      {"a.warc.zst", Zstd(warc), Format::kHtml}};
  for (const auto& [name, bytes, format] : cases) {
    const Everything all = Read({dir.Write(name, bytes)});
    ASSERT_EQ(all.records.size(), 1U) << name;
    EXPECT_EQ(all.records[0].format, format) << name;
    EXPECT_TRUE(all.rejects.empty()) << name;
  }
  const Everything marked = Read({dir.Write("b.html", "\xEF\xBB\xBF<p>")});
  ASSERT_EQ(marked.records.size(), 1U);
  EXPECT_EQ(marked.records[0].bytes, "\xEF\xBB\xBF<p>") << "the mark tells the charset of a page";
}

// Gives 2 GB without a line break, from one small buffer.
class EndlessStream : public ByteStream {
 public:
  absl::StatusOr<absl::string_view> Next() override {
    if (given_ >= (uint64_t{2} << 30)) return absl::string_view();
    given_ += buffer_.size();
    return absl::string_view(buffer_);
  }
  uint64_t raw_bytes() const override { return given_; }

 private:
  const std::string buffer_ = std::string(256 * 1024, 'x');
  uint64_t given_ = 0;
};

TEST(RecordSourceTest, TwoGigabytesWithoutALineBreakAreOneReject) {
  for (const std::string name : {"a.jsonl", "a.txt", "a.html", "a.xml", "a.warc", "a.tar", "-"}) {
    const auto source = RecordSource::OfStream(name, std::make_unique<EndlessStream>(), 1 << 20);
    const Everything all = ReadAll(*source);
    EXPECT_TRUE(all.records.empty()) << name;
    ASSERT_EQ(all.rejects.size(), 1U) << name;
    EXPECT_EQ(all.rejects[0].file, name);
  }
}

// Standard input that holds `bytes`, while it lives.
class StandardInput {
 public:
  explicit StandardInput(const std::string& path) : saved_(::dup(STDIN_FILENO)) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    EXPECT_GE(fd, 0);
    EXPECT_EQ(::dup2(fd, STDIN_FILENO), STDIN_FILENO);
    ::close(fd);
  }
  ~StandardInput() {
    if (saved_ < 0) {
      ::close(STDIN_FILENO);
    } else {
      ::dup2(saved_, STDIN_FILENO);
      ::close(saved_);
    }
  }

 private:
  const int saved_;
};

TEST(RecordSourceTest, StandardInputIsWhatItsBytesSay) {
  const test::TempDir dir;
  const std::vector<Case> cases = {
      {"{1}\n{2}\n", {"1@0:{1}", "2@4:{2}"}},
      {" \n{1}\n", {"2@2:{1}"}},
      {"\xEF\xBB\xBF{1}\n", {"1@3:{1}"}},
      {"\xEF\xBB\xBF\n\n {1}\n", {"3@5: {1}"}},
      {Gzip("{1}\n"), {"1@0:{1}"}},
      {std::string(600'000, '\n') + "{1}\n", {"600001@600000:{1}"}},
      {"A text\n{1}\n", {"0@0:A text\n{1}\n"}},
      {"", {"0@0:"}},
      {"<p>no page</p>", {"0@0:<p>no page</p>"}},
      {"\n <!DocType HTML><p>", {"0@0:\n <!DocType HTML><p>"}},
      {"<rss><channel><item/></channel></rss>", {"0@14:<feed-item><item/></feed-item>"}},
      {"<?xml version='1.0'?>\n<feed><entry/></feed>", {"0@28:<feed-item><entry/></feed-item>"}},
      {"<?xml version='1.0'?><!DOCTYPE html><html/>", {"0@0:<?xml version='1.0'?><!DOCTYPE html><html/>"}},
      {"WARC/1.0\r\nContent-Length: 0\r\n\r\n", {}},
      {Gzip("<html>"), {"0@0:<html>"}},
  };
  for (const Case& c : cases) {
    const StandardInput input(dir.Write("input", c.bytes));
    const Everything all = Read({"-"});
    EXPECT_EQ(Describe(all), c.expected);
    for (const Record& record : all.records) EXPECT_EQ(record.file, "-");
  }
}

}  // namespace
}  // namespace dateline::ingest
