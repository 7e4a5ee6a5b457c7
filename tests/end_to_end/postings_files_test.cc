// The postings beside shards: the same bytes however they are made, refused when they are not what they should be,
// and never the cause of another answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "core/index/columns.h"
#include "core/index/generation.h"
#include "core/index/postings.h"
#include "core/index/postings_format.h"
#include "indexer/build/postings_writer.h"
#include "indexer/lifecycle/deep_check.h"
#include "indexer/lifecycle/operations.h"
#include "indexer/lifecycle/verify.h"
#include "searcher/serve/engine.h"
#include "tests/support/answer_text.h"
#include "tests/support/handmade_generation.h"
#include "tests/support/random_engine_test.h"

namespace dateline {
namespace {

using test::BuildIndex;
using test::BuildSetup;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PostingsFilesTest : public test::RandomEngineTest {
 protected:
  std::string index() const { return directory_.Path("index"); }

  // By name, the bytes of all postings of the current generation.
  static std::map<std::string, std::string> PostingsOf(const std::string& index_directory) {
    std::map<std::string, std::string> files;
    const index::Manifest manifest = test::CurrentManifest(index_directory).value();
    for (const index::ManifestShard& shard : manifest.shards) {
      const std::string path = index::PostingsPath(shard.name);
      files[path] = base::ReadFile(base::JoinPath(test::CurrentGeneration(index_directory), path)).value();
    }
    return files;
  }

  void AddSome() {
    build::BuildOptions batch;
    std::string lines;
    for (const article::Article& article : test::RandomArticles(*random_, 40)) lines += test::ToJsonLine(article);
    batch.inputs = {directory_.Write("batch.jsonl", lines)};
    batch.reject_log = directory_.Path("rejects.jsonl");
    ASSERT_TRUE(lifecycle::Add(index(), batch, means_).ok());
  }

  // The postings are those that accelerate makes from the shards alone.
  void ExpectMadeAgainAlike(const std::string& index_directory) {
    const std::map<std::string, std::string> made = PostingsOf(index_directory);
    const auto accelerated =
        lifecycle::Accelerate(index_directory, lifecycle::AccelerateOptions{true, absl::nullopt}, means_);
    ASSERT_TRUE(accelerated.ok()) << accelerated.status();
    ASSERT_EQ(accelerated->rebuilt, made.size());
    EXPECT_TRUE(PostingsOf(index_directory) == made) << "other bytes, seed " << seed_;
  }

  std::string File(size_t shard) const {
    return base::JoinPath(test::CurrentGeneration(index()), index::PostingsPath(index::ShardName(shard)));
  }

  static void Overwrite(const std::string& path, absl::string_view bytes) {
    ASSERT_TRUE(base::RemoveFile(path).ok());
    ASSERT_TRUE(base::WriteFileSynced(path, bytes).ok());
  }

  // Of a shard of the index, for the average length of another archive.
  void WriteForAnotherAverage(size_t shard) {
    index::Manifest manifest = test::CurrentManifest(index()).value();
    index::ManifestShard& entry = manifest.shards[shard];
    build::PostingsOptions options;
    options.generation_directory = test::CurrentGeneration(index());
    const auto columns = index::Columns::Open(
        base::JoinPath(options.generation_directory, index::ColumnsPath(entry.name)), entry.content_hash);
    ASSERT_TRUE(columns.ok()) << columns.status();
    options.work_directory = directory_.path();
    options.shard_name = entry.name;
    options.average_length = manifest.average_length * 2;
    options.lengths = (*columns)->lengths();
    build::PostingsWriter writer(options);
    ASSERT_TRUE(writer.FindPairs().ok());
    ASSERT_TRUE(writer.Write().ok());
    ASSERT_TRUE(writer.Finish(entry).ok());
  }

  lifecycle::Means means_;
};

// Writers give their shards other hashes, for their databases are not the same bytes; all else is the same.
std::map<std::string, std::string> WithoutShardHashes(std::map<std::string, std::string> files) {
  for (auto& [name, bytes] : files) {
    const size_t trailer = bytes.size() - sizeof(index::PostingsTrailer);
    bytes.replace(trailer + offsetof(index::PostingsTrailer, shard_hash), sizeof(uint64_t), 8, '\0');
  }
  return files;
}

TEST_F(PostingsFilesTest, AreTheSameHoweverTheyAreMade) {
  const std::vector<std::string> inputs = {WriteArticles()};
  for (const uint64_t shards : {1, 3}) {
    std::map<std::string, std::string> of_any;
    for (const build::DatabaseWriter writer : {build::DatabaseWriter::kBulk, build::DatabaseWriter::kLibrary}) {
      std::map<std::string, std::string> of_writer;
      for (const uint64_t threads : {1, 2, 8}) {
        SCOPED_TRACE(absl::StrCat(shards, " shards, writer ", static_cast<int>(writer), ", ", threads, " threads"));
        const std::string index = directory_.Path("made");
        ASSERT_TRUE(base::RemoveTree(index).ok());
        BuildSetup setup;
        setup.shards = shards;
        setup.threads = threads;
        setup.writer = writer;
        const auto built = BuildIndex(inputs, index, setup);
        ASSERT_TRUE(built.ok()) << built.status();
        if (threads == 1) {
          ExpectMadeAgainAlike(index);
        }
        const std::map<std::string, std::string> made = PostingsOf(index);
        if (of_writer.empty()) of_writer = made;
        if (of_any.empty()) of_any = WithoutShardHashes(made);
        ASSERT_TRUE(made == of_writer) << "seed " << seed_;
        ASSERT_TRUE(WithoutShardHashes(made) == of_any) << "seed " << seed_;
      }
    }
  }
}

TEST_F(PostingsFilesTest, AreTheSameAfterAddMergeAndRebuild) {
  engine_.reset();
  AddSome();
  ExpectMadeAgainAlike(index());
  ASSERT_TRUE(lifecycle::Merge(index(), lifecycle::MergeOptions{/*all=*/true}, means_).ok());
  ExpectMadeAgainAlike(index());
  ASSERT_TRUE(lifecycle::Rebuild(index(), directory_.Path("rebuilt"), 2, means_).ok());
  ExpectMadeAgainAlike(directory_.Path("rebuilt"));
}

// By term, by row, where it stands; only what is a written word or a pair of two.
using PlacesOfTerms = std::map<std::string, std::map<uint32_t, std::vector<uint32_t>>>;
struct WordsAndPairs {
  PlacesOfTerms words;
  PlacesOfTerms pairs;
};
WordsAndPairs ReadWordsAndPairs(const index::Postings& postings) {
  WordsAndPairs read;
  postings.Visit("", [&](absl::string_view term, const index::Postings::Term& where) {
    const bool is_pair = term.front() == index::kPairMark;
    if (!is_pair && !index::IsWrittenWord(term)) return true;
    const index::PostingList list = postings.List(where);
    auto& rows = (is_pair ? read.pairs : read.words)[std::string(term)];
    for (uint32_t posting = 0; posting < list.size(); ++posting) {
      std::vector<uint32_t>& positions = rows[list.RowOf(posting)];
      if (list.has_positions()) list.AppendPositions(posting, positions);
    }
    return true;
  });
  return read;
}

// The pairs that FORMAT.md speaks of, from the words alone.
PlacesOfTerms PairsOf(const PlacesOfTerms& words, uint32_t documents, uint32_t pair_share) {
  PlacesOfTerms pairs;
  for (const auto& [first, rows_of_first] : words) {
    if (rows_of_first.size() < index::PairDocuments(documents, pair_share)) continue;
    for (const auto& [second, rows_of_second] : words) {
      if (rows_of_second.size() < index::PairDocuments(documents, pair_share)) continue;
      const bool has_positions = 4 * std::min(rows_of_first.size(), rows_of_second.size()) >= documents;
      for (const auto& [row, positions] : rows_of_first) {
        const auto followers = rows_of_second.find(row);
        if (followers == rows_of_second.end()) continue;
        for (const uint32_t position : positions) {
          if (!std::binary_search(followers->second.begin(), followers->second.end(), position + 1)) continue;
          std::vector<uint32_t>& places = pairs[index::PairTerm(first, second)][row];
          if (has_positions) places.push_back(position);
        }
      }
    }
  }
  return pairs;
}

TEST_F(PostingsFilesTest, PairsAreWhereTheirWordsAre) {
  const index::Manifest manifest = test::CurrentManifest(index()).value();
  size_t with_positions = 0;
  size_t without = 0;
  for (const index::ManifestShard& shard : manifest.shards) {
    const std::string generation = test::CurrentGeneration(index());
    const auto columns =
        index::Columns::Open(base::JoinPath(generation, index::ColumnsPath(shard.name)), shard.content_hash).value();
    const index::Postings::Owner owner{shard.content_hash, manifest.average_length, columns->lengths()};
    const auto postings =
        index::Postings::Open(base::JoinPath(generation, index::PostingsPath(shard.name)), owner).value();
    const WordsAndPairs read = ReadWordsAndPairs(*postings);
    EXPECT_EQ(read.pairs, PairsOf(read.words, postings->documents(), manifest.pair_share))
        << shard.name << ", seed " << seed_;
    for (const auto& [pair, rows] : read.pairs) ++(rows.begin()->second.empty() ? without : with_positions);
  }
  EXPECT_GT(with_positions, 0U);
  EXPECT_GT(without, 0U);
}

// How many words have pairs is a matter of size and speed: it stays with the index and changes no answer.
TEST_F(PostingsFilesTest, ThePairsThatWereAskedForStayWithTheIndex) {
  const auto size = [this] {
    size_t bytes = 0;
    for (const auto& [path, file] : PostingsOf(index())) bytes += file.size();
    return bytes;
  };
  const auto accelerate = [this](uint32_t pair_share) {
    return lifecycle::Accelerate(index(), lifecycle::AccelerateOptions{false, pair_share}, means_).value().rebuilt;
  };
  const auto share = [this] { return test::CurrentManifest(index()).value().pair_share; };
  const size_t shards = test::CurrentManifest(index()).value().shards.size();
  std::vector<serve::SearchRequest> requests;
  std::vector<std::string> answers;
  for (int i = 0; i < 30; ++i) {
    requests.push_back(test::RandomRequest(*random_));
    requests.back().query = i % 2 == 0 ? absl::StrCat("\"", RandomQueryText(1), "\"") : RandomQueryText(3);
    const auto answer = engine_->Search(requests.back(), base::Deadline());
    answers.push_back(answer.ok() ? test::TextOf(*answer) : std::string(answer.status().message()));
  }
  const size_t with_default = size();
  EXPECT_EQ(accelerate(index::kDefaultPairShare), 0U) << "nothing to do";
  std::map<uint32_t, size_t> sizes = {{index::kDefaultPairShare, with_default}};
  for (const uint32_t wanted : {0U, 2U, 4U, index::kMostPairShare}) {
    SCOPED_TRACE(absl::StrCat("one in ", wanted));
    ASSERT_EQ(accelerate(wanted), shards);
    EXPECT_EQ(share(), wanted);
    sizes[wanted] = size();
    ExpectMadeAgainAlike(index());
    const auto engine = serve::Engine::Open(index(), serve::EngineOptions());
    ASSERT_TRUE(engine.ok()) << engine.status();
    for (size_t i = 0; i < requests.size(); ++i) {
      const auto answer = (*engine)->Search(requests[i], base::Deadline());
      EXPECT_EQ(answer.ok() ? test::TextOf(*answer) : std::string(answer.status().message()), answers[i])
          << requests[i].query;
    }
  }
  EXPECT_LT(sizes[0], sizes[2]);
  EXPECT_LT(sizes[2], sizes[4]);
  EXPECT_LE(sizes[4], sizes[index::kMostPairShare]);
  engine_.reset();
  ASSERT_EQ(accelerate(4), shards);
  ASSERT_TRUE(lifecycle::Delete(index(), {articles_.front().id}, /*dry_run=*/false, means_).ok());
  EXPECT_EQ(share(), 4U);
  AddSome();
  EXPECT_EQ(share(), 4U);
  ExpectMadeAgainAlike(index());
  ASSERT_TRUE(lifecycle::Merge(index(), lifecycle::MergeOptions{/*all=*/true}, means_).ok());
  EXPECT_EQ(share(), 4U);
  ExpectMadeAgainAlike(index());
  const std::string rebuilt = directory_.Path("rebuilt");
  ASSERT_TRUE(lifecycle::Rebuild(index(), rebuilt, 1, means_).ok());
  EXPECT_EQ(test::CurrentManifest(rebuilt).value().pair_share, 4U);
  ExpectMadeAgainAlike(rebuilt);
}

TEST_F(PostingsFilesTest, WhatCannotBeUsedIsRefusedAndChangesNoAnswer) {
  const std::string good = base::ReadFile(File(1)).value();
  const auto changed = [&good](size_t from_end, char byte) {
    std::string bad = good;
    bad[bad.size() - from_end] = byte;
    return bad;
  };
  struct Case {
    std::string name;
    std::string warning;
    std::function<void()> spoil;
  };
  const std::vector<Case> cases = {
      {"deleted", "No such file", [&] { ASSERT_TRUE(base::RemoveFile(File(1)).ok()); }},
      {"empty", "is cut short", [&] { Overwrite(File(1), ""); }},
      {"truncated", "cut short", [&] { Overwrite(File(1), good.substr(0, good.size() / 2)); }},
      {"with a hole", "do not add up",
       [&] { Overwrite(File(1), absl::StrCat(good.substr(0, 64), good.substr(128))); }},
      {"foreign", "belongs to another shard", [&] { Overwrite(File(1), base::ReadFile(File(0)).value()); }},
      {"of a later version", "unknown version", [&] { Overwrite(File(1), changed(12, 99)); }},
      {"something else", "is no file of postings", [&] { Overwrite(File(1), changed(1, 'X')); }},
      {"of another average", "average length", [&] { WriteForAnotherAverage(1); }},
  };
  const auto expect_same_answers = [&](const Case& bad, bool verify) {
    serve::EngineOptions options;
    options.verify_checksums = verify;
    const auto spoilt = serve::Engine::Open(index(), options);
    ASSERT_TRUE(spoilt.ok()) << spoilt.status();
    for (int i = 0; i < 15; ++i) {
      serve::SearchRequest request = test::RandomRequest(*random_);
      request.query = i == 0 ? "*" : RandomQueryText(3);
      auto slow = (*spoilt)->Search(request, base::Deadline());
      ASSERT_TRUE(slow.ok()) << slow.status();
      auto fast = Search(request);
      ASSERT_THAT(slow->warnings, SizeIs(fast.warnings.size() + 1));
      EXPECT_THAT(slow->warnings.back(), HasSubstr("answers are slower: postings cannot be used"));
      EXPECT_THAT(slow->warnings.back(), HasSubstr(index::PostingsPath(index::ShardName(1))));
      // Whoever compares checksums does not open it at all; the others are told what is left to say of it.
      if (!verify) {
        EXPECT_THAT(slow->warnings.back(), HasSubstr(bad.warning));
      }
      slow->warnings.pop_back();
      EXPECT_EQ(test::TextOf(slow), test::TextOf(fast)) << request.query;
    }
  };
  for (const Case& bad : cases) {
    SCOPED_TRACE(bad.name);
    bad.spoil();
    expect_same_answers(bad, /*verify=*/true);
    expect_same_answers(bad, /*verify=*/false);
    if (base::Exists(File(1))) {
      ASSERT_TRUE(base::RemoveFile(File(1)).ok());
    }
    ASSERT_TRUE(base::WriteFileSynced(File(1), good).ok());
  }
}

TEST_F(PostingsFilesTest, VerifyNamesWhatIsMissingAndAccelerateMakesIt) {
  engine_.reset();
  const std::map<std::string, std::string> good = PostingsOf(index());
  const std::string missing = File(2);
  ASSERT_TRUE(base::RemoveFile(missing).ok());
  const auto noted = [&] { return lifecycle::Verify(index(), lifecycle::VerifyOptions()).value(); };
  EXPECT_THAT(noted().problems, IsEmpty());
  EXPECT_THAT(noted().notes, ElementsAre(HasSubstr(absl::StrCat(missing, ": is missing"))));
  // The next generation is linked without it, and its manifest does not know of it.
  ASSERT_TRUE(lifecycle::Delete(index(), {articles_.front().id}, /*dry_run=*/false, means_).ok());
  EXPECT_THAT(noted().notes, ElementsAre(HasSubstr(absl::StrCat(File(2), ": is missing"))));
  const auto accelerated = lifecycle::Accelerate(index(), {}, means_);
  ASSERT_TRUE(accelerated.ok()) << accelerated.status();
  EXPECT_EQ(accelerated->rebuilt, 1U);
  EXPECT_THAT(noted().notes, IsEmpty());
  EXPECT_TRUE(PostingsOf(index()) == good);
}

// What has the right checksums and lengths, and says something wrong: a writer with a fault made it.
TEST_F(PostingsFilesTest, DeepVerifyReadsThem) {
  engine_.reset();
  const index::Manifest manifest = test::CurrentManifest(index()).value();
  const std::string directory = test::CurrentGeneration(index());
  const auto problems = [&](size_t shard) {
    return lifecycle::DeepCheckShard(directory, manifest.shards[shard], manifest.average_length);
  };
  EXPECT_THAT(problems(1), IsEmpty());
  const std::string good = base::ReadFile(File(1)).value();
  int found = 0;
  constexpr int kTrials = 60;
  for (int i = 0; i < kTrials; ++i) {
    std::string bad = good;
    // In the records, which end before the dictionary.
    bad[random_->Below(bad.size() / 4)] ^= static_cast<char>(1U << random_->Below(8));
    Overwrite(File(1), bad);
    found += problems(1).empty() ? 0 : 1;
  }
  EXPECT_GT(found, kTrials / 3) << "most of what is wrong shows without the shard beside it";
  WriteForAnotherAverage(1);
  EXPECT_THAT(problems(1), ElementsAre(HasSubstr("average length")));
  Overwrite(File(1), good);
  EXPECT_THAT(problems(1), IsEmpty());
}

}  // namespace
}  // namespace dateline
