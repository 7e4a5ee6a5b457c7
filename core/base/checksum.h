// Checksums and hashes: XXH3, whose results are the same on every machine.
//
// Thread-safety: pure functions; a FileChecksummer belongs to one thread.
#ifndef DATELINE_CORE_BASE_CHECKSUM_H_
#define DATELINE_CORE_BASE_CHECKSUM_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/ids.h"

namespace dateline::base {

uint64_t Hash64(absl::string_view bytes, uint64_t seed = 0);
DocKey Hash128(absl::string_view bytes);

// A file is checked in blocks of this size, so that damage is found, and named, to within one block.
inline constexpr size_t kChecksumBlockBytes = 64 * 1024;

struct FileChecksum {
  uint64_t bytes = 0;
  std::vector<uint64_t> blocks;  // Hash64 of each block; the last one may be short

  bool operator==(const FileChecksum&) const = default;
  // One number for the whole file: Hash64 over its length and block checksums.
  uint64_t Whole() const;
};

// Checksums of a byte string that arrives in pieces.
class FileChecksummer {
 public:
  void Append(absl::string_view bytes);
  FileChecksum Finish();

 private:
  std::string block_;  // less than one block
  FileChecksum result_;
};

// Reads the file at `path` once.
absl::StatusOr<FileChecksum> ChecksumFile(const std::string& path);

// OK when the file at `path` has just these bytes; else DataLoss naming the file and the offset of the first bad
// block.
absl::Status VerifyFile(const std::string& path, const FileChecksum& expected);

// The same; `read` is told the bytes of each piece that was read (at most kVerifyChunkBytes) and may take its time
// over it. Its first error ends the reading and is returned.
inline constexpr size_t kVerifyChunkBytes = 4 * kChecksumBlockBytes;
absl::Status VerifyFile(const std::string& path, const FileChecksum& expected,
                        absl::FunctionRef<absl::Status(size_t bytes)> read);

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_CHECKSUM_H_
