#!/usr/bin/env python3
"""A second server on the address of one that runs: refused with a message that says why, every time, and the first one
does not notice. For a port, and for the path of a unix socket where the server offers them.

  second_server.py --bin BIN --rounds 100

Exit code: 0 when all were refused, 1 when not.
"""

import argparse
import os
import subprocess
import sys

import h2
import server_lab


def try_second(lab, listen):
    """What is wrong with how a second server on the same address ended; "" when nothing is."""
    try:
        done = subprocess.run(
            [lab.program("dateline-searcher"), "--index", lab.index, "--listen", listen],
            text=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=30,
        )
    except subprocess.TimeoutExpired:
        return "it runs"
    if done.returncode == 0 or "listening on" in done.stdout:
        return f"exit code {done.returncode}, {done.stdout.strip()}"
    if "cannot listen on" not in done.stderr and "in use" not in done.stderr:
        return "it does not say why: " + done.stderr
    return ""


def rounds(lab, listen, count):
    """How many second servers were refused, beside a first one that goes on answering."""
    with server_lab.Server(lab, listen=listen) as server:
        address = ("127.0.0.1", server.port) if server.port else server.address.removeprefix("unix:")
        refused = 0
        for _ in range(count):
            wrong = try_second(lab, server.address)
            if not wrong and not h2.answers(address):
                wrong = "the first one no longer answers"
            if wrong:
                print("WRONG:", wrong, flush=True)
            refused += not wrong
        if server_lab.stop_gently(server) != 0:
            print("WRONG: the first one ended badly: " + server.log())
            refused = 0
        return refused


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    server_lab.add_common_options(parser)
    parser.add_argument("--rounds", type=int, default=10, help="of each kind (default: %(default)s)")
    args = parser.parse_args()
    failed = False
    with server_lab.open_lab(args, articles=50) as lab:
        kinds = dict(port="127.0.0.1:0", unix_socket="unix:" + os.path.join(lab.scratch, "socket"))
        for kind, listen in kinds.items():
            if kind == "unix_socket" and not server_lab.offers_unix_sockets(lab):
                print(f"{kind}: not offered by this server")
                continue
            refused = rounds(lab, listen, args.rounds)
            print(f"{kind}: {refused} of {args.rounds} refused", flush=True)
            server_lab.record(args.results, dict(suite="second_server", kind=kind, trials=args.rounds, passed=refused))
            failed |= refused != args.rounds
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
