#include "core/index/stored_article.h"

#include <zstd.h>

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "core/base/coding.h"
#include "core/base/status_macros.h"

namespace dateline::index {
namespace {

using article::Article;
using article::Credit;
using article::Precision;
using article::Role;
using article::Source;
using base::Decoder;

constexpr uint8_t kStoredVersion = 2;
constexpr int kCompressionLevel = 2;  // 3 makes stored articles 0.9 % smaller and takes a quarter more time
constexpr int64_t kZoneOffset = 1440;  // minutes: a zone east of UTC is stored as a positive number
// Far above what a record of the largest allowed size can become; a damaged length must not allocate the machine
// away.
constexpr uint64_t kMaxTextBytes = 256 << 20;

absl::Status Damaged(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("stored article: bad ", what));
}

void AppendCredits(std::string& out, const std::vector<Credit>& credits) {
  base::AppendVarint(out, credits.size());
  for (const Credit& credit : credits) {
    base::AppendString(out, credit.name);
    out.push_back(static_cast<char>(credit.role));
    out.push_back(static_cast<char>(credit.source));
  }
}

std::vector<Credit> ReadCredits(Decoder& in) {
  std::vector<Credit> credits(in.Count(3));
  for (Credit& credit : credits) {
    credit.name = std::string(in.String());
    credit.role = static_cast<Role>(in.Byte());
    credit.source = static_cast<Source>(in.Byte());
  }
  return credits;
}

void AppendHead(std::string& out, const Article& a) {
  out.append(base::ToBytes(a.key));
  for (const std::string* text :
       {&a.id, &a.url, &a.path, &a.headline, &a.outlet, &a.dateline, &a.section, &a.lang, &a.publication.partial}) {
    base::AppendString(out, *text);
  }
  out.push_back(static_cast<char>(a.headline_source));
  out.push_back(static_cast<char>(a.outlet_source));
  AppendCredits(out, a.bylines);
  AppendCredits(out, a.agencies);
  base::AppendFixed64(out, static_cast<uint64_t>(a.publication.instant));
  out.push_back(static_cast<char>(a.publication.precision));
  out.push_back(static_cast<char>(a.publication.source));
  out.push_back(a.publication.zone_assumed ? 1 : 0);
  base::AppendVarint(out, static_cast<uint64_t>(a.publication.zone_minutes + kZoneOffset));
  base::AppendVarint(out, a.version.lead);
  base::AppendVarint(out, a.version.update);
  base::AppendVarint(out, a.version.flags.size());
  for (const std::string& flag : a.version.flags) base::AppendString(out, flag);
}

void ReadHead(Decoder& in, Article& a) {
  const absl::string_view key = in.Bytes(16);
  if (in.ok()) a.key = base::DocKeyFromBytes(key);
  for (std::string* text :
       {&a.id, &a.url, &a.path, &a.headline, &a.outlet, &a.dateline, &a.section, &a.lang, &a.publication.partial}) {
    *text = std::string(in.String());
  }
  a.headline_source = static_cast<Source>(in.Byte());
  a.outlet_source = static_cast<Source>(in.Byte());
  a.bylines = ReadCredits(in);
  a.agencies = ReadCredits(in);
  a.publication.instant = static_cast<int64_t>(in.Fixed64());
  a.publication.precision = static_cast<Precision>(in.Byte());
  a.publication.source = static_cast<Source>(in.Byte());
  a.publication.zone_assumed = in.Byte() != 0;
  const uint64_t zone = in.Varint();
  a.publication.zone_minutes =
      zone < 2 * kZoneOffset ? static_cast<int16_t>(static_cast<int64_t>(zone) - kZoneOffset) : 0;
  a.version.lead = static_cast<uint32_t>(in.Varint());
  a.version.update = static_cast<uint32_t>(in.Varint());
  a.version.flags.resize(in.Count());
  for (std::string& flag : a.version.flags) flag = std::string(in.String());
}

void AppendTexts(std::string& out, const Article& a) {
  for (const std::string* text : {&a.deck, &a.body, &a.caption}) base::AppendString(out, *text);
}

void ReadTexts(Decoder& in, Article& a) {
  for (std::string* text : {&a.deck, &a.body, &a.caption}) *text = std::string(in.String());
}

// 34 bits: a gap and two flags.
constexpr size_t kMaxTokenVarintBytes = 5;

// Gives where it ends.
char* WriteVarint(char* at, uint64_t value) {
  for (; value >= 0x80; value >>= 7) *at++ = static_cast<char>(value | 0x80);
  *at++ = static_cast<char>(value);
  return at;
}

void AppendTokenMap(std::string& out, const TokenMap& map) {
  base::AppendVarint(out, map.first_position);
  base::AppendVarint(out, map.tokens.size());
  // A map has thousands of numbers: room for all of them is made at once.
  const size_t begin = out.size();
  out.resize(begin + 2 * kMaxTokenVarintBytes * map.tokens.size());
  char* at = out.data() + begin;
  uint32_t previous_end = 0;
  for (const TokenSpan& token : map.tokens) {
    const uint64_t gap = token.begin - previous_end;
    at = WriteVarint(at, gap << 2 | (token.starts_sentence ? 2U : 0U) | (token.starts_paragraph ? 1U : 0U));
    at = WriteVarint(at, token.end - token.begin);
    previous_end = token.end;
  }
  out.resize(static_cast<size_t>(at - out.data()));
}

// False when a token would lie outside its text.
bool ReadTokenMap(Decoder& in, size_t text_bytes, TokenMap& map) {
  map.first_position = static_cast<uint32_t>(in.Varint());
  map.tokens.resize(in.Count(2));
  uint64_t at = 0;
  for (TokenSpan& token : map.tokens) {
    const uint64_t gap = in.Varint();
    const uint64_t length = in.Varint();
    if (!in.ok() || gap >> 2 > text_bytes - at || length > text_bytes - at - (gap >> 2)) return false;
    token.begin = static_cast<uint32_t>(at + (gap >> 2));
    token.end = static_cast<uint32_t>(token.begin + length);
    token.starts_sentence = (gap & 2) != 0;
    token.starts_paragraph = (gap & 1) != 0;
    at = token.end;
  }
  return in.ok();
}

void AppendCompressed(std::string& out, absl::string_view text) {
  base::AppendVarint(out, text.size());
  const size_t begin = out.size();
  out.resize(begin + ZSTD_compressBound(text.size()));
  // One context a thread, here and below: making one costs more than a short article.
  static thread_local const std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(),
                                                                                       &ZSTD_freeCCtx);
  const size_t written = ZSTD_compressCCtx(context.get(), out.data() + begin, out.size() - begin, text.data(),
                                           text.size(), kCompressionLevel);
  out.resize(begin + (ZSTD_isError(written) != 0U ? 0 : written));  // cannot fail: the bound was given
}

absl::StatusOr<std::string> ReadCompressed(Decoder& in) {
  const uint64_t size = in.Varint();
  if (!in.ok() || size > kMaxTextBytes) return Damaged("length");
  std::string text(size, '\0');
  static thread_local const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                                       &ZSTD_freeDCtx);
  const size_t got =
      ZSTD_decompressDCtx(context.get(), text.data(), text.size(), in.rest().data(), in.rest().size());
  if (ZSTD_isError(got) != 0U || got != size) return Damaged("compressed text");
  return text;
}

absl::StatusOr<Decoder> OpenStored(absl::string_view bytes, Article& head) {
  Decoder in(bytes);
  const uint8_t version = in.Byte();
  if (version != kStoredVersion) return Damaged(absl::StrCat("version ", version));
  ReadHead(in, head);
  if (!in.ok()) return Damaged("head");
  return in;
}

}  // namespace

std::string EncodeStoredArticle(const StoredArticle& stored) {
  std::string out(1, static_cast<char>(kStoredVersion));
  AppendHead(out, stored.article);
  std::string texts;
  AppendTexts(texts, stored.article);
  for (const TokenMap* map : {&stored.headline, &stored.deck, &stored.body, &stored.caption})
    AppendTokenMap(texts, *map);
  AppendCompressed(out, texts);
  return out;
}

absl::StatusOr<article::Article> DecodeStoredHead(absl::string_view bytes) {
  Article head;
  DL_RETURN_IF_ERROR(OpenStored(bytes, head).status());
  return head;
}

absl::StatusOr<StoredArticle> DecodeStoredArticle(absl::string_view bytes) {
  StoredArticle stored;
  Article& a = stored.article;
  DL_ASSIGN_OR_RETURN(Decoder in, OpenStored(bytes, a));
  DL_ASSIGN_OR_RETURN(const std::string texts, ReadCompressed(in));
  Decoder text_in(texts);
  ReadTexts(text_in, a);
  if (!text_in.ok()) return Damaged("text");
  if (!ReadTokenMap(text_in, a.headline.size(), stored.headline) ||
      !ReadTokenMap(text_in, a.deck.size(), stored.deck) || !ReadTokenMap(text_in, a.body.size(), stored.body) ||
      !ReadTokenMap(text_in, a.caption.size(), stored.caption)) {
    return Damaged("token map");
  }
  return stored;
}

void AppendArticle(std::string& out, const Article& article) {
  AppendHead(out, article);
  AppendTexts(out, article);
  base::AppendVarint(out, article.notes.size());
  for (const std::string& note : article.notes) base::AppendString(out, note);
}

absl::StatusOr<Article> DecodeArticle(absl::string_view bytes) {
  Article article;
  Decoder in(bytes);
  ReadHead(in, article);
  ReadTexts(in, article);
  article.notes.resize(in.Count());
  for (std::string& note : article.notes) note = std::string(in.String());
  if (!in.ok() || !in.empty()) return Damaged("article between build steps");
  return article;
}

}  // namespace dateline::index
