// The documents of a shard that are the latest of their story, as a filter for Xapian.
//
// Thread-safety: belongs to one thread. Ownership: the set must outlive the source and its clones.
#ifndef DATELINE_SEARCHER_MATCH_LATEST_SOURCE_H_
#define DATELINE_SEARCHER_MATCH_LATEST_SOURCE_H_

#include <xapian.h>

#include <algorithm>
#include <string>

#include "searcher/match/census.h"

namespace dateline::match {

class LatestSource : public Xapian::PostingSource {
 public:
  explicit LatestSource(const DocumentSet& superseded) : superseded_(superseded) {}

  LatestSource* clone() const override { return new LatestSource(superseded_); }
  void init(const Xapian::Database&) override {
    row_ = 0;
    started_ = false;
    latest_ = static_cast<Xapian::doccount>(std::count(superseded_.begin(), superseded_.end(), false));
  }

  Xapian::doccount get_termfreq_min() const override { return latest_; }
  Xapian::doccount get_termfreq_est() const override { return latest_; }
  Xapian::doccount get_termfreq_max() const override { return latest_; }

  void next(double) override { MoveTo(started_ ? row_ + 1 : 0); }
  void skip_to(Xapian::docid docid, double) override {
    MoveTo(started_ ? std::max<size_t>(row_, docid - 1) : docid - 1);
  }
  bool at_end() const override { return started_ && row_ >= superseded_.size(); }
  Xapian::docid get_docid() const override { return static_cast<Xapian::docid>(row_ + 1); }
  std::string get_description() const override { return "LatestSource"; }

 private:
  void MoveTo(size_t row) {
    started_ = true;
    while (row < superseded_.size() && superseded_[row]) ++row;
    row_ = row;
  }

  const DocumentSet& superseded_;
  Xapian::doccount latest_ = 0;
  size_t row_ = 0;
  bool started_ = false;
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_LATEST_SOURCE_H_
