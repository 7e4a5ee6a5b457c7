#!/usr/bin/env python3
"""SIGTERM under load, again and again: no call that the server had taken fails, and it ends with exit code 0 in time.

Python clients search, count, export and get without pause over connections of their own. A call that began before the
signal and ends in an error is a failure, unless the connection to the server was refused: then it was never taken. Calls
that begin after the signal may be refused, and are counted.

  sigterm.py --bin BIN --rounds 200                   one server at a time
  sigterm.py --bin BIN --rounds 20 --through-haproxy  two behind HAProxy, of which one ends and comes back: no call fails
  ... --through-haproxy --drain-first                 the same, and HAProxy is told beforehand

Exit code: 0 when no promise was broken, 1 when one was, 77 when grpcio (or HAProxy) cannot be had.
"""

import argparse
import sys
import time

import callers
import edge
import server_lab

GRACE_S = 20
MIX = ["search"] * 5 + ["count", "facets", "export", "get"]
NOT_TAKEN = ("failed to connect", "connection refused", "connect failed", "socket closed before")


def was_taken(details):
    return not any(text in details.lower() for text in NOT_TAKEN)


class Totals:
    def __init__(self, margin_s):
        self.margin_s = margin_s
        self.line = dict(
            suite="sigterm",
            trials=0,
            passed=0,
            calls=0,
            failed_in_flight=0,
            not_taken=0,
            refused_later=0,
            told_by_health=0,
            bad_exits=0,
            slowest_exit_s=0.0,
        )

    def add(self, counts, signalled, code, exit_s, strict):
        line = self.line
        before = line["failed_in_flight"] + line["bad_exits"]
        line["trials"] += 1
        line["calls"] += counts["calls"]
        line["slowest_exit_s"] = max(line["slowest_exit_s"], round(exit_s, 3))
        line["told_by_health"] += any(at >= signalled and what == "NOT_SERVING" for at, what in counts["health"])
        if code != 0:
            line["bad_exits"] += 1
            print(f"WRONG: exit code {code} after {exit_s:.1f} s", flush=True)
        for begun, ended, kind, status, details in counts["failed"]:
            if begun >= signalled - self.margin_s and not strict:
                line["refused_later"] += 1
            elif not strict and not was_taken(details):
                line["not_taken"] += 1
            else:
                line["failed_in_flight"] += 1
                when = f"begun {signalled - begun:.4f} s before the signal, ended {ended - signalled:.4f} s after it"
                print(f"WRONG: {kind}, {when}: {status}: {details}", flush=True)
        line["passed"] += before == line["failed_in_flight"] + line["bad_exits"]


def end_server(server, seconds):
    """SIGTERM after `seconds` of load: (when it was sent, exit code, how long that took)."""
    time.sleep(seconds)
    signalled = time.monotonic()
    code = server_lab.stop_gently(server, GRACE_S)
    return signalled, code, time.monotonic() - signalled


def alone(lab, args, totals):
    with callers.Callers(args.cache) as clients:
        for _ in range(args.rounds):
            with server_lab.Server(lab) as server:
                clients.start(server.address, [*MIX, "watch"])
                signalled, code, took = end_server(server, args.seconds)
                totals.add(clients.stop(), signalled, code, took, strict=False)


def in_turns(lab, args, totals):
    """Two servers behind HAProxy. Clients of the edge are not to notice that one of them ends."""
    servers = [server_lab.Server(lab) for _ in range(2)]
    try:
        # Answers at hand come so fast that these few clients would be taken for a flood.
        ports = [server.port for server in servers]
        with edge.Edge(lab, ports, DATELINE_EDGE_CALLS="1000000") as front, callers.Callers(args.cache) as clients:
            for i in range(args.rounds):
                clients.start("%s:%d" % front.address, MIX)  # a watch never ends, so nobody could wait for it
                server = servers[i % 2]
                if args.drain_first:
                    time.sleep(args.seconds)
                    front.drain(i % 2)
                signalled, code, took = end_server(server, args.seconds)
                time.sleep(args.seconds)  # the other one alone
                totals.add(clients.stop(), signalled, code, took, strict=True)
                server.close()
                servers[i % 2] = server_lab.Server(lab, listen=f"127.0.0.1:{server.port}")
                if args.drain_first:
                    front.make_ready(i % 2)
                front.wait_until_up()
    finally:
        for server in servers:
            server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    server_lab.add_common_options(parser)
    callers.add_options(parser)
    parser.add_argument("--rounds", type=int, default=20, help="how many servers are ended (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=0.5, help="of load before each signal (default: %(default)s)")
    parser.add_argument(
        "--margin-ms",
        type=float,
        default=0,
        help="a call that began so shortly before the signal need not have reached the server (default: 0)",
    )
    parser.add_argument(
        "--through-haproxy", action="store_true", help="two servers behind HAProxy; no call at all may fail"
    )
    parser.add_argument("--drain-first", action="store_true", help="with it: the edge is told before a server ends")
    args = parser.parse_args()
    totals = Totals(args.margin_ms / 1000)
    totals.line.update(through_haproxy=args.through_haproxy, drain_first=args.drain_first)
    with server_lab.open_lab(args) as lab:
        (in_turns if args.through_haproxy else alone)(lab, args, totals)
    line = totals.line
    server_lab.record(args.results, line)
    print(", ".join(f"{name} {value}" for name, value in line.items()), flush=True)
    if line["calls"] < 10 * args.rounds:
        sys.exit("WRONG: hardly any calls; the test tests nothing")
    sys.exit(1 if line["failed_in_flight"] or line["bad_exits"] else 0)


if __name__ == "__main__":
    main()
