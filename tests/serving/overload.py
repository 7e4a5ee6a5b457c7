#!/usr/bin/env python3
"""Overload: open-loop load of 2, 5 and 10 times capacity, of queries that take 2 ms or more; the server on one processor,
the generator on the others.

Wanted at each step:
  goodput    answered within the deadline, a second: at least 95 % of the peak
  p99        of those answered: within the deadline
  refusals   everything else is RESOURCE_EXHAUSTED, with a p99 of at most 5 ms
  recovery   after the load has ended, a client of 50 calls a second that was there all along is answered again for good
             within 2 s

Of a step dateline-bench reports `rate`, `due`, `answered` (within their deadlines), `errors`, latencies and so on. Where it also
reports `refused` and `refused_p99_ms` (RESOURCE_EXHAUSTED, from the moment when a call was due), and `timeline` (one object a
second), these are taken; else refusals are timed by that client, which waits in the same queue.

The peak is the most that is answered in time at any rate, from what the queries' durations promise on. With --rounds all rates,
those of the peak too, take turns, so that a machine that gets slower or faster meanwhile does so for all of them. The
generator's processors are kept busy all the time (server_lab.Ballast), for where they share a core with the server's the
generator of a larger load would slow the server down.

  overload.py --bin BIN --index INDEX --seconds 15 --rounds 4      the real thing
  overload.py --bin BIN                                            a trial, on a made-up archive

Exit code: 0 when all that was wanted came true, 1 when not.
"""

import argparse
import collections
import json
import statistics
import sys
import time

import good_client
import h2
import load
import server_lab

GOODPUT_SHARE = 0.95
REFUSED_P99_MS = 5
RECOVERY_S = 2
LAG_MS = 50  # calls sent later than this after they were due say nothing about the server
PEAK_SHARES = (0.8, 1.0, 1.25, 1.5)  # of the expected capacity
REFUSED = "RESOURCE_EXHAUSTED"
NO_CACHE = {"--cache-mb": 0}


def recovery_s(calls, end):
    """Seconds from `end` of the load to the last call of the client, due later, that was not answered."""
    late = [due - end for due, what in calls if due >= end and what != h2.ANSWERED]
    return max(late, default=0.0)


def overload(generator, server, factor, capacity, args):
    client = good_client.GoodClient(("127.0.0.1", server.port), rate=50, trace=True)
    before = server.usage()
    step = generator.step(factor * capacity, args.seconds)
    end = time.monotonic() - args.deadline_ms / 1000  # the generator waits for its last calls
    time.sleep(RECOVERY_S + 1)
    probe = client.stop()
    calls = probe.pop("calls")
    errors = dict(step["errors"])
    refused = step.get("refused", errors.get(REFUSED, 0))
    line = dict(
        suite="overload",
        factor=factor,
        rate=step["rate"],
        goodput=step["answered_per_second"],
        due=step["due"],
        answered=step["answered"],
        p50_ms=step["p50_ms"],
        p99_ms=step["p99_ms"],
        refused=refused,
        refused_p99_ms=step.get("refused_p99_ms", probe["refused_p99_ms"]),
        refused_by="generator" if "refused_p99_ms" in step else "probe",
        errors=errors,
        not_sent=step["not_sent"],
        lag_p99_ms=step["lag_p99_ms"],
        generator_cpu_share=step["generator_cpu_share"],
        probe=probe,
        recovery_s=recovery_s(calls, end),
        cpu_s=server.usage()["cpu_s"] - before["cpu_s"],
        peak_mb=server.usage()["peak_mb"],
    )
    if "timeline" in step:
        line["timeline"] = step["timeline"]
    return line


def combined(lines):
    """All rounds as one line: means of rates, sums of calls, the worst of everything else."""
    means, sums = ("rate", "goodput"), ("due", "answered", "refused", "not_sent", "cpu_s")
    result = dict(lines[0], rounds=lines)
    for name, value in lines[0].items():
        if name in means:
            result[name] = statistics.fmean(line[name] for line in lines)
        elif name in sums:
            result[name] = sum(line[name] for line in lines)
        elif isinstance(value, float):
            result[name] = max(line[name] for line in lines)
    result["errors"] = dict(sum((collections.Counter(line["errors"]) for line in lines), collections.Counter()))
    return result


def verdict(line, peak, args):
    wrong = []
    if line["goodput"] < GOODPUT_SHARE * peak:
        wrong.append("goodput")
    if line["p99_ms"] > args.deadline_ms:
        wrong.append("p99")
    others = {code: count for code, count in line["errors"].items() if code != REFUSED and count > line["due"] / 1000}
    if others:
        wrong.append("other errors: " + ", ".join(others))
    if line["refused_p99_ms"] > REFUSED_P99_MS:
        wrong.append("slow refusals")
    if line["recovery_s"] > RECOVERY_S:
        wrong.append("recovery")
    if line["not_sent"] or line["lag_p99_ms"] > LAG_MS:
        wrong.append("the generator was the limit")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    server_lab.add_common_options(parser)
    parser.add_argument("--seconds", type=float, default=5, help="of each step (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=1, help="of all steps (default: %(default)s)")
    parser.add_argument("--factors", default="2,5,10", help="of capacity (default: %(default)s)")
    parser.add_argument("--deadline-ms", type=float, default=500, help="of each call (default: %(default)s)")
    parser.add_argument("--least-ms", type=float, default=2, help="what a query takes at least (default: %(default)s)")
    parser.add_argument("--articles", type=int, default=20000, help="of the made-up archive, without --index")
    parser.add_argument("--server-options", default="", help="more options of dateline-searcher")
    args = parser.parse_args()
    server_cpu, load_cpu = server_lab.halves_of_processors()
    failed = 0
    with server_lab.open_lab(args) as lab:
        if not args.index:
            lab.index = load.made_archive(lab, args.articles)
        options = ["--threads", "1", *lab.arguments(NO_CACHE), *args.server_options.split()]
        with server_lab.Ballast(load_cpu), server_lab.Server(lab, options, processors=server_cpu) as server:
            queries, mean_ms, count = load.costly_queries(lab, server, args.least_ms)
            print(f"{count} queries of {mean_ms:.2f} ms on average", flush=True)
            generator = load.Generator(lab, server, queries, args.deadline_ms, load_cpu)
            factors = [float(text) for text in args.factors.split(",")]
            answered, lines = {share: [] for share in PEAK_SHARES}, {factor: [] for factor in factors}
            for _ in range(args.rounds):
                for share in PEAK_SHARES:
                    step = generator.step(share * 1000 / mean_ms, args.seconds)
                    answered[share].append(step["answered_per_second"])
                peak = max(statistics.fmean(rates) for rates in answered.values())
                print(f"peak: {peak:.0f} answered in time a second", flush=True)
                for factor in factors:
                    lines[factor].append(overload(generator, server, factor, peak, args))
            combined_lines = [combined(lines[factor]) for factor in factors]
            peak = max([peak] + [line["goodput"] for line in combined_lines])
            print(f"peak of all rates: {peak:.0f}", flush=True)
            table = server_lab.Table(
                "load" + " " * 6,
                "due/s",
                "good/s",
                "good %",
                "p99 ms",
                "refused",
                "ref p99",
                "by" + " " * 7,
                "recovery",
                "peak MB",
                "verdict",
            )
            for factor, line in zip(factors, combined_lines):
                line["peak_goodput"], line["wrong"] = peak, verdict(line, peak, args)
                failed += bool(line["wrong"])
                server_lab.record(args.results, line)
                table.row(
                    f"{factor:g} x",
                    line["rate"],
                    line["goodput"],
                    100 * line["goodput"] / peak,
                    line["p99_ms"],
                    line["refused"],
                    line["refused_p99_ms"],
                    line["refused_by"],
                    line["recovery_s"],
                    line["peak_mb"],
                    "; ".join(line["wrong"]) or "ok",
                )
                if line["errors"]:
                    print("    errors: " + json.dumps(line["errors"]), flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
