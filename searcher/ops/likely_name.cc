#include "searcher/ops/likely_name.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "searcher/ops/server_config.h"

namespace dateline::ops {
namespace {

// How many letters must be changed, added or left out.
size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
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
    const size_t distance = EditDistance(written, name);
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
