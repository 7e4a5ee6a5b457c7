#include "searcher/match/position_source.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/index/stored_article.h"
#include "core/index/text_starts.h"

namespace dateline::match {
namespace {

// What decoding a stored article costs, in documents that are only looked at.
constexpr uint32_t kDecodingSteps = 64;
constexpr uint32_t kPositionSteps = 8;

}  // namespace

// The words of one document after another: positions from the postings, starts of sentences and paragraphs from the
// stored article, which is only read when they are asked for.
class PositionSource::ShardPlaces : public plan::Places {
 public:
  ShardPlaces(const Xapian::Database& shard, DeadlineCheck& check) : shard_(shard), check_(check) {}

  void MoveTo(Xapian::docid docid) {
    docid_ = docid;
    decoded_ = false;
  }

  void Append(const std::string& term, std::vector<uint32_t>& positions) override {
    for (auto at = shard_.positionlist_begin(docid_, term); at != shard_.positionlist_end(docid_, term); ++at) {
      positions.push_back(*at);
    }
  }

  const std::vector<uint32_t>& SentenceStarts() override {
    Decode();
    return starts_.sentences;
  }

  const std::vector<uint32_t>& ParagraphStarts() override {
    Decode();
    return starts_.paragraphs;
  }

 private:
  void Decode() {
    if (decoded_) return;
    check_.Step(kDecodingSteps);
    const absl::StatusOr<index::StoredArticle> stored =
        index::DecodeStoredArticle(shard_.get_document(docid_).get_data());
    if (!stored.ok()) {
      // Becomes DataLoss where Xapian's own damage does.
      throw Xapian::DatabaseCorruptError(absl::StrCat("document ", docid_, ": ", stored.status().message()));
    }
    starts_ = index::StartsOf(*stored);
    decoded_ = true;
  }

  const Xapian::Database shard_;
  DeadlineCheck& check_;
  Xapian::docid docid_ = 0;
  bool decoded_ = false;
  index::TextStarts starts_;
};

void PositionSource::init(const Xapian::Database& shard) {
  places_ = std::make_shared<ShardPlaces>(shard, check_);
  last_ = shard.get_lastdocid();
  current_ = 0;
  matches_ = false;
  set_maxweight(0);
}

void PositionSource::next(double) { FindFrom(current_ + 1); }

void PositionSource::skip_to(Xapian::docid docid, double) {
  // After a check that said no, the document at hand is no match.
  if (matches_ && docid <= current_) return;
  FindFrom(matches_ ? docid : std::max(docid, current_ + 1));
}

// When the answer is no, next() goes on behind `docid`.
bool PositionSource::check(Xapian::docid docid, double) {
  current_ = docid;
  matches_ = docid > last_ || Test(docid);
  return matches_;
}

void PositionSource::FindFrom(Xapian::docid docid) {
  for (current_ = docid; current_ <= last_ && !Test(current_);) ++current_;
  matches_ = true;
}

bool PositionSource::Test(Xapian::docid docid) {
  check_.Step(kPositionSteps);
  places_->MoveTo(docid);
  return plan::Matches(*positions_, *places_);
}

}  // namespace dateline::match
