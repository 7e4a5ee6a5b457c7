// Documents to a run: a temporary file with everything that the tables of a database say of these documents, in the
// order of the tables' keys, so that runs merge by reading each once. Nothing outside this room reads one.
//
// A run is inverted in memory: it takes about 12 bytes for each posting, and the bytes of positions, term lists and
// stored articles.
//
// Thread-safety: belongs to one thread. Errors: those of the file; InvalidArgument, with the document, for what no
// glass table can hold.
#ifndef DATELINE_INDEXER_BUILD_GLASS_RUN_WRITER_H_
#define DATELINE_INDEXER_BUILD_GLASS_RUN_WRITER_H_

#include <libdeflate.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "indexer/build/glass/codec.h"
#include "indexer/build/indexed_doc.h"

namespace dateline::build::glass {

// Of what stands in a run, each at a place of its own, which the end of the file tells.
enum RunSection : size_t {
  kTermlistSection,
  kDocdataSection,
  kLengthSection,
  kValueSection,
  kPostingSection,
  kPositionSection,
  kRunSections
};

// Value slots above have keys that we do not write.
inline constexpr uint32_t kMaxSlot = 127;

class RunWriter {
 public:
  explicit RunWriter(std::string path);
  ~RunWriter();

  // The document gets the next docid, from 1 on.
  absl::Status Add(const IndexedDoc& doc);

  // Writes the file; it is temporary and not synced.
  absl::Status Finish();

 private:
  struct Posting {
    uint32_t term;  // a number of terms_
    uint32_t wdf;
    uint32_t positions_end;  // of positions_; they begin where those of the posting before end
  };
  struct Slot {
    uint32_t count = 0;
    uint32_t last_docid = 0;
    std::string least;
    std::string greatest;
    std::string entries;
  };

  absl::Status CheckTerms(const IndexedDoc& doc) const;
  uint32_t NumberOf(absl::string_view term);
  absl::string_view Keep(absl::string_view term);
  void AddPostings(const IndexedDoc& doc);
  void AddTermlist(const IndexedDoc& doc);
  absl::Status AddValues(const IndexedDoc& doc);
  std::string ValueSection() const;
  void InvertInto(std::string& postings, std::string& positions) const;

  const std::string path_;
  uint32_t documents_ = 0;

  absl::flat_hash_map<absl::string_view, uint32_t> numbers_;
  std::vector<absl::string_view> terms_;         // into blocks_
  std::vector<std::unique_ptr<char[]>> blocks_;  // of the bytes of terms
  size_t block_left_ = 0;
  std::vector<Posting> postings_;
  std::vector<uint32_t> postings_end_;  // by document
  std::string positions_;
  PositionCoder position_coder_;

  std::string termlists_;
  std::string docdata_;
  std::string lengths_;
  std::map<uint32_t, Slot> slots_;
  std::string scratch_;
  std::string compressed_;
  libdeflate_compressor* const deflate_;
};

}  // namespace dateline::build::glass

#endif  // DATELINE_INDEXER_BUILD_GLASS_RUN_WRITER_H_
