#!/usr/bin/env python3
"""A storm of short deadlines: 5 times what the server can answer, each call with 5 ms to live. How much of the server's
processor time goes to calls that are dead: of no use to anybody any more?

With metrics (--metrics-listen) it is what the stages of calls took, less what the calls that were answered would have
taken, by a calm run before, as a share of the processor time of the server. Without, only a bound can be given: all
processor time beyond that of the answered calls, in which is what it takes to receive and refuse the others.

  deadline_storm.py --bin BIN --index INDEX --seconds 20

Exit code: 0 when the share is at most --limit, 1 when it is more, 77 when there is only the bound and that is more.
"""

import argparse
import json
import re
import sys
import urllib.request

import edge
import load
import server_lab

CALM_DEADLINE_MS = 1000
NO_CACHE = {"--cache-mb": 0}
WAITING = ("queue",)  # stages that take no processor time


def stage_seconds(port):
    """What the stages of all calls took so far, or None where the server does not tell."""
    if port is None:
        return None
    # Not through a proxy, whatever the environment says.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}/metrics", timeout=5) as reply:
        text = reply.read().decode()
    found = re.findall(r'^dateline_stage_seconds_total\{[^}]*stage="([^"]+)"[^}]*\} (\S+)$', text, re.MULTILINE)
    return sum(float(seconds) for stage, seconds in found if stage not in WAITING) if found else None


class Meter:
    """What the server has used from construction to `read`."""

    def __init__(self, server, metrics_port):
        self.server, self.port = server, metrics_port
        self.begin = self._now()

    def _now(self):
        return self.server.usage()["cpu_s"], stage_seconds(self.port)

    def read(self):
        cpu, stages = self._now()
        return cpu - self.begin[0], None if stages is None else stages - self.begin[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    server_lab.add_common_options(parser)
    parser.add_argument("--seconds", type=float, default=5, help="of the storm (default: %(default)s)")
    parser.add_argument("--deadline-ms", type=float, default=5, help="of its calls (default: %(default)s)")
    parser.add_argument("--factor", type=float, default=5, help="of capacity (default: %(default)s)")
    parser.add_argument("--least-ms", type=float, default=2, help="what a query takes at least (default: %(default)s)")
    parser.add_argument("--limit", type=float, default=0.05, help="wanted at most (default: %(default)s)")
    parser.add_argument("--articles", type=int, default=20000, help="of the made-up archive, without --index")
    parser.add_argument("--server-options", default="", help="more options of dateline-searcher")
    args = parser.parse_args()
    server_cpu, load_cpu = server_lab.halves_of_processors()
    with server_lab.open_lab(args) as lab:
        if not args.index:
            lab.index = load.made_archive(lab, args.articles)
        port = edge.free_port() if lab.offers("--metrics-listen") else None
        options = ["--threads", "1", *lab.arguments(NO_CACHE), *args.server_options.split()]
        options += ["--metrics-listen", f"127.0.0.1:{port}"] if port else []
        with server_lab.Server(lab, options, processors=server_cpu) as server:
            queries, mean_ms, _ = load.costly_queries(lab, server, args.least_ms)
            calm = load.Generator(lab, server, queries, CALM_DEADLINE_MS, load_cpu)
            meter = Meter(server, port)
            # No warm-up: everything that the server does in a step is to be that step's.
            step = calm.step(500 / mean_ms, args.seconds, warm_up=0)
            calm_cpu, calm_stages = meter.read()
            cost, stage_cost = calm_cpu / step["answered"], calm_stages and calm_stages / step["answered"]
            storm = load.Generator(lab, server, queries, args.deadline_ms, load_cpu)
            meter = Meter(server, port)
            step = storm.step(args.factor * 1000 / mean_ms, args.seconds, warm_up=0)
            cpu, stages = meter.read()
            bound = max(0.0, cpu - step["answered"] * cost) / cpu
            # A server that lists stages and never counts them does not tell, either.
            share = max(0.0, stages - step["answered"] * stage_cost) / cpu if stage_cost else None
    line = dict(
        suite="deadline_storm",
        deadline_ms=args.deadline_ms,
        rate=step["rate"],
        due=step["due"],
        answered=step["answered"],
        errors=step["errors"],
        cpu_s=cpu,
        cpu_s_per_answer=cost,
        dead_share=share,
        dead_share_bound=bound,
    )
    server_lab.record(args.results, line)
    print(json.dumps(line))
    if share is None:
        print("not offered by this server: stage times (--metrics-listen); only a bound is known")
    wrong = (bound if share is None else share) > args.limit
    sys.exit(0 if not wrong else server_lab.SKIPPED if share is None else 1)


if __name__ == "__main__":
    main()
