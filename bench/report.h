// Where results go: a table for people, or one JSON object a line for programs, on standard output.
//
// Thread-safety: belongs to one thread.
#ifndef DATELINE_BENCH_REPORT_H_
#define DATELINE_BENCH_REPORT_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "core/base/json_writer.h"

namespace dateline::bench {

// What a figure means nothing without.
struct Environment {
  std::string label;  // as given by the caller: usually a commit
  std::string cpu;
  std::string compiler;
  unsigned cores = 0;
  bool optimized = false;
};
Environment ReadEnvironment(absl::string_view label);

struct OutputOptions {
  bool json = false;
  std::string label;
};

class Report {
 public:
  explicit Report(const OutputOptions& options) : json_(options.json), environment_(ReadEnvironment(options.label)) {}

  // Prints `line` where people read, and with JSON nothing.
  void Text(absl::string_view line) const;

  // Prints one result: `line` for people, for programs an object of the environment and what `fill` writes.
  void Result(absl::string_view line, absl::FunctionRef<void(base::JsonWriter&)> fill) const;

  // The environment, for people.
  void Header() const;

 private:
  const bool json_;
  const Environment environment_;
};

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_REPORT_H_
