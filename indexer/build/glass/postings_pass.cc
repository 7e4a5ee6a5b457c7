#include "indexer/build/glass/postings_pass.h"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/coding.h"
#include "core/base/status_macros.h"
#include "indexer/build/glass/run_merger.h"
#include "indexer/build/glass/run_reader.h"
#include "indexer/build/mapped_reader.h"
#include "indexer/build/workers.h"

namespace dateline::build::glass {
namespace {

absl::Status Damaged() { return absl::DataLossError("a run cannot be read back"); }

// The positions of one term in one run, document by document; documents without any are passed over.
class PositionCursor {
 public:
  explicit PositionCursor(absl::string_view entries) : from_(entries) { Advance(); }

  bool ok() const { return from_.ok(); }
  // Of `docid`, as the run has them; docids ascend from call to call.
  absl::string_view DeltasOf(uint32_t docid) {
    if (docid != docid_) return {};
    const absl::string_view deltas = deltas_;
    Advance();
    return deltas;
  }

 private:
  void Advance() {
    docid_ = from_.empty() ? 0 : docid_ + static_cast<uint32_t>(from_.Varint());
    if (docid_ > 0) deltas_ = from_.String();
  }

  base::Decoder from_;
  uint32_t docid_ = 0;  // whose deltas are at hand; 0: no more
  absl::string_view deltas_;
};

class PostingsPass {
 public:
  PostingsPass(const std::vector<std::unique_ptr<Run>>& runs, index::PostingsBuilder& builder)
      : builder_(builder), postings_(runs, kPostingSection), places_(runs, kPositionSection) {
    uint32_t documents = 0;
    for (const std::unique_ptr<Run>& run : runs) {
      bases_.push_back(documents);
      documents += run->documents();
    }
  }

  absl::Status Write() {
    std::vector<RunMerger<RunPostings>::Part> parts;
    std::vector<RunMerger<RunPositions>::Part> places;
    bool more_places = places_.Next(places);
    while (postings_.Next(parts)) {
      const absl::string_view term = parts.front().entry.term;
      const bool placed = more_places && places.front().entry.term == term;
      builder_.Begin(term);
      size_t next_place = 0;
      for (const auto& part : parts) {
        absl::string_view entries;
        if (placed && next_place < places.size() && places[next_place].run == part.run) {
          entries = places[next_place++].entry.entries;
        }
        DL_RETURN_IF_ERROR(AddPart(part.entry, entries, bases_[part.run]));
      }
      DL_RETURN_IF_ERROR(builder_.End());
      if (placed) more_places = places_.Next(places);
    }
    // Places of a term without postings would be left over.
    return postings_.ok() && places_.ok() && !more_places ? absl::OkStatus() : Damaged();
  }

 private:
  absl::Status AddPart(const RunPostings& part, absl::string_view entries, uint32_t base) {
    PositionCursor positions(entries);
    uint32_t docid = part.first_docid;
    uint32_t wdf = part.first_wdf;
    base::Decoder rest(part.rest);
    while (true) {
      builder_.AddDeltas(base + docid - 1, wdf, positions.DeltasOf(docid));
      if (rest.empty()) break;
      docid += static_cast<uint32_t>(rest.Varint()) + 1;
      wdf = static_cast<uint32_t>(rest.Varint());
    }
    return rest.ok() && positions.ok() ? absl::OkStatus() : Damaged();
  }

  index::PostingsBuilder& builder_;
  RunMerger<RunPostings> postings_;
  RunMerger<RunPositions> places_;
  std::vector<uint32_t> bases_;  // by run: the rows before its first
};

class RunSource final : public PostingsSource {
 public:
  explicit RunSource(std::vector<std::unique_ptr<Run>> runs) : runs_(std::move(runs)) {}

  absl::Status VisitFrequencies(FrequencyVisitor visitor) override {
    RunMerger<RunPostings> merger(runs_, kPostingSection);
    std::vector<RunMerger<RunPostings>::Part> parts;
    while (merger.Next(parts)) {
      uint64_t documents = 0;
      for (const auto& part : parts) documents += part.entry.count;
      visitor(parts.front().entry.term, documents);
    }
    return merger.ok() ? absl::OkStatus() : Damaged();
  }

  absl::StatusOr<std::vector<PairSpill>> SpillPairs(const FrequentWords& words, const std::string& path,
                                                    uint64_t threads, StageTimes* times) override {
    std::vector<PairSpill> spills;
    uint32_t first_row = 0;
    for (const std::unique_ptr<Run>& run : runs_) {
      spills.emplace_back(absl::StrCat(path, spills.size()), first_row);
      first_row += run->documents();
    }
    DL_RETURN_IF_ERROR(InParallel(spills.size(), threads, [&](size_t i) {
      StageClock clock(times);
      clock.Enter(Stage::kAccelerator);
      return SpillPairsOf(*runs_[i], words, spills[i].first);
    }));
    return spills;
  }

  absl::Status VisitStarts(StartsVisitor visitor) override {
    index::TextStarts starts;
    for (const std::unique_ptr<Run>& run : runs_) {
      MappedReader reader(run->section(kStartsSection));
      while (!reader.decoder().empty()) {
        for (std::vector<uint32_t>* positions : {&starts.paragraphs, &starts.sentences}) {
          positions->resize(reader.decoder().Count());
          uint32_t position = 0;
          for (uint32_t& start : *positions) start = position += static_cast<uint32_t>(reader.decoder().Varint());
        }
        if (!reader.decoder().ok()) return Damaged();
        visitor(starts);
        reader.LetGo();
      }
    }
    return absl::OkStatus();
  }

  absl::Status WriteTerms(index::PostingsBuilder& builder) override { return PostingsPass(runs_, builder).Write(); }

 private:
  static absl::Status SpillPairsOf(const Run& run, const FrequentWords& words, const std::string& path) {
    PairCollector collector(words, run.documents());
    DL_RETURN_IF_ERROR(PlaceWords(run, words, collector));
    return collector.Spill(path);
  }

  static absl::Status PlaceWords(const Run& run, const FrequentWords& words, PairCollector& collector) {
    MappedReader reader(run.section(kPositionSection));
    RunPositions entry;
    std::vector<uint32_t> positions;
    while (entry.Read(reader.decoder())) {
      reader.LetGo();
      const absl::optional<uint16_t> word = words.NumberOf(entry.term);
      if (!word) continue;
      base::Decoder from(entry.entries);
      uint32_t docid = 0;
      while (!from.empty()) {
        docid += static_cast<uint32_t>(from.Varint());
        if (!ReadDeltas(from.String(), positions) || docid == 0 || docid > run.documents()) return Damaged();
        collector.Place(docid - 1, *word, positions);
      }
    }
    return reader.decoder().ok() ? absl::OkStatus() : Damaged();
  }

  const std::vector<std::unique_ptr<Run>> runs_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<PostingsSource>> OpenRuns(absl::Span<const std::string> runs) {
  std::vector<std::unique_ptr<Run>> opened;
  for (const std::string& path : runs) {
    DL_ASSIGN_OR_RETURN(std::unique_ptr<Run> run, Run::Open(path));
    opened.push_back(std::move(run));
  }
  return std::unique_ptr<PostingsSource>(new RunSource(std::move(opened)));
}

}  // namespace dateline::build::glass
