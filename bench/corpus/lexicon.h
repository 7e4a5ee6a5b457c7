// The words of made archives: what stands at a rank, spelt.
//
// The first ranks are the function words of English, so that programs take the text for English. All others are made
// up: syllables with the letters of English, in families (`belcore`, `belcores`, `belcored`, `belcoring`) of which
// the derived members are rarer; some are numbers. Different ranks are spelt differently.
//
// Thread-safety: pure functions.
#ifndef DATELINE_BENCH_CORPUS_LEXICON_H_
#define DATELINE_BENCH_CORPUS_LEXICON_H_

#include <cstdint>
#include <string>

namespace dateline::bench::corpus {

// How many ranks, from 0, are function words.
uint64_t FunctionWords();

// Appends the word of `rank`, in small letters. REQUIRES: rank < 2^30.
void AppendWord(uint64_t rank, std::string& out);

// Whether the word is a name, which is written with a capital.
bool IsName(uint64_t rank);

// Appends a made-up word that begins with a capital: names of persons, places and outlets.
void AppendName(uint64_t hash, std::string& out);

}  // namespace dateline::bench::corpus

#endif  // DATELINE_BENCH_CORPUS_LEXICON_H_
