// Both engines over one generation, and the first thing in which their answers differ.
//
// Thread-safety: belongs to one thread.
#ifndef DATELINE_TESTS_SUPPORT_ENGINE_PAIR_H_
#define DATELINE_TESTS_SUPPORT_ENGINE_PAIR_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "searcher/match/matcher.h"
#include "searcher/serve/engine.h"
#include "searcher/serve/session.h"

namespace dateline::test {

class EnginePair {
 public:
  // The current generation. FailedPrecondition when some shard has no usable postings: there would be one engine
  // only.
  // With more than one of `processors` the fast engine matches the shards of every query at the same time.
  static absl::StatusOr<std::unique_ptr<EnginePair>> Open(const std::string& index_directory, int processors = 1);

  const match::Snapshot& snapshot() const { return *snapshot_; }
  match::Matcher& fast() { return *fast_.matcher; }
  match::Matcher& xapian() { return *xapian_.matcher; }

  // The plan of a request, from the statistics and words of the fast engine.
  absl::StatusOr<plan::QueryPlan> PlanOf(const serve::SearchRequest& request);

  // What differs between the two results for `plan` and `range`, in words; "" when nothing does.
  std::string Difference(const plan::QueryPlan& plan, const match::PageRange& range);
  // The same for all pages of `page_size` hits, at most `most_pages`: each page after the last hit of the one before.
  std::string DifferenceInPages(const plan::QueryPlan& plan, uint64_t page_size, int most_pages);

  uint64_t compared() const { return compared_; }  // results
  uint64_t hits() const { return hits_; }          // in them

 private:
  explicit EnginePair(int processors) : helpers_(processors) {}

  base::Helpers helpers_;
  std::shared_ptr<const match::Snapshot> snapshot_;
  serve::EngineOptions options_;
  serve::Session fast_;
  serve::Session xapian_;
  absl::optional<match::MatchHit> last_hit_;  // of the result compared last
  uint64_t last_hits_ = 0;
  uint64_t compared_ = 0;
  uint64_t hits_ = 0;
};

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_ENGINE_PAIR_H_
