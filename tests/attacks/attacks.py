#!/usr/bin/env python3
"""Attacks on a server, and how a good client fares beside each.

For every attack a fresh server, on loopback; a process that searches 50 times a second over one connection, with a
deadline of a second, and twice a second over a new one; the attack; and two seconds later one more search. Printed:

  share    of the good client's calls that were answered in time       (wanted: 99.9 % at least)
  new      of its calls over new connections
  p99 ms   of those answered
  peak MB  the most memory that the server had                         (wanted: --ceiling-mb at most)
  cpu s    processor time of the server, good client included
  after    whether a new connection is answered two seconds later

  attacks.py --bin BIN                              all, at the sizes of the issue
  attacks.py --bin BIN --only reset_flood,churn     some
  attacks.py --bin BIN --through-haproxy            at HAProxy in front, as tools/deploy/haproxy.cfg sets it up
  attacks.py --bin BIN --short                      some, small, and only survival counts: what ctest runs

Exit code: 0 when all that was wanted came true, 1 when not, 77 when this machine lacks HAProxy.
"""

import argparse
import json
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "serving"))
import edge
import good_client
import h2
import hostile
import server_lab

GOOD_SHARE = 0.999
# What ctest runs: one of each kind, and nothing that a server of this library cannot survive.
SHORT = (
    "silent_half_preface,silent_half_call,non_reading,header_bomb_long,header_bomb_many,header_bomb_table,reset_flood_calls,"
    "gzip_bomb,oversized_message,nested_message,ping_flood,settings_flood,empty_data_flood"
)
# Only a server with an accept loop of its own survives these.
SHORT_WITH_CAPS = ",descriptor_exhaustion,churn"
# Own limits of the server that make attackers be told apart from others, where it has such options.
SERVER_LIMITS = {"--max-connections": 12000, "--max-connections-per-address": 256}
FEW_DESCRIPTORS = 64
SETTLE_S = 2
SHORT_SETTLE_S = 0.3


def missing_limits(lab):
    """Which limits this server lacks: it has no such option, or takes it and lets everybody in."""
    missing = [name for name in SERVER_LIMITS if not lab.offers(name)]
    if missing:
        return missing
    with server_lab.Server(lab, ["--max-connections-per-address", "2"]) as server:
        target = hostile.Target(("127.0.0.1", server.port))
        with hostile.many(target, 10, h2.greeting()) as (plugs, refused):
            time.sleep(0.3)
            if refused + sum(map(hostile.is_closed, plugs)) == 0:
                return list(SERVER_LIMITS)
    return []


def attacks_wanted(lab, args):
    if args.only:
        return args.only.split(",")
    if args.short:
        return (SHORT + ("" if missing_limits(lab) else SHORT_WITH_CAPS)).split(",")
    return list(hostile.ATTACKS)


def attack_once(lab, name, args):
    descriptors = FEW_DESCRIPTORS if name == "descriptor_exhaustion" else None
    options = [] if descriptors else lab.arguments(SERVER_LIMITS)
    with server_lab.Server(
        lab, [*options, *args.server_options.split()], descriptors=descriptors
    ) as server, edge.maybe(args.through_haproxy, lab, [server.port]) as front:
        address = front.address if front else ("127.0.0.1", server.port)
        if not h2.answers(address):
            raise RuntimeError("no answer even without an attack: " + server.log() + (front.log() if front else ""))
        before = server.usage()
        client = good_client.GoodClient(address, args.rate)
        settle = SHORT_SETTLE_S if args.short else SETTLE_S
        time.sleep(settle / 2)
        begin = time.monotonic()
        met = hostile.ATTACKS[name](hostile.Target(address, args.scale, args.sources))
        seconds = time.monotonic() - begin
        time.sleep(settle / 2)
        good = client.stop()
        usage = server.usage()
        time.sleep(settle / 2)
        after = h2.answers(address)
        line = dict(
            suite="attacks",
            attack=name,
            through_haproxy=bool(front),
            seconds=round(seconds, 2),
            good=good,
            start_mb=round(before["rss_mb"], 1),
            alive=server.alive(),
            answers_after=after,
            attacker=met,
        )
        if usage:
            line.update(
                peak_mb=round(usage["peak_mb"], 1),
                cpu_s=round(usage["cpu_s"] - before["cpu_s"], 2),
                threads=usage["threads"],
            )
        if front:
            line["edge_peak_mb"] = round(front.usage()["peak_mb"], 1)
            line["edge_cpu_s"] = round(front.usage()["cpu_s"], 2)
            line["calls_passed_on"] = front.calls_passed_on()
        if server.alive():
            line["exit_code"] = server_lab.stop_gently(server)
        return line


def verdict(line, args):
    """What is not as it should be."""
    wrong = []
    if not line["alive"]:
        return ["the server died"]
    if not line["answers_after"]:
        wrong.append("no answer afterwards")
    if line["exit_code"] != 0:
        wrong.append(f"exit code {line['exit_code']}")
    if args.short:
        return wrong
    if line["good"]["share"] < GOOD_SHARE:
        wrong.append("good client")
    if line["peak_mb"] > args.ceiling_mb:
        wrong.append("memory")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    server_lab.add_common_options(parser)
    parser.add_argument("--only", help="names of attacks, by commas")
    parser.add_argument("--scale", type=float, help="of the attacks (default: 1, with --short 0.05)")
    parser.add_argument(
        "--sources", type=int, default=1, help="addresses that hostile connections come from, up to 100"
    )
    parser.add_argument("--rate", type=float, default=50, help="of the good client, calls a second")
    parser.add_argument(
        "--ceiling-mb", type=float, default=300, help="memory that the server may use (default: %(default)s)"
    )
    parser.add_argument("--server-options", default="", help="more options of dateline-searcher")
    parser.add_argument("--through-haproxy", action="store_true", help="attack HAProxy in front of the server")
    parser.add_argument("--short", action="store_true", help="the short form that the test suite runs")
    parser.add_argument("--json", action="store_true", help="one JSON object a line instead of a table")
    args = parser.parse_args()
    args.scale = args.scale or (0.05 if args.short else 1.0)
    for name in args.only.split(",") if args.only else []:
        if name not in hostile.ATTACKS:
            parser.error(f"no attack {name}; there are {', '.join(hostile.ATTACKS)}")
    server_lab.raise_descriptor_limit()
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    failed = 0
    with server_lab.open_lab(args) as lab:
        if not args.json:
            if missing := missing_limits(lab):
                print("not offered by this server: " + ", ".join(missing))
            table = server_lab.Table(
                "attack" + " " * 16, "share %", "new %", "p99 ms", "peak MB", "cpu s", "after", "verdict"
            )
        for name in attacks_wanted(lab, args):
            line = attack_once(lab, name, args)
            wrong = verdict(line, args)
            failed += bool(wrong)
            line["wrong"] = wrong
            server_lab.record(args.results, line)
            if args.json:
                print(json.dumps(line), flush=True)
                continue
            good = line["good"]
            table.row(
                name,
                100 * good["share"],
                100 * good["fresh_answered"] / good["fresh_sent"] if good["fresh_sent"] else "-",
                good["p99_ms"],
                line.get("peak_mb", "-"),
                line.get("cpu_s", "-"),
                "yes" if line["answers_after"] else "NO",
                ", ".join(wrong) or "ok",
            )
            edge_text = ""
            if line["through_haproxy"]:
                edge_text = (
                    f"; HAProxy: {line['edge_peak_mb']} MB, {line['edge_cpu_s']} s, passed {line['calls_passed_on']} calls on "
                    f"({good['sent'] + good['fresh_sent']} were the good client's)"
                )
            print("    attacker: " + line["attacker"] + edge_text, flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
