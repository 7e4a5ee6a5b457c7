#include "searcher/admit/listen_address.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace dateline::admit {
namespace {

constexpr absl::string_view kUnix = "unix:";

bool IsLoopback(const std::string& host) {
  in_addr v4;
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6;
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

absl::StatusOr<ListenAddress> ParseUnix(absl::string_view path) {
  if (!absl::StartsWith(path, "/") || path.size() >= sizeof(sockaddr_un::sun_path)) {
    return absl::InvalidArgumentError(absl::StrCat("write unix:/PATH with an absolute path of at most ",
                                                   sizeof(sockaddr_un::sun_path) - 1, " bytes"));
  }
  ListenAddress address;
  address.unix_path = std::string(path);
  address.local = true;
  return address;
}

}  // namespace

std::string ListenAddress::BareHost() const {
  const bool has_brackets = absl::StartsWith(host, "[") && absl::EndsWith(host, "]");
  return has_brackets ? host.substr(1, host.size() - 2) : host;
}

std::string ListenAddress::ToString() const {
  return unix_path.empty() ? absl::StrCat(host, ":", port) : absl::StrCat(kUnix, unix_path);
}

absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text) {
  if (absl::ConsumePrefix(&text, kUnix)) return ParseUnix(text);
  const size_t colon = text.rfind(':');
  ListenAddress address;
  if (colon == absl::string_view::npos || colon == 0 || !absl::SimpleAtoi(text.substr(colon + 1), &address.port) ||
      address.port < 0 || address.port > 65535) {
    return absl::InvalidArgumentError("write HOST:PORT, as in 127.0.0.1:7370 or [::1]:7370, or unix:/PATH");
  }
  address.host = std::string(text.substr(0, colon));
  if (address.host == "localhost") address.host = "127.0.0.1";
  address.local = IsLoopback(address.BareHost());
  return address;
}

}  // namespace dateline::admit
