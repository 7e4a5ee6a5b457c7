#include "indexer/ingest/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"

namespace dateline::ingest {
namespace {

constexpr size_t kPieceBytes = 64 * 1024;

struct ArchiveDeleter {
  void operator()(::archive* archive) const { ::archive_read_free(archive); }
};

// What has come out of an archive, at every level of compression.
class Growth {
 public:
  explicit Growth(const BufferedInput& input) : input_(input) {}

  void Add(size_t bytes) { grown_ += bytes; }
  bool TooMuch() const { return grown_ > kFreeBytes && grown_ / kMaxGrowth > input_.raw_bytes(); }
  static std::string Reason() {
    return absl::StrCat("the archive grows to more than ", kMaxGrowth, " times its size");
  }

 private:
  const BufferedInput& input_;
  uint64_t grown_ = 0;
};

// Counts what it passes on, and fails when that is too much.
class CountedStream : public ByteStream {
 public:
  CountedStream(std::unique_ptr<ByteStream> source, Growth& growth) : source_(std::move(source)), growth_(growth) {}

  absl::StatusOr<absl::string_view> Next() override {
    if (growth_.TooMuch()) return absl::ResourceExhaustedError(Growth::Reason());
    absl::StatusOr<absl::string_view> piece = source_->Next();
    if (piece.ok()) growth_.Add(piece->size());
    return piece;
  }
  uint64_t raw_bytes() const override { return source_->raw_bytes(); }

 private:
  std::unique_ptr<ByteStream> source_;
  Growth& growth_;
};

// The bytes of the member that the archive stands at.
class MemberStream : public ByteStream {
 public:
  MemberStream(::archive* archive, bool& broken) : archive_(archive), broken_(broken), buffer_(kPieceBytes, '\0') {}

  absl::StatusOr<absl::string_view> Next() override {
    const auto got = ::archive_read_data(archive_, buffer_.data(), buffer_.size());
    if (got >= 0) return absl::string_view(buffer_.data(), static_cast<size_t>(got));
    broken_ = broken_ || got == ARCHIVE_FATAL;
    const char* const why = ::archive_error_string(archive_);
    return absl::DataLossError(absl::StrCat("the member cannot be read: ", why == nullptr ? "damaged" : why));
  }
  uint64_t raw_bytes() const override { return 0; }

 private:
  ::archive* const archive_;
  bool& broken_;
  std::string buffer_;
};

std::string NameOf(::archive_entry* entry) {
  const char* name = ::archive_entry_pathname_utf8(entry);
  if (name == nullptr) name = ::archive_entry_pathname(entry);  // in a charset that the archive does not name
  std::string text = name == nullptr ? "" : name;
  base::RepairUtf8(text);
  return text;
}

bool IsPlainFile(::archive_entry* entry, absl::string_view name) {
  return ::archive_entry_filetype(entry) == AE_IFREG && ::archive_entry_hardlink(entry) == nullptr &&
         !absl::EndsWith(name, "/");
}

class ArchiveReader : public RecordReader {
 public:
  ArchiveReader(BufferedInput& input, uint64_t max_record_bytes)
      : input_(input), max_record_bytes_(max_record_bytes), growth_(input) {
    Open();
  }

  absl::optional<Record> Next(std::vector<Reject>& rejects) override {
    const size_t first = rejects.size();
    for (;;) {
      if (member_ == nullptr && !NextMember(rejects)) return absl::nullopt;
      const size_t before = rejects.size();
      absl::optional<Record> record = member_->Next(rejects);
      for (size_t i = before; i < rejects.size(); ++i) rejects[i].file = member_name_;
      if (record) {
        record->file = member_name_;
        return record;
      }
      CloseMember();
      if (rejects.size() - first >= kMaxRejectsInARow) End(rejects, "too many rejects; the rest was left out");
    }
  }

  uint64_t passed_over() const override { return passed_over_ + (member_ == nullptr ? 0 : member_->passed_over()); }

 private:
  void Open() {
    archive_.reset(::archive_read_new());
    ::archive_read_support_format_tar(archive_.get());
    ::archive_read_support_format_zip_streamable(archive_.get());
    if (::archive_read_open(archive_.get(), this, nullptr, &ArchiveReader::Feed, nullptr) < ARCHIVE_WARN) {
      broken_ = true;
    }
  }

  // Gives libarchive the next bytes of the archive.
  static la_ssize_t Feed(::archive* archive, void* self, const void** bytes) {
    auto* const reader = static_cast<ArchiveReader*>(self);
    BufferedInput& input = reader->input_;
    input.Consume(reader->fed_);
    reader->fed_ = 0;
    if (reader->growth_.TooMuch()) return Fail(archive, Growth::Reason());
    if (input.bytes().empty() && !input.Refill()) {
      return input.status().ok() ? 0 : Fail(archive, std::string(input.status().message()));
    }
    reader->fed_ = input.bytes().size();
    reader->growth_.Add(reader->fed_);
    *bytes = input.bytes().data();
    return static_cast<la_ssize_t>(reader->fed_);
  }

  static la_ssize_t Fail(::archive* archive, const std::string& reason) {
    ::archive_set_error(archive, EIO, "%s", reason.c_str());
    return ARCHIVE_FATAL;
  }

  // Goes to the next member that can hold records; false at the end.
  bool NextMember(std::vector<Reject>& rejects) {
    size_t refused = 0;
    while (!ended_) {
      if (refused >= kMaxRejectsInARow) return End(rejects, "too many rejects; the rest was left out");
      PassUnsized();
      if (growth_.TooMuch()) return End(rejects, Growth::Reason());
      ::archive_entry* entry = nullptr;
      const int result = broken_ ? ARCHIVE_FATAL : ::archive_read_next_header(archive_.get(), &entry);
      if (result == ARCHIVE_EOF) return End(rejects, "");
      if (result < ARCHIVE_WARN) return End(rejects, member_failed_ ? "" : WhyBroken());
      unsized_ = ::archive_entry_size_is_set(entry) == 0;
      const std::string name = NameOf(entry);
      const Kind kind = IsPlainFile(entry, name) ? KindOfName(name) : Kind::kUnknown;
      member_name_ = absl::StrCat("!", name);
      if (kind == Kind::kUnknown) {
        ++passed_over_;
      } else if (kind == Kind::kArchive) {
        rejects.push_back(Reject{member_name_, 0, 0, "nested archive: an archive in an archive is not opened"});
        ++refused;
      } else if (!OpenMember(kind, rejects)) {
        ++refused;
      } else {
        return true;
      }
    }
    return false;
  }

  // Goes to the end of a member that must be inflated to be passed: libarchive would not count what that makes.
  void PassUnsized() {
    if (!std::exchange(unsized_, false)) return;
    CountedStream rest(std::make_unique<MemberStream>(archive_.get(), broken_), growth_);
    for (;;) {
      const absl::StatusOr<absl::string_view> piece = rest.Next();
      if (!piece.ok() || piece->empty()) return;
    }
  }

  bool OpenMember(Kind kind, std::vector<Reject>& rejects) {
    auto bytes = std::make_unique<MemberStream>(archive_.get(), broken_);
    auto plain = ByteStream::Decompressed(std::make_unique<CountedStream>(std::move(bytes), growth_), "the member");
    if (!plain.ok()) {
      rejects.push_back(Reject{member_name_, 0, 0, std::string(plain.status().message())});
      member_failed_ = broken_;
      return false;
    }
    member_input_ = std::make_unique<BufferedInput>(std::make_unique<CountedStream>(*std::move(plain), growth_));
    member_ = MakeReader(kind, *member_input_, max_record_bytes_);
    return true;
  }

  void CloseMember() {
    member_failed_ = broken_;
    passed_over_ += member_->passed_over();
    member_.reset();
    member_input_.reset();
  }

  // libarchive forgets what its source said.
  std::string WhyBroken() const {
    if (growth_.TooMuch()) return Growth::Reason();
    if (!input_.status().ok()) return std::string(input_.status().message());
    const char* const why = ::archive_error_string(archive_.get());
    return absl::StrCat("the archive cannot be read on: ", why == nullptr ? "damaged" : why);
  }

  // Ends the archive, with a reject when there is a reason; always false.
  bool End(std::vector<Reject>& rejects, std::string reason) {
    ended_ = true;
    if (!reason.empty()) rejects.push_back(Reject{"", input_.offset(), 0, std::move(reason)});
    return false;
  }

  BufferedInput& input_;
  const uint64_t max_record_bytes_;
  Growth growth_;
  std::unique_ptr<::archive, ArchiveDeleter> archive_;
  size_t fed_ = 0;  // of the input, which libarchive still looks at
  uint64_t passed_over_ = 0;
  bool unsized_ = false;        // the member does not say how large it is
  bool broken_ = false;         // nothing more can be read
  bool member_failed_ = false;  // and a reject of the member that it broke in says so
  bool ended_ = false;

  std::string member_name_;
  std::unique_ptr<BufferedInput> member_input_;
  std::unique_ptr<RecordReader> member_;
};

}  // namespace

std::unique_ptr<RecordReader> MakeArchiveReader(BufferedInput& input, uint64_t max_record_bytes) {
  return std::make_unique<ArchiveReader>(input, max_record_bytes);
}

}  // namespace dateline::ingest
