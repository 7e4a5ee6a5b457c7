// What an article is, whatever it was read from, and when it is valid.
//
// An Article is a plain value. Every fact about it carries where it came from; what cannot be known stays empty. It
// does no I/O and knows no file format. `Finish` is the one gate before indexing: after it all text is valid UTF-8
// without control characters, names are trimmed, and the key is set.
//
// Thread-safety: plain values; free functions are pure.
#ifndef DATELINE_CORE_ARTICLE_ARTICLE_H_
#define DATELINE_CORE_ARTICLE_ARTICLE_H_

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/base/ids.h"

namespace dateline::article {

// Where a fact was read. The numbers are part of the stored format: never reuse one.
enum class Source : uint8_t {
  kNone = 0,         // the fact is absent
  kFeed = 1,         // a field of the record
  kCommandLine = 2,  // --set NAME=VALUE
  kMarkup = 3,
  kText = 4,
  kFileName = 5,
  kLead = 6,  // headlines only: there is none, and the first words of the body stand in for it
};
absl::string_view SourceName(Source source);  // "feed", "text", ... ; "" for kNone

// How exactly the moment of publication is known. The numbers are part of the stored format.
enum class Precision : uint8_t { kNone = 0, kDay = 1, kMinute = 2, kSecond = 3 };
absl::string_view PrecisionName(Precision precision);  // "day", "minute", "second"; "" for kNone

// The instant of an article without a publication date.
inline constexpr int64_t kUndated = std::numeric_limits<int64_t>::min();

struct Publication {
  int64_t instant = kUndated;  // seconds since 1970-01-01T00:00:00Z; an article known to the day stands at 12:00 UTC
  Precision precision = Precision::kNone;
  Source source = Source::kNone;
  bool zone_assumed = false;  // a time was printed without a zone and was read as UTC
  int16_t zone_minutes = 0;   // the printed zone, east of UTC; 0 for an article known to the day
  std::string partial;  // a date that lacks its year or its day, as "--04-25" or "1987-02"; never a publication date

  bool dated() const { return instant != kUndated; }
  bool operator==(const Publication&) const = default;
};

// The UTC date of a dated publication as "YYYY-MM-DD"; "" when undated.
std::string DateText(const Publication& publication);
// The UTC time as "HH:MM" or "HH:MM:SS" by precision; "" when the time is not known.
std::string TimeText(const Publication& publication);
// The same two as they were printed, in the printed zone, which ZoneText gives as "+09:00"; "" when no zone was.
std::string PrintedDateText(const Publication& publication);
std::string PrintedTimeText(const Publication& publication);
std::string ZoneText(const Publication& publication);

// The part that a person, a desk or an agency had in an article. The numbers are part of the stored format.
enum class Role : uint8_t {
  kWriter = 0,
  kContributor = 1,
  kPhotographer = 2,
  kOrigin = 3,  // agencies only: the text is theirs
  kDesk = 4,    // a byline that names no person ("Staff", the outlet itself): shown, never counted as one
};
absl::string_view RoleName(Role role);  // "writer", "contributor", "photographer", "origin", "desk"

struct Credit {
  std::string name;
  Role role = Role::kWriter;
  Source source = Source::kNone;
  bool operator==(const Credit&) const = default;
};

// Which state of a running story the text is, as its wire marks say.
struct WireVersion {
  uint32_t lead = 0;               // 4 for "(4th LD)", 1 for a bare "(LEAD)"; 0 when it has no such mark
  uint32_t update = 0;             // 3 for "UPDATE 3-"; 0 when it has no such mark
  std::vector<std::string> flags;  // "ROUNDUP", "CORRECTED", "WRAPUP" ..., as they stand in the text
  bool empty() const { return lead == 0 && update == 0 && flags.empty(); }
  bool operator==(const WireVersion&) const = default;
};

struct Article {
  base::DocKey key;  // set by Finish
  std::string id;    // as supplied; may be empty
  std::string url;
  std::string path;  // the input it came from, as named by the caller

  std::string headline;
  Source headline_source = Source::kNone;
  std::string deck;
  std::string body;     // paragraphs are separated by one '\n'
  std::string caption;  // captions, one a line

  std::string outlet;
  Source outlet_source = Source::kNone;
  std::vector<Credit> bylines;   // persons
  std::vector<Credit> agencies;  // wire agencies, never persons
  std::string dateline;          // the place
  std::string section;
  std::string lang;  // ISO 639-1, lower case; empty when not known
  WireVersion version;
  Publication publication;

  std::vector<std::string> notes;  // what was repaired or could not be read, for the log

  bool operator==(const Article&) const = default;
};

// The name by which people and programs fetch the article: the supplied id, else the URL, else the path.
std::string PublicId(const Article& article);

// The key of PublicId's choice: a 128-bit hash of its kind and its bytes.
base::DocKey KeyForId(absl::string_view id);
base::DocKey KeyForUrl(absl::string_view url);
base::DocKey KeyForPath(absl::string_view path);

// The keys that an article may have which somebody calls `name`, in the order in which they are tried: the key that 32
// hexadecimal digits spell, else that of an id, of a URL, of a path.
std::vector<base::DocKey> KeysNamed(absl::string_view name);

// Lower-cases the scheme and host of `url`, drops its fragment and a default port, and leaves the rest alone.
std::string CanonicalUrl(absl::string_view url);

// Repairs text in place (see the class comment), drops repeated names, makes the lead stand in for a missing headline
// and sets the key. Fails with InvalidArgument, reason in the message, when neither headline nor body holds a visible
// character.
absl::Status Finish(Article& article);

}  // namespace dateline::article

#endif  // DATELINE_CORE_ARTICLE_ARTICLE_H_
