#include "indexer/lifecycle/draft.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/article/article.h"
#include "core/base/checksum.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/schema.h"
#include "core/text/analyzer.h"
#include "indexer/publish/shard_files.h"

namespace dateline::lifecycle {
namespace {

using index::Manifest;
using index::ManifestShard;

// The term of documents without a date.
std::string UndatedTerm() { return absl::StrCat(index::kNone, "date"); }

// The instants of the first and last living dated document: documents lie newest first, undated ones last.
absl::Status WidenDates(const ShardReader& reader, uint64_t undated, Manifest& manifest) {
  const auto dated = static_cast<uint32_t>(reader.shard().documents - undated);
  uint32_t first = 1;
  while (first <= dated && reader.IsDead(first)) ++first;
  uint32_t last = dated;
  while (last > first && reader.IsDead(last)) --last;
  if (first > dated) return absl::OkStatus();
  DL_ASSIGN_OR_RETURN(const DocumentFacts newest, reader.Facts(first));
  DL_ASSIGN_OR_RETURN(const DocumentFacts oldest, reader.Facts(last));
  manifest.newest = std::max(manifest.newest.value_or(newest.instant), newest.instant);
  manifest.oldest = std::min(manifest.oldest.value_or(oldest.instant), oldest.instant);
  return absl::OkStatus();
}

}  // namespace

uint64_t TextBytes(const article::Article& article) {
  // A lead that stands in for a headline is body text already.
  const bool own_headline = article.headline_source != article::Source::kLead;
  return (own_headline ? article.headline.size() : 0) + article.deck.size() + article.body.size() +
         article.caption.size();
}

absl::Status SumUp(const std::vector<std::unique_ptr<ShardReader>>& shards, Manifest& manifest) {
  manifest.documents = 0;
  manifest.total_length = 0;
  manifest.undated = 0;
  manifest.oldest.reset();
  manifest.newest.reset();
  std::map<std::string, uint64_t> languages;
  for (const std::unique_ptr<ShardReader>& reader : shards) {
    const ManifestShard& shard = reader->shard();
    const index::Tombstones* const tombstones = reader->tombstones();
    const auto dead_with = [&](absl::string_view term) {
      return tombstones == nullptr ? 0 : tombstones->DeadWith(term);
    };
    manifest.documents += shard.live();
    manifest.total_length += shard.total_length - (tombstones == nullptr ? 0 : tombstones->total_length());
    for (const index::ManifestLanguage& language : shard.languages) {
      languages[language.language] +=
          language.documents - dead_with(absl::StrCat(index::kLanguageName, language.language));
    }
    DL_ASSIGN_OR_RETURN(const uint64_t undated, reader->Frequency(UndatedTerm()));
    manifest.undated += undated - dead_with(UndatedTerm());
    DL_RETURN_IF_ERROR(WidenDates(*reader, undated, manifest));
  }
  manifest.languages.clear();
  for (const auto& [language, documents] : languages) {
    if (documents > 0) manifest.languages.push_back(language);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Draft>> Draft::OfCurrent(const std::string& index_directory) {
  std::unique_ptr<Draft> draft(new Draft());
  DL_ASSIGN_OR_RETURN(const std::string name, index::ReadCurrent(index_directory));
  DL_ASSIGN_OR_RETURN(draft->generation_,
                      index::Generation::Open(index_directory, name, text::Analyzer::Fingerprint()));
  const Manifest& manifest = draft->generation_->manifest();
  for (const ManifestShard& entry : manifest.shards) {
    Shard shard;
    DL_ASSIGN_OR_RETURN(shard.reader, ShardReader::Open(draft->generation_->Path(""), entry));
    draft->shards_.push_back(std::move(shard));
  }
  draft->text_bytes_ = manifest.text_bytes;
  draft->rejected_ = manifest.rejected;
  draft->replaced_ = manifest.replaced;
  return draft;
}

absl::StatusOr<absl::optional<Draft::Place>> Draft::Find(const base::DocKey& key) const {
  for (size_t i = 0; i < shards_.size(); ++i) {
    const Shard& shard = shards_[i];
    if (shard.dropped) continue;
    DL_ASSIGN_OR_RETURN(const uint32_t docid, shard.reader->Find(key));
    if (docid != 0 && !shard.reader->IsDead(docid) && shard.killed.count(docid) == 0) return Place{i, docid};
  }
  return absl::optional<Place>();
}

absl::Status Draft::Kill(const Place& place) {
  Shard& shard = shards_[place.shard];
  DL_ASSIGN_OR_RETURN(const index::StoredArticle stored, shard.reader->Article(place.docid));
  if (!shard.killed.insert(place.docid).second) return absl::OkStatus();
  text_bytes_ -= TextBytes(stored.article);
  ++killed_;
  return absl::OkStatus();
}

void Draft::Add(std::vector<ManifestShard> shards) {
  for (ManifestShard& shard : shards) {
    text_bytes_ += shard.text_bytes;
    written_.push_back(std::move(shard));
  }
}

void Draft::Replace(const std::vector<size_t>& shards, std::vector<ManifestShard> written) {
  for (const size_t shard : shards) shards_[shard].dropped = true;
  for (ManifestShard& shard : written) written_.push_back(std::move(shard));
}

absl::Status Draft::OpenWritten(const publish::WriteSession& session) {
  for (const ManifestShard& entry : written_) {
    Shard shard;
    shard.written = true;
    DL_ASSIGN_OR_RETURN(shard.reader, ShardReader::Open(session.generation_directory(), entry));
    shards_.push_back(std::move(shard));
  }
  return absl::OkStatus();
}

// Those with a living document, by their first document.
absl::StatusOr<std::vector<Draft::Shard*>> Draft::InOrder() {
  std::vector<std::pair<DocumentFacts, Shard*>> order;
  for (Shard& shard : shards_) {
    if (shard.dropped || shard.reader->shard().live() == shard.killed.size()) continue;
    DL_ASSIGN_OR_RETURN(const DocumentFacts first, shard.reader->Facts(1));
    order.emplace_back(first, &shard);
  }
  // A dead article and the one that replaced it may lead two shards: then the older generation's shard comes first.
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return ComesBefore(a.first, b.first); });
  std::vector<Shard*> shards;
  for (const auto& entry : order) shards.push_back(entry.second);
  return shards;
}

absl::Status Draft::WriteTombstones(const Shard& shard, const std::string& directory, ManifestShard& entry) const {
  std::vector<uint32_t> docids(shard.killed.begin(), shard.killed.end());
  std::map<std::string, uint32_t> terms;
  uint64_t length = 0;
  if (const index::Tombstones* const before = shard.reader->tombstones()) {
    docids.insert(docids.end(), before->docids().begin(), before->docids().end());
    std::sort(docids.begin(), docids.end());
    for (const auto& [term, dead] : before->terms()) terms.emplace(std::string(term), static_cast<uint32_t>(dead));
    length = before->total_length();
  }
  for (const uint32_t docid : shard.killed) {
    DL_RETURN_IF_ERROR(shard.reader->ForEachTerm(docid, [&terms](const std::string& term) { ++terms[term]; }));
    DL_ASSIGN_OR_RETURN(const DocumentFacts facts, shard.reader->Facts(docid));
    length += facts.length;
  }
  index::ManifestFile file;
  file.path = index::TombstonesPath(entry.name);
  const std::string path = base::JoinPath(directory, file.path);
  DL_RETURN_IF_ERROR(base::WriteFileSynced(path, index::EncodeTombstones(entry.content_hash, docids, terms, length)));
  DL_ASSIGN_OR_RETURN(file.checksum, base::ChecksumFile(path));
  entry.dead = docids.size();
  entry.tombstones = std::move(file);
  return absl::OkStatus();
}

absl::StatusOr<ManifestShard> Draft::PutInPlace(publish::WriteSession& session, const Shard& shard,
                                                const std::string& name) const {
  const std::string& directory = session.generation_directory();
  if (shard.written) return publish::RenameShard(directory, shard.reader->shard(), name);
  ManifestShard entry = shard.reader->shard();
  if (!shard.killed.empty()) entry.tombstones.reset();  // a file of its own instead of a link
  DL_ASSIGN_OR_RETURN(entry, publish::LinkShard(generation_->Path(""), entry, directory, name));
  if (!shard.killed.empty()) DL_RETURN_IF_ERROR(WriteTombstones(shard, directory, entry));
  return entry;
}

absl::StatusOr<std::string> Draft::Publish(publish::WriteSession& session, const std::string& operation) {
  DL_RETURN_IF_ERROR(OpenWritten(session));
  DL_ASSIGN_OR_RETURN(const std::vector<Shard*> shards, InOrder());
  if (shards.empty()) {
    return absl::FailedPreconditionError(
        "no article would be left, and an index holds at least one; to give an index up, remove its directory");
  }
  Manifest manifest = generation_->manifest();
  manifest.format_version = index::kFormatVersion;
  manifest.shards.clear();
  manifest.operation = operation;
  manifest.parent = generation_->name();
  manifest.rejected = rejected_;
  manifest.replaced = replaced_;
  manifest.text_bytes = text_bytes_;
  std::vector<std::string> linked;
  std::vector<std::unique_ptr<ShardReader>> readers;
  for (const Shard* shard : shards) {
    const std::string name = index::ShardName(manifest.shards.size());
    DL_ASSIGN_OR_RETURN(ManifestShard entry, PutInPlace(session, *shard, name));
    if (!shard->written) linked.push_back(name);
    manifest.shards.push_back(std::move(entry));
    DL_ASSIGN_OR_RETURN(std::unique_ptr<ShardReader> reader,
                        ShardReader::Open(session.generation_directory(), manifest.shards.back()));
    readers.push_back(std::move(reader));
  }
  DL_RETURN_IF_ERROR(SumUp(readers, manifest));
  DL_ASSIGN_OR_RETURN(std::string name, session.Publish(manifest, linked));
  published_ = std::move(manifest);
  return name;
}

}  // namespace dateline::lifecycle
