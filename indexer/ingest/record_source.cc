#include "indexer/ingest/record_source.h"

#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"

namespace dateline::ingest {
namespace {

namespace fs = std::filesystem;

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

absl::string_view WithoutCompression(absl::string_view path) {
  for (absl::string_view suffix : {".gz", ".zst"}) {
    if (absl::EndsWithIgnoreCase(path, suffix)) return path.substr(0, path.size() - suffix.size());
  }
  return path;
}

// NAME.json for NAME.txt, whatever NAME.txt is compressed with.
std::string FactsPath(absl::string_view text_path) {
  const absl::string_view plain = WithoutCompression(text_path);
  return absl::StrCat(plain.substr(0, plain.size() - 4), ".json");
}

bool IsBlank(absl::string_view text) { return absl::StripAsciiWhitespace(text).empty(); }

}  // namespace

RecordSource::Kind RecordSource::KindOf(const std::string& path) {
  const absl::string_view plain = WithoutCompression(path);
  if (absl::EndsWithIgnoreCase(plain, ".jsonl") || absl::EndsWithIgnoreCase(plain, ".ndjson")) return Kind::kLines;
  if (absl::EndsWithIgnoreCase(plain, ".txt")) return Kind::kText;
  return Kind::kUnknown;
}

absl::StatusOr<std::unique_ptr<RecordSource>> RecordSource::Open(const std::vector<std::string>& inputs,
                                                                 uint64_t max_record_bytes) {
  std::unique_ptr<RecordSource> source(new RecordSource(max_record_bytes));
  for (const std::string& input : inputs) DL_RETURN_IF_ERROR(source->AddInput(input));
  return source;
}

absl::Status RecordSource::AddInput(const std::string& input) {
  if (input == "-") {
    files_.push_back(File{"-", Kind::kStandardInput});
    return absl::OkStatus();
  }
  const std::string path = fs::path(input).lexically_normal().string();
  std::error_code error;
  if (fs::is_directory(path, error)) return AddDirectory(path);
  if (!fs::exists(path, error)) return absl::NotFoundError(absl::StrCat(input, ": no such file or directory"));
  if (KindOf(path) == Kind::kUnknown) {
    return absl::InvalidArgumentError(
        absl::StrCat(input, ": unknown kind of input; known are .jsonl, .ndjson and .txt, also with .gz or .zst"));
  }
  AddFile(path, KindOf(path));
  return absl::OkStatus();
}

absl::Status RecordSource::AddDirectory(const std::string& directory) {
  // Sorted: the order decides which of two records with one key is the later one.
  std::set<std::string> paths;
  std::error_code error;
  for (fs::recursive_directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    std::error_code type_error;
    if (it->is_regular_file(type_error)) paths.insert(it->path().lexically_normal().string());
  }
  if (error) return absl::UnavailableError(absl::StrCat(directory, ": cannot be walked: ", error.message()));
  std::set<std::string> facts;
  for (const std::string& path : paths) {
    if (KindOf(path) == Kind::kText) facts.insert(FactsPath(path));
  }
  for (const std::string& path : paths) {
    if (KindOf(path) != Kind::kUnknown) {
      AddFile(path, KindOf(path));
    } else if (facts.count(path) == 0) {
      skipped_.push_back(path);
    }
  }
  return absl::OkStatus();
}

void RecordSource::AddFile(const std::string& path, Kind kind) {
  total_bytes_ += base::FileBytes(path).value_or(0);
  files_.push_back(File{path, kind});
}

absl::optional<Record> RecordSource::Next(std::vector<Reject>& rejects) {
  for (;;) {
    if (stream_ == nullptr && !OpenNextFile(rejects)) return absl::nullopt;
    absl::optional<Record> record = file_.kind == Kind::kLines ? NextLine(rejects) : WholeFile(rejects);
    if (!record) {
      CloseFile();
      continue;
    }
    record->file = file_.path;
    record->sequence = sequence_++;
    text_bytes_ += record->bytes.size();
    return record;
  }
}

bool RecordSource::OpenNextFile(std::vector<Reject>& rejects) {
  while (!files_.empty()) {
    file_ = std::move(files_.front());
    files_.pop_front();
    absl::StatusOr<std::unique_ptr<ByteStream>> stream = ByteStream::Open(file_.path);
    if (!stream.ok()) {
      rejects.push_back(Reject{file_.path, 0, 0, std::string(stream.status().message()), sequence_});
      continue;
    }
    stream_ = *std::move(stream);
    stream_ended_ = false;
    stream_failed_ = false;
    buffer_.clear();
    buffer_at_ = 0;
    offset_ = 0;
    line_ = 0;
    Refill(rejects);
    if (absl::StartsWith(buffer_, kByteOrderMark)) {
      buffer_at_ = kByteOrderMark.size();
      offset_ = kByteOrderMark.size();
    }
    if (file_.kind == Kind::kStandardInput) {
      const auto visible = [this] {
        return absl::StripLeadingAsciiWhitespace(absl::string_view(buffer_).substr(buffer_at_));
      };
      while (visible().empty() && Refill(rejects)) {
      }
      file_.kind = absl::StartsWith(visible(), "{") ? Kind::kLines : Kind::kText;
    }
    return true;
  }
  return false;
}

void RecordSource::CloseFile() {
  finished_bytes_ += stream_->raw_bytes();
  stream_.reset();
}

// Appends more bytes to the buffer; false when there are none.
bool RecordSource::Refill(std::vector<Reject>& rejects) {
  if (stream_ended_) return false;
  const absl::StatusOr<absl::string_view> piece = stream_->Next();
  if (!piece.ok()) {
    rejects.push_back(Reject{file_.path, offset_, line_, std::string(piece.status().message()), sequence_});
    stream_ended_ = true;
    stream_failed_ = true;
    return false;
  }
  stream_ended_ = piece->empty();
  if (buffer_at_ > 0) {
    buffer_.erase(0, buffer_at_);
    buffer_at_ = 0;
  }
  buffer_.append(piece->data(), piece->size());
  return !stream_ended_;
}

absl::optional<Record> RecordSource::NextLine(std::vector<Reject>& rejects) {
  for (;;) {
    size_t searched = buffer_at_;
    size_t newline = buffer_.find('\n', searched);
    uint64_t dropped = 0;  // bytes of an overlong line that are already gone
    while (newline == std::string::npos) {
      if (buffer_.size() - buffer_at_ > max_record_bytes_) {
        dropped += buffer_.size() - buffer_at_;
        buffer_.clear();
        buffer_at_ = 0;
      }
      searched = buffer_.size() - buffer_at_;
      if (!Refill(rejects)) break;
      newline = buffer_.find('\n', searched);
    }
    const bool last = newline == std::string::npos;
    const size_t end = last ? buffer_.size() : newline;
    Record record;
    record.format = Format::kJson;
    record.bytes = buffer_.substr(buffer_at_, end - buffer_at_);
    record.offset = offset_;
    record.line = ++line_;
    offset_ += dropped + (end - buffer_at_) + (last ? 0 : 1);
    buffer_at_ = last ? buffer_.size() : end + 1;
    if (dropped + record.bytes.size() > max_record_bytes_) {
      rejects.push_back(Reject{file_.path, record.offset, record.line, TooLarge("the line"), sequence_});
    } else if (!IsBlank(record.bytes)) {
      return record;
    }
    if (last) return absl::nullopt;
  }
}

absl::optional<Record> RecordSource::WholeFile(std::vector<Reject>& rejects) {
  if (line_ > 0) return absl::nullopt;
  line_ = 1;
  while (buffer_.size() - buffer_at_ <= max_record_bytes_ && Refill(rejects)) {
  }
  if (stream_failed_) return absl::nullopt;  // damaged: half an article is worse than a named reject
  if (buffer_.size() - buffer_at_ > max_record_bytes_) {
    rejects.push_back(Reject{file_.path, 0, 0, TooLarge("the file"), sequence_});
    return absl::nullopt;
  }
  Record record;
  record.format = Format::kText;
  record.bytes = buffer_.substr(buffer_at_);
  record.offset = offset_;
  if (file_.path != "-") ReadFacts(record, rejects);
  return record;
}

void RecordSource::ReadFacts(Record& record, std::vector<Reject>& rejects) {
  const std::string path = FactsPath(file_.path);
  if (!base::Exists(path)) return;
  const absl::StatusOr<uint64_t> bytes = base::FileBytes(path);
  if (bytes.ok() && *bytes > max_record_bytes_) {
    rejects.push_back(Reject{path, 0, 0, TooLarge("the file of facts"), sequence_});
    return;
  }
  absl::StatusOr<std::string> facts = base::ReadFile(path);
  if (facts.ok()) {
    record.facts = std::string(absl::StripPrefix(*facts, kByteOrderMark));
  } else {
    rejects.push_back(Reject{path, 0, 0, std::string(facts.status().message()), sequence_});
  }
}

std::string RecordSource::TooLarge(absl::string_view what) const {
  return absl::StrCat(what, " is larger than ", max_record_bytes_, " bytes; raise --max-record-mb to take it in");
}

}  // namespace dateline::ingest
