#include "indexer/extract/extractor.h"

#include <simdjson.h>

#include <algorithm>
#include <initializer_list>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/types/optional.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "indexer/extract/date_parser.h"
#include "indexer/extract/plain_text.h"

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

std::vector<Credit> Credits(absl::string_view names, absl::string_view lang, Role role, Source source) {
  std::vector<Credit> credits;
  for (std::string& name : SplitNames(names, lang)) credits.push_back(Credit{std::move(name), role, source});
  return credits;
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

// Reads fields of one JSON object into an article. A field of the wrong type is noted, not guessed at.
class FieldReader {
 public:
  FieldReader(const object& fields, Article& article) : fields_(fields), article_(article) {}

  // Fields that are there replace what the article has.
  void ReadAll() {
    ReadText(kId, article_.id);
    ReadText(kUrl, article_.url);
    if (ReadText(kHeadline, article_.headline)) article_.headline_source = Source::kFeed;
    std::string body;
    if (ReadText(kBody, body)) article_.body = UnwrapLines(body);
    ReadText(kDeck, article_.deck);
    ReadText(kCaption, article_.caption);
    if (ReadText(kOutlet, article_.outlet)) article_.outlet_source = Source::kFeed;
    ReadText(kSection, article_.section);
    std::string lang;
    if (ReadText(kLang, lang)) {
      article_.lang = LanguageCode(lang);
      if (article_.lang.empty())
        AddNote(article_, absl::StrCat("\"", lang, "\" is no language code and was left out"));
    }
    ReadCredits(kByline, Role::kWriter, article_.bylines);
    ReadCredits(kAgency, Role::kOrigin, article_.agencies);
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

  void ReadCredits(Aliases aliases, Role role, std::vector<Credit>& credits) {
    std::string names;
    if (!ReadText(aliases, names)) return;
    credits.clear();
    for (absl::string_view line : absl::StrSplit(names, '\n')) {
      for (Credit& credit : Credits(line, article_.lang, role, Source::kFeed)) credits.push_back(std::move(credit));
    }
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
  Article& article_;
};

void ReadPlainText(absl::string_view text, Article& article) {
  HeadlineAndBody split = SplitHeadline(UnwrapLines(text));
  article.headline = std::move(split.headline);
  if (!article.headline.empty()) article.headline_source = Source::kText;
  article.body = std::move(split.body);
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

void SuppliedFacts::Apply(Article& article) const {
  for (const auto& [name, value] : facts_) {
    if (name == "outlet") {
      article.outlet = value;
      article.outlet_source = Source::kCommandLine;
    } else if (name == "agency") {
      article.agencies = Credits(value, article.lang, Role::kOrigin, Source::kCommandLine);
    } else if (name == "byline") {
      article.bylines = Credits(value, article.lang, Role::kWriter, Source::kCommandLine);
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
  absl::Status Read(std::string text, Article& article) {
    const size_t repaired = base::RepairUtf8(text);  // the parser refuses what we can repair
    element root;
    const simdjson::error_code error = parser.parse(text).get(root);
    if (error != simdjson::SUCCESS) {
      return absl::InvalidArgumentError(absl::StrCat("not valid JSON: ", simdjson::error_message(error)));
    }
    object fields;
    if (root.get(fields) != simdjson::SUCCESS) return absl::InvalidArgumentError("not a JSON object");
    FieldReader(fields, article).ReadAll();
    if (repaired > 0) AddNote(article, absl::StrCat(repaired, " bytes were not valid UTF-8 and became U+FFFD"));
    return absl::OkStatus();
  }
};

Extractor::Extractor(SuppliedFacts supplied) : supplied_(std::move(supplied)), json_(std::make_unique<Json>()) {}
Extractor::~Extractor() = default;

absl::StatusOr<Article> Extractor::Extract(const Record& record) {
  Article article;
  article.path = record.line > 0 && record.format == ingest::Format::kJson
                     ? absl::StrCat(record.file, "#", record.line)
                     : record.file;
  if (record.format == ingest::Format::kJson) {
    DL_RETURN_IF_ERROR(json_->Read(record.bytes, article));
  } else {
    ReadPlainText(record.bytes, article);
    if (!record.facts.empty()) {
      const std::string read_headline = article.headline;
      const std::string read_body = article.body;
      // A bad file of facts must not cost the article that it lies beside.
      const absl::Status status = json_->Read(record.facts, article);
      if (!status.ok()) AddNote(article, absl::StrCat("the facts beside the text were left out: ", status.message()));
      // A supplied headline wins; the line that looked like one goes back to the text, so that it can still be found.
      if (article.headline != read_headline && article.body == read_body) {
        article.body = absl::StrCat(read_headline, "\n", read_body);
      }
    }
  }
  supplied_.Apply(article);
  DL_RETURN_IF_ERROR(article::Finish(article));
  return article;
}

}  // namespace dateline::extract
