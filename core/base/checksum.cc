#include "core/base/checksum.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/coding.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace dateline::base {
namespace {

absl::StatusOr<FileChecksum> ReadChecksum(const std::string& path,
                                          absl::FunctionRef<absl::Status(size_t bytes)> read) {
  FileChecksummer checksummer;
  DL_RETURN_IF_ERROR(ForEachChunk(path, kVerifyChunkBytes, [&](absl::string_view chunk) {
    checksummer.Append(chunk);
    return read(chunk.size());
  }));
  return checksummer.Finish();
}

}  // namespace

uint64_t Hash64(absl::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

DocKey Hash128(absl::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return DocKey{hash.high64, hash.low64};
}

uint64_t FileChecksum::Whole() const {
  std::string text;
  AppendFixed64(text, bytes);
  for (uint64_t block : blocks) AppendFixed64(text, block);
  return Hash64(text);
}

void FileChecksummer::Append(absl::string_view bytes) {
  result_.bytes += bytes.size();
  while (!bytes.empty()) {
    if (block_.empty() && bytes.size() >= kChecksumBlockBytes) {  // whole blocks need no copy
      result_.blocks.push_back(Hash64(bytes.substr(0, kChecksumBlockBytes)));
      bytes.remove_prefix(kChecksumBlockBytes);
      continue;
    }
    const size_t take = std::min(bytes.size(), kChecksumBlockBytes - block_.size());
    block_.append(bytes.data(), take);
    bytes.remove_prefix(take);
    if (block_.size() == kChecksumBlockBytes) {
      result_.blocks.push_back(Hash64(block_));
      block_.clear();
    }
  }
}

FileChecksum FileChecksummer::Finish() {
  if (!block_.empty()) result_.blocks.push_back(Hash64(block_));
  block_.clear();
  return std::move(result_);
}

absl::StatusOr<FileChecksum> ChecksumFile(const std::string& path) {
  return ReadChecksum(path, [](size_t) { return absl::OkStatus(); });
}

absl::Status VerifyFile(const std::string& path, const FileChecksum& expected) {
  return VerifyFile(path, expected, [](size_t) { return absl::OkStatus(); });
}

absl::Status VerifyFile(const std::string& path, const FileChecksum& expected,
                        absl::FunctionRef<absl::Status(size_t bytes)> read) {
  DL_ASSIGN_OR_RETURN(const FileChecksum actual, ReadChecksum(path, read));
  if (actual == expected) return absl::OkStatus();
  if (actual.bytes != expected.bytes) {
    return absl::DataLossError(
        absl::StrCat(path, ": has ", actual.bytes, " bytes where the manifest says ", expected.bytes));
  }
  const auto difference =
      std::mismatch(actual.blocks.begin(), actual.blocks.end(), expected.blocks.begin(), expected.blocks.end());
  const auto block = static_cast<uint64_t>(difference.first - actual.blocks.begin());
  return absl::DataLossError(absl::StrCat(path, ": damaged between byte ", block * kChecksumBlockBytes, " and byte ",
                                          std::min((block + 1) * kChecksumBlockBytes, expected.bytes)));
}

}  // namespace dateline::base
