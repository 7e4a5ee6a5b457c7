// The programs as people run them: exit codes, messages, what a kill or a full disk leaves, and that the server says
// what the index says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <zlib.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/file.h"
#include "core/index/generation.h"
#include "indexer/build/pipeline.h"
#include "tests/support/health.h"
#include "tests/support/process.h"
#include "tests/support/random_corpus.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_index.h"

namespace dateline {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using test::Background;
using test::Outcome;
using test::RunProgram;
using test::RunOptions;
using test::TempDir;

const char kSamples[] = "tests/sample";
constexpr int kSampleArticles = 73;
const char kService[] = "dateline.v1.SearchService";

std::string Sample(const std::string& name) { return absl::StrCat(kSamples, "/", name); }

std::vector<std::string> EntriesOf(const std::string& directory) { return base::ListDirectory(directory).value(); }

// `text` between `before` and the next character of `stops`.
std::string Between(const std::string& text, const std::string& before, const std::string& stops) {
  const size_t at = text.find(before);
  if (at == std::string::npos) return "";
  const size_t begin = at + before.size();
  return text.substr(begin, text.find_first_of(stops, begin) - begin);
}

// How long an answer took differs from run to run.
std::string WithoutSeconds(const std::string& text) { return text.substr(0, text.rfind(" (0.")); }

class ProgramsTest : public ::testing::Test {
 protected:
  std::string Index() const { return directory_.Path("index"); }

  void BuildSamples() {
    const Outcome outcome =
        RunProgram({"dateline-indexer", "build", "--quiet", "--index", Index(), Sample("scraped"), Sample("feeds")});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    ASSERT_TRUE(test::CheckShards(Index()).ok());
  }

  // Every index that a test leaves behind is one that Xapian accepts, unless the test damaged it.
  void TearDown() override {
    if (!damaged_ && base::Exists(Index() + "/CURRENT")) {
      const absl::Status status = test::CheckShards(Index());
      EXPECT_TRUE(status.ok()) << status;
    }
  }

  int Count(const std::string& query) const {
    const Outcome outcome = RunProgram({"dateline", "search", "--index", Index(), "--json", "-n", "1", query});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return std::atoi(Between(outcome.out, "\"total\":", ",").c_str());
  }

  TempDir directory_;
  bool damaged_ = false;
};

TEST_F(ProgramsTest, EveryArticleOfTheSampleIsFound) {
  BuildSamples();
  EXPECT_EQ(Count("*"), kSampleArticles);
  const Outcome status = RunProgram({"dateline-indexer", "status", "--index", Index(), "--json"});
  EXPECT_EQ(status.exit_code, 0);
  EXPECT_THAT(status.out, HasSubstr(absl::StrCat("\"documents\":", kSampleArticles)));
  EXPECT_THAT(status.out, HasSubstr("\"rejected\":0"));
  EXPECT_THAT(status.out, HasSubstr("\"pairs\":128"));
  EXPECT_EQ(Count("\"closer ties\""), 8);
  EXPECT_EQ(Count("closer ties") - Count("\"closer ties\""), 12) << "both words, apart or in other order";
  EXPECT_EQ(Count("outlet:norpress"), 20);
}

TEST_F(ProgramsTest, ABuildTellsWhereItsTimeWent) {
  const Outcome outcome = RunProgram({"dateline-indexer", "build", "--quiet", "--json", "--timings", "--index", Index(),
                                      Sample("scraped"), Sample("feeds")});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr(R"("stages":{"read":0.0)"));
  EXPECT_THAT(outcome.err, HasSubstr("stage       processor s  share  us an article\n"));
  for (const std::string stage : {"read", "analyse", "positions", "accelerator"}) {
    EXPECT_THAT(outcome.out, HasSubstr(absl::StrCat("\"", stage, "\":"))) << stage;
    EXPECT_THAT(outcome.err, HasSubstr(absl::StrCat("\n", stage, " "))) << stage;
  }
  EXPECT_THAT(outcome.err, HasSubstr("\nin all "));
}

TEST_F(ProgramsTest, BadRecordsAreLoggedAndStopNothing) {
  const std::string lines =
      "{\"id\":\"1\",\"title\":\"First good article\",\"body\":\"alpha\"}\n"
      "{not json\n"
      "{\"id\":\"2\",\"title\":\"\",\"body\":\"  \"}\n"
      "[1,2,3]\n"
      "{\"id\":\"3\",\"title\":\"Bytes \xff\xfe here\",\"body\":\"beta\"}\n"
      "{\"id\":\"4\",\"body\":\"" + std::string(2 << 20, 'x') + "\"}\n"
      "{\"id\":\"1\",\"title\":\"Second version\",\"body\":\"gamma\"}\n"
      "{\"id\":\"5\",\"title\":\"Last\",\"body\":\"delta\"}";
  const std::string input = directory_.Write("in.jsonl", lines);
  const Outcome outcome =
      RunProgram({"dateline-indexer", "build", "--index", Index(), "--max-record-mb", "1", "--json", input});
  EXPECT_EQ(outcome.exit_code, 4) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\"documents\":3"));
  EXPECT_THAT(outcome.out, HasSubstr("\"rejected\":4"));
  EXPECT_THAT(outcome.out, HasSubstr("\"replaced\":1"));
  const std::string log = base::ReadFile(Index() + "/rejects.jsonl").value();
  EXPECT_THAT(log, HasSubstr("\"line\":2,\"offset\":55"));
  EXPECT_LT(log.find("\"line\":2"), log.find("\"line\":3")) << "in input order";
  EXPECT_LT(log.find("\"line\":5"), log.find("\"line\":6")) << "in input order";
  EXPECT_THAT(log, HasSubstr("not a JSON object"));
  EXPECT_THAT(log, HasSubstr("raise --max-record-mb"));
  EXPECT_THAT(log, HasSubstr("became U+FFFD"));
  EXPECT_EQ(Count("alpha"), 0) << "replaced";
  EXPECT_EQ(Count("gamma"), 1);
  EXPECT_EQ(Count("beta"), 1);
  EXPECT_EQ(Count("delta"), 1) << "no line break at the end";
}

TEST_F(ProgramsTest, StandardInputAndCompressionAreUnderstood) {
  const std::string line = "{\"id\":\"a\",\"title\":\"Compressed story\",\"body\":\"epsilon\"}\n";
  std::string compressed(compressBound(line.size()) + 32, '\0');
  z_stream state = {};
  deflateInit2(&state, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(line.data()));
  state.avail_in = static_cast<uInt>(line.size());
  state.next_out = reinterpret_cast<Bytef*>(compressed.data());
  state.avail_out = static_cast<uInt>(compressed.size());
  ASSERT_EQ(deflate(&state, Z_FINISH), Z_STREAM_END);
  compressed.resize(state.total_out);
  deflateEnd(&state);
  for (const std::string& input : {line, compressed}) {
    const Outcome outcome =
        RunProgram({"dateline-indexer", "build", "--quiet", "--index", Index(), "-"}, RunOptions{input, 0, 0, 0});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(Count("epsilon"), 1);
  }
}

TEST_F(ProgramsTest, FactsBesideATextAndOnTheCommandLine) {
  directory_.Write("texts/story.txt", "A headline of some words\n\nThe body of the story goes here and ends.\n");
  directory_.Write("texts/story.json", "{\"id\":\"s-1\",\"outlet\":\"The Echo\",\"published\":\"2024-03-03\"}");
  directory_.Write("texts/other.txt", "Another headline of words\n\nAnother body.\n");
  const Outcome built = RunProgram({"dateline-indexer", "build", "--quiet", "--index", Index(), "--set",
                             "byline=Ines Calloway and Tom Reed", directory_.Path("texts")});
  EXPECT_EQ(built.exit_code, 0) << built.err;
  EXPECT_EQ(Count("outlet:\"the echo\" date:2024-03-03"), 1);
  EXPECT_EQ(Count("byline:\"tom reed\""), 2);
  const Outcome got = RunProgram({"dateline", "get", "--index", Index(), "s-1", "--json"});
  EXPECT_EQ(got.exit_code, 0);
  EXPECT_THAT(got.out, HasSubstr("A headline of some words"));
}

// Words that never repeat cost Xapian most; without a bound on them this build takes 400 MB.
TEST_F(ProgramsTest, MemoryStaysWithinItsBound) {
  test::Random random(11);
  std::string lines;
  for (int i = 0; i < test::Scaled(800); ++i) {
    absl::StrAppend(&lines, "{\"id\":\"", i, "\",\"date\":\"2020-01-01\",\"body\":\"");
    for (int word = 0; word < 600; ++word) absl::StrAppend(&lines, absl::Hex(random.Bits() >> 32), "x ");
    lines += "\"}\n";
  }
  const Outcome built = RunProgram({"dateline-indexer", "build", "--quiet", "--json", "--threads", "1", "--memory-mb", "512",
                             "--index", Index(), directory_.Write("unique.jsonl", lines)});
  ASSERT_EQ(built.exit_code, 0) << built.err;
  const double peak_mb = std::atof(Between(built.out, "\"peak_memory_mb\":", "}").c_str());
  EXPECT_GT(peak_mb, 5);
  if (std::getenv("DATELINE_TEST_SCALE") == nullptr) {  // sanitizers have memory of their own
    EXPECT_LT(peak_mb, 300);
  }
  const Outcome small = RunProgram({"dateline-indexer", "build", "--index", Index(), "--max-record-mb", "100", Sample("feeds")});
  EXPECT_EQ(small.exit_code, 2);
  EXPECT_THAT(small.err, HasSubstr("raise --memory-mb"));
}

TEST_F(ProgramsTest, AListOfRandomStringsIsNoArticle) {
  test::Random random(12);
  std::string lines = "{\"id\":\"good\",\"title\":\"One good article\"}\n{\"id\":\"bad\",\"body\":\"";
  for (uint64_t word = 0; word <= build::kMaxDifferentWords; ++word) absl::StrAppend(&lines, word, "w ");
  lines += "\"}\n";
  const Outcome built = RunProgram({"dateline-indexer", "build", "--json", "--quiet", "--index", Index(), directory_.Write("r.jsonl", lines)});
  EXPECT_EQ(built.exit_code, 4) << built.err;
  EXPECT_THAT(built.out, HasSubstr("\"documents\":1"));
  EXPECT_THAT(base::ReadFile(Index() + "/rejects.jsonl").value(), HasSubstr("different words"));
}

TEST_F(ProgramsTest, DeletingWhatIsNotThereSaysSo) {
  BuildSamples();
  for (const std::string quiet : {"--quiet", "--json"}) {
    const Outcome outcome = RunProgram({"dateline-indexer", "delete", quiet, "--index", Index(), "no-such-article"});
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.out + outcome.err, HasSubstr(quiet == "--json" ? "\"missing\":[\"no-such-article\"]"
                                                                       : "none of these articles is in the index"));
  }
}

TEST_F(ProgramsTest, UsageErrorsAreTwo) {
  EXPECT_EQ(RunProgram({"dateline-indexer", "build"}).exit_code, 2);
  EXPECT_EQ(RunProgram({"dateline-indexer", "bild"}).exit_code, 2);
  const Outcome missing = RunProgram({"dateline-indexer", "build", "--index", Index(), "/no/such/file"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.err, HasSubstr("/no/such/file: no such file"));
  EXPECT_FALSE(base::Exists(Index())) << "nothing is made before the arguments are right";
  const Outcome kind = RunProgram({"dateline-indexer", "build", "--index", Index(), "CMakeLists.txt", "README.md"});
  EXPECT_EQ(kind.exit_code, 2);
  EXPECT_THAT(kind.err, HasSubstr("README.md: unknown kind of input"));
  const Outcome fact = RunProgram({"dateline-indexer", "build", "--index", Index(), "--set", "colour=red", Sample("feeds")});
  EXPECT_EQ(fact.exit_code, 2);
  EXPECT_THAT(fact.err, HasSubstr("known are outlet"));
  BuildSamples();
  const Outcome query = RunProgram({"dateline", "search", "--index", Index(), "kim AND"});
  EXPECT_EQ(query.exit_code, 2);
  EXPECT_THAT(query.err, HasSubstr("kim AND\n"));
  EXPECT_THAT(query.err, HasSubstr("^"));
}

TEST_F(ProgramsTest, NoIndexIsThree) {
  const Outcome status = RunProgram({"dateline-indexer", "status", "--index", directory_.Path("none")});
  EXPECT_EQ(status.exit_code, 3);
  EXPECT_THAT(status.err, HasSubstr("dateline-indexer build --index"));
  EXPECT_EQ(RunProgram({"dateline", "search", "--index", directory_.Path("none"), "x"}).exit_code, 3);
  EXPECT_EQ(RunProgram({"dateline-searcher", "--index", directory_.Path("none"), "--listen", "127.0.0.1:0"}).exit_code, 3);
  EXPECT_EQ(RunProgram({"dateline", "search", "--server", "127.0.0.1:1", "x"}).exit_code, 3);
}

TEST_F(ProgramsTest, AFailedBuildLeavesTheIndexAsItWas) {
  BuildSamples();
  const std::string before = index::ReadCurrent(Index()).value();
  // All writes beyond so many bytes fail, at different steps of the build.
  for (const uint64_t bytes : {4096U, 20'000U, 60'000U, 120'000U, 200'000U}) {
    const Outcome full = RunProgram({"dateline-indexer", "build", "--quiet", "--index", Index(), Sample("feeds"),
                              Sample("scraped")},
                             RunOptions{"", bytes, 0, 0});
    EXPECT_NE(full.exit_code, 0) << bytes;
    EXPECT_THAT(full.err, Not(IsEmpty()));
    EXPECT_EQ(index::ReadCurrent(Index()).value(), before) << bytes;
  }
  const Outcome empty = RunProgram({"dateline-indexer", "build", "--quiet", "--index", Index(), directory_.Write("e.txt", "")});
  EXPECT_NE(empty.exit_code, 0);
  EXPECT_THAT(empty.err, HasSubstr("no article could be taken in"));
  EXPECT_EQ(Count("*"), kSampleArticles);
  for (const std::string& name : EntriesOf(Index())) {
    EXPECT_FALSE(absl::StartsWith(name, index::kTemporaryPrefix)) << name;
  }
}

TEST_F(ProgramsTest, AKilledBuildLeavesTheIndexAsItWas) {
  BuildSamples();
  const std::string before = index::ReadCurrent(Index()).value();
  test::Random random(7);
  std::string lines;
  for (const article::Article& article : test::RandomArticles(random, 12'000)) lines += test::ToJsonLine(article);
  const std::string input = directory_.Write("many.jsonl", lines);
  const std::vector<std::string> command = {"dateline-indexer", "build", "--quiet", "--index", Index(), input};
  int published = 0;  // articles, once a build was faster than its end
  for (const int after_ms : {5, 40, 150, 300}) {
    for (const int signal : {SIGINT, SIGKILL}) {
      if (published > 0) break;
      const Outcome outcome = RunProgram(command, RunOptions{"", 0, signal, after_ms});
      if (index::ReadCurrent(Index()).value() != before) {
        published = Count("*");
        break;
      }
      EXPECT_THAT(outcome.exit_code, ::testing::AnyOf(130, 128 + signal)) << outcome.err;
      EXPECT_EQ(index::ReadCurrent(Index()).value(), before);
      EXPECT_EQ(Count("*"), kSampleArticles);
    }
  }
  const Outcome whole = RunProgram(command);
  EXPECT_EQ(whole.exit_code, 0) << whole.err;
  EXPECT_NE(index::ReadCurrent(Index()).value(), before);
  const int all = Count("*");
  EXPECT_GT(all, kSampleArticles);
  if (published > 0) {
    EXPECT_EQ(published, all) << "half a build was published";
  }
  for (const std::string& name : EntriesOf(Index())) {
    EXPECT_FALSE(absl::StartsWith(name, index::kTemporaryPrefix)) << "what the killed ones left must be gone: " << name;
  }
}

TEST_F(ProgramsTest, OneWriterAtATimeAndOldGenerationsGo) {
  BuildSamples();
  {
    const auto lock = base::FileLock::TryAcquire(Index() + "/LOCK", base::FileLock::Mode::kExclusive);
    ASSERT_TRUE(lock.ok());
    const Outcome second = RunProgram({"dateline-indexer", "build", "--quiet", "--index", Index(), Sample("feeds")});
    EXPECT_EQ(second.exit_code, 1);
    EXPECT_THAT(second.err, HasSubstr("another writer is at work (process "));
  }
  const std::string first = index::ReadCurrent(Index()).value();
  {
    const auto reader = base::FileLock::TryAcquire(Index() + "/" + first + "/LEASE", base::FileLock::Mode::kShared);
    ASSERT_TRUE(reader.ok());
    for (int i = 0; i < 3; ++i) BuildSamples();
    EXPECT_TRUE(base::Exists(Index() + "/" + first)) << "somebody still reads it";
  }
  BuildSamples();
  EXPECT_FALSE(base::Exists(Index() + "/" + first));
  size_t generations = 0;
  for (const std::string& name : EntriesOf(Index())) generations += index::IsGenerationName(name) ? 1U : 0U;
  EXPECT_EQ(generations, 2U) << "the current one and the one before";
}

TEST_F(ProgramsTest, AnIndexMayBeMoved) {
  BuildSamples();
  const std::string moved = directory_.Path("moved");
  ASSERT_TRUE(base::Rename(Index(), moved).ok());
  EXPECT_EQ(RunProgram({"dateline", "search", "--index", moved, "strike"}).exit_code, 0);
}

TEST_F(ProgramsTest, ADamagedIndexIsNotServed) {
  BuildSamples();
  const std::string file = Index() + "/" + index::ReadCurrent(Index()).value() + "/shard-000/postlist.glass";
  std::string bytes = base::ReadFile(file).value();
  bytes[bytes.size() / 2] ^= 4;
  damaged_ = true;
  ASSERT_TRUE(base::WriteFileSynced(file, bytes).ok());
  const Outcome server = RunProgram({"dateline-searcher", "--index", Index(), "--listen", "127.0.0.1:0"});
  EXPECT_EQ(server.exit_code, 1);
  EXPECT_THAT(server.err, HasSubstr("postlist.glass: damaged between byte"));
  EXPECT_NE(RunProgram({"dateline", "search", "--index", Index(), "x"}).exit_code, 0);
}

TEST_F(ProgramsTest, TheServerSaysWhatTheIndexSays) {
  BuildSamples();
  Background server({"dateline-searcher", "--index", Index(), "--listen", "127.0.0.1:0", "--threads", "2"});
  const std::string address = server.WaitForLine("listening on ");
  ASSERT_FALSE(address.empty());
  const std::vector<std::vector<std::string>> searches = {
      {"harbor strike"},
      {"\"closer ties\"", "--sort", "date"},
      {"talks OR strike", "--facet", "outlet:3", "--facet", "byline:2", "--facet", "month:20", "-n", "3"},
      {"*", "--sort", "oldest", "--outlet", "norpress", "--from", "2024-01-01", "-n", "50"},
      {"headline:strike -wages date:2024", "--no-snippets"},
      {"talks OR strike", "--keys", "-n", "50"},
      {"nothing-of-the-kind-anywhere"},
      {"--count", "talks"},
  };
  for (const std::vector<std::string>& search : searches) {
    std::vector<std::string> local = {"dateline", "search", "--json", "--index", Index()};
    std::vector<std::string> remote = {"dateline", "search", "--json", "--server", address};
    local.insert(local.end(), search.begin(), search.end());
    remote.insert(remote.end(), search.begin(), search.end());
    const Outcome here = RunProgram(local);
    const Outcome there = RunProgram(remote);
    EXPECT_EQ(here.exit_code, 0) << here.err;
    EXPECT_EQ(there.exit_code, 0) << there.err;
    EXPECT_EQ(here.out, there.out) << search.front();
  }
  const Outcome bad = RunProgram({"dateline", "search", "--server", address, "(a OR"});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_EQ(bad.err, RunProgram({"dateline", "search", "--index", Index(), "(a OR"}).err);
  EXPECT_EQ(RunProgram({"dateline", "get", "--server", address, "nobody"}).exit_code, 1);

  const Outcome second = RunProgram({"dateline-searcher", "--index", Index(), "--listen", address});
  EXPECT_EQ(second.exit_code, 1) << "the port is taken";
  EXPECT_EQ(server.Stop(), 0);
}

// Every command that asks anything, asked of the index and of its server.
TEST_F(ProgramsTest, EveryCommandSaysTheSameOfIndexAndServer) {
  BuildSamples();
  Background server({"dateline-searcher", "--index", Index(), "--listen", "127.0.0.1:0", "--threads", "2"});
  const std::string address = server.WaitForLine("listening on ");
  ASSERT_FALSE(address.empty());
  const struct {
    std::vector<std::string> command;
    int exit_code;
  } kCases[] = {
      {{"search", "strike", "--json", "--outlet", "norpress", "--no-recency", "--no-variants"}, 0},
      {{"search", "--json", "--any", "why", "did", "the", "strike", "end"}, 0},
      {{"search", "*", "-n", "1000", "--json"}, 0},
      {{"search", "strike", "--facet", "colour"}, 2},
      {{"search", "strike", "--facet", "outlet:1001"}, 2},
      {{"search", "strike", "--coverage"}, 2},
      {{"search", "strike", "--sot", "newest"}, 2},
      {{"search", "no-such-word-anywhere", "--exit-status"}, 1},
      {{"count", "talks"}, 0},
      {{"count", "talks", "--facet", "outlet:3", "--facet", "month", "--json"}, 0},
      {{"count", "no-such-word-anywhere", "--exit-status"}, 1},
      {{"count", "(talks"}, 2},
      {{"count"}, 2},
      {{"count", "--timeout", "0", "talks"}, 2},
      {{"search", "talks", "--outlet", "norpress", "--facet", "outlet:5", "--disjunctive", "--json"}, 0},
      {{"search", "talks", "--agency", "reuters", "--section", "world", "--lang", "en", "--json"}, 0},
      {{"search", "talks", "--dateline", "gothenburg", "--facet", "dateline", "--facet", "language", "--json"}, 0},
      {{"search", "strike", "--histogram", "month", "--coverage", "-n", "1", "--no-snippets"}, 0},
      {{"search", "strike", "--histogram", "month", "--time-zone", "Middle/Earth"}, 2},
      {{"histogram", "strike"}, 0},
      {{"histogram", "*", "--interval", "year", "--coverage", "--json"}, 0},
      {{"histogram", "*", "--interval", "week", "--time-zone", "Asia/Seoul"}, 0},
      {{"histogram", "*", "--interval", "hour"}, 2},
      {{"facets", "outlet"}, 0},
      {{"facets", "byline", "--prefix", "cal", "--json"}, 0},
      {{"facets", "month", "-n", "2"}, 0},
      {{"facets", "section", "--prefix", "no-such", "--exit-status"}, 1},
      {{"facets", "outlet", "talks"}, 0},
      {{"facets", "byline", "--json", "--from", "2024-01-01", "-n", "3"}, 0},
      {{"facets", "colour"}, 2},
      {{"facets"}, 2},
      {{"export", "talks"}, 0},
      {{"export", "*", "--bodies", "--sort", "oldest"}, 0},
      {{"export", "*", "--csv"}, 0},
      {{"export", "strike", "--tsv", "--fields", "id,date,headline,body"}, 0},
      {{"export", "strike", "--fields", "id,colour"}, 2},
      {{"export", "strike", "--tsv", "--csv"}, 2},
      {{"export", "strike AND"}, 2},
      {{"export", "no-such-word-anywhere", "--exit-status"}, 1},
      {{"get", "np-20240303-0061", "--json"}, 0},
      {{"get", "np-20240303-0061", "nobody", "cs-5107"}, 1},
      {{"get"}, 2},
      {{"explain", "cs-5107", "talks", "OR", "strike", "--json"}, 0},
      {{"explain", "cs-5107", "no-such-word-anywhere", "--exit-status"}, 1},
      {{"explain", "nobody", "talks"}, 1},
      {{"explain", "cs-5107"}, 2},
      {{"suggest", "str"}, 0},
      {{"suggest", "--kind", "outlet", "--kind", "byline", "-n", "2", "--json", "nor"}, 0},
      {{"suggest", "zzqxv", "--exit-status"}, 1},
      {{"analyze", "North Korea's talks"}, 0},
      {{"analyze", "--lang", "de", "--json", "die Verhandlungen"}, 0},
      {{"analyze", "--lang", "xx", "word"}, 2},
      {{"search", "harbro strikke"}, 0},
      {{"suggest"}, 2},
      {{"suggest", "--kind", "colour", "x"}, 2},
      {{"analyze"}, 2},
      {{"status", "now"}, 2},
      {{"reload", "now"}, 2},
  };
  for (const auto& c : kCases) {
    std::vector<std::string> local = {"dateline"};
    local.insert(local.end(), c.command.begin(), c.command.end());
    std::vector<std::string> remote = local;
    local.insert(local.end(), {"--index", Index()});
    remote.insert(remote.end(), {"--server", address});
    const Outcome here = RunProgram(local);
    const Outcome there = RunProgram(remote);
    const std::string name = absl::StrJoin(c.command, " ");
    EXPECT_EQ(here.exit_code, c.exit_code) << name << ": " << here.err;
    EXPECT_EQ(there.exit_code, c.exit_code) << name << ": " << there.err;
    EXPECT_EQ(WithoutSeconds(here.out), WithoutSeconds(there.out)) << name;
    EXPECT_EQ(here.err, there.err) << name;
    EXPECT_EQ(here.exit_code == 2, here.exit_code == 2 && !here.err.empty()) << name;
  }
  const Outcome here = RunProgram({"dateline", "status", "--index", Index()});
  const Outcome there = RunProgram({"dateline", "status", "--server", address});
  EXPECT_EQ(here.out, there.out.substr(0, there.out.find("since "))) << "a server tells more";
  EXPECT_EQ(server.Stop(), 0);
}

TEST_F(ProgramsTest, TheServerFollowsTheIndexAndFindsDamage) {
  BuildSamples();
  Background server({"dateline-searcher", "--index", Index(), "--listen", "127.0.0.1:0", "--scrub-every", "1",
                     "--scrub-mb-s", "1000"});
  const std::string address = server.WaitForLine("listening on ");
  ASSERT_FALSE(address.empty());
  const auto status = [&] { return RunProgram({"dateline", "status", "--server", address}).out; };
  const auto eventually = [&](const std::string& text) {
    for (int i = 0; i < 300; ++i) {
      if (absl::StrContains(status(), text)) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
  };
  const std::vector<std::string> reload = {"dateline", "reload", "--server", address};
  EXPECT_THAT(RunProgram(reload).out, HasSubstr("was served already"));
  ASSERT_EQ(RunProgram({"dateline-indexer", "build", "--quiet", "--index", Index(), Sample("scraped")}).exit_code, 0);
  const std::string second = index::ReadCurrent(Index()).value();
  EXPECT_TRUE(eventually(second)) << status();
  EXPECT_TRUE(eventually("re-read ")) << status();

  // A new generation that is damaged is refused by name, and a good one after it is served.
  damaged_ = true;
  const std::string current = Index() + "/CURRENT";
  ASSERT_TRUE(base::ReplaceFileAtomically(current, "g000099-0123456789abcdef\n").ok());
  const Outcome refused = RunProgram(reload);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("g000099"));
  EXPECT_THAT(refused.err, HasSubstr(absl::StrCat(second, " goes on being served")));
  EXPECT_THAT(status(), HasSubstr("not loaded  generation g000099"));
  ASSERT_TRUE(base::ReplaceFileAtomically(current, second + "\n").ok());
  EXPECT_EQ(RunProgram(reload).exit_code, 0);
  EXPECT_THAT(status(), Not(HasSubstr("not loaded")));

  const std::string path = test::CurrentGeneration(Index()) + "/shard-000/termlist.glass";
  std::string bytes = base::ReadFile(path).value();
  bytes[bytes.size() / 2] ^= 1;
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  EXPECT_TRUE(eventually("DAMAGED ")) << status();
  EXPECT_THAT(status(), HasSubstr("termlist.glass: damaged between byte"));
  EXPECT_EQ(test::HealthOf(address, kService), "NOT_SERVING");
  EXPECT_THAT(RunProgram({"dateline", "search", "--server", address, "strike"}).err, HasSubstr("may be wrong"));
  EXPECT_EQ(RunProgram(reload).exit_code, 1);
  bytes[bytes.size() / 2] ^= 1;
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  EXPECT_EQ(RunProgram(reload).exit_code, 0) << "it has been mended";
  EXPECT_THAT(status(), Not(HasSubstr("DAMAGED")));
  // The follower looks every 10 s at least, and tells.
  for (int i = 0; i < 200 && test::HealthOf(address, kService) != "SERVING"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_EQ(test::HealthOf(address, kService), "SERVING");
  EXPECT_EQ(server.Stop(), 0);
}

TEST_F(ProgramsTest, AnExportHasEveryMatchOnce) {
  BuildSamples();
  Background server({"dateline-searcher", "--index", Index(), "--listen", "127.0.0.1:0"});
  const std::string address = server.WaitForLine("listening on ");
  for (const std::string query : {"*", "strike", "talks OR strike", "outlet:norpress -harbor"}) {
    const std::string path = directory_.Path("out.tsv");
    const Outcome exported = RunProgram(
        {"dateline", "export", "--server", address, "--tsv", "--fields", "id", "--output", path, query});
    ASSERT_EQ(exported.exit_code, 0) << exported.err;
    EXPECT_EQ(exported.out, "");
    const int count = Count(query);
    EXPECT_THAT(exported.err, HasSubstr(absl::StrCat("dateline: ", count, " article")));
    std::vector<std::string> lines = absl::StrSplit(base::ReadFile(path).value(), '\n', absl::SkipEmpty());
    ASSERT_EQ(lines.size(), static_cast<size_t>(count) + 1);
    EXPECT_EQ(lines[0], "id");
    EXPECT_EQ(std::set<std::string>(lines.begin(), lines.end()).size(), lines.size()) << "no article twice";
  }
  // What fails leaves the file that was there, and says so.
  const std::string path = directory_.Write("old.jsonl", "old");
  const Outcome failed = RunProgram({"dateline", "export", "--server", address, "--output", path, "a AND"});
  EXPECT_EQ(failed.exit_code, 2);
  EXPECT_EQ(base::ReadFile(path).value(), "old");
  const Outcome full =
      RunProgram({"dateline", "export", "--server", address, "--bodies", "--output", path, "*"}, RunOptions{"", 4096, 0, 0});
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_THAT(full.err, HasSubstr("not complete"));
  EXPECT_EQ(base::ReadFile(path).value(), "old");
  const Outcome pipe = RunProgram({"dateline", "export", "--server", address, "--bodies", "*"}, RunOptions{"", 4096, 0, 0});
  EXPECT_EQ(pipe.exit_code, 1) << "half an export must not look like a whole one";
  EXPECT_EQ(server.Stop(), 0);
}

TEST_F(ProgramsTest, TheEnvironmentNamesTheTarget) {
  BuildSamples();
  const auto run = [](const std::vector<std::string>& variables, const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"/usr/bin/env"};
    arguments.insert(arguments.end(), variables.begin(), variables.end());
    arguments.push_back(test::ProgramPath("dateline"));
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(arguments);
  };
  const std::string index = absl::StrCat("DATELINE_INDEX=", Index());
  EXPECT_EQ(run({index}, {"count", "*"}).out, absl::StrCat(kSampleArticles, "\n"));
  EXPECT_EQ(run({"DATELINE_SERVER=127.0.0.1:1"}, {"count", "*"}).exit_code, 3);
  EXPECT_EQ(run({"DATELINE_SERVER=127.0.0.1:1"}, {"count", "*", "--index", Index()}).exit_code, 0) << "the flag wins";
  EXPECT_EQ(run({index}, {"count", "*", "--server", "127.0.0.1:1"}).exit_code, 3) << "the flag wins";
  const Outcome both = run({index, "DATELINE_SERVER=127.0.0.1:1"}, {"count", "*"});
  EXPECT_EQ(both.exit_code, 2);
  EXPECT_THAT(both.err, HasSubstr("both set"));
}

TEST_F(ProgramsTest, EveryCommandHelpsWithExamplesFirst) {
  for (const std::string command : {"search", "count", "histogram", "facets", "export", "get", "explain", "analyze",
                                    "suggest", "status", "reload", "completion"}) {
    const Outcome help = RunProgram({"dateline", command, "--help"});
    EXPECT_EQ(help.exit_code, 0) << command;
    const size_t examples = help.out.find("Examples:");
    EXPECT_NE(examples, std::string::npos) << command;
    EXPECT_LT(examples, help.out.find("Options:")) << command;
    EXPECT_THAT(help.out, HasSubstr(absl::StrCat("  dateline ", command, " "))) << command;
    EXPECT_THAT(RunProgram({"dateline", "--help"}).out, HasSubstr(absl::StrCat("\n  ", command, " ")));
  }
}

// The script is loaded into the shell that it is for.
TEST_F(ProgramsTest, BashCompletes) {
  const Outcome script = RunProgram({"dateline", "completion", "bash"});
  ASSERT_EQ(script.exit_code, 0);
  const struct {
    std::string line;  // the last word is being typed
    std::string offers;
  } kCases[] = {
      {"dateline sea", "search"},
      {"dateline search --sort ol", "oldest"},
      {"dateline search kim --no-s", "--no-snippets"},
      {"dateline facets out", "outlet"},
      {"dateline export --sort newest --fiel", "--fields"},
      {"dateline completion z", "zsh"},
  };
  for (const auto& c : kCases) {
    const std::string file = directory_.Write(
        "complete.sh", absl::StrCat(script.out, "COMP_WORDS=(", c.line, ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n",
                                    "_dateline\necho \"${COMPREPLY[*]}\"\n"));
    const Outcome completed = RunProgram({"/bin/bash", file});
    EXPECT_EQ(completed.out, c.offers + "\n") << c.line << completed.err;
  }
}

TEST_F(ProgramsTest, NothingInADocumentReachesTheTerminalAsControl) {
  const std::string input = directory_.Write(
      "hostile.jsonl",
      "{\"id\":\"h\\u001b[31m\",\"title\":\"Red \\u001b[31m title \\u009b31m \\u202e\",\"body\":\"Body \\u0007 bell \\r back\",\"outlet\":\"\\u001b]0;x\\u0007\"}\n");
  ASSERT_EQ(RunProgram({"dateline-indexer", "build", "--quiet", "--index", Index(), input}).exit_code, 0);
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"dateline", "search", "--index", Index(), "--color", "never", "*"},
           {"dateline", "search", "--index", Index(), "--json", "*", "--facet", "outlet"},
           {"dateline-indexer", "status", "--index", Index()}}) {
    for (const char c : RunProgram(command).out) {
      EXPECT_TRUE(c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)) << static_cast<int>(c);
    }
  }
}

}  // namespace
}  // namespace dateline
