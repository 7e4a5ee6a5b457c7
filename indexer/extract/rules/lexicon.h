// The words that the rules look for in many languages, and the names of outlets and agencies with their aliases.
//
// They come from the tables in `indexer/extract/tables`, which are compiled in; a directory of tables of the same
// form adds to them (a line there beats a shipped one), so that an archive teaches the program its own outlets
// without a compiler.
//
// Words are matched as FoldLine makes them. Names of outlets and agencies are matched without regard to case, but for
// agency aliases of up to three letters ("AP", "ANI"), which match as they are written.
//
// Thread-safety: immutable once made; any number of threads may read. Ownership: views and pointers live as long as
// the lexicon; Shipped() lives for ever.
#ifndef DATELINE_INDEXER_EXTRACT_RULES_LEXICON_H_
#define DATELINE_INDEXER_EXTRACT_RULES_LEXICON_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace dateline::extract {

enum class WordKind {
  kBy,            // introduces writers: "by", "von"
  kAnd,           // joins names
  kContributor,   // introduces contributors: "with reporting by"
  kReporting,     // introduces writers at the end: "reporting by"
  kEditing,       // introduces names that are no credits here: "editing by"
  kPhoto,         // marks a caption or the credit of a picture
  kPhotographer,  // introduces photographers: "photographs by"
  kDesk,          // tells that a credit is no person: "staff", "redaktion"
  kTitle,         // a job, to be cut from a name: "senior reporter"
  kPublished,     // a label before the date of publication
  kUpdated,       // a label before a later date
  kChrome,        // a line that is exactly this is furniture
  kChromeStart,   // a line that begins so is furniture
  kTail,          // a line that begins so ends the article
  kNote,          // begins an editor's note
  kLeadIn,        // a kicker above a headline: "breaking news"
  kReading,       // "min read"
  kRelative,      // "today", "hours ago": no date can be read from it
  kOclock,        // "uhr"
  kSection,       // the name of a section: "sport", "politik"
  kMasthead,      // a word in the names of newspapers: "gazette"
  kPromotion,     // stands in what an outlet says for itself at the end: "subscribe to our"
  kAm,
  kPm,
  kCount,
};

struct Outlet {
  std::string name;
  bool trusted = true;  // false: the alias is too short to be believed without other evidence
};

// What a folded text begins with, of every kind at once.
struct Openings {
  // The bytes of the longest phrase of each kind that the text begins with, up to a word boundary; 0 if none.
  uint8_t length[static_cast<size_t>(WordKind::kCount)] = {};
  uint32_t whole = 0;  // bit KIND: all of the text is one phrase of the kind

  size_t Length(WordKind kind) const { return length[static_cast<size_t>(kind)]; }
  bool Starts(WordKind kind) const { return Length(kind) > 0; }
  bool Is(WordKind kind) const { return (whole >> static_cast<uint32_t>(kind) & 1) != 0; }
};

class Lexicon {
 public:
  static const Lexicon& Shipped();

  // The shipped tables and, over them, those of `directory` (words.tsv, agencies.tsv, outlets.tsv, each of which may
  // be missing). InvalidArgument names the file and the line that is wrong.
  static absl::StatusOr<std::unique_ptr<const Lexicon>> WithTables(const std::string& directory);

  Openings Look(absl::string_view folded) const;

  // The kinds, bit KIND, that have a phrase anywhere in `folded`, between word boundaries.
  uint32_t LookInside(absl::string_view folded) const;

  // Whether all of `folded` is one phrase of the kind.
  bool Is(WordKind kind, absl::string_view folded) const;
  // The length in bytes of the longest phrase of the kind that `folded` begins with, up to a word boundary; 0 if
  // none.
  size_t StartsWith(WordKind kind, absl::string_view folded) const;
  // Where in `folded` a phrase of the kind stands, between word boundaries; npos if nowhere.
  size_t Find(WordKind kind, absl::string_view folded, size_t* length) const;

  absl::optional<int> Month(absl::string_view folded_word) const;    // 1 to 12
  absl::optional<int> Weekday(absl::string_view folded_word) const;  // 1 Monday to 7
  absl::optional<int> ZoneMinutes(absl::string_view folded_word) const;

  // The canonical name of the agency that goes by `name`, or null. `may_be_outlet`, when given, tells that the name
  // is one of a broadcaster or newspaper: credited it is a source, alone it is an outlet.
  const std::string* Agency(absl::string_view name, bool* may_be_outlet = nullptr) const;
  const Outlet* OutletByName(absl::string_view name) const;
  // By the host of a URL: "www.nytimes.com", also for subdomains of a known host.
  const Outlet* OutletByHost(absl::string_view host) const;

 private:
  struct AgencyName {
    std::string canonical;
    bool may_be_outlet = false;
  };
  // Kinds as a set of bits.
  using Kinds = uint32_t;
  static_assert(static_cast<size_t>(WordKind::kCount) <= 32, "kinds are bits");

  absl::Status AddWords(absl::string_view table, absl::string_view name);
  absl::Status AddAgencies(absl::string_view table, absl::string_view name);
  absl::Status AddOutlets(absl::string_view table, absl::string_view name);

  // Calls visit(bytes, kinds) for every phrase of one of `wanted` that `folded` begins with, the shortest first.
  template <typename Visit>
  void ForEachOpening(absl::string_view folded, Kinds wanted, Visit visit) const;

  // Calls visit(byte) where a word of `folded` begins, or a sign, until it returns false.
  template <typename Visit>
  static void ForEachWordStart(absl::string_view folded, Visit visit);

  absl::flat_hash_map<std::string, Kinds> phrases_;
  absl::flat_hash_map<std::string, Kinds> first_words_;  // of phrases of these kinds
  absl::flat_hash_map<std::string, int> months_;
  absl::flat_hash_map<std::string, int> weekdays_;
  absl::flat_hash_map<std::string, int> zones_;
  absl::flat_hash_map<std::string, AgencyName> agencies_;        // by folded name
  absl::flat_hash_map<std::string, AgencyName> short_agencies_;  // by name as written
  absl::flat_hash_map<std::string, Outlet> outlets_;             // by folded name
  absl::flat_hash_map<std::string, Outlet> hosts_;
};

// Lower case, curly quotes made straight, any white space one blank, none at the ends. For matching, not for showing.
std::string FoldLine(absl::string_view text);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_RULES_LEXICON_H_
