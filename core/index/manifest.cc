#include "core/index/manifest.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/coding.h"
#include "core/base/status_macros.h"
#include "proto/dateline/index/manifest.pb.h"

namespace dateline::index {
namespace {

// File := magic (8), XXH3-64 of what follows (8), ManifestProto.
constexpr absl::string_view kMagic = "DLMANIF1";
constexpr size_t kHeaderBytes = 16;

constexpr absl::string_view kRemedy =
    "; make it anew from its own articles: dateline-indexer rebuild --from INDEX --index NEW";

void WriteFile(const ManifestFile& file, FileProto& proto) {
  proto.set_path(file.path);
  proto.set_bytes(file.checksum.bytes);
  proto.mutable_blocks()->Add(file.checksum.blocks.begin(), file.checksum.blocks.end());
}

ManifestFile ReadFile(const FileProto& proto) {
  ManifestFile file;
  file.path = proto.path();
  file.checksum.bytes = proto.bytes();
  file.checksum.blocks.assign(proto.blocks().begin(), proto.blocks().end());
  return file;
}

ManifestProto ToProto(const Manifest& m) {
  ManifestProto proto;
  proto.set_format_version(m.format_version);
  proto.set_analyzer(m.analyzer);
  proto.set_sequence(m.sequence);
  proto.set_content_hash(ContentHash(m));
  proto.set_created(m.created);
  for (const ManifestShard& shard : m.shards) {
    ShardProto& out = *proto.add_shards();
    out.set_name(shard.name);
    out.set_documents(shard.documents);
    out.set_content_hash(shard.content_hash);
    for (const ManifestFile& file : shard.files) WriteFile(file, *out.add_files());
    for (const ManifestFile& file : shard.sidecars) WriteFile(file, *out.add_sidecars());
    out.set_dead(shard.dead);
    if (shard.tombstones) WriteFile(*shard.tombstones, *out.mutable_tombstones());
    out.set_total_length(shard.total_length);
    out.set_text_bytes(shard.text_bytes);
    for (const ManifestLanguage& language : shard.languages) {
      LanguageProto& entry = *out.add_languages();
      entry.set_language(language.language);
      entry.set_documents(language.documents);
    }
  }
  proto.set_documents(m.documents);
  proto.set_total_length(m.total_length);
  proto.set_average_length(m.average_length);
  for (const std::string& language : m.languages) proto.add_languages(language);
  proto.set_rejected(m.rejected);
  proto.set_replaced(m.replaced);
  proto.set_undated(m.undated);
  if (m.oldest) proto.set_oldest(*m.oldest);
  if (m.newest) proto.set_newest(*m.newest);
  proto.set_text_bytes(m.text_bytes);
  proto.set_operation(m.operation);
  proto.set_parent(m.parent);
  proto.set_pair_share(m.pair_share);
  return proto;
}

Manifest FromProto(const ManifestProto& proto) {
  Manifest m;
  m.format_version = proto.format_version();
  m.analyzer = proto.analyzer();
  m.sequence = proto.sequence();
  m.created = proto.created();
  for (const ShardProto& in : proto.shards()) {
    ManifestShard& shard = m.shards.emplace_back();
    shard.name = in.name();
    shard.documents = in.documents();
    shard.content_hash = in.content_hash();
    for (const FileProto& file : in.files()) shard.files.push_back(ReadFile(file));
    for (const FileProto& file : in.sidecars()) shard.sidecars.push_back(ReadFile(file));
    shard.dead = in.dead();
    if (in.has_tombstones()) shard.tombstones = ReadFile(in.tombstones());
    shard.total_length = in.total_length();
    shard.text_bytes = in.text_bytes();
    for (const LanguageProto& entry : in.languages())
      shard.languages.push_back({entry.language(), entry.documents()});
  }
  m.documents = proto.documents();
  m.total_length = proto.total_length();
  m.average_length = proto.average_length();
  m.languages.assign(proto.languages().begin(), proto.languages().end());
  m.rejected = proto.rejected();
  m.replaced = proto.replaced();
  m.undated = proto.undated();
  if (proto.has_oldest()) m.oldest = proto.oldest();
  if (proto.has_newest()) m.newest = proto.newest();
  m.text_bytes = proto.text_bytes();
  m.operation = proto.operation();
  m.parent = proto.parent();
  m.pair_share = proto.has_pair_share() ? proto.pair_share() : kUnsaidPairShare;
  return m;
}

// A path in a manifest must stay inside its generation, whoever wrote it.
bool IsInside(absl::string_view path) {
  return !path.empty() && path.front() != '/' && path.find("..") == absl::string_view::npos;
}

absl::Status CheckPaths(const Manifest& m) {
  for (const ManifestShard& shard : m.shards) {
    bool inside = IsInside(shard.name);
    for (const ManifestFile& file : shard.files) inside = inside && IsInside(file.path);
    for (const ManifestFile& file : shard.sidecars) inside = inside && IsInside(file.path);
    if (shard.tombstones) inside = inside && IsInside(shard.tombstones->path);
    if (!inside) return absl::DataLossError("manifest: a path leads out of the generation");
  }
  return absl::OkStatus();
}

// The dead of a shard are counted and named, or there are none.
absl::Status CheckDead(const Manifest& m) {
  for (const ManifestShard& shard : m.shards) {
    if (shard.dead > shard.documents || (shard.dead > 0) != shard.tombstones.has_value()) {
      return absl::DataLossError(absl::StrCat("manifest: ", shard.name, " has ", shard.dead, " dead of ",
                                              shard.documents, " documents, and ", shard.tombstones ? "a" : "no",
                                              " file that names them"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

uint64_t ManifestShard::FileBytes() const {
  uint64_t bytes = tombstones ? tombstones->checksum.bytes : 0;
  for (const ManifestFile& file : files) bytes += file.checksum.bytes;
  for (const ManifestFile& file : sidecars) bytes += file.checksum.bytes;
  return bytes;
}

uint64_t Manifest::FileBytes() const {
  uint64_t bytes = 0;
  for (const ManifestShard& shard : shards) bytes += shard.FileBytes();
  return bytes;
}

uint64_t ContentHash(const Manifest& m) {
  std::string text;
  base::AppendVarint(text, m.format_version);
  base::AppendString(text, m.analyzer);
  base::AppendVarint(text, m.documents);
  base::AppendVarint(text, m.total_length);
  base::AppendString(text, absl::StrFormat("%a", m.average_length));
  for (const std::string& language : m.languages) base::AppendString(text, language);
  for (const ManifestShard& shard : m.shards) {
    base::AppendString(text, shard.name);
    base::AppendVarint(text, shard.documents);
    for (const ManifestFile& file : shard.files) {
      base::AppendString(text, file.path);
      base::AppendFixed64(text, file.checksum.Whole());
    }
    base::AppendVarint(text, shard.dead);
    if (shard.tombstones) base::AppendFixed64(text, shard.tombstones->checksum.Whole());
  }
  return base::Hash64(text);
}

std::string GenerationName(const Manifest& manifest) {
  return absl::StrFormat("g%06d-%016x", manifest.sequence, ContentHash(manifest));
}

std::string EncodeManifest(const Manifest& manifest) {
  const std::string body = ToProto(manifest).SerializeAsString();
  std::string out(kMagic);
  base::AppendFixed64(out, base::Hash64(body));
  return out + body;
}

absl::StatusOr<Manifest> DecodeManifest(absl::string_view bytes, uint32_t oldest_format) {
  if (bytes.size() < kHeaderBytes || bytes.substr(0, kMagic.size()) != kMagic) {
    return absl::DataLossError("manifest: not a manifest, or cut short");
  }
  base::Decoder in(bytes.substr(kMagic.size()));
  const uint64_t checksum = in.Fixed64();
  if (base::Hash64(in.rest()) != checksum) return absl::DataLossError("manifest: checksum does not match");
  ManifestProto proto;
  if (!proto.ParseFromArray(in.rest().data(), static_cast<int>(in.rest().size()))) {
    return absl::DataLossError("manifest: cannot be parsed");
  }
  if (proto.format_version() > kFormatVersion || proto.format_version() < oldest_format) {
    return absl::FailedPreconditionError(absl::StrCat("the index has format version ", proto.format_version(),
                                                      ", this program reads version ", kFormatVersion, kRemedy));
  }
  Manifest manifest = FromProto(proto);
  DL_RETURN_IF_ERROR(CheckPaths(manifest));
  DL_RETURN_IF_ERROR(CheckDead(manifest));
  // Of an older format the content hash was made in another way; the checksum has vouched for the bytes.
  if (proto.format_version() == kFormatVersion && ContentHash(manifest) != proto.content_hash()) {
    return absl::DataLossError("manifest: content hash does not match");
  }
  return manifest;
}

std::string ShardName(size_t number, absl::string_view kind) { return absl::StrFormat("%s-%03d", kind, number); }

std::string ColumnsPath(absl::string_view shard_name) { return absl::StrCat(shard_name, ".columns"); }

std::string PostingsPath(absl::string_view shard_name) { return absl::StrCat(shard_name, ".postings"); }

std::string TombstonesPath(absl::string_view shard_name) { return absl::StrCat(shard_name, ".tombstones"); }

}  // namespace dateline::index
