#include "tests/support/metrics_text.h"

#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace dateline::test {

MetricsText::MetricsText(const std::string& text) {
  if (text.empty() || text.back() != '\n') Problem("the end", "no line feed");
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(text, '\n', absl::SkipEmpty()))) {
    absl::StartsWith(line, "#") ? Comment(line) : Sample(line);
  }
}

double MetricsText::Value(const std::string& sample) const {
  const auto found = values_.find(sample);
  return found == values_.end() ? -1 : found->second;
}

void MetricsText::Comment(const std::string& line) {
  const std::vector<std::string> words = absl::StrSplit(line, absl::MaxSplits(' ', 3));
  if (words.size() != 4 || words[3].empty()) return Problem("no comment of the format", line);
  if (words[1] == "HELP") {
    if (!helped_.insert(words[2]).second) Problem("twice", line);
  } else if (words[1] == "TYPE") {
    if (!types_.emplace(words[2], words[3]).second) Problem("twice", line);
    // (Those of the HTTP server itself have names of their own.)
    if (words[3] == "counter" && !absl::EndsWith(words[2], "_total")) Problem("a counter without _total", line);
  } else {
    Problem("no comment of the format", line);
  }
}

void MetricsText::Sample(const std::string& line) {
  const size_t blank = line.rfind(' ');
  if (blank == std::string::npos) return Problem("no value", line);
  const std::string sample = line.substr(0, blank);
  char* end = nullptr;
  const double value = std::strtod(line.c_str() + blank + 1, &end);
  if (*end != '\0' || end == line.c_str() + blank + 1) Problem("no number", line);
  if (!values_.emplace(sample, value).second) Problem("twice", line);
  const size_t brace = sample.find('{');
  if (brace != std::string::npos && sample.back() != '}') Problem("labels do not end", line);
  absl::string_view name = absl::string_view(sample).substr(0, brace);
  if (types_.count(std::string(name)) == 0) {
    for (const absl::string_view suffix : {"_bucket", "_sum", "_count"}) {
      if (absl::ConsumeSuffix(&name, suffix)) break;
    }
  }
  const auto type = types_.find(std::string(name));
  if (type == types_.end() || helped_.count(std::string(name)) == 0) return Problem("HELP or TYPE is missing", line);
  if (type->second == "counter" && value < 0) Problem("a negative count", line);
}

}  // namespace dateline::test
