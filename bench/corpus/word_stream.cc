#include "bench/corpus/word_stream.h"

#include <algorithm>

#include "bench/corpus/chance.h"
#include "bench/corpus/hash.h"
#include "bench/corpus/lexicon.h"

namespace dateline::bench::corpus {
namespace {

constexpr uint64_t kSuccessors = 1 << 12;  // that a word may have
constexpr uint64_t kPhrases = 1 << 19;
constexpr uint32_t kLively = 20;          // from this rank on words are more frequent in some articles than in others
constexpr uint64_t kTopicGroup = 32;      // a topic has one word of so many neighbouring ranks
constexpr uint64_t kTopicSuccessors = 6;  // ... and one successor of so many
constexpr uint64_t kFollowsPercent = 35;
constexpr int kTries = 6;
constexpr uint64_t kEventWords = 24;
constexpr double kLongerPhrase = 0.33;  // than by so many words
constexpr double kLongerIdiom = 0.6;
constexpr uint64_t kLongestPhrase = 7;
constexpr uint64_t kEventPhrases = 4;
constexpr double kJoint = 0.2;        // of the words inside a phrase, those of function: "bank of ..."
constexpr double kEventPhrase = 0.4;  // of the phrases in an article of an event, those of the event

// What stands first in a list is met so often that it must not be a rare word, or it would be none. These say up to
// which rank words may be taken: this many times the place in the list.
constexpr uint64_t kSuccessorReach = 30;
constexpr uint64_t kPhraseReach = 50;
constexpr uint64_t kIdiomReach = 20;
constexpr uint64_t kEventReach = 4000;

uint64_t Salted(const Vocabulary& vocabulary, char salt, uint64_t number) {
  return Mix(Mix(vocabulary.seed, static_cast<uint64_t>(salt)), number);
}

// A content word up to about the rank `limit`.
uint32_t DrawContent(const Vocabulary& vocabulary, uint64_t limit, Random& random) {
  const uint64_t first = FunctionWords();
  for (int tries = 0; tries < kTries; ++tries) {
    const uint64_t rank = vocabulary.words.DrawBelow(first + limit, random);
    if (rank >= first) return static_cast<uint32_t>(rank);
  }
  return static_cast<uint32_t>(first + random.Below(std::min(limit, vocabulary.words.ranks() - first)));
}

// A topic prefers one of each `group` neighbours in frequency, so that each is some topics' and frequencies stay.
uint64_t OfTopic(const Vocabulary& vocabulary, uint64_t topic, uint64_t rank, uint64_t group) {
  const uint64_t number = rank / group;
  return number * group + Mix(Salted(vocabulary, 't', topic), number) % group;
}

// Whether grammar lets one word follow another: none follows itself, and content words are of kinds, most of which do
// not go with most others.
bool MayFollow(uint32_t word, uint32_t next) {
  constexpr uint64_t kKinds = 64;
  if (word == next) return false;
  if (word < FunctionWords() || next < FunctionWords()) return true;
  return Mix(Mix('g', word) % kKinds, Mix('g', next) % kKinds) % 100 < kFollowsPercent;
}

}  // namespace

Vocabulary::Vocabulary(const Shape& shape, uint64_t seed_in)
    : mixture(shape.mixture),
      words(shape.words, shape.word_ranks),
      successors(RankCurve::Zipf(shape.mixture.successor_skew, kSuccessors)),
      phrases(RankCurve::Zipf(shape.mixture.phrase_skew, kPhrases, shape.mixture.phrase_shift)),
      seed(seed_in) {}

void WordStream::Draw(const Subject& subject, size_t count, Random& random, std::vector<DrawnWord>& out) {
  out.clear();
  lively_.clear();
  while (out.size() < count) DrawNext(subject, random, out);
  out.resize(count);
}

void WordStream::DrawNext(const Subject& subject, Random& random, std::vector<DrawnWord>& out) {
  const Mixture& mixture = vocabulary_.mixture;
  if (!out.empty() && Happens(mixture.successor, random)) {
    Put({Successor(subject, out.back().rank, random), false}, out);
    return;
  }
  const auto word = static_cast<uint32_t>(vocabulary_.words.Draw(random));
  if (word >= kLively && !lively_.empty() && Happens(mixture.cached, random)) {
    CopyEarlier(random, out);
  } else if (word < FunctionWords()) {
    if (Happens(mixture.idiom, random)) {
      AddIdiom(subject, random, out);
    } else {
      Put({word, false}, out);
    }
  } else if (Happens(mixture.phrase, random)) {
    AddPhrase(subject, random, out);
  } else {
    uint32_t content = ContentWord(subject, word, random);
    for (int tries = 0; tries < kTries && !out.empty() && !MayFollow(out.back().rank, content); ++tries) {
      content = ContentWord(subject, DrawContent(vocabulary_, vocabulary_.words.ranks(), random), random);
    }
    Put({content, false}, out);
  }
}

// What stands for `drawn` in an article about `subject`.
uint32_t WordStream::ContentWord(const Subject& subject, uint32_t drawn, Random& random) const {
  const double chance = Chance(random);
  if (chance < vocabulary_.mixture.topic) {
    const uint64_t first = FunctionWords();
    const uint64_t rank = first + OfTopic(vocabulary_, subject.topic, drawn - first, kTopicGroup);
    return static_cast<uint32_t>(std::min(rank, vocabulary_.words.ranks() - 1));
  }
  if (subject.event && chance < vocabulary_.mixture.topic + vocabulary_.mixture.event) {
    return EventWord(*subject.event, random);
  }
  return drawn;
}

uint32_t WordStream::Successor(const Subject& subject, uint32_t word, Random& random) const {
  uint64_t place = vocabulary_.successors.Draw(random);
  if (Happens(vocabulary_.mixture.topic, random)) {
    place = OfTopic(vocabulary_, subject.topic, place, kTopicSuccessors);
  }
  Random own(Mix(Salted(vocabulary_, 'b', word), place));
  const uint64_t limit = kSuccessorReach * (uint64_t{word} + 1) * (place + 1);
  for (int tries = 0; tries < kTries; ++tries) {
    const auto next = static_cast<uint32_t>(vocabulary_.words.DrawBelow(limit, own));
    if (MayFollow(word, next)) return next;
  }
  return static_cast<uint32_t>(vocabulary_.words.Draw(random));
}

void WordStream::CopyEarlier(Random& random, std::vector<DrawnWord>& out) {
  size_t from = lively_[random.Below(lively_.size())];
  for (int tries = 0; tries < kTries && !MayFollow(out.back().rank, out[from].rank); ++tries) {
    from = lively_[random.Below(lively_.size())];
  }
  const size_t end = out.size();
  do {
    Put(DrawnWord(out[from]), out);
    ++from;
  } while (from < end && Happens(vocabulary_.mixture.cached_run, random));
}

uint64_t WordStream::DrawPhrase(const Subject& subject, Random& random) const {
  const uint64_t phrase = vocabulary_.phrases.Draw(random);
  if (!Happens(vocabulary_.mixture.topic, random)) return phrase;
  return OfTopic(vocabulary_, subject.topic, phrase, kTopicGroup);
}

// Content at both ends: a name, or a term.
void WordStream::AddPhrase(const Subject& subject, Random& random, std::vector<DrawnWord>& out) {
  uint64_t phrase = 0;
  if (subject.event && Happens(kEventPhrase, random)) {
    Random own(Mix(Salted(vocabulary_, 'q', *subject.event), random.Below(kEventPhrases)));
    phrase = vocabulary_.phrases.Draw(own);
  } else {
    phrase = DrawPhrase(subject, random);
  }
  Random own(Salted(vocabulary_, 'p', phrase));
  const size_t length = 2 + RunLength(kLongerPhrase, kLongestPhrase - 2, own);
  const bool name = Happens(0.5, own);
  for (size_t k = 0; k < length; ++k) {
    const bool joint = k > 0 && k + 1 < length && Happens(kJoint, own);  // "bank of ..."
    const uint32_t word = joint ? static_cast<uint32_t>(vocabulary_.words.DrawBelow(FunctionWords(), own))
                                : DrawContent(vocabulary_, kPhraseReach * (phrase + 1), own);
    Put({word, name && !joint}, out);
  }
}

// Any words: "at the end of the".
void WordStream::AddIdiom(const Subject& subject, Random& random, std::vector<DrawnWord>& out) {
  const uint64_t idiom = DrawPhrase(subject, random);
  Random own(Salted(vocabulary_, 'i', idiom));
  const size_t length = 2 + RunLength(kLongerIdiom, kLongestPhrase - 2, own);
  for (size_t k = 0; k < length; ++k) {
    const uint64_t word = vocabulary_.words.DrawBelow(FunctionWords() + kIdiomReach * (idiom + 1), own);
    Put({static_cast<uint32_t>(word), false}, out);
  }
}

// The first words of an event are the most frequent ones.
uint32_t WordStream::EventWord(uint64_t event, Random& random) const {
  const uint64_t place = std::min(random.Below(kEventWords), random.Below(kEventWords));
  Random own(Mix(Salted(vocabulary_, 'e', event), place));
  return DrawContent(vocabulary_, kEventReach * (event + 1), own);
}

void WordStream::Put(DrawnWord word, std::vector<DrawnWord>& out) {
  if (word.rank >= kLively) lively_.push_back(static_cast<uint32_t>(out.size()));
  out.push_back(word);
}

}  // namespace dateline::bench::corpus
