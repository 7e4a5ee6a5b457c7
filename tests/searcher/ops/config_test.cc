// What an operator may write, what becomes of it, and what he is told when it is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "searcher/ops/config_check.h"
#include "searcher/ops/config_reader.h"
#include "searcher/ops/config_reloader.h"
#include "searcher/ops/server_config.h"
#include "searcher/ops/server_flags.h"
#include "searcher/rpc/search_service.h"
#include "searcher/serve/engine.h"
#include "tests/support/random.h"
#include "tests/support/temp_dir.h"

namespace dateline::ops {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using Variables = std::vector<std::pair<std::string, std::string>>;

class ConfigTest : public ::testing::Test {
 protected:
  ReadConfig Load(const std::string& toml, const Variables& environment = {},
                  const std::vector<std::string>& arguments = {}) {
    ConfigInput input;
    input.file = files_.Write("searcher.toml", toml);
    input.environment = environment;
    CLI::App app;
    AddServerFlags(app, input);
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
    ReadConfig read = LoadConfig(input);
    if (read.errors.empty()) CheckForServing(read, read.errors);
    return read;
  }

  // With the directory of the file left out.
  std::string ErrorsOf(const std::string& toml, const Variables& environment = {},
                       const std::vector<std::string>& arguments = {}) {
    return absl::StrReplaceAll(absl::StrJoin(Load(toml, environment, arguments).errors, "\n"),
                               {{files_.path() + "/", ""}});
  }

  test::TempDir files_;
};

const char kIndex[] = "[server]\nindex = \"/srv/news\"\n";

TEST_F(ConfigTest, DefaultsAreThoseOfEngineAndService) {
  const ServerConfig defaults;
  const serve::EngineOptions engine;
  EXPECT_EQ(defaults.max_query_cpu_ms, engine.max_query_cpu_ms);
  EXPECT_EQ(defaults.page_token_life_s, engine.page_token_life_s);
  const rpc::ServiceOptions service;
  EXPECT_EQ(defaults.default_deadline_ms, service.default_deadline_ms);
  EXPECT_EQ(defaults.max_deadline_ms, service.max_deadline_ms);
  EXPECT_EQ(defaults.export_stall_s * 1000, service.export_stall_ms);
  EXPECT_EQ(defaults.max_exports, service.max_exports);
  EXPECT_EQ(defaults.retry_after_ms, service.retry_after_ms);
}

TEST_F(ConfigTest, TheTableIsWhole) {
  std::set<std::string> names;
  std::set<std::string> flags;
  const ServerConfig defaults;
  for (const Setting& setting : Settings()) {
    EXPECT_TRUE(names.insert(FullName(setting)).second) << FullName(setting);
    EXPECT_TRUE(flags.insert(std::string(setting.flag)).second) << setting.flag;
    EXPECT_TRUE(absl::StartsWith(setting.flag, "--")) << setting.flag;
    EXPECT_FALSE(absl::EndsWith(setting.help, ".")) << FullName(setting) << " is given its full stop";
    EXPECT_EQ(setting.placeholder.empty(), std::holds_alternative<bool ServerConfig::*>(setting.member));
    if (const auto* member = std::get_if<int ServerConfig::*>(&setting.member)) {
      EXPECT_LT(setting.min, setting.max) << FullName(setting);
      EXPECT_GE(defaults.**member, setting.min) << FullName(setting);
      EXPECT_LE(defaults.**member, setting.max) << FullName(setting);
    }
  }
}

TEST_F(ConfigTest, FlagBeatsEnvironmentBeatsFileBeatsDefault) {
  const std::string toml = absl::StrCat(kIndex, "[admission]\nqueue = 7\n");
  const Variables environment = {{"DATELINE_SEARCHER_ADMISSION_QUEUE", "8"}};
  EXPECT_EQ(Load(kIndex).config.queue, 256);
  EXPECT_EQ(Load(toml).config.queue, 7);
  EXPECT_EQ(Load(toml, environment).config.queue, 8);
  EXPECT_EQ(Load(toml, environment, {"--queue", "9"}).config.queue, 9);
  const size_t queue = SettingIndex("admission", "queue");
  EXPECT_EQ(Load(kIndex).origins[queue], "");
  EXPECT_EQ(Load(toml).origins[queue], files_.Path("searcher.toml") + ":4:1");
  EXPECT_EQ(Load(toml, environment).origins[queue], "DATELINE_SEARCHER_ADMISSION_QUEUE");
  EXPECT_EQ(Load(toml, environment, {"--queue=9"}).origins[queue], "--queue");
}

TEST_F(ConfigTest, EveryKindOfValueComesFromEveryPlace) {
  const ServerConfig file =
      Load(
          "server.index = \"a\"\nserver.listen = [\"127.0.0.1:1\", \"unix:/x\"]\n[admission]\nclient_share = false\n"
          "[log]\nformat = 'json'\nslow_ms = 1_000\n")
          .config;
  EXPECT_THAT(file.listen, ElementsAre("127.0.0.1:1", "unix:/x"));
  EXPECT_FALSE(file.client_share);
  EXPECT_EQ(file.log_format, "json");
  EXPECT_EQ(file.slow_ms, 1000);
  const ServerConfig environment = Load(kIndex, {{"DATELINE_SEARCHER_SERVER_LISTEN", "127.0.0.1:1,unix:/x"},
                                                 {"DATELINE_SEARCHER_ADMISSION_CLIENT_SHARE", "false"},
                                                 {"DATELINE_SEARCHER_LOG_FORMAT", "json"}})
                                       .config;
  EXPECT_THAT(environment.listen, ElementsAre("127.0.0.1:1", "unix:/x"));
  EXPECT_FALSE(environment.client_share);
  EXPECT_EQ(environment.log_format, "json");
  const ServerConfig flags = Load("", {},
                                  {"--index", "a", "--listen", "127.0.0.1:1", "--listen", "unix:/x",
                                   "--no-client-share", "--reflection", "--log-format=json"})
                                 .config;
  EXPECT_THAT(flags.listen, ElementsAre("127.0.0.1:1", "unix:/x"));
  EXPECT_FALSE(flags.client_share);
  EXPECT_TRUE(flags.reflection);
  EXPECT_EQ(flags.log_format, "json");
}

TEST_F(ConfigTest, ErrorsNamePlaceAndRemedy) {
  const struct {
    std::string toml;  // behind an index
    std::string error;
  } kCases[] = {
      {"", ""},
      {"[admission]\nqueue = 0",
       "searcher.toml:4:1: [admission] queue: 0 is not allowed; write a whole number from 1 to 1000000"},
      {"[admission]\n  queue = 9999999999999",
       "searcher.toml:4:3: [admission] queue: 9999999999999 is not allowed; write a whole number from 1 to 1000000"},
      {"[admission]\nqueue = \"7\"",
       "searcher.toml:4:1: [admission] queue: \"7\" is not allowed; write a whole number from 1 to 1000000"},
      {"[admission]\nqueue = 7.5",
       "searcher.toml:4:1: [admission] queue: a number with a fraction is not allowed; write a whole number from 1 "
       "to 1000000"},
      {"[admission]\nqueue = 2020-01-01",
       "searcher.toml:4:1: [admission] queue: a date or time is not allowed; write a whole number from 1 to 1000000"},
      {"[admission]\nqueue = {a = 1}",
       "searcher.toml:4:1: [admission] queue: a section is not allowed; write a whole number from 1 to 1000000"},
      {"[admission]\nclient_share = 1",
       "searcher.toml:4:1: [admission] client_share: 1 is not allowed; write true or false"},
      {"listen = \"127.0.0.1:1\"",
       "searcher.toml:3:1: [server] listen: \"127.0.0.1:1\" is not allowed; write an array of texts"},
      {"listen = [1]",
       "searcher.toml:3:1: [server] listen: an array of other things than texts is not allowed; write an array of "
       "texts"},
      {"listen = []", "searcher.toml:3:1: [server] listen: name at least one address"},
      {"listen = [\"here\"]",
       "searcher.toml:3:1: [server] listen: write HOST:PORT, as in 127.0.0.1:7370 or [::1]:7370, or "
       "unix:/PATH"},
      {"[log]\nformat = \"xml\"",
       "searcher.toml:4:1: [log] format: \"xml\" is not allowed; write \"text\" or \"json\""},
      {"[log]\nlevel = [\"info\"]",
       "searcher.toml:4:1: [log] level: an array is not allowed; write \"info\", \"warning\" or \"error\""},
      {"[admission]\nquee = 7", "searcher.toml:4:1: no setting \"quee\" in [admission]; did you mean \"queue\"?"},
      {"[cache]\nqueue = 7", "searcher.toml:4:1: no setting \"queue\" in [cache]; it belongs in [admission]"},
      {"[admission]\nlisten = []",
       "searcher.toml:4:1: no setting \"listen\" in [admission]; it belongs in [server] or [metrics]"},
      {"[cache]\nmegabytes = 7", "searcher.toml:4:1: no setting \"megabytes\" in [cache]; there are mb"},
      {"[admision]\nqueue = 7", "searcher.toml:3:2: no section \"admision\"; did you mean [admission]?"},
      {"[zebra]\nqueue = 7",
       "searcher.toml:3:2: no section \"zebra\"; there are server, engine, admission, cache, scrub, tls, auth, "
       "metrics, log"},
      {"[server.index]\nx = 1",
       "searcher.toml:3:1: this is not TOML: Error while parsing table header: cannot redefine existing string "
       "'server.index' as table"},
      {"[cache]\nmb = 1\nmb = 2",
       "searcher.toml:5:6: this is not TOML: Error while parsing key-value pair: cannot redefine existing integer "
       "'mb'"},
      {"default_deadline_ms = 3000\nmax_deadline_ms = 2000",
       "searcher.toml:3:1: [server] default_deadline_ms: is longer than max_deadline_ms, 2000"},
      {"[admission]\nmax_connections = 5",
       "[admission] max_connections_per_address: is more than max_connections, 5"},
      {"[tls]\nkey = \"k\"", "searcher.toml:4:1: [tls] key: certificate and key belong together: set both"},
      {"[tls]\nclient_ca = \"/dev/null\"",
       "searcher.toml:4:1: [tls] client_ca: clients can show certificates only where there is TLS: set certificate "
       "and key"},
      {"[tls]\nkey = \"/no/such\"\ncertificate = \"/no/such\"",
       "searcher.toml:5:1: [tls] certificate: /no/such: open: No such file or directory\n"
       "searcher.toml:4:1: [tls] key: /no/such: open: No such file or directory"},
      {"[tls]\nkey = \"/dev/null\"\ncertificate = \"/dev/null\"",
       "searcher.toml:5:1: [tls] certificate: /dev/null: no certificate in PEM, or one that is too weak"},
      {"[auth]\nkeys = \"CMakePresets.json\"", "searcher.toml:4:1: [auth] keys: CMakePresets.json: line 1: write NAME SHA256 SCOPES [CALLS-A-SECOND], as "
       "--make-key prints it"},
      {"[auth]\nkeys = \"/no/such\"", "searcher.toml:4:1: [auth] keys: /no/such: open: No such file or directory"},
      {"[engine]\nvariants = \"/no/such\"", "searcher.toml:4:1: [engine] variants: /no/such is no directory"},
      {"[metrics]\nlisten = \"unix:/x\"",
       "searcher.toml:4:1: [metrics] listen: write HOST:PORT, as in 127.0.0.1:9370"},
  };
  for (const auto& c : kCases) EXPECT_EQ(ErrorsOf(kIndex + c.toml), c.error) << c.toml;
}

TEST_F(ConfigTest, OtherPlacesAreNamedToo) {
  const struct {
    Variables environment;
    std::vector<std::string> arguments;
    std::string error;
  } kCases[] = {
      {{{"DATELINE_SEARCHER_ADMISSION_QUEUE", "many"}},
       {},
       "DATELINE_SEARCHER_ADMISSION_QUEUE: \"many\" is not allowed; write a whole number from 1 to 1000000"},
      {{{"DATELINE_SEARCHER_ADMISSION_CLIENT_SHARE", "yes"}},
       {},
       "DATELINE_SEARCHER_ADMISSION_CLIENT_SHARE: \"yes\" is not allowed; write true or false"},
      {{{"DATELINE_SEARCHER_ADMISSION_QUEE", "1"}},
       {},
       "DATELINE_SEARCHER_ADMISSION_QUEE: no setting \"quee\" in [admission]; did you mean \"queue\"?"},
      {{{"DATELINE_SEARCHER_PORT", "tcp://10.0.0.1:7370"},
        {"DATELINE_SEARCHER_SERVICE_HOST", "10.0.0.1"},
        {"DATELINE_INDEX", "x"}},
       {},
       ""},
      {{{"DATELINE_SEARCHER_SERVER_PORT_FILE", "a\xFF"}},
       {},
       "DATELINE_SEARCHER_SERVER_PORT_FILE: this text is not allowed; write a text"},
      {{}, {"--queue", "0"}, "--queue: \"0\" is not allowed; write a whole number from 1 to 1000000"},
      {{}, {"--engine", "slow"}, "--engine: \"slow\" is not allowed; write \"fast\" or \"xapian\""},
      {{},
       {"--listen", "0.0.0.0:1"},
       "--listen: other machines can reach 0.0.0.0, and calls are neither encrypted nor authenticated; listen on "
       "127.0.0.1, set a certificate, or, on a network that you trust, add --allow-remote-plaintext"},
      {{}, {"--listen", "0.0.0.0:1", "--allow-remote-plaintext"}, ""},
      {{},
       {"--metrics-listen", "[::]:1"},
       "--metrics-listen: other machines can reach [::], and metrics are neither encrypted nor protected; listen on "
       "127.0.0.1, or, on a network that you trust, add --allow-remote-plaintext"},
      {{}, {"--metrics-listen", "[::1]:1"}, ""},
  };
  for (const auto& c : kCases) EXPECT_EQ(ErrorsOf(kIndex, c.environment, c.arguments), c.error);
}

TEST_F(ConfigTest, AllErrorsComeAtOnce) {
  EXPECT_EQ(ErrorsOf("[cache]\nmb = -1\n[lgo]\n[log]\nlevel = 3\nslow = 1\n", {{"DATELINE_SEARCHER_CACHE_MB", "x"}},
                     {"--threads", "-1"}),
            "searcher.toml:2:1: [cache] mb: -1 is not allowed; write a whole number from 0 to 1000000\n"
            "searcher.toml:3:2: no section \"lgo\"; did you mean [log]?\n"
            "searcher.toml:5:1: [log] level: 3 is not allowed; write \"info\", \"warning\" or \"error\"\n"
            "searcher.toml:6:1: no setting \"slow\" in [log]; did you mean \"slow_ms\"?\n"
            "DATELINE_SEARCHER_CACHE_MB: \"x\" is not allowed; write a whole number from 0 to 1000000\n"
            "--threads: \"-1\" is not allowed; write a whole number from 0 to 1024");
  EXPECT_EQ(ErrorsOf(""),
            "[server] index: name the directory of the index, with --index or in the configuration file");
}

TEST_F(ConfigTest, FilesThatAreNone) {
  ConfigInput input;
  input.file = files_.Path("none.toml");
  EXPECT_THAT(LoadConfig(input).errors, ElementsAre(HasSubstr("none.toml: open: No such file or directory")));
  input.file = files_.Write("large.toml", std::string(2 << 20, '#'));
  EXPECT_THAT(LoadConfig(input).errors, ElementsAre(HasSubstr("is larger than a megabyte")));
  input.file = files_.Write("binary.toml", std::string("\0\xFF\xFE", 3));
  EXPECT_THAT(LoadConfig(input).errors, ElementsAre(HasSubstr("this is not TOML")));
  input.file = files_.Write("deep.toml", "a = " + std::string(100'000, '['));
  EXPECT_THAT(LoadConfig(input).errors, ElementsAre(HasSubstr("this is not TOML")));
}

// What is printed reads back to the same, whatever was set.
TEST_F(ConfigTest, PrintedReadsBackTheSame) {
  const uint64_t seed = 20261122;
  SCOPED_TRACE(seed);
  test::Random random(seed);
  const std::vector<std::string> kTexts = {"", "plain", "a \"quoted\" \\ one", "tab\tline\nnull-free\x01",
                                           "caf\u00e9 \u202e"};
  for (int round = 0; round < 200; ++round) {
    ReadConfig read;
    read.origins.resize(Settings().size());
    for (const Setting& setting : Settings()) {
      if (const auto* number = std::get_if<int ServerConfig::*>(&setting.member)) {
        read.config.** number =
            setting.min + static_cast<int>(random.Bits() % (uint64_t{1} + setting.max - setting.min));
      } else if (const auto* truth = std::get_if<bool ServerConfig::*>(&setting.member)) {
        read.config.** truth = random.Bits() % 2 == 0;
      } else if (const auto* text = std::get_if<std::string ServerConfig::*>(&setting.member)) {
        read.config.** text = setting.choices.empty()
                                  ? kTexts[random.Bits() % kTexts.size()]
                                  : std::string(setting.choices[random.Bits() % setting.choices.size()]);
      }
    }
    // What must go together.
    read.config.listen = {"127.0.0.1:0", "unix:/a \"b\"\n"};
    read.config.metrics_listen.clear();
    read.config.default_deadline_ms = 1;
    read.config.max_connections = 1'000'000;
    read.config.tls_certificate = read.config.tls_key = "x";
    ConfigInput input;
    input.file = files_.Write("printed.toml", PrintConfig(read));
    const ReadConfig again = LoadConfig(input);
    ASSERT_THAT(again.errors, IsEmpty());
    for (const Setting& setting : Settings()) {
      ASSERT_EQ(TomlValue(setting, again.config), TomlValue(setting, read.config)) << FullName(setting);
    }
  }
}

// Whatever lies in the file, there is an answer.
TEST_F(ConfigTest, DamagedFilesEndInErrorsOrSettings) {
  const uint64_t seed = 20261123;
  SCOPED_TRACE(seed);
  test::Random random(seed);
  ReadConfig defaults;
  defaults.origins.resize(Settings().size());
  const std::string whole = PrintConfig(defaults);
  int wrong = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string text = whole;
    for (uint64_t edits = 1 + random.Bits() % 4; edits > 0; --edits) {
      const size_t at = random.Bits() % text.size();
      switch (random.Bits() % 3) {
        case 0:
          text[at] = static_cast<char>(random.Bits());
          break;
        case 1:
          text.erase(at, random.Bits() % 40);
          break;
        default:
          text.insert(at, text.substr(random.Bits() % text.size(), random.Bits() % 40));
      }
    }
    ConfigInput input;
    input.file = files_.Write("damaged.toml", text);
    const ReadConfig read = LoadConfig(input);
    wrong += !read.errors.empty();
    for (const std::string& error : read.errors)
      EXPECT_THAT(error, AnyOf(HasSubstr("damaged.toml"), StartsWith("["))) << text;
  }
  EXPECT_GT(wrong, 500);
  EXPECT_LT(wrong, 2000);
}

TEST_F(ConfigTest, PrintedSaysWhereFrom) {
  const std::string printed = PrintConfig(Load(kIndex, {{"DATELINE_SEARCHER_CACHE_MB", "5"}}, {"--slow-ms", "20"}));
  EXPECT_THAT(printed, HasSubstr("# The directory of the index; must be set.\n# a text; from " +
                                 files_.Path("searcher.toml") + ":2:1\nindex = \"/srv/news\"\n"));
  EXPECT_THAT(printed, HasSubstr("from DATELINE_SEARCHER_CACHE_MB\nmb = 5\n"));
  EXPECT_THAT(printed,
              HasSubstr("# a whole number from 0 to 3600000; from --slow-ms; SIGHUP takes it up\nslow_ms = 20\n"));
  EXPECT_THAT(printed, HasSubstr("# a whole number from 1 to 1000000; the default\nqueue = 256\n"));
}

}  // namespace
}  // namespace dateline::ops
