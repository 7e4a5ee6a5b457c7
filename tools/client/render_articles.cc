// Hits and articles as people read them.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "core/article/article.h"
#include "tools/client/render.h"

namespace dateline::client {
namespace {

constexpr absl::string_view kSeparator = " \u00b7 ";
constexpr absl::string_view kIndent = "    ";

// ---- snippets

// A piece of text, safe for the terminal, that is highlighted as a whole or not at all.
struct Piece {
  std::string text;
  bool highlighted = false;
};

// What a line break may not divide.
struct Atom {
  std::vector<Piece> pieces;
  size_t width = 0;
  bool space_before = false;
};

// Cuts a snippet where highlights begin and end. Those that a faulty server made overlap or leave the text are left
// out.
std::vector<Piece> PiecesOf(const serve::Snippet& snippet) {
  const absl::string_view text = snippet.text;
  std::vector<Piece> pieces;
  size_t done = 0;
  for (const serve::Highlight& highlight : snippet.highlights) {
    if (highlight.begin < done || highlight.end <= highlight.begin || highlight.end > text.size()) continue;
    pieces.push_back({SafeLinesForTerminal(text.substr(done, highlight.begin - done)), false});
    pieces.push_back({SafeLinesForTerminal(text.substr(highlight.begin, highlight.end - highlight.begin)), true});
    done = highlight.end;
  }
  pieces.push_back({SafeLinesForTerminal(text.substr(done)), false});
  return pieces;
}

void AppendToAtom(absl::string_view bytes, size_t width, bool highlighted, Atom* atom) {
  const bool begins = atom->pieces.empty() || atom->pieces.back().highlighted != highlighted;
  if (begins) atom->pieces.push_back({"", highlighted});
  atom->pieces.back().text.append(bytes.data(), bytes.size());
  atom->width += width;
}

// Words, since a snippet is wrapped anew whatever its lines were; and single wide characters, because their scripts
// have no spaces to break lines at.
std::vector<Atom> AtomsOf(const std::vector<Piece>& pieces) {
  std::vector<Atom> atoms;
  bool space = false;
  bool begin_atom = true;
  for (const Piece& piece : pieces) {
    ForEachCharacter(piece.text, [&](char32_t c, absl::string_view bytes) {
      if (c == ' ' || c == '\n') {
        space = begin_atom = true;
        return;
      }
      if (begin_atom || IsWide(c)) {
        atoms.emplace_back();
        atoms.back().space_before = space;
      }
      AppendToAtom(bytes, CharacterWidth(c), piece.highlighted, &atoms.back());
      space = false;
      begin_atom = IsWide(c);
    });
  }
  return atoms;
}

std::string AtomText(const Atom& atom, const TextOptions& options) {
  std::string text;
  for (const Piece& piece : atom.pieces) {
    absl::StrAppend(&text, piece.highlighted ? Styled(kHighlight, piece.text, options) : piece.text);
  }
  return text;
}

std::string SnippetText(const serve::Snippet& snippet, const TextOptions& options) {
  std::string text;
  size_t column = 0;
  for (const Atom& atom : AtomsOf(PiecesOf(snippet))) {
    const size_t space = atom.space_before ? 1 : 0;
    if (column == 0) {
      absl::StrAppend(&text, kIndent);
      column = kIndent.size();
    } else if (column + space + atom.width > options.width) {
      absl::StrAppend(&text, "\n", kIndent);
      column = kIndent.size();
    } else if (space > 0) {
      absl::StrAppend(&text, " ");
      ++column;
    }
    absl::StrAppend(&text, AtomText(atom, options));
    column += atom.width;
  }
  return text.empty() ? text : text + "\n";
}

// ---- facts about an article

std::string DateTimeText(const article::Publication& publication) {
  if (!publication.dated()) {
    return publication.partial.empty() ? "undated" : SafeForTerminal(publication.partial);
  }
  const std::string time = article::TimeText(publication);
  if (time.empty()) return article::DateText(publication);
  return absl::StrCat(article::DateText(publication), " ", time, publication.zone_assumed ? "" : " UTC");
}

std::string WritersText(const std::vector<article::Credit>& bylines) {
  std::vector<std::string> names;
  for (const article::Credit& credit : bylines) {
    if (credit.role == article::Role::kWriter) names.push_back(SafeForTerminal(credit.name));
  }
  return absl::StrJoin(names, ", ");
}

// outlet · writers · date time, without what is not known.
std::string FactsText(absl::string_view outlet, const std::vector<article::Credit>& bylines,
                      const article::Publication& publication) {
  std::vector<std::string> facts = {SafeForTerminal(outlet), WritersText(bylines), DateTimeText(publication)};
  facts.erase(std::remove(facts.begin(), facts.end(), ""), facts.end());
  return absl::StrJoin(facts, kSeparator);
}

std::string HitText(const serve::Hit& hit, const std::string& number, const TextOptions& options) {
  return absl::StrCat(number, ". ", Styled(kBold, SafeForTerminal(hit.headline), options), "\n", kIndent,
                      FactsText(hit.outlet, hit.bylines, hit.publication), "\n", SnippetText(hit.snippet, options),
                      kIndent, SafeForTerminal(hit.id), "\n");
}

}  // namespace

std::string HitsText(const serve::SearchResponse& response, const TextOptions& options) {
  const int number_width = static_cast<int>(std::max<size_t>(absl::StrCat(response.hits.size()).size(), 2));
  std::string text;
  for (size_t i = 0; i < response.hits.size(); ++i) {
    absl::StrAppend(&text, HitText(response.hits[i], absl::StrFormat("%*d", number_width, i + 1), options), "\n");
  }
  return text;
}

std::string KeysText(const serve::SearchResponse& response) {
  std::string text;
  for (const serve::Hit& hit : response.hits) absl::StrAppend(&text, SafeForTerminal(hit.key), "\n");
  return text;
}

std::string ArticleText(const serve::FullArticle& full, const TextOptions& options) {
  const article::Article& article = full.article;
  std::string text = absl::StrCat(Styled(kBold, SafeForTerminal(article.headline), options), "\n",
                                  FactsText(article.outlet, article.bylines, article.publication), "\n");
  if (!article.dateline.empty()) absl::StrAppend(&text, SafeForTerminal(article.dateline), "\n");
  for (const std::string* part : {&article.deck, &article.body, &article.caption}) {
    if (!part->empty()) absl::StrAppend(&text, "\n", SafeLinesForTerminal(*part), "\n");
  }
  absl::StrAppend(&text, "\n", SafeForTerminal(full.id), "\n");
  if (!article.url.empty() && article.url != full.id) absl::StrAppend(&text, SafeForTerminal(article.url), "\n");
  return text;
}

}  // namespace dateline::client
