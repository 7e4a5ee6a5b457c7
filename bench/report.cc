#include "bench/report.h"

#include <fstream>
#include <iostream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace dateline::bench {
namespace {

std::string CpuModel() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!absl::StartsWith(line, "model name")) continue;
    return std::string(absl::StripAsciiWhitespace(absl::string_view(line).substr(line.find(':') + 1)));
  }
  return "unknown";
}

std::string Compiler() {
#if defined(__clang__)
  return __VERSION__;  // names itself
#else
  return absl::StrCat("GCC ", __VERSION__);
#endif
}

bool Optimized() {
#if defined(__OPTIMIZE__)
  return true;
#else
  return false;
#endif
}

}  // namespace

Environment ReadEnvironment(absl::string_view label) {
  Environment environment;
  environment.label = std::string(label);
  environment.cpu = CpuModel();
  environment.compiler = Compiler();
  environment.cores = std::thread::hardware_concurrency();
  environment.optimized = Optimized();
  return environment;
}

// Each line is flushed: runs are long, and people watch them.
void Report::Text(absl::string_view line) const {
  if (!json_) std::cout << line << std::endl;
}

void Report::Result(absl::string_view line, absl::FunctionRef<void(base::JsonWriter&)> fill) const {
  if (!json_) {
    Text(line);
    return;
  }
  std::string out;
  base::JsonWriter json(&out);
  json.BeginObject()
      .Key("label")
      .StringOrNull(environment_.label)
      .Key("version")
      .String(DATELINE_VERSION)
      .Key("cpu")
      .String(environment_.cpu)
      .Key("cores")
      .Uint(environment_.cores)
      .Key("compiler")
      .String(environment_.compiler)
      .Key("optimized")
      .Bool(environment_.optimized);
  fill(json);
  json.EndObject();
  std::cout << out << std::endl;
}

void Report::Header() const {
  Text(absl::StrCat(environment_.cpu, ", ", environment_.cores, " cores, ", environment_.compiler,
                    environment_.label.empty() ? "" : ", ", environment_.label));
  if (!environment_.optimized) std::cerr << "dateline-bench: built without optimization: the figures mean nothing\n";
}

}  // namespace dateline::bench
