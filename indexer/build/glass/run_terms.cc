#include "indexer/build/glass/run_terms.h"

#include "core/base/coding.h"

namespace dateline::build::glass {
namespace {

uint64_t Head(absl::string_view term) {
  char bytes[8] = {};
  std::memcpy(bytes, term.data(), std::min(term.size(), sizeof(bytes)));
  return base::ReadBigEndian64(bytes);
}

}  // namespace

RunTerms::RunTerms(const TermDictionary& dictionary, const std::vector<uint32_t>& numbers) {
  terms_.reserve(numbers.size());
  size_t bytes = 0;
  for (const uint32_t number : numbers) {
    const absl::string_view term = dictionary.term(number);
    terms_.push_back(Term{Head(term), number, 0, static_cast<uint32_t>(term.size())});
    bytes += term.size();
  }
  std::sort(terms_.begin(), terms_.end(), [&dictionary](const Term& a, const Term& b) {
    return a.head != b.head ? a.head < b.head : dictionary.term(a.number) < dictionary.term(b.number);
  });
  bytes_.reserve(bytes + kCopySlack);
  for (Term& term : terms_) {
    term.begin = static_cast<uint32_t>(bytes_.size());
    const absl::string_view text = dictionary.term(term.number);
    bytes_.append(text.data(), text.size());
  }
  bytes_.append(kCopySlack, '\0');
}

}  // namespace dateline::build::glass
