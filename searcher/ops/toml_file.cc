#include "searcher/ops/toml_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace dateline::ops {
namespace {

std::string KindName(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a section";
    case toml::node_type::array:
      return "an array of other things than texts";
    case toml::node_type::floating_point:
      return "a number with a fraction";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
      return "a date or time";
    default:
      return "this";
  }
}

decltype(TomlEntry::value) ValueOf(const toml::node& node) {
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* truth = node.as_boolean()) return truth->get();
  if (const auto* text = node.as_string()) return text->get();
  const toml::array* array = node.as_array();
  if (array == nullptr) return OtherValue{KindName(node)};
  std::vector<std::string> texts;
  for (const toml::node& element : *array) {
    const auto* text = element.as_string();
    if (text == nullptr) return OtherValue{KindName(node)};
    texts.push_back(text->get());
  }
  return texts;
}

TomlEntry EntryAt(const toml::key& key, std::string section, std::string name) {
  TomlEntry entry;
  entry.section = std::move(section);
  entry.name = std::move(name);
  entry.line = static_cast<int>(key.source().begin.line);
  entry.column = static_cast<int>(key.source().begin.column);
  return entry;
}

std::vector<TomlEntry> EntriesOf(const toml::table& root) {
  std::vector<TomlEntry> entries;
  for (const auto& [key, node] : root) {
    const toml::table* section = node.as_table();
    entries.push_back(EntryAt(key, section != nullptr ? std::string(key.str()) : "",
                              section != nullptr ? "" : std::string(key.str())));
    entries.back().value = ValueOf(node);
    if (section == nullptr) continue;
    for (const auto& [name, value] : *section) {
      entries.push_back(EntryAt(name, std::string(key.str()), std::string(name.str())));
      entries.back().value = ValueOf(value);
    }
  }
  const auto place = [](const TomlEntry& entry) { return std::tie(entry.line, entry.column); };
  std::stable_sort(entries.begin(), entries.end(),
                   [&place](const TomlEntry& a, const TomlEntry& b) { return place(a) < place(b); });
  return entries;
}

}  // namespace

absl::StatusOr<std::vector<TomlEntry>> ParseToml(absl::string_view text) {
  try {
    return EntriesOf(toml::parse(std::string_view(text.data(), text.size())));
  } catch (const toml::parse_error& e) {
    const std::string_view why = e.description();
    return absl::InvalidArgumentError(
        absl::StrCat(e.source().begin.line, ":", e.source().begin.column,
                     ": this is not TOML: ", absl::string_view(why.data(), why.size())));
  }
}

}  // namespace dateline::ops
