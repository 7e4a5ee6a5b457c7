// The headline of a page, from the places that name it.
//
// Thread-safety: pure functions.
#ifndef DATELINE_INDEXER_EXTRACT_HTML_HTML_HEADLINE_H_
#define DATELINE_INDEXER_EXTRACT_HTML_HTML_HEADLINE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace dateline::extract {

struct HeadlineCandidate {
  std::string text;
  std::string rule;  // "og:title", "json-ld headline", "h1", "title", ...
  size_t begin = 0;  // bytes of the page, half-open
  size_t end = 0;
};

// `title` without what the outlet puts around it: "Flood in Arden - The Arden Post" with the outlet among `outlets`
// or the bare headline among `others`.
std::string WithoutOutlet(absl::string_view title, const std::vector<std::string>& outlets,
                          const std::vector<std::string>& others);

// The candidate that is the headline, or none: they come in order of trust, and the first is taken, unless only
// "twitter:title" and two more agree against it. Call with texts that WithoutOutlet made.
const HeadlineCandidate* ChooseHeadline(const std::vector<HeadlineCandidate>& candidates);

}  // namespace dateline::extract

#endif  // DATELINE_INDEXER_EXTRACT_HTML_HTML_HEADLINE_H_
