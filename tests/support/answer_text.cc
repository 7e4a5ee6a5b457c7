#include "tests/support/answer_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace dateline::test {

std::string TextOf(const std::vector<serve::FacetValue>& values) {
  return absl::StrJoin(values, " ", [](std::string* out, const serve::FacetValue& value) {
    absl::StrAppend(out, value.value, value.is_none ? "(none)" : "", ":", value.count, value.selected ? "!" : "");
  });
}

std::string TextOf(const absl::StatusOr<serve::SearchResponse>& response) {
  if (!response.ok()) return response.status().ToString();
  std::string text = absl::StrCat(response->total, " ", response->canonical_query);
  for (const serve::Hit& hit : response->hits) {
    absl::StrAppend(&text, "\n", hit.key, " ", hit.score, " ", hit.headline, " | ", hit.snippet.text);
  }
  for (const serve::FacetResult& facet : response->facets) {
    absl::StrAppend(&text, "\n", TextOf(facet.values), " and ", facet.other_values);
  }
  if (response->histogram) {
    for (const serve::HistogramBucket& bucket : response->histogram->buckets) {
      absl::StrAppend(&text, "\n", bucket.label, ":", bucket.count, "/", bucket.all);
    }
    absl::StrAppend(&text, "\n", response->histogram->undated, "/", response->histogram->undated_all);
  }
  for (const serve::ClauseCount& clause : response->clauses) {
    absl::StrAppend(&text, "\nclause ", clause.clause, ":", clause.count);
  }
  absl::StrAppend(&text, "\n", absl::StrJoin(response->suggestions, ","), "\n",
                  absl::StrJoin(response->warnings, ","));
  return text;
}

std::string TextOf(const serve::Explanation& explanation) {
  std::string text = absl::StrCat("(", explanation.units, " ", explanation.detail);
  for (const serve::Explanation& child : explanation.children) absl::StrAppend(&text, TextOf(child));
  return text + ")";
}

}  // namespace dateline::test
