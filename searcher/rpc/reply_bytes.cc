#include "searcher/rpc/reply_bytes.h"

#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/slice.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "core/base/coding.h"
#include "proto/dateline/v1/search.pb.h"

namespace dateline::rpc {
namespace {

// A field with a length, as the wire format writes its number.
std::string LengthTag(int field) {
  constexpr int kLengthDelimited = 2;
  std::string tag;
  base::AppendVarint(tag, static_cast<uint64_t>(field << 3 | kLengthDelimited));
  return tag;
}

uint32_t Microseconds(double seconds) { return static_cast<uint32_t>(std::clamp(seconds * 1e6, 0.0, 4e9)); }

// Keeps a reply until gRPC has sent it.
grpc::Slice SliceOf(admit::ReplyCache::Reply body) {
  auto* const kept = new admit::ReplyCache::Reply(std::move(body));
  const std::string& bytes = (*kept)->bytes;
  return grpc::Slice(
      const_cast<char*>(bytes.data()), bytes.size(),
      [](void* reply) { delete static_cast<admit::ReplyCache::Reply*>(reply); }, kept);
}

}  // namespace

template <typename Message>
bool ParseRequest(const grpc::ByteBuffer& bytes, Message* message) {
  // The reader takes the buffer as one that it may change, and does not.
  grpc::ProtoBufferReader reader(const_cast<grpc::ByteBuffer*>(&bytes));
  return reader.status().ok() && message->ParseFromZeroCopyStream(&reader);
}

template bool ParseRequest(const grpc::ByteBuffer& bytes, v1::SearchRequest* message);
template bool ParseRequest(const grpc::ByteBuffer& bytes, v1::CountMatchesRequest* message);
template bool ParseRequest(const grpc::ByteBuffer& bytes, v1::MultiSearchRequest* message);

static_assert(int{v1::SearchResponse::kTimingsFieldNumber} == int{v1::CountMatchesResponse::kTimingsFieldNumber} &&
                  int{v1::SearchResponse::kFromCacheFieldNumber} ==
                      int{v1::CountMatchesResponse::kFromCacheFieldNumber},
              "one tail serves both");

std::string TimesTail(const CallStages& stages) {
  v1::SearchResponse tail;
  v1::Timings* const timings = tail.mutable_timings();
  timings->set_queue_us(Microseconds(stages.queue_s));
  timings->set_plan_us(Microseconds(stages.plan_s));
  timings->set_match_us(Microseconds(stages.match_s));
  timings->set_present_us(Microseconds(stages.present_s));
  return tail.SerializeAsString();
}

absl::string_view FromCacheTail() {
  static const std::string* const tail = [] {
    v1::SearchResponse from_cache;
    from_cache.set_from_cache(true);
    return new std::string(from_cache.SerializeAsString());
  }();
  return *tail;
}

void SetReply(admit::ReplyCache::Reply body, absl::string_view tail, grpc::ByteBuffer* reply) {
  const grpc::Slice slices[] = {SliceOf(std::move(body)), grpc::Slice(tail.data(), tail.size())};
  *reply = grpc::ByteBuffer(slices, std::size(slices));
}

void AppendResult(const admit::CachedReply& body, absl::string_view tail, std::string& encoded) {
  static const std::string* const response_tag =
      new std::string(LengthTag(v1::MultiSearchResult::kResponseFieldNumber));
  std::string header = *response_tag;
  base::AppendVarint(header, body.bytes.size() + tail.size());
  static const std::string* const result_tag =
      new std::string(LengthTag(v1::MultiSearchResponse::kResultsFieldNumber));
  encoded += *result_tag;
  base::AppendVarint(encoded, header.size() + body.bytes.size() + tail.size());
  encoded += header;
  encoded += body.bytes;
  encoded.append(tail.data(), tail.size());
}

void AppendResultMessage(absl::string_view message, std::string& encoded) {
  static const std::string* const result_tag =
      new std::string(LengthTag(v1::MultiSearchResponse::kResultsFieldNumber));
  encoded += *result_tag;
  base::AppendVarint(encoded, message.size());
  encoded.append(message.data(), message.size());
}

}  // namespace dateline::rpc
