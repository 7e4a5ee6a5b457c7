// What a server says of its health by the standard protocol (grpc.health.v1).
#ifndef DATELINE_TESTS_SUPPORT_HEALTH_H_
#define DATELINE_TESTS_SUPPORT_HEALTH_H_

#include <string>

namespace dateline::test {

// "SERVING", "NOT_SERVING", or what went wrong. `service`: "" for the whole server.
std::string HealthOf(const std::string& address, const std::string& service);

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_HEALTH_H_
