// dateline: searches an index, or the server of one, from the command line.
//
// Data goes to standard output, messages go to standard error. Exit codes: 0 done, also without a hit; 1 failed, no
// such article, or no hit with --exit-status; 2 wrong usage or a bad query; 3 no index or no server; 5 out of time.
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "core/base/exit_code.h"
#include "tools/client/commands/output.h"
#include "tools/client/commands/program.h"

int main(int argc, char** argv) {
  // gRPC logs in its own manner what the exit code and the message say; whoever debugs it sets the variable.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    return dateline::client::FinishOutput(dateline::client::RunCommandLine(arguments));
  } catch (const std::exception& e) {
    dateline::client::Complain(e.what());
    return dateline::base::kExitFailed;
  }
}
