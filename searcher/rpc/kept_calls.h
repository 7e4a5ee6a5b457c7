// The two calls whose replies are kept: what is asked, what comes back, and whom to ask; so that one piece of the
// service answers both.
//
// Thread-safety: pure functions, and those of the engine. It includes generated messages: only search_service.cc may
// include it.
#ifndef DATELINE_SEARCHER_RPC_KEPT_CALLS_H_
#define DATELINE_SEARCHER_RPC_KEPT_CALLS_H_

#include <google/protobuf/arena.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/base/deadline.h"
#include "proto/dateline/v1/search.pb.h"
#include "searcher/admit/reply_cache.h"
#include "searcher/rpc/errors.h"
#include "searcher/rpc/responses.h"
#include "searcher/serve/engine.h"

namespace dateline::rpc {

struct SearchKind {
  using Message = v1::SearchRequest;
  using Request = serve::SearchRequest;
  using ReplyMessage = v1::SearchResponse;
  static constexpr char kMethod[] = "Search";
  static absl::StatusOr<serve::SearchResponse> Ask(serve::Engine& engine, const Request& request,
                                                   const base::Deadline& deadline) {
    return engine.Search(request, deadline);
  }
  static const std::string& PageToken(const Message& message) { return message.page_token(); }
  static bool GivesPageToken(const serve::SearchResponse& response) { return !response.next_page_token.empty(); }
};

struct CountKind {
  using Message = v1::CountMatchesRequest;
  using Request = serve::CountRequest;
  using ReplyMessage = v1::CountMatchesResponse;
  static constexpr char kMethod[] = "CountMatches";
  static absl::StatusOr<serve::CountResponse> Ask(serve::Engine& engine, const Request& request,
                                                  const base::Deadline& deadline) {
    return engine.CountMatches(request, deadline);
  }
  static std::string PageToken(const Message&) { return ""; }
  static bool GivesPageToken(const serve::CountResponse&) { return false; }
};

// What a reply is kept under: equal requests have equal keys, however their clients encode them.
template <typename Kind>
std::string CacheKey(const typename Kind::Message& message) {
  return absl::StrCat(Kind::kMethod, "\n", message.SerializeAsString());
}

// What the messages of most replies take: a block of so many bytes for the reply that this thread makes. Not itself
// of the thread's storage, which lies in the stacks of all threads, and those of the metrics server are small.
inline constexpr size_t kArenaBytes = 32 << 10;
inline char* ArenaBlock() {
  static thread_local const std::unique_ptr<char[]> block(new char[kArenaBytes]);
  return block.get();
}

// The reply as it is kept and sent, without its tail; at most `max_bytes`.
template <typename Kind, typename Response>
absl::StatusOr<admit::ReplyCache::Reply> EncodeReply(Response response, size_t max_bytes) {
  auto body = std::make_shared<admit::CachedReply>();
  body->gives_page_token = Kind::GivesPageToken(response);
  body->generation = response.generation;
  body->total_hits = response.total;
  // A page is hundreds of small messages and strings, all of which go at once.
  google::protobuf::ArenaOptions arena_options;
  arena_options.initial_block = ArenaBlock();
  arena_options.initial_block_size = kArenaBytes;
  google::protobuf::Arena arena(arena_options);
  auto* const message = google::protobuf::Arena::CreateMessage<typename Kind::ReplyMessage>(&arena);
  ResponseToProto(std::move(response), message);
  const size_t bytes = message->ByteSizeLong();
  if (bytes > max_bytes) return ReplyTooLargeError("the reply", bytes, max_bytes);
  body->bytes.reserve(bytes);
  message->AppendToString(&body->bytes);
  return admit::ReplyCache::Reply(std::move(body));
}

}  // namespace dateline::rpc

#endif  // DATELINE_SEARCHER_RPC_KEPT_CALLS_H_
