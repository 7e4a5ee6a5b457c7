#include "searcher/plan/expansion.h"

#include <algorithm>
#include <set>

#include "core/base/edit_distance.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"

namespace dateline::plan {
namespace {

// Longer words are names of files and the like, and their terms may be shortened.
constexpr size_t kMaxWordBytes = 64;

// Keeps the most frequent words it is shown.
class MostFrequent {
 public:
  explicit MostFrequent(size_t max_words) : max_words_(max_words) {}

  void Add(absl::string_view word, uint64_t documents) {
    if (word.size() > kMaxWordBytes) return;
    ++found_;
    Entry entry{documents, std::string(word)};
    if (kept_.size() >= max_words_ && !(entry < *kept_.rbegin())) return;
    kept_.insert(std::move(entry));
    if (kept_.size() > max_words_) kept_.erase(std::prev(kept_.end()));
  }

  Expansion Take() {
    Expansion expansion;
    expansion.found = found_;
    for (const Entry& entry : kept_) expansion.words.push_back(entry.word);
    return expansion;
  }

 private:
  struct Entry {
    uint64_t documents;
    std::string word;
    bool operator<(const Entry& other) const {
      return documents != other.documents ? documents > other.documents : word < other.word;
    }
  };

  const size_t max_words_;
  uint64_t found_ = 0;
  std::set<Entry> kept_;
};

std::u32string CodePoints(absl::string_view text) {
  std::u32string points;
  for (size_t at = 0; at < text.size();) {
    const size_t length = base::CodePointBytes(text, at);
    points.push_back(length == 0 ? 0xFFFD : base::DecodeCodePoint(text, at, length));
    at += length == 0 ? 1 : length;
  }
  return points;
}

absl::string_view StemBeginning(absl::string_view stem) {
  const size_t letters = LetterCount(stem);
  return FirstLetters(stem, letters > 4 ? letters - 2 : 2);
}

// Of code points, or of the bytes of ASCII.
template <typename Letters>
bool LettersWithinOneEdit(const Letters& a, const Letters& b) {
  if (a.size() > b.size()) return LettersWithinOneEdit(b, a);
  if (b.size() - a.size() > 1) return false;
  size_t front = 0;
  while (front < a.size() && a[front] == b[front]) ++front;
  size_t back = 0;
  while (back < a.size() - front && a[a.size() - 1 - back] == b[b.size() - 1 - back]) ++back;
  const size_t rest = a.size() - front - back;
  if (rest <= 1 && b.size() - front - back <= 1) return true;
  return a.size() == b.size() && rest == 2 && a[front] == b[front + 1] && a[front + 1] == b[front];
}

}  // namespace

size_t LetterCount(absl::string_view text) { return CodePoints(text).size(); }

absl::string_view FirstLetters(absl::string_view text, size_t count) {
  size_t at = 0;
  for (; at < text.size() && count > 0; --count) at += std::max<size_t>(1, base::CodePointBytes(text, at));
  return text.substr(0, at);
}

size_t EditsBetween(absl::string_view a_text, absl::string_view b_text, size_t most) {
  // Four bytes a letter at most: most words are told apart by their lengths.
  if (a_text.size() > b_text.size() + 4 * most || b_text.size() > a_text.size() + 4 * most) return most + 1;
  const std::u32string a = CodePoints(a_text);
  const std::u32string b = CodePoints(b_text);
  if (a.size() > b.size() + most || b.size() > a.size() + most) return most + 1;
  return std::min(base::EditDistance(a, b), most + 1);
}

bool WithinOneEdit(absl::string_view a, absl::string_view b) {
  // Four bytes a letter at most: most words are told apart by their lengths.
  if (a.size() > b.size() + 4 || b.size() > a.size() + 4) return false;
  if (base::IsAscii(a) && base::IsAscii(b)) return LettersWithinOneEdit(a, b);
  return LettersWithinOneEdit(CodePoints(a), CodePoints(b));
}

absl::StatusOr<Expansion> Expander::BeginningWith(absl::string_view prefix, absl::string_view letters) {
  MostFrequent kept(limits_.max_words);
  DL_RETURN_IF_ERROR(vocabulary_.Visit(
      prefix, letters, [&kept](absl::string_view word, uint64_t documents) { kept.Add(word, documents); }));
  return kept.Take();
}

absl::StatusOr<Expansion> Expander::SpeltLike(absl::string_view prefix, absl::string_view word) {
  MostFrequent kept(limits_.max_words);
  DL_RETURN_IF_ERROR(
      vocabulary_.Visit(prefix, FirstLetters(word, 1), [&](absl::string_view other, uint64_t documents) {
        if (WithinOneEdit(word, other)) kept.Add(other, documents);
      }));
  return kept.Take();
}

absl::StatusOr<Expansion> Expander::FormsOf(const std::string& word, const Alternatives& stems) {
  MostFrequent kept(limits_.max_words);
  std::set<std::string> beginnings;
  for (const std::string& stem : stems) beginnings.insert(std::string(StemBeginning(stem)));
  absl::string_view last;
  for (const std::string& beginning : beginnings) {
    // What begins with the one before was seen with that one.
    if (!last.empty() && absl::string_view(beginning).substr(0, last.size()) == last) continue;
    last = beginning;
    DL_RETURN_IF_ERROR(vocabulary_.Visit("", beginning, [&](absl::string_view other, uint64_t documents) {
      if (other.size() > kMaxWordBytes || other == word) return;
      for (const std::string& language : languages_) {
        if (!std::binary_search(stems.begin(), stems.end(), analyzer_.Look(other, language).stem)) continue;
        kept.Add(other, documents);
        return;
      }
    }));
  }
  // The word itself is always one of its forms, and never lost to the limit.
  Expansion expansion = kept.Take();
  ++expansion.found;
  if (!expansion.words.empty() && expansion.words.size() >= limits_.max_words) expansion.words.pop_back();
  expansion.words.insert(expansion.words.begin(), word);
  return expansion;
}

}  // namespace dateline::plan
