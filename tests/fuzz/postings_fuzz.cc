// Any bytes as a file of postings: refused, or read to the last position without a look beyond it.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/index/postings.h"

namespace {

using dateline::index::PostingList;
using dateline::index::Postings;

// Enough for two chunks, and few enough to be quick.
constexpr uint64_t kMostDocuments = 70'000;

void Expect(bool condition) {
  if (!condition) std::abort();
}

// The owner that the file itself names: a reader with another one gets no further than that.
Postings::Owner OwnerOf(const uint8_t* data, size_t size, std::vector<uint32_t>& lengths) {
  Postings::Owner owner;
  dateline::index::PostingsTrailer trailer = {};
  if (size >= sizeof(trailer)) std::memcpy(&trailer, data + size - sizeof(trailer), sizeof(trailer));
  owner.shard_hash = trailer.shard_hash;
  owner.average_length = trailer.average_length > 0 && trailer.average_length < 1e9F ? trailer.average_length : 100;
  if (trailer.documents <= kMostDocuments) lengths.resize(trailer.documents);
  for (size_t row = 0; row < lengths.size(); ++row) lengths[row] = static_cast<uint32_t>(row * 37 % 1000);
  owner.lengths = lengths;
  return owner;
}

void ReadList(const PostingList& list, uint32_t documents) {
  std::vector<uint32_t> positions;
  for (uint32_t posting = 0; posting < list.size(); ++posting) {
    const uint32_t row = list.RowOf(posting);
    Expect(row < documents);
    Expect(list.PostingOf(row) == posting);
    if (list.scored()) {
      (void)list.wdf(posting);
      Expect(list.impacts()[posting] > 0);
    }
    if (!list.has_positions()) continue;
    positions.clear();
    list.AppendPositions(posting, positions);
    for (size_t i = 1; i < positions.size(); ++i) Expect(positions[i] > positions[i - 1]);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const int file = memfd_create("postings", 0);
  if (file < 0 || write(file, data, size) != static_cast<ssize_t>(size)) std::abort();
  std::vector<uint32_t> lengths;
  const auto postings = Postings::Open(absl::StrCat("/proc/self/fd/", file), OwnerOf(data, size, lengths));
  close(file);
  if (!postings.ok()) return 0;
  // The dictionary is safe to search even unchecked.
  (void)(*postings)->Find("news");
  (*postings)->Visit("n", [](absl::string_view, const Postings::Term&) { return true; });
  if (!(*postings)->Check().ok()) return 0;
  (*postings)->Visit("", [&](absl::string_view term, const Postings::Term& where) {
    const auto found = (*postings)->Find(term);
    Expect(found && found->offset == where.offset && found->documents == where.documents);
    ReadList((*postings)->List(where), (*postings)->documents());
    return true;
  });
  return 0;
}
