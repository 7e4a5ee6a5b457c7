#include "tools/client/commands/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "core/base/exit_code.h"
#include "searcher/query/query_error.h"
#include "tools/client/render.h"

namespace dateline::client {
namespace {

constexpr size_t kMinWidth = 20;

int ExitCodeFor(const absl::Status& error) {
  switch (error.code()) {
    case absl::StatusCode::kInvalidArgument:
      return base::kExitUsage;
    case absl::StatusCode::kUnavailable:
      return base::kExitNotReady;
    case absl::StatusCode::kDeadlineExceeded:
      return base::kExitDeadline;
    default:
      return base::kExitFailed;
  }
}

bool UseColor(absl::string_view when) {
  if (when != "auto") return when == "always";
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool refused = (no_color != nullptr && *no_color != '\0') || (term != nullptr && std::string(term) == "dumb");
  return !refused && IsTerminal(STDOUT_FILENO);
}

}  // namespace

void Print(absl::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void Complain(absl::string_view message) {
  const std::string line = absl::StrCat("dateline: ", SafeForTerminal(message), "\n");
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void PrintWarnings(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) Complain(absl::StrCat("note: ", warning));
}

int Fail(const absl::Status& error) {
  Complain(error.message());
  return ExitCodeFor(error);
}

int FailQuery(const absl::Status& error, absl::string_view query) {
  const absl::optional<size_t> offset = query::QueryErrorOffset(error);
  if (offset.has_value()) {
    const std::string place = QueryErrorText(query, *offset);
    std::fwrite(place.data(), 1, place.size(), stderr);
  }
  return Fail(error);
}

TextOptions TextOptionsFor(absl::string_view color) {
  TextOptions options;
  options.color = UseColor(color);
  options.terminal = IsTerminal(STDOUT_FILENO);
  winsize size;
  if (options.terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    options.width = std::max<size_t>(size.ws_col, kMinWidth);
  }
  return options;
}

bool IsTerminal(int fd) { return isatty(fd) != 0; }

int FinishOutput(int exit_code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_code;
  Complain("cannot write the output");
  return base::kExitFailed;
}

}  // namespace dateline::client
