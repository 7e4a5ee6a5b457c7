// Answers as texts, so that two of them can be compared and their difference read.
#ifndef DATELINE_TESTS_SUPPORT_ANSWER_TEXT_H_
#define DATELINE_TESTS_SUPPORT_ANSWER_TEXT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "searcher/serve/engine.h"

namespace dateline::test {

std::string TextOf(const std::vector<serve::FacetValue>& values);

// All of an answer but what depends on the generation; or the error.
std::string TextOf(const absl::StatusOr<serve::SearchResponse>& response);

std::string TextOf(const serve::Explanation& explanation);

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_ANSWER_TEXT_H_
