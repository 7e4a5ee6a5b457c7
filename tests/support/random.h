// Random numbers and texts that are the same on every machine: a failure is found again by its seed.
#ifndef DATELINE_TESTS_SUPPORT_RANDOM_H_
#define DATELINE_TESTS_SUPPORT_RANDOM_H_

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"

namespace dateline::test {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  uint64_t Bits() { return engine_(); }
  // 0 to n - 1. (The distributions of the standard library differ between libraries; this little bias does not matter.)
  uint64_t Below(uint64_t n) { return engine_() % n; }
  bool OneIn(uint64_t n) { return Below(n) == 0; }
  // All magnitudes equally often: small numbers and those near the limits both come up.
  uint64_t AnySize() { return engine_() >> Below(64); }

  std::string Bytes(size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(engine_());
    return bytes;
  }

  // A code point that may stand in a text, from the scripts and signs that make trouble more often than from the rest.
  char32_t CodePoint() {
    switch (Below(12)) {
      case 0: case 1: case 2:
        return static_cast<char32_t>('a' + Below(26));
      case 3:
        return U" '.-,\n\t!?\u00A0\u2019\u2026"[Below(12)];
      case 4:
        return static_cast<char32_t>(0x20 + Below(0x5F));   // ASCII
      case 5:
        return static_cast<char32_t>(0xA0 + Below(0x1B0));  // Latin
      case 6:
        return static_cast<char32_t>(0x300 + Below(0x70));  // combining marks
      case 7:
        return static_cast<char32_t>(0x370 + Below(0x190));  // Greek, Cyrillic
      case 8:
        return static_cast<char32_t>(0x590 + Below(0x900));  // Hebrew, Arabic, Indic, Thai
      case 9:
        return static_cast<char32_t>(0x2000 + Below(0x70));  // spaces, joiners, directions
      case 10:
        return static_cast<char32_t>(0x3000 + Below(0x7000));  // CJK
      default: {
        const char32_t any = static_cast<char32_t>(1 + Below(0x10FFFF));
        return any >= 0xD800 && any <= 0xDFFF ? U'x' : any;
      }
    }
  }

  template <typename T>
  const T& Pick(const std::vector<T>& values) {
    return values[Below(values.size())];
  }

  // Valid UTF-8 of `size` code points.
  std::string Text(size_t size) {
    std::string text;
    for (size_t i = 0; i < size; ++i) AppendUtf8(text, CodePoint());
    return text;
  }

  static void AppendUtf8(std::string& out, char32_t c) {
    if (c < 0x80) {
      out.push_back(static_cast<char>(c));
    } else if (c < 0x800) {
      out.push_back(static_cast<char>(0xC0 | c >> 6));
      out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
      out.push_back(static_cast<char>(0xE0 | c >> 12));
      out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
      out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    } else {
      out.push_back(static_cast<char>(0xF0 | c >> 18));
      out.push_back(static_cast<char>(0x80 | (c >> 12 & 0x3F)));
      out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
      out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    }
  }

 private:
  std::mt19937_64 engine_;
};

// The seed of a random test: `fixed`, unless DATELINE_TEST_SEED names another.
inline uint64_t TestSeed(uint64_t fixed) {
  uint64_t seed = 0;
  const char* text = std::getenv("DATELINE_TEST_SEED");
  return text != nullptr && absl::SimpleAtoi(text, &seed) ? seed : fixed;
}

inline double NumberFromEnvironment(const char* name) {
  double number = 1;
  const char* text = std::getenv(name);
  return text != nullptr && absl::SimpleAtod(text, &number) ? number : 1;
}

// `full` rounds, or a part of them, but never fewer than one: DATELINE_TEST_SCALE says which (0 to 1, as sanitizers
// need, or more), and DATELINE_TEST_SHARE, of a test that is registered several times, what this one does of it.
inline int Scaled(int full) {
  const double scale = NumberFromEnvironment("DATELINE_TEST_SCALE") * NumberFromEnvironment("DATELINE_TEST_SHARE");
  return std::max(1, static_cast<int>(full * scale));
}

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_RANDOM_H_
