"""Results as JSON lines and as Markdown."""
import json
import statistics

MODES = ("top10", "top100", "count", "top10_count", "top10_facets", "newest10")


def write_lines(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, sort_keys=True) + "\n")


def microseconds(value):
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def best_peer(cell, engines):
    """(name, figures) of the fastest engine beside Dateline by the mean; None when none was timed."""
    timed = [(cell[name]["mean"], name) for name in engines if name != "dateline" and "mean" in cell.get(name, {})]
    return min(timed)[1] if timed else None


def cells_of(rows, corpus):
    """Rows of one corpus by (class, mode), in their order: {engine: row}."""
    cells = {}
    for row in rows:
        if row["kind"] == "cell" and row["corpus"] == corpus:
            cells.setdefault((row["class"], row["mode"]), {})[row["engine"]] = row
    return cells


def table_of_cells(rows, corpus, engines):
    lines = ["| class | mode | " + " | ".join(engines) + " | best peer | × best peer |",
             "|---|---|" + "---:|" * len(engines) + "---|---:|"]
    for (query_class, mode), cell in cells_of(rows, corpus).items():
        texts = []
        for name in engines:
            row = cell.get(name)
            if row is None:
                texts.append("")
            elif "mean" in row:
                texts.append(f"{microseconds(row['mean'])} / {microseconds(row['p50'])} / {microseconds(row['p99'])}")
            else:
                texts.append(row["verdict"].split(":")[0])
        best = best_peer(cell, engines)
        ours = cell.get("dateline", {})
        ratio = f"{cell[best]['mean'] / ours['mean']:.2f}" if best and "mean" in ours else ""
        lines.append(f"| {query_class} | {mode} | " + " | ".join(texts) + f" | {best or ''} | {ratio} |")
    return lines


def summary_of_cells(rows, corpus, engines):
    """The geometric mean of the ratios to the best peer of each cell, by mode and over all."""
    ratios = {}
    for (_, mode), cell in cells_of(rows, corpus).items():
        best = best_peer(cell, engines)
        if best and "mean" in cell.get("dateline", {}):
            ratios.setdefault(mode, []).append(cell[best]["mean"] / cell["dateline"]["mean"])
    lines = ["| mode | cells | geometric mean × best peer | worst | best |", "|---|---:|---:|---:|---:|"]
    every = [ratio for of_mode in ratios.values() for ratio in of_mode]
    for mode, values in [*ratios.items(), ("all", every)]:
        if values:
            lines.append(f"| {mode} | {len(values)} | {statistics.geometric_mean(values):.2f} | {min(values):.2f} | "
                         f"{max(values):.2f} |")
    return lines


def table_of_builds(rows, corpus):
    lines = ["| engine | version | threads | articles/s | seconds | of these, merging | CPU s | peak MB | index MB |",
             "|---|---|---:|---:|---:|---:|---:|---:|---:|"]
    for row in rows:
        if row["kind"] == "build" and row["corpus"] == corpus:
            lines.append(
                f"| {row['engine']} | {row['version']} | {row['threads']} | {row['documents'] / row['seconds']:,.0f} | "
                f"{row['seconds']:.1f} | {row['merge_seconds']:.1f} | {row['cpu_seconds']:.1f} | "
                f"{row['peak_kb'] / 1000:,.0f} | {row['bytes'] / 1e6:,.1f} |")
    return lines


def table_of_checks(rows, corpus):
    lines = []
    for row in rows:
        if row["kind"] == "cell" and row["corpus"] == corpus and row["verdict"] != "right":
            lines.append(f"- {row['engine']}, {row['class']}, {row['mode']}: {row['verdict']}")
    overlaps = {}
    for row in rows:
        if row["kind"] == "cell" and row["corpus"] == corpus and row.get("overlap") is not None and row["mode"] == "top10":
            overlaps.setdefault(row["engine"], []).append(row["overlap"])
    for name, shares in overlaps.items():
        lines.append(f"- {name}: {100 * statistics.fmean(shares):.1f} % of the ten best are Dateline's ten best "
                     "(where both rank by words)")
    return lines


def table_of_load(rows):
    lines = ["| due/s | answered/s | answered | p50 ms | p90 ms | p99 ms | p99.9 ms |", "|---:|---:|---:|---:|---:|---:|---:|"]
    for row in rows:
        if row["kind"] == "load" and "rate" in row:
            share = 100 * row["answered"] / max(1, row["due"])
            lines.append(f"| {row['rate']:.0f} | {row['answered_per_second']:.0f} | {share:.2f} % | {row['p50_ms']:.2f} | "
                         f"{row['p90_ms']:.2f} | {row['p99_ms']:.2f} | {row['p999_ms']:.2f} |")
        elif row["kind"] == "load":
            lines.append(f"| capacity {row['capacity']:.0f} | | | | | within {row['p99_limit_ms']:.0f} | |")
    return lines


def markdown(rows, corpora, engines, about):
    lines = ["# Results", "", *about, ""]
    lines += ["Microseconds: mean / median / 99th percentile over the queries of each query's median over the rounds; one "
              "thread, warm, answers checked first. × best peer: the best peer's mean over Dateline's; above 1 Dateline is "
              "faster. Cells that are not figures: see below each table.", ""]
    for corpus in corpora:
        lines += [f"## {corpus}", "", *table_of_builds(rows, corpus), ""]
        lines += [*summary_of_cells(rows, corpus, engines), "", *table_of_cells(rows, corpus, engines), ""]
        lines += [*table_of_checks(rows, corpus), ""]
    if any(row["kind"] == "load" for row in rows):
        lines += ["## Load over gRPC", "", *table_of_load(rows), ""]
    for row in rows:
        if row["kind"] == "missing":
            lines.append(f"- {row['engine']}: not compared: {row['reason']}")
    return "\n".join(lines) + "\n"
