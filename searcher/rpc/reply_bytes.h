// Replies as the bytes that go over the wire: made once, kept, and sent again without being copied or encoded anew.
//
// A message is the same however its fields are dealt out among stretches of bytes: what differs from one sending of
// an answer to the next (its times, whether it was at hand) follows behind what stays the same.
//
// Thread-safety: pure functions. Ownership: what SetReply is given lives until gRPC has sent it. It includes gRPC:
// only .cc files of this room may include it.
#ifndef DATELINE_SEARCHER_RPC_REPLY_BYTES_H_
#define DATELINE_SEARCHER_RPC_REPLY_BYTES_H_

#include <grpcpp/support/byte_buffer.h>

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "searcher/admit/reply_cache.h"
#include "searcher/rpc/call_record.h"

namespace dateline::rpc {

// False when the bytes are no message of the kind.
template <typename Message>
bool ParseRequest(const grpc::ByteBuffer& bytes, Message* message);

// The tail of an answer that was worked out, with what its stages took, and of one that was at hand.
std::string TimesTail(const CallStages& stages);
absl::string_view FromCacheTail();

void SetReply(admit::ReplyCache::Reply body, absl::string_view tail, grpc::ByteBuffer* reply);

// The encoded results of several searches in one reply; each is a field `results` of MultiSearchResponse.
void AppendResult(const admit::CachedReply& body, absl::string_view tail, std::string& encoded);
void AppendResultMessage(absl::string_view message, std::string& encoded);

}  // namespace dateline::rpc

#endif  // DATELINE_SEARCHER_RPC_REPLY_BYTES_H_
