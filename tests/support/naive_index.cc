#include "tests/support/naive_index.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "core/index/schema.h"
#include "core/index/score.h"
#include "core/index/term_key.h"
#include "core/text/normalizer.h"

namespace dateline::test {
namespace {

using article::Article;
using query::Field;
using query::Kind;
using query::Node;

bool ContainsRow(const std::vector<std::string>& words, const std::vector<std::string>& row) {
  return std::search(words.begin(), words.end(), row.begin(), row.end()) != words.end();
}

bool IsWriter(const article::Credit& credit) {
  return credit.role == article::Role::kWriter || credit.role == article::Role::kContributor;
}

bool InDays(const Article& article, const query::DayRange& days) {
  if (!article.publication.dated()) return false;
  const absl::CivilDay day = index::DayOf(article.publication.instant);
  return (!days.first || day >= *days.first) && (!days.last || day <= *days.last);
}

}  // namespace

NaiveIndex::NaiveIndex(const std::vector<Article>& articles, const std::string& default_language)
    : default_language_(default_language) {
  std::map<base::DocKey, Article> latest;
  for (const Article& article : articles) latest[article.key] = article;
  uint64_t total_length = 0;
  for (const auto& [key, article] : latest) {
    docs_.push_back(MakeDoc(article));
    total_length += docs_.back().length;
    for (const auto& [stem, wdf] : docs_.back().wdf) ++frequencies_[stem];
  }
  if (total_length > 0) {
    average_length_ = static_cast<float>(static_cast<double>(total_length) / static_cast<double>(docs_.size()));
  }
}

NaiveIndex::Doc NaiveIndex::MakeDoc(const Article& article) {
  Doc doc;
  doc.article = article;
  const std::string language = article.lang.empty() ? default_language_ : article.lang;
  languages_.insert(language);
  std::vector<text::Token> tokens;
  const auto add = [&](const std::string& text, uint32_t weight, std::vector<std::string>& words,
                       std::set<std::string>* stems) {
    analyzer_.Tokenize(text, language, tokens);
    for (const text::Token& token : tokens) {
      words.push_back(token.word->exact);
      doc.wdf[token.word->stem] += weight;
      doc.length += weight;
      if (stems != nullptr) stems->insert(token.word->stem);
    }
  };
  if (article.headline_source != article::Source::kLead) {
    add(article.headline, index::kHeadlineWeight, doc.headline, &doc.headline_stems);
  }
  add(article.deck, index::kBodyWeight, doc.deck, nullptr);
  add(article.body, index::kBodyWeight, doc.body, nullptr);
  add(article.caption, index::kBodyWeight, doc.caption, nullptr);
  for (const article::Credit& credit : article.bylines) {
    if (IsWriter(credit)) doc.bylines.push_back(Words(credit.name));
  }
  return doc;
}

std::vector<std::string> NaiveIndex::Words(const std::string& text) {
  std::vector<text::Token> tokens;
  analyzer_.Tokenize(text, "", tokens);
  std::vector<std::string> words;
  for (const text::Token& token : tokens) words.push_back(token.word->exact);
  return words;
}

std::vector<std::set<std::string>> NaiveIndex::Stems(const std::string& text) {
  std::vector<std::set<std::string>> stems;
  for (const std::string& language : languages_) {
    std::vector<text::Token> tokens;
    analyzer_.Tokenize(text, language, tokens);
    stems.resize(tokens.size());
    for (size_t i = 0; i < tokens.size(); ++i) stems[i].insert(tokens[i].word->stem);
  }
  return stems;
}

int64_t NaiveIndex::BestOf(const std::set<std::string>& stems, const Doc& doc) {
  int64_t best = 0;
  for (const std::string& stem : stems) {
    const auto found = doc.wdf.find(stem);
    if (found == doc.wdf.end()) continue;
    const float weight = index::TermWeight(docs_.size(), frequencies_[stem]);
    const float norm = index::LengthNorm(doc.length, average_length_);
    best = std::max(best, index::Contribution(weight, index::Saturation(found->second, norm)));
  }
  return best;
}

absl::optional<int64_t> NaiveIndex::ScoreLeaf(const Node& node, const Doc& doc) {
  const std::vector<std::string> words = Words(node.text);
  const std::vector<std::set<std::string>> stems = Stems(node.text);
  bool matches = false;
  const bool phrase = node.kind == Kind::kPhrase || words.size() > 1;
  const auto has_any_stem = [&](const auto& owned) {
    return std::any_of(stems.front().begin(), stems.front().end(),
                       [&](const std::string& stem) { return owned.count(stem) > 0; });
  };
  switch (node.field) {
    case Field::kOutlet:
      return text::FoldName(doc.article.outlet) == text::FoldName(node.text) ? absl::optional<int64_t>(0) : absl::nullopt;
    case Field::kByline:
      matches = std::any_of(doc.bylines.begin(), doc.bylines.end(),
                            [&](const std::vector<std::string>& name) { return ContainsRow(name, words); });
      return matches ? absl::optional<int64_t>(0) : absl::nullopt;
    case Field::kHeadline:
      matches = phrase ? ContainsRow(doc.headline, words) : has_any_stem(doc.headline_stems);
      break;
    case Field::kText:
      matches = phrase ? ContainsRow(doc.headline, words) || ContainsRow(doc.deck, words) ||
                             ContainsRow(doc.body, words) || ContainsRow(doc.caption, words)
                       : has_any_stem(doc.wdf);
      break;
  }
  if (!matches) return absl::nullopt;
  int64_t score = 0;
  for (const std::set<std::string>& alternatives : stems) score += BestOf(alternatives, doc);
  return score;
}

absl::optional<int64_t> NaiveIndex::Score(const Node& node, const Doc& doc) {
  switch (node.kind) {
    case Kind::kMatchAll:
      return 0;
    case Kind::kDate:
      return InDays(doc.article, node.days) ? absl::optional<int64_t>(0) : absl::nullopt;
    case Kind::kWord:
    case Kind::kPhrase:
      return ScoreLeaf(node, doc);
    case Kind::kNot:
      return Score(node.children.front(), doc) ? absl::nullopt : absl::optional<int64_t>(0);
    case Kind::kAnd: {
      int64_t sum = 0;
      for (const Node& child : node.children) {
        const absl::optional<int64_t> score = Score(child, doc);
        if (!score) return absl::nullopt;
        sum += *score;
      }
      return sum;
    }
    case Kind::kOr: {
      absl::optional<int64_t> sum;
      for (const Node& child : node.children) {
        if (const absl::optional<int64_t> score = Score(child, doc)) sum = sum.value_or(0) + *score;
      }
      return sum;
    }
  }
  return absl::nullopt;
}

bool NaiveIndex::PassesFilters(const serve::SearchRequest& request, const Doc& doc) const {
  const auto is = [](const std::string& name) {
    return [folded = text::FoldName(name)](const std::string& other) { return text::FoldName(other) == folded; };
  };
  const Article& a = doc.article;
  if (!request.outlets.empty() &&
      (a.outlet.empty() || std::none_of(request.outlets.begin(), request.outlets.end(), is(a.outlet)))) {
    return false;
  }
  if (!request.bylines.empty() && std::none_of(a.bylines.begin(), a.bylines.end(), [&](const article::Credit& credit) {
        return IsWriter(credit) && std::any_of(request.bylines.begin(), request.bylines.end(), is(credit.name));
      })) {
    return false;
  }
  if (!request.first_day && !request.last_day) return true;
  return InDays(a, query::DayRange{request.first_day, request.last_day});
}

void NaiveIndex::CountFacets(const Doc& doc, NaiveAnswer& answer) const {
  using serve::FacetField;
  const Article& a = doc.article;
  const std::string none = "(none)";
  ++answer.facets[FacetField::kOutlet][a.outlet.empty() ? none : text::FoldName(a.outlet)];
  std::set<std::string> writers;
  for (const article::Credit& credit : a.bylines) {
    if (IsWriter(credit)) writers.insert(text::FoldName(credit.name));
  }
  if (writers.empty()) writers.insert(none);
  for (const std::string& writer : writers) ++answer.facets[FacetField::kByline][writer];
  const std::string date = article::DateText(a.publication);
  ++answer.facets[FacetField::kYear][date.empty() ? none : date.substr(0, 4)];
  ++answer.facets[FacetField::kMonth][date.empty() ? none : date.substr(0, 7)];
  ++answer.facets[FacetField::kDay][date.empty() ? none : date];
}

NaiveAnswer NaiveIndex::Search(const Node& root, const serve::SearchRequest& request) {
  struct Found {
    int64_t score;
    const Doc* doc;
  };
  NaiveAnswer answer;
  std::vector<Found> found;
  for (const Doc& doc : docs_) {
    if (!PassesFilters(request, doc)) continue;
    const absl::optional<int64_t> score = Score(root, doc);
    if (!score) continue;
    found.push_back(Found{request.order == serve::Order::kRelevance ? *score : 0, &doc});
    CountFacets(doc, answer);
  }
  std::sort(found.begin(), found.end(), [&](const Found& a, const Found& b) {
    if (a.score != b.score) return a.score > b.score;
    const article::Publication& p = a.doc->article.publication;
    const article::Publication& q = b.doc->article.publication;
    if (p.dated() != q.dated()) return p.dated();
    if (p.instant != q.instant) {
      return request.order == serve::Order::kOldest ? p.instant < q.instant : p.instant > q.instant;
    }
    return a.doc->article.key < b.doc->article.key;
  });
  for (const Found& hit : found) answer.hits.push_back(NaiveHit{article::PublicId(hit.doc->article), hit.score});
  return answer;
}

}  // namespace dateline::test
