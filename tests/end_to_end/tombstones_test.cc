// A generation with dead documents and overlapping shards answers every question as a fresh build of the living does.
// (twin_test holds both against the slow twin; this is about the questions that it does not ask.)
#include "core/index/tombstones.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xapian.h>

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/file.h"
#include "searcher/match/plan_compiler.h"
#include "searcher/match/snapshot.h"
#include "tests/support/answer_text.h"
#include "tests/support/engine_under_test.h"
#include "tests/support/handmade_generation.h"
#include "tests/support/random_engine_test.h"

namespace dateline {
namespace {

using serve::Engine;
using serve::SearchRequest;
using test::BuildIndex;
using test::BuildSetup;
using test::HandmadeSetup;
using test::PublishByHand;
using test::TextOf;
using ::testing::HasSubstr;

// engine_ has three shards with everything; dead_ the same and some more, of which half is dead; fresh_ only the
// living.
class TombstonesTest : public test::RandomEngineTest {
 protected:
  void SetUp() override {
    RandomEngineTest::SetUp();
    HandmadeSetup setup;
    setup.indexes = {directory_.Path("index"), directory_.Path("later")};
    std::vector<article::Article> later(articles_.begin() + 150, articles_.begin() + 220);
    for (article::Article& article : later) article.body = "The talks were called off. " + article.body;
    ASSERT_TRUE(BuildIndex(later, directory_.Path("later"), BuildSetup()).ok());
    std::vector<article::Article> all = articles_;
    all.insert(all.end(), later.begin(), later.end());
    std::vector<article::Article> living;
    for (const article::Article& article : all) {
      if (article.key.low % 2 == 0) {
        setup.dead.insert(article.key);
      } else {
        living.push_back(article);
      }
    }
    dead_keys_ = setup.dead;
    const auto built = BuildIndex(living, directory_.Path("fresh"), BuildSetup{2, 1, build::kMinMemoryMb});
    ASSERT_TRUE(built.ok()) << built.status();
    setup.average_length = built->manifest.average_length;
    const auto manifest = PublishByHand(setup, directory_.Path("dead"));
    ASSERT_TRUE(manifest.ok()) << manifest.status();
    dead_ = Engine::Open(directory_.Path("dead"), test::OptionsUnderTest()).value();
    fresh_ = Engine::Open(directory_.Path("fresh"), test::OptionsUnderTest()).value();
    ASSERT_EQ(dead_->Status().documents, fresh_->Status().documents);
    ASSERT_EQ(dead_->Status().undated, fresh_->Status().undated);
    ASSERT_EQ(dead_->Status().first_date, fresh_->Status().first_date);
    ASSERT_EQ(dead_->Status().last_date, fresh_->Status().last_date);
  }

  // A tombstoned generation's file.
  std::string File(const std::string& name) const {
    return base::JoinPath(test::CurrentGeneration(directory_.Path("dead")), name);
  }

  std::set<base::DocKey> dead_keys_;
  std::unique_ptr<Engine> dead_;
  std::unique_ptr<Engine> fresh_;
};

TEST_F(TombstonesTest, SearchesAnswerAsAFreshBuildDoes) {
  for (int i = 0; i < test::Scaled(200); ++i) {
    SearchRequest request = test::RandomRequest(*random_);
    request.query = RandomQueryText(3);
    request.page_size = 100;
    EXPECT_EQ(TextOf(dead_->Search(request, base::Deadline())), TextOf(fresh_->Search(request, base::Deadline())))
        << request.query << ", seed " << seed_;
  }
  for (const char* query : {"talk*", "tal~1", "headline:s*", "is:latest", "is:latest talks", "-is:latest",
                            "talks -summit", "*", "zzz talks", "talkz", "tolks AND summitt", "\"the talks\"",
                            "talks NEAR/5 summit", "talks /s summit", "=talks"}) {
    SearchRequest request;
    request.query = query;
    request.page_size = 100;
    EXPECT_EQ(TextOf(dead_->Search(request, base::Deadline())), TextOf(fresh_->Search(request, base::Deadline())))
        << query;
  }
}

TEST_F(TombstonesTest, FacetsOfTheIndexAreThoseOfTheLiving) {
  for (const serve::FacetField field :
       {serve::FacetField::kOutlet, serve::FacetField::kByline, serve::FacetField::kAgency,
        serve::FacetField::kDateline, serve::FacetField::kSection, serve::FacetField::kLanguage,
        serve::FacetField::kYear, serve::FacetField::kMonth, serve::FacetField::kDay}) {
    serve::ListFacetValuesRequest request;
    request.field = field;
    request.page_size = 1000;
    const auto dead = dead_->ListFacetValues(request, base::Deadline()).value();
    const auto fresh = fresh_->ListFacetValues(request, base::Deadline()).value();
    EXPECT_EQ(TextOf(dead.values), TextOf(fresh.values)) << static_cast<int>(field);
    EXPECT_EQ(dead.total, fresh.total);
  }
}

TEST_F(TombstonesTest, SuggestionsKnowOnlyTheLiving) {
  for (const char* text : {"t", "s", "ta", "the t", "a", "n", "mar", "re"}) {
    serve::SuggestRequest request;
    request.text = text;
    request.max_suggestions = 20;
    const auto dead = dead_->Suggest(request, base::Deadline()).value();
    const auto fresh = fresh_->Suggest(request, base::Deadline()).value();
    ASSERT_EQ(dead.size(), fresh.size()) << text;
    for (size_t i = 0; i < dead.size(); ++i) {
      EXPECT_EQ(dead[i].text, fresh[i].text);
      EXPECT_EQ(dead[i].documents, fresh[i].documents) << dead[i].text;
    }
  }
}

TEST_F(TombstonesTest, TheDeadAreNotFoundAndTheLivingAreAsTheyWereMade) {
  int gone = 0;
  for (const article::Article& article : articles_) {
    const std::string key = base::ToHex(article.key);
    const auto dead = dead_->GetArticle(key);
    const auto fresh = fresh_->GetArticle(key);
    ASSERT_EQ(dead.ok(), fresh.ok()) << key;
    EXPECT_EQ(dead.ok(), dead_keys_.count(article.key) == 0);
    gone += dead.ok() ? 0 : 1;
    if (!dead.ok()) continue;
    EXPECT_EQ(dead->article.body, fresh->article.body) << "the later one of two";
    serve::ExplainRequest request;
    request.id = key;
    request.query = "talks OR summit OR called";
    const auto one = dead_->Explain(request, base::Deadline()).value();
    const auto other = fresh_->Explain(request, base::Deadline()).value();
    EXPECT_EQ(TextOf(one.explanation), TextOf(other.explanation));
  }
  EXPECT_GT(gone, 50);
}

TEST_F(TombstonesTest, AnExportHasTheLivingInOrder) {
  for (const serve::Order order : {serve::Order::kNewest, serve::Order::kOldest, serve::Order::kRelevance}) {
    serve::ExportRequest request;
    request.query = "talks OR summit";
    request.order = order;
    const auto keys = [&](Engine& engine) {
      std::vector<std::string> found;
      EXPECT_TRUE(engine
                      .Export(request, base::Deadline(),
                              [&](serve::FullArticle row) {
                                found.push_back(base::ToHex(row.article.key));
                                return absl::OkStatus();
                              })
                      .ok());
      return found;
    };
    EXPECT_EQ(keys(*dead_), keys(*fresh_));
  }
}

// Newest first is docid order, so a page must end the search.
TEST_F(TombstonesTest, PagesNewestFirstStillStopEarly) {
  const std::string index = directory_.Path("dead");
  const auto snapshot = match::Snapshot::Open(index, index::ReadCurrent(index).value(), {}).value();
  std::vector<Xapian::Database> shards;
  for (const index::ManifestShard& shard : snapshot->manifest().shards) {
    shards.emplace_back(snapshot->generation().Path(shard.name));
  }
  class Seen : public Xapian::MatchSpy {
   public:
    void operator()(const Xapian::Document&, double) override { ++count; }
    int count = 0;
  };
  const base::Deadline deadline;
  match::FrequencyTable frequencies(shards, *snapshot);
  match::PlanCompiler compiler(frequencies, *snapshot, deadline);
  plan::QueryPlan every;
  every.order = plan::Order::kNewest;
  for (size_t i = 0; i < shards.size(); ++i) {
    const index::Tombstones* dead = snapshot->tombstones(i);
    ASSERT_NE(dead, nullptr);
    compiler.UseShard(i);
    Xapian::Enquire enquire(shards[i]);
    enquire.set_weighting_scheme(Xapian::BoolWeight());
    enquire.set_query(compiler.Unscored(every));
    Seen seen;
    enquire.add_matchspy(&seen);
    const Xapian::MSet page = enquire.get_mset(0, 5);
    ASSERT_EQ(page.size(), 5U);
    for (auto hit = page.begin(); hit != page.end(); ++hit) EXPECT_FALSE(dead->IsDead(*hit));
    EXPECT_LE(seen.count, 6);
  }
}

TEST_F(TombstonesTest, AllMayBeDead) {
  HandmadeSetup setup;
  setup.indexes = {directory_.Path("index")};
  for (const article::Article& article : articles_) setup.dead.insert(article.key);
  ASSERT_TRUE(PublishByHand(setup, directory_.Path("none")).ok());
  const auto engine = Engine::Open(directory_.Path("none"));
  ASSERT_TRUE(engine.ok()) << engine.status();
  EXPECT_EQ((*engine)->Status().documents, 0U);
  for (const serve::Order order : {serve::Order::kNewest, serve::Order::kOldest, serve::Order::kRelevance}) {
    for (const char* query : {"*", "talks", "talks OR summit", "tal*", "is:latest", "-talks", "\"the talks\""}) {
      SearchRequest request = test::RandomRequest(*random_);
      request.query = query;
      request.order = order;
      const auto response = (*engine)->Search(request, base::Deadline());
      ASSERT_TRUE(response.ok()) << query << ": " << response.status();
      EXPECT_EQ(response->total, 0U) << query;
      EXPECT_TRUE(response->hits.empty());
    }
  }
}

TEST_F(TombstonesTest, MissingOrWrongTombstonesAreDamage) {
  const std::string path = File("shard-001.tombstones");
  const std::string bytes = base::ReadFile(path).value();
  const auto opened = [&](bool verify) {
    serve::EngineOptions options;
    options.verify_checksums = verify;
    return Engine::Open(directory_.Path("dead"), options).status();
  };
  ASSERT_TRUE(opened(true).ok());
  std::string flipped = bytes;
  flipped[flipped.size() - 1] ^= 1;
  ASSERT_TRUE(base::WriteFileSynced(path, flipped).ok());
  EXPECT_TRUE(absl::IsDataLoss(opened(true)));
  // Of fewer dead than the manifest counts: readers that check no sums see that, too.
  const index::Manifest manifest = test::CurrentManifest(directory_.Path("dead")).value();
  const std::vector<uint32_t> one = {1};
  ASSERT_TRUE(
      base::WriteFileSynced(path, index::EncodeTombstones(manifest.shards[1].content_hash, one, {{"Zx", 1}}, 1))
          .ok());
  EXPECT_TRUE(absl::IsDataLoss(opened(false)));
  EXPECT_THAT(std::string(opened(false).message()), HasSubstr("shard-001.tombstones"));
  std::filesystem::remove(path);
  EXPECT_TRUE(absl::IsDataLoss(opened(true)));
  EXPECT_TRUE(absl::IsDataLoss(opened(false)));
  EXPECT_THAT(std::string(opened(false).message()), HasSubstr("shard-001.tombstones"));
}

}  // namespace
}  // namespace dateline
