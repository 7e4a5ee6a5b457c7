#include "searcher/admit/api_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace dateline::admit {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr char kDigest[] = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";  // of "test"

std::string CodeOf(const ApiKeys::Verdict& verdict) {
  return absl::StrCat(verdict.client, " ", absl::StatusCodeToString(verdict.error.code()));
}

TEST(ApiKeysTest, AKeyMayWhatItsScopesSay) {
  const NewKey reader = MakeKey("reader", "search", 0).value();
  const NewKey admin = MakeKey("admin", "search,export,admin", 0).value();
  const auto keys = ApiKeys::Parse(absl::StrCat("# who may\n\n", reader.line, " # the desk\n", admin.line), "keys");
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_EQ((*keys)->size(), 2U);
  EXPECT_EQ(CodeOf((*keys)->Admit(reader.key, Scope::kSearch)), "reader OK");
  EXPECT_EQ(CodeOf((*keys)->Admit(reader.key, Scope::kExport)), "reader PERMISSION_DENIED");
  EXPECT_EQ(CodeOf((*keys)->Admit(reader.key, Scope::kAdmin)), "reader PERMISSION_DENIED");
  EXPECT_EQ(CodeOf((*keys)->Admit(admin.key, Scope::kAdmin)), "admin OK");
  EXPECT_EQ(CodeOf((*keys)->Admit("", Scope::kSearch)), " UNAUTHENTICATED");
  EXPECT_EQ(CodeOf((*keys)->Admit(reader.key + "x", Scope::kSearch)), " UNAUTHENTICATED");
  EXPECT_EQ(CodeOf((*keys)->Admit(reader.line, Scope::kSearch)), " UNAUTHENTICATED");
  EXPECT_EQ(CodeOf((*keys)->Admit(std::string(100'000, 'x'), Scope::kSearch)), " UNAUTHENTICATED");
}

TEST(ApiKeysTest, TheHashIsSha256) {
  const auto keys = ApiKeys::Parse(absl::StrCat("t ", kDigest, " search"), "keys").value();
  EXPECT_EQ(CodeOf(keys->Admit("test", Scope::kSearch)), "t OK");
}

TEST(ApiKeysTest, NewKeysAreLongAndNeverTheSame) {
  const NewKey a = MakeKey("a", "search", 0).value();
  const NewKey b = MakeKey("a", "search", 0).value();
  EXPECT_NE(a.key, b.key);
  EXPECT_GE(a.key.size(), 43U);
  EXPECT_TRUE(absl::StartsWith(a.key, "dl_"));
  EXPECT_FALSE(absl::StrContains(a.line, a.key)) << "the file does not hold the key";
  EXPECT_TRUE(absl::EndsWith(MakeKey("q", "search", 2.5)->line, " search 2.5"));
}

TEST(ApiKeysTest, AWrongFileIsRefusedWithItsLine) {
  struct Case {
    std::string text;
    std::string error;
  };
  const std::string digest = kDigest;
  const Case cases[] = {
      {"desk", "keys: line 1: write NAME SHA256 SCOPES"},
      {"\n# x\ndesk " + digest + " search 5 more", "keys: line 3: write NAME SHA256 SCOPES"},
      {"desk dl_secret search", "line 1: the second field must be 64 hexadecimal digits, not the key"},
      {"desk " + digest.substr(1) + "z search", "64 hexadecimal digits"},
      {"desk " + digest + " read", "there is no scope \"read\"; write search, export, admin"},
      {"desk " + digest + " search,", "there is no scope \"\""},
      {"de/sk " + digest + " search", "is no name of a key"},
      {"desk " + digest + " search -1", "a number of calls a second above 0"},
      {"desk " + digest + " search nan", "a number of calls a second above 0"},
      {"desk " + digest + " search\ndesk " + digest + " export", "line 2: there is another key named desk"},
  };
  for (const Case& c : cases) {
    const auto keys = ApiKeys::Parse(c.text, "keys");
    EXPECT_EQ(keys.status().code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_THAT(std::string(keys.status().message()), HasSubstr(c.error)) << c.text;
  }
  EXPECT_TRUE(absl::IsNotFound(ApiKeys::Load("/nonexistent/keys").status()));
  EXPECT_FALSE(MakeKey("a b", "search", 0).ok());
  EXPECT_FALSE(MakeKey("ab", "everything", 0).ok());
}

TEST(ApiKeysTest, AQuotaRefillsWithTime) {
  const NewKey key = MakeKey("slow", "search", 10).value();
  const auto keys = ApiKeys::Parse(key.line, "keys").value();
  ApiKeys::Clock::time_point now = ApiKeys::Clock::now();
  const auto calls = [&] {
    int admitted = 0;
    while (keys->Admit(key.key, Scope::kSearch, now).refusal == Refusal::kNone) ++admitted;
    return admitted;
  };
  EXPECT_EQ(calls(), 20) << "two seconds' worth after a rest";
  const ApiKeys::Verdict refused = keys->Admit(key.key, Scope::kSearch, now);
  EXPECT_EQ(refused.refusal, Refusal::kQuota);
  EXPECT_EQ(CodeOf(refused), "slow RESOURCE_EXHAUSTED");
  EXPECT_NEAR(refused.retry_after_s, 0.1, 1e-6);
  now += milliseconds(500);
  EXPECT_EQ(calls(), 5);
  now += std::chrono::hours(1);
  EXPECT_EQ(calls(), 20) << "no more than that is saved up";
  now -= std::chrono::hours(2);
  EXPECT_EQ(calls(), 0) << "no clock makes calls";
}

TEST(ApiKeysTest, AQuotaBelowOneASecondLetsOneThrough) {
  const NewKey key = MakeKey("rare", "search", 0.1).value();
  const auto keys = ApiKeys::Parse(key.line, "keys").value();
  ApiKeys::Clock::time_point now = ApiKeys::Clock::now();
  EXPECT_EQ(keys->Admit(key.key, Scope::kSearch, now).refusal, Refusal::kNone);
  EXPECT_EQ(keys->Admit(key.key, Scope::kSearch, now).refusal, Refusal::kQuota);
  now += std::chrono::seconds(10);
  EXPECT_EQ(keys->Admit(key.key, Scope::kSearch, now).refusal, Refusal::kNone);
}

}  // namespace
}  // namespace dateline::admit
