// The man pages say what the programs say: every option of every command, no other, and every setting.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/file.h"
#include "searcher/ops/metrics.h"
#include "searcher/ops/server_config.h"
#include "tests/support/process.h"

namespace dateline {
namespace {

using ::testing::IsEmpty;
using ::testing::IsSubsetOf;
using Options = std::set<std::string>;

std::string PagePath(const std::string& name) { return absl::StrCat("tools/man/", name); }

std::vector<std::string> LinesOf(const std::string& text) { return absl::StrSplit(text, '\n'); }

// The lines of `text` between one that is `heading` and the next empty one.
std::vector<std::string> Paragraph(const std::string& text, const std::string& heading) {
  std::vector<std::string> lines;
  bool in = false;
  for (const std::string& line : LinesOf(text)) {
    if (in && line.empty()) break;
    if (in) lines.push_back(line);
    in = in || line == heading;
  }
  return lines;
}

// What --help of a program and of its commands lists: by command, "" for the program, "corpus measure" for one of a
// command.
void ReadHelp(const std::string& program, const std::vector<std::string>& command,
              std::map<std::string, Options>& all) {
  std::vector<std::string> arguments = {program};
  arguments.insert(arguments.end(), command.begin(), command.end());
  arguments.push_back("--help");
  const test::Outcome help = test::RunProgram(arguments);
  ASSERT_EQ(help.exit_code, 0) << absl::StrJoin(arguments, " ") << help.err;
  Options& options = all[absl::StrJoin(command, " ")];
  for (absl::string_view line : Paragraph(help.out, "Options:")) {
    if (!absl::ConsumePrefix(&line, "  -")) continue;
    const std::string names = absl::StrCat("-", line.substr(0, line.find_first_of(" :{")));
    for (const absl::string_view name : absl::StrSplit(names, ',')) options.emplace(name);
  }
  for (absl::string_view line : Paragraph(help.out, "Subcommands:")) {
    if (!absl::ConsumePrefix(&line, "  ") || absl::StartsWith(line, " ")) continue;
    std::vector<std::string> deeper = command;
    deeper.emplace_back(line.substr(0, line.find(' ')));
    ReadHelp(program, deeper, all);
  }
}

// The options that items of a page's lists are about: by sub-section, "" for what stands outside of these.
std::map<std::string, Options> ReadPage(const std::string& program) {
  std::map<std::string, Options> all;
  std::string command;
  for (absl::string_view line : LinesOf(base::ReadFile(PagePath(program + ".1")).value())) {
    if (absl::StartsWith(line, ".Sh ")) command.clear();
    if (absl::ConsumePrefix(&line, ".Ss ")) {
      command = std::string(line);
      all[command];
    }
    if (!absl::ConsumePrefix(&line, ".It ")) continue;
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    for (size_t i = 0; i + 1 < words.size(); ++i) {
      if (words[i] == "Fl") all[command].insert("-" + words[i + 1]);
    }
  }
  return all;
}

Options UnionOf(const std::map<std::string, Options>& all) {
  Options together;
  for (const auto& [command, options] : all) together.insert(options.begin(), options.end());
  return together;
}

class ManTest : public ::testing::TestWithParam<std::string> {};

TEST_P(ManTest, ThePageHasTheOptionsOfTheProgram) {
  std::map<std::string, Options> help;
  ASSERT_NO_FATAL_FAILURE(ReadHelp(GetParam(), {}, help));
  EXPECT_GT(UnionOf(help).size(), 5U) << "the test must have read something";
  std::map<std::string, Options> page = ReadPage(GetParam());
  const Options common = page[""];
  page[""].clear();
  EXPECT_THAT(common, IsSubsetOf(UnionOf(help))) << "options that no command has";
  for (const auto& [command, options] : help) {
    ASSERT_EQ(page.count(command), 1U) << "no section for the command " << command;
    Options described = page[command];
    EXPECT_THAT(described, IsSubsetOf(options)) << command;
    described.insert(common.begin(), common.end());
    EXPECT_THAT(options, IsSubsetOf(described)) << command;
    page.erase(command);
  }
  EXPECT_THAT(page, IsEmpty()) << "sections for commands that are none";
}

INSTANTIATE_TEST_SUITE_P(Programs, ManTest,
                         ::testing::Values("dateline", "dateline-indexer", "dateline-searcher", "dateline-bench"),
                         [](const auto& of) {
                           return absl::StrReplaceAll(of.param, {{"-", "_"}});
                         });

// The text of mdoc for what the table of settings holds.
std::string SettingsAsMan() {
  const ops::ServerConfig defaults;
  std::string text;
  absl::string_view section;
  for (const ops::Setting& setting : ops::Settings()) {
    if (setting.section != section) {
      absl::StrAppend(&text, section.empty() ? "" : ".El\n", ".Ss [", setting.section, "]\n.Bl -tag -width Ds\n");
      section = setting.section;
    }
    absl::StrAppend(&text, ".It Ic ", setting.name, "\n", setting.help, ".\n.br\n");
    const std::string value = absl::StrReplaceAll(ops::TomlValue(setting, defaults), {{"\\", "\\e"}});
    absl::StrAppend(&text, "It is ", ops::Allowed(setting), "; the default is\n.Li ",
                    absl::StrReplaceAll(value, {{"\"", "\\(dq"}}), " .\n.br\nFlag:\n.Fl ", setting.flag.substr(1),
                    setting.live ? " .\nIt can change while the server runs.\n" : "\n");
  }
  return text + ".El\n";
}

// The same for what a scrape gives. (Those of the process have the names that Prometheus has for all.)
std::string MetricsAsMan() {
  ops::MetricSources sources;
  sources.service = [] { return rpc::ServiceGauges(); };
  sources.index = [] { return serve::IndexStatus(); };
  sources.log_lines_dropped = [] { return uint64_t{0}; };
  ops::Metrics metrics(sources);
  metrics.CallEnded(rpc::CallRecord());
  std::map<std::string, std::string> helps;
  for (absl::string_view line : LinesOf(metrics.Text())) {
    if (!absl::ConsumePrefix(&line, "# HELP ")) continue;
    const size_t blank = line.find(' ');
    helps.emplace(line.substr(0, blank), line.substr(blank + 1));
  }
  std::string text = ".Bl -tag -width Ds\n";
  for (const auto& [name, help] : helps) absl::StrAppend(&text, ".It Li ", name, "\n", help, "\n");
  return text + ".El\n";
}

// What stands between two comments of a page is made from what it is about.
void HoldTogether(const std::string& page, const std::string& made) {
  const std::string path = PagePath(page);
  const std::string text = base::ReadFile(path).value();
  const std::string begin = ".\\\" BEGIN\n";
  const size_t from = text.find(begin) + begin.size();
  const size_t to = text.find(".\\\" END\n");
  ASSERT_LE(from, to);
  if (std::getenv("DATELINE_UPDATE_MAN") != nullptr) {
    std::ofstream(path) << text.substr(0, from) << made << text.substr(to);
    return;
  }
  EXPECT_EQ(text.substr(from, to - from), made) << "run this test with DATELINE_UPDATE_MAN=1";
}

TEST(ManTest, EverySettingIsDescribed) { HoldTogether("dateline-searcher.toml.5", SettingsAsMan()); }

TEST(ManTest, EveryMetricIsDescribed) { HoldTogether("dateline-searcher.1", MetricsAsMan()); }

}  // namespace
}  // namespace dateline
