// Exports over a real connection: every match in order, and what becomes of readers that are slow, gone or asleep.
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "gtest/gtest.h"
#include "tests/searcher/rpc/service_fixture.h"

namespace dateline::rpc {
namespace {

using serve::FullArticle;

constexpr int kForEver = 100 * 1000 * 1000;

class ExportTest : public ServiceTest {
 protected:
  // Makes the engine hand out `rows` articles with bodies of `body_bytes`, numbered from 0, and then `last`.
  void EngineHas(int rows, size_t body_bytes, absl::Status last = absl::OkStatus()) {
    engine_.on_export = [this, rows, body_bytes, last](const serve::ExportRequest&, const base::Deadline&,
                                                       serve::Engine::RowVisitor row) -> absl::Status {
      const std::string body(body_bytes, 'x');
      for (int i = 0; i < rows; ++i) {
        FullArticle article;
        article.id = absl::StrCat(i);
        article.article.body = body;
        ++handed_out_;
        const absl::Status status = row(std::move(article));
        if (!status.ok()) {
          stopped_by_ = status.code();
          ++finished_;
          return status;
        }
      }
      ++finished_;
      return last;
    };
  }

  std::unique_ptr<grpc::ClientReader<v1::ExportResponse>> Open(grpc::ClientContext* context) {
    v1::ExportRequest request;
    request.set_query("kim");
    return stub_->Export(context, request);
  }

  // Reads to the end; `ids` are those of all articles.
  grpc::Status ReadAll(grpc::ClientReader<v1::ExportResponse>* reader, std::vector<std::string>* ids,
                       int* batches = nullptr) {
    v1::ExportResponse batch;
    while (reader->Read(&batch)) {
      if (batches != nullptr) ++*batches;
      for (const v1::Article& article : batch.articles()) ids->push_back(article.id());
    }
    return reader->Finish();
  }

  // Waits until what the engine handed out has not grown for a while.
  int HandedOutAtRest() {
    int before = -1;
    for (int i = 0; i < 100 && before != handed_out_; ++i) {
      before = handed_out_;
      std::this_thread::sleep_for(milliseconds(300));
    }
    return before;
  }

  bool WaitForFinished(int count) {
    const auto give_up = steady_clock::now() + std::chrono::seconds(10);
    while (finished_ < count && steady_clock::now() < give_up) std::this_thread::sleep_for(milliseconds(1));
    return finished_ >= count;
  }

  std::atomic<int> handed_out_{0};
  std::atomic<int> finished_{0};
  std::atomic<absl::StatusCode> stopped_by_{absl::StatusCode::kOk};
};

TEST_F(ExportTest, CarriesEveryMatchInOrderOnce) {
  Start(2, 8);
  const struct {
    int rows;
    size_t body_bytes;
    int min_batches;
  } kCases[] = {{0, 10, 0},     {1, 10, 1},          {100, 10, 1},   {101, 10, 2},
                {1050, 10, 11}, {64, 100 << 10, 32}, {3, 1 << 20, 3}};
  for (const auto& c : kCases) {
    EngineHas(c.rows, c.body_bytes);
    grpc::ClientContext context;
    const auto reader = Open(&context);
    std::vector<std::string> ids;
    int batches = 0;
    const grpc::Status status = ReadAll(reader.get(), &ids, &batches);
    ASSERT_TRUE(status.ok()) << status.error_message();
    ASSERT_EQ(ids.size(), static_cast<size_t>(c.rows));
    for (int i = 0; i < c.rows; ++i) ASSERT_EQ(ids[i], absl::StrCat(i));
    EXPECT_GE(batches, c.min_batches) << c.rows;
    EXPECT_LE(batches, c.min_batches + 1) << c.rows;
  }
}

TEST_F(ExportTest, ReadsOnlySoFarAhead) {
  Start(2, 8);
  EngineHas(kForEver, 10 << 10);
  grpc::ClientContext context;
  const auto reader = Open(&context);
  const int unread = HandedOutAtRest();
  EXPECT_GT(unread, 0);
  // Two batches of 256 KiB, and what the windows of the connection hold.
  EXPECT_LT(unread, 1000) << "10 MB are too much for a client that reads nothing";
  v1::ExportResponse batch;
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(reader->Read(&batch));
  const int read = HandedOutAtRest();
  EXPECT_GT(read, unread) << "a client that reads gets more";
  EXPECT_LT(read, unread + 100 * 26 + 1000);
  context.TryCancel();
  EXPECT_TRUE(WaitForFinished(1));
  reader->Finish();
}

TEST_F(ExportTest, ACancelledExportFreesItsWorker) {
  Start(/*threads=*/1, 8);
  for (const size_t body_bytes : {size_t{10}, size_t{100} << 10}) {
    EngineHas(kForEver, body_bytes);
    finished_ = 0;
    grpc::ClientContext context;
    const auto reader = Open(&context);
    v1::ExportResponse batch;
    ASSERT_TRUE(reader->Read(&batch));
    context.TryCancel();
    EXPECT_TRUE(WaitForFinished(1));
    EXPECT_EQ(stopped_by_.load(), absl::StatusCode::kCancelled);
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
    EXPECT_TRUE(Search("kim").ok()) << "the worker lives on";
  }
}

TEST_F(ExportTest, AStalledClientIsDropped) {
  ServiceOptions options;
  options.export_stall_ms = 200;
  Start(/*threads=*/1, 8, options);
  EngineHas(kForEver, 100 << 10);
  grpc::ClientContext context;
  const auto reader = Open(&context);
  EXPECT_TRUE(WaitForFinished(1)) << "without reading";
  EXPECT_EQ(stopped_by_.load(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(Search("kim").ok()) << "the worker lives on";
  std::vector<std::string> ids;
  const grpc::Status status = ReadAll(reader.get(), &ids);  // a part must not look like the whole
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(status.error_message(), "the client read nothing for 200 ms");
}

TEST_F(ExportTest, AClientThatStallsBeforeTheLastBatchIsDroppedToo) {
  ServiceOptions options;
  options.export_stall_ms = 200;
  options.max_reply_bytes = size_t{16} << 20;
  Start(/*threads=*/1, 8, options);
  EngineHas(1, 10 << 20);  // more than the windows of a connection hold
  grpc::ClientContext context;
  const auto reader = Open(&context);
  EXPECT_TRUE(WaitForFinished(1));
  EXPECT_TRUE(Search("kim").ok()) << "the worker lives on";
  std::vector<std::string> ids;
  EXPECT_FALSE(ReadAll(reader.get(), &ids).ok());
}

TEST_F(ExportTest, TheDeadlineOfTheCallEndsAStalledExport) {
  Start(/*threads=*/1, 8);
  EngineHas(kForEver, 100 << 10);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + milliseconds(300));
  const auto reader = Open(&context);
  EXPECT_TRUE(WaitForFinished(1));
  std::vector<std::string> ids;
  EXPECT_EQ(ReadAll(reader.get(), &ids).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
}

TEST_F(ExportTest, HasDeadlinesOfItsOwn) {
  ServiceOptions options;
  options.default_deadline_ms = 50;
  options.max_deadline_ms = 50;
  Start(1, 8, options);
  engine_.on_export = [](const serve::ExportRequest&, const base::Deadline& deadline,
                         serve::Engine::RowVisitor row) -> absl::Status {
    std::this_thread::sleep_for(milliseconds(200));
    if (deadline.Expired()) return absl::DeadlineExceededError("cut");
    return row(FullArticle());
  };
  grpc::ClientContext context;
  std::vector<std::string> ids;
  EXPECT_TRUE(ReadAll(Open(&context).get(), &ids).ok());
  EXPECT_EQ(ids.size(), 1u);
}

TEST_F(ExportTest, LongDeadlinesOfExportsAreCutToo) {
  ServiceOptions options;
  options.max_export_deadline_ms = 100;
  Start(1, 8, options);
  engine_.on_export = [](const serve::ExportRequest&, const base::Deadline& deadline, serve::Engine::RowVisitor) {
    while (!deadline.Expired()) std::this_thread::sleep_for(milliseconds(1));
    return absl::DeadlineExceededError("the time was up");
  };
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  std::vector<std::string> ids;
  const grpc::Status status = ReadAll(Open(&context).get(), &ids);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(DetailsOf(status).reason, "DEADLINE_EXCEEDED");
}

TEST_F(ExportTest, AnErrorInTheMiddleEndsTheStream) {
  Start(1, 8);
  const struct {
    absl::Status error;
    grpc::StatusCode code;
    const char* reason;
  } kCases[] = {
      {absl::DataLossError("shard 3"), grpc::StatusCode::DATA_LOSS, "INDEX_DAMAGED"},
      {absl::DeadlineExceededError("x"), grpc::StatusCode::DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED"},
      {absl::InternalError("secret"), grpc::StatusCode::INTERNAL, "INTERNAL"},
  };
  for (const auto& c : kCases) {
    EngineHas(250, 10, c.error);
    grpc::ClientContext context;
    std::vector<std::string> ids;
    const grpc::Status status = ReadAll(Open(&context).get(), &ids);
    EXPECT_EQ(status.error_code(), c.code);
    EXPECT_EQ(DetailsOf(status).reason, c.reason);
    ASSERT_GE(ids.size(), 200u);
    for (size_t i = 0; i < ids.size(); ++i) ASSERT_EQ(ids[i], absl::StrCat(i));
  }
  ASSERT_EQ(Log().size(), 2u);
  EXPECT_NE(Log()[0].find("shard 3"), std::string::npos);
}

TEST_F(ExportTest, AnExceptionEndsTheStream) {
  Start(1, 8);
  engine_.on_export = [](const serve::ExportRequest&, const base::Deadline&,
                         serve::Engine::RowVisitor) -> absl::Status { throw std::runtime_error("secret"); };
  grpc::ClientContext context;
  std::vector<std::string> ids;
  EXPECT_EQ(ReadAll(Open(&context).get(), &ids).error_code(), grpc::StatusCode::INTERNAL);
}

TEST_F(ExportTest, AnArticleThatNoClientCanReceiveIsNamed) {
  ServiceOptions options;
  options.max_reply_bytes = 100000;
  Start(1, 8, options);
  EngineHas(3, 100000);
  grpc::ClientContext context;
  std::vector<std::string> ids;
  const grpc::Status status = ReadAll(Open(&context).get(), &ids);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(DetailsOf(status).reason, "REPLY_TOO_LARGE");
  EXPECT_NE(status.error_message().find("the article \"0\""), std::string::npos);
}

TEST_F(ExportTest, WrongFieldsAreRefused) {
  Start(1, 8);
  v1::ExportRequest request;
  request.mutable_filters()->mutable_date_range()->set_first_day("yesterday");
  grpc::ClientContext context;
  std::vector<std::string> ids;
  const grpc::Status status = ReadAll(stub_->Export(&context, request).get(), &ids);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(DetailsOf(status).field, "filters.date_range.first_day");
}

TEST_F(ExportTest, OnlySoManyRunAtOnce) {
  const struct {
    int threads;
    int max_exports;
    int allowed;
  } kCases[] = {{1, 0, 1}, {4, 0, 2}, {4, 1, 1}, {5, 3, 3}};
  for (const auto& c : kCases) {
    TearDown();
    ServiceOptions options;
    options.max_exports = c.max_exports;
    Start(c.threads, 8, options);
    EngineHas(kForEver, 10 << 10);
    finished_ = 0;
    std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
    std::vector<std::unique_ptr<grpc::ClientReader<v1::ExportResponse>>> readers;
    v1::ExportResponse batch;
    for (int i = 0; i < c.allowed; ++i) {
      contexts.push_back(std::make_unique<grpc::ClientContext>());
      readers.push_back(Open(contexts.back().get()));
      ASSERT_TRUE(readers.back()->Read(&batch));
    }
    grpc::ClientContext refused;
    std::vector<std::string> ids;
    const grpc::Status status = ReadAll(Open(&refused).get(), &ids);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_EQ(DetailsOf(status).reason, "OVERLOADED");
    EXPECT_TRUE(DetailsOf(status).retry);
    if (c.allowed < c.threads) {
      EXPECT_TRUE(Search("kim").ok()) << "searches still have workers";
    }
    for (const auto& context : contexts) context->TryCancel();
    ASSERT_TRUE(WaitForFinished(c.allowed));
    for (const auto& reader : readers) reader->Finish();
    // The place is free again, at the latest when the worker has looked.
    EngineHas(5, 10);
    const auto give_up = steady_clock::now() + std::chrono::seconds(10);
    grpc::Status again(grpc::StatusCode::UNKNOWN, "");
    while (!again.ok() && steady_clock::now() < give_up) {
      grpc::ClientContext context;
      again = ReadAll(Open(&context).get(), &ids);
    }
    EXPECT_TRUE(again.ok()) << again.error_message();
  }
}

TEST_F(ExportTest, AServerThatStopsEndsItsExports) {
  Start(2, 8);
  EngineHas(kForEver, 10 << 10);
  grpc::ClientContext context;
  const auto reader = Open(&context);
  v1::ExportResponse batch;
  ASSERT_TRUE(reader->Read(&batch));
  server_->Shutdown(std::chrono::system_clock::now() + milliseconds(100));
  EXPECT_TRUE(WaitForFinished(1));
  std::vector<std::string> ids;
  EXPECT_FALSE(ReadAll(reader.get(), &ids).ok());
}

TEST_F(ExportTest, ManyAtOnceComeAndGo) {
  ServiceOptions options;
  options.max_exports = 4;
  Start(4, 64, options);
  EngineHas(2000, 100);
  std::atomic<int> whole{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&, i] {
      for (int j = 0; j < 20; ++j) {
        grpc::ClientContext context;
        const auto reader = Open(&context);
        v1::ExportResponse batch;
        const bool gives_up = (i + j) % 3 == 0;
        if (gives_up && reader->Read(&batch)) context.TryCancel();
        std::vector<std::string> ids;
        const grpc::Status status = ReadAll(reader.get(), &ids);
        if (status.ok() && !gives_up) {
          EXPECT_EQ(ids.size(), 2000u);
          ++whole;
        }
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_GT(whole, 20);
}

}  // namespace
}  // namespace dateline::rpc
