#include "core/index/manifest.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/coding.h"
#include "core/index/generation.h"
#include "gtest/gtest.h"
#include "proto/dateline/index/manifest.pb.h"

namespace dateline::index {
namespace {

Manifest Sample() {
  Manifest m;
  m.analyzer = "rules 1, ICU 72";
  m.sequence = 12;
  m.created = 1'556'209'860;
  for (const uint64_t number : {uint64_t{0}, uint64_t{1}}) {
    ManifestShard shard;
    shard.name = ShardName(number);
    shard.documents = 100 + number;
    shard.content_hash = 0xFEDCBA9876543210 + number;
    shard.files = {{absl::StrCat(shard.name, "/postlist.glass"), {70'000, {number, ~uint64_t{0}}}},
                   {absl::StrCat(shard.name, "/iamglass"), {112, {7}}}};
    shard.sidecars = {{ColumnsPath(shard.name), {64, {9}}}};
    shard.total_length = 5'000 + number;
    shard.text_bytes = 6'000 + number;
    shard.languages = {{"de", 60}, {"en", 40 + number}};
    m.shards.push_back(shard);
  }
  m.shards[1].dead = 3;
  m.shards[1].tombstones = {TombstonesPath(m.shards[1].name), {96, {11}}};
  m.documents = 198;
  m.total_length = 1'234'567;
  m.average_length = 431.7F;
  m.languages = {"en", "de"};
  m.rejected = 3;
  m.replaced = 4;
  m.undated = 5;
  m.oldest = -30'610'224'000;
  m.newest = 1'556'209'860;
  m.text_bytes = 987'654'321;
  m.operation = "delete";
  m.parent = "g000011-9f86d081884c7d65";
  m.pair_share = 0;
  return m;
}

void ExpectSame(const std::vector<ManifestFile>& a, const std::vector<ManifestFile>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].path, b[i].path);
    EXPECT_EQ(a[i].checksum, b[i].checksum);
  }
}

void ExpectSame(const Manifest& a, const Manifest& b) {
  EXPECT_EQ(a.format_version, b.format_version);
  EXPECT_EQ(a.analyzer, b.analyzer);
  EXPECT_EQ(a.sequence, b.sequence);
  EXPECT_EQ(a.created, b.created);
  EXPECT_EQ(a.documents, b.documents);
  EXPECT_EQ(a.total_length, b.total_length);
  EXPECT_EQ(a.average_length, b.average_length);
  EXPECT_EQ(a.languages, b.languages);
  EXPECT_EQ(a.rejected, b.rejected);
  EXPECT_EQ(a.replaced, b.replaced);
  EXPECT_EQ(a.undated, b.undated);
  EXPECT_EQ(a.oldest, b.oldest);
  EXPECT_EQ(a.newest, b.newest);
  EXPECT_EQ(a.text_bytes, b.text_bytes);
  EXPECT_EQ(a.operation, b.operation);
  EXPECT_EQ(a.parent, b.parent);
  EXPECT_EQ(a.pair_share, b.pair_share);
  ASSERT_EQ(a.shards.size(), b.shards.size());
  for (size_t i = 0; i < a.shards.size(); ++i) {
    EXPECT_EQ(a.shards[i].name, b.shards[i].name);
    EXPECT_EQ(a.shards[i].documents, b.shards[i].documents);
    EXPECT_EQ(a.shards[i].content_hash, b.shards[i].content_hash);
    ExpectSame(a.shards[i].files, b.shards[i].files);
    ExpectSame(a.shards[i].sidecars, b.shards[i].sidecars);
    EXPECT_EQ(a.shards[i].dead, b.shards[i].dead);
    ASSERT_EQ(a.shards[i].tombstones.has_value(), b.shards[i].tombstones.has_value());
    if (a.shards[i].tombstones) ExpectSame({*a.shards[i].tombstones}, {*b.shards[i].tombstones});
    EXPECT_EQ(a.shards[i].total_length, b.shards[i].total_length);
    EXPECT_EQ(a.shards[i].text_bytes, b.shards[i].text_bytes);
    EXPECT_EQ(a.shards[i].languages, b.shards[i].languages);
  }
}

TEST(ManifestTest, ComesBack) {
  Manifest undated = Sample();
  undated.oldest.reset();
  undated.newest.reset();
  for (const Manifest& m : {Manifest(), Sample(), undated}) {
    const absl::StatusOr<Manifest> back = DecodeManifest(EncodeManifest(m));
    ASSERT_TRUE(back.ok()) << back.status();
    ExpectSame(*back, m);
    EXPECT_EQ(ContentHash(*back), ContentHash(m));
  }
}

TEST(ManifestTest, EveryFlippedBitIsFound) {
  const std::string bytes = EncodeManifest(Sample());
  for (size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      EXPECT_TRUE(absl::IsDataLoss(DecodeManifest(damaged).status())) << "byte " << at << ", bit " << bit;
    }
  }
}

TEST(ManifestTest, EveryTruncationIsFound) {
  const std::string bytes = EncodeManifest(Sample());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_TRUE(absl::IsDataLoss(DecodeManifest(bytes.substr(0, size)).status())) << size;
  }
  EXPECT_TRUE(absl::IsDataLoss(DecodeManifest(bytes + "x").status()));
}

TEST(ManifestTest, AnotherFormatIsRefusedWithTheRemedy) {
  for (const uint32_t version : {0U, kFormatVersion + 1}) {
    Manifest m = Sample();
    m.format_version = version;
    const absl::Status status = DecodeManifest(EncodeManifest(m)).status();
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), absl::StrCat("version ", version))) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), "rebuild --from")) << status;
  }
}

TEST(ManifestTest, PathsStayInside) {
  const std::vector<std::string> escapes = {"", "/etc/passwd", "..", "../other", "shard-000/../../other", "a/.."};
  for (const std::string& path : escapes) {
    for (const int place : {0, 1, 2, 3}) {
      Manifest m = Sample();
      std::string& target = place == 0   ? m.shards[1].name
                            : place == 1 ? m.shards[1].files[1].path
                            : place == 2 ? m.shards[1].sidecars[0].path
                                         : m.shards[1].tombstones->path;
      target = path;
      const absl::Status status = DecodeManifest(EncodeManifest(m)).status();
      EXPECT_TRUE(absl::IsDataLoss(status)) << path << ": " << status;
      EXPECT_TRUE(absl::StrContains(status.message(), "leads out")) << status;
    }
  }
}

// A file with a right checksum whose facts and content hash do not belong together.
TEST(ManifestTest, AnInconsistentContentHashIsFound) {
  const std::string bytes = EncodeManifest(Sample());
  ManifestProto proto;
  ASSERT_TRUE(proto.ParseFromString(bytes.substr(16)));
  proto.set_total_length(proto.total_length() + 1);
  const std::string body = proto.SerializeAsString();
  std::string forged = bytes.substr(0, 8);
  base::AppendFixed64(forged, base::Hash64(body));
  forged += body;
  EXPECT_EQ(DecodeManifest(forged).status(), absl::DataLossError("manifest: content hash does not match"));
}

TEST(ManifestTest, TheContentHashSeesWhatDeterminesAnswers) {
  const uint64_t hash = ContentHash(Sample());
  const auto hash_with = [](auto change) {
    Manifest m = Sample();
    change(m);
    return ContentHash(m);
  };
  EXPECT_NE(hash_with([](Manifest& m) { m.format_version = index::kFormatVersion + 1; }), hash);
  EXPECT_NE(hash_with([](Manifest& m) { m.analyzer += "x"; }), hash);
  EXPECT_NE(hash_with([](Manifest& m) { ++m.documents; }), hash);
  EXPECT_NE(hash_with([](Manifest& m) { ++m.total_length; }), hash);
  EXPECT_NE(hash_with([](Manifest& m) { m.average_length += 0.001F; }), hash);
  EXPECT_NE(hash_with([](Manifest& m) { m.languages = {"de", "en"}; }), hash);
  EXPECT_NE(hash_with([](Manifest& m) { std::swap(m.shards[0], m.shards[1]); }), hash);
  EXPECT_NE(hash_with([](Manifest& m) { m.shards.pop_back(); }), hash);
  EXPECT_NE(hash_with([](Manifest& m) { m.shards[0].files[0].path += "x"; }), hash);
  EXPECT_NE(hash_with([](Manifest& m) { ++m.shards[0].files[0].checksum.blocks[1]; }), hash);
  EXPECT_NE(hash_with([](Manifest& m) { ++m.shards[0].files[1].checksum.bytes; }), hash);
  EXPECT_NE(hash_with([](Manifest& m) { ++m.shards[1].dead; }), hash);
  EXPECT_NE(hash_with([](Manifest& m) { ++m.shards[1].tombstones->checksum.blocks[0]; }), hash);
  EXPECT_NE(hash_with([](Manifest& m) { m.shards[0].tombstones = m.shards[1].tombstones; }), hash);
  // And nothing else, so that the same articles give the same hash.
  EXPECT_EQ(hash_with([](Manifest& m) { ++m.sequence; }), hash);
  EXPECT_EQ(hash_with([](Manifest& m) { ++m.created; }), hash);
  EXPECT_EQ(hash_with([](Manifest& m) { ++m.rejected; }), hash);
  EXPECT_EQ(hash_with([](Manifest& m) { m.operation = "merge"; }), hash);
  EXPECT_EQ(hash_with([](Manifest& m) { m.parent.clear(); }), hash);
  EXPECT_EQ(hash_with([](Manifest& m) { m.pair_share = 512; }), hash);
  EXPECT_EQ(hash_with([](Manifest& m) { m.shards[0].sidecars.clear(); }), hash);
}

TEST(ManifestTest, TheDeadAreCountedAndNamed) {
  const auto decoded_with = [](uint64_t dead, bool named) {
    Manifest m = Sample();
    m.shards[1].dead = dead;
    if (!named) m.shards[1].tombstones.reset();
    return DecodeManifest(EncodeManifest(m)).status();
  };
  EXPECT_TRUE(decoded_with(101, true).ok());
  EXPECT_TRUE(decoded_with(0, false).ok());
  EXPECT_TRUE(absl::IsDataLoss(decoded_with(102, true)));
  EXPECT_TRUE(absl::IsDataLoss(decoded_with(0, true)));
  EXPECT_TRUE(absl::IsDataLoss(decoded_with(1, false)));
}

TEST(ManifestTest, FileBytesAreOfAllFiles) {
  EXPECT_EQ(Sample().FileBytes(), 2U * (70'000 + 112 + 64) + 96);
  EXPECT_EQ(Manifest().FileBytes(), 0U);
}

TEST(ManifestTest, Names) {
  EXPECT_EQ(ShardName(0), "shard-000");
  EXPECT_EQ(ShardName(42), "shard-042");
  EXPECT_EQ(ShardName(1234), "shard-1234");
  EXPECT_EQ(ColumnsPath("shard-042"), "shard-042.columns");
  EXPECT_EQ(TombstonesPath("shard-042"), "shard-042.tombstones");
  for (const uint64_t sequence : {uint64_t{1}, uint64_t{999'999}, uint64_t{1'000'000}, ~uint64_t{0}}) {
    Manifest m = Sample();
    m.sequence = sequence;
    const std::string name = GenerationName(m);
    EXPECT_TRUE(IsGenerationName(name)) << name;
    EXPECT_TRUE(absl::EndsWith(name, absl::StrCat("-", absl::Hex(ContentHash(m), absl::kZeroPad16)))) << name;
  }
  EXPECT_TRUE(absl::StartsWith(GenerationName(Sample()), "g000012-"));
}

TEST(ManifestTest, WhatIsNoGenerationName) {
  const std::string good = "g000012-9f86d081884c7d65";
  EXPECT_TRUE(IsGenerationName(good));
  const std::vector<std::string> cases = {
      "",
      "g",
      "-",
      "g-9f86d081884c7d65",            // no number
      "000012-9f86d081884c7d65",
      "x000012-9f86d081884c7d65",
      "g000012",
      "g000012-9f86d081884c7d6",       // 15 digits
      "g000012-9f86d081884c7d651",     // 17
      "g000012-9f86d081884c7d6g",
      "g00x012-9f86d081884c7d65",
      "g000012-9f86d081-84c7d65",
      "tmp-12345",
      "../g000012-9f86d081884c7d65",   // nor a path to one
      good + "/",
      good + "\n",
      " " + good,
  };
  for (const std::string& name : cases) EXPECT_FALSE(IsGenerationName(name)) << name;
}

}  // namespace
}  // namespace dateline::index
