#include "indexer/build/story_key.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/checksum.h"
#include "core/base/coding.h"
#include "core/text/normalizer.h"

namespace dateline::build {
namespace {

constexpr uint32_t kMaxMark = 0xFFFF;

// The first agency credited, else the outlet: who counts the versions.
std::string SourceOf(const article::Article& article) {
  for (const article::Credit& agency : article.agencies) {
    std::string name = text::FoldName(agency.name);
    if (!name.empty()) return name;
  }
  return text::FoldName(article.outlet);
}

bool IsWireStory(const article::Article& article) {
  const auto named = [](const article::Credit& agency) { return !text::FoldName(agency.name).empty(); };
  return !article.version.empty() || std::any_of(article.agencies.begin(), article.agencies.end(), named);
}

}  // namespace

index::Story StoryOf(const article::Article& article, absl::string_view language, text::Analyzer& analyzer) {
  index::Story story;
  if (!article.publication.dated() || article.headline_source == article::Source::kLead || !IsWireStory(article)) {
    return story;
  }
  std::vector<text::Token> tokens;
  analyzer.Tokenize(article.headline, language, tokens);
  if (tokens.empty()) return story;
  // Words, not characters: versions differ in their quotes and dashes.
  std::string bytes;
  base::AppendString(bytes, SourceOf(article));
  for (const text::Token& token : tokens) base::AppendString(bytes, token.word->exact);
  story.key = std::max<uint64_t>(base::Hash64(bytes), 1);
  story.version = std::min(article.version.update, kMaxMark) << 16 | std::min(article.version.lead, kMaxMark);
  return story;
}

}  // namespace dateline::build
