#include "indexer/ingest/byte_stream.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"

namespace dateline::ingest {
namespace {

constexpr size_t kChunkBytes = 256 * 1024;
constexpr absl::string_view kGzipMagic = "\x1f\x8b";
constexpr absl::string_view kZstdMagic = "\x28\xb5\x2f\xfd";

class PlainStream : public ByteStream {
 public:
  PlainStream(int fd, std::string path) : fd_(fd), path_(std::move(path)), buffer_(kChunkBytes, '\0') {}
  ~PlainStream() override {
    if (fd_ > 0) ::close(fd_);
  }

  absl::StatusOr<absl::string_view> Next() override {
    for (;;) {
      const ssize_t got = ::read(fd_, buffer_.data(), buffer_.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return base::ErrnoStatus("read", path_);
      raw_bytes_ += static_cast<uint64_t>(got);
      return absl::string_view(buffer_.data(), static_cast<size_t>(got));
    }
  }

  uint64_t raw_bytes() const override { return raw_bytes_; }

 private:
  const int fd_;
  const std::string path_;
  std::string buffer_;
  uint64_t raw_bytes_ = 0;
};

class StringStream : public ByteStream {
 public:
  explicit StringStream(std::string bytes) : bytes_(std::move(bytes)) {}

  absl::StatusOr<absl::string_view> Next() override {
    if (std::exchange(given_, true)) return absl::string_view();
    return absl::string_view(bytes_);
  }
  uint64_t raw_bytes() const override { return given_ ? bytes_.size() : 0; }

 private:
  const std::string bytes_;
  bool given_ = false;
};

// A stream whose first piece was already read, to see what it is.
class PeekedStream : public ByteStream {
 public:
  PeekedStream(std::unique_ptr<ByteStream> source, std::string first)
      : source_(std::move(source)), first_(std::move(first)) {}

  absl::StatusOr<absl::string_view> Next() override {
    if (!std::exchange(first_given_, true)) return absl::string_view(first_);
    return source_->Next();
  }
  uint64_t raw_bytes() const override { return source_->raw_bytes(); }

 private:
  std::unique_ptr<ByteStream> source_;
  std::string first_;
  bool first_given_ = false;
};

// What the decompressors share: input comes in pieces, each call gives some output or asks for the next piece.
class DecompressingStream : public ByteStream {
 public:
  DecompressingStream(std::unique_ptr<ByteStream> source, std::string name)
      : source_(std::move(source)), name_(std::move(name)), buffer_(kChunkBytes, '\0') {}

  absl::StatusOr<absl::string_view> Next() override {
    while (error_.ok()) {
      if (input_.empty() && !source_ended_) {
        DL_ASSIGN_OR_RETURN(input_, source_->Next());
        source_ended_ = input_.empty();
      }
      if (source_ended_ && between_frames_) return absl::string_view();
      const size_t written = Decompress(input_, buffer_);
      if (written > 0) return absl::string_view(buffer_.data(), written);
      if (error_.ok() && source_ended_ && !between_frames_) error_ = Damaged("ends in the middle of compressed data");
    }
    return error_;
  }

  uint64_t raw_bytes() const override { return source_->raw_bytes(); }

 protected:
  // Takes what it can from `input`, writes what it can to `output`, and says how much it wrote. On damage it sets
  // `error_` too, which is told once what came before the damage has been given out.
  virtual size_t Decompress(absl::string_view& input, std::string& output) = 0;

  absl::Status Damaged(absl::string_view what) const { return absl::DataLossError(absl::StrCat(name_, ": ", what)); }

  bool between_frames_ = true;  // the input may end here
  absl::Status error_;

 private:
  std::unique_ptr<ByteStream> source_;
  const std::string name_;
  absl::string_view input_;
  bool source_ended_ = false;
  std::string buffer_;
};

class GzipStream : public DecompressingStream {
 public:
  GzipStream(std::unique_ptr<ByteStream> source, std::string name)
      : DecompressingStream(std::move(source), std::move(name)) {
    ::inflateInit2(&state_, 16 + MAX_WBITS);
  }
  ~GzipStream() override { ::inflateEnd(&state_); }

 private:
  size_t Decompress(absl::string_view& input, std::string& output) override {
    if (between_frames_ && !input.empty()) ::inflateReset(&state_);
    state_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    state_.avail_in = static_cast<uInt>(input.size());
    state_.next_out = reinterpret_cast<Bytef*>(output.data());
    state_.avail_out = static_cast<uInt>(output.size());
    const int result = ::inflate(&state_, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) error_ = Damaged("is not valid gzip");
    input.remove_prefix(input.size() - state_.avail_in);
    between_frames_ = result == Z_STREAM_END;
    return output.size() - state_.avail_out;
  }

  z_stream state_ = {};
};

class ZstdStream : public DecompressingStream {
 public:
  ZstdStream(std::unique_ptr<ByteStream> source, std::string name)
      : DecompressingStream(std::move(source), std::move(name)), state_(ZSTD_createDStream()) {}
  ~ZstdStream() override { ZSTD_freeDStream(state_); }

 private:
  size_t Decompress(absl::string_view& input, std::string& output) override {
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    ZSTD_outBuffer out{output.data(), output.size(), 0};
    const size_t result = ZSTD_decompressStream(state_, &out, &in);
    if (ZSTD_isError(result) != 0U) {
      error_ = Damaged(absl::StrCat("is not valid Zstandard: ", ZSTD_getErrorName(result)));
    }
    input.remove_prefix(in.pos);
    between_frames_ = result == 0;
    return out.pos;
  }

  ZSTD_DStream* state_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ByteStream>> ByteStream::Open(const std::string& path) {
  const int fd = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return base::ErrnoStatus("open", path);
  return Decompressed(std::make_unique<PlainStream>(fd, path), path);
}

std::unique_ptr<ByteStream> ByteStream::OfBytes(std::string bytes) {
  return std::make_unique<StringStream>(std::move(bytes));
}

absl::StatusOr<std::unique_ptr<ByteStream>> ByteStream::Decompressed(std::unique_ptr<ByteStream> source,
                                                                     std::string name) {
  // A pipe may give its first bytes one by one; the longest magic has four.
  std::string first;
  while (first.size() < kZstdMagic.size()) {
    DL_ASSIGN_OR_RETURN(const absl::string_view piece, source->Next());
    if (piece.empty()) break;
    first.append(piece.data(), piece.size());
  }
  const bool gzip = absl::StartsWith(first, kGzipMagic);
  const bool zstd = absl::StartsWith(first, kZstdMagic);
  auto peeked = std::make_unique<PeekedStream>(std::move(source), std::move(first));
  if (gzip) return std::make_unique<GzipStream>(std::move(peeked), std::move(name));
  if (zstd) return std::make_unique<ZstdStream>(std::move(peeked), std::move(name));
  return peeked;
}

}  // namespace dateline::ingest
