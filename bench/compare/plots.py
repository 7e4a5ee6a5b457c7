"""Results as pictures, SVG and PNG. Needs matplotlib."""
import os

import report

# One colour an engine, in every picture.
COLOURS = dict(dateline="#c1121f", lucene="#1d3557", tantivy="#2a9d8f", xapian="#8d99ae", sqlite="#e9c46a")
COLOURS["lucene-sorted"] = "#457b9d"


def _save(figure, folder, name):
    figure.tight_layout()
    for ending in ("svg", "png"):
        figure.savefig(os.path.join(folder, f"{name}.{ending}"), dpi=110)


def latency(plt, rows, corpus, engines, folder):
    cells = report.cells_of(rows, corpus)
    modes = [mode for mode in report.MODES if any(m == mode for _, m in cells)]
    if not modes:
        return
    figure, axes = plt.subplots(len(modes), 1, figsize=(13, 3 * len(modes)), squeeze=False)
    for axis, mode in zip(axes[:, 0], modes):
        classes = [c for c, m in cells if m == mode]
        width = 0.8 / len(engines)
        for number, name in enumerate(engines):
            places = [i for i, c in enumerate(classes) if "mean" in cells[c, mode].get(name, {})]
            axis.bar([i + number * width for i in places], [cells[classes[i], mode][name]["mean"] for i in places], width,
                     label=name, color=COLOURS.get(name))
        axis.set_yscale("log")
        axis.set_ylabel("µs, mean")
        axis.set_title(f"{corpus}, {mode}", loc="left")
        axis.set_xticks([i + 0.4 - width / 2 for i in range(len(classes))], classes)
        axis.grid(axis="y", alpha=0.3)
    axes[0, 0].legend(ncols=len(engines), fontsize="small")
    _save(figure, folder, f"latency-{corpus}")
    plt.close(figure)


def builds(plt, rows, corpora, folder):
    data = [row for row in rows if row["kind"] == "build"]
    if not data:
        return
    figure, axes = plt.subplots(1, 2, figsize=(13, 4))
    for axis, what, figure_of in ((axes[0], "articles/s", lambda row: row["documents"] / row["seconds"]),
                                  (axes[1], "index, MB", lambda row: row["bytes"] / 1e6)):
        names = [(row["corpus"], row["engine"]) for row in data]
        axis.barh(range(len(data)), [figure_of(row) for row in data], color=[COLOURS.get(name) for _, name in names])
        axis.set_yticks(range(len(data)), [f"{corpus}: {name}" for corpus, name in names], fontsize="small")
        axis.set_xlabel(what)
        axis.grid(axis="x", alpha=0.3)
    _save(figure, folder, "builds")
    plt.close(figure)


def load(plt, rows, folder):
    data = sorted((row for row in rows if row["kind"] == "load" and "rate" in row), key=lambda row: row["rate"])
    if not data:
        return
    figure, axis = plt.subplots(figsize=(8, 4.5))
    for key, name in (("p50_ms", "median"), ("p99_ms", "99 %"), ("p999_ms", "99.9 %")):
        axis.plot([row["answered_per_second"] for row in data], [row[key] for row in data], marker="o", label=name)
    axis.set_yscale("log")
    axis.set_xlabel("answered calls a second")
    axis.set_ylabel("latency from when the call was due, ms")
    axis.grid(alpha=0.3)
    axis.legend()
    _save(figure, folder, "load")
    plt.close(figure)


def growth(plt, rows, folder):
    data = [row for row in rows if row["kind"] == "growth"]
    modes = sorted({row["mode"] for row in data})
    if not data:
        return
    classes = list(dict.fromkeys(row["class"] for row in data))
    figure, axes = plt.subplots(len(modes), len(classes), figsize=(3.4 * len(classes), 3.2 * len(modes)), squeeze=False)
    for line, mode in zip(axes, modes):
        for axis, query_class in zip(line, classes):
            for name in dict.fromkeys(row["engine"] for row in data):
                points = sorted((row["documents"], row["mean"]) for row in data
                                if (row["mode"], row["class"], row["engine"]) == (mode, query_class, name))
                axis.plot(*zip(*points), marker="o", label=name, color=COLOURS.get(name)) if points else None
            axis.set_xscale("log")
            axis.set_yscale("log")
            axis.set_title(f"{query_class}, {mode}", fontsize="small")
            axis.grid(alpha=0.3)
    axes[0, 0].legend(fontsize="x-small")
    figure.supxlabel("articles")
    figure.supylabel("µs, mean")
    _save(figure, folder, "growth")
    plt.close(figure)


def draw(rows, corpora, engines, folder):
    """Returns why there are no pictures; "" when there are."""
    try:
        import matplotlib
        matplotlib.use("Agg")
        from matplotlib import pyplot
    except ImportError:
        return "no plots: python3-matplotlib is missing"
    for corpus in corpora:
        latency(pyplot, rows, corpus, engines, folder)
    builds(pyplot, rows, corpora, folder)
    load(pyplot, rows, folder)
    growth(pyplot, rows, folder)
    return ""
