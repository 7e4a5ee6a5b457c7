#include "indexer/build/postings_writer.h"

#include <xapian.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/coding.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/postings_builder.h"
#include "core/index/stored_article.h"
#include "core/index/text_starts.h"
#include "core/index/xapian_call.h"
#include "indexer/build/glass/postings_pass.h"
#include "indexer/build/postings_source.h"
#include "indexer/build/word_pairs.h"

namespace dateline::build {
namespace {

using index::ManifestFile;
using index::PostingsBuilder;

// So many documents are read for their pairs at a time.
constexpr uint32_t kStretchDocuments = 1024;

// A database is read through the library: much slower than runs, and needed when there is nothing else.
class DatabaseSource final : public PostingsSource {
 public:
  explicit DatabaseSource(std::string path) : path_(std::move(path)) {}

  absl::Status VisitFrequencies(FrequencyVisitor visitor) override {
    return index::XapianCall(path_, [&] {
      const Xapian::Database database(path_);
      for (Xapian::TermIterator term = database.allterms_begin(); term != database.allterms_end(); ++term) {
        visitor(*term, term.get_termfreq());
      }
      return absl::OkStatus();
    });
  }

  absl::StatusOr<std::vector<PairSpill>> SpillPairs(const FrequentWords& words, const std::string& path,
                                                    uint64_t /*threads*/, StageTimes* /*times*/) override {
    std::vector<PairSpill> spills;
    const absl::Status read = index::XapianCall(path_, [&] {
      const Xapian::Database database(path_);
      const uint32_t documents = database.get_doccount();
      for (uint32_t first = 0; first < documents; first += kStretchDocuments) {
        const uint32_t stretch = std::min(kStretchDocuments, documents - first);
        PairCollector collector(words, stretch);
        for (uint32_t i = 0; i < stretch; ++i) PlaceWords(database, first + i + 1, words, i, collector);
        spills.emplace_back(absl::StrCat(path, spills.size()), first);
        DL_RETURN_IF_ERROR(collector.Spill(spills.back().first));
      }
      return absl::OkStatus();
    });
    DL_RETURN_IF_ERROR(read);
    return spills;
  }

  absl::Status VisitStarts(StartsVisitor visitor) override {
    return index::XapianCall(path_, [&] {
      const Xapian::Database database(path_);
      for (Xapian::docid docid = 1; docid <= database.get_doccount(); ++docid) {
        DL_ASSIGN_OR_RETURN(const index::StoredArticle stored,
                            index::DecodeStoredArticle(database.get_document(docid).get_data()));
        visitor(index::StartsOf(stored));
      }
      return absl::OkStatus();
    });
  }

  absl::Status WriteTerms(PostingsBuilder& builder) override {
    return index::XapianCall(path_, [&] {
      const Xapian::Database database(path_);
      for (Xapian::TermIterator term = database.allterms_begin(); term != database.allterms_end(); ++term) {
        DL_RETURN_IF_ERROR(WriteTerm(database, *term, builder));
      }
      return absl::OkStatus();
    });
  }

 private:
  static void PlaceWords(const Xapian::Database& database, Xapian::docid docid, const FrequentWords& words,
                         uint32_t document, PairCollector& collector) {
    std::vector<uint32_t> positions;
    const Xapian::TermIterator end = database.termlist_end(docid);
    for (Xapian::TermIterator term = database.termlist_begin(docid); term != end; ++term) {
      const absl::optional<uint16_t> word = words.NumberOf(*term);
      if (!word) continue;
      positions.assign(term.positionlist_begin(), term.positionlist_end());
      collector.Place(document, *word, positions);
    }
  }

  static absl::Status WriteTerm(const Xapian::Database& database, const std::string& term, PostingsBuilder& builder) {
    builder.Begin(term);
    std::vector<uint32_t> positions;
    const Xapian::PostingIterator end = database.postlist_end(term);
    for (Xapian::PostingIterator posting = database.postlist_begin(term); posting != end; ++posting) {
      positions.assign(posting.positionlist_begin(), posting.positionlist_end());
      builder.Add(*posting - 1, posting.get_wdf(), positions);
    }
    return builder.End();
  }

  const std::string path_;
};

absl::StatusOr<std::unique_ptr<PostingsSource>> OpenSource(const PostingsOptions& options) {
  if (!options.runs.empty()) return glass::OpenRuns(options.runs);
  return std::make_unique<DatabaseSource>(base::JoinPath(options.generation_directory, options.shard_name));
}

// Where sentences and paragraphs begin, as terms.
absl::Status WriteStarts(PostingsSource& source, PostingsBuilder& builder) {
  std::string sentences;  // of all documents, for the second term: a number and as many positions, as varints
  uint32_t row = 0;
  builder.Begin(index::kParagraphStarts);
  DL_RETURN_IF_ERROR(source.VisitStarts([&](const index::TextStarts& starts) {
    if (!starts.paragraphs.empty()) builder.Add(row, 0, starts.paragraphs);
    base::AppendVarint(sentences, starts.sentences.size());
    for (const uint32_t position : starts.sentences) base::AppendVarint(sentences, position);
    ++row;
  }));
  if (builder.postings() > 0) DL_RETURN_IF_ERROR(builder.End());
  builder.Begin(index::kSentenceStarts);
  base::Decoder from(sentences);
  std::vector<uint32_t> positions;
  for (row = 0; !from.empty(); ++row) {
    positions.resize(from.Varint());
    for (uint32_t& position : positions) position = static_cast<uint32_t>(from.Varint());
    if (!positions.empty()) builder.Add(row, 0, positions);
  }
  return builder.postings() > 0 ? builder.End() : absl::OkStatus();
}

// 0: none.
uint32_t PairDocumentsOf(const PostingsOptions& options) {
  return options.pair_share == 0
             ? 0
             : index::PairDocuments(static_cast<uint32_t>(options.lengths.size()), options.pair_share);
}

// None when there are more than can be numbered.
absl::StatusOr<FrequentWords> FindFrequentWords(PostingsSource& source, const PostingsOptions& options) {
  const uint32_t pair_documents = PairDocumentsOf(options);
  const auto documents = static_cast<uint32_t>(options.lengths.size());
  std::vector<FrequentWords::Word> words;
  DL_RETURN_IF_ERROR(source.VisitFrequencies([&](absl::string_view term, uint64_t with) {
    if (pair_documents == 0 || with < pair_documents || !index::IsWrittenWord(term)) return;
    words.push_back({std::string(term), index::IsEverywhere(with, documents)});
  }));
  if (words.size() > FrequentWords::kMost) words.clear();
  return FrequentWords(std::move(words));
}

}  // namespace

absl::Status PostingsWriter::FindPairs() {
  DL_ASSIGN_OR_RETURN(source_, OpenSource(options_));
  DL_ASSIGN_OR_RETURN(words_, FindFrequentWords(*source_, options_));
  const std::string path = base::JoinPath(options_.work_directory, absl::StrCat(options_.shard_name, "-pairs-"));
  DL_ASSIGN_OR_RETURN(spills_, source_->SpillPairs(words_, path, options_.threads, options_.times));
  return absl::OkStatus();
}

absl::Status PostingsWriter::Write() {
  const std::string path = base::JoinPath(options_.generation_directory, index::PostingsPath(options_.shard_name));
  // What lies there may be another generation's file too.
  if (base::Exists(path)) DL_RETURN_IF_ERROR(base::RemoveFile(path));
  PostingsBuilder::Options building;
  building.average_length = options_.average_length;
  building.pair_documents = words_.size() == 0 ? 0 : PairDocumentsOf(options_);
  building.lengths = options_.lengths;
  DL_ASSIGN_OR_RETURN(PostingsBuilder builder, PostingsBuilder::Create(path, building));
  builder_.emplace(std::move(builder));
  DL_RETURN_IF_ERROR(MergePairs(words_, spills_, *builder_));  // these terms come before all others
  for (const PairSpill& written : spills_) DL_RETURN_IF_ERROR(base::RemoveFile(written.first));
  DL_RETURN_IF_ERROR(WriteStarts(*source_, *builder_));
  DL_RETURN_IF_ERROR(source_->WriteTerms(*builder_));
  source_ = nullptr;  // runs that are removed take room until nobody has them open
  return absl::OkStatus();
}

absl::Status PostingsWriter::Finish(index::ManifestShard& shard) {
  ManifestFile file;
  file.path = index::PostingsPath(options_.shard_name);
  DL_ASSIGN_OR_RETURN(file.checksum, builder_->Finish(shard.content_hash, /*sync=*/true));
  std::vector<ManifestFile>& sidecars = shard.sidecars;
  const auto old = std::find_if(sidecars.begin(), sidecars.end(),
                                [&](const ManifestFile& sidecar) { return sidecar.path == file.path; });
  if (old != sidecars.end()) sidecars.erase(old);
  sidecars.push_back(std::move(file));
  return absl::OkStatus();
}

}  // namespace dateline::build
