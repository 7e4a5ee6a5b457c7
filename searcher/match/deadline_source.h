// A source that claims every document and looks at the clock: joined to a phrase by AND it is asked about each
// candidate, before Xapian compares positions, which nothing else could interrupt.
//
// Thread-safety: belongs to one thread. Exceptions: DeadlinePassed.
#ifndef DATELINE_SEARCHER_MATCH_DEADLINE_SOURCE_H_
#define DATELINE_SEARCHER_MATCH_DEADLINE_SOURCE_H_

#include <xapian.h>

#include <algorithm>
#include <string>

#include "core/base/deadline.h"
#include "searcher/match/deadline_check.h"

namespace dateline::match {

class DeadlineSource : public Xapian::PostingSource {
 public:
  // `deadline` must outlive the source. A document that is asked about is worth `steps` of a DeadlineCheck.
  DeadlineSource(const base::Deadline& deadline, uint32_t steps)
      : deadline_(deadline), check_(deadline), steps_(steps) {}

  DeadlineSource* clone() const override { return new DeadlineSource(deadline_, steps_); }

  void init(const Xapian::Database& shard) override {
    last_ = shard.get_lastdocid();
    current_ = 0;
    set_maxweight(0);
  }

  // The most there can be, so that Xapian asks it last.
  Xapian::doccount get_termfreq_min() const override { return last_; }
  Xapian::doccount get_termfreq_est() const override { return last_; }
  Xapian::doccount get_termfreq_max() const override { return last_; }

  void next(double) override { MoveTo(current_ + 1); }
  void skip_to(Xapian::docid docid, double) override { MoveTo(std::max(current_, docid)); }
  bool check(Xapian::docid docid, double) override {
    MoveTo(std::max(current_, docid));
    return true;
  }
  bool at_end() const override { return current_ > last_; }
  Xapian::docid get_docid() const override { return current_; }
  std::string get_description() const override { return "DeadlineSource"; }

 private:
  void MoveTo(Xapian::docid docid) {
    check_.Step(steps_);
    current_ = docid;
  }

  const base::Deadline& deadline_;
  DeadlineCheck check_;
  const uint32_t steps_;
  Xapian::docid last_ = 0;
  Xapian::docid current_ = 0;  // 0: before the first; beyond last_: after the last
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_DEADLINE_SOURCE_H_
