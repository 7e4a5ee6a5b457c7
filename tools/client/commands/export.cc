// dateline export
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/base/exit_code.h"
#include "core/base/status_macros.h"
#include "tools/client/article_fields.h"
#include "tools/client/commands/command.h"
#include "tools/client/commands/flags.h"
#include "tools/client/commands/output.h"
#include "tools/client/commands/row_sink.h"

namespace dateline::client {
namespace {

constexpr double kTimeoutSeconds = 3600;

constexpr char kHelp[] =
    "Writes every article that matches, one JSON object a line, or a table.\n"
    "\n"
    "Examples:\n"
    "  dateline export 'strike date:2019' > strike.jsonl\n"
    "  dateline export --bodies --output all.jsonl '*'\n"
    "  dateline export --csv --fields id,date,outlet,headline --output kim.csv kim putin\n"
    "  dateline export --fields url --tsv summit | tail -n +2\n"
    "\n"
    "With --output the file appears when it is complete, and what was there before stays until then. Exit code 0\n"
    "means that every match was written; the count stands on standard error. In tables several names are separated\n"
    "by \"; \"; in --tsv tabs, line breaks and backslashes are written \\t, \\n, \\r and \\\\.\n"
    "The query language: dateline search --help";

struct Flags {
  QueryFlags query;
  TargetFlags target;
  std::string sort = "newest";
  std::string fields;
  bool bodies = false;
  bool csv = false;
  bool tsv = false;
  std::string output;
  bool quiet = false;
  bool exit_status = false;
};

RowFormat FormatFor(const Flags& flags) {
  if (flags.csv) return RowFormat::kCsv;
  return flags.tsv ? RowFormat::kTsv : RowFormat::kJson;
}

absl::StatusOr<ArticleFields> FieldsFor(const Flags& flags) {
  if (!flags.fields.empty()) return ParseFields(flags.fields);
  return FormatFor(flags) == RowFormat::kJson || flags.bodies ? AllFields(flags.bodies) : TableFields();
}

absl::Status WriteRows(const Flags& flags, const serve::ExportRequest& request, const ArticleFields& fields,
                       RowSink* sink, Progress* progress) {
  const RowFormat format = FormatFor(flags);
  const bool for_terminal = flags.output.empty() && TextOptionsFor("never").terminal;
  DL_ASSIGN_OR_RETURN(const std::unique_ptr<Backend> backend, OpenBackend(flags.target));
  DL_RETURN_IF_ERROR(sink->Write(HeaderRow(fields, format)));
  DL_RETURN_IF_ERROR(backend->Export(request, [&](serve::FullArticle article) {
    progress->Count();
    return sink->Write(ArticleRow(article, fields, format, for_terminal));
  }));
  return sink->Publish();
}

int Run(const Flags& flags, const Words& words) {
  const absl::StatusOr<ArticleFields> fields = FieldsFor(flags);
  if (!fields.ok()) return Fail(fields.status());
  serve::ExportRequest request;
  const absl::Status filled = FillSpec(flags.query, words, &request);
  if (!filled.ok()) return Fail(filled);
  request.order = OrderFor(flags.sort);
  request.bodies = NeedBodies(*fields);
  absl::StatusOr<RowSink> sink = RowSink::Open(flags.output);
  if (!sink.ok()) return Fail(sink.status());
  Progress progress(flags.quiet);
  const absl::Status written = WriteRows(flags, request, *fields, &*sink, &progress);
  progress.Clear();
  if (!written.ok()) {
    if (progress.rows() == 0) return FailQuery(written, request.query);
    return Fail(base::Annotate(
        written, absl::StrCat("the export is not complete, it broke off after ", progress.rows(), " articles")));
  }
  if (!flags.quiet) Complain(absl::StrCat(progress.rows(), progress.rows() == 1 ? " article" : " articles"));
  return flags.exit_status && progress.rows() == 0 ? base::kExitFailed : 0;
}

}  // namespace

Command AddExport(CLI::App* program) {
  auto flags = std::make_shared<Flags>();
  flags->target.timeout_s = kTimeoutSeconds;
  CLI::App* app = AddCommand(program, "export [OPTIONS] QUERY...", "Writes every article that matches", kHelp);
  app->add_option("--output", flags->output, "Write to this file instead of standard output")->type_name("FILE");
  app->add_option("--fields", flags->fields, "Only these facts, in this order, as id,url,headline")
      ->type_name("NAMES");
  app->add_flag("--bodies", flags->bodies, "Whole articles: deck, body and captions too");
  CLI::Option* csv = app->add_flag("--csv", flags->csv, "A table with commas and a first row of names");
  app->add_flag("--tsv", flags->tsv, "A table with tabs and a first row of names")->excludes(csv);
  AddSortOption(app, &flags->sort);
  AddQueryOptions(app, &flags->query);
  AddRecencyOption(app, &flags->query);
  app->add_flag("--quiet", flags->quiet, "Tell neither progress nor the count");
  AddExitStatusOption(app, &flags->exit_status);
  AddTargetOptions(app, &flags->target);
  app->get_option("--json")->excludes("--csv")->excludes("--tsv");
  return {app, [flags](const Words& words) { return Run(*flags, words); }};
}

}  // namespace dateline::client
