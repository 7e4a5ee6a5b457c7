"""Open-loop load by `dateline-bench load`: queries of a given cost, the capacity of a server, steps of load."""

import json
import os
import subprocess
import time

import h2
import server_lab

# Classes of queries among which costly ones are found, and the mode that asks for all that a page shows.
CLASSES = "sentence,near,fuzzy,or8"
MODE = "snippets"
CHANNELS = 8


def bench(lab, *arguments, processors=None, timeout=600):
    """The JSON objects that dateline-bench prints."""
    command = [lab.program("dateline-bench"), *map(str, arguments)]
    prepare = (lambda: os.sched_setaffinity(0, processors)) if processors else None
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, preexec_fn=prepare
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: exit code {done.returncode}: {done.stderr or done.stdout}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def made_archive(lab, articles):
    """An index of made-up news, large enough that some queries cost milliseconds."""
    path = os.path.join(lab.scratch, "made.jsonl")
    bench(lab, "corpus", "--articles", articles, "--seed", 7, "--output", path)
    lab.indexer("build", "--lang", "en", "--index", os.path.join(lab.scratch, "made"), path)
    os.unlink(path)
    return os.path.join(lab.scratch, "made")


def costly_queries(lab, server, least_ms, per_class=60, tries=3):
    """A file of queries that each take `least_ms` at least when nothing else runs, and what they take on average, in
    milliseconds. Of several tries the fastest counts."""
    drawn = os.path.join(lab.scratch, "drawn.jsonl")
    bench(lab, "queries", "--index", lab.index, "--per-class", per_class, "--classes", CLASSES, "--output", drawn)
    kept, costs = os.path.join(lab.scratch, "costly.jsonl"), []
    with open(drawn, encoding="utf-8") as file, open(kept, "w", encoding="utf-8") as out, h2.Connection(
        ("127.0.0.1", server.port)
    ) as connection:
        for line in file:
            query = json.loads(line)["text"]
            took = []
            for _ in range(tries):
                begin = time.monotonic()
                if connection.search(query) == h2.ANSWERED:
                    took.append((time.monotonic() - begin) * 1000)
            if len(took) == tries and min(took) >= least_ms:
                out.write(line)
                costs.append(min(took))
    if len(costs) < 10:
        server_lab.skip(f"only {len(costs)} of the queries drawn take {least_ms} ms; give a larger --index")
    return kept, sum(costs) / len(costs), len(costs)


class Generator:
    """`dateline-bench load` against a server, on processors of its own."""

    def __init__(self, lab, server, queries, deadline_ms, processors):
        self.lab, self.processors = lab, processors
        self.arguments = [
            "load",
            "--json",
            "--server",
            server.address,
            "--queries",
            queries,
            "--mode",
            MODE,
            "--channels",
            CHANNELS,
            "--deadline-ms",
            deadline_ms,
        ]

    def step(self, rate, seconds, warm_up=1.0):
        lines = bench(
            self.lab,
            *self.arguments,
            "--rates",
            round(rate, 1),
            "--seconds",
            seconds,
            "--warm-up",
            warm_up,
            processors=self.processors,
            timeout=seconds + warm_up + 120,
        )
        return next(line for line in lines if line.get("bench") == "load")
