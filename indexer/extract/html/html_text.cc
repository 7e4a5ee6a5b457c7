#include "indexer/extract/html/html_text.h"

#include <gumbo.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/utf8.h"

namespace dateline::extract {
namespace {

using absl::string_view;

bool IsBlank(char32_t c) {
  return c <= 0x20 || c == 0x7F || (c >= 0x80 && c <= 0xA0) || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool IsInvisible(char32_t c) {
  return c == 0xAD || c == 0x200B || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x2064) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

// One round of decoding by the parser, which knows all names.
std::string DecodeOnce(string_view text) {
  const std::string escaped = absl::StrCat("<title>", absl::StrReplaceAll(text, {{"<", "&lt;"}}), "</title>");
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  GumboOutput* const output = gumbo_parse_with_options(&options, escaped.data(), escaped.size());
  std::string decoded;
  // html, head, title, text: the form that the parser gives to what was written above.
  const GumboNode* node = output->root;
  for (const GumboTag tag : {GUMBO_TAG_HEAD, GUMBO_TAG_TITLE}) {
    const GumboNode* child = nullptr;
    for (unsigned int i = 0; node != nullptr && i < node->v.element.children.length; ++i) {
      const auto* const candidate = static_cast<const GumboNode*>(node->v.element.children.data[i]);
      if (candidate->type == GUMBO_NODE_ELEMENT && candidate->v.element.tag == tag) child = candidate;
    }
    node = child;
  }
  if (node != nullptr && node->v.element.children.length > 0) {
    decoded = static_cast<const GumboNode*>(node->v.element.children.data[0])->v.text.text;
  }
  gumbo_destroy_output(&options, output);
  return decoded;
}

bool HasReference(string_view text) {
  const size_t ampersand = text.find('&');
  return ampersand != string_view::npos && text.find(';', ampersand) != string_view::npos;
}

std::string WithoutTags(string_view text) {
  std::string plain;
  size_t at = 0;
  while (at < text.size()) {
    const bool tag = text[at] == '<' && at + 1 < text.size() &&
                     (absl::ascii_isalpha(static_cast<unsigned char>(text[at + 1])) || text[at + 1] == '/');
    const size_t end = tag ? text.find('>', at) : string_view::npos;
    if (end == string_view::npos) {
      const size_t next = std::min(text.find('<', at + 1), text.size());
      plain.append(text.data() + at, next - at);
      at = next;
      if (tag) {  // no '>' is left: what follows is text
        plain.append(text.data() + at, text.size() - at);
        break;
      }
      continue;
    }
    at = end + 1;
  }
  return plain;
}

}  // namespace

std::string DecodeReferences(string_view text) {
  std::string decoded(text);
  for (int round = 0; round < 2 && HasReference(decoded); ++round) decoded = DecodeOnce(decoded);
  return decoded;
}

std::string CleanText(string_view text) {
  std::string clean;
  clean.reserve(text.size());
  bool blank = false;
  for (size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const size_t length = byte < 0x80 ? 1 : base::CodePointBytes(text, at);
    const char32_t c = byte < 0x80 ? byte : length == 0 ? 0xFFFD : base::DecodeCodePoint(text, at, length);
    if (IsBlank(c)) {
      blank = true;
    } else if (!IsInvisible(c)) {
      if (blank && !clean.empty()) clean.push_back(' ');
      blank = false;
      clean.append(length == 0 ? "\xEF\xBF\xBD" : std::string(text.substr(at, length)));
    }
    at += std::max<size_t>(length, 1);
  }
  return clean;
}

std::string PlainValue(string_view text) {
  std::string value = DecodeReferences(text);
  if (absl::StrContains(value, '<')) value = WithoutTags(value);
  return CleanText(value);
}

size_t ReadingLength(string_view text) {
  size_t doubled = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 || (byte >= 0xC0 && byte < 0xE0)) doubled += 2;
    if (byte >= 0xE0) doubled += 5;
  }
  return doubled / 2;
}

std::string ComparableText(string_view text) {
  std::string comparable;
  bool blank = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && !absl::ascii_isalnum(byte)) {
      blank = true;
      continue;
    }
    if (blank && !comparable.empty()) comparable.push_back(' ');
    blank = false;
    comparable.push_back(absl::ascii_tolower(byte));
  }
  return comparable;
}

}  // namespace dateline::extract
