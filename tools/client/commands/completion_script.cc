#include "tools/client/commands/completion_script.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "tools/client/names.h"

namespace dateline::client {
namespace {

constexpr char kDirectory[] = "DIR";
constexpr char kFile[] = "FILE";

// CLI11 keeps a choice of values as text behind the name of the type: "ORDER:{relevance,newest}".
std::vector<std::string> ChoicesIn(absl::string_view type) {
  const size_t begin = type.find('{');
  const size_t end = type.find('}');
  if (begin == absl::string_view::npos || end == absl::string_view::npos || end < begin) return {};
  return absl::StrSplit(type.substr(begin + 1, end - begin - 1), ',');
}

CompletedOption OptionOf(const CLI::Option& option) {
  CompletedOption completed;
  for (const std::string& name : option.get_snames()) completed.names.push_back(absl::StrCat("-", name));
  for (const std::string& name : option.get_lnames()) completed.names.push_back(absl::StrCat("--", name));
  completed.description = option.get_description();
  if (option.get_items_expected_max() > 0) {
    const std::string type = option.get_type_name();
    completed.value = type.substr(0, type.find(':'));
    if (completed.value.empty()) completed.value = "VALUE";
    completed.choices = ChoicesIn(type);
  }
  completed.repeats = option.get_expected_max() > 1;
  return completed;
}

CompletedCommand CommandOf(const CLI::App& app, const std::string& name) {
  CompletedCommand command;
  command.name = name;
  command.description = app.get_description();
  for (const CLI::Option* option : app.get_options()) {
    if (option->nonpositional()) command.options.push_back(OptionOf(*option));
  }
  return command;
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

std::vector<std::string> NamesOf(const CompletedCommand& command) {
  std::vector<std::string> names;
  for (const CompletedOption& option : command.options)
    names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

std::vector<std::string> CommandNames(const std::vector<CompletedCommand>& commands) {
  std::vector<std::string> names;
  for (const CompletedCommand& command : commands) {
    if (!command.name.empty()) names.push_back(command.name);
  }
  return names;
}

// What bash offers as the value of an option.
std::string BashValues(const CompletedOption& option) {
  if (!option.choices.empty()) {
    return absl::StrCat("COMPREPLY=($(compgen -W ", Quoted(absl::StrJoin(option.choices, " ")), " -- \"$cur\"))");
  }
  if (option.value == kDirectory) return "COMPREPLY=($(compgen -d -- \"$cur\"))";
  if (option.value == kFile) return "COMPREPLY=($(compgen -f -- \"$cur\"))";
  return "COMPREPLY=()";
}

// What zsh takes for the value of an option, behind its description.
std::string ZshValues(const CompletedOption& option) {
  if (option.value.empty()) return "";
  std::string action = " ";
  if (!option.choices.empty()) action = absl::StrCat("(", absl::StrJoin(option.choices, " "), ")");
  if (option.value == kDirectory) action = "_files -/";
  if (option.value == kFile) action = "_files";
  return absl::StrCat(":", option.value, ":", action);
}

std::string ZshText(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"[", "\\["}, {"]", "\\]"}, {":", "\\:"}});
}

std::string FishQuoted(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

}  // namespace

std::vector<CompletedCommand> CompletedCommands(const CLI::App& program) {
  std::vector<CompletedCommand> commands = {CommandOf(program, "")};
  for (const CLI::App* app : program.get_subcommands([](const CLI::App*) { return true; })) {
    commands.push_back(CommandOf(*app, app->get_name()));
    if (app->get_name() == "facets") commands.back().words = FacetNames();
    if (app->get_name() == "completion") commands.back().words = {"bash", "zsh", "fish"};
  }
  return commands;
}

std::string BashCompletion(const std::vector<CompletedCommand>& commands) {
  const std::vector<std::string> names = CommandNames(commands);
  std::string script = absl::StrCat(
      "# Completions of dateline for bash. Load them with: source <(dateline completion bash)\n"
      "_dateline() {\n"
      "  local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\" command= i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case \"${COMP_WORDS[i]}\" in\n"
      "      ",
      absl::StrJoin(names, "|"),
      ") command=\"${COMP_WORDS[i]}\"; break ;;\n"
      "    esac\n"
      "  done\n"
      "  case \"$command $prev\" in\n");
  for (const CompletedCommand& command : commands) {
    for (const CompletedOption& option : command.options) {
      if (option.value.empty()) continue;
      const std::string pattern = absl::StrJoin(option.names, "|", [&](std::string* out, const std::string& name) {
        absl::StrAppend(out, "'", command.name, " ", name, "'");
      });
      absl::StrAppend(&script, "    ", pattern, ") ", BashValues(option), "; return ;;\n");
    }
  }
  absl::StrAppend(&script, "  esac\n  case \"$command\" in\n");
  for (const CompletedCommand& command : commands) {
    std::vector<std::string> offered = command.name.empty() ? names : command.words;
    for (const std::string& name : NamesOf(command)) offered.push_back(name);
    absl::StrAppend(&script, "    ", Quoted(command.name), ") COMPREPLY=($(compgen -W ",
                    Quoted(absl::StrJoin(offered, " ")), " -- \"$cur\")) ;;\n");
  }
  absl::StrAppend(&script, "  esac\n}\ncomplete -F _dateline dateline\n");
  return script;
}

std::string ZshCompletion(const std::vector<CompletedCommand>& commands) {
  std::string script =
      "#compdef dateline\n"
      "# Completions of dateline for zsh. Load them with: source <(dateline completion zsh)\n"
      "_dateline() {\n"
      "  local curcontext=\"$curcontext\" state line\n"
      "  local -a commands\n"
      "  commands=(\n";
  for (const CompletedCommand& command : commands) {
    if (command.name.empty()) continue;
    absl::StrAppend(&script, "    ", Quoted(absl::StrCat(command.name, ":", ZshText(command.description))), "\n");
  }
  const auto options = [&script](const CompletedCommand& command, absl::string_view indent) {
    for (const CompletedOption& option : command.options) {
      for (const std::string& name : option.names) {
        absl::StrAppend(&script, " \\\n", indent,
                        Quoted(absl::StrCat(option.repeats ? "*" : "", name, "[", ZshText(option.description), "]",
                                            ZshValues(option))));
      }
    }
  };
  absl::StrAppend(&script, "  )\n  _arguments -C");
  options(commands.front(), "    ");
  absl::StrAppend(&script,
                  " \\\n    '1:command:->command' \\\n    '*::argument:->argument'\n"
                  "  case $state in\n"
                  "    command) _describe command commands ;;\n"
                  "    argument)\n"
                  "      case $words[1] in\n");
  for (const CompletedCommand& command : commands) {
    if (command.name.empty()) continue;
    absl::StrAppend(&script, "        ", command.name, ") _arguments");
    options(command, "          ");
    if (!command.words.empty()) {
      absl::StrAppend(&script, " \\\n          '1:name:(", absl::StrJoin(command.words, " "), ")'");
    }
    absl::StrAppend(&script, " ;;\n");
  }
  absl::StrAppend(
      &script,
      "      esac ;;\n  esac\n}\n"
      "if [[ $funcstack[1] == _dateline ]]; then _dateline \"$@\"; else compdef _dateline dateline; fi\n");
  return script;
}

std::string FishCompletion(const std::vector<CompletedCommand>& commands) {
  std::string script = "# Completions of dateline for fish. Load them with: dateline completion fish | source\n";
  for (const CompletedCommand& command : commands) {
    const std::string when = command.name.empty() ? std::string("__fish_use_subcommand")
                                                  : absl::StrCat("__fish_seen_subcommand_from ", command.name);
    const std::string begin = absl::StrCat("complete -c dateline -n ", FishQuoted(when), " -f");
    if (!command.name.empty()) {
      absl::StrAppend(&script, "complete -c dateline -n '__fish_use_subcommand' -f -a ", command.name, " -d ",
                      FishQuoted(command.description), "\n");
    }
    if (!command.words.empty()) {
      absl::StrAppend(&script, begin, " -a ", FishQuoted(absl::StrJoin(command.words, " ")), "\n");
    }
    for (const CompletedOption& option : command.options) {
      absl::StrAppend(&script, begin);
      for (const std::string& name : option.names) {
        const bool is_long = name.size() > 2;
        absl::StrAppend(&script, is_long ? " -l " : " -s ", name.substr(is_long ? 2 : 1));
      }
      if (!option.choices.empty()) {
        absl::StrAppend(&script, " -x -a ", FishQuoted(absl::StrJoin(option.choices, " ")));
      } else if (option.value == kDirectory) {
        absl::StrAppend(&script, " -x -a '(__fish_complete_directories)'");
      } else if (option.value == kFile) {
        absl::StrAppend(&script, " -r -F");
      } else if (!option.value.empty()) {
        absl::StrAppend(&script, " -x");
      }
      absl::StrAppend(&script, " -d ", FishQuoted(option.description), "\n");
    }
  }
  return script;
}

}  // namespace dateline::client
