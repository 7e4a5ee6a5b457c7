#!/usr/bin/env python3
"""Clients that nobody here wrote, against a server of a small made-up archive: stubs that grpcio-tools generates, grpcurl,
and ghz.

  foreign_clients.py --bin BIN                       all three
  foreign_clients.py --bin BIN --client python       one

The tools come from PyPI and the Go module proxy and are kept in --cache. Where one cannot be had, "skipped:" says why, and
the exit code is 77 unless something failed; else 0, or 1 when a check failed.
"""

import argparse
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "serving"))
import server_lab
import tools_setup

ARTICLES = 600
PROTO = ["-import-path", tools_setup.ROOT, "-proto", tools_setup.PROTO_FILES[0]]
METHOD = "dateline.v1.SearchService.Search"
# One export at a time, and tokens that die with their generation: both make an error that a client must be able to read.
SERVER_OPTIONS = ["--max-exports", "1", "--page-token-life", "0"]


def archive(lab):
    articles = [server_lab.article(i, lab.rng) for i in range(ARTICLES - 2)]
    articles.append(
        dict(
            id="unicode",
            headline="東京とŁódź: الخرطوم",
            body="Zażółć gęślą jaźń. 東京 Łódź الخرطوم.",
            outlet="Norpress",
            lang="en",
            published="2020-02-29",
        )
    )
    articles.append(
        dict(
            id="long",
            headline="A long read",
            body="\n".join(["words upon words " * 50] * 100),
            lang="en",
            published="2014-01-01",
        )
    )
    return articles


def run_python(lab, server, cache):
    python, stubs = tools_setup.python_with_stubs(cache)
    script = os.path.join(tools_setup.HERE, "python_client.py")
    environment = dict(os.environ, PYTHONPATH=stubs)
    with server_lab.Server(lab, ["--max-query-cpu", "1"]) as thrifty, subprocess.Popen(
        [python, script, server.address, "--thrifty", thrifty.address, "--articles", str(ARTICLES)],
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as client:
        for line in client.stdout:
            if line.strip() == "publish":
                lab.indexer(
                    "add", "--index", lab.index, lab.write_articles("more.jsonl", [server_lab.article(9999, lab.rng)])
                )
                client.stdin.write("done\n")
                client.stdin.flush()
            else:
                print("python:", line.rstrip(), flush=True)
    return client.returncode == 0


def _tool(name, command, wanted_code=0):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    if (done.returncode == 0) != (wanted_code == 0):
        raise AssertionError(f"exit code {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
    print(f"{name}: ok", " ".join(command[1:4]), "...", flush=True)
    return done.stdout + done.stderr


def _expect(condition, what):
    if not condition:
        raise AssertionError(what)


def run_grpcurl(_, server, cache):
    program = tools_setup.go_tool("grpcurl", cache)
    call = [program, "-plaintext", *PROTO]
    listed = _tool("grpcurl", [program, *PROTO, "list", "dateline.v1.SearchService"])
    _expect("dateline.v1.SearchService.MultiSearch" in listed, "methods: " + listed)
    found = json.loads(
        _tool(
            "grpcurl",
            [
                *call,
                "-d",
                '{"query": "strike", "page_size": 3, "facets": [{"field": "FACET_FIELD_OUTLET"}]}',
                server.address,
                "dateline.v1.SearchService/Search",
            ],
        )
    )
    _expect(len(found["hits"]) == 3 and found["facets"][0]["values"], f"hits and facets: {found}")
    exported = _tool(
        "grpcurl", [*call, "-d", '{"query": "headline:strike"}', server.address, "dateline.v1.SearchService/Export"]
    )
    _expect('"articles"' in exported, "articles: " + exported)
    # grpcurl knows the types of details from the files that it is given.
    details = ["-proto", tools_setup.PROTO_FILES[2]]
    refused = _tool(
        "grpcurl",
        [*call, *details, "-d", '{"query": "strike \\"unclosed"}', server.address, "dateline.v1.SearchService/Search"],
        wanted_code=1,
    )
    for word in ("InvalidArgument", "QUERY_INVALID", '"offset"', "BadRequest"):
        _expect(word in refused, f"{word} in the error: {refused}")
    return True


def run_ghz(_, server, cache):
    program = tools_setup.go_tool("ghz", cache)
    calls = 3000
    report = json.loads(
        _tool(
            "ghz",
            [
                program,
                "--insecure",
                "--import-paths",
                tools_setup.ROOT,
                "--proto",
                tools_setup.PROTO_FILES[0],
                "--call",
                METHOD,
                "-d",
                '{"query": "strike", "page_size": 10}',
                "-n",
                str(calls),
                "-c",
                "8",
                "--connections",
                "2",
                "-O",
                "json",
                server.address,
            ],
        )
    )
    _expect(report["count"] == calls, f"count: {report['count']}")
    _expect(report["statusCodeDistribution"] == {"OK": calls}, f"codes: {report['statusCodeDistribution']}")
    print(f"ghz: {calls} calls, {report['rps']:.0f} a second, mean {report['average'] / 1e6:.2f} ms", flush=True)
    return True


CLIENTS = dict(grpcurl=run_grpcurl, ghz=run_ghz, python=run_python)  # python last: it changes the archive


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    server_lab.add_common_options(parser)
    parser.add_argument("--client", choices=sorted(CLIENTS), help="only this one")
    parser.add_argument(
        "--cache", default=tools_setup.DEFAULT_CACHE, help="where tools are kept (default: %(default)s)"
    )
    args = parser.parse_args()
    if args.index:
        parser.error("--index: the checks know the archive that they make up")
    failed, skipped = [], []
    with server_lab.open_lab(args, articles=1) as lab:
        lab.build(lab.index, archive(lab))
        with server_lab.Server(lab, SERVER_OPTIONS) as server:
            for name in [args.client] if args.client else CLIENTS:
                try:
                    if not CLIENTS[name](lab, server, args.cache):
                        failed.append(name)
                except tools_setup.Unavailable as why:
                    print("skipped:", why, flush=True)
                    skipped.append(name)
                except (AssertionError, KeyError, ValueError) as why:
                    print(f"FAILED {name}: {why}", flush=True)
                    failed.append(name)
    if failed:
        sys.exit("FAILED: " + ", ".join(failed))
    sys.exit(server_lab.SKIPPED if skipped else 0)


if __name__ == "__main__":
    main()
