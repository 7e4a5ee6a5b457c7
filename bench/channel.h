// Connections of benches to a server, each of its own.
//
// Thread-safety: a pure function. Errors: none; a server that is not there shows at the first call.
#ifndef DATELINE_BENCH_CHANNEL_H_
#define DATELINE_BENCH_CHANNEL_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

namespace dateline::bench {

inline std::shared_ptr<grpc::Channel> OwnConnection(const std::string& server) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // Else all channels would share one connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(server, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace dateline::bench

#endif  // DATELINE_BENCH_CHANNEL_H_
