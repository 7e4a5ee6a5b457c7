// The house keeps its order: who may include whom, which library may be seen where, and that no test falls out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/file.h"

namespace dateline {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

// The rooms of production code, each with the rooms that it may include (its own always).
const std::map<std::string, std::vector<std::string>>& AllowedRooms() {
  static const auto* const kRooms = new std::map<std::string, std::vector<std::string>>{
      {"core/base", {}},
      {"core/text", {"core/base"}},
      {"core/article", {"core/base"}},
      {"core/index", {"core/base", "core/article"}},
      {"indexer/ingest", {"core/base"}},
      {"indexer/extract/rules", {"core/base", "core/article"}},
      {"indexer/extract/html", {"core/base", "core/article", "indexer/extract/rules"}},
      {"indexer/extract/text", {"core/base", "core/article", "indexer/extract/rules"}},
      {"indexer/extract",
       {"core/base", "core/text", "core/article", "indexer/ingest", "indexer/extract/rules", "indexer/extract/html",
        "indexer/extract/text"}},
      // It knows what a document is to be in an index, and the threads, of the room that it lies in.
      {"indexer/build/glass", {"core/base", "core/index", "indexer/build"}},
      {"indexer/build",
       {"core/base", "core/text", "core/article", "core/index", "indexer/ingest", "indexer/extract", "indexer/build/glass"}},
      {"indexer/publish", {"core/base", "core/article", "core/index", "indexer/build"}},
      {"indexer/lifecycle",
       {"core/base", "core/text", "core/article", "core/index", "indexer/ingest", "indexer/build", "indexer/publish"}},
      {"searcher/query", {"core/base"}},
      {"searcher/plan", {"core/base", "core/text", "core/index", "searcher/query"}},
      {"searcher/match", {"core/base", "core/text", "core/article", "core/index", "searcher/plan"}},
      // What is fast beside the reference, which it asks for what only shards hold.
      {"searcher/match/fast",
       {"core/base", "core/text", "core/article", "core/index", "searcher/plan", "searcher/match"}},
      {"searcher/merge", {"core/base", "core/article", "core/index", "searcher/plan", "searcher/match"}},
      {"searcher/present", {"core/base", "core/text", "core/article", "core/index", "searcher/plan"}},
      {"searcher/serve",
       {"core/base", "core/text", "core/article", "core/index", "searcher/query", "searcher/plan", "searcher/match",
        "searcher/match/fast", "searcher/merge", "searcher/present"}},
      {"searcher/admit", {"core/base"}},
      {"searcher/rpc", {"core/base", "core/article", "searcher/query", "searcher/serve", "searcher/admit"}},
      // Of three rooms it sees a header or two, which know no gRPC and no engine.
      {"searcher/ops", {"core/base", "searcher/admit", "searcher/serve", "searcher/rpc"}},
      {"searcher/server",
       {"core/base", "searcher/match/fast", "searcher/admit", "searcher/serve", "searcher/rpc", "searcher/ops"}},
      // The mains sit on top of their side.
      {"indexer",
       {"core/base", "core/text", "core/article", "core/index", "indexer/ingest", "indexer/extract", "indexer/extract/rules",
        "indexer/build", "indexer/publish", "indexer/lifecycle"}},
      {"searcher", {"core/base", "searcher/match/fast", "searcher/admit", "searcher/ops", "searcher/server"}},
  };
  return *kRooms;
}

// The files, or whole rooms, where a library may be included; "tests/", "bench/" and "tools/" sit on top of everything.
struct Fence {
  std::string library;
  std::vector<std::string> headers;  // prefixes of what is included
  std::vector<std::string> allowed;  // prefixes of paths
};

const std::vector<Fence>& Fences() {
  static const auto* const kFences = new std::vector<Fence>{
      {"Xapian",
       {"xapian.h", "xapian/"},
       {"core/text/stemmer.cc", "core/index/xapian_call.h", "indexer/build/shard_writer.cc", "indexer/build/postings_writer.cc", "indexer/build/glass/self_check.cc",
        "indexer/publish/shard_verifier.cc", "indexer/lifecycle/shard_reader.cc",
        "indexer/lifecycle/deep_check.cc", "searcher/match/"}},
      {"ICU", {"unicode/"}, {"core/text/analyzer.cc", "core/text/charset.cc", "core/text/normalizer.cc", "core/text/word_breaker.cc"}},
      {"uchardet", {"uchardet/"}, {"core/text/charset.cc"}},
      {"CLD2", {"cld2/"}, {"core/text/language_detector.cc"}},
      {"libarchive", {"archive.h", "archive_entry.h"}, {"indexer/ingest/archive"}},
      {"pugixml", {"pugixml.hpp"}, {"indexer/ingest/", "indexer/extract/"}},
      {"gRPC", {"grpc/", "grpcpp/", "proto/dateline/v1/search.grpc.pb.h"}, {"searcher/rpc/", "searcher/server/"}},
      {"toml++", {"toml++/"}, {"searcher/ops/toml_file.cc"}},
      {"prometheus-cpp", {"prometheus/"}, {"searcher/ops/metrics.cc"}},
      {"Protocol Buffers", {"google/protobuf/", "proto/"}, {"core/index/manifest.cc", "searcher/rpc/"}},
      {"OpenSSL", {"openssl/"}, {"searcher/serve/page_token.cc", "searcher/admit/api_keys.cc", "searcher/ops/certificate_check.cc"}},
      {"simdjson", {"simdjson.h"}, {"indexer/extract/"}},
      {"libdeflate", {"libdeflate.h"}, {"indexer/build/glass/run_writer"}},
      {"Highway", {"hwy/"}, {"searcher/match/fast/kernels.cc"}},
      {"gumbo", {"gumbo.h"}, {"indexer/extract/html/html_"}},
  };
  return *kFences;
}

bool StartsWithAny(const std::string& text, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return absl::StartsWith(text, prefix); });
}

bool IsSource(const std::string& path) { return absl::EndsWith(path, ".cc") || absl::EndsWith(path, ".h"); }

std::vector<std::string> FilesBelow(const std::string& directory) {
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) files.push_back(entry.path().lexically_normal().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> SourcesBelow(const std::vector<std::string>& directories) {
  std::vector<std::string> sources;
  for (const std::string& directory : directories) {
    for (const std::string& file : FilesBelow(directory)) {
      if (IsSource(file)) sources.push_back(file);
    }
  }
  return sources;
}

std::vector<std::string> IncludesOf(const std::string& path) {
  std::vector<std::string> includes;
  const std::string text = base::ReadFile(path).value();
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::ConsumePrefix(&line, "#include ") || line.size() < 2) continue;
    const char close = line.front() == '<' ? '>' : '"';
    line.remove_prefix(1);
    includes.emplace_back(line.substr(0, line.find(close)));
  }
  return includes;
}

std::string RoomOf(const std::string& path) { return fs::path(path).parent_path().string(); }

const std::vector<std::string>& Production() {
  static const auto* const kProduction = new std::vector<std::string>{"core", "indexer", "searcher"};
  return *kProduction;
}

// Other engines, which the benchmarks compare with ours.
constexpr char kPeers[] = "bench/peers/";

TEST(HouseTest, RoomsIncludeOnlyDownward) {
  std::vector<std::string> broken;
  size_t read = 0;
  for (const std::string& file : SourcesBelow(Production())) {
    const auto room = AllowedRooms().find(RoomOf(file));
    ASSERT_NE(room, AllowedRooms().end()) << file << " lies in a room that the order does not know";
    for (const std::string& include : IncludesOf(file)) {
      ++read;
      if (!StartsWithAny(include, {"core/", "indexer/", "searcher/", "tests/", "tools/", "bench/"})) continue;
      const std::string target = RoomOf(include);
      const std::vector<std::string>& allowed = room->second;
      if (target == room->first || std::find(allowed.begin(), allowed.end(), target) != allowed.end()) continue;
      broken.push_back(absl::StrCat(file, " includes ", include));
    }
  }
  EXPECT_GT(read, 100U) << "the check must have read something";
  EXPECT_THAT(broken, IsEmpty());
}

// The rooms that an operator's room may look into are much larger than what it may know of them.
TEST(HouseTest, OperationsKnowCallsAndStatusOnly) {
  std::vector<std::string> broken;
  for (const std::string& file : SourcesBelow({"searcher/ops"})) {
    for (const std::string& include : IncludesOf(file)) {
      if (!StartsWithAny(include, {"searcher/admit/", "searcher/serve/", "searcher/rpc/"})) continue;
      if (include == "searcher/serve/api.h" || include == "searcher/rpc/call_record.h") continue;
      if (include == "searcher/admit/listen_address.h" || include == "searcher/admit/api_keys.h") continue;
      broken.push_back(absl::StrCat(file, " includes ", include));
    }
  }
  EXPECT_THAT(broken, IsEmpty());
}

TEST(HouseTest, LibrariesStayBehindTheirFences) {
  std::vector<std::string> broken;
  std::set<std::string> seen;
  for (const std::string& file : SourcesBelow(Production())) {
    for (const std::string& include : IncludesOf(file)) {
      for (const Fence& fence : Fences()) {
        if (!StartsWithAny(include, fence.headers)) continue;
        seen.insert(fence.library);
        if (!StartsWithAny(file, fence.allowed)) {
          broken.push_back(absl::StrCat(file, " includes ", include, ", which belongs behind the fence of ", fence.library));
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), Fences().size()) << "a fence that guards nothing is misspelt";
  EXPECT_THAT(broken, IsEmpty());
}

TEST(HouseTest, EveryTestFileIsRegistered) {
  const std::string lists = base::ReadFile("tests/CMakeLists.txt").value();
  std::vector<std::string> missing;
  size_t found = 0;
  for (const std::string& file : FilesBelow("tests")) {
    if (!absl::EndsWith(file, "_test.cc") && !absl::EndsWith(file, "_fuzz.cc")) continue;
    ++found;
    const std::string relative(absl::StripPrefix(file, "tests/"));
    if (!absl::StrContains(lists, relative)) missing.push_back(file);
  }
  EXPECT_GT(found, 5U);
  EXPECT_THAT(missing, IsEmpty());
}

TEST(HouseTest, NoTestIsDisabled) {
  std::vector<std::string> disabled;
  const std::string mark = absl::StrCat("DISABLED", "_");
  for (const std::string& file : SourcesBelow({"tests"})) {
    if (absl::StrContains(base::ReadFile(file).value(), mark)) disabled.push_back(file);
  }
  EXPECT_THAT(disabled, IsEmpty());
}

TEST(HouseTest, EverySourceIsListed) {
  std::vector<std::string> missing;
  for (const std::string side : {"core", "indexer", "searcher", "tools", "bench"}) {
    const std::string lists = base::ReadFile(absl::StrCat(side, "/CMakeLists.txt")).value();
    for (const std::string& file : FilesBelow(side)) {
      if (!absl::EndsWith(file, ".cc") || absl::StartsWith(file, kPeers)) continue;  // peers build themselves
      if (!absl::StrContains(lists, absl::StripPrefix(file, absl::StrCat(side, "/")))) missing.push_back(file);
    }
  }
  EXPECT_THAT(missing, IsEmpty());
}

// Programs of their own, so that nobody is measured with our sources, nor we with theirs.
TEST(HouseTest, PeersAndTheHouseDoNotIncludeEachOther) {
  std::vector<std::string> broken;
  size_t peers = 0;
  for (const std::string& file : SourcesBelow({"core", "indexer", "searcher", "tools", "bench", "tests"})) {
    const bool of_peers = absl::StartsWith(file, kPeers);
    peers += of_peers;
    for (const std::string& include : IncludesOf(file)) {
      const bool ours = StartsWithAny(
          include, {"core/", "indexer/", "searcher/", "tests/", "tools/", "bench/", "proto/", "absl/"});
      const bool peers_own = absl::StartsWith(include, kPeers);
      if (of_peers ? ours && !peers_own : peers_own) broken.push_back(absl::StrCat(file, " includes ", include));
    }
  }
  EXPECT_GT(peers, 3U) << "the check must have read something";
  EXPECT_THAT(broken, IsEmpty());
}

TEST(HouseTest, EveryRoomSaysWhatItIsFor) {
  std::vector<std::string> silent;
  for (const auto& [room, allowed] : AllowedRooms()) {
    if (room.find('/') == std::string::npos) continue;  // the mains are described in the map
    if (!fs::exists(absl::StrCat(room, "/README.md"))) silent.push_back(room);
  }
  EXPECT_THAT(silent, IsEmpty());
}

TEST(HouseTest, HeadersAreGuardedByTheirPath) {
  std::vector<std::string> wrong;
  for (const std::string& file : SourcesBelow({"core", "indexer", "searcher", "tools", "bench", "tests"})) {
    if (!absl::EndsWith(file, ".h")) continue;
    std::string guard = absl::StrCat("DATELINE_", file, "_");
    for (char& c : guard) c = std::isalnum(static_cast<unsigned char>(c)) ? static_cast<char>(std::toupper(c)) : '_';
    if (!absl::StrContains(base::ReadFile(file).value(), absl::StrCat("#ifndef ", guard))) wrong.push_back(file);
  }
  EXPECT_THAT(wrong, IsEmpty());
}

// Words in backquotes with a slash and an ending are paths; they must lead somewhere.
TEST(HouseTest, PathsInTheMapExist) {
  std::vector<std::string> dead;
  size_t checked = 0;
  for (const std::string file : {"README.md", "WORKSPACE.notes", "core/index/FORMAT.md"}) {
    const std::string text = base::ReadFile(file).value();
    const std::vector<std::string> parts = absl::StrSplit(text, '`');
    for (size_t i = 1; i < parts.size(); i += 2) {
      const std::string& path = parts[i];
      if (!StartsWithAny(path, {"core/", "indexer/", "searcher/", "tests/", "tools/", "bench/", "proto/"})) continue;
      if (path.find_first_of(" *{<") != std::string::npos) continue;
      ++checked;
      if (!fs::exists(path)) dead.push_back(absl::StrCat(file, ": ", path));
    }
  }
  EXPECT_GT(checked, 10U);
  EXPECT_THAT(dead, IsEmpty());
}

}  // namespace
}  // namespace dateline
