// What the slow twin knows of words and names that are written in more than one way.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "core/base/utf8.h"
#include "core/text/variants.h"
#include "tests/support/naive_index.h"

namespace dateline::test {
namespace {

using query::Field;
using query::Kind;
using query::Node;

bool IsBare(const Node& node) {
  return node.kind == Kind::kWord && node.form == query::WordForm::kStem && query::IsTextField(node.field);
}

Node Other(const std::string& text, size_t words, Field field) {
  Node node;
  node.kind = words == 1 ? Kind::kWord : Kind::kPhrase;
  node.text = text;
  node.field = field;
  return node;
}

}  // namespace

uint64_t NaiveIndex::ArticlesWith(const std::string& text) {
  uint64_t most = 0;
  const std::vector<std::set<std::string>> stems = Stems(text);
  for (const std::string& stem : stems.front()) {
    most = std::max<uint64_t>(most, std::count_if(docs_.begin(), docs_.end(), [&](const Doc& doc) {
                                return doc.wdf.count(stem) > 0;
                              }));
  }
  return most;
}

uint64_t NaiveIndex::ArticlesWithRow(const std::string& text) {
  Node row;
  row.kind = Kind::kPhrase;
  row.text = text;
  return static_cast<uint64_t>(
      std::count_if(docs_.begin(), docs_.end(), [&](const Doc& doc) { return MatchesPlainly(row, doc); }));
}

// What the lexicon knows, as far as the articles have its words.
std::vector<Node> NaiveIndex::Known(const std::string& typed, const std::vector<std::string>& words, Field field) {
  std::vector<Node> known;
  for (const std::string& text : text::Variants::Shipped().Of(absl::StrJoin(words, " "), typed)) {
    const std::vector<std::string> others = Words(text);
    const bool present = others.size() == 1
                             ? ArticlesWith(text) > 0
                             : std::all_of(others.begin(), others.end(), [&](const std::string& word) {
                                 return words_[Field::kText].count(word) > 0;
                               });
    if (present) known.push_back(Other(text, others.size(), field));
  }
  return known;
}

// Two words that stand in a row in many articles, where hardly any has them as one.
void NaiveIndex::AddSplit(const std::string& word, Field field, std::vector<Node>& others) {
  std::vector<std::string> letters;
  for (size_t at = 0; at < word.size();) {
    const size_t bytes = std::max<size_t>(1, base::CodePointBytes(word, at));
    letters.push_back(word.substr(at, bytes));
    at += bytes;
  }
  if (letters.size() < 6 || word.find_first_of("0123456789.,'_:") != std::string::npos) return;
  const uint64_t own = ArticlesWith(word);
  if (own > 5) return;
  const auto written = [&](const std::string& half) { return ArticlesWithRow(half); };
  std::vector<std::pair<uint64_t, std::string>> cuts;
  std::string first = letters[0];
  for (size_t i = 1; i < letters.size(); first += letters[i++]) {
    const std::string second = word.substr(first.size());
    if (i < 2 || i + 2 > letters.size() || words_[Field::kText].count(first) == 0 ||
        words_[Field::kText].count(second) == 0) {
      continue;
    }
    const uint64_t rarer = std::min(written(first), written(second));
    if (rarer >= 2) cuts.emplace_back(rarer, absl::StrCat(first, " ", second));
  }
  std::stable_sort(cuts.begin(), cuts.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  if (cuts.size() > 3) cuts.resize(3);
  for (const auto& [rarer, text] : cuts) {
    const uint64_t articles = ArticlesWithRow(text);
    if (articles < 2 || articles < 20 * own) continue;
    others.push_back(Other(text, 2, field));
    return;
  }
}

// Each word of another spelling that was not typed counts in the place of a word that was typed and that it lacks.
void NaiveIndex::AddOthers(const std::vector<std::string>& words, Reading& reading) {
  for (const Node& other : reading.others) {
    const std::vector<std::string> theirs = Words(other.text);
    const std::vector<std::set<std::string>> stems = Stems(other.text);
    std::vector<size_t> places;
    for (size_t i = 0; i < words.size(); ++i) {
      if (std::count(theirs.begin(), theirs.end(), words[i]) == 0) places.push_back(i);
    }
    if (places.empty()) places = {words.size() - 1};
    for (size_t i = 0; i < theirs.size(); ++i) {
      if (std::count(words.begin(), words.end(), theirs[i]) > 0) continue;
      reading.choices[places.front()].stems.insert(stems[i].begin(), stems[i].end());
      if (places.size() > 1) places.erase(places.begin());
    }
  }
}

const NaiveIndex::Reading& NaiveIndex::ReadingOf(const Node& node) {
  const auto [entry, added] = readings_.try_emplace(query::ToString(node));
  if (!added) return entry->second;
  Reading reading;
  reading.choices = Choices(node, node.field == Field::kBody);
  const std::vector<std::string> words = Words(node.text);
  if (variants_ && IsBare(node) && !words.empty()) {
    // The words of the random queries begin and end with the text, but for "U.S."
    std::string typed = node.text;
    if (typed.back() == '.') typed.pop_back();
    reading.others = Known(typed, words, node.field);
    const std::string joined = absl::StrJoin(words, "");
    if (words.size() > 1 && absl::StrReplaceAll(node.text, {{"-", " "}}) != node.text && ArticlesWith(joined) > 0) {
      reading.others.push_back(Other(joined, 1, node.field));
    }
    if (words.size() == 1 && leaves_ <= 8) AddSplit(words.front(), node.field, reading.others);
    AddOthers(words, reading);
  }
  return readings_[query::ToString(node)] = std::move(reading);
}

const std::vector<NaiveIndex::Row>& NaiveIndex::RowsOf(const Node& node) {
  const auto [entry, added] = rows_.try_emplace(&node);
  if (!added) return entry->second;
  std::vector<Row>& rows = entry->second;
  for (size_t i = 0; i < node.children.size(); i += rows.back().length) {
    rows.emplace_back();
    rows.back().length = 1;
    if (!variants_) continue;
    std::vector<std::string> words;
    Reading reading;
    for (size_t last = i; last < node.children.size(); ++last) {
      const Node& child = node.children[last];
      if (!IsBare(child) || child.field != node.children[i].field || Words(child.text).empty()) break;
      for (const std::string& word : Words(child.text)) words.push_back(word);
      const Reading& own = ReadingOf(child);
      reading.choices.insert(reading.choices.end(), own.choices.begin(), own.choices.end());
      if (last == i) continue;
      std::vector<Node> known = Known("", words, child.field);
      if (known.empty()) continue;
      rows.back().length = last + 1 - i;
      rows.back().reading = Reading{reading.choices, std::move(known)};
      AddOthers(words, rows.back().reading);
    }
  }
  return rows;
}

NaiveIndex::Score NaiveIndex::ScoreAnd(const Node& node, const Doc& doc) {
  int64_t sum = 0;
  size_t next = 0;
  for (const Row& row : RowsOf(node)) {
    bool all = true;
    int64_t score = 0;
    for (size_t i = next; i < next + row.length; ++i) {
      const Score child = ScoreOf(node.children[i], doc);
      all = all && child.has_value();
      score += child.value_or(0);
    }
    next += row.length;
    if (row.length > 1) {
      const auto matches = [&](const Node& other) { return MatchesPlainly(other, doc); };
      all = all || std::any_of(row.reading.others.begin(), row.reading.others.end(), matches);
      score = SumOf(row.reading.choices, doc);
    }
    if (!all) return absl::nullopt;
    sum += score;
  }
  return sum;
}

}  // namespace dateline::test
