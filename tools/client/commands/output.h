// What a command says and how it ends: data to standard output, messages to standard error, one exit code a meaning.
//
// Thread-safety: one thread.
#ifndef DATELINE_TOOLS_CLIENT_COMMANDS_OUTPUT_H_
#define DATELINE_TOOLS_CLIENT_COMMANDS_OUTPUT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tools/client/terminal.h"

namespace dateline::client {

// Data.
void Print(absl::string_view text);

// A message, made safe, after the name of the program.
void Complain(absl::string_view message);
// What the answer to a query says about the query.
void PrintWarnings(const std::vector<std::string>& warnings);

// Tells the error and gives the exit code for it.
int Fail(const absl::Status& error);
// The same of the answer to a query: shows where in the query the error is, if it is in there.
int FailQuery(const absl::Status& error, absl::string_view query);

// `color` is "auto", "always" or "never".
TextOptions TextOptionsFor(absl::string_view color);
bool IsTerminal(int fd);

// The exit code of a command whose output may not have arrived: a full disk or a closed pipe must not look like
// success.
int FinishOutput(int exit_code);

}  // namespace dateline::client

#endif  // DATELINE_TOOLS_CLIENT_COMMANDS_OUTPUT_H_
