#include "indexer/build/glass/merge.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/coding.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "indexer/build/glass/codec.h"
#include "indexer/build/glass/posting_list.h"
#include "indexer/build/glass/run_merger.h"
#include "indexer/build/glass/run_reader.h"
#include "indexer/build/glass/version_file.h"
#include "indexer/build/mapped_reader.h"
#include "indexer/build/workers.h"

namespace dateline::build::glass {
namespace {

constexpr const char* kFileNames[kTables] = {"postlist.glass", "docdata.glass",  "termlist.glass",
                                             "position.glass", "spelling.glass", "synonym.glass"};
constexpr absl::string_view kVersionName = "iamglass";
// The library begins a new chunk of values at about as much.
constexpr size_t kValueChunkBytes = 1900;

absl::Status Damaged() { return absl::DataLossError("a run cannot be read back"); }

// What the table of positions says of one term in one document.
class PositionTag {
 public:
  // False when the deltas are damaged.
  bool Make(absl::string_view deltas) {
    if (!ReadDeltas(deltas, positions_)) return false;
    bytes_.clear();
    coder_.Append(positions_, bytes_);
    return true;
  }
  absl::string_view view() const { return bytes_.view(); }

 private:
  std::vector<uint32_t> positions_;
  PositionCoder coder_;
  ByteBuffer bytes_;
};

class Merge {
 public:
  Merge(std::vector<std::unique_ptr<Run>> runs, std::string directory, const MergeOptions& options)
      : runs_(std::move(runs)), directory_(std::move(directory)), options_(options) {}

  absl::StatusOr<WrittenFiles> Write() {
    uint64_t documents = 0;
    for (const std::unique_ptr<Run>& run : runs_) {
      bases_.push_back(static_cast<uint32_t>(documents));
      documents += run->documents();
    }
    if (documents > std::numeric_limits<uint32_t>::max()) {
      return absl::ResourceExhaustedError(absl::StrCat("a database of ", documents, " documents"));
    }
    statistics_.documents = statistics_.last_docid = static_cast<uint32_t>(documents);
    // The longest first.
    const std::pair<Stage, std::function<absl::Status()>> tables[] = {
        {Stage::kPositions, [this] { return WritePositions(); }},
        {Stage::kPostings, [this] { return WritePostings(); }},
        {Stage::kTermlists, [this] { return WriteTermlists(); }},
        {Stage::kDocdata, [this] { return WriteDocdata(); }}};
    DL_RETURN_IF_ERROR(InParallel(std::size(tables), options_.threads, [&](size_t i) {
      StageClock clock(options_.times);
      clock.Enter(tables[i].first);
      return tables[i].second();
    }));
    return Files();
  }

 private:
  absl::StatusOr<std::unique_ptr<TableWriter>> NewTable(Table table, bool fill_blocks) const {
    TableOptions options;
    options.fill_blocks = fill_blocks;
    options.sync = options_.sync;
    return TableWriter::Create(base::JoinPath(directory_, kFileNames[table]), options);
  }

  absl::Status WritePostings() {
    DL_ASSIGN_OR_RETURN(const std::unique_ptr<TableWriter> table, NewTable(kPostlist, /*fill_blocks=*/false));
    DL_RETURN_IF_ERROR(WriteValues(*table));
    PostingListWriter list(*table);
    DL_RETURN_IF_ERROR(WriteLengths(list));
    RunMerger<RunPostings> merger(runs_, kPostingSection);
    std::vector<RunMerger<RunPostings>::Part> parts;
    std::string first_key;
    std::string later_key;
    while (merger.Next(parts)) {
      first_key.clear();
      later_key.clear();
      AppendLastTerm(first_key, parts.front().entry.term);
      AppendSortableTerm(later_key, parts.front().entry.term);
      uint64_t documents = 0;
      uint64_t frequency = 0;
      for (const auto& part : parts) {
        documents += part.entry.count;
        frequency += part.entry.frequency;
      }
      if (frequency > std::numeric_limits<uint32_t>::max()) {
        return absl::ResourceExhaustedError(
            absl::StrCat("the term '", parts.front().entry.term, "' stands ", frequency, " times in one shard"));
      }
      list.Begin(first_key, later_key, documents, frequency);
      for (const auto& part : parts) DL_RETURN_IF_ERROR(AddPart(part.entry, bases_[part.run], list));
      DL_RETURN_IF_ERROR(list.End());
    }
    if (!merger.ok()) return Damaged();
    DL_ASSIGN_OR_RETURN(roots_[kPostlist], table->Finish());
    return absl::OkStatus();
  }

  absl::Status AddPart(const RunPostings& part, uint32_t base, PostingListWriter& list) {
    uint32_t docid = base + part.first_docid;
    statistics_.greatest_wdf = std::max(statistics_.greatest_wdf, part.first_wdf);
    DL_RETURN_IF_ERROR(list.Add(docid, part.first_wdf));
    base::Decoder rest(part.rest);
    while (!rest.empty()) {
      docid += static_cast<uint32_t>(rest.Varint()) + 1;
      const auto wdf = static_cast<uint32_t>(rest.Varint());
      statistics_.greatest_wdf = std::max(statistics_.greatest_wdf, wdf);
      DL_RETURN_IF_ERROR(list.Add(docid, wdf));
    }
    return rest.ok() ? absl::OkStatus() : Damaged();
  }

  // A posting list of every document, with lengths in place of frequencies.
  absl::Status WriteLengths(PostingListWriter& list) {
    list.Begin(kLengthsKey, kLengthsKey, 0, 0);
    uint32_t docid = 0;
    for (const std::unique_ptr<Run>& run : runs_) {
      base::Decoder lengths(run->section(kLengthSection));
      while (!lengths.empty()) {
        const uint32_t length = lengths.Fixed32();
        if (length > 0 && (statistics_.shortest == 0 || length < statistics_.shortest)) statistics_.shortest = length;
        statistics_.longest = std::max(statistics_.longest, length);
        statistics_.total_length += length;
        DL_RETURN_IF_ERROR(list.Add(++docid, length));
      }
    }
    return docid == 0 ? absl::OkStatus() : list.End();
  }

  // One slot of one run.
  struct SlotPart {
    uint32_t base = 0;
    uint64_t count = 0;
    absl::string_view least;
    absl::string_view greatest;
    absl::string_view entries;
  };

  absl::StatusOr<std::map<uint32_t, std::vector<SlotPart>>> ReadSlots() const {
    std::map<uint32_t, std::vector<SlotPart>> slots;
    for (size_t run = 0; run < runs_.size(); ++run) {
      base::Decoder from(runs_[run]->section(kValueSection));
      for (uint64_t left = from.Varint(); left > 0 && from.ok(); --left) {
        const auto number = static_cast<uint32_t>(from.Varint());
        SlotPart& part = slots[number].emplace_back();
        part.base = bases_[run];
        part.count = from.Varint();
        part.least = from.String();
        part.greatest = from.String();
        part.entries = from.String();
      }
      if (!from.ok()) return Damaged();
    }
    return slots;
  }

  absl::Status WriteValues(TableWriter& table) const {
    DL_ASSIGN_OR_RETURN(const auto slots, ReadSlots());
    for (const auto& [number, parts] : slots) {
      uint64_t count = 0;
      absl::string_view least = parts.front().least;
      absl::string_view greatest = parts.front().greatest;
      for (const SlotPart& part : parts) {
        count += part.count;
        least = std::min(least, part.least);
        greatest = std::max(greatest, part.greatest);
      }
      std::string key(kValueStatisticsKey);
      if (number > 0) key.push_back(static_cast<char>(number));
      std::string tag;
      base::AppendVarint(tag, count);
      base::AppendString(tag, least);
      if (greatest != least) absl::StrAppend(&tag, greatest);
      DL_RETURN_IF_ERROR(table.Add(key, tag));
    }
    for (const auto& [number, parts] : slots) DL_RETURN_IF_ERROR(WriteValueChunks(number, parts, table));
    return absl::OkStatus();
  }

  static absl::Status WriteValueChunks(uint32_t number, const std::vector<SlotPart>& parts, TableWriter& table) {
    std::string key;
    std::string tag;
    uint32_t last = 0;
    for (const SlotPart& part : parts) {
      base::Decoder from(part.entries);
      uint32_t docid = part.base;
      while (!from.empty()) {
        docid += static_cast<uint32_t>(from.Varint());
        const absl::string_view value = from.String();
        if (!from.ok()) return Damaged();
        if (tag.size() >= kValueChunkBytes) {
          DL_RETURN_IF_ERROR(table.Add(key, tag));
          tag.clear();
        }
        if (tag.empty()) {
          key.assign(kValueChunkKey.data(), kValueChunkKey.size());
          base::AppendVarint(key, number);
          AppendSortableDocid(key, docid);
        } else {
          base::AppendVarint(tag, docid - last - 1);
        }
        base::AppendString(tag, value);
        last = docid;
      }
    }
    return tag.empty() ? absl::OkStatus() : table.Add(key, tag);
  }

  absl::Status WritePositions() {
    DL_ASSIGN_OR_RETURN(const std::unique_ptr<TableWriter> table, NewTable(kPosition, /*fill_blocks=*/false));
    RunMerger<RunPositions> merger(runs_, kPositionSection);
    std::vector<RunMerger<RunPositions>::Part> parts;
    PositionTag tag;
    std::string key;
    while (merger.Next(parts)) {
      key.clear();
      AppendSortableTerm(key, parts.front().entry.term);
      const size_t term_bytes = key.size();
      for (const auto& part : parts) {
        base::Decoder from(part.entry.entries);
        uint32_t docid = bases_[part.run];
        while (!from.empty()) {
          docid += static_cast<uint32_t>(from.Varint());
          const absl::string_view deltas = from.String();
          if (!from.ok() || !tag.Make(deltas)) return Damaged();
          key.resize(term_bytes);
          AppendSortableDocid(key, docid);
          DL_RETURN_IF_ERROR(table->Add(key, tag.view()));
        }
      }
    }
    if (!merger.ok()) return Damaged();
    DL_ASSIGN_OR_RETURN(roots_[kPosition], table->Finish());
    return absl::OkStatus();
  }

  absl::Status WriteTermlists() {
    DL_ASSIGN_OR_RETURN(const std::unique_ptr<TableWriter> table, NewTable(kTermlist, /*fill_blocks=*/true));
    std::string key;
    uint32_t docid = 0;
    for (const std::unique_ptr<Run>& run : runs_) {
      MappedReader reader(run->section(kTermlistSection));
      base::Decoder& from = reader.decoder();
      while (!from.empty()) {
        reader.LetGo();
        const uint64_t size = from.Varint();
        const absl::string_view tag = from.Bytes(size >> 1);
        const absl::string_view slots = from.String();
        if (!from.ok()) return Damaged();
        key.clear();
        AppendSortableDocid(key, ++docid);
        DL_RETURN_IF_ERROR(table->Add(key, tag, (size & 1) != 0));
        if (slots.empty()) continue;
        key.push_back('\0');
        DL_RETURN_IF_ERROR(table->Add(key, slots));
      }
    }
    DL_ASSIGN_OR_RETURN(roots_[kTermlist], table->Finish());
    return absl::OkStatus();
  }

  absl::Status WriteDocdata() {
    DL_ASSIGN_OR_RETURN(const std::unique_ptr<TableWriter> table, NewTable(kDocdata, /*fill_blocks=*/true));
    std::string key;
    uint32_t docid = 0;
    for (const std::unique_ptr<Run>& run : runs_) {
      MappedReader reader(run->section(kDocdataSection));
      base::Decoder& from = reader.decoder();
      while (!from.empty()) {
        reader.LetGo();
        const absl::string_view data = from.String();
        if (!from.ok()) return Damaged();
        ++docid;
        if (data.empty()) continue;
        key.clear();
        AppendSortableDocid(key, docid);
        DL_RETURN_IF_ERROR(table->Add(key, data));
      }
    }
    DL_ASSIGN_OR_RETURN(roots_[kDocdata], table->Finish());
    return absl::OkStatus();
  }

  // Without a file for a table that has no entries; then the version file, which makes a database of them.
  absl::StatusOr<WrittenFiles> Files() {
    WrittenFiles files;
    for (size_t table = 0; table < kTables; ++table) {
      TableRoot& root = roots_[table];
      if (root.blocks > 0) {
        files.emplace_back(kFileNames[table], root.checksum);
      } else if (const std::string path = base::JoinPath(directory_, kFileNames[table]); base::Exists(path)) {
        DL_RETURN_IF_ERROR(base::RemoveFile(path));
      }
    }
    const std::string version = VersionFile(base::DocKey{0, 0}, roots_, statistics_);
    DL_ASSIGN_OR_RETURN(base::FileWriter file, base::FileWriter::Create(base::JoinPath(directory_, kVersionName)));
    DL_RETURN_IF_ERROR(file.Append(version));
    DL_RETURN_IF_ERROR(file.Close(options_.sync));
    base::FileChecksummer checksummer;
    checksummer.Append(version);
    files.emplace_back(kVersionName, checksummer.Finish());
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    return files;
  }

  const std::vector<std::unique_ptr<Run>> runs_;
  const std::string directory_;
  const MergeOptions options_;
  std::vector<uint32_t> bases_;  // by run: the docid before its first
  std::array<TableRoot, kTables> roots_;
  DatabaseStatistics statistics_;  // of lengths and frequencies by WritePostings
};

}  // namespace

absl::StatusOr<WrittenFiles> MergeRuns(absl::Span<const std::string> runs, const std::string& directory,
                                       const MergeOptions& options) {
  std::vector<std::unique_ptr<Run>> opened;
  for (const std::string& path : runs) {
    DL_ASSIGN_OR_RETURN(std::unique_ptr<Run> run, Run::Open(path));
    opened.push_back(std::move(run));
  }
  return Merge(std::move(opened), directory, options).Write();
}

}  // namespace dateline::build::glass
