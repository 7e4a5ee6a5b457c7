#include "searcher/query/query_error.h"

#include <cstdint>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace dateline::query {
namespace {

constexpr absl::string_view kOffsetUrl = "dateline/query-offset";
constexpr char kCostlyUrl[] = "dateline/query-too-costly";

}  // namespace

absl::Status QueryError(size_t offset, absl::string_view message) {
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kOffsetUrl, absl::Cord(absl::StrCat(offset)));
  return status;
}

absl::optional<size_t> QueryErrorOffset(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kOffsetUrl);
  uint64_t offset = 0;
  if (!payload.has_value() || !absl::SimpleAtoi(std::string(*payload), &offset)) return absl::nullopt;
  return static_cast<size_t>(offset);
}

absl::Status TooCostlyError(absl::string_view message) {
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kCostlyUrl, absl::Cord());
  return status;
}

bool IsTooCostly(const absl::Status& status) { return status.GetPayload(kCostlyUrl).has_value(); }

}  // namespace dateline::query
