// A directory of a test's own, empty at first and gone at the end.
#ifndef DATELINE_TESTS_SUPPORT_TEMP_DIR_H_
#define DATELINE_TESTS_SUPPORT_TEMP_DIR_H_

#include <unistd.h>

#include <cstdlib>
#include <string>

#include "absl/strings/string_view.h"
#include "core/base/file.h"
#include "gtest/gtest.h"

namespace dateline::test {

class TempDir {
 public:
  TempDir() {
    std::string pattern = base::JoinPath(::testing::TempDir(), "dateline-XXXXXX");
    const char* made = ::mkdtemp(pattern.data());
    if (made == nullptr) {
      ADD_FAILURE() << "no temporary directory";
      std::abort();
    }
    path_ = made;
  }
  ~TempDir() { EXPECT_TRUE(base::RemoveTree(path_).ok()); }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string Path(absl::string_view name) const { return base::JoinPath(path_, name); }

  // Writes `name`, which may hold directories, and gives its path.
  std::string Write(absl::string_view name, absl::string_view bytes) const {
    const std::string path = Path(name);
    EXPECT_TRUE(base::MakeDirectories(path.substr(0, path.rfind('/'))).ok());
    ::unlink(path.c_str());  // a new file: some file systems sync one that is cut to nothing and written again
    absl::StatusOr<base::FileWriter> writer = base::FileWriter::Create(path);
    EXPECT_TRUE(writer.ok() && writer->Append(bytes).ok() && writer->Close(/*sync=*/false).ok()) << writer.status();
    return path;
  }

 private:
  std::string path_;
};

}  // namespace dateline::test

#endif  // DATELINE_TESTS_SUPPORT_TEMP_DIR_H_
