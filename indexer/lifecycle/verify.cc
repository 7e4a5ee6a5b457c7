#include "indexer/lifecycle/verify.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/checksum.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/generation.h"
#include "core/text/analyzer.h"
#include "indexer/lifecycle/deep_check.h"

namespace dateline::lifecycle {
namespace {

using index::ManifestFile;
using index::ManifestShard;

void CheckFile(const index::Generation& generation, const ManifestFile& file, VerifyResult& result) {
  ++result.files;
  result.bytes += file.checksum.bytes;
  const absl::Status status = base::VerifyFile(generation.Path(file.path), file.checksum);
  if (!status.ok()) result.problems.emplace_back(status.message());
}

// Those that the manifest does not name too: it is silent on what an older version did not write, and on what was gone
// when the shard was linked from an older generation.
void NoteMissingSidecars(const index::Generation& generation, const ManifestShard& shard, VerifyResult& result) {
  for (const std::string& name : {index::ColumnsPath(shard.name), index::PostingsPath(shard.name)}) {
    const std::string path = generation.Path(name);
    const bool named = std::any_of(shard.sidecars.begin(), shard.sidecars.end(),
                                   [&name](const ManifestFile& sidecar) { return sidecar.path == name; });
    if (named && base::Exists(path)) continue;
    result.notes.push_back(absl::StrCat(path, ": is missing; dateline-indexer accelerate makes it anew"));
  }
}

void WriteFully(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written <= 0 && errno != EINTR) return;
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
}

std::string ReadFully(int fd) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(buffer, static_cast<size_t>(got));
  }
}

// Runs `check` in a child process and gives the problems that it found; a crash is one.
absl::StatusOr<std::vector<std::string>> InChild(const std::string& what,
                                                 const std::function<std::vector<std::string>()>& check) {
  int ends[2];
  if (::pipe(ends) != 0) return base::ErrnoStatus("pipe", what);
  const pid_t child = ::fork();
  if (child < 0) {
    const absl::Status status = base::ErrnoStatus("fork", what);
    ::close(ends[0]);
    ::close(ends[1]);
    return status;
  }
  if (child == 0) {
    ::close(ends[0]);
    for (const std::string& problem : check()) WriteFully(ends[1], absl::StrCat(problem, "\n"));
    ::_exit(0);
  }
  ::close(ends[1]);
  const std::string text = ReadFully(ends[0]);
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  std::vector<std::string> problems = absl::StrSplit(text, '\n', absl::SkipEmpty());
  if (WIFSIGNALED(status)) {
    problems.push_back(absl::StrCat(what, ": the check ended by signal ", WTERMSIG(status), ": damaged"));
  } else if (WEXITSTATUS(status) != 0) {
    problems.push_back(absl::StrCat(what, ": the check ended with code ", WEXITSTATUS(status)));
  }
  return problems;
}

}  // namespace

absl::StatusOr<VerifyResult> Verify(const std::string& index_directory, const VerifyOptions& options) {
  VerifyResult result;
  result.generation = options.generation;
  if (result.generation.empty()) {
    DL_ASSIGN_OR_RETURN(result.generation, index::ReadCurrent(index_directory));
  }
  DL_ASSIGN_OR_RETURN(const std::shared_ptr<const index::Generation> generation,
                      index::Generation::Open(index_directory, result.generation, text::Analyzer::Fingerprint()));
  for (const ManifestShard& shard : generation->manifest().shards) {
    result.documents += shard.documents;
    for (const ManifestFile& file : shard.files) CheckFile(*generation, file, result);
    if (shard.tombstones) CheckFile(*generation, *shard.tombstones, result);
    for (const ManifestFile& sidecar : shard.sidecars) {
      if (base::Exists(generation->Path(sidecar.path))) CheckFile(*generation, sidecar, result);
    }
    NoteMissingSidecars(*generation, shard, result);
  }
  if (!options.deep) return result;
  const std::string directory = generation->Path("");
  for (const ManifestShard& shard : generation->manifest().shards) {
    DL_ASSIGN_OR_RETURN(const std::vector<std::string> problems,
                        InChild(generation->Path(shard.name),
                                [&] { return DeepCheckShard(directory, shard, generation->manifest().average_length); }));
    result.problems.insert(result.problems.end(), problems.begin(), problems.end());
  }
  DL_ASSIGN_OR_RETURN(const std::vector<std::string> problems,
                      InChild(directory, [&] { return DeepCheckTogether(directory, generation->manifest()); }));
  result.problems.insert(result.problems.end(), problems.begin(), problems.end());
  return result;
}

}  // namespace dateline::lifecycle
