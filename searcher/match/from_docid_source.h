// All documents from one docid on, as a filter that Xapian can begin with.
//
// Thread-safety: belongs to one thread. Exceptions: Xapian's may pass through.
#ifndef DATELINE_SEARCHER_MATCH_FROM_DOCID_SOURCE_H_
#define DATELINE_SEARCHER_MATCH_FROM_DOCID_SOURCE_H_

#include <xapian.h>

#include <algorithm>
#include <string>

namespace dateline::match {

class FromDocidSource : public Xapian::PostingSource {
 public:
  // REQUIRES: first >= 1.
  explicit FromDocidSource(Xapian::docid first) : first_(first) {}

  FromDocidSource* clone() const override { return new FromDocidSource(first_); }

  void init(const Xapian::Database& shard) override {
    last_ = shard.get_lastdocid();
    current_ = first_ - 1;
    set_maxweight(0);
  }

  Xapian::doccount get_termfreq_min() const override { return last_ < first_ ? 0 : last_ - first_ + 1; }
  Xapian::doccount get_termfreq_est() const override { return get_termfreq_min(); }
  Xapian::doccount get_termfreq_max() const override { return get_termfreq_min(); }

  void next(double) override { ++current_; }
  void skip_to(Xapian::docid docid, double) override { current_ = std::max({current_, docid, first_}); }
  bool at_end() const override { return current_ > last_; }
  Xapian::docid get_docid() const override { return current_; }
  std::string get_description() const override { return "FromDocidSource"; }

 private:
  const Xapian::docid first_;
  Xapian::docid last_ = 0;
  Xapian::docid current_ = 0;
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_FROM_DOCID_SOURCE_H_
