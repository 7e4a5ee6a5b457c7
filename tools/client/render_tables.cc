// Counts, and what helps with a query, as people read them.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "core/base/utf8.h"
#include "tools/client/render.h"

namespace dateline::client {
namespace {

// Longer labels of a table stand out of their column instead of widening it.
constexpr size_t kMaxLabelWidth = 48;
constexpr size_t kMinBarWidth = 10;
constexpr double kScoreUnit = 1.0 / (1 << 20);

// Rows of cells, which are safe already; the first column is flush left, the others flush right.
class Table {
 public:
  void Add(std::vector<std::string> cells) {
    widths_.resize(std::max(widths_.size(), cells.size()));
    for (size_t i = 0; i < cells.size(); ++i) {
      widths_[i] = std::max(widths_[i], std::min(DisplayWidth(cells[i]), kMaxLabelWidth));
    }
    rows_.push_back(std::move(cells));
  }

  // Without a line feed.
  std::string Row(size_t row) const {
    std::string text;
    for (size_t i = 0; i < rows_[row].size(); ++i) {
      const std::string& cell = rows_[row][i];
      const size_t width = DisplayWidth(cell);
      const std::string padding(widths_[i] > width ? widths_[i] - width : 0, ' ');
      absl::StrAppend(&text, "  ", i == 0 ? "" : padding, cell, i == 0 ? padding : "");
    }
    return text;
  }

  std::string Text() const {
    std::string text;
    for (size_t i = 0; i < rows_.size(); ++i) absl::StrAppend(&text, Row(i), "\n");
    return text;
  }

  size_t rows() const { return rows_.size(); }

 private:
  std::vector<std::vector<std::string>> rows_;
  std::vector<size_t> widths_;
};

std::string ValueLabel(const serve::FacetValue& value) {
  if (value.is_none) return "(none)";
  return absl::StrCat(SafeForTerminal(value.value), value.selected ? " *" : "");
}

std::string FacetText(const serve::FacetResult& facet, const TextOptions& options) {
  std::string text = absl::StrCat(Styled(kBold, FacetName(facet.field), options), "\n");
  absl::StrAppend(&text, FacetValuesText(facet.values));
  if (facet.other_values > 0) absl::StrAppend(&text, "  and ", facet.other_values, " more\n");
  return text;
}

// A bar of `width` columns for the greatest count; whatever is not nothing can be seen.
std::string Bar(uint64_t count, uint64_t greatest, size_t width) {
  if (count == 0 || greatest == 0) return "";
  const double share = static_cast<double>(count) / static_cast<double>(greatest);
  const auto eighths = std::max<size_t>(1, static_cast<size_t>(std::lround(share * static_cast<double>(width) * 8)));
  std::string bar;
  for (size_t i = 0; i < eighths / 8; ++i) base::AppendUtf8(bar, U'\u2588');
  if (eighths % 8 != 0) base::AppendUtf8(bar, U'\u2590' - static_cast<char32_t>(eighths % 8));
  return bar;
}

std::string Share(uint64_t count, uint64_t all) {
  if (all == 0) return "-";
  return absl::StrFormat("%.2f%%", 100.0 * static_cast<double>(count) / static_cast<double>(all));
}

void AddExplanation(const serve::Explanation& explanation, size_t depth, std::string* text) {
  absl::StrAppendFormat(text, "  %12.6f  %s%s\n", static_cast<double>(explanation.units) * kScoreUnit,
                        std::string(depth * 2, ' '), SafeForTerminal(explanation.detail));
  for (const serve::Explanation& child : explanation.children) AddExplanation(child, depth + 1, text);
}

}  // namespace

std::string FacetValuesText(const std::vector<serve::FacetValue>& values) {
  Table table;
  for (const serve::FacetValue& value : values) table.Add({ValueLabel(value), absl::StrCat(value.count)});
  return table.Text();
}

std::string FacetsText(const std::vector<serve::FacetResult>& facets, const TextOptions& options) {
  std::string text;
  for (const serve::FacetResult& facet : facets) absl::StrAppend(&text, FacetText(facet, options), "\n");
  return text;
}

std::string TotalText(const serve::SearchResponse& response, double seconds) {
  return absl::StrFormat("%s%d %s (%.3f s)\n", response.total_exact ? "" : "at least ", response.total,
                         response.total == 1 ? "article" : "articles", seconds);
}

std::string NothingFoundText(const serve::SearchResponse& response) {
  std::string text;
  if (response.clauses.size() > 1) {
    Table table;
    for (const serve::ClauseCount& clause : response.clauses) {
      table.Add({SafeForTerminal(clause.clause), absl::StrCat(clause.count)});
    }
    absl::StrAppend(&text, "each part by itself:\n", table.Text());
  }
  for (const std::string& suggestion : response.suggestions) {
    absl::StrAppend(&text, "did you mean: ", SafeForTerminal(suggestion), "\n");
  }
  return text;
}

std::string HistogramText(const serve::HistogramResult& histogram, bool coverage, const TextOptions& options) {
  Table table;
  uint64_t greatest = 0;
  const auto add = [&](const std::string& label, uint64_t count, uint64_t all) {
    std::vector<std::string> cells = {label, absl::StrCat(count)};
    if (coverage) cells.push_back(Share(count, all));
    table.Add(std::move(cells));
    greatest = std::max(greatest, count);
  };
  for (const serve::HistogramBucket& bucket : histogram.buckets) {
    add(SafeForTerminal(bucket.label), bucket.count, bucket.all);
  }
  const bool has_undated = histogram.undated > 0 || histogram.undated_all > 0;
  if (has_undated) add("undated", histogram.undated, histogram.undated_all);
  std::string text;
  for (size_t i = 0; i < table.rows(); ++i) {
    const std::string row = table.Row(i);
    const size_t used = DisplayWidth(row) + 2;
    const size_t width = std::max(options.width > used ? options.width - used : 0, kMinBarWidth);
    const uint64_t count = i < histogram.buckets.size() ? histogram.buckets[i].count : histogram.undated;
    const std::string bar = options.terminal ? Bar(count, greatest, width) : "";
    absl::StrAppend(&text, row, bar.empty() ? "" : "  ", bar, "\n");
  }
  return text;
}

std::string HistogramRows(const serve::HistogramResult& histogram, bool coverage) {
  std::string text;
  const auto add = [&](const std::string& label, uint64_t count, uint64_t all) {
    absl::StrAppend(&text, label, "\t", count);
    if (coverage) absl::StrAppend(&text, "\t", all);
    absl::StrAppend(&text, "\n");
  };
  for (const serve::HistogramBucket& bucket : histogram.buckets) {
    add(SafeForTerminal(bucket.label), bucket.count, bucket.all);
  }
  add("undated", histogram.undated, histogram.undated_all);
  return text;
}

std::string SuggestionsText(const std::vector<serve::Suggestion>& suggestions) {
  Table table;
  for (const serve::Suggestion& suggestion : suggestions) {
    table.Add({SafeForTerminal(suggestion.text), std::string(SuggestionKindName(suggestion.kind)),
               absl::StrCat(suggestion.documents)});
  }
  return table.Text();
}

std::string ExplainText(const serve::ExplainResponse& response) {
  std::string text = absl::StrCat(SafeForTerminal(response.id), response.matches ? " matches " : " does not match ",
                                  SafeForTerminal(response.canonical_query), "\n");
  for (const serve::ClauseCount& clause : response.clauses) {
    absl::StrAppend(&text, "  ", clause.count > 0 ? "yes" : "no ", "  ", SafeForTerminal(clause.clause), "\n");
  }
  if (response.matches) {
    absl::StrAppend(&text, "score\n");
    AddExplanation(response.explanation, 0, &text);
  }
  absl::StrAppend(&text, "plan  ", SafeForTerminal(response.plan), "\n");
  return text;
}

std::string AnalyzeText(const serve::AnalyzeResponse& response) {
  Table table;
  table.Add({"word", "stem", "position", "bytes"});
  for (const serve::AnalyzedToken& token : response.tokens) {
    table.Add({SafeForTerminal(token.word), SafeForTerminal(token.stem), absl::StrCat(token.position),
               absl::StrCat(token.begin, "-", token.end)});
  }
  return absl::StrCat(table.Text(), "language ", SafeForTerminal(response.language), ", analyzer ",
                      SafeForTerminal(response.fingerprint), "\n");
}

std::string TimeText(int64_t seconds) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", absl::FromUnixSeconds(seconds), absl::UTCTimeZone());
}

std::string StatusText(const serve::IndexStatus& status) {
  const std::string dates = status.first_date.empty() ? "none"
                                                      : absl::StrCat(SafeForTerminal(status.first_date), " to ",
                                                                     SafeForTerminal(status.last_date));
  std::string text = absl::StrCat(
      "generation  ", SafeForTerminal(status.generation), "\narticles    ", status.documents, "\nundated     ",
      status.undated, "\ndates       ", dates, "\nshards      ", status.shards, "\nbytes       ", status.bytes,
      "\nrejected    ", status.rejected, "\nreplaced    ", status.replaced, "\n");
  if (status.served_since != 0) absl::StrAppend(&text, "since       ", TimeText(status.served_since), "\n");
  if (!status.older_generations.empty()) {
    absl::StrAppend(&text, "held too    ", SafeForTerminal(absl::StrJoin(status.older_generations, ", ")), "\n");
  }
  if (status.scrub.last_pass != 0) {
    absl::StrAppend(&text, "re-read     ", TimeText(status.scrub.last_pass), "\n");
  }
  if (!status.reload_error.empty()) {
    absl::StrAppend(&text, "not loaded  ", SafeForTerminal(status.reload_error), "\n");
  }
  if (!status.scrub.damage.empty()) {
    absl::StrAppend(&text, "DAMAGED     ", SafeForTerminal(status.scrub.damage), "\n");
  }
  return text;
}

std::string ReloadText(const serve::ReloadResult& result) {
  return absl::StrCat("generation ", SafeForTerminal(result.generation),
                      result.replaced ? " is served now\n" : " was served already\n");
}

std::string QueryErrorText(absl::string_view query, size_t offset) {
  const std::string before = SafeForTerminal(base::TruncateUtf8(query, offset));
  return absl::StrCat("  ", SafeForTerminal(query), "\n  ", std::string(DisplayWidth(before), ' '), "^\n");
}

}  // namespace dateline::client
