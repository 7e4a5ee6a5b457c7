#include "searcher/present/snippet.h"

#include <algorithm>
#include <array>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "core/index/schema.h"
#include "core/index/term_key.h"
#include "core/text/stemmer.h"

namespace dateline::present {
namespace {

using index::TokenMap;
using index::TokenSpan;
using plan::HighlightRules;

constexpr absl::string_view kEllipsis = "\xE2\x80\xA6";

// Tokens [first, last] of a text that match a rule.
struct Match {
  size_t first = 0;
  size_t last = 0;
  size_t rule = 0;
};

enum class TextKind { kBody, kDeck, kCaption };

// A sentence is worth going back this far for, as a part of the snippet.
constexpr size_t kContextShare = 3;

// Shows every term whose places matter.
template <typename Visitor>
void VisitTerms(const HighlightRules& rules, Visitor visitor) {
  for (const plan::Positions& positions : rules.positions) {
    for (const plan::Operand& operand : positions.operands) {
      for (const plan::Sequence& sequence : operand) {
        for (const plan::Slot& slot : sequence) {
          for (const std::string& term : slot.terms) visitor(term);
          for (const std::string& term : slot.excluded) visitor(term);
        }
      }
    }
  }
}

// The words of one text of an article as a plan sees them: each under its own term, in the lead under the lead's, in
// a caption under the caption's. Only terms that the rules name are kept.
class TextPlaces : public plan::Places {
 public:
  explicit TextPlaces(const HighlightRules& rules) {
    VisitTerms(rules, [this](const std::string& term) { places_[term]; });
  }

  // `words` that can be none of the terms may be null.
  void Fill(const std::vector<const text::Word*>& words, const TokenMap& map, TextKind kind) {
    bool in_lead = kind == TextKind::kBody;
    for (uint32_t i = 0; i < words.size(); ++i) {
      in_lead = in_lead && i < index::kMaxLeadWords && (i == 0 || !map.tokens[i].starts_paragraph);
      const uint32_t position = map.first_position + i;
      if (words[i] != nullptr) {
        Put("", words[i]->exact, position);
        if (in_lead) Put(index::kLeadWord, words[i]->exact, position);
        if (kind == TextKind::kCaption) Put(index::kCaptionWord, words[i]->exact, position);
      }
      if (map.tokens[i].starts_sentence) sentences_.push_back(position);
      if (map.tokens[i].starts_paragraph) paragraphs_.push_back(position);
    }
  }

  void Append(const std::string& term, std::vector<uint32_t>& positions) override {
    const std::vector<uint32_t>& places = places_[term];
    positions.insert(positions.end(), places.begin(), places.end());
  }
  const std::vector<uint32_t>& SentenceStarts() override { return sentences_; }
  const std::vector<uint32_t>& ParagraphStarts() override { return paragraphs_; }

 private:
  void Put(absl::string_view prefix, absl::string_view word, uint32_t position) {
    const auto found = places_.find(index::TermKey(prefix, word));
    if (found != places_.end()) found->second.push_back(position);
  }

  absl::flat_hash_map<std::string, std::vector<uint32_t>> places_;
  std::vector<uint32_t> sentences_;
  std::vector<uint32_t> paragraphs_;
};

// Which tokens may be words of the rules, told by their first two bytes: most cannot, and need not be looked up.
class Beginnings {
 public:
  Beginnings(const HighlightRules& rules, absl::string_view language)
      : keeps_second_(text::Stemmer::KeepsSecondByte(language)) {
    may_[kAny] = ~uint64_t{0};
    if (!text::Stemmer::KeepsFirstByte(language)) may_.fill(~uint64_t{0});
    for (const std::string& stem : rules.stems) AddStem(stem);
    for (const std::vector<std::string>& phrase : rules.phrases) {
      for (const std::string& word : phrase) AddWord(word);
    }
    VisitTerms(rules, [this](absl::string_view term) {
      while (!term.empty() && absl::ascii_isupper(static_cast<unsigned char>(term.front()))) term.remove_prefix(1);
      AddWord(term);
    });
  }

  // The token of a text that begins at `begin`, and is not empty.
  bool MayBegin(absl::string_view text, size_t begin, size_t end) const {
    const size_t second = begin + 1 < end ? ClassOf(text[begin + 1]) : kAny;
    return (may_[ClassOf(text[begin])] >> second & 1) != 0;
  }

 private:
  // Letters whatever their case, and digits, which share classes with some. Bytes beyond ASCII may be folded to
  // anything, and what is neither letter nor digit may be left out of a word.
  static constexpr size_t kAny = 32;
  static size_t ClassOf(char c) {
    static constexpr std::array<uint8_t, 256> kClasses = [] {
      std::array<uint8_t, 256> classes = {};
      for (size_t byte = 0; byte < classes.size(); ++byte) {
        const bool is_letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
        const bool is_digit = byte >= '0' && byte <= '9';
        classes[byte] = static_cast<uint8_t>(is_letter || is_digit ? byte & 31 : kAny);
      }
      return classes;
    }();
    return kClasses[static_cast<uint8_t>(c)];
  }

  void Add(absl::string_view word, char second) {
    may_[ClassOf(word.front())] |= uint64_t{1} << ClassOf(second) | uint64_t{1} << kAny;
  }
  void AddWord(absl::string_view word) {
    if (!word.empty()) Add(word, word.size() > 1 ? word[1] : '\0');
  }
  void AddStem(absl::string_view stem) {
    if (stem.empty()) return;
    if (stem.size() == 1 || !keeps_second_) {
      may_[ClassOf(stem.front())] = ~uint64_t{0};
    } else {
      Add(stem, stem[1]);
      if (stem[1] == 'i') Add(stem, 'y');
    }
  }

  const bool keeps_second_;                  // do stems?
  std::array<uint64_t, kAny + 1> may_ = {};  // by class of the first byte, bits by class of the second
};

class Matches {
 public:
  Matches(const HighlightRules& rules, absl::string_view language, text::Analyzer& analyzer)
      : rules_(rules), language_(language), beginnings_(rules, language), analyzer_(analyzer) {}

  std::vector<Match> Find(absl::string_view text, const TokenMap& map, TextKind kind) {
    const std::vector<uint32_t> asked = TokensThatMay(text, map);
    const std::vector<const text::Word*> words = WordsOf(text, map, asked);
    std::vector<Match> matches;
    for (const uint32_t i : asked) {
      size_t rule = 0;
      for (const std::string& stem : rules_.stems) {
        if (words[i]->stem == stem) matches.push_back(Match{i, i, rule});
        ++rule;
      }
      for (const std::vector<std::string>& phrase : rules_.phrases) {
        if (StandsAt(words, i, phrase)) matches.push_back(Match{i, i + phrase.size() - 1, rule});
        ++rule;
      }
    }
    if (!rules_.positions.empty() && !words.empty()) AddPlaces(words, map, kind, matches);
    return matches;
  }

 private:
  // Those that some rule may mean, found without a branch that nobody can guess.
  std::vector<uint32_t> TokensThatMay(absl::string_view text, const TokenMap& map) const {
    std::vector<uint32_t> tokens(map.tokens.size());
    size_t count = 0;
    for (uint32_t i = 0; i < map.tokens.size(); ++i) {
      const auto [begin, end, starts_sentence, starts_paragraph] = map.tokens[i];
      tokens[count] = i;
      // A stored token may be empty.
      count += begin < end && end <= text.size() && beginnings_.MayBegin(text, begin, end) ? 1 : 0;
    }
    tokens.resize(count);
    return tokens;
  }

  // By token; null for those that were not asked for.
  std::vector<const text::Word*> WordsOf(absl::string_view text, const TokenMap& map,
                                         const std::vector<uint32_t>& asked) {
    std::vector<text::WordSpan> spans;
    spans.reserve(asked.size());
    for (const uint32_t i : asked) spans.push_back(text::WordSpan{map.tokens[i].begin, map.tokens[i].end});
    std::vector<const text::Word*> found;
    found.reserve(asked.size());
    analyzer_.LookAll(text, spans, language_, found);
    std::vector<const text::Word*> words(map.tokens.size(), nullptr);
    for (size_t i = 0; i < asked.size(); ++i) words[asked[i]] = found[i];
    return words;
  }

  void AddPlaces(const std::vector<const text::Word*>& words, const TokenMap& map, TextKind kind,
                 std::vector<Match>& matches) {
    TextPlaces places(rules_);
    places.Fill(words, map, kind);
    size_t rule = rules_.stems.size() + rules_.phrases.size();
    for (const plan::Positions& positions : rules_.positions) {
      for (const plan::PositionSpan& span : plan::MatchingSpans(positions, places)) {
        matches.push_back(Match{span.begin - map.first_position, span.end - 1 - map.first_position, rule});
      }
      ++rule;
    }
    std::stable_sort(matches.begin(), matches.end(),
                     [](const Match& a, const Match& b) { return a.first < b.first; });
  }

  static bool StandsAt(const std::vector<const text::Word*>& words, size_t at,
                       const std::vector<std::string>& phrase) {
    if (phrase.size() > words.size() - at) return false;
    for (size_t i = 0; i < phrase.size(); ++i) {
      if (words[at + i] == nullptr || words[at + i]->exact != phrase[i]) return false;
    }
    return true;
  }

  const HighlightRules& rules_;
  const absl::string_view language_;
  const Beginnings beginnings_;
  text::Analyzer& analyzer_;
};

// The first of the matches with which the richest stretch of `max_bytes` begins: most different rules, then most
// matches, then the earliest.
size_t BestStart(const std::vector<Match>& matches, const TokenMap& map, size_t max_bytes) {
  size_t best = 0;
  std::pair<size_t, size_t> best_worth;
  std::vector<size_t> seen;
  for (size_t start = 0; start < matches.size(); ++start) {
    seen.clear();
    size_t count = 0;
    for (size_t i = start; i < matches.size(); ++i, ++count) {
      if (map.tokens[matches[i].last].end - map.tokens[matches[start].first].begin > max_bytes) break;
      if (std::find(seen.begin(), seen.end(), matches[i].rule) == seen.end()) seen.push_back(matches[i].rule);
    }
    const std::pair<size_t, size_t> worth(seen.size(), count);
    if (worth > best_worth) {
      best = start;
      best_worth = worth;
    }
  }
  return best;
}

// Where the snippet begins: the sentence of its first match, when that is near, else a few words before it.
size_t BeginByte(const TokenMap& map, size_t first_token, size_t max_bytes) {
  const size_t match_begin = map.tokens[first_token].begin;
  const size_t earliest = match_begin - std::min(match_begin, max_bytes / kContextShare);
  size_t begin = match_begin;
  for (size_t i = first_token + 1; i-- > 0 && map.tokens[i].begin >= earliest;) {
    begin = map.tokens[i].begin;
    if (map.tokens[i].starts_sentence) break;
  }
  return begin;
}

// The end of the last token that fits, with the punctuation behind it.
size_t EndByte(absl::string_view text, const TokenMap& map, size_t begin, size_t max_bytes) {
  if (text.size() - begin <= max_bytes) return text.size();
  size_t end = begin;
  for (const TokenSpan& token : map.tokens) {
    if (token.begin < begin) continue;
    if (token.end - begin > max_bytes && end != begin) break;
    end = token.end;
  }
  while (end < text.size() && (text[end] == '.' || text[end] == ',' || text[end] == '!' || text[end] == '?')) ++end;
  return end;
}

// [begin, end) of the text as one line, with what stands there of the matches marked.
Snippet Cut(absl::string_view text, const TokenMap& map, const std::vector<Match>& matches, size_t begin,
            size_t end) {
  Snippet snippet;
  if (begin > 0) snippet.text = std::string(kEllipsis);
  const size_t shift = snippet.text.size();
  for (char c : text.substr(begin, end - begin)) snippet.text.push_back(c == '\n' ? ' ' : c);
  if (end < text.size()) snippet.text.append(kEllipsis.data(), kEllipsis.size());
  for (const Match& match : matches) {
    const size_t from = map.tokens[match.first].begin;
    const size_t to = map.tokens[match.last].end;
    if (from < begin || to > end) continue;
    const Mark mark{static_cast<uint32_t>(from - begin + shift), static_cast<uint32_t>(to - begin + shift)};
    // Matches come by their first token; one that overlaps the mark before only makes that longer.
    if (!snippet.marks.empty() && mark.begin < snippet.marks.back().end) {
      snippet.marks.back().end = std::max(snippet.marks.back().end, mark.end);
    } else {
      snippet.marks.push_back(mark);
    }
  }
  return snippet;
}

Snippet Around(absl::string_view text, const TokenMap& map, const std::vector<Match>& matches, size_t max_bytes) {
  const size_t start = BestStart(matches, map, max_bytes - max_bytes / kContextShare);
  const size_t begin = BeginByte(map, matches[start].first, max_bytes);
  // A phrase longer than the snippet is still shown whole.
  const size_t end = std::max<size_t>(EndByte(text, map, begin, max_bytes), map.tokens[matches[start].last].end);
  return Cut(text, map, matches, begin, end);
}

}  // namespace

Snippet MakeSnippet(const index::StoredArticle& stored, const HighlightRules& rules, text::Analyzer& analyzer,
                    size_t max_bytes) {
  analyzer.TrimCache();
  const article::Article& article = stored.article;
  Matches finder(rules, article.lang, analyzer);
  const std::vector<Match> in_body = finder.Find(article.body, stored.body, TextKind::kBody);
  if (!in_body.empty()) return Around(article.body, stored.body, in_body, max_bytes);
  const std::vector<Match> in_deck = finder.Find(article.deck, stored.deck, TextKind::kDeck);
  if (!in_deck.empty()) return Around(article.deck, stored.deck, in_deck, max_bytes);
  const std::vector<Match> in_caption = finder.Find(article.caption, stored.caption, TextKind::kCaption);
  if (!in_caption.empty()) return Around(article.caption, stored.caption, in_caption, max_bytes);
  return Cut(article.body, stored.body, {}, 0, EndByte(article.body, stored.body, 0, max_bytes));
}

}  // namespace dateline::present
