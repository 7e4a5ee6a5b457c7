// The posting lists of one shard that queries have asked for, kept for those that follow.
//
// Thread-safety: belongs to one thread. Ownership: a list lives until Trim.
#ifndef DATELINE_SEARCHER_MATCH_FAST_SHARD_LISTS_H_
#define DATELINE_SEARCHER_MATCH_FAST_SHARD_LISTS_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "core/index/postings.h"

namespace dateline::match::fast {

class ShardLists {
 public:
  // A list takes some hundred bytes: what lies in the file is not copied.
  static constexpr size_t kMaxLists = 4096;

  // `postings` must outlive this.
  explicit ShardLists(const index::Postings& postings) : postings_(postings) {}

  const index::Postings& postings() const { return postings_; }

  // An empty list when no document has the term.
  const index::PostingList& Of(const std::string& term) {
    std::unique_ptr<index::PostingList>& list = lists_[term];
    if (list == nullptr) {
      const absl::optional<index::Postings::Term> where = postings_.Find(term);
      list = std::make_unique<index::PostingList>(where ? postings_.List(*where) : index::PostingList());
    }
    return *list;
  }

  // Forgets all lists when there are many. Call between queries.
  void Trim() {
    if (lists_.size() > kMaxLists) lists_.clear();
  }

 private:
  const index::Postings& postings_;
  absl::flat_hash_map<std::string, std::unique_ptr<index::PostingList>> lists_;
};

}  // namespace dateline::match::fast

#endif  // DATELINE_SEARCHER_MATCH_FAST_SHARD_LISTS_H_
