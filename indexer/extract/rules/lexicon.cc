#include "indexer/extract/rules/lexicon.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/characters.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "indexer/extract/rules/tables.h"

namespace dateline::extract {
namespace {

// Agency aliases up to this long are words of many languages and match only as written.
constexpr size_t kMaxShortAgency = 3;

// Longer phrases are a mistake of the table; an Openings counts bytes in eight bits.
constexpr size_t kMaxPhraseBytes = 200;

constexpr uint32_t BitOf(WordKind kind) { return uint32_t{1} << static_cast<uint32_t>(kind); }

bool IsWordCharacter(char32_t c) { return base::IsLetter(c) || base::IsDigit(c); }

// The character that begins at or after byte `at`; 0 at the end.
char32_t CharacterAt(absl::string_view text, size_t at) {
  return at < text.size() ? base::CharacterReader(text.substr(at)).Next() : 0;
}

// The first word of a folded text, or its first character where that is no letter or stands for a word by itself.
absl::string_view FirstWord(absl::string_view text) {
  size_t end = 0;
  while (end < text.size() && absl::ascii_isalnum(static_cast<unsigned char>(text[end]))) ++end;
  if (end > 0 && (end == text.size() || static_cast<unsigned char>(text[end]) < 0x80)) return text.substr(0, end);
  base::CharacterReader reader(text);
  end = 0;
  while (!reader.done()) {
    const char32_t c = reader.Next();
    const bool single = !IsWordCharacter(c) || base::IsIdeographic(c);
    if (single && end > 0) break;
    end = reader.at();
    if (single) break;
  }
  return text.substr(0, end);
}

// Whether a phrase that ends at byte `end` of `text` ends a word there.
bool EndsWord(absl::string_view text, size_t end) {
  if (end >= text.size() || end == 0) return true;
  const char32_t next = CharacterAt(text, end);
  if (!IsWordCharacter(next) || base::IsIdeographic(next)) return true;
  size_t last = end - 1;
  while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xC0) == 0x80) --last;
  return !IsWordCharacter(CharacterAt(text, last));
}

absl::optional<WordKind> KindOf(absl::string_view name) {
  static constexpr std::pair<absl::string_view, WordKind> kKinds[] = {
      {"by", WordKind::kBy},
      {"and", WordKind::kAnd},
      {"contributor", WordKind::kContributor},
      {"reporting", WordKind::kReporting},
      {"editing", WordKind::kEditing},
      {"photo", WordKind::kPhoto},
      {"photographer", WordKind::kPhotographer},
      {"desk", WordKind::kDesk},
      {"title", WordKind::kTitle},
      {"published", WordKind::kPublished},
      {"updated", WordKind::kUpdated},
      {"chrome", WordKind::kChrome},
      {"chrome_start", WordKind::kChromeStart},
      {"tail", WordKind::kTail},
      {"note", WordKind::kNote},
      {"lead_in", WordKind::kLeadIn},
      {"reading", WordKind::kReading},
      {"relative", WordKind::kRelative},
      {"oclock", WordKind::kOclock},
      {"section", WordKind::kSection},
      {"masthead", WordKind::kMasthead},
      {"promotion", WordKind::kPromotion},
      {"ampm:am", WordKind::kAm},
      {"ampm:pm", WordKind::kPm},
  };
  for (const auto& [text, kind] : kKinds) {
    if (name == text) return kind;
  }
  return absl::nullopt;
}

// "+09:00" to 540.
absl::optional<int> OffsetMinutes(absl::string_view text) {
  int hours = 0;
  int minutes = 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' ||
      !absl::SimpleAtoi(text.substr(1, 2), &hours) || !absl::SimpleAtoi(text.substr(4, 2), &minutes)) {
    return absl::nullopt;
  }
  return (hours * 60 + minutes) * (text[0] == '-' ? -1 : 1);
}

// Calls `read` with the fields of each line that is no comment; it returns false for a line it does not understand.
template <typename ReadLine>
absl::Status ForEachLine(absl::string_view table, absl::string_view name, ReadLine read) {
  size_t number = 0;
  for (absl::string_view line : absl::StrSplit(table, '\n')) {
    ++number;
    absl::ConsumeSuffix(&line, "\r");
    if (absl::StripAsciiWhitespace(line).empty() || absl::StartsWith(line, "#")) continue;
    const std::vector<absl::string_view> fields = absl::StrSplit(line, '\t');
    if (!base::IsValidUtf8(line) || !read(fields)) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ", line ", number, ": not of the form that the head of the shipped table describes: ",
                       base::IsValidUtf8(line) ? line : "(not UTF-8)"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string FoldLine(absl::string_view text) {
  // No character grows but for a few that become lower case in another block, by a byte at most.
  std::string folded(text.size() + text.size() / 2 + 4, '\0');
  char* out = folded.data();
  const auto blank = [&] {
    if (out != folded.data() && out[-1] != ' ') *out++ = ' ';
  };
  const auto copy = [&](absl::string_view bytes) {
    for (const char c : bytes) *out++ = c;
  };
  for (size_t at = 0; at < text.size();) {
    const unsigned char byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      ++at;
      if (byte > ' ') {
        *out++ = static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + 0x20 : byte);
      } else {
        blank();
      }
      continue;
    }
    base::CharacterReader reader(text.substr(at));
    const char32_t c = reader.Next();
    const absl::string_view bytes = text.substr(at, reader.at());
    at += reader.at();
    const char32_t low = base::LowerCase(c);
    if (base::IsBlankCharacter(c)) {
      blank();
    } else if (c == 0x2018 || c == 0x2019 || c == 0x201B || c == 0x2BC) {
      *out++ = '\'';
    } else if (c == 0x201C || c == 0x201D || c == 0x201E) {
      *out++ = '"';
    } else if (c == 0xFF1A) {
      *out++ = ':';
    } else if (c == 0xAD || c == 0x200C || c == 0x200D) {
      continue;  // soft hyphens and joiners
    } else if (low == c) {
      copy(bytes);
    } else {
      std::string lower;
      base::AppendUtf8(lower, low);
      copy(lower);
    }
  }
  if (out != folded.data() && out[-1] == ' ') --out;
  folded.resize(static_cast<size_t>(out - folded.data()));
  return folded;
}

const Lexicon& Lexicon::Shipped() {
  static const Lexicon* const lexicon = [] {
    auto* const made = new Lexicon();
    // The tables are part of the program: one that cannot be read is a fault of the build, which must not go unseen.
    for (const absl::Status& status :
         {made->AddWords(kWordsTable, "words.tsv"), made->AddAgencies(kAgenciesTable, "agencies.tsv"),
          made->AddOutlets(kOutletsTable, "outlets.tsv")}) {
      if (status.ok()) continue;
      std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
      std::abort();
    }
    return made;
  }();
  return *lexicon;
}

absl::StatusOr<std::unique_ptr<const Lexicon>> Lexicon::WithTables(const std::string& directory) {
  auto lexicon = std::make_unique<Lexicon>(Shipped());
  using Adder = absl::Status (Lexicon::*)(absl::string_view, absl::string_view);
  static constexpr std::pair<absl::string_view, Adder> kTables[] = {
      {"words.tsv", &Lexicon::AddWords},
      {"agencies.tsv", &Lexicon::AddAgencies},
      {"outlets.tsv", &Lexicon::AddOutlets},
  };
  size_t found = 0;
  for (const auto& [name, add] : kTables) {
    const std::string path = base::JoinPath(directory, std::string(name));
    if (!base::Exists(path)) continue;
    DL_ASSIGN_OR_RETURN(const std::string table, base::ReadFile(path));
    DL_RETURN_IF_ERROR(((*lexicon).*add)(table, path));
    ++found;
  }
  if (found == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(directory, ": holds none of words.tsv, agencies.tsv and outlets.tsv"));
  }
  return std::unique_ptr<const Lexicon>(std::move(lexicon));
}

absl::Status Lexicon::AddWords(absl::string_view table, absl::string_view name) {
  return ForEachLine(table, name, [this](const std::vector<absl::string_view>& fields) {
    if (fields.size() != 3) return false;
    const std::string phrase = FoldLine(fields[2]);
    if (phrase.empty()) return false;
    absl::string_view kind = fields[0];
    int value = 0;
    if (absl::ConsumePrefix(&kind, "month:")) {
      return absl::SimpleAtoi(kind, &value) && value >= 1 && value <= 12 && ((months_[phrase] = value), true);
    }
    if (absl::ConsumePrefix(&kind, "weekday:")) {
      return absl::SimpleAtoi(kind, &value) && value >= 1 && value <= 7 && ((weekdays_[phrase] = value), true);
    }
    if (absl::ConsumePrefix(&kind, "zone:")) {
      const absl::optional<int> minutes = OffsetMinutes(kind);
      return minutes.has_value() && ((zones_[phrase] = *minutes), true);
    }
    const absl::optional<WordKind> known = KindOf(kind);
    if (!known) return false;
    if (phrase.size() > kMaxPhraseBytes) return false;
    phrases_[phrase] |= BitOf(*known);
    first_words_[FirstWord(phrase)] |= BitOf(*known);
    return true;
  });
}

absl::Status Lexicon::AddAgencies(absl::string_view table, absl::string_view name) {
  return ForEachLine(table, name, [this](const std::vector<absl::string_view>& fields) {
    absl::string_view canonical = fields[0];
    const bool may_be_outlet = absl::ConsumePrefix(&canonical, "@");
    if (canonical.empty()) return false;
    for (size_t i = 0; i < fields.size(); ++i) {
      const absl::string_view alias = i == 0 ? canonical : absl::StripAsciiWhitespace(fields[i]);
      if (alias.empty()) continue;
      const AgencyName agency{std::string(canonical), may_be_outlet};
      if (alias.size() <= kMaxShortAgency) {
        short_agencies_[alias] = agency;
      } else {
        agencies_[FoldLine(alias)] = agency;
      }
    }
    return true;
  });
}

absl::Status Lexicon::AddOutlets(absl::string_view table, absl::string_view name) {
  // Within a table the first line with an alias counts; a table beats those before it.
  absl::flat_hash_map<std::string, Outlet> outlets;
  const absl::Status status = ForEachLine(table, name, [&](const std::vector<absl::string_view>& fields) {
    if (fields.size() < 2 || fields[0].empty()) return false;
    const std::string canonical(fields[0]);
    outlets[FoldLine(canonical)] = Outlet{canonical, true};
    for (absl::string_view host : absl::StrSplit(fields[1], ',', absl::SkipWhitespace())) {
      hosts_[FoldLine(host)] = Outlet{canonical, true};
    }
    for (size_t i = 2; i < fields.size(); ++i) {
      absl::string_view alias = absl::StripAsciiWhitespace(fields[i]);
      const bool trusted = !absl::ConsumePrefix(&alias, "?");
      if (alias.empty()) continue;
      // "?" before the outlet's own name: a word of the language too.
      if (alias == canonical) outlets[FoldLine(alias)].trusted = trusted;
      outlets.try_emplace(FoldLine(alias), Outlet{canonical, trusted});
    }
    return true;
  });
  for (auto& [alias, outlet] : outlets) outlets_[alias] = std::move(outlet);
  return status;
}

template <typename Visit>
void Lexicon::ForEachOpening(absl::string_view folded, Kinds wanted, Visit visit) const {
  const absl::string_view first = FirstWord(folded);
  const auto known = first_words_.find(first);
  if (known == first_words_.end() || (known->second & wanted) == 0) return;
  // A phrase ends where a word ends, or behind a sign.
  const absl::string_view reach = folded.substr(0, kMaxPhraseBytes + 1);
  size_t end = first.size();
  while (end > 0 && end <= kMaxPhraseBytes) {
    if (EndsWord(folded, end)) {
      const auto phrase = phrases_.find(folded.substr(0, end));
      if (phrase != phrases_.end() && (phrase->second & wanted) != 0) visit(end, phrase->second & wanted);
    }
    if (end >= reach.size()) break;
    // One step: the rest of a word, or one character that is none.
    const size_t step = FirstWord(folded.substr(end)).size();
    if (step == 0) break;
    end += step;
  }
}

Openings Lexicon::Look(absl::string_view folded) const {
  Openings openings;
  ForEachOpening(folded, ~Kinds{0}, [&](size_t bytes, Kinds kinds) {
    for (size_t kind = 0; kind < static_cast<size_t>(WordKind::kCount); ++kind) {
      if ((kinds >> kind & 1) != 0) openings.length[kind] = static_cast<uint8_t>(bytes);
    }
    if (bytes == folded.size()) openings.whole = kinds;
  });
  return openings;
}

bool Lexicon::Is(WordKind kind, absl::string_view folded) const {
  const auto found = phrases_.find(folded);
  return found != phrases_.end() && (found->second & BitOf(kind)) != 0;
}

size_t Lexicon::StartsWith(WordKind kind, absl::string_view folded) const {
  size_t longest = 0;
  ForEachOpening(folded, BitOf(kind), [&](size_t bytes, Kinds) { longest = bytes; });
  return longest;
}

template <typename Visit>
void Lexicon::ForEachWordStart(absl::string_view folded, Visit visit) {
  bool after_word = false;
  for (size_t at = 0; at < folded.size();) {
    const unsigned char byte = static_cast<unsigned char>(folded[at]);
    size_t length = 1;
    bool in_word = absl::ascii_isalnum(byte);
    bool starts = !in_word || !after_word;
    if (byte >= 0x80) {
      base::CharacterReader reader(folded.substr(at));
      const char32_t c = reader.Next();
      length = reader.at();
      in_word = IsWordCharacter(c) && !base::IsIdeographic(c);
      starts = !in_word || !after_word;
    }
    if (starts && byte != ' ' && !visit(at)) return;
    after_word = in_word;
    at += length;
  }
}

size_t Lexicon::Find(WordKind kind, absl::string_view folded, size_t* length) const {
  size_t found = absl::string_view::npos;
  *length = 0;
  ForEachWordStart(folded, [&](size_t at) {
    *length = StartsWith(kind, folded.substr(at));
    if (*length > 0) found = at;
    return *length == 0;
  });
  return found;
}

uint32_t Lexicon::LookInside(absl::string_view folded) const {
  Kinds inside = 0;
  ForEachWordStart(folded, [&](size_t at) {
    ForEachOpening(folded.substr(at), ~inside, [&](size_t, Kinds kinds) { inside |= kinds; });
    return true;
  });
  return inside;
}

namespace {

absl::optional<int> NumberOf(const absl::flat_hash_map<std::string, int>& map, absl::string_view word) {
  const auto found = map.find(word);
  return found == map.end() ? absl::nullopt : absl::make_optional(found->second);
}

}  // namespace

absl::optional<int> Lexicon::Month(absl::string_view folded_word) const { return NumberOf(months_, folded_word); }
absl::optional<int> Lexicon::Weekday(absl::string_view folded_word) const { return NumberOf(weekdays_, folded_word); }
absl::optional<int> Lexicon::ZoneMinutes(absl::string_view folded_word) const {
  return NumberOf(zones_, folded_word);
}

const std::string* Lexicon::Agency(absl::string_view name, bool* may_be_outlet) const {
  name = absl::StripAsciiWhitespace(name);
  const bool is_short = name.size() <= kMaxShortAgency;
  const auto& map = is_short ? short_agencies_ : agencies_;
  const auto found = is_short ? map.find(name) : map.find(FoldLine(name));
  if (found == map.end()) return nullptr;
  if (may_be_outlet != nullptr) *may_be_outlet = found->second.may_be_outlet;
  return &found->second.canonical;
}

const Outlet* Lexicon::OutletByName(absl::string_view name) const {
  const auto found = outlets_.find(FoldLine(name));
  return found == outlets_.end() ? nullptr : &found->second;
}

const Outlet* Lexicon::OutletByHost(absl::string_view host) const {
  std::string folded = FoldLine(host);
  absl::string_view rest = folded;
  while (!rest.empty()) {
    const auto found = hosts_.find(rest);
    if (found != hosts_.end()) return &found->second;
    const size_t dot = rest.find('.');
    if (dot == absl::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  return nullptr;
}

}  // namespace dateline::extract
