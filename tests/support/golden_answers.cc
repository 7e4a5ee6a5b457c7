#include "tests/support/golden_answers.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/deadline.h"
#include "core/base/status_macros.h"

namespace dateline::test {
namespace {

using serve::FacetField;
using serve::Order;

// Words, phrases, places, names and dates of the sample archive.
constexpr const char* kQueries[] = {
    "*",
    "strike",
    "the port",
    "\"closer ties\"",
    "bridge OR flood",
    "ferry NEAR/8 strike",
    "headline:planet",
    "talks NOT island",
    "outlet:norpress",
    "vaccin*",
    "when:400d rate decision",
    "nosuchwordanywhere",
};

std::vector<serve::FacetRequest> AllFacets() {
  std::vector<serve::FacetRequest> facets;
  for (const FacetField field : {FacetField::kOutlet, FacetField::kByline, FacetField::kAgency, FacetField::kDateline,
                                 FacetField::kLanguage, FacetField::kMonth}) {
    facets.push_back({.field = field, .max_values = 1000});
  }
  return facets;
}

void AppendHit(const serve::Hit& hit, std::string& out) {
  absl::StrAppendFormat(&out, "  %s %s %.20g %s | %s | %s", hit.key, hit.id, hit.score, hit.outlet, hit.headline,
                        hit.snippet.text);
  for (const serve::Highlight& highlight : hit.snippet.highlights) {
    absl::StrAppend(&out, " ", highlight.begin, "-", highlight.end);
  }
  out += '\n';
}

void AppendCounts(const serve::SearchResponse& response, std::string& out) {
  for (const serve::FacetResult& facet : response.facets) {
    absl::StrAppend(&out, "  facet, ", facet.other_values, " more:");
    for (const serve::FacetValue& value : facet.values) {
      absl::StrAppend(&out, " [", value.is_none ? "(none)" : value.value, " ", value.count, "]");
    }
    out += '\n';
  }
  if (!response.histogram.has_value()) return;
  absl::StrAppend(&out, "  undated ", response.histogram->undated, " of ", response.histogram->undated_all, ";");
  for (const serve::HistogramBucket& bucket : response.histogram->buckets) {
    if (bucket.all > 0) absl::StrAppend(&out, " ", bucket.label, ":", bucket.count, "/", bucket.all);
  }
  out += '\n';
}

absl::Status AppendSearch(serve::Engine& engine, const std::string& query, Order order, std::string& out) {
  serve::SearchRequest request;
  request.query = query;
  request.order = order;
  request.page_size = 100;
  request.facets = AllFacets();
  request.histogram = serve::HistogramRequest{.interval = serve::Interval::kMonth, .time_zone = "", .coverage = true};
  const absl::StatusOr<serve::SearchResponse> response = engine.Search(request, base::Deadline());
  if (!response.ok()) return response.status();
  absl::StrAppend(&out, query, ": ", response->total, "\n");
  for (const serve::Hit& hit : response->hits) AppendHit(hit, out);
  AppendCounts(*response, out);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> GoldenAnswers(serve::Engine& engine) {
  std::string out;
  for (const char* query : kQueries) DL_RETURN_IF_ERROR(AppendSearch(engine, query, Order::kRelevance, out));
  DL_RETURN_IF_ERROR(AppendSearch(engine, "*", Order::kOldest, out));
  const auto append_article = [&](const serve::FullArticle& full) {
    absl::StrAppend(&out, full.id, "\n", full.article.headline, "\n", full.article.deck, "\n", full.article.body,
                    "\n");
    return absl::OkStatus();
  };
  serve::ExportRequest everything;
  everything.bodies = true;
  DL_RETURN_IF_ERROR(engine.Export(everything, base::Deadline(), append_article));
  return out;
}

}  // namespace dateline::test
