// Other ways to write a word or a name: colour and color, Kyiv and Kiev, Jong Un and Jongun.
//
// They are for queries only: no index knows them, and editing them never touches one. They come from the tables in
// `core/text/variants`, which are compiled in; a directory of tables of the same form adds to them and takes from
// them. core/text/variants/words.tsv describes the form.
//
// Thread-safety: immutable once made; any number of threads may read. Ownership: references live as long as the
// lexicon; Shipped() lives for ever.
#ifndef DATELINE_CORE_TEXT_VARIANTS_H_
#define DATELINE_CORE_TEXT_VARIANTS_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/text/analyzer.h"

namespace dateline::text {

// The most words that an entry of a table may have, and the most entries of a line.
inline constexpr size_t kMaxVariantWords = 5;
inline constexpr size_t kMaxVariantsOfLine = 16;

class Variants {
 public:
  static const Variants& Shipped();

  // The shipped tables and, over them, those of `directory` (spellings.tsv, words.tsv and names.tsv, of which some
  // may be missing). InvalidArgument names the file and the line that is wrong and says what to write there.
  static absl::StatusOr<std::unique_ptr<const Variants>> WithTables(const std::string& directory);

  // The other ways to write `words`, which are written words of an Analyzer with single spaces between them: as the
  // tables write them, in their order. `typed` is what the user typed for them.
  std::vector<std::string> Of(absl::string_view words, absl::string_view typed) const;

  // Changes whenever the tables do: "1-" and 8 hexadecimal digits.
  const std::string& version() const { return version_; }

 private:
  using Found = absl::flat_hash_map<std::string, std::vector<std::string>>;

  absl::Status AddTable(absl::string_view table, absl::string_view name);
  absl::Status AddLine(absl::string_view line, Analyzer& analyzer);
  void Forget(const std::string& words, Analyzer& analyzer);

  Found by_words_;
  Found by_letters_;  // of entries that count only as typed
  std::string version_;
};

}  // namespace dateline::text

#endif  // DATELINE_CORE_TEXT_VARIANTS_H_
