// Where a server listens, as an operator writes it.
//
// Thread-safety: plain values and pure functions. Errors: InvalidArgument says how to write an address.
#ifndef DATELINE_SEARCHER_ADMIT_LISTEN_ADDRESS_H_
#define DATELINE_SEARCHER_ADMIT_LISTEN_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace dateline::admit {

struct ListenAddress {
  std::string host;  // with brackets, for IPv6; "" for a unix socket
  int port = 0;
  std::string unix_path;  // "" for TCP
  bool local = false;     // only this machine can reach it

  std::string BareHost() const;  // without brackets
  std::string ToString() const;  // "127.0.0.1:7370", "unix:/run/searcher.sock"
};

// "HOST:PORT" or "unix:/PATH". The name localhost is 127.0.0.1: it stands for two addresses, and a server that got
// only one of them would seem to work.
absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text);

}  // namespace dateline::admit

#endif  // DATELINE_SEARCHER_ADMIT_LISTEN_ADDRESS_H_
