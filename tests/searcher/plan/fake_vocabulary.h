// The words of an archive that is not there.
#ifndef DATELINE_TESTS_SEARCHER_PLAN_FAKE_VOCABULARY_H_
#define DATELINE_TESTS_SEARCHER_PLAN_FAKE_VOCABULARY_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "searcher/plan/vocabulary.h"

namespace dateline::plan {

// A vocabulary of a few words, below term prefixes.
class FakeVocabulary : public Vocabulary {
 public:
  absl::Status Visit(absl::string_view prefix, absl::string_view beginning, Visitor visitor) override {
    ++visits;
    const auto& words = terms[std::string(prefix)];
    for (auto word = words.lower_bound(std::string(beginning));
         word != words.end() && absl::StartsWith(word->first, beginning); ++word) {
      visitor(word->first, word->second);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<uint64_t> Count(absl::string_view prefix, absl::string_view word) override {
    const auto& words = terms[std::string(prefix)];
    const auto found = words.find(std::string(word));
    return found == words.end() ? 0 : found->second;
  }

  absl::StatusOr<bool> HasRow(const std::vector<std::string>& words, uint64_t articles) override {
    ++rows_counted;
    return rows[absl::StrJoin(words, " ")] >= articles;
  }

  std::map<std::string, std::map<std::string, uint64_t>> terms;
  std::map<std::string, uint64_t> rows;
  int rows_counted = 0;
  int visits = 0;
};

}  // namespace dateline::plan

#endif  // DATELINE_TESTS_SEARCHER_PLAN_FAKE_VOCABULARY_H_
