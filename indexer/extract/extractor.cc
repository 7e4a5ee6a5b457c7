#include "indexer/extract/extractor.h"

#include <simdjson.h>

#include <algorithm>
#include <initializer_list>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/text/charset.h"
#include "core/text/language_detector.h"
#include "indexer/extract/feed_item.h"
#include "indexer/extract/html/html_reader.h"
#include "indexer/extract/rules/byline.h"
#include "indexer/extract/rules/date_parser.h"
#include "indexer/extract/rules/wire_rules.h"
#include "indexer/extract/text/text_lines.h"
#include "indexer/extract/text/text_reader.h"

namespace dateline::extract {
namespace {

using article::Article;
using article::Credit;
using article::Role;
using article::Source;
using ingest::Record;
using simdjson::dom::element;
using simdjson::dom::object;
using Aliases = std::initializer_list<absl::string_view>;

const Aliases kId = {"id"};
const Aliases kUrl = {"url", "link"};
const Aliases kHeadline = {"headline", "title", "name"};
const Aliases kBody = {"body", "text", "articleBody", "content"};
const Aliases kDeck = {"deck", "subtitle", "subheadline"};
const Aliases kCaption = {"caption"};
const Aliases kByline = {"byline", "author", "authors", "creator", "by"};
const Aliases kOutlet = {"outlet", "source", "publisher"};
const Aliases kAgency = {"agency", "agencies", "wire"};
const Aliases kDateline = {"dateline"};
const Aliases kPublished = {"published", "datePublished", "publish_date", "published_at", "date", "pubDate"};
const Aliases kSection = {"section", "category"};
const Aliases kLang = {"lang", "language", "inLanguage"};

const Aliases kSettable = {"outlet", "agency", "byline", "section", "lang", "published"};

void AddNote(Article& article, absl::string_view note) { article.notes.emplace_back(note); }

// The host of a URL, or of what is written like one: "www.example.org"; "" for anything else.
absl::string_view HostOf(absl::string_view text) {
  const size_t scheme = text.find("://");
  if (scheme != absl::string_view::npos) text.remove_prefix(scheme + 3);
  text = text.substr(0, text.find_first_of("/?#:"));
  const bool host = text.find('.') != absl::string_view::npos && text.find(' ') == absl::string_view::npos &&
                    text.find('@') == absl::string_view::npos && text.back() != '.';
  return host ? text : absl::string_view();
}

// "CLEVELAND, Feb 26" to "CLEVELAND": the day in a dateline is no part of the place.
std::string DatelinePlace(absl::string_view dateline) {
  const size_t comma = dateline.rfind(',');
  if (comma == absl::string_view::npos) return std::string(dateline);
  const absl::string_view tail = dateline.substr(comma + 1);
  const bool has_digit = std::any_of(tail.begin(), tail.end(),
                                     [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
  return std::string(absl::StripAsciiWhitespace(has_digit ? dateline.substr(0, comma) : dateline));
}

// "en-GB" and "EN_us" to "en"; "" when it is no language code, as in "English".
std::string LanguageCode(absl::string_view lang) {
  lang = absl::StripAsciiWhitespace(lang);
  lang = lang.substr(0, lang.find_first_of("-_"));
  const bool letters = std::all_of(lang.begin(), lang.end(),
                                   [](char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); });
  return letters && (lang.size() == 2 || lang.size() == 3) ? absl::AsciiStrToLower(lang) : "";
}

// The name under which an outlet counts: by the table of aliases, by its host, else as supplied.
std::string CanonicalOutlet(absl::string_view supplied, const Lexicon& lexicon) {
  supplied = absl::StripAsciiWhitespace(supplied);
  const Outlet* known = lexicon.OutletByName(supplied);
  if (known == nullptr || !known->trusted) known = lexicon.OutletByHost(HostOf(supplied));
  if (known != nullptr) return known->name;
  // "www.example.org" and "example.org" are one.
  const bool host = absl::StartsWith(supplied, "www.") && HostOf(supplied) == supplied;
  return host ? absl::AsciiStrToLower(absl::StripPrefix(supplied, "www.")) : std::string(supplied);
}

AgencyCredit SuppliedAgency(absl::string_view name, const Lexicon& lexicon, Source source) {
  name = absl::StripAsciiWhitespace(name);
  const std::string* known = lexicon.Agency(name);
  return AgencyCredit{Credit{known != nullptr ? *known : std::string(name), Role::kOrigin, source},
                      std::string(name)};
}

// Reads fields of one JSON object into an article. A field of the wrong type is noted, not guessed at.
class FieldReader {
 public:
  FieldReader(const object& fields, const Lexicon& lexicon, Extraction& out)
      : fields_(fields), lexicon_(lexicon), out_(out), article_(out.article) {}

  // Fields that are there replace what the article has.
  void ReadAll() {
    ReadText(kId, article_.id);
    ReadText(kUrl, article_.url);
    if (ReadText(kHeadline, article_.headline)) article_.headline_source = Source::kFeed;
    std::string body;
    if (ReadText(kBody, body)) article_.body = UnwrapLines(body);
    ReadText(kDeck, article_.deck);
    ReadText(kCaption, article_.caption);
    if (ReadText(kOutlet, article_.outlet)) {
      article_.outlet = CanonicalOutlet(article_.outlet, lexicon_);
      article_.outlet_source = Source::kFeed;
    }
    ReadText(kSection, article_.section);
    std::string lang;
    if (ReadText(kLang, lang)) {
      article_.lang = LanguageCode(lang);
      if (article_.lang.empty()) {
        AddNote(article_, absl::StrCat("\"", lang, "\" is no language code and was left out"));
      } else {
        Prove("lang", article_.lang, "supplied");
      }
    }
    ReadBylines();
    ReadAgencies();
    std::string dateline;
    if (ReadText(kDateline, dateline)) article_.dateline = DatelinePlace(dateline);
    ReadPublication();
  }

 private:
  // The first alias whose value is neither missing, null nor "".
  absl::optional<std::pair<absl::string_view, element>> Find(Aliases aliases) const {
    for (absl::string_view alias : aliases) {
      element value;
      if (fields_.at_key(std::string_view(alias.data(), alias.size())).get(value) != simdjson::SUCCESS) continue;
      std::string_view text;
      if (value.is_null() || (value.get(text) == simdjson::SUCCESS && IsBlank(text))) continue;
      return std::make_pair(alias, value);
    }
    return absl::nullopt;
  }

  static bool IsBlank(std::string_view text) {
    return absl::StripAsciiWhitespace(absl::string_view(text.data(), text.size())).empty();
  }

  // A string or number as text; for an object its "name"; for a list its readable members, one a line.
  static bool TextOf(const element& value, std::string& text) {
    std::string_view view;
    int64_t number = 0;
    uint64_t large = 0;
    if (value.get(view) == simdjson::SUCCESS) {
      text.assign(view.data(), view.size());
      return true;
    }
    if (value.get(number) == simdjson::SUCCESS) {
      text = absl::StrCat(number);
      return true;
    }
    if (value.get(large) == simdjson::SUCCESS) {
      text = absl::StrCat(large);
      return true;
    }
    if (value.is_object())
      return value["name"].get(view) == simdjson::SUCCESS && (text.assign(view.data(), view.size()), true);
    simdjson::dom::array list;
    if (value.get(list) != simdjson::SUCCESS) return false;
    std::vector<std::string> members;
    for (const element member : list) {
      std::string member_text;
      if (member.is_array() || !TextOf(member, member_text)) return false;
      members.push_back(std::move(member_text));
    }
    text = absl::StrJoin(members, "\n");
    return !members.empty();
  }

  bool ReadText(Aliases aliases, std::string& text) {
    const auto found = Find(aliases);
    if (!found) return false;
    std::string value;
    if (!TextOf(found->second, value)) {
      AddNote(article_, absl::StrCat("the field \"", found->first, "\" holds no text and was left out"));
      return false;
    }
    text = std::move(value);
    return true;
  }

  void ReadBylines() {
    std::string names;
    if (!ReadText(kByline, names)) return;
    BylineReading reading = ReadByline(names, lexicon_, Trust::kSupplied, Role::kWriter, Source::kFeed);
    article_.bylines = std::move(reading.people);
    for (const Credit& credit : article_.bylines) Prove("byline", credit.name);
    AddAgencies(std::move(reading.agencies));
  }

  void ReadAgencies() {
    std::string names;
    if (!ReadText(kAgency, names)) return;
    article_.agencies.clear();
    std::vector<AgencyCredit> agencies;
    for (absl::string_view name : absl::StrSplit(names, absl::ByAnyChar("\n,;"), absl::SkipWhitespace())) {
      agencies.push_back(SuppliedAgency(name, lexicon_, Source::kFeed));
    }
    AddAgencies(std::move(agencies));
  }

  void AddAgencies(std::vector<AgencyCredit> agencies) {
    for (AgencyCredit& agency : agencies) {
      Prove("agency", agency.as_printed).canonical = agency.credit.name;
      article_.agencies.push_back(std::move(agency.credit));
    }
  }

  Evidence& Prove(absl::string_view field, absl::string_view value, absl::string_view rule = "field of the record") {
    return AddEvidence(out_, field, value, rule, Source::kFeed);
  }

  void ReadPublication() {
    const auto found = Find(kPublished);
    if (!found) return;
    int64_t seconds = 0;
    std::string text;
    absl::optional<ParsedDate> date;
    if (found->second.get(seconds) == simdjson::SUCCESS) {
      date = DateFromNumber(seconds);
      text = absl::StrCat(seconds);
    } else if (TextOf(found->second, text)) {
      date = ParseDate(text);
    }
    if (!date) {
      AddNote(article_, absl::StrCat("the date \"", text, "\" in \"", found->first, "\" was not understood"));
      return;
    }
    if (date->time_ignored) AddNote(article_, absl::StrCat("only the day of the date \"", text, "\" was understood"));
    article_.publication = date->publication;
    article_.publication.source = Source::kFeed;
  }

  const object& fields_;
  const Lexicon& lexicon_;
  Extraction& out_;
  Article& article_;
};

// What a story carries in its headline and before its first sentence, whatever it was read from: the marks of its
// version are cut, and the dateline tells place and source where nothing better did.
void ReadWireMarks(const Lexicon& lexicon, Extraction& out) {
  Article& a = out.article;
  const auto prove = [&out](absl::string_view field, absl::string_view value, absl::string_view rule) -> Evidence& {
    return AddEvidence(out, field, value, rule, Source::kText);
  };
  const size_t marks = ReadVersionMarks(a.headline, a.version);
  if (marks > 0) {
    prove("version", absl::string_view(a.headline).substr(0, marks), "marks before the headline");
    a.headline.erase(0, marks);
  }
  const absl::string_view first = absl::string_view(a.body).substr(0, a.body.find('\n'));
  const Dateline dateline = ReadDateline(first, lexicon, /*colon_form=*/false);
  if (dateline.length == 0) return;
  if (a.dateline.empty() && !dateline.place.empty()) {
    a.dateline = dateline.place;
    prove("dateline", a.dateline, "before the first sentence");
  }
  if (a.agencies.empty()) {
    for (const AgencyCredit& agency : dateline.agencies) {
      a.agencies.push_back(agency.credit);
      prove("agency", agency.as_printed, "dateline, before the first sentence").canonical = agency.credit.name;
    }
  }
}

// The charset that the bytes themselves declare near their beginning: <meta charset=...>, <?xml encoding=...>.
absl::string_view DeclaredCharset(absl::string_view bytes) {
  constexpr size_t kReach = 4096;
  const absl::string_view head = bytes.substr(0, kReach);
  for (absl::string_view name : {"charset=", "encoding="}) {
    const size_t at = head.find(name);
    if (at == absl::string_view::npos) continue;
    absl::string_view value = head.substr(at + name.size());
    while (!value.empty() && (value.front() == '"' || value.front() == '\'' || value.front() == ' ')) {
      value.remove_prefix(1);
    }
    return value.substr(0, value.find_first_of("\"'; />?\r\n"));
  }
  return "";
}

// The text of a record as UTF-8. What had to be guessed or repaired is noted.
std::string Decoded(const Record& record, Extraction& out) {
  absl::string_view declared = DeclaredCharset(record.content_type);
  if (declared.empty() && record.format != ingest::Format::kText) declared = DeclaredCharset(record.bytes);
  text::DecodedText decoded = text::DecodeText(record.bytes, declared);
  if (decoded.charset != "utf-8") AddNote(out.article, absl::StrCat("read as ", decoded.charset));
  if (decoded.mojibake_repaired) AddNote(out.article, "text that was encoded twice was put right");
  if (decoded.replaced > 0) {
    AddNote(out.article,
            absl::StrCat(decoded.replaced, " characters mean nothing in ", decoded.charset, " and became U+FFFD"));
  }
  return std::move(decoded.utf8);
}

// A known host names its outlet, where nothing else did.
void ReadOutletFromUrl(const Lexicon& lexicon, Extraction& out) {
  if (!out.article.outlet.empty() || out.article.url.empty()) return;
  const Outlet* known = lexicon.OutletByHost(HostOf(out.article.url));
  if (known == nullptr) return;
  out.article.outlet = known->name;
  out.article.outlet_source = Source::kFeed;
  AddEvidence(out, "outlet", known->name, "host of the address", Source::kFeed);
}

// The beginning mostly leaves no doubt, and telling languages is dear; beyond the longer sample nothing new is told
// of one article.
text::DetectedLanguage LanguageOfArticle(const Article& a) {
  constexpr size_t kSampleBytes = 1500;
  constexpr size_t kBeginningBytes = 750;
  constexpr int kNoDoubtPercent = 97;
  const auto detect = [&a](size_t bytes) {
    return text::DetectLanguage(absl::StrCat(a.headline, "\n", base::TruncateUtf8(a.body, bytes)), a.lang);
  };
  if (a.body.size() > kBeginningBytes) {
    text::DetectedLanguage beginning = detect(kBeginningBytes);
    if (beginning.reliable && beginning.percent >= kNoDoubtPercent) return beginning;
  }
  return detect(kSampleBytes);
}

// A supplied language stands. One that a page or a feed declares is a hint: pages are often built from templates of
// another language.
void TellLanguage(Extraction& out) {
  Article& a = out.article;
  const bool supplied = std::any_of(out.evidence.begin(), out.evidence.end(),
                                    [](const Evidence& e) { return e.field == "lang" && e.rule == "supplied"; });
  if (supplied) return;
  const text::DetectedLanguage detected = LanguageOfArticle(a);
  if (detected.code.empty() || detected.code == a.lang) return;
  a.lang = detected.code;
  AddEvidence(out, "lang", a.lang, "words of the text", Source::kText);
}

// What was read from the text and lost against a supplied value stays in the evidence, so that both can be seen.
void KeepOverruled(const Article& read, Extraction& out) {
  const Article& now = out.article;
  const auto names = [](const std::vector<Credit>& credits) {
    return absl::StrJoin(credits, ", ", [](std::string* text, const Credit& c) { text->append(c.name); });
  };
  const std::tuple<absl::string_view, std::string, std::string, Source> fields[] = {
      {"headline", read.headline, now.headline, now.headline_source},
      {"outlet", read.outlet, now.outlet, now.outlet_source},
      {"byline", names(read.bylines), names(now.bylines), Source::kFeed},
      {"dateline", read.dateline, now.dateline, Source::kFeed},
      {"section", read.section, now.section, Source::kFeed},
      {"published", article::PrintedDateText(read.publication), article::PrintedDateText(now.publication),
       now.publication.source},
  };
  for (const auto& [field, before, after, source] : fields) {
    if (before == after) continue;
    for (Evidence& evidence : out.evidence) {
      if (evidence.field == field && evidence.source != Source::kFeed) evidence.used = false;
    }
    const bool proved = std::any_of(out.evidence.begin(), out.evidence.end(),
                                    [&, name = field](const Evidence& e) { return e.field == name && e.used; });
    if (!proved) AddEvidence(out, field, after, "supplied", source);
  }
}

}  // namespace

absl::Status SuppliedFacts::Set(absl::string_view name, absl::string_view value) {
  if (std::find(kSettable.begin(), kSettable.end(), name) == kSettable.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("unknown field \"", name, "\"; known are ", absl::StrJoin(kSettable, ", ")));
  }
  if (absl::StripAsciiWhitespace(value).empty()) {
    return absl::InvalidArgumentError(absl::StrCat("the field \"", name, "\" is set to nothing"));
  }
  if (name == "lang" && LanguageCode(value).empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", value, "\" is no language code; write one such as en, de, es"));
  }
  if (name == "published") {
    const auto date = ParseDate(value);
    if (!date || date->time_ignored || !date->publication.dated()) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", value, "\" is no day or moment; write 2019-04-25 or 2019-04-25T16:31:00Z"));
    }
  }
  facts_.emplace_back(name, value);
  return absl::OkStatus();
}

bool SuppliedFacts::Has(absl::string_view name) const {
  return std::any_of(facts_.begin(), facts_.end(), [name](const auto& fact) { return fact.first == name; });
}

void SuppliedFacts::Apply(const Lexicon& lexicon, Article& article) const {
  for (const auto& [name, value] : facts_) {
    if (name == "outlet") {
      article.outlet = CanonicalOutlet(value, lexicon);
      article.outlet_source = Source::kCommandLine;
    } else if (name == "agency") {
      article.agencies.clear();
      for (absl::string_view agency : absl::StrSplit(value, absl::ByAnyChar(",;"), absl::SkipWhitespace())) {
        article.agencies.push_back(SuppliedAgency(agency, lexicon, Source::kCommandLine).credit);
      }
    } else if (name == "byline") {
      article.bylines = ReadByline(value, lexicon, Trust::kSupplied, Role::kWriter, Source::kCommandLine).people;
    } else if (name == "section") {
      article.section = value;
    } else if (name == "lang") {
      article.lang = LanguageCode(value);
    } else if (name == "published") {
      article.publication = ParseDate(value)->publication;
      article.publication.source = Source::kCommandLine;
    }
  }
}

struct Extractor::Json {
  simdjson::dom::parser parser;

  // Reads the fields of `text`, one JSON object, over those of `article`.
  absl::Status Read(std::string text, const Lexicon& lexicon, Extraction& out) {
    const size_t repaired = base::RepairUtf8(text);  // the parser refuses what we can repair
    element root;
    const simdjson::error_code error = parser.parse(text).get(root);
    if (error != simdjson::SUCCESS) {
      return absl::InvalidArgumentError(absl::StrCat("not valid JSON: ", simdjson::error_message(error)));
    }
    object fields;
    if (root.get(fields) != simdjson::SUCCESS) return absl::InvalidArgumentError("not a JSON object");
    FieldReader(fields, lexicon, out).ReadAll();
    if (repaired > 0) AddNote(out.article, absl::StrCat(repaired, " bytes were not valid UTF-8 and became U+FFFD"));
    return absl::OkStatus();
  }
};

Extractor::Extractor(SuppliedFacts supplied, const Lexicon& lexicon)
    : supplied_(std::move(supplied)), lexicon_(lexicon), json_(std::make_unique<Json>()) {}
Extractor::~Extractor() = default;

absl::StatusOr<Article> Extractor::Extract(const Record& record) {
  DL_ASSIGN_OR_RETURN(Extraction extraction, Explain(record));
  return std::move(extraction.article);
}

absl::StatusOr<Extraction> Extractor::Explain(const Record& record) {
  Extraction out;
  // A file may hold many records: with its offset, or line, the path tells them apart.
  const bool by_line = record.line > 0 && record.format == ingest::Format::kJson;
  const bool by_offset = record.format == ingest::Format::kFeedItem || !record.url.empty();
  out.article.path = by_line     ? absl::StrCat(record.file, "#", record.line)
                     : by_offset ? absl::StrCat(record.file, "#", record.offset)
                                 : record.file;
  switch (record.format) {
    case ingest::Format::kJson:
      DL_RETURN_IF_ERROR(json_->Read(record.bytes, lexicon_, out));
      break;
    case ingest::Format::kText:
      ReadPlainText(record, out);
      break;
    case ingest::Format::kHtml:
      ReadHtml(Decoded(record, out), record.url, lexicon_, out);
      break;
    case ingest::Format::kFeedItem:
      DL_RETURN_IF_ERROR(ReadFeedItem(Decoded(record, out), lexicon_, out));
      break;
  }
  if (out.article.url.empty()) out.article.url = record.url;
  ReadWireMarks(lexicon_, out);
  ReadOutletFromUrl(lexicon_, out);
  const auto before = std::chrono::steady_clock::now();
  if (!supplied_.Has("lang")) TellLanguage(out);
  language_time_ += std::chrono::steady_clock::now() - before;
  supplied_.Apply(lexicon_, out.article);
  DL_RETURN_IF_ERROR(article::Finish(out.article));
  return out;
}

void Extractor::ReadPlainText(const Record& record, Extraction& out) {
  out.text = Decoded(record, out);
  ReadText(out.text, lexicon_, out);
  if (record.facts.empty()) return;
  const Article read = out.article;
  // A bad file of facts must not cost the article that it lies beside.
  const absl::Status status = json_->Read(record.facts, lexicon_, out);
  if (!status.ok()) {
    AddNote(out.article, absl::StrCat("the facts beside the text were left out: ", status.message()));
  }
  // A supplied headline wins; the line that looked like one goes back to the text, so that it can still be found.
  if (out.article.headline != read.headline && !read.headline.empty() && out.article.body == read.body) {
    out.article.body = absl::StrCat(read.headline, "\n", read.body);
  }
  KeepOverruled(read, out);
}

}  // namespace dateline::extract
