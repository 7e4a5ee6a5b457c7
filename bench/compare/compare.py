#!/usr/bin/env python3
"""Compares Dateline with other engines: the same words, the same queries, one run, answers checked first.

Everything that takes long to make (engines, indexes, queries) is kept in the work directory; --fresh makes it anew.
Archives are files as dateline-indexer takes them; --generate makes one. Without either, 50,000 articles are generated.

Exit codes: 0 done, 1 Dateline failed or gave an answer that most engines contradict, 2 wrong usage.
"""
import argparse
import datetime
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time

import check
import corpora
import engines
import plots
import report
import timing

ROOT = os.path.dirname(engines.BENCH)
QUICK_CLASSES = ("term_high", "term_mid", "and2", "and3", "or2", "or4", "not", "phrase2", "phrase3", "prefix", "outlet", "month")
QUICK_MODES = ("top10", "count", "top10_count", "top10_facets", "newest10")
GROWTH_CLASSES = ("term_high", "and2", "or4", "phrase2")
GROWTH_MODES = ("top10_count", "top10_facets")


def say(text):
    print(f"{datetime.datetime.now():%H:%M:%S} {text}", file=sys.stderr, flush=True)


def parse():
    parser = argparse.ArgumentParser(prog="bench/compare.sh", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", action="append", default=[], metavar="NAME=FILE[,FILE...]", help="an archive")
    parser.add_argument("--generate", action="append", default=[], metavar="NAME=ARTICLES[:SEED]", help="a made-up archive")
    parser.add_argument("--engines", default=",".join(engines.KNOWN), help="beside Dateline (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="fewer classes, modes, queries and rounds: 10 minutes, builds apart")
    parser.add_argument("--per-class", type=int, help="queries of each class (default: 50, --quick: 15)")
    parser.add_argument("--rounds", type=int, help="(default: 5, --quick: 3)")
    parser.add_argument("--seconds", type=float, help="of an engine in a cell in a round, at most (default: 10, --quick: 2)")
    parser.add_argument("--classes", help="only these")
    parser.add_argument("--modes", help="only these")
    parser.add_argument("--seed", type=int, default=1, help="of the queries (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of builds (default: %(default)s)")
    parser.add_argument("--growth", help="sizes of generated archives, as 10000,50000,250000: cost against size")
    parser.add_argument("--load", action="store_true", help="also load Dateline's server until it fails")
    parser.add_argument("--work", default=os.path.join(ROOT, "build", "compare"), help="(default: build/compare)")
    parser.add_argument("--out", default=os.path.join(engines.BENCH, "results"), help="(default: bench/results)")
    parser.add_argument("--bin", default=os.path.join(ROOT, "build", "release", "bin"), help="programs of Dateline")
    parser.add_argument("--fresh", action="store_true", help="keep nothing of earlier runs")
    args = parser.parse_args()
    args.per_class = args.per_class or (15 if args.quick else 50)
    args.rounds = args.rounds or (3 if args.quick else 5)
    args.seconds = args.seconds or (2 if args.quick else 10)
    args.engines = [name for name in args.engines.split(",") if name]
    for name in args.engines:
        if name not in engines.KNOWN:
            parser.error(f"--engines: there is no {name}; say some of {','.join(engines.KNOWN)}")
    args.modes = args.modes.split(",") if args.modes else list(QUICK_MODES if args.quick else report.MODES)
    args.classes = args.classes.split(",") if args.classes else list(QUICK_CLASSES) if args.quick else None
    try:
        args.corpora = [_archive(args, text) for text in args.input] + [_generated(args, text) for text in args.generate]
        args.growth = [int(size) for size in args.growth.split(",")] if args.growth else []
    except ValueError as error:
        parser.error(str(error))
    if not args.corpora and not args.growth:
        args.corpora = [_generated(args, "generated=50000")]
    return args


def _named(text):
    name, found, rest = text.partition("=")
    if not found or not re.fullmatch(r"[\w.-]+", name) or name == "peers":
        raise ValueError(f"{text}: say NAME=...")
    return name, rest


def _archive(args, text):
    name, files = _named(text)
    for file in files.split(","):
        if not os.path.exists(file):
            raise ValueError(f"{file}: no such file")
    return lambda: corpora.Corpus(name, args.work, args.bin, inputs=files.split(","), queries=args.per_class, seed=args.seed)


def _generated(args, text):
    name, numbers = _named(text)
    articles, _, seed = numbers.partition(":")
    return lambda: corpora.Corpus(name, args.work, args.bin, generate=(int(articles), int(seed or 7)),
                                  queries=args.per_class, seed=args.seed)


def about(args):
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                if line.startswith("model name")), platform.processor())
    commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True)
    return dict(kind="about", cpu=cpu, cores=os.cpu_count(), system=platform.platform(), python=platform.python_version(),
                commit=commit.stdout.strip(), date=datetime.date.today().isoformat(), arguments=sys.argv[1:],
                query_seed=args.seed, per_class=args.per_class, rounds=args.rounds, visit_rounds=timing.VISIT_ROUNDS,
                visit_seconds=timing.VISIT_SECONDS)


class Comparison:
    def __init__(self, args):
        self.args = args
        self.rows = [about(args)]
        self.executables = {}
        for name in args.engines:
            try:
                self.executables[name] = engines.install(name, args.work, say)
            except engines.EngineError as error:
                say(f"{name}: {error}")
                self.rows.append(dict(kind="missing", engine=name, reason=str(error)))

    # Engines by name, Dateline first, each with an index of `corpus`.
    def start(self, corpus):
        built = corpus.prepare(self.args.threads, say)
        self.rows.append(dict(built, kind="build", corpus=corpus.name))
        queries = corpus.path("queries.jsonl")
        running = {"dateline": engines.Engine("dateline", [corpus.program("dateline-bench"), "peer", "--index",
                                                           corpus.path("dateline"), "--queries", queries]).open()}
        for name, executable in self.executables.items():
            index = corpus.path(name)
            try:
                stamp = open(os.path.join(os.path.dirname(executable), "STAMP"), encoding="utf-8").read()
                row = corpus.once(name, [built["generation"], stamp, self.args.threads],
                                  lambda: engines.build_index(name, executable, corpus.path("documents.tsv"), index,
                                                              self.args.threads, say))
                self.rows.append(dict(row, kind="build", corpus=corpus.name, engine=name, threads=self.args.threads))
                running[name] = engines.Engine(name, [executable, "serve", "--index", index, "--queries", queries]).open()
            except (engines.EngineError, ValueError) as error:
                say(f"{name}: {error}")
                self.rows.append(dict(kind="missing", engine=name, reason=f"{corpus.name}: {error}"))
        return running

    def check(self, corpus, running, classes, modes):
        """Verdicts by (class, mode)."""
        instants = corpus.instants()
        verdicts = {}
        by_class = {}
        for query in corpus.queries():
            by_class.setdefault(query["class"], []).append(query)
        for query_class in [c for c in by_class if not classes or c in classes]:
            for mode in modes:
                verdicts[query_class, mode] = check.check_cell(running, by_class[query_class], mode, instants)
        return verdicts

    def cells(self, corpus, classes, modes, kind="cell"):
        running = self.start(corpus)
        try:
            say(f"{corpus.name}: checking answers")
            verdicts = self.check(corpus, running, classes, modes)
            cells = [(c, m, [name for name, verdict in of_cell.items() if verdict.timed])
                     for (c, m), of_cell in verdicts.items()]
            say(f"{corpus.name}: timing {sum(len(names) for _, _, names in cells)} cells")
            times = timing.time_cells(running, cells, self.args.rounds, self.args.seconds, 1, say)
        finally:
            for engine in running.values():
                engine.close()
        for (query_class, mode), of_cell in verdicts.items():
            for name, verdict in of_cell.items():
                row = {"kind": kind, "corpus": corpus.name, "class": query_class, "mode": mode, "engine": name,
                       "verdict": verdict.text(), "version": running[name].version}
                if verdict.overlap:
                    row["overlap"] = sum(verdict.overlap) / len(verdict.overlap)
                cell = times.get((query_class, mode, name))
                if cell is not None and cell.error:
                    row["verdict"] = "failed: " + cell.error
                elif cell is not None and cell.rounds:
                    row.update(cell.figures())
                self.rows.append(row)

    def growth(self, sizes):
        for size in sizes:
            name = f"growth-{size}"
            corpus = corpora.Corpus(name, self.args.work, self.args.bin, generate=(size, 7), queries=self.args.per_class,
                                    seed=self.args.seed)
            self.cells(corpus, GROWTH_CLASSES, GROWTH_MODES, kind="growth")
            for row in self.rows:
                if row["kind"] == "growth" and row["corpus"] == name and "mean" in row:
                    row["documents"] = size

    def load(self, corpus):
        """Loads a server of Dateline, on the loopback interface, until it fails."""
        say(f"{corpus.name}: load over gRPC")
        port_file = corpus.path("port")
        if os.path.exists(port_file):
            os.remove(port_file)
        server = subprocess.Popen([corpus.program("dateline-searcher"), "--index", corpus.path("dateline"), "--listen",
                                   "127.0.0.1:0", "--port-file", port_file], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        try:
            for _ in range(600):
                if os.path.exists(port_file) or server.poll() is not None:
                    break
                time.sleep(0.1)
            port = open(port_file, encoding="utf-8").read().strip().split(":")[-1]
            done = subprocess.run([corpus.program("dateline-bench"), "load", "--json", "--server", f"127.0.0.1:{port}",
                                   "--queries", corpus.path("queries.jsonl"), "--first-rate", "25", "--seconds",
                                   "5" if self.args.quick else "10"], capture_output=True, text=True)
            self.rows += [dict(json.loads(line), kind="load", corpus=corpus.name) for line in done.stdout.splitlines()]
            if done.returncode != 0:
                raise engines.EngineError("load: " + done.stderr.strip())
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=60)

    def write(self):
        os.makedirs(self.args.out, exist_ok=True)
        names = ["dateline", *self.executables]
        corpora_named = list(dict.fromkeys(row["corpus"] for row in self.rows if row["kind"] == "cell"))
        facts = self.rows[0]
        lines = [f"{facts['cpu']}, {facts['cores']} cores, {facts['system']}; Dateline at {facts['commit']}, {facts['date']}; "
                 f"queries by seed {facts['query_seed']}, {facts['per_class']} a class, {facts['rounds']} rounds of "
                 f"{facts['visit_rounds']}, each for {facts['visit_seconds']} s at least.", "",
                 "Made by: `bench/compare.sh " + " ".join(facts["arguments"]) + "`"]
        report.write_lines(os.path.join(self.args.out, "results.jsonl"), self.rows)
        with open(os.path.join(self.args.out, "RESULTS.md"), "w", encoding="utf-8") as file:
            file.write(report.markdown(self.rows, corpora_named, names, lines))
        problem = plots.draw(self.rows, corpora_named, names, self.args.out)
        if problem:
            say(problem)
        say(f"results are in {self.args.out}")

    def wrong(self):
        return [row for row in self.rows if row.get("engine") == "dateline" and row.get("verdict", "right") != "right"]


def main():
    args = parse()
    if args.fresh:
        shutil.rmtree(args.work, ignore_errors=True)
    os.makedirs(args.work, exist_ok=True)
    comparison = Comparison(args)
    try:
        made = [make() for make in args.corpora]
        for corpus in made:
            comparison.cells(corpus, args.classes, args.modes)
        comparison.growth(args.growth)
        if args.load and made:
            comparison.load(made[0])
    except engines.EngineError as error:
        say(f"Dateline failed: {error}")
        return 1
    finally:
        if len(comparison.rows) > 1:
            comparison.write()
    for row in comparison.wrong():
        say(f"WRONG: {row['class']}, {row['mode']}: {row['verdict']}")
    return 1 if comparison.wrong() else 0


if __name__ == "__main__":
    sys.exit(main())
