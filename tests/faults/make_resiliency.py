#!/usr/bin/env python3
"""Writes RESILIENCY.md from the figures in results.jsonl: what may go wrong, what is promised, the test that shows it,
what the last run at size saw.

The suites append their figures (--results, DATELINE_RESULTS); of lines about the same thing with the same seed the last one counts.
usage: make_resiliency.py [--check]
--check changes nothing and exits with 1 when the page is not what it would write, or names a test that is not there.
"""
import argparse
import collections
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PAGE = os.path.join(ROOT, "RESILIENCY.md")
RESULTS = os.path.join(HERE, "results.jsonl")

# file: where the test is; name: a string in that file; suite and what: beginnings of the result lines that count.
Promise = collections.namedtuple("Promise", "failure promise file name suite what")

PROMISES = [
    Promise("The writer is killed, at any write-class system call",
            "The old generation or the new one, whole; the next writer clears away what is left",
            "tests/faults/run_faults.py", "every_call", "run_faults.every_call", (": kill", ": torn")),
    Promise("The writer is killed at a random moment, again and again, on one index",
            "As above; no answer ever differs from that of an index that was never killed",
            "tests/faults/run_faults.py", "random_kills", "run_faults.random_kills", ("",)),
    Promise("A write-class call fails: I/O error, disk full, quota; once or from then on",
            "Exit code not 0 and one line that says why, and the old generation in place; or success and the new one",
            "tests/faults/run_faults.py", "every_call", "run_faults.every_call", (": eio", ": enospc", ": edquot")),
    Promise("fsync fails, once or from then on",
            "Nothing is published, the command fails; also where a library ignores the failure",
            "tests/faults/run_faults.py", "failed_syncs", "run_faults.failed_syncs", ("",)),
    Promise("A write takes only half of its bytes", "The rest is written; nothing is lost",
            "tests/faults/run_faults.py", "every_call", "run_faults.every_call", (": short",)),
    Promise("The power fails", "No generation that was reported as published is lost, none is damaged",
            "tests/faults/power_cuts.py", "cut_again_and_again", "power_cuts", ("",)),
    Promise("A bit of a file of the index flips", "Refused before any answer, with the file and the offset",
            "tests/faults/damage_test.cc", "AFlippedBitIsRefused", "damage_test.AFlippedBitIsRefused", ("",)),
    Promise("A block of 4 KiB is zeroed", "Refused before any answer, with the file and the offset",
            "tests/faults/damage_test.cc", "AZeroedBlockIsRefused", "damage_test.AZeroedBlockIsRefused", ("",)),
    Promise("A file is cut short, grown or missing", "Refused before any answer, with the file; damaged or missing sidecars cost speed only",
            "tests/faults/damage_test.cc", "ATruncatedOrGrownFileIsRefused", "damage_test.ATruncatedOrGrownFileIsRefused", ("",)),
    Promise("A file is that of another shard or generation", "Refused before any answer, with the file and the offset",
            "tests/faults/damage_test.cc", "ASwappedFileIsRefused", "damage_test.ASwappedFileIsRefused", ("",)),
    Promise("A new generation is published while queries run",
            "No query fails, each is answered from one generation, page tokens of the older one walk to their end",
            "tests/end_to_end/reload_test.cc", "SwapsUnderLoadFailNoQueryAndMixNothing",
            "reload_test.SwapsUnderLoadFailNoQueryAndMixNothing", ("",)),
    Promise("Any sequence of adds, replacements, deletions and merges",
            "Answers are those of one build from what is left: hits, scores, totals, facets",
            "tests/end_to_end/lifecycle_test.cc", "RandomSequencesEndAsOneBuild", "lifecycle_test.", ("",)),
    Promise("An index of an older program with the same format", "Opens, and answers byte for byte as recorded",
            "tests/faults/golden_test.cc", "OpensAndAnswersAsRecorded", "", ()),
    Promise("An index of an unknown format", "Refused, with the remedy",
            "tests/faults/golden_test.cc", "AnUnknownFormatIsRefusedWithTheRemedy", "", ()),
]

HEAD = """# What Dateline does when things go wrong

Made by `tests/faults/make_resiliency.py` from `tests/faults/results.jsonl`; change those, not this page. Every test runs
in a short form with `ctest`. The figures are those of the last run at size, on a loop-mounted ext4 for power cuts and in
memory for the rest; *kept* is how often the promise was kept. A line without figures has only its short form.

| What goes wrong | What is promised | Test | Kept | Date |
|---|---|---|---|---|
"""

TAIL = """
What is not promised: a disk that fails every call from the switch of generations on cannot take the switch back either.
The command reports the failure, and the complete new generation may be in place. A disk that says it has kept what it
has not is beyond any program; the checksums find the damage when the index is opened.

Run at size (`BIN` is the directory of the programs, `LIB` the preload library `fault_injector` of the same build):

    tests/faults/run_faults.py --bin BIN --injector LIB --kills 2000 --results tests/faults/results.jsonl
    tests/faults/power_cuts.py --bin BIN --injector LIB --cuts 500 --results tests/faults/results.jsonl
    DATELINE_DAMAGE_FLIPS=10000 DATELINE_DAMAGE_ZEROS=2000 DATELINE_DAMAGE_CUTS=2000 DATELINE_DAMAGE_SWAPS=200 \\
      DATELINE_RESULTS=$PWD/tests/faults/results.jsonl BIN/damage_test
    DATELINE_TEST_SCALE=20 DATELINE_RESULTS=$PWD/tests/faults/results.jsonl BIN/reload_test \\
      --gtest_filter='*SwapsUnderLoad*'
    DATELINE_TEST_SCALE=100 DATELINE_RESULTS=$PWD/tests/faults/results.jsonl BIN/lifecycle_test \\
      --gtest_filter='*RandomSequences*'
    DATELINE_TEST_INDEX=INDEX DATELINE_RESULTS=$PWD/tests/faults/results.jsonl BIN/lifecycle_test \\
      --gtest_filter='*OnAnArchive*'
    tests/faults/make_resiliency.py
"""


def last_results():
    lines = collections.OrderedDict()
    with open(RESULTS, encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            try:
                line = json.loads(text)
                for field in ("suite", "what", "trials", "passed", "seed", "date"):
                    line[field]
            except (ValueError, KeyError) as error:
                sys.exit(f"{RESULTS}:{number}: not a line of results: {error}")
            lines[line["suite"], line["what"], line["seed"]] = line
    return list(lines.values())


def figures(promise, results):
    mine = [r for r in results if promise.suite and r["suite"] == promise.suite
            and any(what in r["what"] for what in promise.what)]
    if not mine:
        return "", ""
    trials, passed = sum(r["trials"] for r in mine), sum(r["passed"] for r in mine)
    operations = sorted({r["what"].split(":")[0] for r in mine if ":" in r["what"]})
    return f"{passed:,} of {trials:,}" + (f" ({', '.join(operations)})" if operations else ""), max(r["date"] for r in mine)


def page():
    results = last_results()
    rows = []
    for promise in PROMISES:
        kept, date = figures(promise, results)
        rows.append(f"| {promise.failure} | {promise.promise} | `{promise.file}`, {promise.name} | {kept} | {date} |\n")
    return HEAD + "".join(rows) + TAIL


def missing_tests():
    for promise in PROMISES:
        path = os.path.join(ROOT, promise.file)
        if not os.path.exists(path) or promise.name not in open(path, encoding="utf-8").read():
            yield f"{promise.file} has no {promise.name}: {promise.failure}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare only")
    check = parser.parse_args().check
    missing = list(missing_tests())
    if missing:
        sys.exit("\n".join(missing))
    text = page()
    if not check:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(text)
        return
    with open(PAGE, encoding="utf-8") as file:
        if file.read() != text:
            sys.exit("RESILIENCY.md is not what results.jsonl and the promises say; run tests/faults/make_resiliency.py")


if __name__ == "__main__":
    main()
