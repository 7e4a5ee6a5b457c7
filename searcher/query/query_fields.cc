#include "searcher/query/query_fields.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "searcher/query/query_parser.h"

namespace dateline::query {
namespace {

using Takes = FieldAlias::Takes;

constexpr std::array<FieldAlias, 29> kFields = {{
    {"headline", Takes::kWords, Field::kHeadline},
    {"title", Takes::kWords, Field::kHeadline},
    {"intitle", Takes::kWords, Field::kHeadline},
    {"body", Takes::kWords, Field::kBody},
    {"lead", Takes::kWords, Field::kLead},
    {"caption", Takes::kWords, Field::kCaption},
    {"byline", Takes::kWords, Field::kByline},
    {"author", Takes::kWords, Field::kByline},
    {"by", Takes::kWords, Field::kByline},
    {"outlet", Takes::kWords, Field::kOutlet},
    {"source", Takes::kWords, Field::kOutlet},
    {"site", Takes::kWords, Field::kOutlet},
    {"pub", Takes::kWords, Field::kOutlet},
    {"agency", Takes::kWords, Field::kAgency},
    {"wire", Takes::kWords, Field::kAgency},
    {"dateline", Takes::kWords, Field::kDateline},
    {"place", Takes::kWords, Field::kDateline},
    {"section", Takes::kWords, Field::kSection},
    {"lang", Takes::kWords, Field::kLanguage},
    {"language", Takes::kWords, Field::kLanguage},
    {"date", Takes::kDays},
    {"after", Takes::kFrom},
    {"since", Takes::kFrom},
    {"before", Takes::kUntil},
    {"until", Takes::kUntil},
    {"when", Takes::kAgo},
    {"has", Takes::kHas},
    {"is", Takes::kIs},
    {"sort", Takes::kSort},
}};

constexpr absl::string_view kFieldList =
    "the fields are headline: (title: intitle:), body:, lead:, caption:, byline: (author: by:), outlet: (source: "
    "site: "
    "pub:), agency: (wire:), dateline: (place:), section:, lang:, date:, after:, before:, when:, has:, is: and sort:";

// Names that other search programs know and that may come. Until then they are refused, so that no query changes its
// meaning on the day they do.
struct RefusedField {
  absl::string_view name;
  absl::string_view remedy;
};

constexpr absl::string_view kSearchAll = "leave it out, words without a field are searched for in the whole article";

constexpr std::array<RefusedField, 5> kRefusedFields = {{
    {"quote", kSearchAll},
    {"said", kSearchAll},
    {"intext", "write body: or lead: instead"},
    {"dup", "leave it out"},
    {"versions", "leave it out"},
}};

// How many letters must be put in, taken out or replaced to make `a` of `b`. The names are short.
size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row[b.size()];
}

// The known field whose name is spelt almost like `name`, or "". Two slips in three letters are no likeness.
absl::string_view NearestField(absl::string_view name) {
  absl::string_view nearest;
  size_t least = 3;
  for (const FieldAlias& alias : kFields) {
    if (name.size() > alias.name.size() + 2 || alias.name.size() > name.size() + 2) continue;
    const size_t distance = EditDistance(name, alias.name);
    if (distance < least && 2 * distance < alias.name.size()) {
      least = distance;
      nearest = alias.name;
    }
  }
  return nearest;
}

}  // namespace

const FieldAlias* FindField(absl::string_view name) {
  const auto found =
      std::find_if(kFields.begin(), kFields.end(), [&](const FieldAlias& known) { return known.name == name; });
  return found == kFields.end() ? nullptr : &*found;
}

absl::Status UnknownField(const Token& token, absl::string_view name) {
  for (const RefusedField& refused : kRefusedFields) {
    if (refused.name != name) continue;
    return QueryError(token.span.begin, absl::StrCat("the field '", name, ":' is not supported; ", refused.remedy));
  }
  const absl::string_view nearest = NearestField(name);
  const std::string guess = nearest.empty() ? "" : absl::StrCat("did you mean '", nearest, ":'? ");
  return QueryError(token.span.begin,
                    absl::StrCat("there is no field ", Shown(absl::StrCat(token.text, ":")), "; ", guess, kFieldList,
                                 "; if the colon belongs to the text, put the words in quotes"));
}

absl::optional<Fact> FindHas(absl::string_view value) {
  const std::string name = absl::AsciiStrToLower(value);
  if (name == "byline" || name == "author") return Fact::kByline;
  if (name == "date") return Fact::kDate;
  if (name == "outlet" || name == "source") return Fact::kOutlet;
  if (name == "agency" || name == "wire") return Fact::kWire;
  return absl::nullopt;
}

absl::optional<Fact> FindIs(absl::string_view value) {
  const std::string name = absl::AsciiStrToLower(value);
  if (name == "wire") return Fact::kWire;
  if (name == "latest") return Fact::kLatest;
  return absl::nullopt;
}

absl::optional<Sort> FindSort(absl::string_view value) {
  const std::string name = absl::AsciiStrToLower(value);
  if (name == "date" || name == "newest") return Sort::kNewest;
  if (name == "oldest") return Sort::kOldest;
  if (name == "relevance" || name == "score") return Sort::kRelevance;
  return absl::nullopt;
}

}  // namespace dateline::query
