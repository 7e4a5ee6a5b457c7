// Reads the text that Prometheus scrapes, strictly.
#ifndef DATELINE_TESTS_SUPPORT_METRICS_TEXT_H_
#define DATELINE_TESTS_SUPPORT_METRICS_TEXT_H_

#include <map>
#include <set>
#include <string>
#include <vector>

namespace dateline::test {

class MetricsText {
 public:
  explicit MetricsText(const std::string& text);

  // The value of a sample, as "name{label=\"value\"}"; -1: there is none.
  double Value(const std::string& sample) const;

  // Lines that cannot be read, samples without HELP and TYPE before them, metrics and samples that come twice,
  // counters without _total, negative counts.
  const std::vector<std::string>& Problems() const { return problems_; }

 private:
  void Comment(const std::string& line);
  void Sample(const std::string& line);
  void Problem(const std::string& what, const std::string& line) { problems_.push_back(what + ": " + line); }

  std::map<std::string, double> values_;
  std::map<std::string, std::string> types_;
  std::set<std::string> helped_;
  std::vector<std::string> problems_;
};

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_METRICS_TEXT_H_
