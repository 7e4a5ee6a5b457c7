#include "bench/peer/documents.h"

#include <xapian.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/index/generation.h"
#include "core/index/schema.h"
#include "core/index/stored_article.h"
#include "core/index/xapian_call.h"
#include "core/text/analyzer.h"
#include "searcher/match/snapshot.h"

namespace dateline::bench {
namespace {

constexpr char kBetweenNames = '\x1f';
constexpr char kGap = '\x02';

class DocumentsWriter {
 public:
  DocumentsWriter(const match::Snapshot& snapshot, base::FileWriter& out) : snapshot_(snapshot), out_(out) {}

  // Exceptions of Xapian pass through.
  absl::Status WriteShard(size_t number) {
    const index::ManifestShard& shard = snapshot_.manifest().shards[number];
    if (snapshot_.tombstones(number) != nullptr) {
      return absl::FailedPreconditionError(absl::StrCat(shard.name, ": articles are deleted; merge the index first"));
    }
    const index::Columns* columns = snapshot_.columns(number);
    if (columns == nullptr) return absl::FailedPreconditionError(absl::StrCat(shard.name, ": has no columns"));
    const Xapian::Database database(snapshot_.generation().Path(shard.name));
    for (uint32_t row = 0; row < columns->documents(); ++row) {
      DL_RETURN_IF_ERROR(AppendDocument(database, *columns, row));
      DL_RETURN_IF_ERROR(out_.Append(line_));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status AppendDocument(const Xapian::Database& database, const index::Columns& columns, uint32_t row) {
    line_.clear();
    const int64_t instant = columns.instants()[row];
    absl::StrAppend(&line_, base::ToHex(columns.key(row)), "\t");
    if (instant != article::kUndated) absl::StrAppend(&line_, instant);
    for (index::NameField field :
         {index::NameField::kOutlet, index::NameField::kByline, index::NameField::kSection}) {
      line_ += '\t';
      AppendNames(columns.names(field), row);
    }
    line_ += '\t';
    const uint32_t length = AppendStems(database, row + 1);
    if (length != columns.lengths()[row]) {
      return absl::DataLossError(
          absl::StrCat("document ", row + 1, ": ", length, " stems, and a length of ", columns.lengths()[row]));
    }
    line_ += '\t';
    DL_ASSIGN_OR_RETURN(const index::StoredArticle stored,
                        index::DecodeStoredArticle(database.get_document(row + 1).get_data()));
    AppendWords(stored);
    line_ += '\n';
    analyzer_.TrimCache();
    return absl::OkStatus();
  }

  void AppendNames(const index::NameColumn& column, uint32_t row) {
    bool first = true;
    for (uint32_t ordinal : column.at(row)) {
      if (!first) line_ += kBetweenNames;
      first = false;
      for (char c : column.name(ordinal).folded) line_ += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
  }

  // Returns how many it were, repeats counted.
  uint32_t AppendStems(const Xapian::Database& database, Xapian::docid docid) {
    uint32_t length = 0;
    const std::string prefix(index::kStem);
    auto term = database.termlist_begin(docid);
    for (term.skip_to(prefix); term != database.termlist_end(docid); ++term) {
      const std::string text = *term;
      absl::string_view stem = text;
      if (!absl::ConsumePrefix(&stem, prefix)) break;
      // Stems of single fields carry no weight.
      for (uint32_t i = 0; i < term.get_wdf(); ++i) absl::StrAppend(&line_, length++ > 0 ? " " : "", stem);
    }
    return length;
  }

  void AppendWords(const index::StoredArticle& stored) {
    const article::Article& article = stored.article;
    const std::pair<const index::TokenMap*, absl::string_view> fields[] = {
        {&stored.headline, article.headline},
        {&stored.deck, article.deck},
        {&stored.body, article.body},
        {&stored.caption, article.caption},
    };
    uint32_t next = index::kFirstPosition;
    bool first = true;
    for (const auto& [map, text] : fields) {
      if (map->tokens.empty()) continue;
      if (map->first_position > next) {
        absl::StrAppend(&line_, first ? "" : " ", std::string(1, kGap), map->first_position - next);
        first = false;
      }
      for (const index::TokenSpan& span : map->tokens) {
        const text::Word& word = analyzer_.Look(text.substr(span.begin, span.end - span.begin), article.lang);
        absl::StrAppend(&line_, first ? "" : " ", word.exact);
        first = false;
      }
      next = map->first_position + static_cast<uint32_t>(map->tokens.size());
    }
  }

  const match::Snapshot& snapshot_;
  base::FileWriter& out_;
  text::Analyzer analyzer_;
  std::string line_;
};

}  // namespace

absl::StatusOr<uint64_t> WriteDocuments(const std::string& index_directory, const std::string& output) {
  DL_ASSIGN_OR_RETURN(const std::string name, index::ReadCurrent(index_directory));
  DL_ASSIGN_OR_RETURN(const std::shared_ptr<const match::Snapshot> snapshot,
                      match::Snapshot::Open(index_directory, name, {}));
  DL_ASSIGN_OR_RETURN(base::FileWriter out, base::FileWriter::Create(output));
  DocumentsWriter writer(*snapshot, out);
  for (size_t shard = 0; shard < snapshot->manifest().shards.size(); ++shard) {
    DL_RETURN_IF_ERROR(index::XapianCall(name, [&] { return writer.WriteShard(shard); }));
  }
  DL_RETURN_IF_ERROR(out.Close(/*sync=*/false));
  return snapshot->manifest().documents;
}

}  // namespace dateline::bench
