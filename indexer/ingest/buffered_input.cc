#include "indexer/ingest/buffered_input.h"

namespace dateline::ingest {

bool BufferedInput::Refill() {
  if (ended_) return false;
  const absl::StatusOr<absl::string_view> piece = stream_->Next();
  if (!piece.ok()) status_ = piece.status();
  ended_ = !piece.ok() || piece->empty();
  if (ended_) return false;
  buffer_.erase(0, at_);
  at_ = 0;
  buffer_.append(piece->data(), piece->size());
  return true;
}

bool BufferedInput::Ensure(uint64_t size) {
  while (bytes().size() < size) {
    if (!Refill()) return false;
  }
  return true;
}

void BufferedInput::Consume(size_t size) {
  at_ += size;
  offset_ += size;
}

}  // namespace dateline::ingest
