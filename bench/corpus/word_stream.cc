#include "bench/corpus/word_stream.h"

#include <algorithm>

#include "bench/corpus/chance.h"
#include "bench/corpus/hash.h"
#include "bench/corpus/lexicon.h"

namespace dateline::bench::corpus {
namespace {

constexpr uint64_t kSuccessors = 1 << 22;  // that a word may have
constexpr uint64_t kPhrases = 1 << 24;
constexpr uint64_t kTopicGroup = 32;       // a topic has one word of so many neighbouring ranks
constexpr uint64_t kEventWords = 24;
constexpr uint64_t kEventPhrases = 4;
constexpr double kEventPhrase = 0.4;       // of the phrases in an article of an event, those of the event

// What stands first in a list is met so often that it must not be a rare word, or it would be none. These say up to
// which rank words may be taken: this many times the place in the list.
constexpr uint64_t kSuccessorReach = 30;
constexpr uint64_t kPhraseReach = 50;
constexpr uint64_t kEventReach = 4000;

uint64_t Salted(const Vocabulary& vocabulary, char salt, uint64_t number) {
  return Mix(Mix(vocabulary.seed, static_cast<uint64_t>(salt)), number);
}

// A content word up to about the rank `limit`.
uint32_t ContentWord(const Vocabulary& vocabulary, uint64_t limit, Random& random) {
  const uint64_t first = FunctionWords();
  for (int tries = 0; tries < 6; ++tries) {
    const uint64_t rank = vocabulary.words.DrawBelow(first + limit, random);
    if (rank >= first) return static_cast<uint32_t>(rank);
  }
  return static_cast<uint32_t>(first + random.Below(std::min(limit, vocabulary.words.ranks() - first)));
}

}  // namespace

Vocabulary::Vocabulary(const Shape& shape, uint64_t seed_in)
    : mixture(shape.mixture),
      words(shape.words, shape.word_ranks),
      successors(RankCurve::Zipf(shape.mixture.successor_skew, kSuccessors)),
      phrases(RankCurve::Zipf(shape.mixture.phrase_skew, kPhrases)),
      seed(seed_in) {}

void WordStream::Draw(const Subject& subject, size_t count, Random& random, std::vector<DrawnWord>& out) {
  out.clear();
  content_.clear();
  while (out.size() < count) DrawNext(subject, random, out);
  out.resize(count);
}

void WordStream::DrawNext(const Subject& subject, Random& random, std::vector<DrawnWord>& out) {
  const Mixture& mixture = vocabulary_.mixture;
  if (!out.empty() && Happens(mixture.successor, random)) {
    Put({Successor(out.back().rank, random), false}, out);
    return;
  }
  const auto word = static_cast<uint32_t>(vocabulary_.words.Draw(random));
  if (word < FunctionWords()) {
    Put({word, false}, out);
    return;
  }
  double chance = Chance(random);
  if ((chance -= mixture.cached) < 0) {
    if (!content_.empty()) return CopyEarlier(random, out);
  } else if ((chance -= mixture.phrase) < 0) {
    return AddPhrase(subject, random, out);
  } else if ((chance -= mixture.event) < 0) {
    if (subject.event) return Put({EventWord(*subject.event, random), false}, out);
  } else if ((chance -= mixture.topic) < 0) {
    return Put({TopicWord(subject.topic, word), false}, out);
  }
  Put({word, false}, out);
}

uint32_t WordStream::Successor(uint32_t word, Random& random) const {
  const uint64_t place = vocabulary_.successors.Draw(random);
  Random own(Mix(Salted(vocabulary_, 'b', word), place));
  const uint64_t limit = kSuccessorReach * (uint64_t{word} + 1) * (place + 1);
  const auto next = static_cast<uint32_t>(vocabulary_.words.DrawBelow(limit, own));
  return next != word ? next : static_cast<uint32_t>(vocabulary_.words.Draw(random));
}

void WordStream::CopyEarlier(Random& random, std::vector<DrawnWord>& out) {
  size_t from = content_[random.Below(content_.size())];
  const size_t end = out.size();
  do {
    Put(DrawnWord(out[from]), out);
    ++from;
  } while (from < end && Happens(vocabulary_.mixture.cached_run, random));
}

void WordStream::AddPhrase(const Subject& subject, Random& random, std::vector<DrawnWord>& out) {
  uint64_t phrase = 0;
  if (subject.event && Happens(kEventPhrase, random)) {
    Random own(Mix(Salted(vocabulary_, 'q', *subject.event), random.Below(kEventPhrases)));
    phrase = vocabulary_.phrases.Draw(own);
  } else {
    phrase = vocabulary_.phrases.Draw(random);
  }
  Random own(Salted(vocabulary_, 'p', phrase));
  const size_t kind = own.Below(100);
  const size_t length = kind < 60 ? 2 : kind < 87 ? 3 : 4;
  const bool name = Happens(0.5, own);
  for (size_t k = 0; k < length; ++k) {
    const bool joint = k > 0 && k + 1 < length && Happens(0.3, own);  // "bank of ..."
    const uint32_t word = joint ? static_cast<uint32_t>(vocabulary_.words.DrawBelow(FunctionWords(), own))
                                : ContentWord(vocabulary_, kPhraseReach * (phrase + 1), own);
    Put({word, name && !joint}, out);
  }
}

// The first words of an event are the most frequent ones.
uint32_t WordStream::EventWord(uint64_t event, Random& random) const {
  const uint64_t place = std::min(random.Below(kEventWords), random.Below(kEventWords));
  Random own(Mix(Salted(vocabulary_, 'e', event), place));
  return ContentWord(vocabulary_, kEventReach * (event + 1), own);
}

// A topic prefers one word of each group of neighbours in frequency. All words are some topic's.
uint32_t WordStream::TopicWord(uint64_t topic, uint32_t word) const {
  const uint64_t group = (word - FunctionWords()) / kTopicGroup;
  const uint64_t place = Mix(Salted(vocabulary_, 't', topic), group) % kTopicGroup;
  return static_cast<uint32_t>(std::min(FunctionWords() + group * kTopicGroup + place, vocabulary_.words.ranks() - 1));
}

void WordStream::Put(DrawnWord word, std::vector<DrawnWord>& out) {
  if (word.rank >= FunctionWords()) content_.push_back(static_cast<uint32_t>(out.size()));
  out.push_back(word);
}

}  // namespace dateline::bench::corpus
