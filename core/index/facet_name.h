// The name of an outlet or a writer as facets know it.
//
// Names that fold to the same text are one value of a facet and one filter term; `display` is how this article wrote
// it. The bytes of a Name are String(folded) String(display), as in core/base/coding.h.
//
// Thread-safety: plain values, pure functions.
#ifndef DATELINE_CORE_INDEX_FACET_NAME_H_
#define DATELINE_CORE_INDEX_FACET_NAME_H_

#include <compare>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/base/coding.h"

namespace dateline::index {

struct FacetName {
  std::string folded;
  std::string display;
  auto operator<=>(const FacetName&) const = default;
};

inline void AppendName(std::string& out, const FacetName& name) {
  base::AppendString(out, name.folded);
  base::AppendString(out, name.display);
}

// The names that `bytes` hold; what cannot be read ends the list.
inline std::vector<FacetName> DecodeNames(absl::string_view bytes) {
  std::vector<FacetName> names;
  base::Decoder decoder(bytes);
  while (!decoder.empty()) {
    FacetName name{std::string(decoder.String()), std::string(decoder.String())};
    if (!decoder.ok()) break;
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace dateline::index

#endif  // DATELINE_CORE_INDEX_FACET_NAME_H_
