#include "bench/peers/common/documents.h"

#include <charconv>
#include <ctime>
#include <stdexcept>

namespace dateline::peers {
namespace {

constexpr size_t kFields = 7;

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

DocumentReader::DocumentReader(const std::string& path) : file_(path) {
  if (!file_) throw std::runtime_error("cannot read " + path);
}

bool DocumentReader::Read(Article& article) {
  if (!std::getline(file_, line_)) return false;
  const std::string where = "documents, line " + std::to_string(count_ + 1) + ": ";
  const std::vector<std::string_view> fields = Split(line_, '\t');
  if (fields.size() != kFields) {
    throw std::runtime_error(where + "has " + std::to_string(fields.size()) + " fields instead of 7");
  }
  article.number = count_++;
  article.instant = ParseNumber<int64_t>(fields[1]);
  if (!article.instant && !fields[1].empty()) throw std::runtime_error(where + "the instant is no number");
  article.outlets = fields[2];
  article.bylines = fields[3];
  article.sections = fields[4];
  article.stems = fields[5];
  article.words = fields[6];
  return true;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  if (text.empty()) return parts;
  for (;;) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<uint64_t> GapOf(std::string_view item) {
  if (item.empty() || item.front() != '\x02') return std::nullopt;
  return ParseNumber<uint64_t>(item.substr(1)).value_or(0);
}

std::string MonthOf(int64_t instant) {
  const std::time_t time = instant;
  std::tm parts = {};
  gmtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m", &parts);
  return text;
}

}  // namespace dateline::peers
