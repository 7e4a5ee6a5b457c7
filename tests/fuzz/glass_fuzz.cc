// Any bytes as documents: what the bulk writer makes of them is what the library makes of them, or both refuse.
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/base/coding.h"
#include "core/base/file.h"
#include "indexer/build/glass/codec.h"
#include "tests/support/glass_compare.h"
#include "tests/support/glass_writing.h"

namespace {

using dateline::base::Decoder;
using dateline::build::DatabaseWriter;
using dateline::build::IndexedDoc;
using dateline::build::IndexedTerm;
using dateline::build::glass::kMaxTermBytes;
using dateline::test::CompareGlass;
using dateline::test::WriteGlass;

constexpr size_t kMaxDocuments = 40;
constexpr uint8_t kMaxSlot = 127;

void Require(const absl::Status& status, const char* what) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s: %s\n", what, status.ToString().c_str());
  std::abort();
}

// `size` bytes, or a few of them over and over: few bytes of input reach every limit.
std::string Bytes(Decoder& in, size_t size) {
  const absl::string_view pattern = in.Bytes(std::min<size_t>({size, in.rest().size(), 12}));
  std::string bytes;
  while (!pattern.empty() && bytes.size() < size)
    bytes.append(pattern.data(), std::min(pattern.size(), size - bytes.size()));
  return bytes;
}

std::vector<uint32_t> Positions(Decoder& in) {
  std::set<uint32_t> positions;
  const uint32_t step = 1U << in.Byte() % 20;
  uint32_t at = in.Byte();
  for (int n = in.Byte() % 32; n > 0; --n) positions.insert(at += 1 + in.Byte() % 4 * step);
  return {positions.begin(), positions.end()};
}

// Zero bytes count twice in a key. While docids are short the library takes some terms that we refuse whatever the
// docid.
bool IsBetweenLimits(const std::string& term) {
  const size_t bytes = term.size() + static_cast<size_t>(std::count(term.begin(), term.end(), '\0'));
  return term.size() <= kMaxTermBytes && bytes > kMaxTermBytes;
}

IndexedDoc Document(Decoder& in) {
  IndexedDoc doc;
  std::map<std::string, IndexedTerm> terms;
  for (int n = in.Byte() % 32; n > 0; --n) {
    const std::string term = Bytes(in, in.Byte());
    const uint32_t wdf = static_cast<uint32_t>(in.Byte()) << in.Byte() % 24;
    std::vector<uint32_t> positions = Positions(in);
    if (!IsBetweenLimits(term)) terms[term] = IndexedTerm{term, wdf, std::move(positions)};
  }
  for (auto& [text, term] : terms) doc.terms.push_back(std::move(term));
  std::set<uint32_t> slots;
  for (int n = in.Byte() % 6; n > 0; --n) slots.insert(in.Byte() % (kMaxSlot + 1));
  for (const uint32_t slot : slots) doc.values.emplace_back(slot, Bytes(in, in.Byte() * size_t{16}));
  doc.data = Bytes(in, in.Byte() * size_t{64});
  return doc;
}

// One for the process, beside which nothing is left behind.
const std::string& Scratch() {
  static const std::string* const path = [] {
    const char* const parent = std::getenv("TMPDIR");
    std::string pattern = dateline::base::JoinPath(parent != nullptr ? parent : "/tmp", "glass_fuzz-XXXXXX");
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    std::atexit([] { dateline::base::RemoveTree(Scratch()).IgnoreError(); });
    return new std::string(pattern);
  }();
  return *path;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Decoder in(absl::string_view(reinterpret_cast<const char*>(data), size));
  const size_t segment = 1 + in.Byte() % kMaxDocuments;
  std::vector<IndexedDoc> documents;
  while (!in.rest().empty() && documents.size() < kMaxDocuments) {
    documents.push_back(Document(in));
    documents.back().row.key = {documents.size(), 0};
  }
  if (documents.empty()) return 0;
  Require(dateline::base::RemoveTree(Scratch()), "scratch");
  Require(dateline::base::MakeDirectory(Scratch()), "scratch");
  const absl::Status bulk = WriteGlass(documents, {DatabaseWriter::kBulk, segment, 2}, Scratch(), "bulk");
  const absl::Status library =
      WriteGlass(documents, {DatabaseWriter::kLibrary, documents.size(), 1}, Scratch(), "library");
  if (bulk.ok() != library.ok()) {
    std::fprintf(stderr, "bulk: %s, library: %s\n", bulk.ToString().c_str(), library.ToString().c_str());
    std::abort();
  }
  if (!bulk.ok()) return 0;
  dateline::test::GlassCompareOptions options;
  options.searches = 20;
  Require(CompareGlass(Scratch() + "/bulk", Scratch() + "/library", options).status(), "comparison");
  return 0;
}
