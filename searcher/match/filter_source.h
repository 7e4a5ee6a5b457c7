// The documents of a shard that pass, as a filter that Xapian can begin with.
//
// Thread-safety: belongs to one thread.
#ifndef DATELINE_SEARCHER_MATCH_FILTER_SOURCE_H_
#define DATELINE_SEARCHER_MATCH_FILTER_SOURCE_H_

#include <xapian.h>

#include <algorithm>
#include <string>

#include "core/index/tombstones.h"
#include "searcher/match/census.h"

namespace dateline::match {

class FilterSource : public Xapian::PostingSource {
 public:
  // All but so many of the documents pass.
  explicit FilterSource(Xapian::doccount left_out) : left_out_(left_out) {}

  void init(const Xapian::Database& shard) final {
    last_ = shard.get_lastdocid();
    current_ = 0;
    set_maxweight(0);
  }

  Xapian::doccount get_termfreq_min() const final { return last_ - left_out_; }
  Xapian::doccount get_termfreq_est() const final { return last_ - left_out_; }
  Xapian::doccount get_termfreq_max() const final { return last_ - left_out_; }

  void next(double) final { MoveTo(current_ + 1); }
  void skip_to(Xapian::docid docid, double) final { MoveTo(std::max({current_, docid, Xapian::docid{1}})); }
  bool at_end() const final { return current_ > last_; }
  Xapian::docid get_docid() const final { return current_; }

 private:
  virtual bool Passes(Xapian::docid docid) const = 0;

  void MoveTo(Xapian::docid docid) {
    while (docid <= last_ && !Passes(docid)) ++docid;
    current_ = docid;
  }

  const Xapian::doccount left_out_;
  Xapian::docid last_ = 0;
  Xapian::docid current_ = 0;  // 0: before the first; beyond last_: after the last
};

// The documents that are not dead. The tombstones must outlive the source and its clones.
class LiveSource : public FilterSource {
 public:
  explicit LiveSource(const index::Tombstones& tombstones)
      : FilterSource(tombstones.count()), tombstones_(tombstones) {}
  LiveSource* clone() const override { return new LiveSource(tombstones_); }
  std::string get_description() const override { return "LiveSource"; }

 private:
  bool Passes(Xapian::docid docid) const override { return !tombstones_.IsDead(docid); }
  const index::Tombstones& tombstones_;
};

// The documents that are the latest of their story. The set must outlive the source and its clones.
class LatestSource : public FilterSource {
 public:
  explicit LatestSource(const DocumentSet& superseded) : FilterSource(superseded.count), superseded_(superseded) {}
  LatestSource* clone() const override { return new LatestSource(superseded_); }
  std::string get_description() const override { return "LatestSource"; }

 private:
  bool Passes(Xapian::docid docid) const override { return !superseded_.rows[docid - 1]; }
  const DocumentSet& superseded_;
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_FILTER_SOURCE_H_
