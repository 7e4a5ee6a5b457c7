#include "core/text/stemmer.h"

#include <xapian.h>

namespace dateline::text {
namespace {

constexpr size_t kMaxStemmedBytes = 64;

}  // namespace

struct Stemmer::Rules {
  Xapian::Stem stem;
};

Stemmer::Stemmer(absl::string_view language) {
  if (!Knows(language)) return;
  rules_ = std::make_unique<Rules>(Rules{Xapian::Stem(std::string(language))});
}

Stemmer::~Stemmer() = default;

std::string Stemmer::Stem(absl::string_view word) {
  std::string copy(word);
  if (rules_ == nullptr || word.size() > kMaxStemmedBytes) return copy;
  return rules_->stem(copy);
}

bool Stemmer::Knows(absl::string_view language) {
  if (language.size() != 2) return false;  // Xapian also takes names such as "lovins", which are no languages
  try {
    Xapian::Stem probe{std::string(language)};
    return !probe.is_none();
  } catch (const Xapian::Error&) {
    return false;
  }
}

std::string Stemmer::Version() { return Xapian::version_string(); }

}  // namespace dateline::text
