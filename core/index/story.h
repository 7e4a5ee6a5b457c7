// Versions of one story: what the index knows of an article to tell which of them is the newest. FORMAT.md,
// "Stories", is normative.
//
// Thread-safety: plain values, pure functions.
#ifndef DATELINE_CORE_INDEX_STORY_H_
#define DATELINE_CORE_INDEX_STORY_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "core/base/coding.h"

namespace dateline::index {

// Two articles of one key that stand further apart are two stories: columns and market reports keep their headlines.
inline constexpr int64_t kStorySeconds = 7 * 86'400;

struct Story {
  uint64_t key = 0;      // 0: a story of its own
  uint32_t version = 0;  // update << 16 | lead of the wire marks: of articles of one instant the higher is newer
  bool operator==(const Story&) const = default;
};

inline constexpr size_t kStoryBytes = 12;

// 8 and 4 bytes, big-endian.
inline std::string StoryBytes(const Story& story) {
  std::string bytes;
  base::AppendBigEndian64(bytes, story.key);
  for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<char>(story.version >> shift));
  return bytes;
}

// Anything but kStoryBytes bytes is a story of its own.
inline Story StoryFromBytes(absl::string_view bytes) {
  Story story;
  if (bytes.size() != kStoryBytes) return story;
  story.key = base::ReadBigEndian64(bytes.data());
  for (const char byte : bytes.substr(8)) story.version = story.version << 8 | static_cast<uint8_t>(byte);
  return story;
}

}  // namespace dateline::index

#endif  // DATELINE_CORE_INDEX_STORY_H_
