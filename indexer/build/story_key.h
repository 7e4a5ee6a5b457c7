// Which story an article is a version of, as far as wire marks, headline and source tell.
//
// Thread-safety: that of the analyzer it is given.
#ifndef DATELINE_INDEXER_BUILD_STORY_KEY_H_
#define DATELINE_INDEXER_BUILD_STORY_KEY_H_

#include "absl/strings/string_view.h"
#include "core/article/article.h"
#include "core/index/story.h"
#include "core/text/analyzer.h"

namespace dateline::build {

// The story of a dated article with a headline of its own that credits an agency or carries a wire mark; any other is
// a story of its own. Marks before the headline ("(3rd LD)") are not in it any more: extraction has cut them.
index::Story StoryOf(const article::Article& article, absl::string_view language, text::Analyzer& analyzer);

}  // namespace dateline::build

#endif  // DATELINE_INDEXER_BUILD_STORY_KEY_H_
