// API keys: who a key belongs to, what it may do, and how often.
//
// The file holds one key a line, as MakeKey prints it: a name, the SHA-256 of the key in hexadecimal, scopes with
// commas between ("search", "export", "admin"), and, if there is a quota, the calls a second. "#" begins a comment.
// Keys have 256 random bits, so a plain hash keeps them safe: there is nothing to guess.
//
// Thread-safety: all methods may be called from any thread. Errors: InvalidArgument with the line of the file.
#ifndef DATELINE_SEARCHER_ADMIT_API_KEYS_H_
#define DATELINE_SEARCHER_ADMIT_API_KEYS_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/mutex.h"
#include "searcher/admit/refusal.h"

namespace dateline::admit {

enum class Scope : uint8_t {
  kSearch = 1,  // every call but these
  kExport = 2,
  kAdmin = 4,  // Reload
};

// How many calls of a quota may come at once, after a rest, in seconds of it.
inline constexpr double kQuotaBurstS = 2;

class ApiKeys {
 public:
  using Clock = std::chrono::steady_clock;

  static absl::StatusOr<std::unique_ptr<ApiKeys>> Load(const std::string& path);
  static absl::StatusOr<std::unique_ptr<ApiKeys>> Parse(absl::string_view text, absl::string_view name_of_text);

  struct Verdict {
    Refusal refusal = Refusal::kNone;
    std::string client;        // the name of the key; "" when it is unknown
    absl::Status error;        // Unauthenticated, PermissionDenied or ResourceExhausted, unless kNone
    double retry_after_s = 0;  // for kQuota
  };

  // May the bearer of `key` make a call of this scope now? It then counts against his quota.
  Verdict Admit(absl::string_view key, Scope scope, Clock::time_point now = Clock::now());

  size_t size() const { return entries_.size(); }

 private:
  using Digest = std::array<unsigned char, 32>;
  struct Entry {
    std::string name;
    Digest digest;
    uint8_t scopes = 0;
    double calls_per_s = 0;  // 0: any number
    double allowance = 0;    // calls that may come now, at `seen`
    Clock::time_point seen = {};
  };

  ApiKeys() = default;
  static absl::StatusOr<Entry> ParseLine(absl::string_view line);
  static Digest DigestOf(absl::string_view key);

  base::Mutex mutex_;
  std::vector<Entry> entries_ ABSL_GUARDED_BY(mutex_);
};

struct NewKey {
  std::string key;   // to be given to the client, and kept nowhere
  std::string line;  // for the file
};

// A new random key. `scopes` as in the file; `calls_per_s` 0 for no quota. Errors: InvalidArgument for a name that is
// no word, or unknown scopes.
absl::StatusOr<NewKey> MakeKey(absl::string_view name, absl::string_view scopes, double calls_per_s);

}  // namespace dateline::admit

#endif  // DATELINE_SEARCHER_ADMIT_API_KEYS_H_
