// Queries made to hurt: up to a kilobyte of the most frequent words under the costliest operators, nested, repeated,
// cut off, mixed with bytes that are no text. None may crash, spend more than its budget, or fail in another way than
// the API promises.
//
//   adversarial_test                                                2,000 queries on random articles
//   DATELINE_TEST_INDEX=DIR DATELINE_TEST_SCALE=50 adversarial_test 100,000 on a real index
#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"
#include "searcher/query/query_error.h"
#include "searcher/serve/engine.h"
#include "tests/support/engine_under_test.h"
#include "tests/support/random.h"
#include "tests/support/random_corpus.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_index.h"

namespace dateline {
namespace {

using serve::Engine;
using serve::SearchRequest;
using test::Random;

constexpr uint64_t kSeed = 8086;
constexpr int kBudgetMs = 500;
// A look at the clock is worth some work, and what follows the match (10 articles and snippets) is not in its loop.
constexpr int kToleranceMs = 100;

int64_t ThreadMicros() {
  timespec used;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return int64_t{used.tv_sec} * 1'000'000 + used.tv_nsec / 1000;
}

const std::vector<std::string>& Words() {
  static const auto* const kWords = new std::vector<std::string>{
      "the",   "of",     "and", "to",  "a",       "in",   "said",  "he",           "on",
      "for",   "that",   "is",  "was", "with",    "it",   "as",    "at",           "by",
      "talks", "strike", "Kim", "new", "Jong-un", "U.S.", "don't", "\u6771\u4eac", "\u043c\u044d\u0440",
      "zzyzx"};
  return *kWords;
}

std::string Word(Random& random) {
  const std::string& word = random.Pick(Words());
  switch (random.Below(14)) {
    case 0:
      return absl::StrCat(random.Pick(std::vector<std::string>{"con", "the", "pre", "sta", "str"}), "*");
    case 1:
      return absl::StrCat(word, "~1");
    case 2:
      return absl::StrCat("=", word);
    case 3:
      return absl::StrCat(random.Pick(std::vector<std::string>{"headline:", "body:", "lead:", "caption:", "byline:"}),
                          word);
    default:
      return word;
  }
}

std::string Phrase(Random& random) {
  std::string phrase = "\"";
  for (uint64_t i = 1 + random.Below(16); i > 0; --i)
    absl::StrAppend(&phrase, random.Pick(Words()), i > 1 ? " " : "\"");
  if (random.OneIn(3)) absl::StrAppend(&phrase, "~", 1 + random.Below(255));
  return phrase;
}

std::string Query(Random& random, int depth);

std::string Group(Random& random, int depth) {
  static const auto* const kJoints = new std::vector<std::string>{
      " ", " OR ", " AND ", " NEAR/255 ", " /s ", " /p ", " PRE/9 ", " w/3 ", " -", " NOT ", "|"};
  const bool one_joint = !random.OneIn(3);
  const std::string joint = random.Pick(*kJoints);
  std::string group;
  for (uint64_t i = 2 + random.Below(8); i > 0; --i) {
    absl::StrAppend(&group, Query(random, depth - 1), i == 1 ? "" : one_joint ? joint : random.Pick(*kJoints));
  }
  return group;
}

std::string Query(Random& random, int depth) {
  if (depth <= 0) return random.OneIn(3) ? Phrase(random) : Word(random);
  switch (random.Below(8)) {
    case 0:
      return Word(random);
    case 1:
      return Phrase(random);
    case 2:
      return absl::StrCat("atleast", 1 + random.Below(255), "(", random.Pick(Words()), ")");
    case 3:
      return absl::StrCat("-(", Group(random, depth), ")");
    case 4:
      return random.OneIn(2) ? "*" : random.OneIn(2) ? "is:wire" : "date:..2020";
    default:
      return absl::StrCat("(", Group(random, depth), ")");
  }
}

// At most a kilobyte, now and then cut off, with bytes changed, or of bytes only.
std::string Adversary(Random& random) {
  std::string text =
      random.OneIn(20) ? random.Bytes(random.Below(1024)) : Group(random, 1 + static_cast<int>(random.Below(4)));
  if (text.size() > 1024 || random.OneIn(6)) text.resize(std::min<size_t>(text.size(), 1 + random.Below(1024)));
  if (random.OneIn(8) && !text.empty()) text[random.Below(text.size())] = static_cast<char>(random.Bits());
  return text;
}

TEST(AdversarialTest, NoQuerySpendsMoreThanItsBudgetOrFailsUnasked) {
  const uint64_t seed = test::TestSeed(kSeed);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  Random random(seed);
  const test::TempDir directory;
  std::string index = directory.Path("index");
  if (const char* real = std::getenv("DATELINE_TEST_INDEX"); real != nullptr) {
    index = real;
  } else {
    ASSERT_TRUE(
        test::BuildIndex(test::RandomArticles(random, 400), index, test::BuildSetup{2, 2, build::kMinMemoryMb}).ok());
  }
  serve::EngineOptions options = test::OptionsUnderTest();
  options.max_query_cpu_ms = kBudgetMs;
  const std::unique_ptr<Engine> engine = Engine::Open(index, options).value();

  std::map<std::string, int> outcomes;
  int64_t most_us = 0;
  std::string worst;
  std::vector<int64_t> refusals;
  for (int i = 0; i < test::Scaled(2000); ++i) {
    SearchRequest request;
    request.query = Adversary(random);
    request.match_any = random.OneIn(10);
    request.order = static_cast<serve::Order>(random.Below(3));
    const int64_t begin = ThreadMicros();
    const absl::StatusOr<serve::SearchResponse> response = engine->Search(request, base::Deadline());
    const int64_t used = ThreadMicros() - begin;
    if (used > most_us) {
      most_us = used;
      worst = request.query;
    }
    const absl::Status& status = response.status();
    ++outcomes[status.ok() ? "answered" : query::IsTooCostly(status) ? "too costly" : "refused"];
    if (!status.ok() && !query::IsTooCostly(status)) refusals.push_back(used);
    EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status)) << status << "\n" << request.query;
    EXPECT_TRUE(base::IsValidUtf8(status.message())) << status;
  }
  EXPECT_LE(most_us, (kBudgetMs + kToleranceMs) * 1000) << worst;
  EXPECT_GT(outcomes["answered"], 0);
  EXPECT_GT(outcomes["refused"], 0);
  std::sort(refusals.begin(), refusals.end());
  for (const auto& [outcome, count] : outcomes) std::cout << outcome << ": " << count << "\n";
  std::cout << "most processor time: " << most_us << " us\n"
            << "a refusal takes " << refusals[refusals.size() / 2] << " us (median), "
            << refusals[refusals.size() * 999 / 1000] << " us (99.9 %)\n";
}

}  // namespace
}  // namespace dateline
