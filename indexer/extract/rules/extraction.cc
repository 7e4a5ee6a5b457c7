#include "indexer/extract/rules/extraction.h"

namespace dateline::extract {

absl::string_view ZoneName(Zone zone) {
  switch (zone) {
    case Zone::kChrome:
      return "chrome";
    case Zone::kHeadline:
      return "headline";
    case Zone::kDeck:
      return "deck";
    case Zone::kByline:
      return "byline";
    case Zone::kDate:
      return "date";
    case Zone::kSection:
      return "section";
    case Zone::kCaption:
      return "caption";
    case Zone::kNote:
      return "note";
    case Zone::kBody:
      return "body";
    case Zone::kCredit:
      return "credit";
    case Zone::kPromotion:
      return "promotion";
    case Zone::kPageHeader:
      return "page header";
  }
  return "";
}

Evidence& AddEvidence(Extraction& out, absl::string_view field, absl::string_view value, absl::string_view rule,
                      article::Source source) {
  Evidence& evidence = out.evidence.emplace_back();
  evidence.field = std::string(field);
  evidence.value = std::string(value);
  evidence.rule = std::string(rule);
  evidence.source = source;
  return evidence;
}

}  // namespace dateline::extract
