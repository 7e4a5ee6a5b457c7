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

}  // namespace dateline::extract
