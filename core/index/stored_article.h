// The document data of a shard: the article as it is shown, and where its tokens lie, so that a hit needs no second
// analysis. FORMAT.md, "Stored article", is normative.
//
// Two parts: the fields that every hit shows, plain, and the long text with its token maps, compressed. A list of
// hits reads the first part only.
//
// Thread-safety: pure functions. Decoding is total: any bytes give a value or DataLoss.
#ifndef DATELINE_CORE_INDEX_STORED_ARTICLE_H_
#define DATELINE_CORE_INDEX_STORED_ARTICLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/article/article.h"

namespace dateline::index {

// Where one token lies in its text.
struct TokenSpan {
  uint32_t begin = 0;  // bytes, half-open
  uint32_t end = 0;
  bool starts_sentence = false;
  bool starts_paragraph = false;
  bool operator==(const TokenSpan&) const = default;
};

// The tokens of a field, in order: the i-th has the position `first_position + i`.
struct TokenMap {
  uint32_t first_position = 0;
  std::vector<TokenSpan> tokens;
  bool operator==(const TokenMap&) const = default;
};

struct StoredArticle {
  article::Article article;  // without notes
  TokenMap headline;
  TokenMap deck;
  TokenMap body;
  TokenMap caption;
};

std::string EncodeStoredArticle(const StoredArticle& stored);

absl::StatusOr<StoredArticle> DecodeStoredArticle(absl::string_view bytes);

// Everything but deck, body, caption and the token maps, which stay empty.
absl::StatusOr<article::Article> DecodeStoredHead(absl::string_view bytes);

// An article without token maps, for files between the steps of a build. Not compressed, no version, no promise
// beyond one run of the program; notes are included.
void AppendArticle(std::string& out, const article::Article& article);
absl::StatusOr<article::Article> DecodeArticle(absl::string_view bytes);

}  // namespace dateline::index

#endif  // DATELINE_CORE_INDEX_STORED_ARTICLE_H_
