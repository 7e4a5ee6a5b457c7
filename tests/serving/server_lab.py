"""What the suites about the server share: a made-up archive, servers that run, what they use, and results.

Everything stays on loopback, in a scratch directory, and ends by itself; only processes started here are ended.
"""

import contextlib
import json
import os
import random
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(TESTS)
SKIPPED = 77  # exit code: this machine or this server does not allow the test
START_TIMEOUT_S = 60
TICKS = os.sysconf("SC_CLK_TCK")

WORDS = (
    "strike talks minister harbour budget summit ferry council ballot storm refinery tariff vaccine orchard treaty "
    "striker railway court police museum drought election subsidy broadband reservoir inquiry walkout ceasefire"
).split()
NAMES = ("Ines Calloway", "Tomas Brandt", "Aiko Mori", "Leila Haddad", "Piet Vos", "Rosa Delgado")
OUTLETS = ("The Tidewater Gazette", "Norpress", "Evening Echo", "Harbour Post")


def skip(reason):
    """Ends the suite so that nobody takes it for passed."""
    print("skipped: " + reason, flush=True)
    sys.exit(SKIPPED)


def add_common_options(parser):
    parser.add_argument("--bin", required=True, help="directory of dateline-searcher, dateline-indexer and so on")
    parser.add_argument("--index", help="serve (a copy of) this index instead of a made-up one")
    parser.add_argument(
        "--scratch",
        default="/dev/shm" if os.path.isdir("/dev/shm") else "/tmp",
        help="where to work (default: %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=20261122, help="of everything random (default: %(default)s)")
    parser.add_argument("--results", help="file to append the figures to, as JSON lines")


def article(number, rng):
    body = [" ".join(rng.choice(WORDS) for _ in range(rng.randint(30, 60))).capitalize() + "." for _ in range(3)]
    return dict(
        id=f"story-{number}",
        headline=" ".join(rng.sample(WORDS, 5)).capitalize(),
        body="\n".join(body),
        byline="By " + rng.choice(NAMES),
        outlet=rng.choice(OUTLETS),
        lang="en",
        section=rng.choice(("News", "Sport")),
        published=f"20{rng.randint(15, 24)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T08:30:00Z",
    )


class Lab:
    """Programs, a scratch directory, and an index of a made-up archive, or a copy of one that is given."""

    def __init__(self, args, scratch, articles=2000):
        self.bin = os.path.abspath(args.bin)
        self.scratch = scratch
        self.rng = random.Random(args.seed)
        for name in ("dateline-searcher", "dateline-indexer"):
            if not os.path.exists(self.program(name)):
                sys.exit(self.program(name) + " is not there; build it first")
        helped = subprocess.run([self.program("dateline-searcher"), "--help"], capture_output=True, text=True).stdout
        self.options = set(re.findall(r"^ +(?:-[a-z],)?(--[a-z][a-z0-9-]*)", helped, re.MULTILINE))
        self.index = os.path.join(scratch, "index")
        if args.index:
            shutil.copytree(args.index, self.index)
        else:
            self.build(self.index, [article(i, self.rng) for i in range(articles)])

    def program(self, name):
        return os.path.join(self.bin, name)

    def offers(self, option):
        return option in self.options

    # The options among `wanted` (name to value) that this server knows, as arguments.
    def arguments(self, wanted):
        return [word for name, value in wanted.items() if self.offers(name) for word in (name, str(value))]

    def write_articles(self, name, articles):
        path = os.path.join(self.scratch, name)
        with open(path, "w", encoding="utf-8") as file:
            for each in articles:
                file.write(json.dumps(each) + "\n")
        return path

    def build(self, index, articles):
        self.indexer("build", "--index", index, self.write_articles("articles.jsonl", articles))

    def indexer(self, command, *arguments):
        done = subprocess.run(
            [self.program("dateline-indexer"), command, "--quiet", *arguments],
            capture_output=True,
            text=True,
            timeout=120,
        )
        if done.returncode != 0:
            raise RuntimeError(f"dateline-indexer {command}: exit code {done.returncode}: {done.stderr}")


@contextlib.contextmanager
def open_lab(args, **options):
    with tempfile.TemporaryDirectory(dir=args.scratch, prefix="dateline-serving-") as scratch:
        yield Lab(args, scratch, **options)


class Server:
    """A dateline-searcher that runs from construction until `close`, or the end of a `with`.

    `processors`: those that it may use, as {0}. `descriptors`: its limit of them.
    """

    def __init__(self, lab, options=(), listen="127.0.0.1:0", processors=None, descriptors=None):
        self.log_path = os.path.join(lab.scratch, f"server-{time.monotonic_ns()}.log")
        command = [lab.program("dateline-searcher"), "--index", lab.index, "--listen", listen, *options]

        def prepare():
            if descriptors:
                resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
            if processors:
                os.sched_setaffinity(0, processors)

        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, preexec_fn=prepare
            )
        self.pid = self.process.pid
        found = re.match(r"listening on (\S+)", self._first_line())
        if not found:
            self.close()
            raise RuntimeError("the server did not start: " + self.log())
        self.address = found.group(1)
        port = re.fullmatch(r".*:(\d+)", self.address)
        self.port = int(port.group(1)) if port else 0  # 0: a unix socket

    def _first_line(self):
        deadline = time.monotonic() + START_TIMEOUT_S
        # The program prints the line whole and flushes it; until then it loads, and may fail.
        while time.monotonic() < deadline:
            if select.select([self.process.stdout], [], [], 0.2)[0]:
                return self.process.stdout.readline()
        return ""

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def alive(self):
        return self.process.poll() is None

    def usage(self):
        return usage_of(self.pid)

    def signal(self, number):
        self.process.send_signal(number)

    # Exit code, or None when it still runs.
    def wait(self, timeout):
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def close(self):
        if self.alive():
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def offers_unix_sockets(lab):
    """A server that knows none takes "unix:/PATH" for a bad HOST:PORT."""
    try:
        Server(lab, listen="unix:" + os.path.join(lab.scratch, "trial.sock")).close()
    except RuntimeError as error:
        if "HOST:PORT" in str(error):
            return False
        raise
    return True


def wait_or_kill(process, patience=5):
    """For a process that has been told to end."""
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def usage_of(pid):
    """What a process uses: rss_mb, peak_mb, cpu_s, threads, descriptors; None when it is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8") as file:
            status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            fields = file.read().rpartition(")")[2].split()
        descriptors = len(os.listdir(f"/proc/{pid}/fd"))
        megabytes = lambda name: int(status[name].split()[0]) / 1024
        return dict(
            rss_mb=megabytes("VmRSS"),
            peak_mb=megabytes("VmHWM"),
            cpu_s=(int(fields[11]) + int(fields[12])) / TICKS,
            threads=int(status["Threads"]),
            descriptors=descriptors,
        )
    except (FileNotFoundError, ProcessLookupError, KeyError):
        return None


def percentile(values, fraction):
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(fraction * len(ordered)))]


def slope(points):
    """Least squares: how much y rises for one of x."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def halves_of_processors():
    """One processor for the server and the others for whoever loads it; the same where there is only one."""
    every = sorted(os.sched_getaffinity(0))
    return {every[0]}, set(every[1:]) or {every[0]}


def raise_descriptor_limit():
    """As far as this machine lets us; returns how many there are."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def stop_gently(server, timeout=30):
    server.signal(signal.SIGTERM)
    return server.wait(timeout)


class Ballast:
    """Keeps processors busy with work that gives way to all other. Two virtual processors are often one core: what runs
    on one takes up to half of the other's speed, and a server would look the slower the more its load generator does."""

    SPIN = """
import os, time
os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
parent, end = os.getppid(), time.monotonic() + 3600
while time.monotonic() < end and os.getppid() == parent:
    for _ in range(1000000):
        pass
"""

    def __init__(self, processors):
        self.processes = [
            subprocess.Popen(
                [sys.executable, "-c", self.SPIN], preexec_fn=lambda one=processor: os.sched_setaffinity(0, [one])
            )
            for processor in processors
        ]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()


class Table:
    """Rows on standard output, columns as wide as their heads say."""

    def __init__(self, *heads):
        self.widths = [max(len(head), 8) for head in heads]
        self.row(*heads)

    def row(self, *cells):
        texts = [f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells]
        print(
            "  ".join(
                text.ljust(width) if i == 0 else text.rjust(width)
                for i, (text, width) in enumerate(zip(texts, self.widths))
            ),
            flush=True,
        )


def record(path, line):
    line = dict(line, date=time.strftime("%Y-%m-%d"))
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
