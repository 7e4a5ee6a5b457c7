// Postings against a map of what was put in, and against damage.
#include "core/index/postings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/index/postings_builder.h"
#include "core/index/score.h"
#include "tests/support/random.h"
#include "tests/support/temp_dir.h"

namespace dateline::index {
namespace {

using ::testing::ElementsAre;

constexpr uint64_t kShardHash = 77;
constexpr float kAverage = 100;

struct Posting {
  uint32_t row = 0;
  uint32_t wdf = 0;
  std::vector<uint32_t> positions;
};
using Lists = std::map<std::string, std::vector<Posting>>;

std::string Build(const test::TempDir& dir, const Lists& lists, const std::vector<uint32_t>& lengths) {
  std::string path = dir.Path("p");
  PostingsBuilder::Options options;
  options.average_length = kAverage;
  options.lengths = lengths;
  absl::StatusOr<PostingsBuilder> builder = PostingsBuilder::Create(path, options);
  EXPECT_TRUE(builder.ok()) << builder.status();
  for (const auto& [term, postings] : lists) {
    builder->Begin(term);
    for (const Posting& posting : postings) builder->Add(posting.row, posting.wdf, posting.positions);
    EXPECT_TRUE(builder->End().ok());
  }
  const absl::StatusOr<base::FileChecksum> checksum = builder->Finish(kShardHash, /*sync=*/false);
  EXPECT_TRUE(checksum.ok()) << checksum.status();
  EXPECT_EQ(*checksum, *base::ChecksumFile(path));
  return path;
}

absl::StatusOr<std::unique_ptr<Postings>> Open(const std::string& path, const std::vector<uint32_t>& lengths) {
  return Postings::Open(path, Postings::Owner{kShardHash, kAverage, lengths});
}

std::vector<uint32_t> RandomLengths(test::Random& random, uint32_t documents) {
  std::vector<uint32_t> lengths;
  for (uint32_t i = 0; i < documents; ++i) lengths.push_back(static_cast<uint32_t>(random.Below(1000)));
  return lengths;
}

std::vector<Posting> RandomPostings(test::Random& random, uint32_t documents, uint64_t one_in, bool scored,
                                    bool positions, uint32_t greatest) {
  std::vector<Posting> postings;
  for (uint32_t row = 0; row < documents; ++row) {
    if (random.Below(one_in) != 0) continue;
    Posting posting;
    posting.row = row;
    if (scored) posting.wdf = static_cast<uint32_t>(random.Below(greatest)) + 1;
    const uint64_t count = positions ? random.Below(4) : 0;
    uint32_t position = 0;
    for (uint64_t i = 0; i < count; ++i) {
      position += static_cast<uint32_t>(random.Below(greatest)) + 1;
      posting.positions.push_back(position);
    }
    postings.push_back(std::move(posting));
  }
  return postings;
}

void ExpectList(const PostingList& list, const std::vector<Posting>& expected, const std::vector<uint32_t>& lengths) {
  ASSERT_EQ(list.size(), expected.size());
  std::map<uint32_t, uint32_t> posting_by_row;
  std::vector<uint8_t> impacts;
  for (uint32_t i = 0; i < expected.size(); ++i) {
    const Posting& posting = expected[i];
    posting_by_row[posting.row] = i;
    ASSERT_EQ(list.RowOf(i), posting.row);
    if (list.scored()) {
      ASSERT_EQ(list.wdf(i), posting.wdf);
      const float saturation = Saturation(posting.wdf, LengthNorm(lengths[posting.row], kAverage));
      ASSERT_LE(saturation, list.greatest_saturation());
      ASSERT_GE(list.impacts()[i], 1);
      ASSERT_GE(double{list.greatest_saturation()} * list.impacts()[i], 255.0 * double{saturation});
      ASSERT_LT(double{list.greatest_saturation()} * (list.impacts()[i] - 1),
                255.0 * double{saturation} * (1 + 1e-9));
      impacts.push_back(list.impacts()[i]);
    } else {
      ASSERT_EQ(posting.wdf, 0U);
    }
    std::vector<uint32_t> positions;
    if (list.has_positions()) list.AppendPositions(i, positions);
    ASSERT_EQ(positions, posting.positions);
  }
  for (const uint32_t step : {1U, 3U, 70U}) {
    std::vector<uint32_t> postings;
    std::vector<uint32_t> expected_rows;
    for (uint32_t i = 0; i < expected.size(); i += step) {
      postings.push_back(i);
      expected_rows.push_back(expected[i].row);
    }
    std::vector<uint32_t> rows = {7};
    list.RowsOf(postings, rows);
    ASSERT_EQ(rows, expected_rows);
  }
  for (uint32_t row = 0; row < lengths.size(); ++row) {
    const auto found = posting_by_row.find(row);
    ASSERT_EQ(list.PostingOf(row), found == posting_by_row.end() ? kNoPosting : found->second) << row;
  }
  std::sort(impacts.rbegin(), impacts.rend());
  for (size_t rank = 0; rank < kImpactRanks.size(); ++rank) {
    const bool known = expected.size() > kShortList && impacts.size() >= kImpactRanks[rank];
    EXPECT_EQ(list.ImpactAtRank(rank), known ? impacts[kImpactRanks[rank] - 1] : 0);
  }
}

// Lists of all densities, over no, one and several chunks.
TEST(PostingsTest, RandomListsComeBack) {
  const test::TempDir dir;
  const uint64_t seed = test::TestSeed(121);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  for (const uint32_t documents : {1U, 17U, 500U, 65'536U, 65'537U, 150'000U}) {
    SCOPED_TRACE(absl::StrCat(documents, " documents"));
    const std::vector<uint32_t> lengths = RandomLengths(random, documents);
    Lists lists;
    for (const uint64_t one_in : {1, 2, 15, 16, 17, 300, 5'000, 60'000}) {
      for (const bool scored : {false, true}) {
        for (const bool positions : {false, true}) {
          const uint32_t greatest = random.Below(4) == 0 ? 70'000 : random.Below(2) == 0 ? 300 : 9;
          std::vector<Posting> postings = RandomPostings(random, documents, one_in, scored, positions, greatest);
          if (!postings.empty()) {
            lists.emplace(absl::StrCat("term-", one_in, scored ? "s" : "", positions ? "p" : ""),
                          std::move(postings));
          }
        }
      }
    }
    const absl::StatusOr<std::unique_ptr<Postings>> postings = Open(Build(dir, lists, lengths), lengths);
    ASSERT_TRUE(postings.ok()) << postings.status();
    EXPECT_TRUE((*postings)->Check().ok()) << (*postings)->Check();
    EXPECT_EQ((*postings)->terms(), lists.size());
    for (const auto& [term, expected] : lists) {
      SCOPED_TRACE(term);
      const absl::optional<Postings::Term> found = (*postings)->Find(term);
      ASSERT_TRUE(found.has_value());
      EXPECT_EQ(found->documents, expected.size());
      ExpectList((*postings)->List(*found), expected, lengths);
    }
  }
}

std::vector<std::string> TermsBelow(const Postings& postings, absl::string_view prefix, size_t most) {
  std::vector<std::string> terms;
  postings.Visit(prefix, [&](absl::string_view term, const Postings::Term&) {
    terms.emplace_back(term);
    return terms.size() < most;
  });
  return terms;
}

TEST(PostingsTest, DictionaryOfManyTerms) {
  const test::TempDir dir;
  const std::vector<uint32_t> lengths = {1, 2, 3};
  Lists lists;
  for (int i = 0; i < 1000; ++i) lists[absl::StrCat("t", i)] = {{static_cast<uint32_t>(i % 3), 0, {}}};
  lists[std::string("\0\xff", 2)] = {{2, 0, {}}};
  lists["Zt1"] = {{0, 1, {}}};
  const absl::StatusOr<std::unique_ptr<Postings>> postings = Open(Build(dir, lists, lengths), lengths);
  ASSERT_TRUE(postings.ok()) << postings.status();
  for (const auto& [term, expected] : lists) {
    const absl::optional<Postings::Term> found = (*postings)->Find(term);
    ASSERT_TRUE(found.has_value()) << term;
    EXPECT_EQ((*postings)->List(*found).RowOf(0), expected.front().row);
  }
  for (const char* absent : {"", "a", "t", "t1000", "t99x", "u", "Z"}) {
    EXPECT_FALSE((*postings)->Find(absent).has_value()) << absent;
  }
  EXPECT_THAT(TermsBelow(**postings, "t99", 100),
              ElementsAre("t99", "t990", "t991", "t992", "t993", "t994", "t995", "t996", "t997", "t998", "t999"));
  EXPECT_THAT(TermsBelow(**postings, "t99", 2), ElementsAre("t99", "t990"));
  EXPECT_THAT(TermsBelow(**postings, "Z", 100), ElementsAre("Zt1"));
  EXPECT_THAT(TermsBelow(**postings, "x", 100), ElementsAre());
  EXPECT_EQ(TermsBelow(**postings, "", 10'000).size(), lists.size());
}

TEST(PostingsTest, NoTermsAndNoDocuments) {
  const test::TempDir dir;
  for (const std::vector<uint32_t>& lengths : {std::vector<uint32_t>(), std::vector<uint32_t>{5}}) {
    const absl::StatusOr<std::unique_ptr<Postings>> postings = Open(Build(dir, {}, lengths), lengths);
    ASSERT_TRUE(postings.ok()) << postings.status();
    EXPECT_TRUE((*postings)->Check().ok()) << (*postings)->Check();
    EXPECT_FALSE((*postings)->Find("a").has_value());
    EXPECT_THAT(TermsBelow(**postings, "", 10), ElementsAre());
  }
}

TEST(PostingsTest, OfAnotherOwner) {
  const test::TempDir dir;
  const std::vector<uint32_t> lengths = {1, 2, 3};
  const std::string path = Build(dir, {{"a", {{1, 1, {1}}}}}, lengths);
  const auto refusal = [&](uint64_t hash, float average, const std::vector<uint32_t>& own) {
    return Postings::Open(path, Postings::Owner{hash, average, own}).status();
  };
  EXPECT_TRUE(absl::IsFailedPrecondition(refusal(kShardHash + 1, kAverage, lengths)));
  EXPECT_TRUE(absl::StrContains(refusal(kShardHash, kAverage + 1, lengths).message(), "average length"));
  EXPECT_TRUE(absl::IsDataLoss(refusal(kShardHash, kAverage, {1, 2})));
  EXPECT_TRUE(absl::IsNotFound(Open(dir.Path("absent"), lengths).status()));
  std::string newer = *base::ReadFile(path);
  newer[newer.size() - 12] = 9;
  const absl::Status version = Open(dir.Write("newer", newer), lengths).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(version) && absl::StrContains(version.message(), "version 9")) << version;
}

TEST(PostingsTest, NoTruncationPasses) {
  const test::TempDir dir;
  const std::vector<uint32_t> lengths = {1, 2, 3};
  const std::string bytes = *base::ReadFile(Build(dir, {{"a", {{1, 1, {1}}}}, {"b", {{2, 1, {7}}}}}, lengths));
  for (size_t size = 0; size < bytes.size(); ++size) {
    const absl::Status status = Open(dir.Write("c", bytes.substr(0, size)), lengths).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << size << " of " << bytes.size() << ": " << status;
  }
}

// Of what is wrong without lying outside of anything, so that answers would be wrong and nothing else.
TEST(PostingsTest, CheckKnowsWhatMustFollow) {
  const test::TempDir dir;
  test::Random random(123);
  const std::vector<uint32_t> lengths = RandomLengths(random, 40);
  std::vector<Posting> postings;
  for (uint32_t row = 0; row < 40; ++row) postings.push_back({row, 1 + row % 3, {5, 300 + row}});
  const std::string good = *base::ReadFile(Build(dir, {{"a", postings}}, lengths));
  const size_t last_positions = good.rfind("\x05\xce\x02");  // of the last posting: 5, and 334 more
  ASSERT_NE(last_positions, std::string::npos);
  struct Case {
    const char* name;
    size_t at;
    std::string bytes;
  };
  const std::vector<Case> cases = {
      {"the impact of a rank", offsetof(RecordHeader, impact_at_rank), "\x07"},
      {"the greatest saturation", offsetof(RecordHeader, greatest_saturation) + 3, std::string(1, '\x7f')},
      {"a position twice", last_positions + 1, std::string("\x80\x00", 2)},
  };
  for (const Case& wrong : cases) {
    std::string bad = good;
    bad.replace(wrong.at, wrong.bytes.size(), wrong.bytes);
    ASSERT_NE(bad, good) << wrong.name;
    const absl::StatusOr<std::unique_ptr<Postings>> opened = Open(dir.Write("bad", bad), lengths);
    ASSERT_TRUE(opened.ok()) << wrong.name << ": " << opened.status();
    EXPECT_TRUE(absl::IsDataLoss((*opened)->Check())) << wrong.name;
  }
}

// A position of more bytes than any has: reading it would shift by more than a word is wide.
TEST(PostingsTest, CheckKnowsEndlessPositions) {
  const test::TempDir dir;
  const std::vector<uint32_t> lengths = {1};
  std::string bytes = *base::ReadFile(Build(dir, {{"a", {{0, 0, {1, 2, 3, 4, 5, 6, 7, 8}}}}}, lengths));
  const size_t positions = 3;  // behind the flags, the row and the bytes of positions
  ASSERT_EQ(bytes.substr(positions, 8), "\1\1\1\1\1\1\1\1");
  bytes.replace(positions, 8, std::string("\x80\x80\x80\x80\x80\x80\x80\x00", 8));
  const absl::StatusOr<std::unique_ptr<Postings>> opened = Open(dir.Write("bad", bytes), lengths);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_TRUE(absl::IsDataLoss((*opened)->Check()));
}

// What Check lets pass can be read, and says the same or other things, but never reads elsewhere (run with asan).
TEST(PostingsTest, DamageIsFoundOrHarmless) {
  const test::TempDir dir;
  const uint64_t seed = test::TestSeed(122);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  test::Random random(seed);
  const std::vector<uint32_t> lengths = RandomLengths(random, 700);
  Lists lists;
  for (const uint64_t one_in : {1, 2, 20, 300}) {
    lists.emplace(absl::StrCat("t", one_in), RandomPostings(random, 700, one_in, true, true, 300));
  }
  const std::string bytes = *base::ReadFile(Build(dir, lists, lengths));
  int refused = 0;
  for (int i = 0; i < test::Scaled(2000); ++i) {
    std::string damaged = bytes;
    damaged[random.Below(bytes.size())] = static_cast<char>(random.Bits());
    if (damaged == bytes) continue;
    const absl::StatusOr<std::unique_ptr<Postings>> postings = Open(dir.Write("c", damaged), lengths);
    if (!postings.ok() || !(*postings)->Check().ok()) {
      ++refused;
      continue;
    }
    for (const auto& [term, expected] : lists) {
      const absl::optional<Postings::Term> found = (*postings)->Find(term);
      if (!found) continue;
      const PostingList list = (*postings)->List(*found);
      std::vector<uint32_t> positions;
      for (uint32_t posting = 0; posting < list.size(); ++posting) {
        EXPECT_EQ(list.PostingOf(list.RowOf(posting)), posting);
        if (list.has_positions()) list.AppendPositions(posting, positions);
      }
    }
  }
  EXPECT_GT(refused, test::Scaled(2000) / 4);
}

}  // namespace
}  // namespace dateline::index
