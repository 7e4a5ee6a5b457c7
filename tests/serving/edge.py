"""HAProxy in front of servers, as tools/deploy/haproxy.cfg sets it up."""

import contextlib
import csv
import os
import shutil
import signal
import socket
import subprocess
import time

import server_lab

CONFIGURATION = os.path.join(server_lab.ROOT, "tools", "deploy", "haproxy.cfg")


def find_haproxy():
    # Debian puts it where only root's PATH looks.
    found = shutil.which("haproxy", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    return found or server_lab.skip("haproxy is not installed: tools/setup.sh --with-deploy-tests")


def free_port():
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        return plug.getsockname()[1]


class Edge:
    """A running HAProxy; `ports` are those of one server or two, `settings` more of its environment. `address` is where
    clients go."""

    def __init__(self, lab, ports, **settings):
        self.address = ("127.0.0.1", free_port())
        self.socket_path = os.path.join(lab.scratch, f"haproxy-{self.address[1]}.sock")
        self.log_path = os.path.join(lab.scratch, f"haproxy-{self.address[1]}.log")
        environment = {
            **os.environ,
            "DATELINE_EDGE": f"127.0.0.1:{self.address[1]}",
            "DATELINE_EDGE_ADMIN": self.socket_path,
            "DATELINE_SERVER_1": f"127.0.0.1:{ports[0]}",
            "DATELINE_SERVER_2": f"127.0.0.1:{ports[-1]}",
            **settings,
        }
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [find_haproxy(), "-db", "-f", CONFIGURATION],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            self.wait_until_up()
        except RuntimeError:
            self.close()
            raise

    def wait_until_up(self):
        """Until it accepts, and its health check has found every server to serve."""
        deadline = time.monotonic() + 10
        while not self._up():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError("haproxy did not come up: " + self.log())
            time.sleep(0.05)

    def _up(self):
        try:
            servers = self.servers()
        except OSError:
            return False
        return bool(servers) and all(
            server["status"] == "UP" and server["check_status"] == "L7OK" for server in servers
        )

    def servers(self):
        """What HAProxy counts of each server, by the names of its columns."""
        lines = self.command("show stat").lstrip("# ").splitlines()
        return [row for row in csv.DictReader(lines) if row["pxname"] == "dateline" and row["svname"] != "BACKEND"]

    def drain(self, number):
        """Sends no new call to a server, 0 or 1, and waits until none runs there."""
        name = self.servers()[number]["svname"]
        self.command(f"set server dateline/{name} state drain")
        deadline = time.monotonic() + 10
        while int(self.servers()[number]["scur"]) > 0:
            if time.monotonic() > deadline:
                raise RuntimeError(name + " still has calls")
            time.sleep(0.02)

    def make_ready(self, number):
        self.command(f"set server dateline/{self.servers()[number]['svname']} state ready")

    def calls_passed_on(self):
        return sum(int(server["stot"]) for server in self.servers())

    def command(self, text):
        with socket.socket(socket.AF_UNIX) as plug:
            plug.settimeout(2)
            plug.connect(self.socket_path)
            plug.sendall(text.encode() + b"\n")
            answer = b""
            while more := plug.recv(65536):
                answer += more
        return answer.decode()

    def usage(self):
        return server_lab.usage_of(self.process.pid)

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        server_lab.wait_or_kill(self.process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


@contextlib.contextmanager
def maybe(wanted, lab, ports):
    """An Edge in front of the ports, or None when it is not wanted."""
    front = Edge(lab, ports) if wanted else None
    try:
        yield front
    finally:
        if front:
            front.close()
