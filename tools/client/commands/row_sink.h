// Where the rows of an export go: standard output, or a file that appears only when it is whole; and how far it is.
//
// Thread-safety: one thread. Errors: Internal and ResourceExhausted (a full disk) with the path; InvalidArgument for
// a path that cannot be a file.
#ifndef DATELINE_TOOLS_CLIENT_COMMANDS_ROW_SINK_H_
#define DATELINE_TOOLS_CLIENT_COMMANDS_ROW_SINK_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "core/base/file.h"

namespace dateline::client {

class RowSink {
 public:
  // "" for standard output.
  static absl::StatusOr<RowSink> Open(const std::string& path);
  RowSink(RowSink&& other) noexcept;
  RowSink& operator=(RowSink&&) = delete;
  // Removes what was written, unless it was published.
  ~RowSink();

  absl::Status Write(absl::string_view bytes);
  // Makes the file appear under its name, complete and synced.
  absl::Status Publish();

 private:
  explicit RowSink(std::string path) : path_(std::move(path)) {}

  std::string path_;
  std::string temporary_;  // "" when there is no file of ours to remove
  absl::optional<base::FileWriter> file_;
};

// Tells on standard error how many rows there are: in one line that changes on a terminal, else in a line now and
// then.
class Progress {
 public:
  explicit Progress(bool quiet);
  ~Progress() { Clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Count();
  uint64_t rows() const { return rows_; }
  // Takes the line back, so that something else may be said.
  void Clear();

 private:
  using Clock = std::chrono::steady_clock;

  const bool quiet_;
  const bool terminal_;
  const Clock::duration interval_;
  uint64_t rows_ = 0;
  bool shown_ = false;
  Clock::time_point next_;
};

}  // namespace dateline::client

#endif  // DATELINE_TOOLS_CLIENT_COMMANDS_ROW_SINK_H_
