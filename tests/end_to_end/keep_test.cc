// The commands that keep an index, run as a user runs them: what they print, and their exit codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "core/index/generation.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace dateline {
namespace {

using test::Outcome;
using ::testing::HasSubstr;

std::string Line(const std::string& id, const std::string& headline) {
  return absl::StrCat(R"({"id":")", id, R"(","lang":"en","published":"2026-11-20","headline":")", headline,
                      R"(","body":"The talks went on in the harbour."})", "\n");
}

class KeepTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string input =
        directory_.Write("first.jsonl", Line("a", "One") + Line("b", "Two") + Line("c", "Three"));
    ASSERT_EQ(Run("build", {input}).exit_code, 0);
  }

  Outcome Run(const std::string& command, const std::vector<std::string>& arguments, const std::string& input = "") {
    std::vector<std::string> all = {"dateline-indexer", command, "--index", index_};
    all.insert(all.end(), arguments.begin(), arguments.end());
    test::RunOptions options;
    options.input = input;
    return test::RunProgram(all, options);
  }

  std::string Current() const { return index::ReadCurrent(index_).value(); }

  test::TempDir directory_;
  const std::string index_ = directory_.Path("index");
};

TEST_F(KeepTest, AddReplacesAndCounts) {
  const std::string more = directory_.Write("more.jsonl", Line("b", "Two, again") + Line("d", "Four"));
  const Outcome added = Run("add", {"--json", more});
  EXPECT_EQ(added.exit_code, 0) << added.err;
  EXPECT_THAT(added.out, HasSubstr(R"("added":2,"replaced":1,"rejected":0,"documents":4,"shards":2)"));
  const Outcome rejected = Run("add", {"--json", "-"}, "not an article\n" + Line("e", "Five"));
  EXPECT_EQ(rejected.exit_code, 0) << "standard input of one odd line is a text: " << rejected.err;
  const Outcome bad = Run("add", {directory_.Write("bad.jsonl", "{\n" + Line("f", "Six"))});
  EXPECT_EQ(bad.exit_code, 4) << bad.err;
  EXPECT_THAT(bad.err, HasSubstr("1 records were rejected"));
  const std::string before = Current();
  const Outcome none = Run("add", {directory_.Write("none.jsonl", "{\n")});
  EXPECT_EQ(none.exit_code, 1) << none.err;
  EXPECT_THAT(none.err, HasSubstr("no article could be taken in"));
  EXPECT_EQ(Current(), before);
}

TEST_F(KeepTest, DeleteTakesNamesFromArgumentsAndLists) {
  const Outcome dry = Run("delete", {"--dry-run", "a", "nobody"});
  EXPECT_EQ(dry.exit_code, 0) << dry.err;
  EXPECT_EQ(dry.out, "a\tOne\n");
  EXPECT_THAT(dry.err, HasSubstr("nobody: is not in the index"));
  const std::string before = Current();
  EXPECT_EQ(Run("delete", {"nobody"}).exit_code, 1);
  EXPECT_EQ(Run("delete", {}).exit_code, 2);
  EXPECT_EQ(Current(), before);
  const Outcome deleted = Run("delete", {"--json", "--ids", "-"}, "a\n\n  nobody \n");
  EXPECT_EQ(deleted.exit_code, 0) << deleted.err;
  EXPECT_THAT(deleted.out, HasSubstr(R"("missing":["nobody"],"documents":2)"));
  const Outcome all = Run("delete", {"b", "c"});
  EXPECT_EQ(all.exit_code, 1);
  EXPECT_THAT(all.err, HasSubstr("no article would be left"));
}

TEST_F(KeepTest, MergeRollbackHistoryAndGarbage) {
  const std::string first = Current();
  ASSERT_EQ(Run("delete", {"a"}).exit_code, 0);
  const Outcome merged = Run("merge", {"--json"});
  EXPECT_EQ(merged.exit_code, 0) << merged.err;
  EXPECT_THAT(merged.out, HasSubstr(R"("rewritten":2,"purged":1,"documents":2)"));
  EXPECT_THAT(Run("merge", {}).err, HasSubstr("nothing to merge"));
  EXPECT_THAT(Run("history", {"--json"}).out, HasSubstr(R"("operation":"merge")"));
  EXPECT_EQ(Run("rollback", {"--to", first}).exit_code, 2) << "it is gone";
  EXPECT_EQ(Run("rollback", {}).exit_code, 0);
  EXPECT_THAT(Run("history", {}).out, HasSubstr("* g000002-"));
  EXPECT_EQ(Run("rollback", {}).exit_code, 1);
  EXPECT_EQ(Run("gc", {"--keep", "1"}).exit_code, 0);
  EXPECT_EQ(Run("accelerate", {"--all"}).exit_code, 0);
  const Outcome verified = Run("verify", {"--deep"});
  EXPECT_EQ(verified.exit_code, 0) << verified.out;
  EXPECT_THAT(verified.err, HasSubstr("sound"));
}

TEST_F(KeepTest, VerifyNamesTheDamage) {
  const std::string file = absl::StrCat(index_, "/", Current(), "/shard-000/postlist.glass");
  std::string bytes = base::ReadFile(file).value();
  bytes[100] ^= 1;
  ASSERT_TRUE(base::WriteFileSynced(file, bytes).ok());
  const Outcome verified = Run("verify", {});
  EXPECT_EQ(verified.exit_code, 1);
  EXPECT_THAT(verified.out, HasSubstr("shard-000/postlist.glass: damaged between byte 0 and byte"));
  const Outcome deep = Run("verify", {"--deep", "--json"});
  EXPECT_EQ(deep.exit_code, 1);
  EXPECT_THAT(deep.out, HasSubstr(R"("sound":false)"));
}

TEST_F(KeepTest, ARebuildIsAnotherIndex) {
  const std::string target = directory_.Path("rebuilt");
  const Outcome rebuilt =
      test::RunProgram({"dateline-indexer", "rebuild", "--from", index_, "--index", target, "--json"});
  EXPECT_EQ(rebuilt.exit_code, 0) << rebuilt.err;
  EXPECT_THAT(rebuilt.out, HasSubstr(R"("documents":3)"));
}

TEST_F(KeepTest, WithoutAnIndexNothingIsMade) {
  const std::string missing = directory_.Path("missing");
  const std::vector<std::vector<std::string>> commands = {{"add", directory_.Path("first.jsonl")},
                                                          {"delete", "a"},
                                                          {"merge"},
                                                          {"rollback"},
                                                          {"gc"},
                                                          {"history"},
                                                          {"verify"},
                                                          {"accelerate"}};
  for (const std::vector<std::string>& command : commands) {
    std::vector<std::string> all = {"dateline-indexer", command[0], "--index", missing};
    all.insert(all.end(), command.begin() + 1, command.end());
    const Outcome outcome = test::RunProgram(all);
    EXPECT_EQ(outcome.exit_code, 3) << command[0] << ": " << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("holds no index")) << command[0];
    EXPECT_FALSE(base::Exists(missing)) << command[0];
  }
}

TEST_F(KeepTest, FollowTakesInWhatComesAndGoesOnWhereItEnded) {
  directory_.Write("spool/d.jsonl", Line("d", "Four"));
  const std::vector<std::string> command = {"dateline-indexer",       "add",   "--index", index_, "--follow",
                                            directory_.Path("spool"), "--json"};
  {
    test::Background follower(command);
    EXPECT_THAT(follower.WaitForLine("{"), HasSubstr(R"("added":1,"replaced":0)"));
    const std::string part = directory_.Write("spool/.part", Line("e", "Five") + Line("a", "One, again"));
    ASSERT_TRUE(base::Rename(part, directory_.Path("spool/e.jsonl")).ok());
    EXPECT_THAT(follower.WaitForLine("{"), HasSubstr(R"("added":2,"replaced":1)"));
    directory_.Write("spool/later/g.txt", "A headline\n\nThe strike ended at the harbour on Monday.\n");
    EXPECT_THAT(follower.WaitForLine("{"), HasSubstr(R"("added":1,"replaced":0)"));
    EXPECT_EQ(follower.Stop(), 0);
  }
  const std::string before = Current();
  test::Background follower(command);
  directory_.Write("spool/f.jsonl", Line("f", "Six"));
  EXPECT_THAT(follower.WaitForLine("{"), HasSubstr(R"("added":1,"replaced":0)")) << "only what is new";
  EXPECT_EQ(follower.Stop(), 0);
  EXPECT_NE(Current(), before);
  EXPECT_THAT(Run("status", {}).out, HasSubstr("articles    7"));
}

TEST_F(KeepTest, HelpBeginsWithExamples) {
  for (const char* command :
       {"add", "delete", "merge", "rebuild", "rollback", "gc", "history", "verify", "accelerate"}) {
    const Outcome help = test::RunProgram({"dateline-indexer", command, "--help"});
    EXPECT_EQ(help.exit_code, 0) << command;
    EXPECT_THAT(help.out, HasSubstr(absl::StrCat("dateline-indexer ", command, " --"))) << command;
    EXPECT_THAT(help.out, HasSubstr("Exit codes:")) << command;
  }
}

}  // namespace
}  // namespace dateline
