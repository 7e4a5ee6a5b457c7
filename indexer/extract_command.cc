#include "indexer/extract_command.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/article/article.h"
#include "core/base/characters.h"
#include "core/base/exit_code.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "indexer/extract/extraction_json.h"
#include "indexer/extract/rules/extraction.h"

namespace dateline {
namespace {

using article::Article;
using article::Credit;
using extract::Evidence;
using extract::Extraction;
using extract::Zone;
using extract::ZoneSpan;

constexpr absl::string_view kReset = "\033[0m";

// What belongs to the article is bright, what surrounds it is dim.
absl::string_view ColorOf(Zone zone) {
  switch (zone) {
    case Zone::kHeadline:
      return "\033[1;32m";
    case Zone::kDeck:
      return "\033[32m";
    case Zone::kBody:
      return "\033[0m";
    case Zone::kByline:
    case Zone::kCredit:
      return "\033[1;34m";
    case Zone::kDate:
    case Zone::kSection:
      return "\033[36m";
    case Zone::kCaption:
    case Zone::kNote:
      return "\033[35m";
    case Zone::kChrome:
    case Zone::kPromotion:
    case Zone::kPageHeader:
      return "\033[2m";
  }
  return "";
}

// Input may hold sequences that steer a terminal: control characters are shown as U+FFFD.
std::string Shown(absl::string_view text) {
  std::string shown;
  base::CharacterReader reader(text);
  while (!reader.done()) {
    const char32_t c = reader.Next();
    const bool control = (c < 0x20 && c != '\t') || (c >= 0x7F && c <= 0x9F);
    base::AppendUtf8(shown, control ? 0xFFFD : c);
  }
  return shown;
}

std::string NamesOf(const std::vector<Credit>& credits) {
  return absl::StrJoin(credits, ", ", [](std::string* out, const Credit& credit) {
    absl::StrAppend(out, credit.name, " (", article::RoleName(credit.role), ")");
  });
}

std::string PublishedText(const article::Publication& p) {
  if (!p.dated()) return p.partial.empty() ? "" : absl::StrCat(p.partial, " (partial: no date of publication)");
  std::string text = article::PrintedDateText(p);
  const std::string time = article::PrintedTimeText(p);
  if (!time.empty()) absl::StrAppend(&text, " ", time);
  absl::StrAppend(&text,
                  p.zone_assumed ? " (no zone printed, read as UTC)" : absl::StrCat(" ", article::ZoneText(p)));
  return text;
}

std::string VersionText(const article::WireVersion& version) {
  std::vector<std::string> parts;
  if (version.lead > 0) parts.push_back(absl::StrCat("lead ", version.lead));
  if (version.update > 0) parts.push_back(absl::StrCat("update ", version.update));
  parts.insert(parts.end(), version.flags.begin(), version.flags.end());
  return absl::StrJoin(parts, ", ");
}

void PrintFact(absl::string_view name, absl::string_view value, article::Source source = article::Source::kNone) {
  if (value.empty()) return;
  std::cout << absl::StrFormat("%-10s %s", name, value);
  if (source != article::Source::kNone) std::cout << "  [" << article::SourceName(source) << "]";
  std::cout << "\n";
}

void PrintFacts(const Article& a) {
  std::cout << "== " << a.path << "\n";
  PrintFact("headline", a.headline, a.headline_source);
  PrintFact("deck", a.deck);
  PrintFact("by", NamesOf(a.bylines));
  PrintFact("agencies", NamesOf(a.agencies));
  PrintFact("outlet", a.outlet, a.outlet_source);
  PrintFact("dateline", a.dateline);
  PrintFact("published", PublishedText(a.publication), a.publication.source);
  PrintFact("version", VersionText(a.version));
  PrintFact("section", a.section);
  PrintFact("language", a.lang);
  PrintFact("url", a.url);
  for (const std::string& note : a.notes) PrintFact("note", note);
}

void PrintBody(const Article& a) {
  constexpr size_t kShownBytes = 400;
  const absl::string_view shown = base::TruncateUtf8(a.body, kShownBytes);
  std::cout << "body       " << a.body.size() << " bytes\n"
            << shown << (shown.size() < a.body.size() ? " ..." : "") << "\n\n";
}

void PrintEvidence(const std::vector<Evidence>& evidence) {
  for (const Evidence& e : evidence) {
    std::cout << absl::StrFormat("  %s %-12s %s  [%s: %s", e.used ? "+" : "-", e.field, Shown(e.value),
                                 article::SourceName(e.source), e.rule);
    if (e.end > e.begin) std::cout << ", bytes " << e.begin << " to " << e.end;
    std::cout << "]\n";
  }
}

// The input with the zone before each line.
void PrintZones(const Extraction& extraction, absl::string_view text, bool color) {
  for (const ZoneSpan& zone : extraction.zones) {
    for (absl::string_view line : absl::StrSplit(text.substr(zone.begin, zone.end - zone.begin), '\n')) {
      std::cout << (color ? ColorOf(zone.zone) : "") << absl::StrFormat("%-12s| ", extract::ZoneName(zone.zone))
                << Shown(line) << (color ? kReset : "") << "\n";
    }
  }
  std::cout << "\n";
}

// ":LINE", or ", byte N", or nothing for a whole file.
std::string Place(const ingest::Reject& reject) {
  if (reject.line > 0) return absl::StrCat(":", reject.line);
  return reject.offset > 0 ? absl::StrCat(", byte ", reject.offset) : "";
}

bool WantsColor(const std::string& color) {
  if (color == "always") return true;
  return color == "auto" && ::isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
}

}  // namespace

void AddExtract(CLI::App& app, ExtractArguments& arguments) {
  CLI::App* command = app.add_subcommand("extract", "Show what would be indexed, without indexing");
  command->footer(
      "Inputs are those of build.\n\n"
      "Examples:\n"
      "  dateline-indexer extract story.txt\n"
      "  dateline-indexer extract --explain story.txt          every line with its zone, every fact with its rule\n"
      "  dateline-indexer extract --json pages/ | jq .headline\n\n"
      "Exit codes: 0 done, 4 done but some records were rejected (told on standard error), 2 usage.");
  command->add_option("inputs", arguments.inputs, "Files, directories, or - for standard input")->required();
  command->add_flag("--json", arguments.json, "One JSON object a record, on one line each");
  command->add_flag("--explain", arguments.explain, "Also the zones of the input and the evidence for each fact");
  command->add_option("--set", arguments.set, "NAME=VALUE, a fact about every article, as for build")
      ->type_name("NAME=VALUE");
  command->add_option("--tables", arguments.tables,
                      "Directory of words.tsv, agencies.tsv or outlets.tsv, which add to the shipped tables");
  command->add_option("--max-record-mb", arguments.max_record_mb, "Records larger than this are rejected")
      ->check(CLI::Range(1, 128))
      ->capture_default_str();
  command->add_option("--color", arguments.color, "When to use colour: auto, always, never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
}

absl::StatusOr<extract::SuppliedFacts> ParseFacts(const std::vector<std::string>& settings) {
  extract::SuppliedFacts facts;
  for (const std::string& setting : settings) {
    const size_t equals = setting.find('=');
    if (equals == std::string::npos) {
      return absl::InvalidArgumentError(absl::StrCat("--set ", setting, ": write NAME=VALUE"));
    }
    const absl::Status status = facts.Set(setting.substr(0, equals), setting.substr(equals + 1));
    if (!status.ok()) return base::Annotate(status, absl::StrCat("--set ", setting));
  }
  return facts;
}

absl::StatusOr<const extract::Lexicon*> LoadLexicon(const std::string& directory) {
  if (directory.empty()) return &extract::Lexicon::Shipped();
  DL_ASSIGN_OR_RETURN(std::unique_ptr<const extract::Lexicon> lexicon, extract::Lexicon::WithTables(directory));
  return lexicon.release();  // lives as long as the program
}

int Extract(const ExtractArguments& arguments) {
  const auto fail = [](const absl::Status& status) {
    std::cerr << "dateline-indexer: " << status.message() << "\n";
    return base::kExitUsage;
  };
  absl::StatusOr<extract::SuppliedFacts> facts = ParseFacts(arguments.set);
  if (!facts.ok()) return fail(facts.status());
  const absl::StatusOr<const extract::Lexicon*> lexicon = LoadLexicon(arguments.tables);
  if (!lexicon.ok()) return fail(lexicon.status());
  const auto source = ingest::RecordSource::Open(arguments.inputs, arguments.max_record_mb << 20);
  if (!source.ok()) return fail(source.status());
  extract::Extractor extractor(*std::move(facts), **lexicon);
  const bool color = WantsColor(arguments.color);
  bool rejected = false;
  std::vector<ingest::Reject> rejects;
  for (;;) {
    const absl::optional<ingest::Record> record = (*source)->Next(rejects);
    if (record) {
      const absl::StatusOr<Extraction> extraction = extractor.Explain(*record);
      if (!extraction.ok()) {
        rejects.push_back(
            ingest::Reject{record->file, record->offset, record->line, std::string(extraction.status().message())});
      } else if (arguments.json) {
        std::cout << extract::ExtractionJson(*extraction) << "\n";
      } else {
        PrintFacts(extraction->article);
        if (arguments.explain) PrintEvidence(extraction->evidence);
        arguments.explain && !extraction->zones.empty() ? PrintZones(*extraction, extraction->text, color)
                                                        : PrintBody(extraction->article);
      }
    }
    for (const ingest::Reject& reject : rejects) {
      std::cerr << "dateline-indexer: " << reject.file << Place(reject) << ": rejected: " << reject.reason << "\n";
      rejected = true;
    }
    rejects.clear();
    if (!record) break;
  }
  std::cout.flush();
  if (!std::cout) return base::kExitFailed;
  return rejected ? base::kExitRejected : 0;
}

}  // namespace dateline
