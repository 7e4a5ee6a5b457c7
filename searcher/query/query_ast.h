// The syntax tree of a query: what the user typed, before any analysis of words.
//
// A Node is a plain value that knows which bytes of the user's text it came from. ToString prints one canonical form,
// and parsing that form gives the same tree again; so tests are tables of strings.
//
// Thread-safety: plain values; free functions are pure.
#ifndef DATELINE_SEARCHER_QUERY_QUERY_AST_H_
#define DATELINE_SEARCHER_QUERY_QUERY_AST_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/types/optional.h"

namespace dateline::query {

// A half-open range of bytes of the query text.
struct Span {
  size_t begin = 0;
  size_t end = 0;
  bool operator==(const Span&) const = default;
};

// Where a word or phrase must stand. Text fields hold words of the article; the others hold what is known about it.
enum class Field {
  kText,  // headline, body and captions
  kHeadline,
  kBody,
  kLead,  // the first paragraph of the body
  kCaption,
  kByline,    // words of a writer's name
  kDateline,  // words of the place
  kOutlet,    // a whole name, as the three below
  kAgency,
  kSection,
  kLanguage,
};
absl::string_view FieldName(Field field);  // "headline", "byline", ...; "" for kText
bool IsTextField(Field field);             // its words have places in the text
bool IsNameField(Field field);             // it is compared as a whole

// How a word of the query becomes words of the archive.
enum class WordForm {
  kStem,    // kim: all forms of the word
  kPrefix,  // nego*: what begins like it
  kFuzzy,   // harbor~1: what is spelt like it but for one letter
};

// Whole UTC days, both ends included; a missing end is open.
struct DayRange {
  absl::optional<absl::CivilDay> first;
  absl::optional<absl::CivilDay> last;
  bool operator==(const DayRange&) const = default;
};

// `when:7d`: the days that end with the newest of the archive, which only Resolve knows.
struct Ago {
  int count = 0;
  char unit = 'd';  // d, w, m or y
  bool operator==(const Ago&) const = default;
};

// How two neighbours in a proximity stand to each other. They never overlap.
struct Link {
  enum class Kind {
    kNear,       // in either order, at most distance - 1 words between them
    kBefore,     // the same, the left one first
    kSentence,   // both whole in one sentence
    kParagraph,  // both whole in one paragraph
  };
  Kind kind = Kind::kNear;
  uint32_t distance = 0;  // of kNear and kBefore, from 1 on
  bool operator==(const Link&) const = default;
};
std::string ToString(const Link& link);  // "NEAR/5", "PRE/5", "/s", "/p"

// What may be known of an article.
enum class Fact { kByline, kDate, kOutlet, kWire, kLatest };
absl::string_view FactText(Fact fact);  // "has:byline", "has:date", "has:outlet", "is:wire", "is:latest"

enum class Sort { kRelevance, kNewest, kOldest };
absl::string_view SortText(Sort sort);  // "sort:relevance", "sort:newest", "sort:oldest"

enum class Kind {
  kMatchAll,  // every article
  kWord,      // `text` as typed, without white space, '*' and '~'; `form`
  kPhrase,    // `text` as typed between the quotes, its ends trimmed and its white space made single spaces; `slop`
  kDate,      // `days`, or `ago` until it is resolved
  kFact,      // `fact`
  kAnd,       // two or more children
  kOr,        // two or more children
  kNot,       // one child
  kNear,      // two or more children, `links` between them
  kAtLeast,   // `count` places of the one child
};

// A child of kNear or kAtLeast is a word, a phrase without slop, or kOr of these, all of text fields.
struct Node {
  Kind kind = Kind::kMatchAll;
  Field field = Field::kText;  // of a word or phrase
  WordForm form = WordForm::kStem;
  std::string text;
  uint32_t slop = 0;  // not 0: the words in any order, with at most so many others among them
  DayRange days;
  absl::optional<Ago> ago;
  Fact fact = Fact::kByline;
  uint32_t count = 0;
  std::vector<Link> links;
  std::vector<Node> children;
  Span span;

  // Spans do not count: two trees are equal when they mean the same query.
  friend bool operator==(const Node& a, const Node& b) {
    return a.kind == b.kind && a.field == b.field && a.form == b.form && a.text == b.text && a.slop == b.slop &&
           a.days == b.days && a.ago == b.ago && a.fact == b.fact && a.count == b.count && a.links == b.links &&
           a.children == b.children;
  }
};

// The canonical form: `(kim AND "closer ties" AND NOT headline:talks)`, `date:2019-04-01..2019-04-30`, `*`.
// Groups within groups of the same kind and groups of one do not come from the parser; they print, but parse as flat.
std::string ToString(const Node& node);

// Makes dates of every `when:`, counted back from `newest`, the day of the newest article. Without one (nothing is
// dated) they stay as they are, and match nothing.
void Resolve(const absl::optional<absl::CivilDay>& newest, Node& node);

}  // namespace dateline::query

#endif  // DATELINE_SEARCHER_QUERY_QUERY_AST_H_
