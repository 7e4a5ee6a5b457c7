#include "indexer/build/shard_writer.h"

#include <xapian.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/checksum.h"
#include "core/base/coding.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/base/sync_watch.h"
#include "core/index/xapian_call.h"
#include "indexer/build/glass/merge.h"
#include "indexer/build/glass/run_writer.h"

namespace dateline::build {
namespace {

using index::ManifestFile;
using index::ManifestShard;
using index::XapianCall;

// In iamglass: two bytes of magic, "Xapian Glass", two of format number, then the UUID.
constexpr absl::string_view kVersionFile = "iamglass";
constexpr absl::string_view kVersionMagic = "\x0f\x0dXapian Glass";
constexpr size_t kUuidOffset = 16;
constexpr size_t kUuidBytes = 16;

absl::Status Compact(const std::vector<std::string>& segments, const std::string& destination) {
  return XapianCall(destination, [&] {
    Xapian::Database all;
    for (const std::string& segment : segments) all.add_database(Xapian::Database(segment));
    const base::SyncWatch syncs;
    all.compact(destination, Xapian::Compactor::FULL);
    return syncs.Verdict(destination);
  });
}

absl::StatusOr<ManifestFile> Describe(const std::string& generation_directory, std::string path) {
  ManifestFile file;
  DL_ASSIGN_OR_RETURN(file.checksum, base::ChecksumFile(base::JoinPath(generation_directory, path)));
  file.path = std::move(path);
  return file;
}

// The files of the shard `name`, synced and checksummed.
absl::StatusOr<std::vector<ManifestFile>> SyncAndDescribe(const std::string& generation_directory,
                                                          const std::string& name) {
  std::vector<ManifestFile> files;
  DL_ASSIGN_OR_RETURN(const std::vector<std::string> file_names,
                      base::ListDirectory(base::JoinPath(generation_directory, name)));
  for (const std::string& file_name : file_names) {
    const std::string path = base::JoinPath(name, file_name);
    DL_RETURN_IF_ERROR(base::SyncFile(base::JoinPath(generation_directory, path)));
    DL_ASSIGN_OR_RETURN(ManifestFile file, Describe(generation_directory, path));
    files.push_back(std::move(file));
  }
  return files;
}

// Replaces the random UUID of the shard `name` by a hash of everything else, so that equal input gives equal bytes,
// and corrects the checksum of the one file that this changes. Returns the hash.
absl::StatusOr<base::DocKey> SetContentUuid(const std::string& generation_directory, const std::string& name,
                                            std::vector<ManifestFile>& files) {
  const std::string version_name = base::JoinPath(name, kVersionFile);
  const std::string version_path = base::JoinPath(generation_directory, version_name);
  DL_ASSIGN_OR_RETURN(std::string version, base::ReadFile(version_path));
  if (version.size() < kUuidOffset + kUuidBytes ||
      version.compare(0, kVersionMagic.size(), kVersionMagic.data(), kVersionMagic.size()) != 0) {
    return absl::InternalError(absl::StrCat(version_path, ": is not laid out as Xapian 1.4 does"));
  }
  version.replace(kUuidOffset, kUuidBytes, kUuidBytes, '\0');
  std::string content;
  for (const ManifestFile& file : files) {
    base::AppendString(content, absl::string_view(file.path).substr(name.size() + 1));
    if (file.path == version_name) {
      content += version;
    } else {
      base::AppendFixed64(content, file.checksum.Whole());
    }
  }
  const base::DocKey hash = base::Hash128(content);
  version.replace(kUuidOffset, kUuidBytes, base::ToBytes(hash));
  DL_RETURN_IF_ERROR(base::ReplaceFileAtomically(version_path, version));
  for (ManifestFile& file : files) {
    if (file.path != version_name) continue;
    DL_ASSIGN_OR_RETURN(file, Describe(generation_directory, version_name));
  }
  return hash;
}

class LibrarySegment final : public SegmentWriter {
 public:
  LibrarySegment(std::string directory, const TermDictionary& dictionary)
      : directory_(std::move(directory)), dictionary_(dictionary) {}

  absl::Status Open() {
    return XapianCall(directory_, [&] {
      database_ = Xapian::WritableDatabase(
          directory_, Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS | Xapian::DB_NO_SYNC | Xapian::DB_DANGEROUS);
      return absl::OkStatus();
    });
  }

  absl::Status Add(const InternedDoc& doc) override {
    return XapianCall(directory_, [&] {
      Xapian::Document document;
      for (const InternedTerm& interned : doc.terms) {
        const std::string term(dictionary_.term(interned.number));
        const absl::Span<const uint32_t> positions = doc.PositionsOf(interned);
        // A posting makes its term; adding that first would only look it up once more.
        if (positions.empty() || interned.wdf > 0) document.add_term(term, interned.wdf);
        for (const uint32_t position : positions) document.add_posting(term, position, 0);
      }
      for (const auto& [slot, value] : doc.values) document.add_value(slot, value);
      document.set_data(doc.data);
      database_.add_document(document);
      return absl::OkStatus();
    });
  }

  absl::Status Finish() override {
    return XapianCall(directory_, [&] {
      database_.commit();
      database_.close();
      return absl::OkStatus();
    });
  }

 private:
  const std::string directory_;
  const TermDictionary& dictionary_;
  // Its destructor commits and may throw inside; Finish has been called unless something failed already.
  Xapian::WritableDatabase database_;
};

class BulkSegment final : public SegmentWriter {
 public:
  BulkSegment(const std::string& path, const TermDictionary& dictionary) : run_(path, dictionary) {}
  absl::Status Add(const InternedDoc& doc) override { return run_.Add(doc); }
  absl::Status Finish() override { return run_.Finish(); }

 private:
  glass::RunWriter run_;
};

// The files of the database, synced and checksummed; its UUID is not yet what it will be.
absl::StatusOr<std::vector<ManifestFile>> WriteDatabase(const ShardOptions& options,
                                                        const std::vector<std::string>& segments) {
  const std::string directory = base::JoinPath(options.generation_directory, options.name);
  if (options.writer == DatabaseWriter::kLibrary) {
    DL_RETURN_IF_ERROR(Compact(segments, directory));
    return SyncAndDescribe(options.generation_directory, options.name);
  }
  DL_RETURN_IF_ERROR(base::MakeDirectory(directory));
  glass::MergeOptions merging;
  merging.threads = options.threads;
  merging.times = options.times;
  DL_ASSIGN_OR_RETURN(glass::WrittenFiles written, glass::MergeRuns(segments, directory, merging));
  std::vector<ManifestFile> files;
  for (auto& [name, checksum] : written) {
    files.push_back(ManifestFile{base::JoinPath(options.name, name), std::move(checksum)});
  }
  return files;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SegmentWriter>> SegmentWriter::Create(DatabaseWriter writer, const std::string& path,
                                                                     const TermDictionary& dictionary) {
  if (writer == DatabaseWriter::kBulk) return std::make_unique<BulkSegment>(path, dictionary);
  auto segment = std::make_unique<LibrarySegment>(path, dictionary);
  DL_RETURN_IF_ERROR(segment->Open());
  return segment;
}

absl::StatusOr<ManifestShard> WriteShard(const ShardOptions& options, const std::vector<std::string>& segments,
                                         index::ColumnsBuilder columns) {
  ManifestShard shard;
  shard.name = options.name;
  shard.documents = columns.documents();
  StageClock clock(options.times);
  if (options.writer == DatabaseWriter::kLibrary) clock.Enter(Stage::kPostings);
  DL_ASSIGN_OR_RETURN(shard.files, WriteDatabase(options, segments));
  clock.Enter(Stage::kColumns);
  DL_ASSIGN_OR_RETURN(const base::DocKey hash,
                      SetContentUuid(options.generation_directory, options.name, shard.files));
  shard.content_hash = hash.high;
  DL_RETURN_IF_ERROR(base::SyncDirectory(base::JoinPath(options.generation_directory, options.name)));

  const std::string columns_path = index::ColumnsPath(options.name);
  DL_RETURN_IF_ERROR(base::WriteFileSynced(base::JoinPath(options.generation_directory, columns_path),
                                           std::move(columns).Finish(shard.content_hash)));
  DL_ASSIGN_OR_RETURN(ManifestFile sidecar, Describe(options.generation_directory, columns_path));
  shard.sidecars.push_back(std::move(sidecar));
  return shard;
}

}  // namespace dateline::build
