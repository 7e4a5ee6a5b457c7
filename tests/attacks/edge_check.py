#!/usr/bin/env python3
"""What tools/deploy/haproxy.cfg promises, quickly: HAProxy accepts it; its health check is the one that h2.py makes, and
sees a server that goes; a good client is not hurt at 500 calls a second; floods of resets and a header bomb stay out; TLS,
with and without certificates of clients.

  edge_check.py --bin BIN

Exit code: 0, 1 when something is not so, 77 when HAProxy is not installed.
"""

import argparse
import os
import re
import ssl
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "serving"))
import edge
import good_client
import h2
import hostile
import server_lab

RATE = 500
SCALE = 0.2  # of the attacks
# Of a flood of 10,000 calls, those that may come through.
LEAK = 200


def check_configuration():
    done = subprocess.run([edge.find_haproxy(), "-c", "-f", edge.CONFIGURATION], capture_output=True, text=True)
    if done.returncode != 0 or "ALERT" in done.stderr or "WARNING" in done.stderr:
        yield "haproxy -c: " + done.stderr
    with open(edge.CONFIGURATION, encoding="utf-8") as file:
        found = re.search(r"send-binary (\S+)", file.read()).group(1)
    wanted = h2.greeting(header_table_size=0) + h2.call(
        1, "/grpc.health.v1.Health/Check", h2.field(1, "dateline.v1.SearchService")
    )
    if found != wanted.hex():
        yield "the bytes of the health check should be " + wanted.hex()


def check_good_client(front):
    client = good_client.GoodClient(front.address, RATE)
    time.sleep(2)
    counts = client.stop()
    if counts["answered"] != counts["sent"] or counts["fresh_answered"] != counts["fresh_sent"]:
        yield f"a good client of {RATE} calls a second: {counts}"


def check_attack(front, name, number):
    client = good_client.GoodClient(front.address, 50)
    before = front.calls_passed_on()
    met = hostile.ATTACKS[name](
        hostile.Target(front.address, SCALE, first_source=number)
    )  # earlier sources are shut out
    time.sleep(0.3)
    counts = client.stop()
    leaked = front.calls_passed_on() - before - counts["sent"] - counts["fresh_sent"]
    print(f"{name}: {met}; {leaked} calls came through", flush=True)
    if leaked > LEAK:
        yield f"{name}: {leaked} calls came through"
    if counts["answered"] != counts["sent"]:
        yield f"{name}: the good client: {counts}"


def check_unix_socket(lab):
    path = os.path.join(lab.scratch, "searcher.sock")
    servers = dict(DATELINE_SERVER_1="unix@" + path, DATELINE_SERVER_2="unix@" + path)
    with server_lab.Server(lab, listen="unix:" + path), edge.Edge(lab, [0], **servers) as front:
        if not h2.answers(front.address):
            yield "no answer from a server on a unix socket"


def check_failover(front, servers):
    """One server goes; the edge knows, and answers."""
    server_lab.stop_gently(servers[0])
    deadline = time.monotonic() + 5
    while [row["status"] for row in front.servers()][0].startswith("UP"):
        if time.monotonic() > deadline:
            yield "the health check does not see that a server has gone"
            break
        time.sleep(0.05)
    if not all(h2.answers(front.address) for _ in range(20)):
        yield "calls fail while one of two servers is gone"


class Certificates:
    """An authority and two certificates that it signed, for a server and a client, as files of certificate and key."""

    def __init__(self, directory):
        self.directory = directory
        self._openssl(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=authority",
            "-keyout",
            self.path("authority.key"),
            "-out",
            self.path("authority"),
        )
        for name in ("server", "client"):
            self._openssl(
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-addext",
                "subjectAltName=DNS:localhost",
                "-keyout",
                self.path(name + ".key"),
                "-out",
                self.path(name + ".csr"),
            )
            self._openssl(
                "x509",
                "-req",
                "-in",
                self.path(name + ".csr"),
                "-CA",
                self.path("authority"),
                "-CAkey",
                self.path("authority.key"),
                "-CAcreateserial",
                "-days",
                "2",
                "-copy_extensions",
                "copy",
                "-out",
                self.path(name),
            )
            with open(self.path(name), "a", encoding="utf-8") as both, open(
                self.path(name + ".key"), encoding="utf-8"
            ) as key:
                both.write(key.read())

    def path(self, name):
        return os.path.join(self.directory, name + ".pem")

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], check=True, stdin=subprocess.DEVNULL, capture_output=True)

    def client_context(self, with_certificate):
        context = ssl.create_default_context(cafile=self.path("authority"))
        context.set_alpn_protocols(["h2"])
        if with_certificate:
            context.load_cert_chain(self.path("client"))
        return context


def check_tls(lab, server):
    made = Certificates(lab.scratch)
    known, unknown = made.client_context(True), made.client_context(False)
    with edge.Edge(lab, [server.port], DATELINE_EDGE_CERTIFICATE=made.path("server")) as front:
        if not h2.answers(front.address, tls=unknown):
            yield "TLS: no answer"
        if h2.answers(front.address):
            yield "TLS: an answer without it"
    with edge.Edge(
        lab,
        [server.port],
        DATELINE_EDGE_CERTIFICATE=made.path("server"),
        DATELINE_EDGE_CLIENT_CA=made.path("authority"),
    ) as front:
        if not h2.answers(front.address, tls=known):
            yield "TLS: no answer to a client with a certificate"
        if h2.answers(front.address, tls=unknown):
            yield "TLS: an answer to a client without a certificate"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    server_lab.add_common_options(parser)
    args = parser.parse_args()
    wrong = list(check_configuration())
    with server_lab.open_lab(args) as lab, server_lab.Server(lab) as one, server_lab.Server(lab) as other, edge.Edge(
        lab, [one.port, other.port]
    ) as front:
        wrong += check_good_client(front)
        for number, name in enumerate(("reset_flood", "reset_flood_calls", "reset_flood_again", "header_bomb_long")):
            wrong += check_attack(front, name, number)
        wrong += check_tls(lab, one)
        if server_lab.offers_unix_sockets(lab):
            wrong += check_unix_socket(lab)
        else:
            print("not offered by this server: unix sockets")
        wrong += check_failover(front, [one, other])
    for each in wrong:
        print("WRONG:", each)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
