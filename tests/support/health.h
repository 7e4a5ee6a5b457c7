// A server asked by a client that knows none of our code: its health by the standard protocol (grpc.health.v1), and what
// status any call gets.
#ifndef DATELINE_TESTS_SUPPORT_HEALTH_H_
#define DATELINE_TESTS_SUPPORT_HEALTH_H_

#include <string>

namespace dateline::test {

// What a client shows, in PEM; "" for nothing.
struct Caller {
  std::string authorities;  // who vouches for the server; "": no TLS
  std::string certificate;
  std::string key;
  std::string api_key;
};

// "SERVING", "NOT_SERVING", or what went wrong. `service`: "" for the whole server.
std::string HealthOf(const std::string& address, const std::string& service, const Caller& caller = Caller());

// The number of the status of a call with an empty request: "/dateline.v1.SearchService/GetStatus".
int CodeOf(const std::string& address, const std::string& method, const Caller& caller);

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_HEALTH_H_
