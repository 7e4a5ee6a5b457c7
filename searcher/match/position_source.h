// The documents whose words stand as a plan's Positions say, as a filter for Xapian.
//
// Xapian's own OP_NEAR and OP_PHRASE take only terms and choices of terms. This source is joined by AND with a query
// that finds the candidates: it claims to match everything, so Xapian asks it last, and only for documents that have
// the words. Asked alone it is still right, but looks at every document.
//
// Thread-safety: belongs to one thread. Exceptions: Xapian's may pass through, and DeadlinePassed.
#ifndef DATELINE_SEARCHER_MATCH_POSITION_SOURCE_H_
#define DATELINE_SEARCHER_MATCH_POSITION_SOURCE_H_

#include <xapian.h>

#include <memory>
#include <string>
#include <vector>

#include "core/base/deadline.h"
#include "searcher/match/deadline_check.h"
#include "searcher/plan/positions.h"

namespace dateline::match {

class PositionSource : public Xapian::PostingSource {
 public:
  // `deadline` must outlive the source and its clones.
  PositionSource(std::shared_ptr<const plan::Positions> positions, const base::Deadline& deadline)
      : positions_(std::move(positions)), deadline_(deadline), check_(deadline) {}

  PositionSource* clone() const override { return new PositionSource(positions_, deadline_); }
  void init(const Xapian::Database& shard) override;

  Xapian::doccount get_termfreq_min() const override { return 0; }
  Xapian::doccount get_termfreq_est() const override { return last_; }
  Xapian::doccount get_termfreq_max() const override { return last_; }

  void next(double min_weight) override;
  void skip_to(Xapian::docid docid, double min_weight) override;
  bool check(Xapian::docid docid, double min_weight) override;
  bool at_end() const override { return current_ > last_; }
  Xapian::docid get_docid() const override { return current_; }
  std::string get_description() const override { return "PositionSource"; }

 private:
  class ShardPlaces;

  void FindFrom(Xapian::docid docid);
  bool Test(Xapian::docid docid);

  const std::shared_ptr<const plan::Positions> positions_;
  const base::Deadline& deadline_;
  DeadlineCheck check_;
  std::shared_ptr<ShardPlaces> places_;
  Xapian::docid last_ = 0;
  Xapian::docid current_ = 0;  // 0: before the first; last_ + 1: after the last
  bool matches_ = false;       // or `current_` is after the last
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_POSITION_SOURCE_H_
