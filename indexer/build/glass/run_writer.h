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
#include "indexer/build/glass/byte_buffer.h"
#include "indexer/build/glass/codec.h"
#include "indexer/build/glass/run_terms.h"
#include "indexer/build/indexed_doc.h"

namespace dateline::build::glass {

// Of what stands in a run, each at a place of its own, which the end of the file tells.
enum RunSection : size_t {
  kTermlistSection,
  kDocdataSection,
  kStartsSection,
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
  // All that is told of a posting, so that what is written next is read in a row.
  struct Place {
    uint32_t docid;
    uint32_t wdf;
    uint32_t positions_begin;
    uint32_t positions_end;
  };
  struct Inversion {
    RunTerms terms;
    std::vector<Place> places;   // by rank, then docid
    std::vector<uint32_t> ends;  // by rank: of its places
  };
  // The two sections that go by term, and of the term at hand what they are made of.
  struct Postings {
    ByteBuffer postings;
    ByteBuffer positions;
    ByteBuffer rest;
    ByteBuffer entries;
  };
  // What a term list is made of.
  struct ListedTerm {
    uint32_t rank;
    uint32_t wdf;
  };

  absl::Status AddValues(const InternedDoc& doc);
  std::string ValueSection() const;
  static absl::Status CheckTerm(absl::string_view term, uint32_t docid);
  Inversion Invert() const;
  absl::Status WritePostings(const Inversion& inversion, Postings& out, std::vector<ListedTerm>& listed) const;
  absl::Status WriteTerm(absl::string_view term, absl::Span<const Place> places, Postings& out) const;
  ByteBuffer TermlistSection(const RunTerms& terms, const std::vector<ListedTerm>& listed);
  void AppendTermlist(const RunTerms& terms, absl::Span<const ListedTerm> listed, uint32_t length, ByteBuffer& out);

  const std::string path_;
  const TermDictionary& dictionary_;
  std::vector<Posting> postings_;
  std::vector<uint32_t> postings_end_;  // by document
  std::vector<uint32_t> lengths_;       // by document
  ByteBuffer positions_;                // of all postings, as ReadDeltas reads them
  std::string docdata_;
  ByteBuffer starts_;       // of each document its paragraphs, then its sentences: a number and differences
  std::string used_slots_;  // a string for each document
  std::map<uint32_t, Slot> slots_;
  std::string tag_;
  ByteBuffer termlist_;
  std::string compressed_;
  libdeflate_compressor* const deflate_;
};

}  // namespace dateline::build::glass

#endif  // DATELINE_INDEXER_BUILD_GLASS_RUN_WRITER_H_
