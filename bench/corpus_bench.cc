#include "bench/corpus_bench.h"

#include <algorithm>
#include <thread>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/corpus/archive_sample.h"
#include "bench/corpus/archive_writer.h"
#include "bench/corpus/article_maker.h"
#include "bench/corpus/measures.h"
#include "bench/corpus/shape.h"
#include "core/base/status_macros.h"

namespace dateline::bench {
namespace {

using corpus::ArchiveSample;
using corpus::Measure;

struct Measured {
  std::vector<Measure> measures;
  bool cut = false;
};

absl::StatusOr<Measured> MeasureInputs(const std::vector<std::string>& inputs) {
  DL_ASSIGN_OR_RETURN(const ArchiveSample sample, corpus::ReadArchive(inputs));
  return Measured{corpus::MeasureArchive(sample), sample.cut};
}

// Whole numbers as such, others to two places.
std::string Shown(double value) {
  if (value >= 1000 || value == static_cast<double>(static_cast<int64_t>(value)))
    return absl::StrFormat("%.0f", value);
  return absl::StrFormat(value < 1 ? "%.4f" : "%.2f", value);
}

void TellCut(const Report& report, const Measured& measured, absl::string_view name) {
  if (!measured.cut) return;
  report.Text(absl::StrCat(name, ": only the first ", corpus::kMaxSampleTokens, " tokens were measured"));
}

}  // namespace

absl::Status RunCorpus(const CorpusOptions& options) {
  if (options.articles == 0) return absl::InvalidArgumentError("--articles N says how many articles to make");
  if (options.output.empty()) return absl::InvalidArgumentError("--output FILE says where to, - is standard output");
  corpus::Shape shape = corpus::DefaultShape();
  if (!options.like.empty()) {
    DL_ASSIGN_OR_RETURN(const ArchiveSample sample, corpus::ReadArchive({options.like}));
    shape = corpus::FitShape(sample);
  }
  if (options.words > 0) corpus::ScaleBodies(options.words, shape);
  const corpus::Archive archive(shape, options.seed);
  const unsigned threads = options.threads > 0 ? options.threads : std::max(std::thread::hardware_concurrency(), 1U);
  return corpus::WriteArchive(archive, {options.articles, options.output, threads});
}

absl::Status RunCorpusMeasure(const CorpusMeasureOptions& options) {
  DL_ASSIGN_OR_RETURN(const Measured measured, MeasureInputs(options.inputs));
  const Report report(options.output);
  TellCut(report, measured, options.inputs.front());
  for (const Measure& measure : measured.measures) {
    report.Result(absl::StrFormat("%-64s %14s", measure.name, Shown(measure.value)), [&](base::JsonWriter& json) {
      json.Key("bench").String("corpus measure").Key("measure").String(measure.name);
      json.Key("value").Double(measure.value).Key("cut").Bool(measured.cut);
    });
  }
  return absl::OkStatus();
}

absl::Status RunCorpusCompare(const CorpusCompareOptions& options) {
  DL_ASSIGN_OR_RETURN(const Measured real, MeasureInputs({options.real}));
  DL_ASSIGN_OR_RETURN(const Measured generated, MeasureInputs({options.generated}));
  absl::flat_hash_map<std::string, double> of_generated;
  for (const Measure& measure : generated.measures) of_generated[measure.name] = measure.value;
  const Report report(options.output);
  TellCut(report, real, options.real);
  TellCut(report, generated, options.generated);
  report.Text(absl::StrFormat("%-64s %12s %12s %8s", "measure", "real", "generated", "ratio"));
  for (const Measure& measure : real.measures) {
    const auto found = of_generated.find(measure.name);
    if (found == of_generated.end()) continue;
    const double value = found->second;
    const bool comparable = measure.value != 0;
    const double ratio = comparable ? value / measure.value : 0;
    report.Result(absl::StrFormat("%-64s %12s %12s %8s", measure.name, Shown(measure.value), Shown(value),
                                  comparable ? absl::StrFormat("%.2f", ratio) : ""),
                  [&](base::JsonWriter& json) {
                    json.Key("bench").String("corpus compare").Key("measure").String(measure.name);
                    json.Key("real").Double(measure.value).Key("generated").Double(value).Key("ratio");
                    comparable ? json.Double(ratio) : json.Null();
                  });
  }
  return absl::OkStatus();
}

}  // namespace dateline::bench
