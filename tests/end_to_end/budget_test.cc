// What a query may cost: refused by its price before any work, stopped by its budget after some.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "searcher/query/query_error.h"
#include "searcher/serve/engine.h"
#include "tests/support/engine_under_test.h"
#include "tests/support/random_engine_test.h"

namespace dateline {
namespace {

using serve::SearchRequest;
using ::testing::HasSubstr;

class BudgetTest : public test::RandomEngineTest {
 protected:
  std::unique_ptr<serve::Engine> EngineWithBudget(int ms) {
    serve::EngineOptions options = test::OptionsUnderTest();
    options.max_query_cpu_ms = ms;
    return serve::Engine::Open(directory_.Path("index"), options).value();
  }
};

TEST_F(BudgetTest, TheDefaultIsHalfASecond) { EXPECT_EQ(serve::EngineOptions().max_query_cpu_ms, 500); }

TEST_F(BudgetTest, AHopelessQueryIsRefusedByItsPrice) {
  const std::unique_ptr<serve::Engine> engine = EngineWithBudget(0);
  SearchRequest request;
  request.query = "talks OR \"the talks\"";
  const absl::Status status = engine->Search(request, base::Deadline()).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_TRUE(query::IsTooCostly(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("would take about"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("max_query_cpu_ms"));
}

TEST_F(BudgetTest, AQueryThatSpendsItsBudgetIsStopped) {
  const std::unique_ptr<serve::Engine> engine = EngineWithBudget(0);
  SearchRequest request;
  request.query = "zzyzx";  // costs nothing by its price, and something to look up
  const absl::Status status = engine->Search(request, base::Deadline()).status();
  EXPECT_TRUE(query::IsTooCostly(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("has used all of"));
  EXPECT_FALSE(
      query::IsTooCostly(engine->Search(request, base::Deadline::After(std::chrono::microseconds(-1))).status()))
      << "time that is up is another thing";
}

TEST_F(BudgetTest, AnExportHasNone) {
  const std::unique_ptr<serve::Engine> engine = EngineWithBudget(0);
  serve::ExportRequest request;
  request.query = "zzyzx";
  EXPECT_TRUE(engine->Export(request, base::Deadline(), [](serve::FullArticle) { return absl::OkStatus(); }).ok());
}

}  // namespace
}  // namespace dateline
