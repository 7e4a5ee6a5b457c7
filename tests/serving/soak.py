#!/usr/bin/env python3
"""A mixed load for as long as wanted, while the archive changes under it: searches, counts, facets, exports, articles, bad
queries, cancelled calls, new connections; every --swap-every seconds a new generation (articles added, deleted) and a
SIGHUP. No call fails but those that must, and what the server uses does not rise.

Memory, descriptors and threads are sampled every second. After the first third, in which caches fill, a line is fitted to
each; what it rises by over the rest must stay below --tolerance-mb, and 8 descriptors, and 4 threads.

  soak.py --bin BIN --minutes 30

Exit code: 0 when all held, 1 when not, 77 when grpcio cannot be had.
"""

import argparse
import signal
import sys
import time

import callers
import server_lab

MIX = ["search"] * 3 + ["count", "facets", "export", "get", "bad", "cancelled", "fresh", "fresh"]
ADDED = 50
RISES = dict(descriptors=8, threads=4)
SETTLING = 1 / 3


class Archive:
    """Adds articles, and deletes them again two swaps later."""

    def __init__(self, lab):
        self.lab, self.swaps, self.number = lab, 0, 1000000

    def swap(self):
        self.swaps += 1
        if self.swaps % 3:
            new = [server_lab.article(self.number + i, self.lab.rng) for i in range(ADDED)]
            self.number += ADDED
            self.lab.indexer("add", "--index", self.lab.index, self.lab.write_articles("new.jsonl", new))
        else:
            doomed = [f"story-{self.number - 1 - i}" for i in range(2 * ADDED)]
            self.lab.indexer("delete", "--index", self.lab.index, *doomed)


def rises(samples):
    """What memory, descriptors and threads rise by from the end of settling to the end, along fitted lines."""
    begin, end = samples[0]["at"], samples[-1]["at"]
    settled = [sample for sample in samples if sample["at"] >= begin + SETTLING * (end - begin)]
    seconds = settled[-1]["at"] - settled[0]["at"]
    return {
        name: server_lab.slope([(sample["at"], sample[name]) for sample in settled]) * seconds
        for name in ("rss_mb", "descriptors", "threads")
    }


def watch(server, archive, args):
    """Samples the server for the whole time, and has the archive changed now and then."""
    samples = []
    end = time.monotonic() + 60 * args.minutes
    next_swap = time.monotonic() + args.swap_every
    while time.monotonic() < end and server.alive():
        time.sleep(1)
        usage = server.usage()
        if usage:
            samples.append(dict(usage, at=time.monotonic()))
        if time.monotonic() >= next_swap:
            archive.swap()
            server.signal(signal.SIGHUP)
            next_swap = time.monotonic() + args.swap_every
    return samples


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    server_lab.add_common_options(parser)
    callers.add_options(parser)
    parser.add_argument("--minutes", type=float, default=0.5, help="how long (default: %(default)s)")
    parser.add_argument(
        "--swap-every", type=float, default=3, help="seconds between generations (default: %(default)s)"
    )
    parser.add_argument("--tolerance-mb", type=float, default=16, help="what memory may rise by (default: %(default)s)")
    parser.add_argument("--server-options", default="", help="more options of dateline-searcher")
    args = parser.parse_args()
    wrong = []
    with server_lab.open_lab(args) as lab, callers.Callers(args.cache) as clients:
        archive = Archive(lab)
        # Old generations are to go within the time of the test, so tokens do not hold them for long.
        options = ["--max-exports", "2", *lab.arguments({"--page-token-life": 2}), *args.server_options.split()]
        with server_lab.Server(lab, options) as server:
            clients.start(server.address, MIX)
            samples = watch(server, archive, args)
            counts = clients.stop()
            code = server_lab.stop_gently(server)
            log = server.log()
    risen = rises(samples)
    wrong += [
        f"{name} rises by {risen[name]:.1f}"
        for name, most in dict(RISES, rss_mb=args.tolerance_mb).items()
        if risen[name] > most
    ]
    if counts["failed"]:
        wrong.append(f"{len(counts['failed'])} calls failed, the first: {counts['failed'][0][2:]}")
    if code != 0:
        wrong.append(f"exit code {code}: {log}")
    line = dict(
        suite="soak",
        minutes=args.minutes,
        swaps=archive.swaps,
        calls=counts["calls"],
        codes=counts["codes"],
        rss_mb=[round(samples[0]["rss_mb"], 1), round(samples[-1]["rss_mb"], 1)],
        peak_mb=round(samples[-1]["peak_mb"], 1),
        rises={name: round(value, 2) for name, value in risen.items()},
        wrong=wrong,
    )
    server_lab.record(args.results, line)
    for name, value in line.items():
        print(f"{name}: {value}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
