// A whole server: index, service, the threads beside them and what tells an operator about them, from the first log
// line to the last.
//
// Thread-safety: one thread. Ownership: nothing outlives the call but what the signals and the log hold.
#ifndef DATELINE_SEARCHER_SERVER_SERVER_H_
#define DATELINE_SEARCHER_SERVER_SERVER_H_

#include "searcher/ops/config_reader.h"
#include "searcher/server/stop_signals.h"

namespace dateline::server {

// Serves until a signal comes. `config` is what `input` was read as, without an error. Returns the exit code.
int RunServer(const ops::ConfigInput& input, const ops::ServerConfig& config, StopSignals* signals);

}  // namespace dateline::server

#endif  // DATELINE_SEARCHER_SERVER_SERVER_H_
