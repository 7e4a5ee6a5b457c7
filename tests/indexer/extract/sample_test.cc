// The scraped texts of the sample archive against what a careful reader can know from each (tests/sample/README.md),
// read without the facts beside them.
#include <simdjson.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/file.h"
#include "gtest/gtest.h"
#include "indexer/extract/extractor.h"

namespace dateline::extract {
namespace {

using simdjson::dom::element;

const char* const kGold = "tests/sample/gold.jsonl";

struct KnownMiss {
  std::string file;
  std::string field;
  std::string why;
};

// What is not read right today. A line here is required to be wrong still: what makes it right removes it.
const std::vector<KnownMiss>& KnownMisses() {
  static const auto* const misses = new std::vector<KnownMiss>{
      {"bridge-scandal-5.txt", "bylines", "only a line about when the diary appears tells whose it is"},
      {"cup-final-1.txt", "headline", "the score below it shares more words with the story than the play on words does"},
      {"cup-final-1.txt", "bylines", "a name with a place, above the line that was taken for the headline"},
      {"cup-final-1.txt", "section", "a menu stands between it and the headline"},
  };
  return *misses;
}

// White space collapsed, as in the gold.
std::string Flat(absl::string_view text) {
  return absl::StrJoin(absl::StrSplit(text, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty()), " ");
}

std::string TextOf(const element& value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? std::string(text) : "";
}

// A string as one value, null as "", a list as its members.
std::vector<std::string> ValuesOf(const element& value) {
  simdjson::dom::array list;
  if (value.get(list) != simdjson::SUCCESS) return {TextOf(value)};
  std::vector<std::string> values;
  for (const element member : list) values.push_back(TextOf(member));
  return values;
}

// The fields of one article that are not as the gold says, with what came.
class Checker {
 public:
  Checker(const element& gold, const Extraction& read) : gold_(gold), read_(read), a_(read.article) {}

  std::vector<std::pair<std::string, std::string>> Wrong() {
    OneOf("headline", a_.headline_source == article::Source::kText ? a_.headline : "");
    OneOf("deck", a_.deck);
    OneOf("outlet", a_.outlet);
    OneOf("section", a_.section);
    OneOf("published", article::PrintedDateText(a_.publication));
    OneOf("published_time", article::PrintedTimeText(a_.publication));
    OneOf("partial_date", a_.publication.partial);
    OneOf("dateline", a_.dateline, /*any_case=*/true);  // the gold has capitals
    Names();
    Agencies();
    Version();
    Body();
    return std::move(wrong_);
  }

 private:
  bool Find(const char* field, element& value) const { return gold_[field].get(value) == simdjson::SUCCESS; }

  void Need(bool right, absl::string_view field, absl::string_view came) {
    if (!right) wrong_.emplace_back(field, came);
  }

  void OneOf(const char* field, const std::string& came, bool any_case = false) {
    element value;
    if (!Find(field, value)) return;
    const std::vector<std::string> right = ValuesOf(value);
    Need(std::any_of(right.begin(), right.end(), [&](const std::string& r) { return any_case ? FoldLine(r) == FoldLine(came) : r == came; }),
         field, came);
  }

  void Names() {
    element value;
    if (!Find("bylines", value)) return;
    std::multiset<std::string> came;
    for (const article::Credit& c : a_.bylines) {
      if (c.role == article::Role::kWriter || c.role == article::Role::kDesk) came.insert(c.name);
    }
    const std::vector<std::string> right = ValuesOf(value);
    Need(came == std::multiset<std::string>(right.begin(), right.end()), "bylines", absl::StrJoin(came, ", "));
  }

  void Agencies() {
    element value;
    if (!Find("agencies", value)) return;
    std::set<std::string> right;
    for (const std::string& name : ValuesOf(value)) {
      const std::string* canonical = Lexicon::Shipped().Agency(name);
      right.insert(FoldLine(canonical != nullptr ? *canonical : name));
    }
    std::set<std::string> came;
    for (const article::Credit& c : a_.agencies) came.insert(FoldLine(c.name));
    Need(came == right, "agencies", absl::StrJoin(came, ", "));
    if (!Find("agency_role", value)) return;
    for (const article::Credit& c : a_.agencies) {
      Need(article::RoleName(c.role) == TextOf(value), "agency_role", article::RoleName(c.role));
    }
  }

  void Version() {
    element value;
    if (!Find("version", value)) return;
    const std::string came = absl::StrCat(a_.version.lead, "/", a_.version.update, "/", absl::StrJoin(a_.version.flags, " "));
    if (value.is_null()) return Need(a_.version.empty(), "version", came);
    uint64_t number = 0;
    Need((value["lead"].get(number) == simdjson::SUCCESS ? number : 0) == a_.version.lead, "version", came);
    number = 0;
    Need((value["update"].get(number) == simdjson::SUCCESS ? number : 0) == a_.version.update, "version", came);
    element flags;
    if (value["flags"].get(flags) != simdjson::SUCCESS) return;
    Need(ValuesOf(flags) == a_.version.flags, "version", came);
  }

  void Body() {
    const std::string body = Flat(a_.body);
    element value;
    if (Find("body_starts", value)) Need(absl::StartsWith(body, Flat(TextOf(value))), "body_starts", body.substr(0, 120));
    if (Find("body_ends", value)) {
      Need(absl::EndsWith(body, Flat(TextOf(value))), "body_ends", body.substr(body.size() - std::min<size_t>(body.size(), 120)));
    }
    if (!Find("not_in_body", value)) return;
    for (const std::string& line : ValuesOf(value)) {
      Need(!absl::StrContains(body, Flat(line)), "not_in_body", line);
    }
  }

  const element gold_;
  const Extraction& read_;
  const article::Article& a_;
  std::vector<std::pair<std::string, std::string>> wrong_;
};

TEST(SampleTest, EveryFieldIsAsTheGoldSays) {
  const absl::StatusOr<std::string> gold = base::ReadFile(kGold);
  ASSERT_TRUE(gold.ok()) << gold.status();
  Extractor extractor({});
  simdjson::dom::parser parser;
  std::set<std::pair<std::string, std::string>> missed;
  std::set<std::string> files;
  for (const absl::string_view line : absl::StrSplit(*gold, '\n', absl::SkipEmpty())) {
    element article;
    ASSERT_EQ(parser.parse(std::string(line)).get(article), simdjson::SUCCESS) << line;
    const std::string file = TextOf(article["file"].value());
    files.insert(file);
    ingest::Record record;
    record.file = absl::StrCat("tests/sample/scraped/", file);
    const absl::StatusOr<std::string> text = base::ReadFile(record.file);
    ASSERT_TRUE(text.ok()) << text.status();
    record.bytes = *text;
    const absl::StatusOr<Extraction> read = extractor.Explain(record);
    ASSERT_TRUE(read.ok()) << file << read.status();
    for (const auto& [field, came] : Checker(article, *read).Wrong()) {
      const bool known = std::any_of(KnownMisses().begin(), KnownMisses().end(), [&, name = field](const KnownMiss& miss) {
        return miss.file == file && miss.field == name;
      });
      EXPECT_TRUE(known) << file << ", " << field << ": came \"" << came << "\"";
      missed.emplace(file, field);
    }
  }
  EXPECT_EQ(files.size(), 38u);
  for (const KnownMiss& miss : KnownMisses()) {
    EXPECT_TRUE(missed.contains({miss.file, miss.field})) << miss.file << ", " << miss.field << " is right now: take it out";
    EXPECT_FALSE(miss.why.empty()) << miss.file;
  }
}

}  // namespace
}  // namespace dateline::extract
