// BM25 in exact integers (core/index/score.h) as a Xapian weighting scheme.
//
// Xapian hands a term's scale factor to init(); the compiler puts the term's weight there, computed from the
// statistics of the whole generation, so every shard scores alike. Weights are whole numbers of 2^-20 held in
// doubles: Xapian's sums and comparisons of them are exact.
//
// Thread-safety: belongs to one thread. Exceptions: none of its own.
#ifndef DATELINE_SEARCHER_MATCH_BM25_WEIGHT_H_
#define DATELINE_SEARCHER_MATCH_BM25_WEIGHT_H_

#include <xapian.h>

#include <string>

#include "core/index/score.h"

namespace dateline::match {

class Bm25Weight : public Xapian::Weight {
 public:
  explicit Bm25Weight(float average_length) : average_length_(average_length) {
    need_stat(WDF);
    need_stat(DOC_LENGTH);
  }

  Bm25Weight* clone() const override { return new Bm25Weight(average_length_); }
  std::string name() const override { return "dateline::Bm25Weight"; }

  double get_sumpart(Xapian::termcount wdf, Xapian::termcount length, Xapian::termcount) const override {
    const float norm = index::LengthNorm(length, average_length_);
    return static_cast<double>(index::Contribution(weight_, index::Saturation(wdf, norm)));
  }

  // Saturation stays below 1, so no contribution exceeds the weight, rounded up.
  double get_maxpart() const override { return std::ceil(static_cast<double>(weight_)); }
  double get_sumextra(Xapian::termcount, Xapian::termcount) const override { return 0; }
  double get_maxextra() const override { return 0; }

 private:
  void init(double factor) override { weight_ = static_cast<float>(factor); }

  const float average_length_;
  float weight_ = 0;
};

}  // namespace dateline::match

#endif  // DATELINE_SEARCHER_MATCH_BM25_WEIGHT_H_
