// Writes one JSON text (RFC 8259) piece by piece onto a string.
//
// The output is always valid UTF-8 on one line, and safe to show: control characters (C0, DEL, C1), the line
// separators U+2028 and U+2029 and the bidirectional controls are written as \uXXXX (safe_text.h). A byte that is not
// UTF-8 becomes U+FFFD.
//
//   JsonWriter json(&out);
//   json.BeginObject().Key("total").Uint(3).Key("hits").BeginArray().EndArray().EndObject();
//
// Thread-safety: not safe. Ownership: the string is the caller's and must outlive the writer.
// Errors: none; keeping brackets in balance and one key before each member is the caller's part.
#ifndef DATELINE_CORE_BASE_JSON_WRITER_H_
#define DATELINE_CORE_BASE_JSON_WRITER_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace dateline::base {

class JsonWriter {
 public:
  explicit JsonWriter(std::string* out) : out_(out) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  JsonWriter& BeginObject();
  JsonWriter& EndObject();
  JsonWriter& BeginArray();
  JsonWriter& EndArray();

  // The name of the member whose value comes next.
  JsonWriter& Key(absl::string_view name);

  JsonWriter& String(absl::string_view value);
  JsonWriter& StringOrNull(absl::string_view value);  // null for ""
  JsonWriter& Int(int64_t value);
  JsonWriter& Uint(uint64_t value);
  JsonWriter& Double(double value);  // the shortest digits that read back the same; null unless finite
  JsonWriter& Bool(bool value);
  JsonWriter& Null();

 private:
  JsonWriter& Raw(absl::string_view value);
  void BeforeValue();
  void AppendQuoted(absl::string_view text);

  std::string* out_;
  bool need_comma_ = false;  // the next key or value of the open container follows another
};

}  // namespace dateline::base

#endif  // DATELINE_CORE_BASE_JSON_WRITER_H_
