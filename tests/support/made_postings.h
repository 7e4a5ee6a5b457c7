// Postings of lists that a test makes up, without articles and without a shard.
#ifndef DATELINE_TESTS_SUPPORT_MADE_POSTINGS_H_
#define DATELINE_TESTS_SUPPORT_MADE_POSTINGS_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/index/postings.h"
#include "core/index/postings_builder.h"
#include "tests/support/random.h"
#include "tests/support/temp_dir.h"

namespace dateline::test {

struct MadePosting {
  uint32_t row = 0;
  uint32_t wdf = 0;
  std::vector<uint32_t> positions = {};
};
using MadeList = std::vector<MadePosting>;
using MadeLists = std::map<std::string, MadeList>;

// Each row with one chance in `one_in`, scored.
inline MadeList RandomList(Random& random, uint32_t documents, uint64_t one_in, uint32_t most_wdf) {
  MadeList list;
  for (uint32_t row = 0; row < documents; ++row) {
    if (random.OneIn(one_in)) list.push_back({row, 1 + static_cast<uint32_t>(random.Below(most_wdf))});
  }
  if (list.empty()) list.push_back({static_cast<uint32_t>(random.Below(documents)), 1});
  return list;
}

// Documents of the shard; ownership: lists live as long as this.
class MadePostings {
 public:
  static constexpr float kAverageLength = 100;

  MadePostings(MadeLists lists, std::vector<uint32_t> lengths)
      : lists_(std::move(lists)), lengths_(std::move(lengths)) {
    const std::string path = directory_.Path("postings");
    index::PostingsBuilder::Options options;
    options.average_length = kAverageLength;
    options.lengths = lengths_;
    index::PostingsBuilder builder = index::PostingsBuilder::Create(path, options).value();
    for (const auto& [term, list] : lists_) {
      builder.Begin(term);
      for (const MadePosting& posting : list) builder.Add(posting.row, posting.wdf, posting.positions);
      EXPECT_TRUE(builder.End().ok());
    }
    EXPECT_TRUE(builder.Finish(/*shard_hash=*/0, /*sync=*/false).ok());
    index::Postings::Owner owner;
    owner.average_length = kAverageLength;
    owner.lengths = lengths_;
    postings_ = index::Postings::Open(path, owner).value();
    EXPECT_TRUE(postings_->Check().ok()) << postings_->Check();
    for (const auto& [term, list] : lists_) opened_.emplace(term, postings_->List(*postings_->Find(term)));
  }

  const index::Postings& postings() const { return *postings_; }
  const MadeLists& made() const { return lists_; }
  std::vector<std::string> Terms() const {
    std::vector<std::string> terms;
    for (const auto& [term, list] : lists_) terms.push_back(term);
    return terms;
  }
  const index::PostingList& List(const std::string& term) const { return opened_.at(term); }

 private:
  const TempDir directory_;
  const MadeLists lists_;
  const std::vector<uint32_t> lengths_;
  std::unique_ptr<index::Postings> postings_;
  std::map<std::string, index::PostingList> opened_;
};

struct RandomArchive {
  uint32_t documents = 0;
  std::vector<uint64_t> one_in;  // lists of rows with so many chances each
  int lists_of_each = 1;
  // Where not 0, documents are equally long and wdfs at most this, so that many scores are equal; else both differ
  // widely.
  uint32_t equal_wdfs = 0;
};

inline std::unique_ptr<MadePostings> MakePostings(Random& random, const RandomArchive& archive) {
  const bool equal = archive.equal_wdfs > 0;
  std::vector<uint32_t> lengths;
  for (uint32_t row = 0; row < archive.documents; ++row) {
    lengths.push_back(equal ? 100 : static_cast<uint32_t>(random.Below(2000)));
  }
  MadeLists lists;
  for (const uint64_t one_in : archive.one_in) {
    for (int i = 0; i < archive.lists_of_each; ++i) {
      const uint32_t most_wdf = equal ? archive.equal_wdfs : random.OneIn(9) ? 40'000 : 12;
      lists[absl::StrCat("t", one_in, "-", i)] = RandomList(random, archive.documents, one_in, most_wdf);
    }
  }
  return std::make_unique<MadePostings>(std::move(lists), std::move(lengths));
}

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_MADE_POSTINGS_H_
