#include "indexer/extract/rules/byline.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/characters.h"

namespace dateline::extract {
namespace {

using article::Credit;
using article::Role;
using article::Source;
using base::CharacterReader;

constexpr size_t kMaxNameBytes = 80;
constexpr size_t kMaxNameWords = 5;
// A byline of text is a short line; a field may list many names.
constexpr size_t kMaxTextBylineBytes = 200;
constexpr size_t kMaxPeople = 30;

// Words in small letters that are part of names, in the languages that have them.
bool IsParticle(absl::string_view folded) {
  static constexpr absl::string_view kParticles[] = {
      "van", "von", "de",  "der",  "den", "da",  "di",   "do",   "dos", "das", "del", "della",
      "du",  "la",  "le",  "los",  "las", "el",  "al",   "bin",  "ibn", "ben", "abu", "af",
      "av",  "zu",  "zur", "zum",  "ter", "ten", "te",   "y",    "e",   "i",   "ou",  "vom",
      "ap",  "mac", "und", "dell", "d",   "l",   "bint", "ould", "ag",  "op",  "het", "'t"};
  return std::find(std::begin(kParticles), std::end(kParticles), folded) != std::end(kParticles);
}

// What may follow a name and is no part of it: "in Moscow", "for The Outlet".
bool IsPreposition(absl::string_view folded) {
  static constexpr absl::string_view kPrepositions[] = {
      "in", "for",  "at",  "from", "aus", "für", "pour", "para", "per", "via", "on",  "near", "dans", "à",  "desde",
      "is", "with", "mit", "avec", "con", "der", "en",   "i",    "w",   "bei", "bij", "voor", "til",  "för"};
  return std::find(std::begin(kPrepositions), std::end(kPrepositions), folded) != std::end(kPrepositions);
}

// Words that begin a phrase of furniture and no name, whatever capitals follow.
bool IsPhraseStart(absl::string_view folded) {
  static constexpr absl::string_view kStarts[] = {
      "artikel", "article",  "artículo", "articolo", "audio", "podcast", "newsletter", "foto",  "bild",
      "credit",  "source",   "quelle",   "fuente",   "share", "follow",  "print",      "the",   "in",
      "im",      "zur",      "zum",      "der",      "die",   "das",     "mit",        "auf",   "aus",
      "für",     "at",       "on",       "to",       "from",  "about",   "all",        "más",   "les",
      "los",     "las",      "une",      "un",       "en",    "et",      "und",        "and",   "or",
      "with",    "alle",     "neue",     "mehr",     "jetzt", "hier",    "more",       "new",   "your",
      "our",     "my",       "this",     "what",     "how",   "why",     "who",        "when",  "where",
      "is",      "aktuelle", "meine",    "unsere",   "ihr",   "ihre",    "nos",        "notre", "votre",
      "tu",      "su",       "a",        "an",       "no",    "read",    "see",        "view",  "watch",
      "listen",  "get",      "go",       "top",      "best",  "latest",  "breaking",   "photo", "image",
      "video"};
  return std::find(std::begin(kStarts), std::end(kStarts), folded) != std::end(kStarts);
}

bool IsNameSuffix(absl::string_view part) {
  static constexpr absl::string_view kSuffixes[] = {"Jr",  "Jr.",   "Sr",   "Sr.", "II", "III", "IV",  "MD", "M.D.",
                                                    "PhD", "Ph.D.", "Ph.D", "MBA", "MP", "RN",  "CFA", "DVM"};
  return std::find(std::begin(kSuffixes), std::end(kSuffixes), part) != std::end(kSuffixes);
}

// "Sun October" and "Am Edt" are what is left of a date.
bool IsOfCalendar(absl::string_view folded, const Lexicon& lexicon) {
  return lexicon.Weekday(folded) || lexicon.Month(folded) || lexicon.ZoneMinutes(folded) ||
         lexicon.Is(WordKind::kAm, folded) || lexicon.Is(WordKind::kPm, folded);
}

std::vector<absl::string_view> Words(absl::string_view text) {
  std::vector<absl::string_view> words;
  size_t begin = 0;
  CharacterReader reader(text);
  while (!reader.done()) {
    const size_t at = reader.at();
    if (!base::IsBlankCharacter(reader.Next())) continue;
    if (at > begin) words.push_back(text.substr(begin, at - begin));
    begin = reader.at();
  }
  if (begin < text.size()) words.push_back(text.substr(begin));
  return words;
}

absl::string_view LastWord(absl::string_view text) {
  const std::vector<absl::string_view> words = Words(text);
  return words.empty() ? absl::string_view() : words.back();
}

// Blanks and the signs that lists are made of, at both ends. A full stop stays: it may end an initial.
absl::string_view Trim(absl::string_view text) {
  for (;;) {
    const size_t before = text.size();
    text = absl::StripAsciiWhitespace(text);
    for (absl::string_view sign : {"\xC2\xA0",
                                   ",",
                                   ";",
                                   ":",
                                   "|",
                                   "/",
                                   "*",
                                   "-",
                                   "–",
                                   "—",
                                   "•",
                                   "·",
                                   "\"",
                                   "“",
                                   "”",
                                   "„",
                                   "«",
                                   "»",
                                   "(",
                                   ")",
                                   "[",
                                   "]",
                                   "\xE2\x80\x8B",
                                   "►",
                                   ">",
                                   "<"}) {
      absl::ConsumePrefix(&text, sign);
      absl::ConsumeSuffix(&text, sign);
    }
    if (text.size() == before) return text;
  }
}

struct Form {
  size_t letters = 0;
  size_t ideographs = 0;
  size_t digits = 0;
  bool has_bad_sign = false;  // one that no name holds
  bool begins_upper = false;
  bool begins_letter = false;
  bool caseless = false;  // begins with a letter of a script without cases
  bool has_lower = false;
};

Form FormOf(absl::string_view word) {
  Form form;
  CharacterReader reader(word);
  bool first = true;
  while (!reader.done()) {
    const char32_t c = reader.Next();
    if (base::IsDigit(c)) {
      ++form.digits;
    } else if (base::IsLetter(c)) {
      ++form.letters;
      if (base::IsIdeographic(c)) ++form.ideographs;
      if (first) {
        form.begins_letter = true;
        form.begins_upper = base::IsUpperCase(c);
        form.caseless = c >= 0x590 && (c < 0x1E00 || c > 0x1FFF);
      }
      if (!base::IsUpperCase(c)) form.has_lower = true;
    } else if (c != '.' && c != '-' && c != '\'' && c != 0x2019 && c != 0x2010 && c != 0x2011 && c != 0xB7 &&
               c != 0x30FB && c != 0x2018 && c != '`' && c != 0xB4 && c != 0xAD) {
      form.has_bad_sign = true;
    }
    first = false;
  }
  return form;
}

bool IsHostName(absl::string_view text) {
  const size_t dot = text.rfind('.');
  if (dot == absl::string_view::npos || dot < 2 || dot + 2 >= text.size() || text.size() - dot > 7) return false;
  return std::all_of(
             text.begin(), text.end(),
             [](char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-'; }) &&
         std::all_of(text.begin() + static_cast<ptrdiff_t>(dot) + 1, text.end(),
                     [](char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); });
}

bool IsAddress(absl::string_view text) {
  return absl::StrContains(text, "@") || absl::StrContains(text, "://") || absl::StartsWith(text, "www.") ||
         absl::StartsWith(text, "#");
}

// Whether a word of the name tells that it is none of a person.
bool HasDeskWord(absl::string_view text, const Lexicon& lexicon) {
  size_t length = 0;
  return lexicon.Find(WordKind::kDesk, FoldLine(text), &length) != absl::string_view::npos;
}

// "JANE O'NEILL-DOE" to "Jane O'Neill-Doe".
std::string Capitalised(absl::string_view name) {
  std::string text;
  bool inside = false;
  CharacterReader reader(name);
  while (!reader.done()) {
    const char32_t c = reader.Next();
    base::AppendUtf8(text, inside ? base::LowerCase(c) : c);
    inside = base::IsLetter(c);
  }
  return text;
}

class Reader {
 public:
  Reader(const Lexicon& lexicon, Trust trust, Role role, Source source, BylineReading& out)
      : lexicon_(lexicon), trust_(trust), default_role_(role), role_(role), source_(source), out_(out) {}

  void Read(absl::string_view text) {
    if (trust_ == Trust::kText && text.size() > kMaxTextBylineBytes) return;
    ReadList(trust_ == Trust::kText ? Unglue(text) : std::string(text));
    // A text names its desk for want of a writer; beside a writer it is furniture.
    const bool person =
        std::any_of(out_.people.begin(), out_.people.end(), [](const Credit& c) { return c.role != Role::kDesk; });
    if (trust_ == Trust::kText && person) {
      out_.people.erase(std::remove_if(out_.people.begin(), out_.people.end(),
                                       [](const Credit& c) { return c.role == Role::kDesk; }),
                        out_.people.end());
    }
  }

 private:
  // Scrapers lose the blank between two elements: "Jane DoeThe Outlet", "ByJane Doe". A capital behind a small letter
  // begins a new part, but in names such as McLeod.
  static std::string Unglue(absl::string_view text) {
    static constexpr absl::string_view kJoined[] = {"Mc", "Mac", "De", "Di", "Le", "La",  "Van", "Von", "Fitz", "Du",
                                                    "Da", "Del", "El", "Al", "Ka", "Ben", "Bin", "St",  "Ph"};
    std::string parts;
    size_t word = 0;
    char32_t before = ' ';
    CharacterReader reader(text);
    while (!reader.done()) {
      const size_t at = reader.at();
      const char32_t c = reader.Next();
      if (!base::IsLetter(c)) word = reader.at();
      const bool glued = base::IsUpperCase(c) && base::IsLetter(before) && !base::IsUpperCase(before) &&
                         at > word + 1 && !base::IsIdeographic(before) && before < 0x590;
      const absl::string_view head = text.substr(word, at - word);
      const bool intro = head == "by" || head == "By" || head == "von" || head == "Von";
      if (glued && std::find(std::begin(kJoined), std::end(kJoined), head) == std::end(kJoined) &&
          (intro || base::IsUpperCase(CharacterReader(head).Next()))) {
        parts.append(intro ? " " : " | ");
        word = at;
      }
      parts.append(text.data() + at, reader.at() - at);
      before = c;
    }
    return parts;
  }

  // Cuts at signs that end a group of names; each group may say what its names did.
  void ReadList(absl::string_view text) {
    size_t begin = 0;
    for (size_t at = 0; at <= text.size();) {
      const size_t sign = at == text.size() ? 1 : GroupSign(text, at);
      if (sign == 0) {
        ++at;
        continue;
      }
      ReadGroup(text.substr(begin, at - begin));
      at += sign;
      begin = at;
    }
  }

  // Length of a separator of groups at byte `at`; 0 when there is none.
  size_t GroupSign(absl::string_view text, size_t at) const {
    const absl::string_view rest = text.substr(at);
    for (absl::string_view sign : {";", "|", "\n", "•", "·", " - ", " – ", " — ", "\t", "，", "、", "／", "＝"}) {
      if (absl::StartsWith(rest, sign)) return sign.size();
    }
    // "Words: A. Pictures: B.": the next label begins a group.
    if (absl::StartsWith(rest, ". ")) {
      const std::string next = FoldLine(rest.substr(2));
      for (WordKind kind : {WordKind::kPhotographer, WordKind::kPhoto, WordKind::kEditing, WordKind::kBy}) {
        if (lexicon_.StartsWith(kind, next) > 2) return 2;
      }
    }
    // "srf/hosb" is one mark; "A. Petrov / B. Sidorova" are two names.
    if (absl::StartsWith(rest, " / ")) return 3;
    return 0;
  }

  void ReadGroup(absl::string_view group) {
    group = Trim(group);
    if (group.empty()) return;
    role_ = default_role_;
    place_cut_ = false;
    introduced_ = false;
    if (!IsNameSuffix(LastWord(group))) absl::ConsumeSuffix(&group, ".");
    bool introduced = true;
    while (introduced) {
      introduced = false;
      for (const auto& [kind, role] :
           {std::make_pair(WordKind::kContributor, Role::kContributor),
            std::make_pair(WordKind::kPhotographer, Role::kPhotographer),
            std::make_pair(WordKind::kReporting, Role::kWriter), std::make_pair(WordKind::kBy, default_role_)}) {
        const size_t length = IntroLength(kind, group);
        if (length == 0 || length >= group.size()) continue;
        role_ = role;
        group = Trim(group.substr(length));
        introduced = true;
        introduced_ = true;
      }
    }
    if (IntroLength(WordKind::kEditing, group) > 0) return;
    if (lexicon_.Is(WordKind::kBy, FoldLine(group))) return;  // nobody follows
    if (ReadWhole(group)) return;
    ReadParts(group);
  }

  // The bytes of `text` that a phrase of the kind takes at its start.
  size_t IntroLength(WordKind kind, absl::string_view text) const {
    const std::string folded = FoldLine(text);
    const size_t length = lexicon_.StartsWith(kind, folded);
    if (length == 0) return 0;
    // A name that begins with a word of this kind ("By" is one too) is not cut: something must follow it; and a
    // hyphen makes the word a part of a longer one ("Per-Erik").
    const size_t bytes = BytesOfFolded(text, length);
    return bytes < text.size() && text[bytes] == '-' ? 0 : bytes;
  }

  // How many bytes of `text` fold to the first `folded_bytes` bytes of its folded form.
  static size_t BytesOfFolded(absl::string_view text, size_t folded_bytes) {
    CharacterReader reader(text);
    while (!reader.done()) {
      reader.Next();
      if (FoldLine(text.substr(0, reader.at())).size() >= folded_bytes) return reader.at();
    }
    return text.size();
  }

  // A group that is, as a whole, an agency, an outlet or a desk, whatever commas it holds.
  bool ReadWhole(absl::string_view group) {
    // What stands behind "By" or between the names may be a button: "Anzeige", "Follow".
    if (lexicon_.Is(WordKind::kChrome, FoldLine(group))) return true;
    if (IsAddress(group)) return ReadAroundAddress(group);
    if (const std::string* agency = lexicon_.Agency(group)) {
      AddAgency(*agency, group);
      return true;
    }
    const Outlet* outlet = lexicon_.OutletByName(group);
    if (outlet != nullptr && outlet->trusted) {
      AddDesk(group);
      return true;
    }
    return false;
  }

  // "Jane Doe jane@example.org" is Jane Doe; "@janedoe" is nobody.
  bool ReadAroundAddress(absl::string_view group) {
    std::string kept;
    for (absl::string_view word : Words(group)) {
      if (!IsAddress(word)) absl::StrAppend(&kept, kept.empty() ? "" : " ", word);
    }
    if (!kept.empty()) ReadGroup(kept);
    return true;
  }

  // The Spanish and Catalan "y" and "i" also join the two family names of one person: "José Ortega y Gasset". A name
  // of two words stands on both sides of one that joins persons.
  static bool JoinsFamilyNames(absl::string_view before, const std::vector<absl::string_view>& words, size_t i) {
    if (words[i] != "y" && words[i] != "i") return false;
    const bool one_behind = i + 2 == words.size() ||
                            (i + 2 < words.size() && (absl::EndsWith(words[i + 1], ",") || words[i + 2] == words[i]));
    return one_behind && Words(before).size() >= 2;
  }

  // Cuts at commas and words for "and".
  void ReadParts(absl::string_view group) {
    std::vector<std::string> parts(1);
    const std::vector<absl::string_view> words = Words(group);
    for (size_t i = 0; i < words.size(); ++i) {
      const absl::string_view word = words[i];
      const std::string folded = FoldLine(word);
      if (JoinsFamilyNames(parts.back(), words, i)) {
        absl::StrAppend(&parts.back(), " ", word);
        continue;
      }
      if (folded == "&" || folded == "+" || (lexicon_.Is(WordKind::kAnd, folded) && !FormOf(word).begins_upper)) {
        parts.emplace_back();
        continue;
      }
      const bool ends = absl::EndsWith(word, ",");
      absl::StrAppend(&parts.back(), parts.back().empty() ? "" : " ", absl::StripSuffix(word, ","));
      if (ends) parts.emplace_back();
    }
    for (size_t i = 0; i < parts.size(); ++i) {
      if (i > 0 && IsNameSuffix(parts[i]) && !out_.people.empty()) {
        absl::StrAppend(&out_.people.back().name, ", ", parts[i]);
        continue;
      }
      ReadPart(parts[i]);
    }
  }

  void ReadPart(absl::string_view part) {
    part = Trim(part);
    const size_t by = IntroLength(WordKind::kBy, part);
    if (by > 0 && by < part.size()) part = Trim(part.substr(by));
    part = CutAgency(CutTitle(CutBrackets(part)));
    const bool after_place = std::exchange(place_cut_, false);
    part = CutPlace(CutTitle(part));
    // "A in Lima and San Telmo": what follows a place may be another one, if it has none itself.
    if (after_place && !place_cut_ && trust_ == Trust::kText) return;
    part = CutTitle(part);
    if (part.empty() || part.size() > kMaxNameBytes || IsAddress(part)) return;
    if (lexicon_.Is(WordKind::kChrome, FoldLine(part))) return;
    if (const std::string* agency = lexicon_.Agency(part)) return AddAgency(*agency, part);
    const Outlet* outlet = lexicon_.OutletByName(part);
    if (outlet != nullptr && outlet->trusted) return AddDesk(part);
    if (IsSlashed(part)) return ReadSlashed(part);
    const bool desk = HasDeskWord(part, lexicon_) || IsHostName(part);
    // Who contributes and is no person is a source: "With reporting by Norpress".
    if (role_ == Role::kContributor && (desk || IsSourceName(part))) {
      return AddAgency(FormOf(part).has_lower || part.size() <= 4 ? std::string(part) : Capitalised(part), part);
    }
    if (desk) return AddDesk(part);
    if (LooksLikePerson(part, lexicon_)) return AddPerson(part);
    if (trust_ == Trust::kSupplied) {
      if (!IsLabel(part)) AddOddName(part);
      return;
    }
    // "By TPN": initials of an outlet.
    const Form form = FormOf(part);
    if (introduced_ && !form.has_lower && !form.caseless && form.letters >= 3 && form.letters <= 5 &&
        form.letters == part.size()) {
      Add(part, Role::kDesk);
    }
  }

  // What stands beside a name on a page and was taken for one: "Minute Read", "Published", "Sun October".
  bool IsLabel(absl::string_view part) const {
    const std::string folded = FoldLine(part);
    const std::vector<absl::string_view> words = Words(part);
    return lexicon_.Is(WordKind::kReading, folded) || lexicon_.Is(WordKind::kPublished, folded) ||
           lexicon_.Is(WordKind::kUpdated, folded) ||
           std::all_of(words.begin(), words.end(),
                       [this](absl::string_view word) { return IsOfCalendar(FoldLine(word), lexicon_); });
  }

  // One capitalised word.
  static bool IsSourceName(absl::string_view part) {
    const Form form = FormOf(part);
    return Words(part).size() == 1 && form.begins_upper && form.digits == 0 && !form.has_bad_sign && form.letters > 2;
  }

  static bool IsSlashed(absl::string_view part) { return absl::StrContains(part, "/"); }

  // "dpa/jane" and "A. Petrov/B. Sidorova": persons and agencies on either side, else a mark of a desk.
  void ReadSlashed(absl::string_view part) {
    const size_t slash = part.find('/');
    const absl::string_view left = Trim(part.substr(0, slash));
    const absl::string_view right = Trim(part.substr(slash + 1));
    const auto known = [this](absl::string_view side) {
      return lexicon_.Agency(side) != nullptr || LooksLikePerson(side, lexicon_);
    };
    if (known(left) || known(right)) {
      ReadPart(left);
      ReadPart(right);
    } else if (trust_ == Trust::kSupplied) {
      AddDesk(part);
    }
  }

  // "Jane Doe (Reuters)": the bracket is a source, or nothing.
  absl::string_view CutBrackets(absl::string_view part) {
    const size_t open = part.find('(');
    if (open == absl::string_view::npos) return part;
    const size_t close = std::min(part.find(')', open), part.size());
    const absl::string_view inside = Trim(part.substr(open + 1, close - open - 1));
    // "(with AFP)"
    const std::vector<absl::string_view> words = Words(inside);
    const std::string first = words.size() == 2 ? FoldLine(words[0]) : "";
    const bool joined = !first.empty() && (IsPreposition(first) || lexicon_.Is(WordKind::kAnd, first));
    const absl::string_view source = joined ? words[1] : inside;
    if (const std::string* agency = lexicon_.Agency(source)) AddAgency(*agency, source);
    return Trim(part.substr(0, open));
  }

  // "Associated Press writer Jane Doe": the agency before the title.
  absl::string_view CutAgency(absl::string_view part) {
    const std::vector<absl::string_view> words = Words(part);
    for (size_t i = 1; i + 1 < words.size(); ++i) {
      const size_t at = static_cast<size_t>(words[i].data() - part.data());
      const std::string* agency = lexicon_.Agency(part.substr(0, at));
      if (agency == nullptr || lexicon_.StartsWith(WordKind::kTitle, FoldLine(part.substr(at))) == 0) continue;
      AddAgency(*agency, Trim(part.substr(0, at)));
      return part.substr(at);
    }
    return part;
  }

  // "Jane Doe in Moscow" to "Jane Doe". A name may hold the word, if a capital begins it.
  absl::string_view CutPlace(absl::string_view part) {
    const std::vector<absl::string_view> words = Words(part);
    for (size_t i = 1; i < words.size(); ++i) {
      const std::string folded = FoldLine(words[i]);
      const bool cuts =
          folded == "for" || (IsPreposition(folded) && !FormOf(words[i]).begins_upper && !IsParticle(folded));
      if (!cuts) continue;
      place_cut_ = true;
      return Trim(part.substr(0, static_cast<size_t>(words[i].data() - part.data())));
    }
    return part;
  }

  // A job before or behind the name: "Senior Reporter Jane Doe", "배윤경 기자".
  absl::string_view CutTitle(absl::string_view part) const {
    for (bool cut = true; cut && !part.empty();) {
      cut = false;
      const std::string folded = FoldLine(part);
      if (lexicon_.Is(WordKind::kTitle, folded)) return absl::string_view();
      const size_t front = lexicon_.StartsWith(WordKind::kTitle, folded);
      if (front > 0 && front < folded.size() && !FirstIsName(part, front)) {
        part = Trim(part.substr(BytesOfFolded(part, front)));
        cut = true;
        continue;
      }
      const std::vector<absl::string_view> words = Words(part);
      for (size_t i = 1; i < words.size() && !cut; ++i) {
        const size_t at = static_cast<size_t>(words[i].data() - part.data());
        const std::string tail = FoldLine(part.substr(at));
        const bool button = lexicon_.Is(WordKind::kChrome, tail) && LooksLikePerson(part.substr(0, at), lexicon_);
        if (!lexicon_.Is(WordKind::kTitle, tail) && !button) continue;
        part = Trim(part.substr(0, at));
        cut = true;
      }
    }
    return part;
  }

  // A title without a blank behind it is part of a longer word in scripts that set none.
  static bool FirstIsName(absl::string_view part, size_t folded_bytes) {
    const size_t bytes = BytesOfFolded(part, folded_bytes);
    return bytes < part.size() && !base::IsBlankCharacter(CharacterReader(part.substr(bytes)).Next()) &&
           part[bytes] != '.' && part[bytes] != ':';
  }

  void AddAgency(const std::string& canonical, absl::string_view printed) {
    const bool known = std::any_of(out_.agencies.begin(), out_.agencies.end(),
                                   [&](const AgencyCredit& a) { return a.credit.name == canonical; });
    if (known) return;
    const Role role = role_ == Role::kContributor ? Role::kContributor : Role::kOrigin;
    out_.agencies.push_back(AgencyCredit{Credit{canonical, role, source_}, std::string(printed)});
  }

  // Of a text, a desk is believed when it is a known outlet, a host, or a few capitalised words.
  void AddDesk(absl::string_view name) {
    if (trust_ == Trust::kText && lexicon_.OutletByName(name) == nullptr && !IsHostName(name)) {
      const std::vector<absl::string_view> words = Words(name);
      const bool capitalised = std::all_of(words.begin(), words.end(), [](absl::string_view word) {
        const Form form = FormOf(word);
        return form.digits == 0 && !form.has_bad_sign && (form.begins_upper || form.caseless || form.letters <= 3);
      });
      if (words.size() < 2 || words.size() > 4 || !capitalised || IsPhraseStart(FoldLine(words.front()))) return;
    }
    Add(name, Role::kDesk);
  }
  void AddPerson(absl::string_view name) {
    // "Jane Doe Jane Doe": the name of the picture and the name beside it.
    const size_t half = name.size() / 2;
    if (name.size() % 2 == 1 && name[half] == ' ' && name.substr(0, half) == name.substr(half + 1)) {
      name = name.substr(0, half);
    }
    Add(name, role_);
  }

  // A field names somebody in an odd way: one word, small letters, a mark. What looks like a name is one.
  void AddOddName(absl::string_view name) {
    const std::vector<absl::string_view> words = Words(name);
    const bool wordy = words.size() <= kMaxNameWords && std::all_of(words.begin(), words.end(), [](auto word) {
                         const Form form = FormOf(word);
                         return form.letters > 0 && form.digits == 0 && !form.has_bad_sign;
                       });
    if (!wordy) return;
    const Form form = FormOf(name);
    Add(name, words.size() == 1 && form.ideographs == 0 ? Role::kDesk : role_);
  }

  void Add(absl::string_view name, Role role) {
    std::string clean;
    for (absl::string_view word : Words(name)) absl::StrAppend(&clean, clean.empty() ? "" : " ", word);
    if (role != Role::kDesk && Words(clean).size() > 1 && !FormOf(clean).has_lower && !FormOf(clean).caseless)
      clean = Capitalised(clean);
    const std::string folded = FoldLine(clean);
    const bool known = std::any_of(out_.people.begin(), out_.people.end(),
                                   [&](const Credit& c) { return FoldLine(c.name) == folded; });
    if (known || clean.empty() || out_.people.size() >= kMaxPeople) return;
    out_.people.push_back(Credit{std::move(clean), role, source_});
  }

  const Lexicon& lexicon_;
  const Trust trust_;
  const Role default_role_;
  Role role_;                // of the group that is being read
  bool introduced_ = false;  // a "By" stands before the group
  bool place_cut_ = false;   // the part before had a place: "A in Lima"
  const Source source_;
  BylineReading& out_;
};

}  // namespace

BylineReading ReadByline(absl::string_view text, const Lexicon& lexicon, Trust trust, Role role, Source source) {
  BylineReading reading;
  Reader(lexicon, trust, role, source, reading).Read(text);
  return reading;
}

bool LooksLikePerson(absl::string_view text, const Lexicon& lexicon) {
  text = Trim(text);
  if (text.empty() || text.size() > kMaxNameBytes) return false;
  const std::vector<absl::string_view> words = Words(text);
  const Form whole = FormOf(text);
  if (whole.digits > 0) return false;
  // Names in Han, Kana or Hangul have two to six characters, with or without a blank inside.
  if (whole.ideographs > 0) {
    if (lexicon.Is(WordKind::kChrome, FoldLine(text))) return false;
    return whole.ideographs == whole.letters && whole.letters >= 2 && whole.letters <= 6 && words.size() <= 2 &&
           !HasDeskWord(text, lexicon);
  }
  if (words.size() < 2 || words.size() > kMaxNameWords || IsPhraseStart(FoldLine(words.front()))) return false;
  if (FormOf(words.back()).letters < 2) return false;
  size_t capitals = 0;
  size_t full = 0;  // words that are more than an initial
  for (size_t i = 0; i < words.size(); ++i) {
    const Form form = FormOf(words[i]);
    if (form.letters == 0 || form.has_bad_sign || !form.begins_letter) {
      // A nickname or a quote inside a name is rare and risky; an apostrophe may begin a particle.
      return false;
    }
    const std::string folded = FoldLine(words[i]);
    const bool particle = !form.begins_upper && !form.caseless && (IsParticle(folded) || form.letters <= 1);
    if (!form.begins_upper && !form.caseless && !particle) {
      // "al-Masri", "d'Angelo" and "uMhlongo" have their capital inside.
      if (!FormOf(words[i].substr(1)).has_lower && form.letters > 2) return false;
      const bool capital_inside = std::any_of(words[i].begin() + 1, words[i].end(), [](char c) {
        return absl::ascii_isupper(static_cast<unsigned char>(c));
      });
      if (!capital_inside) return false;
    }
    if (particle && i + 1 == words.size()) return false;
    if (!particle) ++capitals;
    if (form.letters > 1 && !particle) ++full;
    if (i + 1 < words.size() && absl::EndsWith(words[i], ".") && form.letters > 3) return false;  // a sentence ends
  }
  if (capitals < 2 && !(capitals == 1 && words.size() > 2)) return false;
  if (full == 0) return false;
  const std::string folded = FoldLine(text);
  if (lexicon.Is(WordKind::kChrome, folded) || lexicon.StartsWith(WordKind::kChromeStart, folded) > 0) return false;
  if (lexicon.Is(WordKind::kTail, folded) || lexicon.Is(WordKind::kLeadIn, folded)) return false;
  if (lexicon.Is(WordKind::kReading, folded)) return false;
  if (std::all_of(words.begin(), words.end(),
                  [&](absl::string_view word) { return IsOfCalendar(FoldLine(word), lexicon); })) {
    return false;
  }
  for (absl::string_view word : words) {
    const std::string one = FoldLine(absl::StripSuffix(word, "."));
    if (lexicon.Is(WordKind::kDesk, one)) return false;
  }
  return !HasDeskWord(text, lexicon) && lexicon.Agency(text) == nullptr;
}

}  // namespace dateline::extract
