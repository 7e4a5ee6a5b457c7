#include "bench/query_check.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/status_macros.h"
#include "proto/dateline/v1/search.pb.h"

namespace dateline::bench {
namespace {

absl::Status Disagreement(const BenchQuery& query, const Mode& mode, absl::string_view what) {
  return absl::InternalError(absl::StrCat("wrong answer to '", query.text, "' (", mode.name, "): ", what));
}

// In words, on one line; "" when the answers are the same.
std::string FirstDifference(const v1::SearchResponse& a, const v1::SearchResponse& b) {
  // All else that differs follows from this.
  if (a.generation() != b.generation()) return absl::StrCat("generation ", a.generation(), " -> ", b.generation());
  google::protobuf::util::MessageDifferencer differencer;
  std::string differences;
  differencer.ReportDifferencesToString(&differences);
  if (differencer.Compare(a, b)) return "";
  return differences.substr(0, differences.find('\n'));
}

// The answer in one mode, when all searchers give the same.
absl::StatusOr<v1::SearchResponse> AskAll(const BenchQuery& query, const Mode& mode,
                                          absl::Span<const std::unique_ptr<Searcher>> searchers) {
  const serve::SearchRequest request = RequestOf(query, mode);
  v1::SearchResponse first;
  DL_RETURN_IF_ERROR(searchers.front()->Search(request, &first).status());
  for (const std::unique_ptr<Searcher>& searcher : searchers.subspan(1)) {
    v1::SearchResponse other;
    DL_RETURN_IF_ERROR(searcher->Search(request, &other).status());
    const std::string difference = FirstDifference(first, other);
    if (difference.empty()) continue;
    return Disagreement(query, mode,
                        absl::StrCat(searchers.front()->name(), " -> ", searcher->name(), ": ", difference));
  }
  return first;
}

absl::Status CheckTotal(const BenchQuery& query, const Mode& mode, const v1::SearchResponse& answer, uint64_t total) {
  if (answer.total_exact() ? answer.total() != total : answer.total() > total) {
    return Disagreement(query, mode, absl::StrCat("total ", answer.total(), ", another mode says ", total));
  }
  if (mode.total_mode == serve::TotalMode::kExact && !answer.total_exact()) {
    return Disagreement(query, mode, "the total is not exact");
  }
  if (query.total && total != *query.total) {
    return Disagreement(query, mode, absl::StrCat("total ", total, ", the index holds ", *query.total));
  }
  if (total < query.at_least) {
    return Disagreement(query, mode, absl::StrCat("total ", total, ", the index holds at least ", query.at_least));
  }
  return absl::OkStatus();
}

absl::Status CheckHits(const BenchQuery& query, const Mode& mode, const v1::SearchResponse& answer,
                       const std::vector<std::string>& keys, uint64_t total) {
  if (static_cast<uint64_t>(answer.hits_size()) != std::min<uint64_t>(total, static_cast<uint64_t>(mode.page_size))) {
    return Disagreement(query, mode, absl::StrCat(answer.hits_size(), " hits of ", total));
  }
  const int compared =
      mode.order == serve::Order::kRelevance ? std::min(answer.hits_size(), static_cast<int>(keys.size())) : 0;
  for (int i = 0; i < compared; ++i) {
    if (answer.hits(i).key() != keys[static_cast<size_t>(i)]) {
      return Disagreement(query, mode, absl::StrCat("hit ", i, " is another one than with snippets"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> CheckQuery(const BenchQuery& query, absl::Span<const std::unique_ptr<Searcher>> searchers) {
  const Mode& fullest = *std::prev(std::end(kModes));
  DL_ASSIGN_OR_RETURN(const v1::SearchResponse reference, AskAll(query, fullest, searchers));
  std::vector<std::string> keys;
  for (const v1::Hit& hit : reference.hits()) keys.push_back(hit.key());
  for (const Mode& mode : kModes) {
    DL_ASSIGN_OR_RETURN(const v1::SearchResponse answer, AskAll(query, mode, searchers));
    DL_RETURN_IF_ERROR(CheckTotal(query, mode, answer, reference.total()));
    DL_RETURN_IF_ERROR(CheckHits(query, mode, answer, keys, reference.total()));
  }
  return reference.total();
}

}  // namespace

std::string ModeNames() {
  return absl::StrJoin(kModes, ", ", [](std::string* out, const Mode& mode) { absl::StrAppend(out, mode.name); });
}

const Mode* FindMode(absl::string_view name) {
  const Mode* const found =
      std::find_if(std::begin(kModes), std::end(kModes), [name](const Mode& mode) { return mode.name == name; });
  return found == std::end(kModes) ? nullptr : found;
}

serve::SearchRequest RequestOf(const BenchQuery& query, const Mode& mode) {
  serve::SearchRequest request = RequestOf(query);
  request.page_size = mode.page_size;
  request.total_mode = mode.total_mode;
  request.order = mode.order;
  request.snippets = mode.snippets;
  request.keys_only = mode.keys_only;
  if (!mode.facets) return request;
  for (serve::FacetField field :
       {serve::FacetField::kOutlet, serve::FacetField::kByline, serve::FacetField::kSection}) {
    request.facets.push_back(serve::FacetRequest{field});
  }
  request.histogram.emplace();
  request.histogram->interval = serve::Interval::kMonth;
  return request;
}

absl::StatusOr<std::vector<uint64_t>> CheckAnswers(const std::vector<BenchQuery>& queries,
                                                   absl::Span<const std::unique_ptr<Searcher>> searchers) {
  std::vector<uint64_t> totals;
  for (const BenchQuery& query : queries) {
    DL_ASSIGN_OR_RETURN(const uint64_t total, CheckQuery(query, searchers));
    totals.push_back(total);
  }
  return totals;
}

}  // namespace dateline::bench
