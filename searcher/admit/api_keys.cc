#include "searcher/admit/api_keys.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"

namespace dateline::admit {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr absl::string_view kKeyPrefix = "dl_";  // so that a leaked one is known for what it is
constexpr size_t kMaxNameBytes = 64;
// Longer ones are no keys of ours, and not hashed.
constexpr size_t kMaxKeyText = 256;

struct ScopeName {
  absl::string_view name;
  Scope scope;
};
constexpr ScopeName kScopes[] = {{"search", Scope::kSearch}, {"export", Scope::kExport}, {"admin", Scope::kAdmin}};

absl::string_view NameOf(Scope scope) {
  for (const ScopeName& known : kScopes) {
    if (known.scope == scope) return known.name;
  }
  return "";
}

absl::StatusOr<uint8_t> ParseScopes(absl::string_view text) {
  uint8_t scopes = 0;
  for (const absl::string_view name : absl::StrSplit(text, ',')) {
    const auto* const found = std::find_if(std::begin(kScopes), std::end(kScopes),
                                           [name](const ScopeName& known) { return known.name == name; });
    if (found == std::end(kScopes)) {
      return absl::InvalidArgumentError(
          absl::StrCat("there is no scope \"", absl::CHexEscape(name), "\"; write search, export, admin"));
    }
    scopes |= static_cast<uint8_t>(found->scope);
  }
  return scopes;
}

absl::Status CheckName(absl::string_view name) {
  const bool fine =
      !name.empty() && name.size() <= kMaxNameBytes && std::all_of(name.begin(), name.end(), [](char c) {
        return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
      });
  if (fine) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("\"", absl::CHexEscape(name.substr(0, kMaxNameBytes)),
                   "\" is no name of a key: write letters, digits, - _ . (64 at most)"));
}

}  // namespace

ApiKeys::Digest ApiKeys::DigestOf(absl::string_view key) {
  Digest digest;
  SHA256(reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest.data());
  return digest;
}

absl::StatusOr<ApiKeys::Entry> ApiKeys::ParseLine(absl::string_view line) {
  const std::vector<absl::string_view> fields = absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (fields.size() < 3 || fields.size() > 4) {
    return absl::InvalidArgumentError("write NAME SHA256 SCOPES [CALLS-A-SECOND], as --make-key prints it");
  }
  Entry entry;
  DL_RETURN_IF_ERROR(CheckName(fields[0]));
  entry.name = std::string(fields[0]);
  const bool hexadecimal = fields[1].size() == 2 * entry.digest.size() &&
                           std::all_of(fields[1].begin(), fields[1].end(),
                                       [](char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)); });
  if (!hexadecimal) return absl::InvalidArgumentError("the second field must be 64 hexadecimal digits, not the key");
  const std::string digest = absl::HexStringToBytes(fields[1]);
  std::copy(digest.begin(), digest.end(), entry.digest.begin());
  DL_ASSIGN_OR_RETURN(entry.scopes, ParseScopes(fields[2]));
  if (fields.size() == 4 && (!absl::SimpleAtod(fields[3], &entry.calls_per_s) || !(entry.calls_per_s > 0))) {
    return absl::InvalidArgumentError("the fourth field must be a number of calls a second above 0");
  }
  entry.allowance = entry.calls_per_s * kQuotaBurstS;
  return entry;
}

absl::StatusOr<std::unique_ptr<ApiKeys>> ApiKeys::Parse(absl::string_view text, absl::string_view name_of_text) {
  std::unique_ptr<ApiKeys> keys(new ApiKeys());
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    absl::StatusOr<Entry> entry = ParseLine(line);
    absl::Status error = entry.status();
    base::MutexLock lock(&keys->mutex_);
    if (entry.ok() && std::any_of(keys->entries_.begin(), keys->entries_.end(),
                                  [&](const Entry& other) { return other.name == entry->name; })) {
      error = absl::InvalidArgumentError(absl::StrCat("there is another key named ", entry->name));
    }
    if (!error.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(name_of_text, ": line ", number, ": ", error.message()));
    }
    keys->entries_.push_back(*std::move(entry));
  }
  return keys;
}

absl::StatusOr<std::unique_ptr<ApiKeys>> ApiKeys::Load(const std::string& path) {
  DL_ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  return Parse(text, path);
}

ApiKeys::Verdict ApiKeys::Admit(absl::string_view key, Scope scope, Clock::time_point now) {
  Verdict verdict;
  const auto refuse = [&verdict](Refusal refusal, absl::Status error) {
    verdict.refusal = refusal;
    verdict.error = std::move(error);
    return verdict;
  };
  if (key.empty() || key.size() > kMaxKeyText) {
    return refuse(
        Refusal::kNotAllowed,
        absl::UnauthenticatedError("this server wants an API key: send the metadata authorization: Bearer KEY"));
  }
  const Digest digest = DigestOf(key);
  base::MutexLock lock(&mutex_);
  // All are looked at, each in the same time, so that time tells nothing.
  Entry* found = nullptr;
  for (Entry& entry : entries_) {
    if (CRYPTO_memcmp(entry.digest.data(), digest.data(), digest.size()) == 0) found = &entry;
  }
  if (found == nullptr) {
    return refuse(Refusal::kNotAllowed, absl::UnauthenticatedError("the API key is unknown to this server"));
  }
  verdict.client = found->name;
  if ((found->scopes & static_cast<uint8_t>(scope)) == 0) {
    return refuse(Refusal::kNotAllowed, absl::PermissionDeniedError(absl::StrCat(
                                            "the API key ", found->name, " has no scope \"", NameOf(scope), "\"")));
  }
  if (found->calls_per_s == 0) return verdict;
  if (found->seen != Clock::time_point()) {
    const double rested_s = std::chrono::duration<double>(now - found->seen).count();
    found->allowance = std::min(found->allowance + std::max(0.0, rested_s) * found->calls_per_s,
                                std::max(1.0, found->calls_per_s * kQuotaBurstS));
  } else {
    found->allowance = std::max(1.0, found->allowance);
  }
  found->seen = now;
  if (found->allowance < 1) {
    verdict.retry_after_s = (1 - found->allowance) / found->calls_per_s;
    return refuse(Refusal::kQuota,
                  absl::ResourceExhaustedError(absl::StrCat("the API key ", found->name, " may make ",
                                                            found->calls_per_s, " calls a second")));
  }
  found->allowance -= 1;
  return verdict;
}

absl::StatusOr<NewKey> MakeKey(absl::string_view name, absl::string_view scopes, double calls_per_s) {
  DL_RETURN_IF_ERROR(CheckName(name));
  DL_RETURN_IF_ERROR(ParseScopes(scopes).status());
  unsigned char random[kKeyBytes];
  if (RAND_bytes(random, sizeof(random)) != 1) return absl::InternalError("the system gives no random bytes");
  NewKey made;
  made.key = absl::StrCat(kKeyPrefix, absl::WebSafeBase64Escape(
                                          absl::string_view(reinterpret_cast<const char*>(random), sizeof(random))));
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(made.key.data()), made.key.size(), digest);
  made.line = absl::StrCat(
      name, " ", absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), sizeof(digest))),
      " ", scopes);
  if (calls_per_s > 0) absl::StrAppend(&made.line, " ", calls_per_s);
  return made;
}

}  // namespace dateline::admit
