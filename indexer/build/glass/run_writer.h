// Documents to a run: a temporary file with everything that the tables of a database say of these documents, in the
// order of the tables' keys, so that runs merge by reading each once. Nothing outside this room reads one.
//
// A run is inverted in memory: it takes about 36 bytes for each posting, and the bytes of positions and stored
// articles.
//
// Thread-safety: belongs to one thread. Ownership: the dictionary must outlive the writer, and keep its terms until
// Finish. Errors: those of the file; InvalidArgument, with the document, for what no glass table can hold.
#ifndef DATELINE_INDEXER_BUILD_GLASS_RUN_WRITER_H_
#define DATELINE_INDEXER_BUILD_GLASS_RUN_WRITER_H_

#include <libdeflate.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
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
  RunWriter(std::string path, const TermDictionary& dictionary);
  ~RunWriter();

  // The document gets the next docid, from 1 on. Its terms are of the dictionary.
  absl::Status Add(const InternedDoc& doc);

  // Writes the file; it is temporary and not synced.
  absl::Status Finish();

 private:
  struct Posting {
    uint32_t term;
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
  // What a term list is made of.
  struct ListedTerm {
    uint32_t term;
    uint32_t wdf;
  };

  absl::Status AddValues(const InternedDoc& doc);
  absl::Status CheckTerm(uint32_t term, uint32_t docid) const;
  std::string ValueSection() const;
  absl::Status InvertInto(std::string& postings, std::string& positions, std::vector<ListedTerm>& listed) const;
  std::string TermlistSection(const std::vector<ListedTerm>& listed);
  void AppendTermlist(absl::Span<const ListedTerm> terms, uint32_t length, std::string& out);

  const std::string path_;
  const TermDictionary& dictionary_;
  std::vector<Posting> postings_;
  std::vector<uint32_t> postings_end_;  // by document
  std::vector<uint32_t> lengths_;       // by document
  std::string positions_;
  PositionCoder position_coder_;
  std::string docdata_;
  std::string used_slots_;  // a string for each document
  std::map<uint32_t, Slot> slots_;
  std::string tag_;
  std::string compressed_;
  libdeflate_compressor* const deflate_;
};

}  // namespace dateline::build::glass

#endif  // DATELINE_INDEXER_BUILD_GLASS_RUN_WRITER_H_
