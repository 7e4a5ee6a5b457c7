#include "searcher/serve/page_token.h"

#include "absl/strings/escaping.h"
#include "core/base/checksum.h"
#include "core/base/coding.h"

namespace dateline::serve {
namespace {

// Token := base64url of version (1), hash of the generation (8), hash of the plan (8), offset (8), and a hash of
// these, so that a mistyped token is told from a foreign one.
constexpr uint8_t kVersion = 1;
constexpr size_t kPayloadBytes = 25;

}  // namespace

std::string MakePageToken(absl::string_view generation, absl::string_view plan, uint64_t offset) {
  std::string bytes(1, static_cast<char>(kVersion));
  base::AppendFixed64(bytes, base::Hash64(generation));
  base::AppendFixed64(bytes, base::Hash64(plan));
  base::AppendFixed64(bytes, offset);
  base::AppendFixed64(bytes, base::Hash64(bytes));
  return absl::WebSafeBase64Escape(bytes);
}

absl::StatusOr<uint64_t> ReadPageToken(absl::string_view token, absl::string_view generation,
                                       absl::string_view plan) {
  std::string bytes;
  const bool decoded = absl::WebSafeBase64Unescape(token, &bytes);
  base::Decoder in(bytes);
  const uint8_t version = in.Byte();
  const uint64_t generation_hash = in.Fixed64();
  const uint64_t plan_hash = in.Fixed64();
  const uint64_t offset = in.Fixed64();
  const uint64_t hash = in.Fixed64();
  if (!decoded || !in.ok() || !in.empty() || version != kVersion ||
      hash != base::Hash64(absl::string_view(bytes).substr(0, kPayloadBytes))) {
    return absl::InvalidArgumentError("the page token is damaged; send next_page_token back unchanged");
  }
  if (generation_hash != base::Hash64(generation)) {
    return absl::FailedPreconditionError(
        "the page token belongs to a generation that is not served any more; start again from the first page");
  }
  if (plan_hash != base::Hash64(plan)) {
    return absl::InvalidArgumentError(
        "the page token belongs to another request; only the page size may change from page to page");
  }
  return offset;
}

}  // namespace dateline::serve
