// Format 3 in names: term prefixes, value slots, positions and weights. FORMAT.md is normative and says the same at
// length; a change here is a change of kFormatVersion.
//
// A term's prefix is its longest run of capital ASCII letters: no word begins with one, since words are case-folded.
#ifndef DATELINE_CORE_INDEX_SCHEMA_H_
#define DATELINE_CORE_INDEX_SCHEMA_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace dateline::index {

inline constexpr uint32_t kFormatVersion = 3;

// Written words of headline, deck, body and caption: no prefix, wdf 0, positions.
inline constexpr absl::string_view kStem = "Z";           // wdf, no positions: the only terms that carry weight
inline constexpr absl::string_view kHeadlineWord = "S";   // wdf 0, the positions of the unprefixed words
inline constexpr absl::string_view kHeadlineStem = "ZS";  // boolean
inline constexpr absl::string_view kLeadWord = "XL";      // wdf 0, the positions of the unprefixed words
inline constexpr absl::string_view kLeadStem = "ZXL";     // boolean
inline constexpr absl::string_view kCaptionWord = "XC";   // wdf 0, the positions of the unprefixed words
inline constexpr absl::string_view kCaptionStem = "ZXC";  // boolean
inline constexpr absl::string_view kBylineWord = "A";     // wdf 0, positions of their own; names are never stemmed
inline constexpr absl::string_view kDatelineWord = "XP";  // wdf 0, positions of their own
inline constexpr absl::string_view kOutletName = "XO";    // boolean: the whole folded name
inline constexpr absl::string_view kBylineName = "XA";    // boolean: the whole folded name
inline constexpr absl::string_view kAgencyName = "XG";    // boolean: the whole folded name
inline constexpr absl::string_view kDatelineName = "XD";  // boolean: the whole folded name of the place
inline constexpr absl::string_view kSectionName = "XS";   // boolean: the whole folded name
inline constexpr absl::string_view kLanguageName = "L";   // boolean: ISO 639-1
inline constexpr absl::string_view kDay = "D";            // boolean: YYYYMMDD of the UTC instant
inline constexpr absl::string_view kMonth = "M";          // boolean: YYYYMM
inline constexpr absl::string_view kYear = "Y";           // boolean: YYYY
inline constexpr absl::string_view kKey = "Q";            // boolean: 32 hexadecimal digits of the DocKey
inline constexpr absl::string_view kNone = "XN";          // boolean: "outlet", "byline" or "date" is not known

// Value slots. An absent fact has no value.
inline constexpr uint32_t kInstantSlot = 0;  // 8 bytes, big-endian, the sign bit flipped: byte order is time order
inline constexpr uint32_t kKeySlot = 1;      // 16 bytes, big-endian
inline constexpr uint32_t kGroupSlot = 4;    // reserved for copies of one article
inline constexpr uint32_t kStorySlot = 9;    // 12 bytes (see story.h)

// What an article has names of: facets, whole-name filters, one column each, in this order. Each has a slot with its
// Names one after another (see facet_name.h), and a boolean term for each.
enum class NameField : uint8_t { kOutlet, kByline, kAgency, kDateline, kSection, kLanguage };
inline constexpr size_t kNameFieldCount = 6;

struct NameFieldFormat {
  uint32_t slot;
  absl::string_view term_prefix;
};
inline constexpr std::array<NameFieldFormat, kNameFieldCount> kNameFields = {{
    {2, kOutletName},
    {3, kBylineName},
    {5, kAgencyName},
    {6, kDatelineName},
    {7, kSectionName},
    {8, kLanguageName},
}};
inline constexpr const NameFieldFormat& FormatOf(NameField field) { return kNameFields[static_cast<size_t>(field)]; }

// Positions run on through a field; the next field starts this far after the end of the one before, so that no phrase
// or proximity reaches across.
inline constexpr uint32_t kFirstPosition = 1;
inline constexpr uint32_t kFieldGap = 1000;

// The lead is the first paragraph of the body, but no more words than this.
inline constexpr uint32_t kMaxLeadWords = 100;

// What one occurrence of a stem adds to its wdf, by field.
inline constexpr uint32_t kHeadlineWeight = 3;
inline constexpr uint32_t kBodyWeight = 1;

}  // namespace dateline::index

#endif  // DATELINE_CORE_INDEX_SCHEMA_H_
