#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "tools/client/commands/completion_script.h"
#include "tools/client/commands/program.h"

namespace dateline::client {
namespace {

// The lines of `script` from the first that contains `begin` to the next one that contains `end`.
std::string Section(const std::string& script, const std::string& begin, const std::string& end) {
  const size_t at = script.find(begin);
  if (at == std::string::npos) return "";
  return script.substr(at, script.find(end, at + begin.size()) - at);
}

TEST(CompletionTest, KnowsEveryCommand) {
  const Program program = MakeProgram();
  const std::vector<CompletedCommand> commands = CompletedCommands(*program.app);
  EXPECT_EQ(commands.size(), program.commands.size() + 1);
  std::set<std::string> names;
  for (const CompletedCommand& command : commands) names.insert(command.name);
  for (const char* name : {"", "search", "count", "histogram", "facets", "export", "get", "explain", "analyze",
                           "suggest", "status", "reload", "completion"}) {
    EXPECT_EQ(names.count(name), 1u) << name;
  }
}

TEST(CompletionTest, EveryOptionStandsInEveryScript) {
  const Program program = MakeProgram();
  const std::vector<CompletedCommand> commands = CompletedCommands(*program.app);
  const std::string bash = BashCompletion(commands);
  const std::string zsh = ZshCompletion(commands);
  const std::string fish = FishCompletion(commands);
  size_t seen = 0;
  // From the program itself, not from what the scripts are made of.
  for (const Command& command : program.commands) {
    const std::string name = command.app->get_name();
    const std::string in_bash = Section(bash, absl::StrCat("\n    '", name, "') COMPREPLY"), "\n");
    const std::string in_zsh = Section(zsh, absl::StrCat("\n        ", name, ") _arguments"), ";;");
    for (const CLI::Option* option : command.app->get_options()) {
      for (const std::string& long_name : option->get_lnames()) {
        ++seen;
        EXPECT_TRUE(absl::StrContains(absl::StrCat(Section(bash, absl::StrCat("'", name, "') COMPREPLY"), "\n"), " "),
                                      absl::StrCat("--", long_name)))
            << name << " " << long_name;
        EXPECT_TRUE(absl::StrContains(in_zsh, absl::StrCat("--", long_name, "["))) << name << " " << long_name;
        EXPECT_TRUE(absl::StrContains(Section(fish, absl::StrCat("_from ", name, "' -f"), "__fish_use_subcommand"),
                                      absl::StrCat(" -l ", long_name, " ")))
            << name << " " << long_name;
      }
      for (const std::string& short_name : option->get_snames()) {
        EXPECT_TRUE(absl::StrContains(in_zsh, absl::StrCat("'-", short_name, "["))) << name << " " << short_name;
        EXPECT_TRUE(absl::StrContains(Section(fish, absl::StrCat("_from ", name, "' -f"), "__fish_use_subcommand"),
                                      absl::StrCat(" -s ", short_name, " ")))
            << name << " " << short_name;
      }
    }
  }
  EXPECT_GT(seen, 80u);
}

TEST(CompletionTest, ChoicesAreOffered) {
  const Program program = MakeProgram();
  for (const CompletedCommand& command : CompletedCommands(*program.app)) {
    for (const CompletedOption& option : command.options) {
      const std::string& name = option.names.back();
      if (name == "--sort") {
        EXPECT_EQ(option.choices, (std::vector<std::string>{"relevance", "date", "newest", "oldest"}));
      }
      if (name == "--interval" || name == "--histogram") {
        EXPECT_EQ(option.choices, (std::vector<std::string>{"day", "week", "month", "year"}));
      }
      if (name == "--any") {
        EXPECT_EQ(option.value, "");
      }
      if (name == "--outlet") {
        EXPECT_EQ(option.value, "NAME");
      }
      if (name == "--index") {
        EXPECT_EQ(option.value, "DIR");
      }
    }
  }
}

TEST(CompletionTest, TextsAreQuoted) {
  const std::vector<CompletedCommand> commands = {
      {"", "", {}, {}},
      {"do", "it's [a] b:c", {{{"--x"}, "isn't [y]: \\", "VALUE", {"a", "b"}, true}}, {}},
  };
  EXPECT_TRUE(absl::StrContains(ZshCompletion(commands), "'*--x[isn'\\''t \\[y\\]\\: \\\\]:VALUE:(a b)'"));
  EXPECT_TRUE(absl::StrContains(FishCompletion(commands), "-l x -x -a 'a b' -d 'isn\\'t [y]: \\\\'"));
}

}  // namespace
}  // namespace dateline::client
