// Made archives: the same bytes from the same seed, what was asked for, and like what they were measured from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "bench/corpus/archive_sample.h"
#include "bench/corpus/archive_writer.h"
#include "bench/corpus/article_maker.h"
#include "bench/corpus/lexicon.h"
#include "bench/corpus/measures.h"
#include "bench/corpus/portable_math.h"
#include "bench/corpus/rank_curve.h"
#include "bench/corpus/shape.h"
#include "bench/random.h"
#include "core/base/checksum.h"
#include "core/base/file.h"
#include "indexer/extract/extractor.h"
#include "indexer/ingest/record_source.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace dateline::bench::corpus {
namespace {

using test::Outcome;
using test::RunProgram;
using test::TempDir;
using ::testing::HasSubstr;

constexpr uint64_t kHashOf2000 = 3468337482118941375U;  // seed 7, default shape

std::string Write(const TempDir& dir, const std::string& name, const WriteOptions& options, uint64_t seed = 7,
                  const Shape& shape = DefaultShape()) {
  WriteOptions with_output = options;
  with_output.output = base::JoinPath(dir.path(), name);
  const Archive archive(shape, seed);
  EXPECT_TRUE(WriteArchive(archive, with_output).ok());
  return with_output.output;
}

std::string Bytes(const std::string& path) { return base::ReadFile(path).value(); }

std::vector<article::Article> Articles(const std::string& path) {
  auto source = ingest::RecordSource::Open({path}).value();
  extract::Extractor extractor{extract::SuppliedFacts()};
  std::vector<ingest::Reject> rejects;
  std::vector<article::Article> articles;
  while (absl::optional<ingest::Record> record = source->Next(rejects)) {
    absl::StatusOr<article::Article> article = extractor.Extract(*record);
    EXPECT_TRUE(article.ok()) << article.status() << "\n" << record->bytes;
    if (article.ok()) articles.push_back(*std::move(article));
  }
  EXPECT_TRUE(rejects.empty());
  return articles;
}

double ValueOf(const std::vector<Measure>& measures, const std::string& name) {
  for (const Measure& measure : measures) {
    if (measure.name == name) return measure.value;
  }
  ADD_FAILURE() << "no measure " << name;
  return 0;
}

TEST(CorpusTest, TheSameSeedMakesTheSameBytesWithAnyThreads) {
  const TempDir dir;
  const std::string one = Bytes(Write(dir, "one.jsonl", {2500, "", 1}));
  EXPECT_EQ(one, Bytes(Write(dir, "two.jsonl", {2500, "", 2})));
  EXPECT_EQ(one, Bytes(Write(dir, "five.jsonl", {2500, "", 5})));
  EXPECT_NE(one, Bytes(Write(dir, "other.jsonl", {2500, "", 2}, 8)));
  EXPECT_EQ(Bytes(Write(dir, "one.jsonl.zst", {2500, "", 1})), Bytes(Write(dir, "two.jsonl.zst", {2500, "", 2})));
}

TEST(CorpusTest, ASmallArchiveIsTheBeginningOfALargeOne) {
  const TempDir dir;
  const std::string small = Bytes(Write(dir, "small.jsonl", {300, "", 2}));
  const std::string large = Bytes(Write(dir, "large.jsonl", {1700, "", 2}));
  EXPECT_EQ(small, large.substr(0, small.size()));
}

// On every machine. Who changes what is made changes this number, and tells that older figures do not compare.
TEST(CorpusTest, TheBytesOfASeedStayTheSame) {
  const TempDir dir;
  EXPECT_EQ(base::Hash64(Bytes(Write(dir, "a.jsonl", {2000, "", 2}))), kHashOf2000);
}

TEST(CorpusTest, EveryArticleIsTakenAndNamedOnce) {
  const TempDir dir;
  const std::vector<article::Article> articles = Articles(Write(dir, "a.jsonl.zst", {1500, "", 2}));
  ASSERT_EQ(articles.size(), 1500U);
  std::set<std::string> ids;
  size_t english = 0;
  size_t outlets = 0;
  size_t dated = 0;
  size_t writers = 0;
  size_t agencies = 0;
  for (const article::Article& article : articles) {
    ids.insert(article.id);
    english += article.lang == "en" ? 1 : 0;
    outlets += article.outlet.empty() ? 0 : 1;
    dated += article.publication.dated() ? 1 : 0;
    writers += article.bylines.empty() ? 0 : 1;
    agencies += article.agencies.empty() ? 0 : 1;
    EXPECT_FALSE(article.headline.empty());
  }
  EXPECT_EQ(ids.size(), articles.size());
  EXPECT_GE(english, 1450U);
  const Shape shape = DefaultShape();
  EXPECT_NEAR(static_cast<double>(outlets) / 1500, 1 - shape.no_outlet, 0.02);
  EXPECT_NEAR(static_cast<double>(dated) / 1500, 1 - shape.no_date, 0.03);
  EXPECT_NEAR(static_cast<double>(writers) / 1500, 1 - shape.no_writer, 0.05);
  EXPECT_NEAR(static_cast<double>(agencies) / 1500, shape.agency, 0.04);
}

TEST(CorpusTest, WordsOfTheLexiconAreDifferent) {
  std::set<std::string> words;
  constexpr uint64_t kWords = 300000;
  for (uint64_t rank = 0; rank < kWords; ++rank) {
    std::string word;
    AppendWord(rank * 7, word);
    words.insert(word);
  }
  EXPECT_EQ(words.size(), kWords);
}

TEST(CorpusTest, BodiesGrowToTheLengthAskedFor) {
  for (const double words : {60.0, 280.0, 900.0}) {
    Shape shape = DefaultShape();
    ScaleBodies(words, shape);
    const TempDir dir;
    const ArchiveSample sample = ReadArchive({Write(dir, "a.jsonl", {2000, "", 2}, 7, shape)}).value();
    const double mean = ValueOf(MeasureArchive(sample), "words per article, mean");
    EXPECT_NEAR(mean / words, 1, 0.12) << words;
  }
}

TEST(CorpusTest, AnArchiveLikeAnotherResemblesIt) {
  Shape shape = DefaultShape();
  shape.no_date = 0.3;
  shape.words[3].frequency *= 1.5;
  ScaleBodies(150, shape);
  const TempDir dir;
  const ArchiveSample real = ReadArchive({Write(dir, "real.jsonl", {3000, "", 2}, 7, shape)}).value();
  const ArchiveSample made = ReadArchive({Write(dir, "made.jsonl", {3000, "", 2}, 8, FitShape(real))}).value();
  const std::vector<Measure> of_real = MeasureArchive(real);
  const std::vector<Measure> of_made = MeasureArchive(made);
  for (const std::string name :
       {"words per article, 5%", "words per article, 50%", "words per article, 95%", "words per headline, 50%",
        "distinct words in all", "distinct words in the first 100000 tokens", "Heaps exponent at the end",
        "occurrences per million, rank 1", "occurrences per million, rank 10", "occurrences per million, rank 100",
        "occurrences per million, rank 1000", "% of articles with the word, rank 100", "% of articles without a date",
        "% of articles without a writer", "% of named articles by the 10 greatest outlets"}) {
    EXPECT_NEAR(ValueOf(of_made, name) / ValueOf(of_real, name), 1, 0.25) << name;
  }
  const double heaps = ValueOf(of_made, "Heaps exponent at the end");
  EXPECT_GT(heaps, 0.35);
  EXPECT_LT(heaps, 0.75);
}

TEST(CorpusTest, CopiesAreFound) {
  Shape shape = DefaultShape();
  const TempDir dir;
  shape.copy = 0;
  EXPECT_LT(NearCopyShare(ReadArchive({Write(dir, "none.jsonl", {1500, "", 2}, 7, shape)}).value()), 0.01);
  shape.copy = 0.3;
  EXPECT_GT(NearCopyShare(ReadArchive({Write(dir, "some.jsonl", {1500, "", 2}, 7, shape)}).value()), 0.1);
}

TEST(CorpusTest, CurvesDrawTheFrequenciesOfTheirPoints) {
  const RankCurve curve({{1, 8}, {2, 4}, {3, 2}, {4, 2}}, 4);
  Random random(1);
  std::vector<double> counts(4);
  for (int k = 0; k < 160000; ++k) ++counts[curve.Draw(random)];
  EXPECT_NEAR(counts[0], 80000, 1500);
  EXPECT_NEAR(counts[1], 40000, 1500);
  EXPECT_NEAR(counts[2], 20000, 1000);
  EXPECT_NEAR(counts[3], 20000, 1000);
  for (int k = 0; k < 1000; ++k) EXPECT_LT(curve.DrawBelow(2, random), 2U);
}

TEST(CorpusTest, ExpectedDistinctIsWhatDrawsShow) {
  const RankCurve curve = RankCurve::Zipf(1.1, 1 << 20);
  Random random(3);
  std::set<uint64_t> seen;
  for (int k = 0; k < 200000; ++k) seen.insert(curve.Draw(random));
  EXPECT_NEAR(static_cast<double>(seen.size()) / curve.ExpectedDistinct(200000), 1, 0.02);
}

TEST(CorpusTest, PortableMathIsRight) {
  for (double x : {1e-9, 0.3, 0.70710678, 1.0, 1.5, 2.0, 10.0, 12345.678, 1e18}) {
    EXPECT_NEAR(Log2(x), std::log2(x), 1e-12 * std::max(1.0, std::abs(std::log2(x)))) << x;
    EXPECT_NEAR(Power(x, 0.37) / std::pow(x, 0.37), 1, 1e-12) << x;
  }
}

// The program.

TEST(CorpusProgramTest, StandardOutputIsTheFile) {
  const TempDir dir;
  const std::string path = base::JoinPath(dir.path(), "a.jsonl");
  const Outcome file = RunProgram({"dateline-bench", "corpus", "--articles", "50", "--seed", "3", "--output", path});
  EXPECT_EQ(file.exit_code, 0) << file.err;
  const Outcome out = RunProgram({"dateline-bench", "corpus", "--articles", "50", "--seed", "3", "--output", "-"});
  EXPECT_EQ(out.exit_code, 0) << out.err;
  EXPECT_EQ(out.out, Bytes(path));
}

TEST(CorpusProgramTest, AFullDiskIsTold) {
  const Outcome full = RunProgram({"dateline-bench", "corpus", "--articles", "5000", "--output", "/dev/full"});
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_THAT(full.err, HasSubstr("/dev/full"));
}

TEST(CorpusProgramTest, WrongUsageIsTold) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"--output", "-"}, "--articles"},
      {{"--articles", "5"}, "--output"},
      {{"--articles", "0", "--output", "-"}, "--articles"},
      {{"--articles", "many", "--output", "-"}, "--articles"},
      {{"--articles", "5", "--words", "-3", "--output", "-"}, "--words"},
      {{"--articles", "5", "--like", "nowhere.jsonl", "--output", "-"}, "nowhere.jsonl"},
      {{"measure"}, "archives"},
      {{"measure", "nowhere.jsonl"}, "nowhere.jsonl"},
      {{"compare", "nowhere.jsonl"}, "generated"},
  };
  for (const auto& [arguments, told] : cases) {
    std::vector<std::string> command = {"dateline-bench", "corpus"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const Outcome wrong = RunProgram(command);
    EXPECT_EQ(wrong.exit_code, 2) << told;
    EXPECT_THAT(wrong.err, HasSubstr(told));
  }
}

TEST(CorpusProgramTest, ArchivesAreMeasuredAndCompared) {
  const TempDir dir;
  const std::string path = Write(dir, "a.jsonl", {200, "", 1});
  const Outcome measured = RunProgram({"dateline-bench", "corpus", "measure", path, "--json"});
  EXPECT_EQ(measured.exit_code, 0) << measured.err;
  EXPECT_THAT(measured.out, HasSubstr("\"measure\":\"articles\",\"value\":200"));
  const Outcome compared = RunProgram({"dateline-bench", "corpus", "compare", path, path});
  EXPECT_EQ(compared.exit_code, 0) << compared.err;
  EXPECT_THAT(compared.out, HasSubstr("1.00\n"));
}

}  // namespace
}  // namespace dateline::bench::corpus
