// A file of TOML taken apart into the values of sections, each with its place.
//
// Thread-safety: pure. Errors: InvalidArgument for what is not TOML, with line and column.
#ifndef DATELINE_SEARCHER_OPS_TOML_FILE_H_
#define DATELINE_SEARCHER_OPS_TOML_FILE_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace dateline::ops {

// A kind of value that no setting has: "a date", "a table".
struct OtherValue {
  std::string what;
};

struct TomlEntry {
  std::string section;  // "" for what stands before any
  std::string name;     // "" for the section itself
  int line = 0;
  int column = 0;
  std::variant<int64_t, bool, std::string, std::vector<std::string>, OtherValue> value;
};

// In the order of the file.
absl::StatusOr<std::vector<TomlEntry>> ParseToml(absl::string_view text);

}  // namespace dateline::ops

#endif  // DATELINE_SEARCHER_OPS_TOML_FILE_H_
