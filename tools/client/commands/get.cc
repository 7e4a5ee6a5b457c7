// dateline get, dateline status, dateline reload
#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/base/exit_code.h"
#include "tools/client/commands/command.h"
#include "tools/client/commands/flags.h"
#include "tools/client/commands/output.h"
#include "tools/client/render.h"

namespace dateline::client {
namespace {

// Whole articles are long, and a reply has its limit.
constexpr size_t kBatchSize = 10;

constexpr char kGetHelp[] =
    "Prints whole articles.\n"
    "\n"
    "Examples:\n"
    "  dateline get https://example.com/2019/04/25/summit\n"
    "  dateline get 0f3a5c7e9b1d2f4a6c8e0b1d3f5a7c9e --json\n"
    "  dateline get ID1 ID2 ID3 --json | jq -r .headline\n"
    "\n"
    "An ID is the id or the key of a hit. With --json there is one object a line.";

constexpr char kStatusHelp[] =
    "Describes the index.\n"
    "\n"
    "Examples:\n"
    "  dateline status\n"
    "  dateline status --index /srv/news --json";

constexpr char kReloadHelp[] =
    "Has the server look for a newer generation of its index now.\n"
    "\n"
    "Examples:\n"
    "  dateline reload\n"
    "  dateline reload --server 127.0.0.1:7370 --timeout 60\n"
    "\n"
    "A server notices a new generation by itself. This tells when it is served, or why it is not: the exit code\n"
    "is 1 when the published generation was refused.";

struct Flags {
  TargetFlags target;
  std::string color = "auto";
};

int RunGet(const Flags& flags, const Words& ids) {
  if (ids.empty()) return Fail(absl::InvalidArgumentError("get what? Write the id of a hit"));
  const absl::StatusOr<std::unique_ptr<Backend>> backend = OpenBackend(flags.target);
  if (!backend.ok()) return Fail(backend.status());
  const TextOptions options = TextOptionsFor(flags.color);
  int exit_code = 0;
  for (size_t begin = 0; begin < ids.size(); begin += kBatchSize) {
    const size_t end = std::min(ids.size(), begin + kBatchSize);
    const Words batch(ids.begin() + static_cast<ptrdiff_t>(begin), ids.begin() + static_cast<ptrdiff_t>(end));
    const auto articles = (*backend)->GetArticles(batch);
    if (!articles.ok()) return Fail(articles.status());
    for (size_t i = 0; i < batch.size(); ++i) {
      if (!(*articles)[i].has_value()) {
        exit_code = Fail(absl::NotFoundError(absl::StrCat("no article has the id \"", batch[i], "\"")));
      } else if (flags.target.json) {
        Print(ArticleJson(*(*articles)[i]));
      } else {
        Print(absl::StrCat(begin + i > 0 ? "\n\n" : "", ArticleText(*(*articles)[i], options)));
      }
    }
  }
  return exit_code;
}

int RunStatus(const Flags& flags, const Words& words) {
  if (!words.empty()) return Fail(absl::InvalidArgumentError(absl::StrCat("status takes no word like ", words[0])));
  const absl::StatusOr<std::unique_ptr<Backend>> backend = OpenBackend(flags.target);
  if (!backend.ok()) return Fail(backend.status());
  const absl::StatusOr<serve::IndexStatus> status = (*backend)->Status();
  if (!status.ok()) return Fail(status.status());
  Print(flags.target.json ? StatusJson(*status) : StatusText(*status));
  return 0;
}

int RunReload(const Flags& flags, const Words& words) {
  if (!words.empty()) return Fail(absl::InvalidArgumentError(absl::StrCat("reload takes no word like ", words[0])));
  const absl::StatusOr<std::unique_ptr<Backend>> backend = OpenBackend(flags.target);
  if (!backend.ok()) return Fail(backend.status());
  const absl::StatusOr<serve::ReloadResult> result = (*backend)->Reload();
  if (!result.ok()) return Fail(result.status());
  Print(flags.target.json ? ReloadJson(*result) : ReloadText(*result));
  return 0;
}

}  // namespace

Command AddGet(CLI::App* program) {
  auto flags = std::make_shared<Flags>();
  CLI::App* app = AddCommand(program, "get [OPTIONS] ID...", "Prints whole articles", kGetHelp);
  AddColorOption(app, &flags->color);
  AddTargetOptions(app, &flags->target);
  return {app, [flags](const Words& words) { return RunGet(*flags, words); }};
}

Command AddStatus(CLI::App* program) {
  auto flags = std::make_shared<Flags>();
  CLI::App* app = AddCommand(program, "status [OPTIONS]", "Describes the index", kStatusHelp);
  AddTargetOptions(app, &flags->target);
  return {app, [flags](const Words& words) { return RunStatus(*flags, words); }};
}

Command AddReload(CLI::App* program) {
  auto flags = std::make_shared<Flags>();
  CLI::App* app = AddCommand(program, "reload [OPTIONS]", "Has the server look for a newer generation", kReloadHelp);
  AddTargetOptions(app, &flags->target);
  return {app, [flags](const Words& words) { return RunReload(*flags, words); }};
}

}  // namespace dateline::client
