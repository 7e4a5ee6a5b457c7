// Words by the bytes of the text: a hash table whose short keys lie in its slots, so that a word of a text is found
// by touching one line of memory, which can be asked for before it is needed.
//
// Thread-safety: belongs to one thread. Ownership: a Value lives until Clear, where it is.
#ifndef DATELINE_CORE_TEXT_WORD_TABLE_H_
#define DATELINE_CORE_TEXT_WORD_TABLE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "absl/strings/string_view.h"

namespace dateline::text {

template <typename Value>
class WordTable {
 public:
  // What a word is looked up by. Ownership: the view given to the constructor must outlive it.
  class Key {
   public:
    Key() = default;
    explicit Key(absl::string_view bytes) : bytes_(bytes) {
      if (!is_short()) return;
      const char* const p = bytes.data();
      const size_t size = bytes.size();
      // Loads overlap where the size is no power of two; what they share is the same in both.
      if (size > 8) {
        low_ = Load<uint64_t>(p);
        high_ = Load<uint64_t>(p + size - 8) >> (8 * (16 - size));
      } else if (size >= 4) {
        low_ = Load<uint32_t>(p) | Load<uint32_t>(p + size - 4) << (8 * (size - 4));
      } else if (size > 0) {
        low_ = Load<uint8_t>(p) | Load<uint8_t>(p + size / 2) << (8 * (size / 2)) |
               Load<uint8_t>(p + size - 1) << (8 * (size - 1));
      }
      high_ |= uint64_t{size} << 56;
    }

    absl::string_view bytes() const { return bytes_; }

   private:
    friend class WordTable;
    static constexpr size_t kMaxShort = 15;

    template <typename Int>
    static uint64_t Load(const char* p) {
      Int value;
      std::memcpy(&value, p, sizeof(value));
      return value;
    }

    bool is_short() const { return bytes_.size() <= kMaxShort; }
    size_t hash() const {
      // A product moves bits up only; what is folded down before and after lets the last letters count as well.
      uint64_t mixed = low_ ^ high_ * 0x9E3779B97F4A7C15;
      mixed = (mixed ^ mixed >> 32) * 0xD6E8FEB86659FD93;
      return static_cast<size_t>(mixed ^ mixed >> 32);
    }

    absl::string_view bytes_;
    // Of a short key: its bytes, and the size in the last.
    uint64_t low_ = 0;
    uint64_t high_ = 0;
  };

  // Asks for the memory that Find will touch.
  void Prefetch(const Key& key) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[key.hash() & (slots_.size() - 1)]);
  }

  // Null when it is not there.
  const Value* Find(const Key& key) const {
    if (!key.is_short()) {
      const auto found = long_.find(key.bytes());
      return found == long_.end() ? nullptr : &found->second;
    }
    return slots_.empty() ? nullptr : slots_[SlotOf(key)].value;
  }

  // REQUIRES: the key is not there.
  const Value& Add(const Key& key, Value value) {
    if (!key.is_short()) return long_.emplace(std::string(key.bytes()), std::move(value)).first->second;
    if (2 * (values_.size() + 1) > slots_.size()) Grow();
    values_.push_back(std::move(value));
    slots_[SlotOf(key)] = Slot{key.low_, key.high_, &values_.back()};
    return values_.back();
  }

  void Clear() {
    slots_.clear();
    values_.clear();
    long_.clear();
  }

 private:
  struct Slot {
    uint64_t low = 0;
    uint64_t high = 0;
    const Value* value = nullptr;  // null: free
  };
  static constexpr size_t kFirstSlots = 256;

  // That of the key, or the free one where it belongs. REQUIRES: there are slots.
  size_t SlotOf(const Key& key) const {
    for (size_t at = key.hash();; ++at) {
      const Slot& slot = slots_[at & (slots_.size() - 1)];
      if (slot.value == nullptr || (slot.low == key.low_ && slot.high == key.high_)) return at & (slots_.size() - 1);
    }
  }

  void Grow() {
    const std::vector<Slot> old = std::move(slots_);
    slots_.assign(std::max(kFirstSlots, 2 * old.size()), Slot());
    for (const Slot& slot : old) {
      if (slot.value == nullptr) continue;
      Key key;
      key.low_ = slot.low;
      key.high_ = slot.high;
      slots_[SlotOf(key)] = slot;
    }
  }

  std::vector<Slot> slots_;  // a power of two, at most half of them full
  std::deque<Value> values_;
  absl::node_hash_map<std::string, Value> long_;
};

}  // namespace dateline::text

#endif  // DATELINE_CORE_TEXT_WORD_TABLE_H_
