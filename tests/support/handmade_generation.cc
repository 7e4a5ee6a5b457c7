#include "tests/support/handmade_generation.h"

#include <xapian.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/article/article.h"
#include "core/base/checksum.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/columns.h"
#include "core/index/generation.h"
#include "core/index/schema.h"
#include "core/index/term_key.h"
#include "core/index/tombstones.h"
#include "indexer/build/postings_writer.h"
#include "tests/support/test_index.h"

namespace dateline::test {
namespace {

// A shard of some index.
struct Source {
  std::string generation;  // its directory
  index::ManifestShard shard;
  std::unique_ptr<index::Columns> columns;
  size_t index = 0;
};

// Links the files of `source` under the name of `shard`.
absl::Status LinkFiles(const Source& source, const std::string& work, std::vector<index::ManifestFile>& files,
                       const std::string& name) {
  for (index::ManifestFile& file : files) {
    const std::string from = base::JoinPath(source.generation, file.path);
    file.path = absl::StrCat(name, absl::StripPrefix(file.path, source.shard.name));
    const std::string to = base::JoinPath(work, file.path);
    DL_RETURN_IF_ERROR(base::MakeDirectories(std::filesystem::path(to).parent_path().string()));
    std::error_code error;
    std::filesystem::create_hard_link(from, to, error);
    if (error) return absl::InternalError(absl::StrCat(to, ": ", error.message()));
  }
  return absl::OkStatus();
}

// Adds one shard of the new generation.
absl::Status AddShard(const Source& source, const HandmadeSetup& setup, const std::set<base::DocKey>& replaced,
                      const std::string& work, index::Manifest& manifest,
                      std::map<std::string, uint64_t>& languages) {
  index::ManifestShard shard = source.shard;
  shard.name = index::ShardName(manifest.shards.size());
  DL_RETURN_IF_ERROR(LinkFiles(source, work, shard.files, shard.name));
  if (!setup.columns) shard.sidecars.clear();
  DL_RETURN_IF_ERROR(LinkFiles(source, work, shard.sidecars, shard.name));
  if (setup.columns) {
    build::PostingsOptions options;  // anew, for they hold the average length
    options.generation_directory = options.work_directory = work;
    options.shard_name = shard.name;
    options.average_length = setup.average_length;
    options.lengths = source.columns->lengths();
    build::PostingsWriter postings(options);
    DL_RETURN_IF_ERROR(postings.FindPairs());
    DL_RETURN_IF_ERROR(postings.Write());
    DL_RETURN_IF_ERROR(postings.Finish(shard));
  }

  const Xapian::Database database(base::JoinPath(source.generation, source.shard.name));
  std::vector<uint32_t> dead;
  std::map<std::string, uint32_t> terms;
  uint64_t dead_length = 0;
  for (uint32_t docid = 1; docid <= source.columns->documents(); ++docid) {
    const base::DocKey key = source.columns->key(docid - 1);
    const uint32_t length = source.columns->lengths()[docid - 1];
    const int64_t instant = source.columns->instants()[docid - 1];
    const bool is_dead = setup.dead.count(key) + replaced.count(key) > 0;
    for (auto term = database.termlist_begin(docid); term != database.termlist_end(docid); ++term) {
      if (is_dead) ++terms[*term];
      if (!is_dead && (*term)[0] == 'L') ++languages[(*term).substr(1)];
    }
    if (is_dead) {
      dead.push_back(docid);
      dead_length += length;
      continue;
    }
    ++manifest.documents;
    manifest.total_length += length;
    if (instant == article::kUndated) {
      ++manifest.undated;
    } else {
      manifest.oldest = std::min(manifest.oldest.value_or(instant), instant);
      manifest.newest = std::max(manifest.newest.value_or(instant), instant);
    }
  }
  shard.tombstones.reset();
  shard.dead = dead.size();
  if (!dead.empty()) {
    const std::string bytes = index::EncodeTombstones(shard.content_hash, dead, terms, dead_length);
    index::ManifestFile& file = shard.tombstones.emplace();
    file.path = index::TombstonesPath(shard.name);
    const std::string path = base::JoinPath(work, file.path);
    DL_RETURN_IF_ERROR(base::WriteFileSynced(path, bytes));
    DL_ASSIGN_OR_RETURN(file.checksum, base::ChecksumFile(path));
  }
  manifest.shards.push_back(std::move(shard));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Source>> SourcesOf(const HandmadeSetup& setup) {
  std::vector<Source> sources;
  for (size_t i = 0; i < setup.indexes.size(); ++i) {
    DL_ASSIGN_OR_RETURN(const index::Manifest manifest, CurrentManifest(setup.indexes[i]));
    for (const index::ManifestShard& shard : manifest.shards) {
      Source source{CurrentGeneration(setup.indexes[i]), shard, nullptr, i};
      DL_ASSIGN_OR_RETURN(source.columns,
                          index::Columns::Open(base::JoinPath(source.generation, index::ColumnsPath(shard.name)),
                                               shard.content_hash));
      sources.push_back(std::move(source));
    }
  }
  // Newest first, by the newest document of each.
  std::stable_sort(sources.begin(), sources.end(), [](const Source& a, const Source& b) {
    return a.columns->instants()[0] > b.columns->instants()[0];
  });
  return sources;
}

}  // namespace

absl::StatusOr<index::Manifest> PublishByHand(const HandmadeSetup& setup, const std::string& target) {
  DL_RETURN_IF_ERROR(base::MakeDirectories(target));
  DL_ASSIGN_OR_RETURN(const std::vector<Source> sources, SourcesOf(setup));
  DL_ASSIGN_OR_RETURN(const index::Manifest first, CurrentManifest(setup.indexes.front()));
  index::Manifest manifest;
  manifest.analyzer = first.analyzer;
  manifest.average_length = setup.average_length;
  manifest.operation = "delete";
  const absl::StatusOr<index::Manifest> before = CurrentManifest(target);
  manifest.sequence = before.ok() ? before->sequence + 1 : 1;

  const std::string work = base::JoinPath(target, "handmade");
  DL_RETURN_IF_ERROR(base::MakeDirectories(work));
  std::map<std::string, uint64_t> languages;
  for (const Source& source : sources) {
    std::set<base::DocKey> replaced;
    for (const Source& other : sources) {
      if (other.index <= source.index) continue;
      for (uint32_t row = 0; row < other.columns->documents(); ++row) replaced.insert(other.columns->key(row));
    }
    DL_RETURN_IF_ERROR(AddShard(source, setup, replaced, work, manifest, languages));
  }
  for (const auto& [language, documents] : languages) manifest.languages.push_back(language);
  DL_RETURN_IF_ERROR(base::WriteFileSynced(base::JoinPath(work, index::kManifestFile), EncodeManifest(manifest)));
  DL_RETURN_IF_ERROR(base::WriteFileSynced(base::JoinPath(work, index::kLeaseFile), ""));
  const std::string name = index::GenerationName(manifest);
  DL_RETURN_IF_ERROR(base::Rename(work, base::JoinPath(target, name)));
  DL_RETURN_IF_ERROR(base::ReplaceFileAtomically(base::JoinPath(target, index::kCurrentFile), name + "\n"));
  return manifest;
}

absl::StatusOr<index::Manifest> CurrentManifest(const std::string& index_directory) {
  const std::string generation = CurrentGeneration(index_directory);
  if (generation.empty()) return absl::NotFoundError(index_directory);
  DL_ASSIGN_OR_RETURN(const std::string bytes, base::ReadFile(base::JoinPath(generation, index::kManifestFile)));
  return index::DecodeManifest(bytes);
}

}  // namespace dateline::test
