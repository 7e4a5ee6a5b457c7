// A server as an operator runs it: configured by a file, scraped, watched by a service manager, told to reload.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/file.h"
#include "core/index/generation.h"
#include "tests/support/health.h"
#include "tests/support/metrics_text.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace dateline {
namespace {

using test::Background;
using test::MetricsText;
using test::Outcome;
using test::RunProgram;
using test::TempDir;
using ::testing::Each;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

bool Eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 600; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

// The answer to GET `path` at a port of this machine, head and body.
std::string Get(int port, const std::string& path) {
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  std::string answer;
  const std::string request = absl::StrCat("GET ", path, " HTTP/1.0\r\n\r\n");
  if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof(to)) == 0 &&
      ::write(fd, request.data(), request.size()) == static_cast<ssize_t>(request.size())) {
    char buffer[4096];
    for (ssize_t n = ::read(fd, buffer, sizeof(buffer)); n > 0; n = ::read(fd, buffer, sizeof(buffer))) {
      answer.append(buffer, static_cast<size_t>(n));
    }
  }
  ::close(fd);
  return answer;
}

std::string BodyOf(const std::string& answer) {
  const size_t end_of_head = answer.find("\r\n\r\n");
  return end_of_head == std::string::npos ? "" : answer.substr(end_of_head + 4);
}

// The socket that a service manager listens on.
class Manager {
 public:
  explicit Manager(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un at = {};
    at.sun_family = AF_UNIX;
    std::strncpy(at.sun_path, path.c_str(), sizeof(at.sun_path) - 1);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&at), sizeof(at)), 0);
  }
  ~Manager() { ::close(fd_); }

  // Waits for a message with `text` in it.
  bool Hears(const std::string& text) {
    return Eventually([&] {
      Listen();
      return absl::StrContains(heard_, text);
    });
  }
  void Forget() {
    Listen();
    heard_.clear();
  }

 private:
  void Listen() {
    char buffer[4096];
    for (ssize_t n = ::recv(fd_, buffer, sizeof(buffer), MSG_DONTWAIT); n > 0;
         n = ::recv(fd_, buffer, sizeof(buffer), MSG_DONTWAIT)) {
      heard_.append(buffer, static_cast<size_t>(n)).append("\n\n");
    }
  }

  int fd_;
  std::string heard_;
};

class ServerTest : public ::testing::Test {
 protected:
  std::string Index() const { return files_.Path("index"); }
  std::string Config() const { return files_.Path("searcher.toml"); }

  void Build(const std::vector<std::string>& inputs) {
    std::vector<std::string> arguments = {"dateline-indexer", "build", "--quiet", "--index", Index()};
    arguments.insert(arguments.end(), inputs.begin(), inputs.end());
    const Outcome built = RunProgram(arguments);
    ASSERT_EQ(built.exit_code, 0) << built.err;
  }

  void Configure(const std::string& more) {
    files_.Write("searcher.toml",
                 absl::StrCat("[server]\nindex = \"", Index(), "\"\nlisten = [\"127.0.0.1:0\"]\n[metrics]\n",
                              "listen = \"127.0.0.1:0\"\n[log]\nformat = \"json\"\n", more));
  }

  // With standard error in a file, and what a service manager sets.
  std::unique_ptr<Background> Start() {
    const std::string command =
        absl::StrCat("NOTIFY_SOCKET=", files_.Path("notify"), " WATCHDOG_USEC=200000 exec ",
                     test::ProgramPath("dateline-searcher"), " --config ", Config(), " 2>", files_.Path("log"));
    return std::make_unique<Background>(std::vector<std::string>{"/bin/sh", "-c", command});
  }

  std::string Log() const { return base::ReadFile(files_.Path("log")).value_or(""); }
  bool Logs(const std::string& text) const {
    return Eventually([&] { return absl::StrContains(Log(), text); });
  }

  TempDir files_;
};

TEST_F(ServerTest, AnOperatorIsToldAll) {
  Build({"tests/sample/scraped", "tests/sample/feeds"});
  const std::string first = index::ReadCurrent(Index()).value();
  Configure("");
  Manager manager(files_.Path("notify"));
  const std::unique_ptr<Background> server = Start();
  const std::string address = server->WaitForLine("listening on ");
  ASSERT_FALSE(address.empty()) << Log();
  EXPECT_TRUE(manager.Hears("READY=1\nSTATUS=Serving generation " + first));
  EXPECT_TRUE(manager.Hears("WATCHDOG=1"));

  ASSERT_TRUE(Logs("metrics on http://127.0.0.1:"));
  const std::string log = Log();
  EXPECT_EQ(RunProgram({"dateline", "count", "--server", address, "strike"}).exit_code, 0);
  const std::string before_port = "metrics on http://127.0.0.1:";
  const int port = std::atoi(log.c_str() + log.find(before_port) + before_port.size());
  const auto metrics = [port] { return MetricsText(BodyOf(Get(port, "/metrics"))); };
  EXPECT_THAT(Get(port, "/metrics"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Get(port, "/other"), StartsWith("HTTP/1.0 404"));
  EXPECT_THAT(metrics().Problems(), IsEmpty());
  EXPECT_EQ(metrics().Value("dateline_documents"), 73);
  EXPECT_EQ(metrics().Value(absl::StrCat("dateline_generation_info{generation=\"", first, "\"}")), 1);
  EXPECT_GT(metrics().Value("dateline_served_since_seconds"), 1.5e9);

  EXPECT_EQ(metrics().Value("dateline_calls_total{code=\"OK\",method=\"CountMatches\"}"), 1);
  EXPECT_EQ(metrics().Value("dateline_cache_misses_total"), 1);

  // A reload names what it cannot take up, and looks for a new generation.
  manager.Forget();
  Configure("slow_ms = 1\nlevel = \"info\"\n[admission]\nqueue = 7\n");
  Build({"tests/sample/scraped"});
  const std::string second = index::ReadCurrent(Index()).value();
  server->Signal(SIGHUP);
  EXPECT_TRUE(Logs("[log] slow_ms is 1 now, and was 500"));
  EXPECT_TRUE(Logs("[admission] queue stays 256 until the server is started again; 7 is written now"));
  EXPECT_TRUE(manager.Hears("RELOADING=1\nMONOTONIC_USEC="));
  EXPECT_TRUE(manager.Hears("STATUS=Serving generation " + second));
  EXPECT_TRUE(Eventually(
      [&] { return metrics().Value(absl::StrCat("dateline_generation_info{generation=\"", second, "\"}")) == 1; }));
  EXPECT_EQ(metrics().Value("dateline_reload_failing"), 0);
  EXPECT_EQ(RunProgram({"dateline", "count", "--server", address, "strike\x1b[31m -x\xe2\x80\xae"}).exit_code, 0);
  Configure("slow = 1\n");
  server->Signal(SIGHUP);
  EXPECT_TRUE(Logs("searcher.toml:8:1: no setting \\\"slow\\\" in [log]; did you mean \\\"slow_ms\\\"?"));
  EXPECT_TRUE(Logs("nothing of the configuration was taken up"));
  EXPECT_EQ(RunProgram({"dateline", "count", "--server", address, "strike"}).exit_code, 0);

  EXPECT_EQ(server->Stop(), 0);
  EXPECT_TRUE(manager.Hears("STOPPING=1"));
  EXPECT_THAT(Log(), EndsWith("\"event\":\"stop\",\"message\":\"stopped\"}\n"));
  const std::vector<std::string> lines = absl::StrSplit(Log(), '\n', absl::SkipEmpty());
  EXPECT_THAT(lines, Each(StartsWith("{\"time\":\"20")));
}

TEST_F(ServerTest, SeveralAddressesOfBothKinds) {
  Build({"tests/sample/feeds"});
  const std::string socket = "unix:" + files_.Path("searcher.sock");
  const std::vector<std::string> arguments = {"dateline-searcher", "--index",  Index(), "--listen",
                                              "127.0.0.1:0",       "--listen", socket};
  Background server(arguments);
  const std::string tcp = server.WaitForLine("listening on ");
  EXPECT_EQ(server.WaitForLine("listening on "), socket);
  for (const std::string& address : {tcp, socket}) {
    EXPECT_EQ(RunProgram({"dateline", "status", "--server", address}).exit_code, 0) << address;
  }
  const Outcome second = RunProgram({"dateline-searcher", "--index", Index(), "--listen", socket});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.err, HasSubstr("another program listens there"));
  EXPECT_EQ(server.Stop(), 0);
}

// Certificates as an operator makes them, for a server and a client that one authority vouches for.
TEST_F(ServerTest, TlsAndKeys) {
  Build({"tests/sample/feeds"});
  const std::string make =
      "cd " + files_.path() +
      " && K='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes' && "
      "openssl req -x509 $K -keyout ca.key -out ca.pem -subj /CN=authority -days 2 && for who in server client; do "
      "openssl req $K -keyout $who.key -out $who.csr -subj /CN=$who && "
      "printf 'subjectAltName=IP:127.0.0.1' > ext && "
      "openssl x509 -req -in $who.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out $who.pem -days 2 -extfile ext; "
      "done";
  const Outcome made = RunProgram({"/bin/sh", "-c", make});
  if (made.exit_code == 127) GTEST_SKIP() << "there is no openssl";
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const Outcome key = RunProgram({"dateline-searcher", "--make-key", "desk", "--key-scopes", "search"});
  ASSERT_EQ(key.exit_code, 0) << key.err;
  const std::string keys = files_.Write("keys", key.out);
  const std::vector<std::string> arguments = {"dateline-searcher",
                                              "--index",
                                              Index(),
                                              "--listen",
                                              "127.0.0.1:0",
                                              "--listen",
                                              "unix:" + files_.Path("s.sock"),
                                              "--tls-certificate",
                                              files_.Path("server.pem"),
                                              "--tls-key",
                                              files_.Path("server.key"),
                                              "--auth-keys",
                                              keys};
  std::vector<std::string> mutual = arguments;
  mutual.insert(mutual.end(), {"--tls-client-ca", files_.Path("ca.pem")});
  const auto read = [this](const std::string& name) { return base::ReadFile(files_.Path(name)).value(); };
  test::Caller caller;
  caller.authorities = read("ca.pem");
  test::Caller with_certificate = caller;
  with_certificate.certificate = read("client.pem");
  with_certificate.key = read("client.key");
  test::Caller with_key = caller;
  with_key.api_key = std::string(absl::StripAsciiWhitespace(key.err.substr(key.err.rfind(' '))));
  const std::string service = "/dateline.v1.SearchService/";
  const std::string reflection = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
  {
    Background server(arguments);
    const std::string address = server.WaitForLine("listening on ");
    EXPECT_EQ(test::HealthOf(address, "", caller), "SERVING");
    EXPECT_NE(test::HealthOf(address, ""), "SERVING") << "without TLS";
    EXPECT_EQ(test::HealthOf("unix:" + files_.Path("s.sock"), ""), "SERVING") << "sockets have no TLS";
    EXPECT_EQ(test::CodeOf(address, service + "ListFacetValues", caller), 16) << "without a key";
    EXPECT_NE(test::CodeOf(address, service + "ListFacetValues", with_key), 16);
    EXPECT_EQ(test::CodeOf(address, service + "Reload", with_key), 7) << "not of its scopes";
    EXPECT_EQ(test::CodeOf(address, reflection, with_key), 12) << "reflection is off unless asked for";
    const std::string key_file = files_.Write("key", with_key.api_key + "\n");
    std::vector<std::string> count = {"dateline", "count", "--server", address, "--tls-ca", files_.Path("ca.pem"), "*"};
    const Outcome refused = RunProgram(count);
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("this server wants an API key"));
    count.insert(count.end(), {"--api-key-file", key_file});
    const Outcome counted = RunProgram(count);
    EXPECT_EQ(counted.exit_code, 0) << counted.err;
    EXPECT_EQ(counted.out, "35\n");
    EXPECT_EQ(RunProgram({"dateline", "count", "--server", address, "*"}).exit_code, 3) << "without TLS";
    EXPECT_EQ(RunProgram({"dateline", "count", "--server", address, "--tls-ca", "/nonexistent", "*"}).exit_code, 2);
    EXPECT_EQ(RunProgram({"dateline", "count", "--server", address, "--tls-ca", key_file, "*"}).exit_code, 3);
    const std::string bad = files_.Write("bad", "two\nlines\n");
    EXPECT_EQ(RunProgram({"dateline", "count", "--server", address, "--api-key-file", bad, "*"}).exit_code, 2);
    EXPECT_EQ(server.Stop(), 0);
  }
  mutual.push_back("--reflection");
  Background server(mutual);
  const std::string address = server.WaitForLine("listening on ");
  EXPECT_EQ(test::HealthOf(address, "", with_certificate), "SERVING");
  EXPECT_NE(test::HealthOf(address, "", caller), "SERVING") << "without a certificate";
  EXPECT_NE(test::CodeOf(address, reflection, with_certificate), 12);
  const Outcome shown = RunProgram({"dateline", "status", "--server", address, "--tls-ca", files_.Path("ca.pem"),
                                    "--tls-certificate", files_.Path("client.pem"), "--tls-key",
                                    files_.Path("client.key"), "--api-key-file", files_.Path("key")});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_EQ(server.Stop(), 0);

  std::vector<std::string> wrong = arguments;
  *std::find(wrong.begin(), wrong.end(), files_.Path("server.key")) = files_.Path("client.key");
  const Outcome refused = RunProgram(wrong);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err,
              HasSubstr("--tls-certificate: " + files_.Path("client.key") + ": not the key of the certificate"));
}

TEST_F(ServerTest, TheConfigurationIsChecked) {
  Configure("");
  const Outcome right = RunProgram({"dateline-searcher", "--config", Config(), "--check-config"});
  EXPECT_EQ(right.exit_code, 0) << right.err;
  Configure("[admission]\nquee = 1\nqueue = 0\n");
  const Outcome wrong = RunProgram({"dateline-searcher", "--config", Config(), "--check-config"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_EQ(wrong.err,
            absl::StrCat("dateline-searcher: ", Config(),
                         ":9:1: no setting \"quee\" in [admission]; did you mean \"queue\"?\n",
                         "dateline-searcher: ", Config(),
                         ":10:1: [admission] queue: 0 is not allowed; write a whole number from 1 to 1000000\n"));
  Configure("[tls]\ncertificate = \"/no/such.pem\"\nkey = \"/no/such.key\"\n");
  const Outcome unreadable = RunProgram({"dateline-searcher", "--config", Config(), "--check-config"});
  EXPECT_EQ(unreadable.exit_code, 2);
  EXPECT_THAT(unreadable.err, HasSubstr("[tls] certificate: /no/such.pem: open: No such file or directory"));
  EXPECT_EQ(RunProgram({"dateline-searcher", "--config", Config()}).exit_code, 2) << "nor is it served with";
}

TEST_F(ServerTest, TheShippedConfigurationIsRight) {
  const Outcome shipped =
      RunProgram({"dateline-searcher", "--config", "tools/deploy/dateline-searcher.toml", "--check-config"});
  EXPECT_EQ(shipped.exit_code, 0) << shipped.err;
  // And the unit starts it with that.
  const std::string unit = base::ReadFile("tools/deploy/dateline-searcher.service").value();
  EXPECT_THAT(unit, HasSubstr("ExecStart=dateline-searcher --config /etc/dateline/searcher.toml\n"));
  EXPECT_THAT(unit, HasSubstr("ReadOnlyPaths=/srv/news "));
}

TEST_F(ServerTest, WhatIsPrintedIsAConfiguration) {
  const Outcome printed = RunProgram({"dateline-searcher", "--print-config", "--slow-ms", "77"});
  ASSERT_EQ(printed.exit_code, 0) << printed.err;
  EXPECT_THAT(printed.out, HasSubstr("from --slow-ms; SIGHUP takes it up\nslow_ms = 77\n"));
  const std::string file = files_.Write("printed.toml", printed.out);
  const Outcome again = RunProgram({"dateline-searcher", "--print-config", "--config", file});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  const auto settings = [](const std::string& text) {
    std::vector<std::string> lines;
    for (const absl::string_view line : absl::StrSplit(text, '\n')) {
      if (!absl::StartsWith(line, "#")) lines.emplace_back(line);
    }
    return lines;
  };
  EXPECT_EQ(settings(again.out), settings(printed.out));
}

}  // namespace
}  // namespace dateline
