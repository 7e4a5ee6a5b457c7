// schema.org in JSON-LD: what a page says about its article.
//
// Understood: one object, a list, "@graph", articles inside "mainEntity" and the like, authors that point to an
// object elsewhere by "@id". Damage that is common and harmless is repaired: line breaks inside strings, commas
// before a closing bracket, HTML comments and CDATA marks around the whole. What cannot be read is nothing.
//
// Thread-safety: pure functions. Ownership: the values own their text.
#ifndef DATELINE_INDEXER_EXTRACT_HTML_JSON_LD_H_
#define DATELINE_INDEXER_EXTRACT_HTML_JSON_LD_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::extract {

struct LdName {
  std::string name;
  bool organization = false;  // its type says so
};

struct LdArticle {
  std::string headline;
  std::string alternative_headline;
  std::string description;
  std::string body;       // articleBody; tags and references are those of the markup
  std::string published;  // as printed
  std::string modified;
  std::string section;
  std::string lang;
  std::string url;
  std::vector<LdName> authors;
  std::vector<LdName> contributors;
  LdName publisher;
  bool found = false;  // the page has an article; without one all else is empty
};

// The article of the page, from all its scripts: of several objects the one that says most about itself, filled up by
// others with the same headline. Text is plain (references decoded, white space folded), `body` aside.
LdArticle ReadJsonLd(const std::vector<absl::string_view>& scripts);

// The repairs named above, for text that is no JSON as it stands.
std::string RepairJson(absl::string_view text);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_HTML_JSON_LD_H_
