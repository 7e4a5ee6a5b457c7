#include "core/text/variants.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/checksum.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/text/variants_tables.h"

namespace dateline::text {
namespace {

constexpr absl::string_view kForm = "1";  // of the tables; raised when a line comes to mean something else

struct Entry {
  std::string text;   // as the table writes it
  std::string words;  // as the index does
};

std::string WordsOf(absl::string_view text, Analyzer& analyzer, size_t& count) {
  std::vector<Token> tokens;
  analyzer.Tokenize(text, "", tokens);
  std::string words;
  for (const Token& token : tokens) absl::StrAppend(&words, words.empty() ? "" : " ", token.word->exact);
  count = tokens.size();
  return words;
}

absl::StatusOr<Entry> ReadEntry(absl::string_view field, Analyzer& analyzer) {
  Entry entry{std::string(absl::StripAsciiWhitespace(field)), ""};
  if (absl::StrContains(entry.text, "*")) {
    return absl::InvalidArgumentError(absl::StrCat("'", entry.text, "' has a '*'; write out the words you mean"));
  }
  size_t count = 0;
  entry.words = WordsOf(entry.text, analyzer, count);
  if (count == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", entry.text, "' holds no letter or digit; write a word there, or take the tab away"));
  }
  if (count > kMaxVariantWords) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", entry.text, "' has ", count, " words; write at most ", kMaxVariantWords));
  }
  return entry;
}

}  // namespace

const Variants& Variants::Shipped() {
  static const Variants* const variants = [] {
    auto* const made = new Variants();
    // The tables are part of the program: one that cannot be read is a fault of the build, which must not go unseen.
    for (const absl::Status& status :
         {made->AddTable(kSpellingsTable, "spellings.tsv"), made->AddTable(kWordsTable, "words.tsv"),
          made->AddTable(kNamesTable, "names.tsv")}) {
      if (status.ok()) continue;
      std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
      std::abort();
    }
    return made;
  }();
  return *variants;
}

absl::StatusOr<std::unique_ptr<const Variants>> Variants::WithTables(const std::string& directory) {
  auto variants = std::make_unique<Variants>(Shipped());
  size_t found = 0;
  for (const absl::string_view name : {"spellings.tsv", "words.tsv", "names.tsv"}) {
    const std::string path = base::JoinPath(directory, std::string(name));
    if (!base::Exists(path)) continue;
    DL_ASSIGN_OR_RETURN(const std::string table, base::ReadFile(path));
    DL_RETURN_IF_ERROR(variants->AddTable(table, path));
    ++found;
  }
  if (found == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(directory,
                     ": holds none of spellings.tsv, words.tsv and names.tsv; write one of them there, or "
                     "leave the directory of variants out"));
  }
  return std::unique_ptr<const Variants>(std::move(variants));
}

std::vector<std::string> Variants::Of(absl::string_view words, absl::string_view typed) const {
  std::vector<std::string> variants;
  for (const auto& [table, key] : {std::pair(&by_letters_, typed), std::pair(&by_words_, words)}) {
    const auto found = table->find(key);
    if (found == table->end()) continue;
    for (const std::string& variant : found->second) {
      if (std::find(variants.begin(), variants.end(), variant) == variants.end()) variants.push_back(variant);
    }
  }
  return variants;
}

absl::Status Variants::AddTable(absl::string_view table, absl::string_view name) {
  Analyzer analyzer;
  size_t number = 0;
  for (absl::string_view line : absl::StrSplit(table, '\n')) {
    ++number;
    absl::ConsumeSuffix(&line, "\r");
    if (absl::StripAsciiWhitespace(line).empty() || absl::StartsWith(line, "#")) continue;
    const absl::Status status =
        base::IsValidUtf8(line) ? AddLine(line, analyzer)
                                : absl::InvalidArgumentError("the line is not valid UTF-8; save the table as UTF-8");
    if (!status.ok()) return absl::InvalidArgumentError(absl::StrCat(name, ":", number, ": ", status.message()));
  }
  const uint64_t hash = base::Hash64(table, base::Hash64(version_));
  version_ = absl::StrFormat("%s-%08x", kForm, hash >> 32);
  return absl::OkStatus();
}

absl::Status Variants::AddLine(absl::string_view line, Analyzer& analyzer) {
  if (absl::ConsumePrefix(&line, "!")) {
    DL_ASSIGN_OR_RETURN(const Entry entry, ReadEntry(line, analyzer));
    Forget(entry.words, analyzer);
    return absl::OkStatus();
  }
  const bool as_typed = absl::ConsumePrefix(&line, "^");
  const bool one_way = as_typed || absl::ConsumePrefix(&line, ">");
  std::vector<Entry> entries;
  for (const absl::string_view field : absl::StrSplit(line, '\t')) {
    DL_ASSIGN_OR_RETURN(Entry entry, ReadEntry(field, analyzer));
    entries.push_back(std::move(entry));
  }
  if (entries.size() < 2) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", line, "' stands alone; write its variants behind it, with a tab before each, or !", line,
                     " to take it out"));
  }
  if (entries.size() > kMaxVariantsOfLine) {
    return absl::InvalidArgumentError(
        absl::StrCat("the line has ", entries.size(), " entries; write at most ", kMaxVariantsOfLine));
  }
  for (size_t i = 0; i < (one_way ? 1 : entries.size()); ++i) {
    std::vector<std::string>& variants = as_typed ? by_letters_[entries[i].text] : by_words_[entries[i].words];
    for (const Entry& other : entries) {
      if (other.words == entries[i].words) continue;
      if (std::find(variants.begin(), variants.end(), other.text) == variants.end()) variants.push_back(other.text);
    }
    if (variants.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "'", entries[i].text, "' and its variants are one and the same to the index; leave the line out"));
    }
  }
  return absl::OkStatus();
}

// A line is rare that takes something out: all that is known is looked through.
void Variants::Forget(const std::string& words, Analyzer& analyzer) {
  by_words_.erase(words);
  const auto is_it = [&](absl::string_view text) {
    size_t count = 0;
    return WordsOf(text, analyzer, count) == words;
  };
  for (Found* const table : {&by_words_, &by_letters_}) {
    for (auto entry = table->begin(); entry != table->end();) {
      std::vector<std::string>& variants = entry->second;
      variants.erase(std::remove_if(variants.begin(), variants.end(), is_it), variants.end());
      const bool gone = variants.empty() || (table == &by_letters_ && is_it(entry->first));
      if (gone) {
        table->erase(entry++);
      } else {
        ++entry;
      }
    }
  }
}

}  // namespace dateline::text
