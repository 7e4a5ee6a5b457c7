// What a record was read as, with the evidence: each fact with the rule that gave it and the bytes it was read from.
//
// Thread-safety: plain values.
#ifndef DATELINE_INDEXER_EXTRACT_RULES_EXTRACTION_H_
#define DATELINE_INDEXER_EXTRACT_RULES_EXTRACTION_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/article/article.h"

namespace dateline::extract {

// Why a field has its value, or what another value was that lost against it.
struct Evidence {
  std::string field;      // "headline", "byline", "agency", "outlet", "dateline", "published", "version", ...
  std::string value;      // as printed
  std::string canonical;  // of an agency: the name under which it counts
  std::string rule;       // a short stable name, as "json-ld headline" or "line above the byline"
  article::Source source = article::Source::kNone;
  size_t begin =
      0;  // bytes of the record as it was read (UTF-8), half-open; both 0 when the value has no place there
  size_t end = 0;
  bool used = true;  // false: kept because it differs from the value that won
};

// What a stretch of the input is. Everything that is neither headline, deck nor body stays out of the index, but for
// captions, which are searched apart.
enum class Zone {
  kChrome,  // menus, buttons, counters, player controls, cookie notes
  kHeadline,
  kDeck,
  kByline,
  kDate,
  kSection,
  kCaption,
  kNote,  // an editor's note, a correction, a wire's ATTN line
  kBody,
  kCredit,      // a credit line at the end: "With reporting by ..."
  kPromotion,   // what the outlet says about itself or wants to sell
  kPageHeader,  // the headline come back in the middle, as the head of the next page
};
absl::string_view ZoneName(Zone zone);

struct ZoneSpan {
  Zone zone = Zone::kChrome;
  size_t begin = 0;  // bytes, half-open
  size_t end = 0;
};

struct Extraction {
  article::Article article;
  std::vector<Evidence> evidence;
  std::vector<ZoneSpan> zones;  // in order; only of plain text
  std::string text;             // the plain text as it was read, which zones and evidence count the bytes of
};

// Adds evidence without a place to `out` and returns it, for what else is known of it.
Evidence& AddEvidence(Extraction& out, absl::string_view field, absl::string_view value, absl::string_view rule,
                      article::Source source);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_RULES_EXTRACTION_H_
