#include "searcher/rpc/cost_class.h"

#include <string>

#include "proto/dateline/v1/search.pb.h"

namespace dateline::rpc {
namespace {

// Searches have the classes below this, counts the 32 from here on, other methods the last 32.
constexpr size_t kSearchClasses = 64;
constexpr size_t kCountClasses = 32;
constexpr size_t kMethodClasses = admit::CostModel::kClasses - kSearchClasses - kCountClasses;
constexpr int kLargePage = 20;

// What a query may hold that costs more than words do: phrases, prefixes, spellings, proximities, choices.
size_t ShapeOf(const std::string& query) {
  const bool long_one = query.size() > 60;
  const bool phrase = query.find('"') != std::string::npos;
  const bool expands = query.find_first_of("*~/") != std::string::npos || query.find("NEAR") != std::string::npos;
  return (long_one ? 4 : 0) + (expands ? 2 : 0) + (phrase ? 1 : 0);
}

}  // namespace

size_t CostClassOf(const v1::SearchRequest& request) {
  const bool counts = request.facets_size() > 0 || request.has_histogram();
  const bool texts = !request.omit_snippets() && !request.keys_only();
  const bool large = request.page_size() > kLargePage;
  return ShapeOf(request.query()) + (counts ? 8 : 0) + (texts ? 16 : 0) + (large ? 32 : 0);
}

size_t CostClassOf(const v1::CountMatchesRequest& request) {
  const bool counts = request.facets_size() > 0 || request.has_histogram();
  return kSearchClasses + ShapeOf(request.query()) + (counts ? 8 : 0);
}

size_t CostClassOfMethod(absl::string_view method) {
  size_t number = 0;
  for (const char c : method) number = number * 31 + static_cast<unsigned char>(c);
  return kSearchClasses + kCountClasses + number % kMethodClasses;
}

}  // namespace dateline::rpc
