#include "searcher/ops/config_reader.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/file.h"
#include "core/base/utf8.h"
#include "searcher/ops/config_check.h"
#include "searcher/ops/likely_name.h"
#include "searcher/ops/toml_file.h"

extern char** environ;

namespace dateline::ops {
namespace {

constexpr absl::string_view kEnvironmentPrefix = "DATELINE_SEARCHER_";
constexpr uint64_t kMaxFileBytes = 1 << 20;

// Sets one value, or says what is wrong with it: "0", "a text".
class Setter {
 public:
  Setter(const Setting& setting, ServerConfig& config) : setting_(setting), config_(config) {}

  bool Set(int64_t value) const {
    const auto* member = std::get_if<int ServerConfig::*>(&setting_.member);
    if (member == nullptr || value < setting_.min || value > setting_.max) return false;
    config_.*(*member) = static_cast<int>(value);
    return true;
  }
  bool Set(bool value) const {
    const auto* member = std::get_if<bool ServerConfig::*>(&setting_.member);
    if (member != nullptr) config_.*(*member) = value;
    return member != nullptr;
  }
  bool Set(const std::string& value) const {
    const auto* member = std::get_if<std::string ServerConfig::*>(&setting_.member);
    const bool chosen = setting_.choices.empty() ||
                        std::find(setting_.choices.begin(), setting_.choices.end(), value) != setting_.choices.end();
    if (member == nullptr || !chosen) return false;
    config_.*(*member) = value;
    return true;
  }
  bool Set(const std::vector<std::string>& values) const {
    const auto* member = std::get_if<std::vector<std::string> ServerConfig::*>(&setting_.member);
    if (member != nullptr) config_.*(*member) = values;
    return member != nullptr;
  }
  bool Set(const OtherValue&) const { return false; }

  // From a flag or a variable, where everything is text.
  bool SetFromText(const std::vector<std::string>& texts) const {
    if (std::holds_alternative<std::vector<std::string> ServerConfig::*>(setting_.member)) return Set(texts);
    const std::string& text = texts.back();
    int64_t number = 0;
    if (std::holds_alternative<int ServerConfig::*>(setting_.member)) {
      return absl::SimpleAtoi(text, &number) && Set(number);
    }
    if (std::holds_alternative<bool ServerConfig::*>(setting_.member)) {
      return (text == "true" || text == "false") && Set(text == "true");
    }
    return base::IsValidUtf8(text) && Set(text);
  }

 private:
  const Setting& setting_;
  ServerConfig& config_;
};

std::string NotAllowed(const Setting& setting, const std::string& what) {
  return absl::StrCat(what, " is not allowed; write ", Allowed(setting));
}

std::string Shown(int64_t value) { return absl::StrCat(value); }
std::string Shown(bool value) { return value ? "true" : "false"; }
std::string Shown(const std::string& value) {
  return value.size() > 60 || !base::IsValidUtf8(value) ? "this text" : absl::StrCat("\"", value, "\"");
}
std::string Shown(const std::vector<std::string>&) { return "an array"; }
std::string Shown(const OtherValue& value) { return value.what; }

class Reader {
 public:
  explicit Reader(ReadConfig& read) : read_(read) {}

  void File(const std::string& path) {
    const absl::StatusOr<uint64_t> bytes = base::FileBytes(path);
    if (bytes.ok() && *bytes > kMaxFileBytes) return Error(path, "is larger than a megabyte: is it a configuration?");
    const absl::StatusOr<std::string> text = base::ReadFile(path);
    if (!text.ok()) return Error("--config", std::string(text.status().message()));
    const absl::StatusOr<std::vector<TomlEntry>> entries = ParseToml(*text);
    if (!entries.ok()) {
      read_.errors.push_back(absl::StrCat(path, ":", entries.status().message()));
      return;
    }
    for (const TomlEntry& entry : *entries) Entry(absl::StrCat(path, ":", entry.line, ":", entry.column), entry);
  }

  void Environment(const std::vector<std::pair<std::string, std::string>>& variables) {
    for (const auto& [name, value] : variables) {
      if (absl::StartsWith(name, kEnvironmentPrefix)) Variable(name, value);
    }
  }

  void Flag(size_t index, const std::vector<std::string>& texts) {
    FromText(index, std::string(Settings()[index].flag), texts);
  }

 private:
  void Error(const std::string& place, const std::string& what) {
    read_.errors.push_back(absl::StrCat(place, ": ", what));
  }

  void Entry(const std::string& place, const TomlEntry& entry) {
    if (entry.section.empty()) return Error(place, NoSuchTopLevel(entry.name));
    if (entry.name.empty()) {
      if (!IsSection(entry.section)) Error(place, NoSuchSection(entry.section));
      return;
    }
    if (!IsSection(entry.section)) return;  // told once, for the section
    const size_t index = SettingIndex(entry.section, entry.name);
    if (index == Settings().size()) return Error(place, NoSuchSetting(entry.section, entry.name));
    const Setting& setting = Settings()[index];
    const bool set =
        std::visit([&](const auto& value) { return Setter(setting, read_.config).Set(value); }, entry.value);
    if (set) {
      read_.origins[index] = place;
      return;
    }
    const std::string shown = std::visit([](const auto& value) { return Shown(value); }, entry.value);
    Error(place, absl::StrCat(FullName(setting), ": ", NotAllowed(setting, shown)));
  }

  void Variable(const std::string& name, const std::string& value) {
    const absl::Span<const Setting> settings = Settings();
    size_t index = 0;
    while (index < settings.size() && EnvironmentName(settings[index]) != name) ++index;
    if (index < settings.size()) {
      const bool list = std::holds_alternative<std::vector<std::string> ServerConfig::*>(settings[index].member);
      return FromText(index, name,
                      list ? std::vector<std::string>(absl::StrSplit(value, ',')) : std::vector<std::string>{value});
    }
    // Others may set variables that begin so, as Kubernetes does for a service of our name: only those that name a
    // section are taken for mistakes.
    const std::string rest = absl::AsciiStrToLower(absl::string_view(name).substr(kEnvironmentPrefix.size()));
    const std::string section = rest.substr(0, rest.find('_'));
    if (!IsSection(section) || section.size() == rest.size()) return;
    Error(name, NoSuchSetting(section, rest.substr(section.size() + 1)));
  }

  void FromText(size_t index, const std::string& place, const std::vector<std::string>& texts) {
    const Setting& setting = Settings()[index];
    if (Setter(setting, read_.config).SetFromText(texts)) {
      read_.origins[index] = place;
    } else {
      Error(place, NotAllowed(setting, Shown(texts.back())));
    }
  }

  ReadConfig& read_;
};

}  // namespace

std::vector<std::pair<std::string, std::string>> ProcessEnvironment() {
  std::vector<std::pair<std::string, std::string>> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.push_back(absl::StrSplit(absl::string_view(*variable), absl::MaxSplits('=', 1)));
  }
  return variables;
}

ReadConfig LoadConfig(const ConfigInput& input) {
  ReadConfig read;
  read.origins.resize(Settings().size());
  Reader reader(read);
  if (!input.file.empty()) reader.File(input.file);
  reader.Environment(input.environment);
  for (const auto& [index, texts] : input.flags) reader.Flag(index, texts);
  if (read.errors.empty()) CheckTogether(read, read.errors);
  return read;
}

std::string PrintConfig(const ReadConfig& read) {
  std::string text;
  absl::string_view section;
  for (size_t i = 0; i < Settings().size(); ++i) {
    const Setting& setting = Settings()[i];
    if (setting.section != section) {
      section = setting.section;
      absl::StrAppend(&text, text.empty() ? "" : "\n", "[", section, "]\n");
    }
    const std::string origin = read.origins[i].empty() ? "the default" : absl::StrCat("from ", read.origins[i]);
    absl::StrAppend(&text, "# ", setting.help, ".\n# ", Allowed(setting), "; ", origin,
                    setting.live ? "; SIGHUP takes it up" : "", "\n", setting.name, " = ",
                    TomlValue(setting, read.config), "\n");
  }
  return text;
}

}  // namespace dateline::ops
