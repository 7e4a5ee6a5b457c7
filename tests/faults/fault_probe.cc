// fault_probe INDEX: opens an index, with all checksums, and prints what it answers to a fixed set of requests. The
// first line is the name of the generation. Exit code 0; 1 with one line of standard error when it cannot be opened
// or does not answer.
#include <iostream>
#include <memory>

#include "absl/status/statusor.h"
#include "searcher/serve/engine.h"
#include "tests/support/golden_answers.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: fault_probe INDEX\n";
    return 2;
  }
  const auto engine = dateline::serve::Engine::Open(argv[1]);
  const absl::StatusOr<std::string> answers =
      engine.ok() ? dateline::test::GoldenAnswers(**engine) : absl::StatusOr<std::string>(engine.status());
  if (!answers.ok()) {
    std::cerr << "fault_probe: " << answers.status() << "\n";
    return 1;
  }
  std::cout << (*engine)->Status().generation << "\n" << *answers;
  return 0;
}
