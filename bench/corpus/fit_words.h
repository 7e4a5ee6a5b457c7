// Fits curves of frequency over rank to what was counted.
//
// Thread-safety: pure functions.
#ifndef DATELINE_BENCH_CORPUS_FIT_WORDS_H_
#define DATELINE_BENCH_CORPUS_FIT_WORDS_H_

#include <cstdint>
#include <vector>

#include "bench/corpus/archive_sample.h"
#include "bench/corpus/rank_curve.h"
#include "bench/corpus/shape.h"

namespace dateline::bench::corpus {

// Points of `counts`, which descend: four to an octave at the start, fewer further on, each the mean of its
// neighbourhood. They end where a thing was counted fewer than `least` times. Two points at least. REQUIRES: counts.
std::vector<CurvePoint> PointsOf(const std::vector<double>& counts, double least);

// Lets the curve go on behind its last point in a line whose slope is chosen so that `draws` draws bring `distinct`
// different things on average. Those that no draw brought are there too, for a larger archive to show.
void FitTail(double draws, double distinct, uint64_t ranks, std::vector<CurvePoint>& points);

// Sets the words of `shape`, whose lengths and mixture are set already, so that articles of that shape have the word
// frequencies and the growth of vocabulary of `sample`. It makes words of articles and corrects, a few times.
void FitWords(const ArchiveSample& sample, Shape& shape);

}  // namespace dateline::bench::corpus

#endif  // DATELINE_BENCH_CORPUS_FIT_WORDS_H_
