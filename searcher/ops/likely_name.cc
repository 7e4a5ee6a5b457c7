#include "searcher/ops/likely_name.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/edit_distance.h"
#include "searcher/ops/server_config.h"

namespace dateline::ops {
namespace {

// A beginning of the name is near, too.
size_t Distance(absl::string_view written, absl::string_view name) {
  if (written.size() >= 3 && absl::StartsWith(name, written)) return 1;
  return base::EditDistance(written, name);
}

std::vector<std::string> Sections() {
  std::vector<std::string> sections;
  for (const Setting& setting : Settings()) {
    if (sections.empty() || sections.back() != setting.section) sections.emplace_back(setting.section);
  }
  return sections;
}

std::vector<std::string> NamesIn(absl::string_view section) {
  std::vector<std::string> names;
  for (const Setting& setting : Settings()) {
    if (setting.section == section) names.emplace_back(setting.name);
  }
  return names;
}

// The sections that have a setting `name`.
std::vector<std::string> Homes(absl::string_view name) {
  std::vector<std::string> homes;
  for (const Setting& setting : Settings()) {
    if (setting.name == name) homes.push_back(absl::StrCat("[", setting.section, "]"));
  }
  return homes;
}

std::string Written(absl::string_view name) {
  return name.size() > 60 ? "a name of that length" : absl::StrCat("\"", name, "\"");
}

}  // namespace

std::string LikelyName(absl::string_view written, const std::vector<std::string>& names) {
  if (written.size() > 60) return "";  // the distance takes the product of both lengths
  std::string best;
  size_t best_distance = std::max<size_t>(1, written.size() / 3) + 1;
  for (const std::string& name : names) {
    const size_t distance = Distance(written, name);
    if (distance >= best_distance) continue;
    best_distance = distance;
    best = name;
  }
  return best;
}

bool IsSection(absl::string_view name) { return !NamesIn(name).empty(); }

std::string NoSuchSetting(absl::string_view section, absl::string_view name) {
  const std::string missing = absl::StrCat("no setting ", Written(name), " in [", section, "]; ");
  const std::vector<std::string> homes = Homes(name);
  if (!homes.empty()) return absl::StrCat(missing, "it belongs in ", absl::StrJoin(homes, " or "));
  const std::string likely = LikelyName(name, NamesIn(section));
  if (!likely.empty()) return absl::StrCat(missing, "did you mean \"", likely, "\"?");
  return absl::StrCat(missing, "there are ", absl::StrJoin(NamesIn(section), ", "));
}

std::string NoSuchSection(absl::string_view name) {
  const std::string likely = LikelyName(name, Sections());
  if (!likely.empty()) return absl::StrCat("no section ", Written(name), "; did you mean [", likely, "]?");
  return absl::StrCat("no section ", Written(name), "; there are ", absl::StrJoin(Sections(), ", "));
}

std::string NoSuchTopLevel(absl::string_view name) {
  const std::vector<std::string> homes = Homes(name);
  return absl::StrCat(Written(name), " stands before any section; ",
                      homes.empty() ? "every setting belongs in one, as queue in [admission]"
                                    : absl::StrCat("it belongs in ", absl::StrJoin(homes, " or ")));
}

}  // namespace dateline::ops
