#include "bench/peers/common/peer.h"

#include <simdjson.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

namespace dateline::peers {
namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr char kUsage[] =
    "usage: build --documents FILE --index DIR [--threads N] [--memory-mb N] | serve --index DIR --queries FILE";
constexpr size_t kTopCounts = 10;
constexpr uint64_t kDefaultMemoryMb = 512;

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double SecondsOf(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char code[8];
      std::snprintf(code, sizeof(code), "\\u%04x", c);
      out += code;
    } else {
      out += c;
    }
  }
  return out + '"';
}

// [a,b,...] of what `print` prints for each.
template <typename List, typename Print>
void PrintList(std::ostream& out, const List& list, Print print) {
  out << '[';
  const char* between = "";
  for (const auto& item : list) {
    out << between;
    print(item);
    between = ",";
  }
  out << ']';
}

std::string ToJson(const Answer& answer) {
  std::ostringstream out;
  out << "{\"total\":";
  if (answer.total) {
    out << *answer.total;
  } else {
    out << "null";
  }
  out << ",\"hits\":";
  PrintList(out, answer.hits, [&out](uint64_t hit) { out << hit; });
  out << ",\"scores\":";
  out.precision(9);
  PrintList(out, answer.scores, [&out](double score) { out << score; });
  const char* before = ",\"facets\":{";
  for (const auto& [field, counts] : answer.facets) {
    out << before << Quoted(field) << ':';
    PrintList(out, counts,
              [&out](const auto& count) { out << '[' << Quoted(count.first) << ',' << count.second << ']'; });
    before = ",";
  }
  out << (answer.facets.empty() ? "}" : "}}");
  return out.str();
}

uint64_t BytesOf(const std::string& directory) {
  uint64_t bytes = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

// The most memory that the process ever held, 0 where the system does not tell. Not ru_maxrss, which begins at what
// the parent held.
uint64_t PeakKb() {
  constexpr std::string_view kName = "VmHWM:";
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.compare(0, kName.size(), kName) == 0) return std::stoull(line.substr(kName.size()));
  }
  return 0;
}

uint64_t Median(std::vector<uint64_t> times) {
  std::sort(times.begin(), times.end());
  return (times[(times.size() - 1) / 2] + times[times.size() / 2]) / 2;
}

Mode ModeOf(std::string_view name) {
  if (name == "top10") return Mode::kTop10;
  if (name == "top100") return Mode::kTop100;
  if (name == "count") return Mode::kCount;
  if (name == "top10_count") return Mode::kTop10Count;
  if (name == "top10_facets") return Mode::kTop10Facets;
  if (name == "newest10") return Mode::kNewest10;
  throw std::runtime_error("no mode " + std::string(name));
}

// Answers commands from standard input, one at a time.
class Server {
 public:
  Server(Engine& engine, std::vector<Filtered> queries) : engine_(engine), queries_(std::move(queries)) {
    for (const Filtered& query : queries_) by_id_.emplace(query.id, &query);
  }

  void Serve() {
    std::cout << "{\"ready\":true,\"engine\":" << Quoted(engine_.name())
              << ",\"version\":" << Quoted(engine_.version()) << "}" << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
      std::string reply;
      try {
        reply = Reply(line);
      } catch (const std::exception& e) {
        reply = "{\"error\":" + Quoted(e.what()) + "}";
      }
      std::cout << reply << std::endl;
    }
  }

 private:
  std::string Reply(const std::string& line) {
    const simdjson::dom::element command = parser_.parse(line);
    const std::string_view task = command["do"];
    const Mode mode = ModeOf(command["mode"]);
    if (task == "answer") return ReplyToOne(std::string(std::string_view(command["id"])), mode);
    if (task == "time") {
      return Time(command["class"], mode, Limit{uint64_t(command["rounds"]), double(command["seconds"])});
    }
    throw std::runtime_error("do is answer or time");
  }

  std::string ReplyToOne(const std::string& id, Mode mode) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) throw std::runtime_error("no query " + id);
    const std::string skip = engine_.Skip(*found->second);
    if (!skip.empty()) return "{\"skip\":" + Quoted(skip) + "}";
    return ToJson(engine_.Ask(*found->second, mode));
  }

  struct Limit {
    uint64_t rounds = 0;
    double seconds = 0;
  };

  std::string Time(std::string_view query_class, Mode mode, Limit limit) {
    std::vector<const Filtered*> asked;
    std::string skip;
    for (const Filtered& query : queries_) {
      if (query.query_class != query_class) continue;
      const std::string reason = engine_.Skip(query);
      if (reason.empty()) {
        asked.push_back(&query);
      } else {
        skip = reason;
      }
    }
    if (asked.empty() && skip.empty()) throw std::runtime_error("no class " + std::string(query_class));
    if (asked.empty()) return "{\"skip\":" + Quoted(skip) + "}";
    std::vector<std::vector<uint64_t>> taken(asked.size());
    const Clock::time_point start = Clock::now();
    do {
      for (size_t i = 0; i < asked.size(); ++i) {
        const Clock::time_point from = Clock::now();
        const Answer answer = engine_.Ask(*asked[i], mode);
        taken[i].push_back(std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - from).count());
      }
    } while (taken[0].size() < limit.rounds && SecondsSince(start) < limit.seconds);
    std::ostringstream out;
    out << "{\"rounds\":" << taken[0].size() << ",\"ids\":";
    PrintList(out, asked, [&out](const Filtered* query) { out << Quoted(query->id); });
    out << ",\"ns\":";
    PrintList(out, taken, [&out](const std::vector<uint64_t>& times) { out << Median(times); });
    out << '}';
    return out.str();
  }

  Engine& engine_;
  const std::vector<Filtered> queries_;
  std::unordered_map<std::string, const Filtered*> by_id_;
  simdjson::dom::parser parser_;
};

void Build(Engine& engine, const std::string& documents_path, const BuildOptions& options) {
  const Clock::time_point start = Clock::now();
  DocumentReader documents(documents_path);
  fs::remove_all(options.index);
  fs::create_directories(options.index);
  const double merge_seconds = engine.Build(documents, options);
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  std::cout << "{\"engine\":" << Quoted(engine.name()) << ",\"version\":" << Quoted(engine.version())
            << ",\"documents\":" << documents.count() << ",\"seconds\":" << SecondsSince(start)
            << ",\"cpu_seconds\":" << SecondsOf(usage.ru_utime) + SecondsOf(usage.ru_stime)
            << ",\"merge_seconds\":" << merge_seconds << ",\"peak_kb\":" << PeakKb()
            << ",\"bytes\":" << BytesOf(options.index) << "}" << std::endl;
}

void Run(int argc, char** argv, Engine& engine) {
  if (argc < 2 || argc % 2 != 0) throw std::runtime_error(kUsage);
  std::map<std::string, std::string> options;
  for (int i = 2; i < argc; i += 2) options[argv[i]] = argv[i + 1];
  const auto needed = [&options](const char* name) {
    const auto found = options.find(name);
    if (found == options.end()) throw std::runtime_error(std::string(name) + " is missing; " + kUsage);
    return found->second;
  };
  const std::string_view command = argv[1];
  if (command == "build") {
    BuildOptions build;
    build.index = needed("--index");
    build.memory_mb = options.count("--memory-mb") ? std::stoull(options["--memory-mb"]) : kDefaultMemoryMb;
    Build(engine, needed("--documents"), build);
  } else if (command == "serve") {
    std::vector<Filtered> queries = ReadQueries(needed("--queries"));
    engine.Open(needed("--index"));
    Server(engine, std::move(queries)).Serve();
  } else {
    throw std::runtime_error(kUsage);
  }
}

}  // namespace

Counts MostFrequent(Counts counts) {
  const auto better = [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  };
  const size_t kept = std::min(kTopCounts, counts.size());
  std::partial_sort(counts.begin(), counts.begin() + kept, counts.end(), better);
  counts.resize(kept);
  return counts;
}

int PeerMain(int argc, char** argv, Engine& engine) {
  try {
    Run(argc, argv, engine);
    return 0;
  } catch (const std::exception& e) {
    std::cerr << engine.name() << ": " << e.what() << std::endl;
    return 1;
  }
}

}  // namespace dateline::peers
