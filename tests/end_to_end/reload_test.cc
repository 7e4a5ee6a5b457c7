// One generation after another in a running engine: no call fails, every answer is of one generation, old page tokens
// walk to their end, what is damaged is refused, and nothing is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "core/base/mutex.h"
#include "core/index/generation.h"
#include "core/text/analyzer.h"
#include "searcher/serve/index_follower.h"
#include "searcher/serve/scrubber.h"
#include "tests/support/handmade_generation.h"
#include "tests/support/random_engine_test.h"
#include "tests/support/suite_results.h"

namespace dateline {
namespace {

using serve::Engine;
using serve::EngineOptions;
using serve::ReloadMode;
using serve::SearchRequest;
using serve::SearchResponse;
using test::BuildIndex;
using test::BuildSetup;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Flips one bit of a file, at `offset`, in place.
void FlipBit(const std::string& path, uint64_t offset) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  ASSERT_TRUE(file.good()) << path;
  file.seekg(static_cast<std::streamoff>(offset));
  const char byte = static_cast<char>(file.get());
  file.seekp(static_cast<std::streamoff>(offset));
  file.put(static_cast<char>(byte ^ 4));
}

size_t OpenDescriptors() {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

// Waits until `done` says so; at most ten seconds.
bool Eventually(const std::function<bool()>& done) {
  for (int i = 0; i < 1000; ++i) {
    if (done()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

class ReloadTest : public test::RandomEngineTest {
 protected:
  std::string index() const { return directory_.Path("index"); }

  // Publishes a generation without `count` of the articles; gives its name.
  std::string PublishWithout(int count) {
    test::HandmadeSetup setup;
    setup.indexes = {index()};
    setup.average_length = 100;
    const size_t first = random_->Below(articles_.size());
    for (int i = 0; i < count; ++i)
      setup.dead.insert(articles_[(first + static_cast<size_t>(i)) % articles_.size()].key);
    const auto manifest = test::PublishByHand(setup, index());
    EXPECT_TRUE(manifest.ok()) << manifest.status();
    return manifest.ok() ? index::GenerationName(*manifest) : "";
  }

  std::string Current() const { return index::ReadCurrent(index()).value(); }
  void SetCurrent(const std::string& name) const {
    ASSERT_TRUE(base::ReplaceFileAtomically(base::JoinPath(index(), index::kCurrentFile), name + "\n").ok());
  }

  std::unique_ptr<Engine> Open(const EngineOptions& options = EngineOptions()) const {
    absl::StatusOr<std::unique_ptr<Engine>> engine = Engine::Open(index(), options);
    EXPECT_TRUE(engine.ok()) << engine.status();
    return *std::move(engine);
  }
};

// All of an answer that a caller sees, but its page token.
std::string TextOf(const SearchResponse& response) {
  std::string text = absl::StrCat(response.generation, " ", response.total, response.total_exact ? "" : "+");
  for (const serve::Hit& hit : response.hits)
    absl::StrAppend(&text, "\n", hit.key, " ", hit.score, " ", hit.snippet.text);
  for (const serve::FacetResult& facet : response.facets) {
    for (const serve::FacetValue& value : facet.values) absl::StrAppend(&text, "\n", value.value, ":", value.count);
  }
  for (const std::string& warning : response.warnings) absl::StrAppend(&text, "\nwarning ", warning);
  return text;
}

TEST_F(ReloadTest, ServesWhatIsPublishedAndSaysSo) {
  const std::string first = engine_->Status().generation;
  absl::StatusOr<serve::ReloadResult> result = engine_->Reload(ReloadMode::kIfNew);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_FALSE(result->replaced);
  EXPECT_EQ(result->generation, first);
  const std::string second = PublishWithout(20);
  EXPECT_EQ(engine_->Status().generation, first) << "nobody has told it";
  result = engine_->Reload(ReloadMode::kIfNew);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(result->replaced);
  EXPECT_EQ(result->generation, second);
  EXPECT_EQ(engine_->Status().generation, second);
  EXPECT_EQ(Search(SearchRequest()).generation, second);
  EXPECT_THAT(engine_->Status().older_generations, IsEmpty()) << "nothing needs the first";
  SetCurrent(first);
  EXPECT_TRUE(engine_->Reload(ReloadMode::kIfNew)->replaced) << "back again";
  EXPECT_EQ(Search(SearchRequest()).generation, first);
}

TEST_F(ReloadTest, PageTokensWalkToTheEndOfTheirGeneration) {
  for (const serve::Order order : {serve::Order::kRelevance, serve::Order::kNewest, serve::Order::kOldest}) {
    SearchRequest request;
    request.query = "talks OR summit";
    request.order = order;
    request.page_size = 7;
    const std::vector<std::string> expected = AllKeys(request);
    const SearchResponse page = Search(request);
    std::vector<std::string> keys = Keys(page);
    request.page_token = page.next_page_token;
    while (!request.page_token.empty()) {
      PublishWithout(static_cast<int>(1 + random_->Below(50)));
      ASSERT_TRUE(engine_->Reload(ReloadMode::kIfNew)->replaced);
      const SearchResponse next = Search(request);
      EXPECT_EQ(next.generation, page.generation);
      EXPECT_EQ(next.total, page.total);
      for (std::string& key : Keys(next)) keys.push_back(std::move(key));
      request.page_token = next.next_page_token;
    }
    EXPECT_EQ(keys, expected);
  }
}

TEST_F(ReloadTest, ValuesOfFacetsWalkToTheirEndToo) {
  serve::ListFacetValuesRequest request;
  request.field = serve::FacetField::kByline;
  request.page_size = 3;
  const auto first = engine_->ListFacetValues(request, base::Deadline()).value();
  ASSERT_FALSE(first.next_page_token.empty());
  request.page_token = first.next_page_token;
  const auto expected = engine_->ListFacetValues(request, base::Deadline()).value();
  PublishWithout(100);
  ASSERT_TRUE(engine_->Reload(ReloadMode::kIfNew).ok());
  const auto again = engine_->ListFacetValues(request, base::Deadline()).value();
  EXPECT_EQ(again.generation, first.generation);
  EXPECT_EQ(again.total, expected.total);
}

TEST_F(ReloadTest, TokensOfAGenerationThatIsGoneAreRefused) {
  EngineOptions options;
  options.page_token_life_s = 0;
  engine_ = Open(options);
  SearchRequest request;
  request.page_size = 5;
  request.page_token = Search(request).next_page_token;
  EXPECT_EQ(Search(request).hits.size(), 5U) << "the served one is always there";
  PublishWithout(3);
  ASSERT_TRUE(engine_->Reload(ReloadMode::kIfNew)->replaced);
  EXPECT_TRUE(absl::IsFailedPrecondition(engine_->Search(request, base::Deadline()).status()));
  EXPECT_THAT(engine_->Status().older_generations, IsEmpty());
}

TEST_F(ReloadTest, TheLifeOfATokenBeginsWithTheLastOneGivenOut) {
  EngineOptions options;
  options.page_token_life_s = 1;
  engine_ = Open(options);
  SearchRequest request;
  request.page_size = 5;
  request.page_token = Search(request).next_page_token;
  const std::string first = engine_->Status().generation;
  PublishWithout(3);
  ASSERT_TRUE(engine_->Reload(ReloadMode::kIfNew)->replaced);
  EXPECT_THAT(engine_->Status().older_generations, ::testing::ElementsAre(first));
  EXPECT_EQ(Search(request).generation, first);
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  EXPECT_TRUE(absl::IsFailedPrecondition(engine_->Search(request, base::Deadline()).status()));
  ASSERT_TRUE(engine_->Reload(ReloadMode::kIfNew).ok());
  EXPECT_THAT(engine_->Status().older_generations, IsEmpty());
}

TEST_F(ReloadTest, OnlySoManyOlderGenerationsAreHeld) {
  EngineOptions options;
  options.max_older_generations = 2;
  engine_ = Open(options);
  SearchRequest request;
  request.page_size = 5;
  std::vector<std::string> tokens;
  for (int i = 0; i < 4; ++i) {
    tokens.push_back(Search(request).next_page_token);
    PublishWithout(3);
    ASSERT_TRUE(engine_->Reload(ReloadMode::kIfNew)->replaced);
  }
  EXPECT_THAT(engine_->Status().older_generations, ::testing::SizeIs(2));
  for (size_t i = 0; i < tokens.size(); ++i) {
    request.page_token = tokens[i];
    EXPECT_EQ(engine_->Search(request, base::Deadline()).ok(), i >= 2) << i;
  }
}

TEST_F(ReloadTest, ALeaseEndsWithTheLastNeed) {
  EngineOptions options;
  options.page_token_life_s = 0;
  engine_ = Open(options);
  const std::string lease = base::JoinPath(test::CurrentGeneration(index()), index::kLeaseFile);
  const auto is_free = [&] { return base::FileLock::TryAcquire(lease, base::FileLock::Mode::kExclusive).ok(); };
  EXPECT_FALSE(is_free());
  PublishWithout(3);
  int rows = 0;
  const absl::Status status = engine_->Export(serve::ExportRequest(), base::Deadline(), [&](serve::FullArticle) {
    if (rows++ == 0) {
      EXPECT_TRUE(engine_->Reload(ReloadMode::kIfNew)->replaced) << "while an export runs";
    }
    EXPECT_FALSE(is_free());
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_GT(rows, 200) << "all of the first generation";
  EXPECT_TRUE(is_free());
}

TEST_F(ReloadTest, ADamagedGenerationIsRefusedWithFileAndPlaceAndTheOldOneStays) {
  const std::string first = engine_->Status().generation;
  const std::string golden = TextOf(Search(SearchRequest()));
  // Another build: nothing in it is shared with what is served.
  articles_.pop_back();
  ASSERT_TRUE(BuildIndex(articles_, index(), BuildSetup{2, 1, build::kMinMemoryMb}).ok());
  const std::string second = Current();
  const std::string damaged = base::JoinPath(test::CurrentGeneration(index()), "shard-001/postlist.glass");
  FlipBit(damaged, 5000);
  for (const ReloadMode mode : {ReloadMode::kIfNew, ReloadMode::kIfNew, ReloadMode::kRetry}) {
    const absl::StatusOr<serve::ReloadResult> result = engine_->Reload(mode);
    ASSERT_FALSE(result.ok());
    EXPECT_TRUE(absl::IsDataLoss(result.status()));
    EXPECT_THAT(std::string(result.status().message()), HasSubstr(second));
    EXPECT_THAT(std::string(result.status().message()),
                HasSubstr("shard-001/postlist.glass: damaged between byte 0"));
  }
  EXPECT_EQ(TextOf(Search(SearchRequest())), golden);
  EXPECT_THAT(engine_->Status().reload_error, HasSubstr("shard-001/postlist.glass"));
  EXPECT_EQ(engine_->Status().generation, first);
  FlipBit(damaged, 5000);
  EXPECT_FALSE(engine_->Reload(ReloadMode::kIfNew).ok()) << "what was refused lately is not read again";
  ASSERT_TRUE(engine_->Reload(ReloadMode::kRetry).ok()) << "unless somebody asks";
  EXPECT_EQ(engine_->Status().generation, second);
  EXPECT_THAT(engine_->Status().reload_error, IsEmpty());
}

// What is served has the same file open, and has not heard of the damage.
TEST_F(ReloadTest, ADamagedSidecarIsNotSharedWithTheGenerationBefore) {
  const std::string second = PublishWithout(5);
  for (const char* name : {"shard-000.columns", "shard-001.postings"}) {
    FlipBit(base::JoinPath(test::CurrentGeneration(index()), name), 100);
  }
  const absl::StatusOr<serve::ReloadResult> result = engine_->Reload(ReloadMode::kIfNew);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->generation, second);
  EXPECT_THAT(Search(SearchRequest()).warnings,
              ::testing::ElementsAre(HasSubstr("columns cannot be used"), HasSubstr("postings cannot be used")));
}

TEST_F(ReloadTest, GenerationsThatCannotBeReadAreRefused) {
  const std::string first = Current();
  const std::string second = PublishWithout(60);
  const std::string directory = base::JoinPath(index(), second);
  struct Case {
    const char* what;
    std::function<void()> harm;
    const char* message;
  };
  const std::vector<Case> cases = {
      {"no shard file", [&] { std::filesystem::remove(directory + "/shard-000/termlist.glass"); }, "termlist.glass"},
      {"no tombstones", [&] { std::filesystem::remove(directory + "/shard-000.tombstones"); }, "tombstones"},
      {"no manifest", [&] { std::filesystem::remove(directory + "/MANIFEST"); }, "MANIFEST"},
      {"no directory", [&] { std::filesystem::remove_all(directory); }, "LEASE"},
      {"no name", [&] { SetCurrent("../elsewhere"); }, "does not name a generation"},
      {"no CURRENT", [&] { std::filesystem::remove(index() + "/CURRENT"); }, "holds no index"},
      {"no index", [&] { std::filesystem::remove_all(index()); }, "holds no index"},
  };
  std::filesystem::copy(directory, directory_.Path("whole"), std::filesystem::copy_options::recursive);
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    c.harm();
    const absl::StatusOr<serve::ReloadResult> result = engine_->Reload(ReloadMode::kRetry);
    ASSERT_FALSE(result.ok());
    EXPECT_THAT(std::string(result.status().message()), HasSubstr(c.message));
    EXPECT_EQ(Search(SearchRequest()).generation, first);
    if (std::filesystem::exists(index()) && c.message != std::string("holds no index")) {
      std::filesystem::remove_all(directory);
      std::filesystem::copy(directory_.Path("whole"), directory, std::filesystem::copy_options::recursive);
      SetCurrent(second);
    }
  }
}

TEST_F(ReloadTest, FilesThatGenerationsShareAreReadOnce) {
  const auto generation = [&](const std::string& name) {
    return index::Generation::Open(index(), name, text::Analyzer::Fingerprint()).value();
  };
  const std::string first = Current();
  const std::string shared = base::JoinPath(test::CurrentGeneration(index()), "shard-000/postlist.glass");
  index::SoundFiles sound;
  ASSERT_TRUE(generation(first)->VerifyFiles(1, {}, sound).ok());
  index::SoundFiles again;
  const std::string second = PublishWithout(9);
  const auto stamp = std::filesystem::last_write_time(shared);
  FlipBit(shared, 4242);
  std::filesystem::last_write_time(shared, stamp + std::chrono::seconds(1));
  EXPECT_TRUE(absl::IsDataLoss(generation(second)->VerifyFiles(1, sound, again))) << "it has been written since";
  EXPECT_THAT(again, IsEmpty());
  std::filesystem::last_write_time(shared, stamp);
  EXPECT_TRUE(generation(second)->VerifyFiles(1, sound, again).ok()) << "as far as can be told, the same file";
  EXPECT_GE(again.size(), sound.size());
  EXPECT_TRUE(absl::IsDataLoss(generation(second)->VerifyFiles(1)));
}

TEST_F(ReloadTest, TheScrubberFindsAFlippedBitAndANewGenerationMendsIt) {
  ASSERT_TRUE(engine_->Scrub([](size_t) { return absl::OkStatus(); }).ok());
  EXPECT_EQ(engine_->Status().scrub.passes, 1U);
  EXPECT_GE(engine_->Status().scrub.bytes, engine_->Status().bytes);
  EXPECT_GT(engine_->Status().scrub.last_pass, 0);
  EXPECT_TRUE(absl::IsCancelled(engine_->Scrub([](size_t) { return absl::CancelledError("enough"); })));
  EXPECT_EQ(engine_->Status().scrub.passes, 1U);

  const std::string path = base::JoinPath(test::CurrentGeneration(index()), "shard-001/position.glass");
  const auto stamp = std::filesystem::last_write_time(path);
  FlipBit(path, 7777);
  std::filesystem::last_write_time(path, stamp);  // as a disk does it
  const absl::Status found = engine_->Scrub([](size_t) { return absl::OkStatus(); });
  EXPECT_TRUE(absl::IsDataLoss(found)) << found;
  EXPECT_THAT(engine_->Status().scrub.damage, HasSubstr("shard-001/position.glass: damaged between byte 0"));
  EXPECT_THAT(Search(SearchRequest()).warnings, ::testing::ElementsAre(HasSubstr("shard-001/position.glass")));

  PublishWithout(5);  // which shares the damaged file
  EXPECT_TRUE(absl::IsDataLoss(engine_->Reload(ReloadMode::kRetry).status()));
  articles_.pop_back();
  ASSERT_TRUE(BuildIndex(articles_, index(), BuildSetup{2, 1, build::kMinMemoryMb}).ok());
  ASSERT_TRUE(engine_->Reload(ReloadMode::kIfNew)->replaced);
  EXPECT_THAT(engine_->Status().scrub.damage, IsEmpty());
  EXPECT_THAT(Search(SearchRequest()).warnings, IsEmpty());
}

TEST_F(ReloadTest, AMendedGenerationIsTakenBack) {
  const std::string path = base::JoinPath(test::CurrentGeneration(index()), "shard-002/docdata.glass");
  FlipBit(path, 99);
  EXPECT_FALSE(engine_->Scrub([](size_t) { return absl::OkStatus(); }).ok());
  EXPECT_FALSE(engine_->Reload(ReloadMode::kRetry).ok()) << "it is still damaged";
  FlipBit(path, 99);
  EXPECT_TRUE(engine_->Reload(ReloadMode::kRetry).ok());
  EXPECT_THAT(engine_->Status().scrub.damage, IsEmpty());
}

TEST_F(ReloadTest, TheScrubberKeepsItsRateAndItsTimes) {
  const uint64_t bytes = engine_->Status().bytes;
  base::Mutex mutex;
  std::vector<std::string> told;
  {
    serve::ScrubberOptions options;
    options.bytes_per_s = 2 * bytes;
    options.pass_interval = std::chrono::milliseconds(100);
    options.log = [&](absl::string_view line) {
      base::MutexLock lock(&mutex);
      told.emplace_back(line);
    };
    const auto begin = std::chrono::steady_clock::now();
    const serve::Scrubber scrubber(engine_.get(), options);
    ASSERT_TRUE(Eventually([&] { return engine_->Status().scrub.passes >= 1; }));
    EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(500));
    FlipBit(base::JoinPath(test::CurrentGeneration(index()), "shard-000/termlist.glass"), 10);
    ASSERT_TRUE(Eventually([&] { return engine_->Status().scrub.passes >= 3; }));
  }
  ASSERT_EQ(told.size(), 1U) << "once for each damage";
  EXPECT_THAT(told[0], HasSubstr("shard-000/termlist.glass"));
}

TEST_F(ReloadTest, TheFollowerSeesWhatIsPublished) {
  base::Mutex mutex;
  std::vector<std::string> told;
  serve::FollowerOptions options;
  options.poll_ms = 3'600'000;  // not by looking
  options.log = [&](absl::string_view line) {
    base::MutexLock lock(&mutex);
    told.emplace_back(line);
  };
  std::atomic<int> looked{0};
  options.looked = [&looked] { ++looked; };
  const auto follower = serve::IndexFollower::Start(engine_.get(), index(), options).value();
  const std::string second = PublishWithout(4);
  EXPECT_TRUE(Eventually([&] { return engine_->Status().generation == second; }));
  const std::string third = PublishWithout(5);
  EXPECT_TRUE(Eventually([&] { return engine_->Status().generation == third; }));
  SetCurrent("no name");
  EXPECT_TRUE(Eventually([&] { return !engine_->Status().reload_error.empty(); }));
  SetCurrent(second);
  follower->Wake();
  EXPECT_TRUE(Eventually([&] { return engine_->Status().generation == second; }));
  EXPECT_GE(looked, 2);
  base::MutexLock lock(&mutex);
  EXPECT_THAT(told, ::testing::Contains(HasSubstr(absl::StrCat("serves generation ", third, " now"))));
  EXPECT_THAT(told, ::testing::Contains(HasSubstr("does not name a generation")));
}

TEST_F(ReloadTest, TheFollowerLooksWhereNothingIsTold) {
  serve::FollowerOptions options;
  options.poll_ms = 20;
  const auto follower = serve::IndexFollower::Start(engine_.get(), index(), options).value();
  // The directory is made anew, so that what was watched is no more; what is published then, nobody tells.
  std::filesystem::rename(index(), directory_.Path("moved"));
  std::filesystem::copy(directory_.Path("moved"), directory_.Path("copy"), std::filesystem::copy_options::recursive);
  std::filesystem::rename(directory_.Path("copy"), index());
  const std::string second = PublishWithout(4);
  EXPECT_TRUE(Eventually([&] { return engine_->Status().generation == second; }));
}

// Generations built beforehand are switched while threads ask; each answer is its generation's.
TEST_F(ReloadTest, SwapsUnderLoadFailNoQueryAndMixNothing) {
  std::vector<std::string> names = {Current()};
  for (int i = 0; i < 3; ++i) names.push_back(PublishWithout(40 * (i + 1)));
  articles_.pop_back();
  test::HandmadeSetup other;  // another build: it shares no file
  other.indexes = {directory_.Path("other")};
  ASSERT_TRUE(BuildIndex(articles_, other.indexes.front(), BuildSetup{2, 1, build::kMinMemoryMb}).ok());
  ASSERT_TRUE(test::PublishByHand(other, index()).ok());
  names.push_back(Current());

  EngineOptions options;
  options.page_token_life_s = 2;
  options.max_query_cpu_ms = 60'000;
  std::vector<SearchRequest> requests;
  std::map<std::string, std::vector<std::string>> golden;  // by generation, then by request
  for (int i = 0; i < 12; ++i) {
    SearchRequest request = test::RandomRequest(*random_);
    request.query = RandomQueryText(2);
    request.page_size = 10;
    requests.push_back(request);
  }
  for (const std::string& name : names) {
    SetCurrent(name);
    engine_ = Open(options);
    for (const SearchRequest& request : requests) golden[name].push_back(TextOf(Search(request)));
  }
  SetCurrent(names.front());
  engine_ = Open(options);
  const size_t descriptors = OpenDescriptors();

  std::atomic<bool> stop{false};
  std::atomic<uint64_t> answers{0};
  std::atomic<uint64_t> walks{0};
  std::atomic<bool> calm{true};
  base::Mutex mutex;
  std::vector<double> milliseconds[2];  // of first pages: calm, and under swaps
  const auto ask = [&](uint64_t seed) {
    test::Random random(seed);
    while (!stop) {
      const size_t i = random.Below(requests.size());
      SearchRequest request = requests[i];
      const auto begin = std::chrono::steady_clock::now();
      absl::StatusOr<SearchResponse> response = engine_->Search(request, base::Deadline());
      {
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
        base::MutexLock lock(&mutex);
        milliseconds[calm ? 0 : 1].push_back(took.count());
      }
      ASSERT_TRUE(response.ok()) << response.status();
      const std::string generation = response->generation;
      ASSERT_EQ(TextOf(*response), golden[generation][i]) << request.query;
      ++answers;
      if (!random.OneIn(3)) continue;
      uint64_t hits = response->hits.size();
      for (request.page_token = response->next_page_token; !request.page_token.empty();) {
        response = engine_->Search(request, base::Deadline());
        ASSERT_TRUE(response.ok()) << response.status();
        ASSERT_EQ(response->generation, generation);
        hits += response->hits.size();
        request.page_token = response->next_page_token;
        ++answers;
      }
      ASSERT_EQ(hits, response->total);
      ++walks;
    }
  };
  std::vector<std::thread> threads;
  for (uint64_t t = 0; t < 3; ++t) threads.emplace_back(ask, seed_ + t);
  const int swaps = test::Scaled(50);
  std::this_thread::sleep_for(std::chrono::milliseconds(20 * swaps));
  calm = false;
  size_t memory_early = 0;
  for (int i = 1; i <= swaps; ++i) {
    SetCurrent(names[static_cast<size_t>(i) % names.size()]);
    const absl::StatusOr<serve::ReloadResult> result = engine_->Reload(ReloadMode::kIfNew);
    EXPECT_TRUE(result.ok() && result->replaced) << result.status();
    if (i == swaps / 5) memory_early = mallinfo2().uordblks;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(answers, static_cast<uint64_t>(swaps));
  EXPECT_GT(walks, 0U);
  EXPECT_TRUE(Eventually([&] {
    EXPECT_TRUE(engine_->Reload(ReloadMode::kIfNew).ok());
    return engine_->Status().older_generations.empty();
  }));
  const auto p99 = [](std::vector<double> times) {
    std::sort(times.begin(), times.end());
    return times.empty() ? 0 : times[times.size() * 99 / 100];
  };
  // One served generation with the sessions of as many calls as there were at once.
  EXPECT_LE(OpenDescriptors(), descriptors + 4 * 3 * 8);
  const double calm_p99 = p99(milliseconds[0]);
  const double swap_p99 = p99(milliseconds[1]);
  // At full size there are enough calls to judge the slowest of them; in short form the machine's noise decides.
  if (swaps >= 1000) {
    EXPECT_LE(swap_p99, 1.25 * calm_p99);
  }
  test::RecordResult("reload_test.SwapsUnderLoadFailNoQueryAndMixNothing", "swap", static_cast<uint64_t>(swaps),
                     HasFailure() ? 0 : static_cast<uint64_t>(swaps), seed_);
  std::printf(
      "%d swaps, %d answers, %d walks, descriptors %zu then %zu, heap %zu then %zu bytes, p99 calm %.2f ms, under "
      "swaps %.2f ms\n",
      swaps, static_cast<int>(answers), static_cast<int>(walks), descriptors, OpenDescriptors(), memory_early,
      static_cast<size_t>(mallinfo2().uordblks), calm_p99, swap_p99);
}

}  // namespace
}  // namespace dateline
