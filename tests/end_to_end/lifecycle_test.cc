// The index as a living thing, beside a model of it: after any sequence of add, replace, delete and merge it holds
// the articles of the model, and every number of its statistics is that of one build from them.
//
//   DATELINE_TEST_SCALE=100 lifecycle_test --gtest_filter='*RandomSequences*'           10,000 sequences
//   DATELINE_TEST_INDEX=DIR lifecycle_test --gtest_filter='*OnAnArchive*'               ten on the articles of an
//   index
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <xapian.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/file.h"
#include "core/index/generation.h"
#include "core/text/analyzer.h"
#include "indexer/lifecycle/history.h"
#include "indexer/lifecycle/live_articles.h"
#include "indexer/lifecycle/operations.h"
#include "indexer/lifecycle/verify.h"
#include "searcher/query/query_ast.h"
#include "searcher/serve/engine.h"
#include "tests/support/answer_text.h"
#include "tests/support/random.h"
#include "tests/support/random_corpus.h"
#include "tests/support/suite_results.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_index.h"

namespace dateline {
namespace {

using article::Article;
using test::Random;

// What an index holds, read through nothing but its shards.
struct Contents {
  index::Manifest manifest;
  std::vector<Article> articles;                // in the order of documents; without their paths
  std::map<std::string, uint64_t> frequencies;  // of living documents, by term
};

Contents ReadAll(const std::string& index_directory) {
  Contents contents;
  const auto generation = index::Generation::Open(index_directory, index::ReadCurrent(index_directory).value(),
                                                  text::Analyzer::Fingerprint());
  EXPECT_TRUE(generation.ok()) << generation.status();
  contents.manifest = (*generation)->manifest();
  std::vector<std::unique_ptr<lifecycle::ShardReader>> readers;
  std::vector<const lifecycle::ShardReader*> shards;
  for (const index::ManifestShard& shard : contents.manifest.shards) {
    readers.push_back(lifecycle::ShardReader::Open((*generation)->Path(""), shard).value());
    shards.push_back(readers.back().get());
    const Xapian::Database database((*generation)->Path(shard.name));
    for (auto term = database.allterms_begin(); term != database.allterms_end(); ++term) {
      const index::Tombstones* dead = readers.back()->tombstones();
      const uint64_t live = term.get_termfreq() - (dead == nullptr ? 0 : dead->DeadWith(*term));
      if (live > 0) contents.frequencies[*term] += live;
    }
  }
  lifecycle::LiveArticles articles(shards);
  for (;;) {
    auto article = articles.Next();
    EXPECT_TRUE(article.ok()) << article.status();
    if (!article.ok() || !*article) break;
    (*article)->path.clear();
    contents.articles.push_back(**std::move(article));
  }
  return contents;
}

std::string Lines(const std::vector<Article>& articles) {
  std::string lines;
  for (const Article& article : articles) lines += test::ToJsonLine(article);
  return lines;
}

class LifecycleTest : public ::testing::Test {
 protected:
  // One index, its model, and what may happen to them.
  struct Twin {
    std::string directory;
    std::map<std::string, Article> model;  // by id
    std::string log;                       // what happened
  };

  void Create(Twin& twin, const std::vector<Article>& articles, uint64_t shards) {
    twin.directory = directory_.Path(absl::StrCat("index-", ++indexes_));
    test::BuildSetup setup;
    setup.shards = shards;
    const auto built = test::BuildIndex(articles, twin.directory, setup);
    ASSERT_TRUE(built.ok()) << built.status();
    for (const Article& article : articles) twin.model[article.id] = article;
  }

  void Add(Twin& twin, const std::vector<Article>& articles) {
    absl::StrAppend(&twin.log, "add ", articles.size(), "; ");
    build::BuildOptions batch;
    batch.inputs = {directory_.Write("batch.jsonl", Lines(articles))};
    batch.reject_log = directory_.Path("rejects.jsonl");
    const auto added = lifecycle::Add(twin.directory, batch, means_);
    ASSERT_TRUE(added.ok()) << added.status() << " after " << twin.log;
    std::set<std::string> ids;
    size_t replaced = 0;
    for (const Article& article : articles) {
      if (ids.insert(article.id).second) replaced += twin.model.count(article.id);
      twin.model[article.id] = article;
    }
    EXPECT_EQ(added->added, ids.size());
    EXPECT_EQ(added->replaced, replaced);
    EXPECT_EQ(added->rejected, 0U);
  }

  void Delete(Twin& twin, const std::vector<std::string>& ids) {
    absl::StrAppend(&twin.log, "delete ", absl::StrJoin(ids, ","), "; ");
    const auto deleted = lifecycle::Delete(twin.directory, ids, /*dry_run=*/false, means_);
    ASSERT_TRUE(deleted.ok()) << deleted.status() << " after " << twin.log;
    size_t known = 0;
    for (const std::string& id : ids) known += twin.model.erase(id);
    EXPECT_EQ(deleted->deleted.size(), known);
    EXPECT_EQ(deleted->missing.size(), ids.size() - known);
  }

  void Merge(Twin& twin, bool all) {
    absl::StrAppend(&twin.log, all ? "merge all; " : "merge; ");
    lifecycle::MergeOptions options;
    options.all = all;
    const auto merged = lifecycle::Merge(twin.directory, options, means_);
    ASSERT_TRUE(merged.ok()) << merged.status() << " after " << twin.log;
    if (!all) return;
    EXPECT_EQ(merged->manifest.shards.size(), 1U);
    EXPECT_EQ(merged->manifest.shards[0].dead, 0U);
  }

  void RandomStep(Random& random, Twin& twin) {
    switch (random.Below(8)) {
      case 0:
      case 1:
      case 2:
      case 3: {
        // Some of these ids are new, some replace.
        std::vector<Article> articles = test::RandomArticles(random, static_cast<int>(1 + random.Below(6)));
        if (articles.empty()) return;
        for (Article& article : articles) {
          article.id = absl::StrCat("doc-", random.Below(40));
          ASSERT_TRUE(article::Finish(article).ok());
        }
        return Add(twin, articles);
      }
      case 4:
      case 5: {
        std::vector<std::string> ids;
        for (uint64_t n = 1 + random.Below(6); n > 0; --n) ids.push_back(absl::StrCat("doc-", random.Below(40)));
        std::set<std::string> left;
        for (const auto& entry : twin.model) left.insert(entry.first);
        for (const std::string& id : ids) left.erase(id);
        return left.empty() ? void() : Delete(twin, ids);
      }
      default:
        return Merge(twin, random.OneIn(2));
    }
  }

  // The index beside one build from the model, with the same average length.
  void ExpectAsBuilt(const Twin& twin) {
    std::vector<Article> articles;
    for (const auto& entry : twin.model) articles.push_back(entry.second);
    const Contents living = ReadAll(twin.directory);
    const std::string fresh = directory_.Path("fresh");
    ASSERT_TRUE(base::RemoveTree(fresh).ok());
    test::BuildSetup setup;
    setup.average_length = living.manifest.average_length;
    const auto rebuilt = test::BuildIndex(articles, fresh, setup);
    ASSERT_TRUE(rebuilt.ok()) << rebuilt.status();
    const Contents built = ReadAll(fresh);
    SCOPED_TRACE(twin.log);
    EXPECT_EQ(living.articles, built.articles);
    EXPECT_EQ(living.frequencies, built.frequencies);
    EXPECT_EQ(living.manifest.documents, built.manifest.documents);
    EXPECT_EQ(living.manifest.total_length, built.manifest.total_length);
    EXPECT_EQ(living.manifest.average_length, built.manifest.average_length);
    EXPECT_EQ(living.manifest.languages, built.manifest.languages);
    EXPECT_EQ(living.manifest.undated, built.manifest.undated);
    EXPECT_EQ(living.manifest.oldest, built.manifest.oldest);
    EXPECT_EQ(living.manifest.newest, built.manifest.newest);
    EXPECT_EQ(living.manifest.text_bytes, built.manifest.text_bytes);
  }

  // Both answer random questions alike: hits, order, scores bit for bit, totals, facets, histograms, snippets.
  template <typename Question>
  void ExpectSameAnswers(Random& random, const Twin& twin, int questions, Question next_question) {
    const auto living = serve::Engine::Open(twin.directory);
    ASSERT_TRUE(living.ok()) << living.status();
    serve::EngineOptions reference;
    reference.match_engine = match::fast::MatchEngine::kXapian;
    const auto built = serve::Engine::Open(directory_.Path("fresh"), reference);
    ASSERT_TRUE(built.ok()) << built.status();
    for (int i = 0; i < questions; ++i) {
      serve::SearchRequest request = test::RandomRequest(random);
      request.query = i == 0 ? "*" : next_question();
      request.page_size = 100;
      EXPECT_EQ(test::TextOf((*living)->Search(request, base::Deadline())),
                test::TextOf((*built)->Search(request, base::Deadline())))
          << request.query << " after " << twin.log;
    }
  }

  void ExpectSound(const Twin& twin) {
    lifecycle::VerifyOptions options;
    options.deep = true;
    const auto verified = lifecycle::Verify(twin.directory, options);
    ASSERT_TRUE(verified.ok()) << verified.status();
    EXPECT_THAT(verified->problems, ::testing::IsEmpty()) << twin.log;
  }

  test::TempDir directory_;
  lifecycle::Means means_;
  int indexes_ = 0;
};

TEST_F(LifecycleTest, RandomSequencesEndAsOneBuild) {
  const uint64_t seed = test::TestSeed(20261122);
  const int sequences = test::Scaled(100);
  for (int i = 0; i < sequences; ++i) {
    SCOPED_TRACE(absl::StrCat("seed ", seed, ", sequence ", i));
    Random random(seed + static_cast<uint64_t>(i));
    Twin twin;
    std::vector<Article> first = test::RandomArticles(random, static_cast<int>(5 + random.Below(20)));
    Create(twin, first, 1 + random.Below(3));
    for (uint64_t step = 2 + random.Below(8); step > 0 && !HasFailure(); --step) RandomStep(random, twin);
    ExpectAsBuilt(twin);
    ExpectSameAnswers(random, twin, 10, [&random] { return query::ToString(test::RandomQuery(random, 3)); });
    if (i % 10 == 0) ExpectSound(twin);
    ASSERT_FALSE(HasFailure()) << twin.log;
    ASSERT_TRUE(base::RemoveTree(twin.directory).ok());
  }
  const auto done = static_cast<uint64_t>(sequences);
  test::RecordResult("lifecycle_test.RandomSequencesEndAsOneBuild", "small archives", done, done, seed);
}

// Two neighbouring words of an article, as two words, as a row, or one of them.
std::string QuestionFrom(Random& random, const std::vector<Article>& articles) {
  for (;;) {
    const std::vector<std::string> words = absl::StrSplit(random.Pick(articles).body, absl::ByAnyChar(" \n"));
    if (words.size() < 2) continue;
    const size_t place = random.Below(words.size() - 1);
    const std::string& a = words[place];
    const std::string& b = words[place + 1];
    const auto plain = [](const std::string& word) {
      return word.size() > 2 && std::all_of(word.begin(), word.end(), absl::ascii_islower);
    };
    if (!plain(a) || !plain(b)) continue;
    switch (random.Below(4)) {
      case 0:
        return absl::StrCat("\"", a, " ", b, "\"");
      case 1:
        return absl::StrCat(a, " OR ", b);
      case 2:
        return a;
      default:
        return absl::StrCat(a, " ", b);
    }
  }
}

TEST_F(LifecycleTest, SequencesOnAnArchiveEndAsOneBuild) {
  const char* archive = std::getenv("DATELINE_TEST_INDEX");
  if (archive == nullptr) GTEST_SKIP() << "DATELINE_TEST_INDEX names no index";
  const uint64_t seed = test::TestSeed(20261122);
  const std::vector<Article> articles = ReadAll(archive).articles;
  ASSERT_GT(articles.size(), 100U);
  constexpr int kSequences = 10;
  for (int i = 0; i < kSequences; ++i) {
    SCOPED_TRACE(absl::StrCat("seed ", seed, ", sequence ", i));
    Random random(seed + static_cast<uint64_t>(i));
    // Most are there from the start; the rest, and new versions of all, come later.
    std::vector<Article> first;
    for (const Article& article : articles) {
      if (!random.OneIn(20)) first.push_back(article);
    }
    Twin twin;
    Create(twin, first, 1 + random.Below(3));
    for (uint64_t step = 4 + random.Below(8); step > 0 && !HasFailure(); --step) {
      std::vector<Article> batch;
      for (uint64_t n = 1 + random.Below(300); n > 0; --n) {
        batch.push_back(random.Pick(articles));
        if (random.OneIn(2)) absl::StrAppend(&batch.back().body, "\nRevised in version ", random.Below(1000), ".");
      }
      if (random.OneIn(3)) {
        std::set<std::string> ids;
        for (const Article& article : batch) ids.insert(article.id);
        Delete(twin, {ids.begin(), ids.end()});
      } else if (random.OneIn(3)) {
        Merge(twin, random.OneIn(3));
      } else {
        Add(twin, batch);
      }
    }
    ExpectAsBuilt(twin);
    ExpectSameAnswers(random, twin, 100, [&] { return QuestionFrom(random, articles); });
    ExpectSound(twin);
    ASSERT_FALSE(HasFailure()) << twin.log;
    ASSERT_TRUE(base::RemoveTree(twin.directory).ok());
  }
  test::RecordResult("lifecycle_test.SequencesOnAnArchiveEndAsOneBuild", "archive", kSequences, kSequences, seed);
}

TEST_F(LifecycleTest, DeletingEveryArticleIsRefused) {
  Random random(1);
  Twin twin;
  Create(twin, test::RandomArticles(random, 5), 2);
  std::vector<std::string> ids;
  for (const auto& entry : twin.model) ids.push_back(entry.first);
  const auto status = lifecycle::Delete(twin.directory, ids, false, means_).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("no article would be left"));
  ExpectAsBuilt(twin);
}

TEST_F(LifecycleTest, ADryRunAndAnUnknownIdChangeNothing) {
  Random random(2);
  Twin twin;
  Create(twin, test::RandomArticles(random, 8), 1);
  const std::string before = index::ReadCurrent(twin.directory).value();
  const std::string id = twin.model.begin()->first;
  const auto dry = lifecycle::Delete(twin.directory, {id, "nobody"}, /*dry_run=*/true, means_);
  ASSERT_TRUE(dry.ok()) << dry.status();
  EXPECT_EQ(dry->deleted.size(), 1U);
  EXPECT_THAT(dry->missing, ::testing::ElementsAre("nobody"));
  const auto unknown = lifecycle::Delete(twin.directory, {"nobody"}, /*dry_run=*/false, means_);
  ASSERT_TRUE(unknown.ok()) << unknown.status();
  EXPECT_EQ(unknown->generation, "");
  EXPECT_EQ(index::ReadCurrent(twin.directory).value(), before);
}

TEST_F(LifecycleTest, AnArticleIsNamedByIdOrKey) {
  Random random(3);
  Twin twin;
  Create(twin, test::RandomArticles(random, 8), 1);
  const Article article = twin.model.begin()->second;
  const auto deleted = lifecycle::Delete(twin.directory, {base::ToHex(article.key)}, false, means_);
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  twin.model.erase(article.id);
  ExpectAsBuilt(twin);
}

TEST_F(LifecycleTest, OldShardsAreLinkedNotCopied) {
  Random random(4);
  Twin twin;
  Create(twin, test::RandomArticles(random, 20), 2);
  Add(twin, {test::RandomArticles(random, 30).back()});
  const auto history = lifecycle::History(twin.directory);
  ASSERT_TRUE(history.ok()) << history.status();
  ASSERT_EQ(history->size(), 2U);
  EXPECT_TRUE((*history)[0].current);
  EXPECT_EQ((*history)[0].operation, "add");
  EXPECT_EQ((*history)[0].parent, (*history)[1].generation);
  EXPECT_EQ((*history)[1].operation, "build");
  EXPECT_GT((*history)[0].shared_bytes, (*history)[0].own_bytes);
}

TEST_F(LifecycleTest, RollbackMakesAnOlderGenerationCurrentAndNumbersGoOn) {
  Random random(5);
  Twin twin;
  Create(twin, test::RandomArticles(random, 20), 1);
  const auto model = twin.model;
  const std::string first = index::ReadCurrent(twin.directory).value();
  Delete(twin, {twin.model.begin()->first});
  const std::string second = index::ReadCurrent(twin.directory).value();
  const auto back = lifecycle::Rollback(twin.directory, "", means_);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(*back, first);
  twin.model = model;
  ExpectAsBuilt(twin);
  EXPECT_TRUE(absl::IsFailedPrecondition(lifecycle::Rollback(twin.directory, "", means_).status()));
  const auto forward = lifecycle::Rollback(twin.directory, second, means_);
  EXPECT_TRUE(forward.ok()) << forward.status();
  ASSERT_TRUE(lifecycle::Rollback(twin.directory, first, means_).ok());
  Add(twin, {test::RandomArticles(random, 30).back()});
  EXPECT_EQ(index::SequenceOf(index::ReadCurrent(twin.directory).value()), 3U);
  ExpectAsBuilt(twin);
}

TEST_F(LifecycleTest, RollbackRefusesADamagedGeneration) {
  Random random(6);
  Twin twin;
  Create(twin, test::RandomArticles(random, 20), 1);
  const std::string first = index::ReadCurrent(twin.directory).value();
  Merge(twin, true);  // nothing to do
  Delete(twin, {twin.model.begin()->first});
  Merge(twin, true);
  const auto gone = lifecycle::Rollback(twin.directory, first, means_).status();
  EXPECT_TRUE(absl::IsNotFound(gone)) << gone;
  const auto wrong = lifecycle::Rollback(twin.directory, "g1", means_).status();
  EXPECT_TRUE(absl::IsInvalidArgument(wrong)) << wrong;
  const auto history = lifecycle::History(twin.directory).value();
  const std::string file = absl::StrCat(twin.directory, "/", history[1].generation, "/shard-000/postlist.glass");
  std::string bytes = base::ReadFile(file).value();
  bytes[bytes.size() / 2] ^= 1;
  ASSERT_TRUE(base::WriteFileSynced(file, bytes).ok());
  const auto damaged = lifecycle::Rollback(twin.directory, "", means_).status();
  EXPECT_TRUE(absl::IsDataLoss(damaged)) << damaged;
  EXPECT_EQ(index::ReadCurrent(twin.directory).value(), history[0].generation);
}

TEST_F(LifecycleTest, GarbageIsWhatNobodyReads) {
  Random random(7);
  Twin twin;
  Create(twin, test::RandomArticles(random, 20), 1);
  const auto lease = index::Generation::Open(twin.directory, index::ReadCurrent(twin.directory).value(),
                                             text::Analyzer::Fingerprint());
  ASSERT_TRUE(lease.ok());
  for (int i = 0; i < 3; ++i) Delete(twin, {twin.model.begin()->first});
  EXPECT_EQ(lifecycle::History(twin.directory)->size(), 3U) << "the leased one, the previous, the current";
  const auto removed = lifecycle::CollectGarbage(twin.directory, 1, means_);
  ASSERT_TRUE(removed.ok()) << removed.status();
  EXPECT_EQ(removed->size(), 1U);
  const auto history = lifecycle::History(twin.directory).value();
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[1].generation, (*lease)->name());
  ExpectAsBuilt(twin);
}

TEST_F(LifecycleTest, RebuildIsABuild) {
  Random random(8);
  Twin twin;
  Create(twin, test::RandomArticles(random, 25), 2);
  for (int i = 0; i < 5; ++i) RandomStep(random, twin);
  Twin rebuilt = twin;
  rebuilt.directory = directory_.Path("rebuilt");
  const auto result = lifecycle::Rebuild(twin.directory, rebuilt.directory, 2, means_);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->manifest.operation, "rebuild");
  ExpectAsBuilt(rebuilt);
  std::vector<Article> articles;
  for (const auto& entry : twin.model) articles.push_back(entry.second);
  test::BuildSetup setup;
  const auto fresh = test::BuildIndex(articles, directory_.Path("measured"), setup);
  ASSERT_TRUE(fresh.ok());
  EXPECT_EQ(result->manifest.average_length, fresh->manifest.average_length);
}

TEST_F(LifecycleTest, AccelerateRebuildsWhatIsMissingOrDamaged) {
  Random random(9);
  Twin twin;
  Create(twin, test::RandomArticles(random, 25), 2);
  const auto sound = lifecycle::Accelerate(twin.directory, {}, means_);
  ASSERT_TRUE(sound.ok()) << sound.status();
  EXPECT_EQ(sound->rebuilt, 0U);
  const std::string generation = test::CurrentGeneration(twin.directory);
  const std::string columns = base::ReadFile(generation + "/shard-000.columns").value();
  ASSERT_TRUE(base::RemoveFile(generation + "/shard-000.columns").ok());
  ASSERT_TRUE(base::WriteFileSynced(generation + "/shard-001.columns", "damaged").ok());
  Delete(twin, {twin.model.begin()->first});  // does without
  const std::string deleted = test::CurrentGeneration(twin.directory);
  const auto rebuilt = lifecycle::Accelerate(twin.directory, {}, means_);
  ASSERT_TRUE(rebuilt.ok()) << rebuilt.status();
  EXPECT_EQ(rebuilt->rebuilt, 2U);
  EXPECT_EQ(base::ReadFile(test::CurrentGeneration(twin.directory) + "/shard-000.columns").value(), columns);
  EXPECT_EQ(base::ReadFile(deleted + "/shard-001.columns").value(), "damaged") << "published files stay";
  ExpectSound(twin);
}

TEST_F(LifecycleTest, DamageIsNotMergedIntoSoundShards) {
  Random random(10);
  Twin twin;
  Create(twin, test::RandomArticles(random, 25), 2);
  const std::string file = test::CurrentGeneration(twin.directory) + "/shard-001/docdata.glass";
  std::string bytes = base::ReadFile(file).value();
  bytes[bytes.size() - 100] ^= 4;
  ASSERT_TRUE(base::WriteFileSynced(file, bytes).ok());
  lifecycle::MergeOptions options;
  options.all = true;
  const auto status = lifecycle::Merge(twin.directory, options, means_).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("shard-001/docdata.glass"));
  const auto verified = lifecycle::Verify(twin.directory, lifecycle::VerifyOptions());
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_THAT(verified->problems, ::testing::ElementsAre(::testing::HasSubstr("shard-001/docdata.glass")));
}

TEST_F(LifecycleTest, ASecondWriterWaitsAndLearnsWhoIsAtWork) {
  Random random(11);
  Twin twin;
  Create(twin, test::RandomArticles(random, 10), 1);
  auto session = publish::WriteSession::Begin(twin.directory);
  ASSERT_TRUE(session.ok()) << session.status();
  const auto status = lifecycle::Merge(twin.directory, lifecycle::MergeOptions(), means_).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr(absl::StrCat("process ", ::getpid(), " since 20")));
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("lifecycle_test"));
  std::thread ends([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    session->reset();
  });
  means_.session.wait_seconds = 20;
  const auto waited = lifecycle::Merge(twin.directory, lifecycle::MergeOptions(), means_).status();
  ends.join();
  EXPECT_TRUE(waited.ok()) << waited;
}

}  // namespace
}  // namespace dateline
