#include "indexer/lifecycle/deep_check.h"

#include <xapian.h>

#include <algorithm>
#include <map>
#include <memory>
#include <sstream>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/columns.h"
#include "core/index/postings.h"
#include "core/index/xapian_call.h"
#include "indexer/lifecycle/draft.h"
#include "indexer/lifecycle/shard_reader.h"

namespace dateline::lifecycle {
namespace {

using index::ManifestShard;

// A shard that is wrong throughout need not say so a million times.
constexpr size_t kMaxProblems = 20;

class ShardCheck {
 public:
  ShardCheck(const std::string& generation_directory, const ManifestShard& shard, float average_length)
      : directory_(generation_directory),
        shard_(shard),
        average_length_(average_length),
        path_(base::JoinPath(generation_directory, shard.name)) {}

  std::vector<std::string> Run() {
    CheckXapian();
    Note(CheckDocuments());
    return std::move(problems_);
  }

 private:
  void Problem(absl::string_view what) {
    if (problems_.size() < kMaxProblems) problems_.push_back(absl::StrCat(path_, ": ", what));
  }

  void Note(const absl::Status& status) {
    if (!status.ok()) Problem(status.message());
  }

  void CheckXapian() {
    Note(index::XapianCall(path_, [&] {
      std::ostringstream out;
      const size_t errors = Xapian::Database::check(path_, 0, &out);
      if (errors > 0) {
        Problem(absl::StrCat("Xapian finds ", errors, " errors: ", absl::StrReplaceAll(out.str(), {{"\n", "; "}})));
      }
      return absl::OkStatus();
    }));
  }

  absl::Status CheckDocuments() {
    DL_ASSIGN_OR_RETURN(reader_, ShardReader::Open(directory_, shard_));
    const std::string columns_path = base::JoinPath(directory_, index::ColumnsPath(shard_.name));
    if (base::Exists(columns_path)) {
      DL_ASSIGN_OR_RETURN(columns_, index::Columns::Open(columns_path, shard_.content_hash));
      if (columns_->documents() != shard_.documents) return absl::DataLossError("the columns have other documents");
    }
    uint64_t length = 0;
    uint64_t text_bytes = 0;
    std::map<std::string, uint64_t> languages;
    for (uint32_t docid = 1; docid <= shard_.documents; ++docid) {
      DL_ASSIGN_OR_RETURN(const DocumentFacts facts, reader_->Facts(docid));
      DL_ASSIGN_OR_RETURN(const index::StoredArticle stored, reader_->Article(docid));
      DL_RETURN_IF_ERROR(CheckDocument(docid, facts, stored.article));
      length += facts.length;
      text_bytes += TextBytes(stored.article);
      ++languages[stored.article.lang];
      previous_ = facts;
    }
    if (length != shard_.total_length) Problem("the sum of lengths is not the manifest's");
    if (text_bytes != shard_.text_bytes) Problem("the bytes of text are not the manifest's");
    Note(CheckPostings());
    const bool same = std::equal(languages.begin(), languages.end(), shard_.languages.begin(), shard_.languages.end(),
                                 [](const auto& a, const index::ManifestLanguage& b) {
                                   return a.first == b.language && a.second == b.documents;
                                 });
    if (!same) Problem("the languages are not the manifest's");
    return CheckTombstones();
  }

  absl::Status CheckDocument(uint32_t docid, const DocumentFacts& facts, const article::Article& article) {
    const std::string where = absl::StrCat("document ", docid, ": ");
    if (docid > 1 && !ComesBefore(previous_, facts)) Problem(absl::StrCat(where, "is out of order"));
    if (article.key != facts.key || article.publication.instant != facts.instant) {
      Problem(absl::StrCat(where, "the stored article is another's"));
    }
    DL_ASSIGN_OR_RETURN(const uint32_t found, reader_->Find(facts.key));
    if (found != docid) Problem(absl::StrCat(where, "is not found by its key"));
    if (columns_ == nullptr) return absl::OkStatus();
    DL_ASSIGN_OR_RETURN(const index::ColumnRow row, reader_->Row(docid));
    if (!SameRow(row, docid - 1)) Problem(absl::StrCat(where, "columns and values differ"));
    return absl::OkStatus();
  }

  bool SameRow(const index::ColumnRow& row, uint32_t number) const {
    if (columns_->lengths()[number] != row.length || columns_->instants()[number] != row.instant ||
        columns_->key(number) != row.key || columns_->story(number) != row.story) {
      return false;
    }
    for (size_t field = 0; field < index::kNameFieldCount; ++field) {
      std::vector<index::FacetName> names = row.names[field];
      std::sort(names.begin(), names.end());
      const index::NameColumn& column = columns_->names(static_cast<index::NameField>(field));
      const absl::Span<const uint32_t> ordinals = column.at(number);
      const bool same =
          std::equal(names.begin(), names.end(), ordinals.begin(), ordinals.end(),
                     [&column](const index::FacetName& name, uint32_t o) { return name == column.name(o); });
      if (!same) return false;
    }
    return true;
  }

  // Every byte of the postings, and that they have the terms of the shard.
  absl::Status CheckPostings() {
    const std::string path = base::JoinPath(directory_, index::PostingsPath(shard_.name));
    if (columns_ == nullptr || !base::Exists(path)) return absl::OkStatus();
    index::Postings::Owner owner;
    owner.shard_hash = shard_.content_hash;
    owner.average_length = average_length_;
    owner.lengths = columns_->lengths();
    DL_ASSIGN_OR_RETURN(const std::unique_ptr<index::Postings> postings, index::Postings::Open(path, owner));
    DL_RETURN_IF_ERROR(postings->Check());
    return index::XapianCall(path_, [&] {
      const Xapian::Database database(path_);
      for (auto term = database.allterms_begin(); term != database.allterms_end(); ++term) {
        const absl::optional<index::Postings::Term> found = postings->Find(*term);
        if (found && found->documents == term.get_termfreq()) continue;
        Problem(absl::StrCat("the postings of '", absl::CHexEscape(*term), "' are not the shard's"));
      }
      return absl::OkStatus();
    });
  }

  absl::Status CheckTombstones() {
    const index::Tombstones* const tombstones = reader_->tombstones();
    if (tombstones == nullptr) return absl::OkStatus();
    if (tombstones->docids().back() > shard_.documents) return absl::DataLossError("a dead document is not there");
    std::map<std::string, uint64_t> terms;
    uint64_t length = 0;
    for (const uint32_t docid : tombstones->docids()) {
      DL_RETURN_IF_ERROR(reader_->ForEachTerm(docid, [&terms](const std::string& term) { ++terms[term]; }));
      DL_ASSIGN_OR_RETURN(const DocumentFacts facts, reader_->Facts(docid));
      length += facts.length;
    }
    const bool same =
        std::equal(terms.begin(), terms.end(), tombstones->terms().begin(), tombstones->terms().end(),
                   [](const auto& a, const auto& b) { return a.first == b.first && a.second == b.second; });
    if (!same) Problem("the terms of the dead are not those of the tombstones");
    if (length != tombstones->total_length()) Problem("the lengths of the dead are not those of the tombstones");
    return absl::OkStatus();
  }

  const std::string& directory_;
  const ManifestShard& shard_;
  const float average_length_;
  const std::string path_;
  std::vector<std::string> problems_;
  std::unique_ptr<ShardReader> reader_;
  std::unique_ptr<index::Columns> columns_;  // null when there are none
  DocumentFacts previous_;
};

absl::Status CheckTogether(const std::string& directory, const index::Manifest& manifest,
                           std::vector<std::string>& problems) {
  std::vector<std::unique_ptr<ShardReader>> readers;
  absl::flat_hash_set<base::DocKey> alive;
  for (const ManifestShard& shard : manifest.shards) {
    DL_ASSIGN_OR_RETURN(std::unique_ptr<ShardReader> reader, ShardReader::Open(directory, shard));
    for (uint32_t docid = 1; docid <= shard.documents; ++docid) {
      if (reader->IsDead(docid)) continue;
      DL_ASSIGN_OR_RETURN(const DocumentFacts facts, reader->Facts(docid));
      if (!alive.insert(facts.key).second) {
        problems.push_back(
            absl::StrCat(directory, "/", shard.name, ": document ", docid, " lives in another shard too"));
      }
    }
    if (!readers.empty()) {
      DL_ASSIGN_OR_RETURN(const DocumentFacts before, readers.back()->Facts(1));
      DL_ASSIGN_OR_RETURN(const DocumentFacts first, reader->Facts(1));
      if (ComesBefore(first, before)) {
        problems.push_back(absl::StrCat(directory, "/", shard.name, ": is newer than the shard before it"));
      }
    }
    readers.push_back(std::move(reader));
  }
  index::Manifest summed = manifest;
  DL_RETURN_IF_ERROR(SumUp(readers, summed));
  const auto compare = [&](absl::string_view what, bool same) {
    if (!same) problems.push_back(absl::StrCat(directory, "/MANIFEST: ", what, " is not that of the shards"));
  };
  compare("documents", summed.documents == manifest.documents);
  compare("total_length", summed.total_length == manifest.total_length);
  compare("undated", summed.undated == manifest.undated);
  compare("languages", summed.languages == manifest.languages);
  compare("oldest", summed.oldest == manifest.oldest);
  compare("newest", summed.newest == manifest.newest);
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string> DeepCheckShard(const std::string& generation_directory, const ManifestShard& shard,
                                        float average_length) {
  return ShardCheck(generation_directory, shard, average_length).Run();
}

std::vector<std::string> DeepCheckTogether(const std::string& generation_directory, const index::Manifest& manifest) {
  std::vector<std::string> problems;
  const absl::Status status = CheckTogether(generation_directory, manifest, problems);
  if (!status.ok()) problems.emplace_back(status.message());
  return problems;
}

}  // namespace dateline::lifecycle
