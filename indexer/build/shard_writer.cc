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

}  // namespace

struct SegmentWriter::Database {
  std::string directory;
  Xapian::WritableDatabase xapian;
};

SegmentWriter::SegmentWriter(std::unique_ptr<Database> database) : database_(std::move(database)) {}

// Xapian's destructor commits and may throw inside; Finish has been called unless something failed already.
SegmentWriter::~SegmentWriter() = default;

absl::StatusOr<std::unique_ptr<SegmentWriter>> SegmentWriter::Create(const std::string& directory) {
  auto database = std::make_unique<Database>();
  database->directory = directory;
  DL_RETURN_IF_ERROR(XapianCall(directory, [&] {
    database->xapian = Xapian::WritableDatabase(
        directory, Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS | Xapian::DB_NO_SYNC | Xapian::DB_DANGEROUS);
    return absl::OkStatus();
  }));
  return std::unique_ptr<SegmentWriter>(new SegmentWriter(std::move(database)));
}

absl::Status SegmentWriter::Add(const IndexedDoc& doc) {
  return XapianCall(database_->directory, [&] {
    Xapian::Document document;
    for (const IndexedTerm& term : doc.terms) {
      // A posting makes its term; adding that first would only look it up once more.
      if (term.positions.empty() || term.wdf > 0) document.add_term(term.term, term.wdf);
      for (uint32_t position : term.positions) document.add_posting(term.term, position, 0);
    }
    for (const auto& [slot, value] : doc.values) document.add_value(slot, value);
    document.set_data(doc.data);
    database_->xapian.add_document(document);
    return absl::OkStatus();
  });
}

absl::Status SegmentWriter::Finish() {
  return XapianCall(database_->directory, [&] {
    database_->xapian.commit();
    database_->xapian.close();
    return absl::OkStatus();
  });
}

absl::StatusOr<ManifestShard> WriteShard(const std::string& generation_directory, const std::string& name,
                                         const std::vector<std::string>& segments, index::ColumnsBuilder columns) {
  const std::string directory = base::JoinPath(generation_directory, name);
  DL_RETURN_IF_ERROR(Compact(segments, directory));
  for (const std::string& segment : segments) DL_RETURN_IF_ERROR(base::RemoveTree(segment));

  ManifestShard shard;
  shard.name = name;
  shard.documents = columns.documents();
  DL_ASSIGN_OR_RETURN(shard.files, SyncAndDescribe(generation_directory, name));
  DL_ASSIGN_OR_RETURN(const base::DocKey hash, SetContentUuid(generation_directory, name, shard.files));
  shard.content_hash = hash.high;
  DL_RETURN_IF_ERROR(base::SyncDirectory(directory));

  const std::string columns_path = index::ColumnsPath(name);
  DL_RETURN_IF_ERROR(base::WriteFileSynced(base::JoinPath(generation_directory, columns_path),
                                           std::move(columns).Finish(shard.content_hash)));
  DL_ASSIGN_OR_RETURN(ManifestFile sidecar, Describe(generation_directory, columns_path));
  shard.sidecars.push_back(std::move(sidecar));
  return shard;
}

}  // namespace dateline::build
