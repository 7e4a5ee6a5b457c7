#include "core/base/json_writer.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "core/base/safe_text.h"
#include "core/base/utf8.h"

namespace dateline::base {
namespace {

// JSON demands this only of C0, '"' and '\'; the rest may steer a terminal or end a line of JavaScript.
bool NeedsEscape(char32_t c) { return c == '"' || c == '\\' || SteersDisplay(c) || IsDirectionMark(c); }

void AppendEscape(char32_t c, std::string* out) {
  switch (c) {
    case '"':
      out->append("\\\"");
      return;
    case '\\':
      out->append("\\\\");
      return;
    case '\n':
      out->append("\\n");
      return;
    case '\r':
      out->append("\\r");
      return;
    case '\t':
      out->append("\\t");
      return;
    default:
      break;
  }
  char buffer[8];
  std::snprintf(buffer, sizeof(buffer), "\\u%04x", static_cast<unsigned>(c & 0xFFFF));
  out->append(buffer);
}

}  // namespace

JsonWriter& JsonWriter::BeginObject() {
  BeforeValue();
  out_->push_back('{');
  need_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::EndObject() {
  out_->push_back('}');
  need_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::BeginArray() {
  BeforeValue();
  out_->push_back('[');
  need_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::EndArray() {
  out_->push_back(']');
  need_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::Key(absl::string_view name) {
  BeforeValue();
  AppendQuoted(name);
  out_->push_back(':');
  need_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::String(absl::string_view value) {
  BeforeValue();
  AppendQuoted(value);
  need_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::StringOrNull(absl::string_view value) { return value.empty() ? Null() : String(value); }

JsonWriter& JsonWriter::Int(int64_t value) { return Raw(absl::StrCat(value)); }

JsonWriter& JsonWriter::Uint(uint64_t value) { return Raw(absl::StrCat(value)); }

JsonWriter& JsonWriter::Double(double value) {
  if (!std::isfinite(value)) return Null();
  char buffer[32];  // the longest shortest form has 24 characters
  const std::to_chars_result result = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return Raw(absl::string_view(buffer, result.ptr - buffer));
}

JsonWriter& JsonWriter::Bool(bool value) { return Raw(value ? "true" : "false"); }

JsonWriter& JsonWriter::Null() { return Raw("null"); }

JsonWriter& JsonWriter::Raw(absl::string_view value) {
  BeforeValue();
  out_->append(value.data(), value.size());
  need_comma_ = true;
  return *this;
}

void JsonWriter::BeforeValue() {
  if (need_comma_) out_->push_back(',');
}

void JsonWriter::AppendQuoted(absl::string_view text) {
  out_->push_back('"');
  for (size_t at = 0; at < text.size();) {
    const size_t length = CodePointBytes(text, at);
    if (length == 0) {
      out_->append("\xEF\xBF\xBD");
      ++at;
      continue;
    }
    const char32_t c = DecodeCodePoint(text, at, length);
    if (NeedsEscape(c)) {
      AppendEscape(c, out_);
    } else {
      out_->append(text.data() + at, length);
    }
    at += length;
  }
  out_->push_back('"');
}

}  // namespace dateline::base
