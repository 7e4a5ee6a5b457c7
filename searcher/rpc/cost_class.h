// Calls that are likely to cost alike, as numbers: by method, and of searches and counts by what they ask for. What a
// class costs is learnt (admit::CostModel); this only has to tell cheap from dear.
//
// Thread-safety: pure functions.
#ifndef DATELINE_SEARCHER_RPC_COST_CLASS_H_
#define DATELINE_SEARCHER_RPC_COST_CLASS_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "searcher/admit/cost_model.h"

namespace dateline::v1 {
class CountMatchesRequest;
class SearchRequest;
}  // namespace dateline::v1

namespace dateline::rpc {

// All are below admit::CostModel::kClasses.
size_t CostClassOf(const v1::SearchRequest& request);
size_t CostClassOf(const v1::CountMatchesRequest& request);
size_t CostClassOfMethod(absl::string_view method);

}  // namespace dateline::rpc

#endif  // DATELINE_SEARCHER_RPC_COST_CLASS_H_
