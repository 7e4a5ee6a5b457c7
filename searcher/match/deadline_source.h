// A source that looks at the clock: joined to a phrase by AND it is asked about each candidate, before Xapian compares
// positions, which nothing else could interrupt.
//
// Thread-safety: belongs to one thread. Exceptions: DeadlinePassed.
#ifndef DATELINE_SEARCHER_MATCH_DEADLINE_SOURCE_H_
#define DATELINE_SEARCHER_MATCH_DEADLINE_SOURCE_H_

#include <xapian.h>

#include <cstdint>
#include <string>

#include "core/base/deadline.h"
#include "searcher/match/deadline_check.h"
#include "searcher/match/every_document_source.h"

namespace dateline::match {

class DeadlineSource : public EveryDocumentSource {
 public:
  // `deadline` must outlive the source. A document that is asked about is worth `steps` of a DeadlineCheck.
  DeadlineSource(const base::Deadline& deadline, uint32_t steps)
      : deadline_(deadline), check_(deadline), steps_(steps) {}

  DeadlineSource* clone() const override { return new DeadlineSource(deadline_, steps_); }
  std::string get_description() const override { return "DeadlineSource"; }

 protected:
  void MoveTo(Xapian::docid docid) override {
    check_.Step(steps_);
    EveryDocumentSource::MoveTo(docid);
  }

 private:
  const base::Deadline& deadline_;
  DeadlineCheck check_;
  const uint32_t steps_;
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_DEADLINE_SOURCE_H_
