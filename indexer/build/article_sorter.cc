#include "indexer/build/article_sorter.h"

#include <algorithm>
#include <cstdio>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/coding.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/stored_article.h"

namespace dateline::build {
namespace {

// A run file holds, for each article: instant (8), key (16), sequence (8), size (4), the article's bytes. A key file
// holds, for each: key (16), sequence (8).
struct SortKey {
  int64_t instant = 0;
  base::DocKey key;
  uint64_t sequence = 0;
};
constexpr size_t kSortKeyBytes = 32;

// Undated articles have the least instant of all, so they come last by themselves.
bool ComesBefore(const SortKey& a, const SortKey& b) {
  if (a.instant != b.instant) return a.instant > b.instant;
  if (a.key != b.key) return a.key < b.key;
  return a.sequence < b.sequence;
}

// Sequential reads of a temporary file.
class RunReader {
 public:
  static absl::StatusOr<RunReader> Open(const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) return base::ErrnoStatus("open", path);
    return RunReader(file, path);
  }

  // False at the end of the file.
  absl::StatusOr<bool> Read(char* bytes, size_t size) {
    const size_t got = std::fread(bytes, 1, size, file_.get());
    if (got == size) return true;
    if (std::ferror(file_.get()) != 0) return base::ErrnoStatus("read", path_);
    if (got != 0) return absl::DataLossError(absl::StrCat(path_, ": temporary file was cut short"));
    return false;
  }

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  RunReader(std::FILE* file, std::string path) : file_(file), path_(std::move(path)) {}
  std::unique_ptr<std::FILE, Closer> file_;
  std::string path_;
};

std::string RunPath(const std::string& directory, size_t run) {
  return base::JoinPath(directory, absl::StrCat("articles-", run));
}
std::string KeysPath(const std::string& directory, size_t run) {
  return base::JoinPath(directory, absl::StrCat("keys-", run));
}

}  // namespace

struct ArticleSorter::Buffer {
  struct Entry {
    SortKey sort_key;
    size_t begin;
    size_t size;
  };
  std::string bytes;
  std::vector<Entry> entries;

  size_t Memory() const { return bytes.capacity() + entries.capacity() * sizeof(Entry); }
};

// A run whose next article is known.
class ArticleSorter::ArticleRun {
 public:
  static absl::StatusOr<std::unique_ptr<ArticleRun>> Open(const std::string& path) {
    DL_ASSIGN_OR_RETURN(RunReader reader, RunReader::Open(path));
    return std::unique_ptr<ArticleRun>(new ArticleRun(std::move(reader)));
  }

  absl::StatusOr<bool> Advance() {
    char header[kSortKeyBytes + 4];
    DL_ASSIGN_OR_RETURN(const bool more, reader_.Read(header, sizeof(header)));
    if (!more) return false;
    base::Decoder in(absl::string_view(header, sizeof(header)));
    sort_key_.instant = static_cast<int64_t>(in.Fixed64());
    sort_key_.key.high = in.Fixed64();
    sort_key_.key.low = in.Fixed64();
    sort_key_.sequence = in.Fixed64();
    bytes_.resize(in.Fixed32());
    DL_ASSIGN_OR_RETURN(const bool whole, reader_.Read(bytes_.data(), bytes_.size()));
    if (!whole && !bytes_.empty()) return absl::DataLossError("temporary file was cut short");
    return true;
  }

  const SortKey& sort_key() const { return sort_key_; }
  const std::string& bytes() const { return bytes_; }

 private:
  explicit ArticleRun(RunReader reader) : reader_(std::move(reader)) {}
  RunReader reader_;
  SortKey sort_key_;
  std::string bytes_;
};

// The keys of a run, ascending.
class ArticleSorter::KeyRun {
 public:
  static absl::StatusOr<std::unique_ptr<KeyRun>> Open(const std::string& path) {
    DL_ASSIGN_OR_RETURN(RunReader reader, RunReader::Open(path));
    return std::unique_ptr<KeyRun>(new KeyRun(std::move(reader)));
  }

  absl::StatusOr<bool> Advance() {
    char bytes[24];
    DL_ASSIGN_OR_RETURN(const bool more, reader_.Read(bytes, sizeof(bytes)));
    base::Decoder in(absl::string_view(bytes, sizeof(bytes)));
    if (more) entry_ = {base::DocKey{in.Fixed64(), in.Fixed64()}, in.Fixed64()};
    return more;
  }

  const std::pair<base::DocKey, uint64_t>& entry() const { return entry_; }

 private:
  explicit KeyRun(RunReader reader) : reader_(std::move(reader)) {}
  RunReader reader_;
  std::pair<base::DocKey, uint64_t> entry_;
};

ArticleSorter::ArticleSorter(std::string directory, size_t run_bytes)
    : directory_(std::move(directory)), run_bytes_(run_bytes), buffer_(std::make_unique<Buffer>()) {}

ArticleSorter::~ArticleSorter() = default;

absl::Status ArticleSorter::Add(uint64_t sequence, const article::Article& article) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  std::string bytes;
  index::AppendArticle(bytes, article);
  std::unique_ptr<Buffer> full;
  size_t run = 0;
  {
    base::MutexLock lock(&mutex_);
    const SortKey sort_key{article.publication.instant, article.key, sequence};
    buffer_->entries.push_back(Buffer::Entry{sort_key, buffer_->bytes.size(), bytes.size()});
    buffer_->bytes += bytes;
    ++records_;
    highest_sequence_ = std::max(highest_sequence_, sequence);
    if (buffer_->Memory() >= run_bytes_) {
      // While the spill before is at work everybody waits here: there are never more than two buffers.
      spill_mutex_.lock();
      full = std::exchange(buffer_, std::make_unique<Buffer>());
      run = runs_++;
    }
  }
  if (full == nullptr) return absl::OkStatus();
  const absl::Status status = Spill(std::move(full), run);
  spill_mutex_.unlock();
  return status;
}

absl::Status ArticleSorter::Spill(std::unique_ptr<Buffer> buffer, size_t run) {
  std::vector<Buffer::Entry>& entries = buffer->entries;
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return ComesBefore(a.sort_key, b.sort_key); });
  DL_ASSIGN_OR_RETURN(base::FileWriter articles, base::FileWriter::Create(RunPath(directory_, run)));
  for (const Buffer::Entry& entry : entries) {
    std::string header;
    base::AppendFixed64(header, static_cast<uint64_t>(entry.sort_key.instant));
    base::AppendFixed64(header, entry.sort_key.key.high);
    base::AppendFixed64(header, entry.sort_key.key.low);
    base::AppendFixed64(header, entry.sort_key.sequence);
    base::AppendFixed32(header, static_cast<uint32_t>(entry.size));
    DL_RETURN_IF_ERROR(articles.Append(header));
    DL_RETURN_IF_ERROR(articles.Append(absl::string_view(buffer->bytes).substr(entry.begin, entry.size)));
  }
  DL_RETURN_IF_ERROR(articles.Close(/*sync=*/false));

  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return std::tie(a.sort_key.key, a.sort_key.sequence) < std::tie(b.sort_key.key, b.sort_key.sequence);
  });
  DL_ASSIGN_OR_RETURN(base::FileWriter keys, base::FileWriter::Create(KeysPath(directory_, run)));
  for (const Buffer::Entry& entry : entries) {
    std::string bytes;
    base::AppendFixed64(bytes, entry.sort_key.key.high);
    base::AppendFixed64(bytes, entry.sort_key.key.low);
    base::AppendFixed64(bytes, entry.sort_key.sequence);
    DL_RETURN_IF_ERROR(keys.Append(bytes));
  }
  return keys.Close(/*sync=*/false);
}

absl::Status ArticleSorter::Sort() {
  std::unique_ptr<Buffer> last;
  size_t runs = 0;
  uint64_t records = 0;
  {
    base::MutexLock lock(&mutex_);
    last = std::move(buffer_);
    runs = ++runs_;
    records = records_;
    is_replaced_.assign(records == 0 ? 0 : highest_sequence_ + 1, false);
  }
  {
    base::MutexLock lock(&spill_mutex_);
    DL_RETURN_IF_ERROR(Spill(std::move(last), runs - 1));
  }
  DL_RETURN_IF_ERROR(FindReplaced());
  articles_ = records - replaced_;
  for (size_t run = 0; run < runs; ++run) {
    DL_ASSIGN_OR_RETURN(std::unique_ptr<ArticleRun> head, ArticleRun::Open(RunPath(directory_, run)));
    DL_ASSIGN_OR_RETURN(const bool more, head->Advance());
    if (more) run_heads_.push_back(std::move(head));
  }
  const auto later = [](const auto& a, const auto& b) { return ComesBefore(b->sort_key(), a->sort_key()); };
  std::make_heap(run_heads_.begin(), run_heads_.end(), later);
  return absl::OkStatus();
}

// Walks all keys in order: of the neighbours with one key, all but the last are replaced.
absl::Status ArticleSorter::FindReplaced() {
  size_t runs = 0;
  {
    base::MutexLock lock(&mutex_);
    runs = runs_;
  }
  std::vector<std::unique_ptr<KeyRun>> heads;
  for (size_t run = 0; run < runs; ++run) {
    DL_ASSIGN_OR_RETURN(std::unique_ptr<KeyRun> head, KeyRun::Open(KeysPath(directory_, run)));
    DL_ASSIGN_OR_RETURN(const bool more, head->Advance());
    if (more) heads.push_back(std::move(head));
  }
  const auto later = [](const auto& a, const auto& b) { return a->entry() > b->entry(); };
  std::make_heap(heads.begin(), heads.end(), later);
  absl::optional<std::pair<base::DocKey, uint64_t>> previous;
  while (!heads.empty()) {
    std::pop_heap(heads.begin(), heads.end(), later);
    KeyRun& head = *heads.back();
    if (previous && previous->first == head.entry().first) {
      is_replaced_[previous->second] = true;
      ++replaced_;
    }
    previous = head.entry();
    DL_ASSIGN_OR_RETURN(const bool more, head.Advance());
    if (more) {
      std::push_heap(heads.begin(), heads.end(), later);
    } else {
      heads.pop_back();
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::optional<article::Article>> ArticleSorter::Next() {
  const auto later = [](const auto& a, const auto& b) { return ComesBefore(b->sort_key(), a->sort_key()); };
  while (!run_heads_.empty()) {
    std::pop_heap(run_heads_.begin(), run_heads_.end(), later);
    ArticleRun& head = *run_heads_.back();
    absl::optional<article::Article> article;
    if (!is_replaced_[head.sort_key().sequence]) {
      DL_ASSIGN_OR_RETURN(article, index::DecodeArticle(head.bytes()));
    }
    DL_ASSIGN_OR_RETURN(const bool more, head.Advance());
    if (more) {
      std::push_heap(run_heads_.begin(), run_heads_.end(), later);
    } else {
      run_heads_.pop_back();
    }
    if (article) return article;
  }
  return absl::optional<article::Article>();
}

}  // namespace dateline::build
