#include "tests/support/health.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"

namespace dateline::test {

namespace {

std::shared_ptr<grpc::ChannelCredentials> CredentialsOf(const Caller& caller) {
  if (caller.authorities.empty()) return grpc::InsecureChannelCredentials();
  return grpc::SslCredentials({caller.authorities, caller.key, caller.certificate});
}

grpc::Status Call(const std::string& address, const std::string& method, const Caller& caller,
                  const std::string& request, grpc::ByteBuffer* answer) {
  const grpc::Slice slice(request);
  const grpc::ByteBuffer asked(&slice, 1);
  grpc::GenericStub stub(grpc::CreateChannel(address, CredentialsOf(caller)));
  grpc::CompletionQueue queue;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  if (!caller.api_key.empty()) context.AddMetadata("authorization", "Bearer " + caller.api_key);
  const auto call = stub.PrepareUnaryCall(&context, method, asked, &queue);
  call->StartCall();
  grpc::Status status;
  call->Finish(answer, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  return status;
}

}  // namespace

int CodeOf(const std::string& address, const std::string& method, const Caller& caller) {
  grpc::ByteBuffer answer;
  return Call(address, method, caller, "", &answer).error_code();
}

// No package has the generated code, and its two messages have one field each (github.com/grpc/grpc, doc/health-checking.md).
std::string HealthOf(const std::string& address, const std::string& service, const Caller& caller) {
  constexpr char kServiceField = 1 << 3 | 2;  // a string
  constexpr char kStatusField = 1 << 3;       // an enumeration
  std::string request = {kServiceField, static_cast<char>(service.size())};
  request += service;
  grpc::ByteBuffer answered;
  const grpc::Status status = Call(address, "/grpc.health.v1.Health/Check", caller, request, &answered);
  if (!status.ok()) return status.error_message();
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!answered.Dump(&slices).ok()) return "the answer cannot be read";
  for (const grpc::Slice& part : slices) bytes.append(reinterpret_cast<const char*>(part.begin()), part.size());
  if (bytes.size() != 2 || bytes[0] != kStatusField) return absl::StrCat("an answer of ", bytes.size(), " bytes");
  return bytes[1] == 1 ? "SERVING" : bytes[1] == 2 ? "NOT_SERVING" : absl::StrCat("status ", static_cast<int>(bytes[1]));
}

}  // namespace dateline::test
