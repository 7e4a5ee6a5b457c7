// A source that claims every document, so that Xapian asks it last, and about candidates only: the base of what is
// joined to a query by AND to weigh what matches, or to watch it.
//
// Thread-safety: belongs to one thread. Exceptions: those of the class made of it.
#ifndef DATELINE_SEARCHER_MATCH_EVERY_DOCUMENT_SOURCE_H_
#define DATELINE_SEARCHER_MATCH_EVERY_DOCUMENT_SOURCE_H_

#include <xapian.h>

#include <algorithm>

namespace dateline::match {

class EveryDocumentSource : public Xapian::PostingSource {
 public:
  // Who weighs sets the greatest weight after this.
  void init(const Xapian::Database& shard) override {
    last_ = shard.get_lastdocid();
    current_ = 0;
    set_maxweight(0);
  }

  Xapian::doccount get_termfreq_min() const final { return last_; }
  Xapian::doccount get_termfreq_est() const final { return last_; }
  Xapian::doccount get_termfreq_max() const final { return last_; }

  void next(double) final { MoveTo(current_ + 1); }
  void skip_to(Xapian::docid docid, double) final { MoveTo(std::max(current_, docid)); }
  bool check(Xapian::docid docid, double) final {
    MoveTo(std::max(current_, docid));
    return true;
  }
  bool at_end() const final { return current_ > last_; }
  Xapian::docid get_docid() const final { return current_; }

 protected:
  virtual void MoveTo(Xapian::docid docid) { current_ = docid; }

  Xapian::docid last() const { return last_; }
  Xapian::docid current() const { return current_; }

 private:
  Xapian::docid last_ = 0;
  Xapian::docid current_ = 0;  // 0: before the first; beyond last_: after the last
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_EVERY_DOCUMENT_SOURCE_H_
