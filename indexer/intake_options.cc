#include "indexer/intake_options.h"

#include "absl/strings/str_cat.h"
#include "core/base/file.h"
#include "core/base/status_macros.h"
#include "core/text/stemmer.h"
#include "indexer/extract_command.h"

namespace dateline {

CLI::Option* AddIntakeOptions(CLI::App* command, IntakeOptions& options) {
  CLI::Option* inputs =
      command->add_option("inputs", options.inputs, "Files, directories, or - for standard input");
  command->add_option("--max-record-mb", options.max_record_mb, "Records larger than this are rejected")
      ->check(CLI::Range(1, 128))
      ->capture_default_str();
  command->add_option("--lang", options.lang, "Language (ISO 639-1) of articles that do not say theirs")
      ->capture_default_str();
  command
      ->add_option("--set", options.set,
                   "NAME=VALUE, a fact about every article: outlet, agency, byline, section, lang, published")
      ->type_name("NAME=VALUE");
  command->add_option("--tables", options.tables,
                      "Directory of words.tsv, agencies.tsv or outlets.tsv, which add to the shipped tables");
  command->add_option("--reject-log", options.reject_log,
                      "Where to write what was rejected (default: INDEX/rejects.jsonl)");
  return inputs;
}

absl::Status ReadIntake(const IntakeOptions& options, const std::string& index, build::BuildOptions& build) {
  if (!text::Stemmer::Knows(options.lang)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--lang ", options.lang, ": no stemmer for this language; write a code such as en, de, es, fr"));
  }
  DL_ASSIGN_OR_RETURN(build.supplied, ParseFacts(options.set));
  DL_ASSIGN_OR_RETURN(build.lexicon, LoadLexicon(options.tables));
  build.inputs = options.inputs;
  build.max_record_bytes = options.max_record_mb << 20;
  build.default_language = options.lang;
  build.reject_log = options.reject_log.empty() ? base::JoinPath(index, "rejects.jsonl") : options.reject_log;
  return options.inputs.empty() ? absl::OkStatus() : ingest::RecordSource::Open(options.inputs).status();
}

}  // namespace dateline
