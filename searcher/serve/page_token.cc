#include "searcher/serve/page_token.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "absl/strings/escaping.h"
#include "core/base/checksum.h"
#include "core/base/coding.h"

namespace dateline::serve {
namespace {

// Token := base64url of version (1), hash of the generation (8), hash of the plan (8), before (8), score (8),
// instant (8), key (16), total (8), exact (1), and the first half of the HMAC-SHA-256 of these (16).
constexpr uint8_t kVersion = 2;
constexpr size_t kPayloadBytes = 66;
constexpr size_t kMacBytes = 16;

std::string Mac(absl::string_view key, absl::string_view payload) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac;
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(payload.data()),
       payload.size(), mac.data(), &size);
  return std::string(reinterpret_cast<const char*>(mac.data()), kMacBytes);
}

}  // namespace

std::string MakePageToken(const PageTokenScope& scope, const PageCursor& cursor) {
  std::string bytes(1, static_cast<char>(kVersion));
  base::AppendFixed64(bytes, base::Hash64(scope.generation));
  base::AppendFixed64(bytes, base::Hash64(scope.plan));
  base::AppendFixed64(bytes, cursor.before);
  base::AppendFixed64(bytes, static_cast<uint64_t>(cursor.last.score));
  base::AppendFixed64(bytes, static_cast<uint64_t>(cursor.last.instant));
  base::AppendFixed64(bytes, cursor.last.key.high);
  base::AppendFixed64(bytes, cursor.last.key.low);
  base::AppendFixed64(bytes, cursor.total);
  bytes.push_back(cursor.total_exact ? 1 : 0);
  bytes += Mac(scope.key, bytes);
  return absl::WebSafeBase64Escape(bytes);
}

absl::optional<uint64_t> GenerationOfToken(absl::string_view token) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() != kPayloadBytes + kMacBytes) return absl::nullopt;
  base::Decoder in(bytes);
  in.Byte();  // the version
  return in.Fixed64();
}

absl::StatusOr<PageCursor> ReadPageToken(absl::string_view token, const PageTokenScope& scope) {
  std::string bytes;
  const bool decoded = absl::WebSafeBase64Unescape(token, &bytes);
  const absl::Status damaged = absl::InvalidArgumentError(
      "the page token is damaged or of another index; send next_page_token back unchanged");
  if (!decoded || bytes.size() != kPayloadBytes + kMacBytes) return damaged;
  // The last letter has bits that decode to nothing; only one spelling of a token is good.
  if (absl::WebSafeBase64Escape(bytes) != token) return damaged;
  const std::string mac = Mac(scope.key, absl::string_view(bytes).substr(0, kPayloadBytes));
  if (CRYPTO_memcmp(mac.data(), bytes.data() + kPayloadBytes, kMacBytes) != 0) return damaged;

  base::Decoder in(bytes);
  const uint8_t version = in.Byte();
  const uint64_t generation = in.Fixed64();
  const uint64_t plan = in.Fixed64();
  PageCursor cursor;
  cursor.before = in.Fixed64();
  cursor.last.score = static_cast<int64_t>(in.Fixed64());
  cursor.last.instant = static_cast<int64_t>(in.Fixed64());
  cursor.last.key.high = in.Fixed64();
  cursor.last.key.low = in.Fixed64();
  cursor.total = in.Fixed64();
  cursor.total_exact = in.Byte() != 0;
  if (version != kVersion) return damaged;
  if (generation != base::Hash64(scope.generation)) {
    return absl::FailedPreconditionError(
        "the page token belongs to a generation that is not served any more; start again from the first page");
  }
  if (plan != base::Hash64(scope.plan)) {
    return absl::InvalidArgumentError(
        "the page token belongs to another request; only the page size may change from page to page");
  }
  return cursor;
}

}  // namespace dateline::serve
