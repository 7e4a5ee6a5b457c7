#include "searcher/rpc/caller.h"

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "searcher/rpc/call.h"

namespace dateline::rpc {
namespace {

constexpr char kAuthorization[] = "authorization";
constexpr absl::string_view kBearer = "Bearer ";
constexpr char kForwardedFor[] = "x-forwarded-for";
constexpr size_t kMaxClientBytes = 64;

}  // namespace

admit::ApiKeys::Verdict CallerCheck::Identify(const grpc::CallbackServerContext& context, admit::Scope scope) const {
  const std::shared_ptr<admit::ApiKeys> keys = keys_ ? keys_() : nullptr;
  admit::ApiKeys::Verdict verdict;
  if (keys != nullptr) {
    absl::string_view key = MetadataOf(context, kAuthorization);
    if (!absl::ConsumePrefix(&key, kBearer)) key = "";
    verdict = keys->Admit(key, scope);
    if (verdict.refusal == admit::Refusal::kQuota) verdict.error = QuotaError(verdict.error.message());
  }
  if (verdict.client.empty()) verdict.client = ClientOf(context);
  return verdict;
}

std::string CallerCheck::ClientOf(const grpc::CallbackServerContext& context) const {
  if (forwarded_clients_) {
    const absl::string_view all = MetadataOf(context, kForwardedFor);
    // What comes before the last comma, a client may have written itself.
    const absl::string_view last = absl::StripAsciiWhitespace(all.substr(all.rfind(',') + 1));
    if (!last.empty()) return std::string(last.substr(0, kMaxClientBytes));
  }
  return AddressOf(context);
}

}  // namespace dateline::rpc
