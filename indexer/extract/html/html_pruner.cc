#include "indexer/extract/html/html_pruner.h"

#include <algorithm>
#include <array>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace dateline::extract {
namespace {

using absl::string_view;
using Words = absl::flat_hash_set<string_view>;

constexpr size_t kMaxNameBytes = 40;
constexpr size_t kMaxAttributes = 64;  // of one tag

enum class Kind {
  kKeep,
  kRaw,          // dropped with all it holds; without an end tag it goes on to the end of the page
  kSkip,         // dropped with all it holds, if it ends at all
  kTransparent,  // the tags are dropped, what they hold is kept
  kVoid,         // kept, has no content
  kDrop,         // dropped, has no content
  kOnce,         // html, head, body: kept the first time, never closed
  kTitle,
  kScript,
};

Kind KindOf(string_view name) {
  static const auto* const kKinds = new absl::flat_hash_map<string_view, Kind>{
      {"script", Kind::kScript},
      {"style", Kind::kRaw},
      {"xmp", Kind::kRaw},
      {"title", Kind::kTitle},
      {"svg", Kind::kSkip},
      {"math", Kind::kSkip},
      {"template", Kind::kSkip},
      {"iframe", Kind::kSkip},
      {"noscript", Kind::kSkip},
      {"textarea", Kind::kSkip},
      {"select", Kind::kSkip},
      {"object", Kind::kSkip},
      {"video", Kind::kSkip},
      {"audio", Kind::kSkip},
      {"canvas", Kind::kSkip},
      {"noembed", Kind::kSkip},
      {"noframes", Kind::kSkip},
      {"datalist", Kind::kSkip},
      {"button", Kind::kSkip},
      {"map", Kind::kSkip},
      {"applet", Kind::kSkip},
      {"b", Kind::kTransparent},
      {"i", Kind::kTransparent},
      {"u", Kind::kTransparent},
      {"s", Kind::kTransparent},
      {"em", Kind::kTransparent},
      {"strong", Kind::kTransparent},
      {"big", Kind::kTransparent},
      {"small", Kind::kTransparent},
      {"tt", Kind::kTransparent},
      {"font", Kind::kTransparent},
      {"nobr", Kind::kTransparent},
      {"strike", Kind::kTransparent},
      {"code", Kind::kTransparent},
      {"mark", Kind::kTransparent},
      {"tbody", Kind::kTransparent},
      {"thead", Kind::kTransparent},
      {"tfoot", Kind::kTransparent},
      {"colgroup", Kind::kTransparent},
      {"picture", Kind::kTransparent},
      {"marquee", Kind::kTransparent},
      {"optgroup", Kind::kTransparent},
      {"option", Kind::kTransparent},
      {"frameset", Kind::kTransparent},
      {"ruby", Kind::kTransparent},
      {"rb", Kind::kTransparent},
      {"rt", Kind::kSkip},
      {"rp", Kind::kSkip},
      {"rtc", Kind::kSkip},
      {"listing", Kind::kTransparent},
      {"menuitem", Kind::kTransparent},
      {"meta", Kind::kVoid},
      {"link", Kind::kVoid},
      {"br", Kind::kVoid},
      {"hr", Kind::kVoid},
      {"img", Kind::kDrop},
      {"input", Kind::kDrop},
      {"source", Kind::kDrop},
      {"wbr", Kind::kDrop},
      {"area", Kind::kDrop},
      {"base", Kind::kDrop},
      {"basefont", Kind::kDrop},
      {"bgsound", Kind::kDrop},
      {"col", Kind::kDrop},
      {"command", Kind::kDrop},
      {"embed", Kind::kDrop},
      {"frame", Kind::kDrop},
      {"image", Kind::kDrop},
      {"isindex", Kind::kDrop},
      {"keygen", Kind::kDrop},
      {"param", Kind::kDrop},
      {"track", Kind::kDrop},
      {"plaintext", Kind::kDrop},
      {"html", Kind::kOnce},
      {"head", Kind::kOnce},
      {"body", Kind::kOnce},
  };
  const auto found = kKinds->find(name);
  return found == kKinds->end() ? Kind::kKeep : found->second;
}

// The name that the parser sees.
string_view PrunedName(string_view name) {
  if (name == "a") return kLinkTag;
  if (name == "table" || name == "caption") return name == "table" ? kTableTag : string_view("figcaption");
  if (name == "tr") return kRowTag;
  if (name == "td" || name == "th") return kCellTag;
  if (name == "form" || name == "fieldset") return "div";  // whole pages stand in one
  return name;
}

bool IsRead(string_view attribute) {
  static const auto* const kRead = new Words{
      "class", "id",   "itemprop", "itemtype",    "content",     "name", "property", "datetime", "href",
      "rel",   "role", "hidden",   "aria-hidden", "data-testid", "lang", "pubdate",  "title",    "http-equiv"};
  return kRead->contains(attribute);
}

// Elements before which an open paragraph ends.
bool EndsParagraph(string_view name) {
  static const auto* const kBlocks =
      new Words{"address", "article", "aside",      "blockquote", "center",  "details", "dialog", "dir", "div", "dl",
                "dd",      "dt",      "figcaption", "figure",     "footer",  "h1",      "h2",     "h3",  "h4",  "h5",
                "h6",      "header",  "hgroup",     "hr",         "li",      "main",    "menu",   "nav", "ol",  "p",
                "pre",     "section", "summary",    "ul",         kTableTag, kRowTag,   kCellTag};
  return kBlocks->contains(name);
}

bool IsNameByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == ':' || c == '.';
}

class Pruner {
 public:
  explicit Pruner(string_view page) : page_(page) { out_.html.reserve(page.size() / 3 + 64); }

  PrunedHtml Run() {
    while (at_ < page_.size()) {
      const size_t tag = std::min(page_.find('<', at_), page_.size());
      CopyText(at_, tag);
      at_ = tag;
      if (at_ < page_.size()) Markup();
    }
    while (!open_.empty()) CloseLast();
    return std::move(out_);
  }

 private:
  struct Attribute {
    std::string name;
    string_view value;
    char quote = '"';
  };

  void Mark(size_t source) {
    if (!out_.stretches.empty() && out_.stretches.back().pruned == out_.html.size()) out_.stretches.pop_back();
    out_.stretches.push_back({out_.html.size(), source});
  }

  void CopyText(size_t begin, size_t end) {
    if (begin == end) return;
    Mark(begin);
    out_.html.append(page_.data() + begin, end - begin);
  }

  // The place of `what` from `from` on, or npos; what was not found once is not looked for again, so that a page of
  // unfinished comments costs no more than others.
  size_t Find(string_view what, size_t from) {
    if (missing_.contains(what)) return string_view::npos;
    const size_t found = page_.find(what, from);
    if (found == string_view::npos) missing_.emplace(what);
    return found;
  }

  size_t FindEndTag(string_view name, size_t from) {
    if (endless_.contains(name)) return string_view::npos;
    for (size_t at = page_.find("</", from); at != string_view::npos; at = page_.find("</", at + 2)) {
      const string_view rest = page_.substr(at + 2);
      if (absl::StartsWithIgnoreCase(rest, name) && (rest.size() == name.size() || !IsNameByte(rest[name.size()]))) {
        return at;
      }
    }
    endless_.emplace(name);
    return string_view::npos;
  }

  // Past the next '>' from `from` on.
  size_t AfterTag(size_t from) {
    const size_t end = Find(">", from);
    return end == string_view::npos ? page_.size() : end + 1;
  }

  void Markup() {
    const string_view rest = page_.substr(at_);
    if (absl::StartsWith(rest, "<!--")) {
      const size_t end = Find("-->", at_ + 2);
      at_ = end == string_view::npos ? page_.size() : end + 3;
    } else if (rest.size() > 1 && (rest[1] == '!' || rest[1] == '?')) {
      Declaration(rest);
    } else if (rest.size() > 2 && rest[1] == '/' && absl::ascii_isalpha(static_cast<unsigned char>(rest[2]))) {
      at_ += 2;
      const std::string name = TagName();
      at_ = AfterTag(at_);
      EndTag(name);
    } else if (rest.size() > 1 && absl::ascii_isalpha(static_cast<unsigned char>(rest[1]))) {
      StartTag();
    } else {
      Mark(at_);
      absl::StrAppend(&out_.html, "&lt;");
      ++at_;
    }
  }

  void Declaration(string_view rest) {
    if (absl::StartsWith(rest, "<![CDATA[")) {
      const size_t end = Find("]]>", at_);
      at_ = end == string_view::npos ? page_.size() : end + 3;
      return;
    }
    at_ = AfterTag(at_);
  }

  std::string TagName() {
    const size_t begin = at_;
    while (at_ < page_.size() && IsNameByte(page_[at_])) ++at_;
    return absl::AsciiStrToLower(page_.substr(begin, std::min(at_ - begin, kMaxNameBytes)));
  }

  void SkipSpaces() {
    while (at_ < page_.size() && absl::ascii_isspace(static_cast<unsigned char>(page_[at_]))) ++at_;
  }

  string_view QuotedValue(char quote) {
    const size_t end = Find(string_view(&quote, 1) == "\"" ? "\"" : "'", at_ + 1);
    if (end == string_view::npos) {
      ++at_;
      return "";
    }
    const string_view value = page_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return value;
  }

  string_view BareValue() {
    const size_t begin = at_;
    while (at_ < page_.size() && page_[at_] != '>' && !absl::ascii_isspace(static_cast<unsigned char>(page_[at_]))) {
      ++at_;
    }
    return page_.substr(begin, at_ - begin);
  }

  // Reads up to and past '>'. Whether something hides the element comes as the attribute "hidden".
  std::vector<Attribute> Attributes() {
    std::vector<Attribute> attributes;
    bool hidden = false;
    while (at_ < page_.size()) {
      SkipSpaces();
      if (at_ >= page_.size() || page_[at_] == '>') break;
      const size_t begin = at_;
      while (at_ < page_.size() && page_[at_] != '=' && page_[at_] != '>' &&
             !absl::ascii_isspace(static_cast<unsigned char>(page_[at_]))) {
        ++at_;
      }
      Attribute attribute;
      attribute.name = absl::AsciiStrToLower(page_.substr(begin, std::min(at_ - begin, kMaxNameBytes)));
      SkipSpaces();
      if (at_ < page_.size() && page_[at_] == '=') {
        ++at_;
        SkipSpaces();
        if (at_ < page_.size() && (page_[at_] == '"' || page_[at_] == '\'')) {
          attribute.quote = page_[at_];
          attribute.value = QuotedValue(attribute.quote);
        } else {
          attribute.value = BareValue();
          if (absl::StrContains(attribute.value, '"')) attribute.quote = '\'';
          if (attribute.quote == '\'' && absl::StrContains(attribute.value, '\'')) attribute.value = "";
        }
      }
      if (attribute.name == "style") hidden |= Hides(attribute.value);
      if (attribute.name == "type") type_ = std::string(attribute.value);
      if (!IsRead(attribute.name) || attributes.size() >= kMaxAttributes) continue;
      const bool repeated = std::any_of(attributes.begin(), attributes.end(),
                                        [&](const Attribute& other) { return other.name == attribute.name; });
      if (!repeated) attributes.push_back(std::move(attribute));
    }
    at_ = std::min(at_ + 1, page_.size());
    const bool said = std::any_of(attributes.begin(), attributes.end(),
                                  [](const Attribute& attribute) { return attribute.name == "hidden"; });
    if (hidden && !said) attributes.push_back({"hidden", ""});
    return attributes;
  }

  static bool Hides(string_view style) {
    std::string plain = absl::AsciiStrToLower(style.substr(0, 400));
    plain.erase(std::remove(plain.begin(), plain.end(), ' '), plain.end());
    return absl::StrContains(plain, "display:none") || absl::StrContains(plain, "visibility:hidden");
  }

  void StartTag() {
    const size_t begin = at_;
    ++at_;
    const std::string name = TagName();
    type_.clear();
    const std::vector<Attribute> attributes = Attributes();
    const bool self_closed = at_ >= 2 && page_[at_ - 2] == '/';
    switch (KindOf(name)) {
      case Kind::kScript:
        return Script();
      case Kind::kRaw:
      case Kind::kSkip:
        return SkipContent(name, KindOf(name) == Kind::kRaw || !self_closed, KindOf(name) == Kind::kRaw);
      case Kind::kTitle:
        return Title(begin);
      case Kind::kTransparent:
      case Kind::kDrop:
        return;
      case Kind::kVoid:
        if (name == "hr") CloseParagraph();
        return Write(begin, name, attributes);
      case Kind::kOnce:
        if (once_.insert(name).second) Write(begin, name, attributes);
        return;
      case Kind::kKeep:
        break;
    }
    const string_view pruned = PrunedName(name);
    ImplyEnds(pruned);
    if (open_.size() >= kMaxDepth) {
      ++ignored_;
      return;
    }
    Write(begin, pruned, attributes);
    open_.emplace_back(pruned);
  }

  void Script() {
    const size_t end = FindEndTag("script", at_);
    const size_t stop = end == string_view::npos ? page_.size() : end;
    if (absl::StrContains(absl::AsciiStrToLower(type_), "ld+json"))
      out_.json_ld.push_back(page_.substr(at_, stop - at_));
    at_ = end == string_view::npos ? page_.size() : AfterTag(end);
  }

  void SkipContent(string_view name, bool has_content, bool to_the_end) {
    if (!has_content) return;
    const size_t end = FindEndTag(name, at_);
    if (end != string_view::npos) {
      at_ = AfterTag(end);
    } else if (to_the_end) {
      at_ = page_.size();
    }
  }

  void Title(size_t begin) {
    const size_t end = FindEndTag("title", at_);
    if (end == string_view::npos) return;
    if (once_.insert("title").second) {
      Mark(begin);
      absl::StrAppend(&out_.html, "<title>");
      CopyText(at_, end);
      absl::StrAppend(&out_.html, "</title>");
    }
    at_ = AfterTag(end);
  }

  void Write(size_t begin, string_view name, const std::vector<Attribute>& attributes) {
    Mark(begin);
    absl::StrAppend(&out_.html, "<", name);
    for (const Attribute& attribute : attributes) {
      const string_view quote(&attribute.quote, 1);
      absl::StrAppend(&out_.html, " ", attribute.name, "=", quote, attribute.value, quote);
    }
    absl::StrAppend(&out_.html, ">");
  }

  void CloseLast() {
    absl::StrAppend(&out_.html, "</", open_.back(), ">");
    open_.pop_back();
  }

  void CloseDownTo(size_t depth) {
    while (open_.size() > depth) CloseLast();
  }

  // The place in open_ of the last element named `name` or `other`, above any of `fences`; npos when there is none.
  size_t LastOpen(string_view name, string_view other, std::initializer_list<string_view> fences) const {
    for (size_t i = open_.size(); i-- > 0;) {
      if (open_[i] == name || open_[i] == other) return i;
      if (std::find(fences.begin(), fences.end(), open_[i]) != fences.end()) return string_view::npos;
    }
    return string_view::npos;
  }

  void CloseParagraph() {
    const size_t paragraph = LastOpen("p", "p", {kTableTag, kCellTag});
    if (paragraph != string_view::npos) CloseDownTo(paragraph);
  }

  // Ends what HTML lets end without a tag.
  void ImplyEnds(string_view name) {
    size_t ended = string_view::npos;
    if (name == "li") ended = LastOpen("li", "li", {"ul", "ol", "menu", kTableTag});
    if (name == "dd" || name == "dt") ended = LastOpen("dd", "dt", {"dl", kTableTag});
    if (name == kCellTag) ended = LastOpen(kCellTag, kCellTag, {kRowTag, kTableTag});
    if (name == kRowTag) ended = LastOpen(kRowTag, kRowTag, {kTableTag});
    if (name == kLinkTag) ended = LastOpen(kLinkTag, kLinkTag, {kTableTag, kCellTag});
    if (ended != string_view::npos) CloseDownTo(ended);
    if (EndsParagraph(name)) CloseParagraph();
  }

  void EndTag(string_view name) {
    if (name == "br") {
      absl::StrAppend(&out_.html, "<br>");
      return;
    }
    if (KindOf(name) != Kind::kKeep) return;
    if (ignored_ > 0) {
      --ignored_;
      return;
    }
    const string_view pruned = PrunedName(name);
    // An end tag inside a cell cannot end what stands around the table.
    const size_t element = pruned == kTableTag
                               ? LastOpen(pruned, pruned, {})
                               : LastOpen(pruned, pruned, {kTableTag, pruned == kRowTag ? "" : kCellTag});
    if (element != string_view::npos) CloseDownTo(element);
  }

  const string_view page_;
  size_t at_ = 0;
  PrunedHtml out_;
  std::vector<std::string> open_;
  size_t ignored_ = 0;  // start tags left out below kMaxDepth whose end tags are still to come
  std::string type_;    // of the tag just read
  absl::flat_hash_set<std::string> missing_;
  absl::flat_hash_set<std::string> endless_;
  absl::flat_hash_set<std::string> once_;
};

}  // namespace

size_t PrunedHtml::SourceOffset(size_t offset) const {
  const auto after = std::upper_bound(stretches.begin(), stretches.end(), offset,
                                      [](size_t at, const Stretch& stretch) { return at < stretch.pruned; });
  if (after == stretches.begin()) return 0;
  return (after - 1)->source + (offset - (after - 1)->pruned);
}

PrunedHtml PruneHtml(absl::string_view page) { return Pruner(page).Run(); }

}  // namespace dateline::extract
