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
constexpr size_t kSniffedBytes = 1024;

// NAME.json for NAME.txt, whatever NAME.txt is compressed with.
std::string FactsPath(absl::string_view text_path) {
  const absl::string_view plain = WithoutCompression(text_path);
  return absl::StrCat(plain.substr(0, plain.size() - 4), ".json");
}

// Of standard input.
Kind SniffKind(BufferedInput& input, uint64_t max_blank_bytes) {
  const auto visible = [&input] {
    absl::string_view bytes = input.bytes();
    absl::ConsumePrefix(&bytes, kByteOrderMark);
    return absl::StripLeadingAsciiWhitespace(bytes);
  };
  while (visible().size() < kSniffedBytes && input.bytes().size() <= max_blank_bytes && input.Refill()) {
  }
  return KindOfBytes(visible());
}

std::string TypedWrong(absl::string_view input) {
  return absl::StrCat(input, ": unknown kind of input; known are ", kKnownKinds);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RecordSource>> RecordSource::Open(const std::vector<std::string>& inputs,
                                                                 uint64_t max_record_bytes) {
  std::unique_ptr<RecordSource> source(new RecordSource(max_record_bytes));
  for (const std::string& input : inputs) DL_RETURN_IF_ERROR(source->AddInput(input));
  return source;
}

std::unique_ptr<RecordSource> RecordSource::OfStream(std::string name, std::unique_ptr<ByteStream> bytes,
                                                     uint64_t max_record_bytes) {
  std::unique_ptr<RecordSource> source(new RecordSource(max_record_bytes));
  source->file_ = std::move(name);
  source->StartReading(std::move(bytes));
  return source;
}

absl::Status RecordSource::AddInput(const std::string& input) {
  if (input == "-") {
    files_.push_back(input);
    return absl::OkStatus();
  }
  const std::string path = fs::path(input).lexically_normal().string();
  std::error_code error;
  if (fs::is_directory(path, error)) return AddDirectory(path);
  if (!fs::exists(path, error)) return absl::NotFoundError(absl::StrCat(input, ": no such file or directory"));
  if (KindOfName(path) == Kind::kUnknown) return absl::InvalidArgumentError(TypedWrong(input));
  AddFile(path);
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
    if (KindOfName(path) == Kind::kText) facts.insert(FactsPath(path));
  }
  for (const std::string& path : paths) {
    if (KindOfName(path) != Kind::kUnknown) {
      AddFile(path);
    } else if (facts.count(path) == 0) {
      skipped_.push_back(path);
    }
  }
  return absl::OkStatus();
}

void RecordSource::AddFile(const std::string& path) {
  total_bytes_ += base::FileBytes(path).value_or(0);
  files_.push_back(path);
}

absl::optional<Record> RecordSource::Next(std::vector<Reject>& rejects) {
  for (;;) {
    if (reader_ == nullptr && !OpenNextFile(rejects)) return absl::nullopt;
    const size_t first = rejects.size();
    absl::optional<Record> record = reader_->Next(rejects);
    for (size_t i = first; i < rejects.size(); ++i) {
      rejects[i].file.insert(0, file_);
      rejects[i].sequence = sequence_;
    }
    if (!record) {
      CloseFile();
      continue;
    }
    if (facts_beside_) ReadFacts(*record, rejects);
    record->file.insert(0, file_);
    record->sequence = sequence_++;
    text_bytes_ += record->bytes.size();
    return record;
  }
}

bool RecordSource::OpenNextFile(std::vector<Reject>& rejects) {
  while (!files_.empty()) {
    file_ = std::move(files_.front());
    files_.pop_front();
    absl::StatusOr<std::unique_ptr<ByteStream>> stream = ByteStream::Open(file_);
    if (stream.ok()) {
      facts_beside_ = KindOfName(file_) == Kind::kText;
      StartReading(*std::move(stream));
      return true;
    }
    rejects.push_back(Reject{file_, 0, 0, std::string(stream.status().message()), sequence_});
  }
  return false;
}

void RecordSource::StartReading(std::unique_ptr<ByteStream> bytes) {
  input_ = std::make_unique<BufferedInput>(std::move(bytes));
  const Kind kind = file_ == "-" ? SniffKind(*input_, max_record_bytes_) : KindOfName(file_);
  reader_ = MakeReader(kind, *input_, max_record_bytes_);
}

void RecordSource::CloseFile() {
  finished_bytes_ += input_->raw_bytes();
  passed_over_ += reader_->passed_over();
  reader_.reset();
  input_.reset();
}

void RecordSource::ReadFacts(Record& record, std::vector<Reject>& rejects) const {
  const std::string path = FactsPath(file_);
  if (!base::Exists(path)) return;
  const absl::StatusOr<uint64_t> bytes = base::FileBytes(path);
  if (bytes.ok() && *bytes > max_record_bytes_) {
    rejects.push_back(Reject{path, 0, 0, TooLarge("the file of facts", max_record_bytes_), sequence_});
    return;
  }
  absl::StatusOr<std::string> facts = base::ReadFile(path);
  if (facts.ok()) {
    record.facts = std::string(absl::StripPrefix(*facts, kByteOrderMark));
  } else {
    rejects.push_back(Reject{path, 0, 0, std::string(facts.status().message()), sequence_});
  }
}

}  // namespace dateline::ingest
