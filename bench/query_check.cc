#include "bench/query_check.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "proto/dateline/v1/search.pb.h"

namespace dateline::bench {
namespace {

absl::Status Disagreement(const BenchQuery& query, const Mode& mode, absl::string_view what) {
  return absl::InternalError(absl::StrCat("wrong answer to '", query.request.query, "' (", mode.name, "): ", what));
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
  const serve::SearchRequest request = WithMode(query.request, mode);
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
  if (total < query.min_total) {
    return Disagreement(query, mode, absl::StrCat("total ", total, ", the index holds at least ", query.min_total));
  }
  return absl::OkStatus();
}

absl::Status CheckHits(const BenchQuery& query, const Mode& mode, const v1::SearchResponse& answer,
                       const std::vector<std::string>& keys, uint64_t total) {
  if (static_cast<uint64_t>(answer.hits_size()) != std::min<uint64_t>(total, static_cast<uint64_t>(mode.page_size))) {
    return Disagreement(query, mode, absl::StrCat(answer.hits_size(), " hits of ", total));
  }
  for (int i = 0; i < answer.hits_size(); ++i) {
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

serve::SearchRequest WithMode(serve::SearchRequest request, const Mode& mode) {
  request.page_size = mode.page_size;
  request.snippets = mode.snippets;
  request.total_mode = mode.total_mode;
  return request;
}

absl::StatusOr<std::vector<std::vector<uint64_t>>> CheckAnswers(
    const std::vector<QueryClass>& classes, absl::Span<const std::unique_ptr<Searcher>> searchers) {
  std::vector<std::vector<uint64_t>> totals;
  for (const QueryClass& query_class : classes) {
    std::vector<uint64_t>& of_class = totals.emplace_back();
    for (const BenchQuery& query : query_class.queries) {
      DL_ASSIGN_OR_RETURN(const uint64_t total, CheckQuery(query, searchers));
      of_class.push_back(total);
    }
  }
  return totals;
}

}  // namespace dateline::bench
