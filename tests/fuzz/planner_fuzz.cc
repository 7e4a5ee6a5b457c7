// Any bytes as a query, or as the text of a question: the planner answers with a plan that prints and has a price, or
// refuses with an error that points into the text.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "core/base/utf8.h"
#include "core/text/variants.h"
#include "searcher/plan/planner.h"
#include "searcher/plan/price.h"
#include "searcher/query/query_parser.h"

namespace {

using dateline::plan::PlannedQuery;
using dateline::plan::Planner;
using dateline::plan::PlanRequest;

void Require(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "broken law: %s\n", law);
  std::abort();
}

// A few words below each prefix, with variants, hyphens and splits among them.
class SmallVocabulary : public dateline::plan::Vocabulary {
 public:
  absl::Status Visit(absl::string_view, absl::string_view beginning, Visitor visitor) override {
    for (auto word = Words().lower_bound(std::string(beginning));
         word != Words().end() && absl::StartsWith(word->first, beginning); ++word) {
      visitor(word->first, word->second);
    }
    return absl::OkStatus();
  }
  absl::StatusOr<uint64_t> Count(absl::string_view, absl::string_view word) override {
    const auto found = Words().find(std::string(word));
    return found == Words().end() ? uint64_t{0} : found->second;
  }
  absl::StatusOr<bool> HasRow(const std::vector<std::string>& words, uint64_t articles) override {
    return words.size() == 2 && articles < 10;
  }

 private:
  static const std::map<std::string, uint64_t>& Words() {
    static const auto* const kWords = new std::map<std::string, uint64_t>{{"color", 40},
                                                                          {"colour", 30},
                                                                          {"email", 9},
                                                                          {"harbor", 7},
                                                                          {"harbour", 9},
                                                                          {"jong", 80},
                                                                          {"jongun", 2},
                                                                          {"kiev", 5},
                                                                          {"kyiv", 6},
                                                                          {"kim", 90},
                                                                          {"talk", 500},
                                                                          {"talking", 20},
                                                                          {"talks", 700},
                                                                          {"un", 85},
                                                                          {"und", 300},
                                                                          {"u.s", 60},
                                                                          {"us", 4000},
                                                                          {"\u6771\u4eac", 3},
                                                                          {"\u043c\u044d\u0440", 8},
                                                                          {"strike", 77}};
    return *kWords;
  }
};

void RequirePlan(const absl::StatusOr<PlannedQuery>& planned, absl::string_view text) {
  if (!planned.ok()) {
    Require(absl::IsInvalidArgument(planned.status()), "a refusal is the caller's fault");
    const absl::optional<size_t> offset = dateline::query::QueryErrorOffset(planned.status());
    Require(!offset.has_value() || *offset <= text.size(), "an error points into the text");
    Require(dateline::base::IsValidUtf8(planned.status().message()), "a message is UTF-8");
    return;
  }
  Require(!dateline::plan::ToString(planned->plan).empty(), "a plan prints");
  for (const std::string& warning : planned->warnings)
    Require(dateline::base::IsValidUtf8(warning), "a note is UTF-8");
  const auto price = dateline::plan::PriceOf(
      planned->plan, 10'000, [](const std::string& term) -> uint64_t { return term.size() % 7 * 1000; });
  Require(std::isfinite(price.ns) && price.ns >= 0, "a price is a number");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  static auto* const analyzer = new dateline::text::Analyzer();
  static const auto* const manifest = [] {
    auto* made = new dateline::index::Manifest();
    made->languages = {"", "de", "en", "es"};
    made->documents = 10'000;
    made->oldest = 1'000'000'000;
    made->newest = 1'600'000'000;
    return made;
  }();
  const uint8_t choice = data[0];
  const absl::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  SmallVocabulary vocabulary;
  PlanRequest request;
  request.order = static_cast<dateline::plan::Order>(choice % 3);
  request.recency = (choice & 8) != 0;
  if ((choice & 16) != 0) request.variants = &dateline::text::Variants::Shipped();
  Planner planner(*analyzer, *manifest, vocabulary);
  RequirePlan(planner.PlanAny(text, dateline::query::QueryLimits(), request), text);
  auto parsed = dateline::query::ParseQuery(text);
  if (!parsed.ok()) return 0;
  if ((choice & 32) != 0) dateline::query::Resolve(absl::CivilDay(2020, 9, 13), parsed->root);
  RequirePlan(planner.Plan(parsed->root, request), text);
  return 0;
}
