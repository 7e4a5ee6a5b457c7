#include "tests/support/test_index.h"

#include <xapian.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/generation.h"
#include "indexer/publish/publisher.h"
#include "tests/support/random_corpus.h"
#include "tests/support/temp_dir.h"

namespace dateline::test {

absl::StatusOr<build::BuildResult> BuildIndex(const std::vector<std::string>& inputs,
                                              const std::string& index_directory, const BuildSetup& setup) {
  DL_ASSIGN_OR_RETURN(std::unique_ptr<publish::WriteSession> session, publish::WriteSession::Begin(index_directory));
  build::BuildOptions options;
  options.inputs = inputs;
  options.work_directory = session->work_directory();
  options.generation_directory = session->generation_directory();
  options.reject_log = base::JoinPath(index_directory, "rejects.jsonl");
  options.shards = setup.shards;
  options.threads = setup.threads;
  options.memory_mb = setup.memory_mb;
  options.writer = setup.writer;
  options.average_length = setup.average_length;
  DL_ASSIGN_OR_RETURN(build::BuildResult result, build::BuildGeneration(options));
  DL_RETURN_IF_ERROR(session->Publish(result.manifest).status());
  DL_RETURN_IF_ERROR(CheckShards(index_directory));
  return result;
}

absl::StatusOr<build::BuildResult> BuildIndex(const std::vector<article::Article>& articles,
                                              const std::string& index_directory, const BuildSetup& setup) {
  const TempDir inputs;
  std::string lines;
  for (const article::Article& article : articles) lines += ToJsonLine(article);
  return BuildIndex(std::vector<std::string>{inputs.Write("articles.jsonl", lines)}, index_directory, setup);
}

absl::Status CheckShards(const std::string& index_directory) {
  const std::string generation = CurrentGeneration(index_directory);
  DL_ASSIGN_OR_RETURN(const std::string bytes, base::ReadFile(base::JoinPath(generation, index::kManifestFile)));
  DL_ASSIGN_OR_RETURN(const index::Manifest manifest, index::DecodeManifest(bytes));
  for (const index::ManifestShard& shard : manifest.shards) {
    const std::string path = base::JoinPath(generation, shard.name);
    const size_t errors = Xapian::Database::check(path, 0, nullptr);
    if (errors != 0) return absl::DataLossError(absl::StrCat(path, ": Xapian finds ", errors, " errors"));
  }
  return absl::OkStatus();
}

std::string CurrentGeneration(const std::string& index_directory) {
  const absl::StatusOr<std::string> name = index::ReadCurrent(index_directory);
  return name.ok() ? base::JoinPath(index_directory, *name) : "";
}

}  // namespace dateline::test
