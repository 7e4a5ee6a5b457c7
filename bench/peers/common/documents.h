// The documents file of the peers' protocol (bench/peers/README.md), for peers in C++.
//
// Thread-safety: one thread. Errors: std::runtime_error with one line for the user.
#ifndef DATELINE_BENCH_PEERS_COMMON_DOCUMENTS_H_
#define DATELINE_BENCH_PEERS_COMMON_DOCUMENTS_H_

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dateline::peers {

// Between the names of one field.
inline constexpr char kNameSeparator = '\x1f';

// One line; the views lie in the reader's memory until the next is read.
struct Article {
  uint64_t number = 0;             // that of the line, from 0
  std::optional<int64_t> instant;  // seconds since 1970 UTC
  std::string_view outlets;
  std::string_view bylines;
  std::string_view sections;
  std::string_view stems;
  std::string_view words;
};

class DocumentReader {
 public:
  explicit DocumentReader(const std::string& path);

  // False at the end of the file.
  bool Read(Article& article);

  // How many were read.
  uint64_t count() const { return count_; }

 private:
  std::ifstream file_;
  std::string line_;
  uint64_t count_ = 0;
};

// The parts between single separators; none of an empty text.
std::vector<std::string_view> Split(std::string_view text, char separator);

// Where an item of `words` is no word: how many places the next word stands further on.
std::optional<uint64_t> GapOf(std::string_view item);

// "2019-04", UTC.
std::string MonthOf(int64_t instant);

}  // namespace dateline::peers

#endif  // DATELINE_BENCH_PEERS_COMMON_DOCUMENTS_H_
