#include "indexer/lifecycle/shard_reader.h"

#include <xapian.h>

#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/article/article.h"
#include "core/base/coding.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/schema.h"
#include "core/index/term_key.h"
#include "core/index/xapian_call.h"

namespace dateline::lifecycle {
namespace {

using index::XapianCall;

constexpr size_t kInstantBytes = 8;
constexpr size_t kKeyBytes = 16;

// Slots 0 and 1, as FORMAT.md says.
absl::Status ReadOrder(const Xapian::Document& document, const std::string& where, int64_t& instant,
                       base::DocKey& key) {
  const std::string instant_bytes = document.get_value(index::kInstantSlot);
  const std::string key_bytes = document.get_value(index::kKeySlot);
  if (key_bytes.size() != kKeyBytes || (!instant_bytes.empty() && instant_bytes.size() != kInstantBytes)) {
    return absl::DataLossError(
        absl::StrCat(where, ": the values of document ", document.get_docid(), " are damaged"));
  }
  key = base::DocKeyFromBytes(key_bytes);
  instant = instant_bytes.empty()
                ? article::kUndated
                : static_cast<int64_t>(base::ReadBigEndian64(instant_bytes.data()) ^ (uint64_t{1} << 63));
  return absl::OkStatus();
}

}  // namespace

bool ComesBefore(const DocumentFacts& a, const DocumentFacts& b) {
  return std::tie(b.instant, a.key) < std::tie(a.instant, b.key);
}

struct ShardReader::Database {
  Xapian::Database xapian;
};

ShardReader::ShardReader() : database_(std::make_unique<Database>()) {}
ShardReader::~ShardReader() = default;

absl::StatusOr<std::unique_ptr<ShardReader>> ShardReader::Open(const std::string& generation_directory,
                                                               const index::ManifestShard& shard) {
  std::unique_ptr<ShardReader> reader(new ShardReader());
  reader->shard_ = shard;
  reader->path_ = base::JoinPath(generation_directory, shard.name);
  DL_RETURN_IF_ERROR(XapianCall(reader->path_, [&]() -> absl::Status {
    reader->database_->xapian = Xapian::Database(reader->path_);
    if (reader->database_->xapian.get_doccount() == shard.documents) return absl::OkStatus();
    return absl::DataLossError(
        absl::StrCat(reader->path_, ": does not hold the ", shard.documents, " documents that the manifest says"));
  }));
  if (shard.tombstones) {
    DL_ASSIGN_OR_RETURN(
        reader->tombstones_,
        index::Tombstones::Open(base::JoinPath(generation_directory, shard.tombstones->path), shard.content_hash));
    if (reader->tombstones_->count() != shard.dead) {
      return absl::DataLossError(absl::StrCat(generation_directory, "/", shard.tombstones->path, ": names ",
                                              reader->tombstones_->count(), " documents, the manifest says ",
                                              shard.dead));
    }
  }
  return reader;
}

absl::StatusOr<uint32_t> ShardReader::Find(const base::DocKey& key) const {
  uint32_t docid = 0;
  DL_RETURN_IF_ERROR(XapianCall(path_, [&] {
    const std::string term = index::KeyTerm(key);
    const Xapian::PostingIterator posting = database_->xapian.postlist_begin(term);
    if (posting != database_->xapian.postlist_end(term)) docid = *posting;
    return absl::OkStatus();
  }));
  return docid;
}

absl::StatusOr<uint64_t> ShardReader::Frequency(absl::string_view term) const {
  uint64_t frequency = 0;
  DL_RETURN_IF_ERROR(XapianCall(path_, [&] {
    frequency = database_->xapian.get_termfreq(std::string(term));
    return absl::OkStatus();
  }));
  return frequency;
}

absl::StatusOr<DocumentFacts> ShardReader::Facts(uint32_t docid) const {
  DocumentFacts facts;
  DL_RETURN_IF_ERROR(XapianCall(path_, [&] {
    facts.length = database_->xapian.get_doclength(docid);
    return ReadOrder(database_->xapian.get_document(docid), path_, facts.instant, facts.key);
  }));
  return facts;
}

absl::StatusOr<index::StoredArticle> ShardReader::Article(uint32_t docid) const {
  std::string data;
  DL_RETURN_IF_ERROR(XapianCall(path_, [&] {
    data = database_->xapian.get_document(docid).get_data();
    return absl::OkStatus();
  }));
  absl::StatusOr<index::StoredArticle> stored = index::DecodeStoredArticle(data);
  if (!stored.ok()) return base::Annotate(stored.status(), absl::StrCat(path_, ", document ", docid));
  return stored;
}

absl::StatusOr<index::ColumnRow> ShardReader::Row(uint32_t docid) const {
  index::ColumnRow row;
  DL_RETURN_IF_ERROR(XapianCall(path_, [&]() -> absl::Status {
    row.length = database_->xapian.get_doclength(docid);
    const Xapian::Document document = database_->xapian.get_document(docid);
    const absl::Status read = ReadOrder(document, path_, row.instant, row.key);
    if (!read.ok()) return read;
    row.story = index::StoryFromBytes(document.get_value(index::kStorySlot));
    for (size_t field = 0; field < index::kNameFieldCount; ++field) {
      row.names[field] = index::DecodeNames(document.get_value(index::kNameFields[field].slot));
    }
    return absl::OkStatus();
  }));
  return row;
}

absl::Status ShardReader::ForEachTerm(uint32_t docid, absl::FunctionRef<void(const std::string&)> use) const {
  return XapianCall(path_, [&] {
    const Xapian::TermIterator end = database_->xapian.termlist_end(docid);
    for (Xapian::TermIterator term = database_->xapian.termlist_begin(docid); term != end; ++term) use(*term);
    return absl::OkStatus();
  });
}

}  // namespace dateline::lifecycle
