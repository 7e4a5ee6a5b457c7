"""What the fault suites share: programs, operations on an index, what an index answers, results as JSON lines."""
import datetime
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import time

SAMPLE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "sample", "feeds")
TIMEOUT_S = 120  # a program that works longer hangs
GENERATION = re.compile(r"^g\d+-[0-9a-f]{16}$")
# Everything that may lie in an index directory between two writers, beside generations.
RESIDENTS = {"CURRENT", "LOCK", "TOKEN_KEY", "rejects.jsonl"}


def fail(message):
    sys.exit("fault suite: " + message)


def add_common_options(parser):
    parser.add_argument("--bin", required=True, help="directory of dateline-indexer and fault_probe")
    parser.add_argument("--injector", required=True, help="the preload library fault_injector")
    parser.add_argument("--scratch", default="/dev/shm" if os.path.isdir("/dev/shm") else "/tmp",
                        help="where to work; memory is fastest (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=20261122, help="of everything random (default: %(default)s)")
    parser.add_argument("--results", help="file to append the figures to, as JSON lines")
    parser.add_argument("--quick", action="store_true", help="the short form that the test suite runs")


class Lab:
    """A scratch directory and the programs. The two inputs are taken from the sample archive."""

    def __init__(self, args, scratch):
        self.indexer = os.path.join(args.bin, "dateline-indexer")
        self.probe = os.path.join(args.bin, "fault_probe")
        self.injector = os.path.abspath(args.injector)
        self.scratch = scratch
        for path in (self.indexer, self.probe, self.injector):
            if not os.path.exists(path):
                fail(path + " is not there; build it first")
        self.few = self._input("few.jsonl", "outlets.jsonl", 0, 5)
        self.more = self._input("more.jsonl", "norpress.jsonl", 0, 6)
        # New articles, and two of `few` again with another headline: those replace.
        self.news = self._input("news.jsonl", "outlets.jsonl", 3, 9, rewrite=2)
        helped = subprocess.run([self.indexer, "--help"], capture_output=True, text=True).stdout
        self.commands = {line.split()[0] for line in helped.splitlines() if re.match(r"^  [a-z]", line)}

    def _input(self, name, source, begin, end, rewrite=0):
        with open(os.path.join(SAMPLE, source), encoding="utf-8") as file:
            lines = file.read().splitlines()[begin:end]
        path = os.path.join(self.scratch, name)
        with open(path, "w", encoding="utf-8") as file:
            for i, line in enumerate(lines):
                article = json.loads(line)
                if i < rewrite:
                    for field in ("title", "headline"):
                        if field in article:
                            article[field] += ", revised"
                file.write(json.dumps(article, ensure_ascii=False) + "\n")
        return path

    # The arguments of dateline-indexer for an operation on `index`.
    def command(self, operation, index):
        common = ["--index", index]
        return {
            "build": ["build", "--quiet", "--threads", "1", *common, self.more],
            "build_few": ["build", "--quiet", "--threads", "1", *common, self.few],
            "add": ["add", "--quiet", *common, self.news],
            "delete": ["delete", "--quiet", *common, *self.doomed],
            "merge": ["merge", "--all", "--quiet", *common],
            "rollback": ["rollback", "--quiet", *common],
            "rebuild": ["rebuild", "--quiet", "--threads", "1", "--from", self.origin, *common],
            "accelerate": ["accelerate", "--all", "--quiet", *common],
            "gc": ["gc", "--quiet", "--keep", "1", *common],
        }[operation]

    # The index that `rebuild` reads, which no fault meets.
    @functools.cached_property
    def origin(self):
        path = os.path.join(self.scratch, "origin")
        subprocess.run([self.indexer, "build", "--quiet", "--index", path, self.more], check=True)
        return path

    # Ids to delete: the first articles of `few`, by what they call themselves.
    @property
    def doomed(self):
        with open(self.few, encoding="utf-8") as file:
            articles = [json.loads(line) for line in file]
        return [a.get("id") or a["url"] for a in articles[:2]]

    def run(self, operation, index, env=None):
        """Runs an operation to its end: (exit code, standard error)."""
        environment = dict(os.environ, **(env or {}))
        try:
            done = subprocess.run([self.indexer, *self.command(operation, index)], env=environment, stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            return None, "hangs"
        return done.returncode, done.stderr.decode("utf-8", "replace")

    def must(self, operation, index):
        code, error = self.run(operation, index)
        if code != 0:
            fail(f"{operation} without a fault: exit code {code}: {error}")

    def answers(self, index):
        """(generation, answers), or ("", the error) when the index does not open."""
        done = subprocess.run([self.probe, index], capture_output=True, text=True, timeout=TIMEOUT_S)
        if done.returncode != 0:
            error = (done.stderr or f"fault_probe: exit code {done.returncode}").strip()
            if "INVALID_ARGUMENT" in error:
                fail("a request of the golden set is not understood: " + error)
            return "", error
        generation, _, text = done.stdout.partition("\n")
        return generation, text

    def rehearse(self, cycle, index):
        """A new index, twice round the cycle without a fault: (what is right after each operation, its seconds)."""
        os.mkdir(index)
        self.must("build_few", index)
        right, seconds = {}, {}
        for _ in range(2):
            for step in cycle:
                start = time.monotonic()
                self.must(step, index)
                seconds[step] = time.monotonic() - start
                right[step] = self.answers(index)[1]
        return right, seconds


def copy_index(source, target):
    shutil.rmtree(target, ignore_errors=True)
    subprocess.run(["cp", "-a", source, target], check=True)  # keeps hard links


def show(problems):
    for problem in problems[:20]:
        print("WRONG:", problem, flush=True)
    if len(problems) > 20:
        print(f"and {len(problems) - 20} more")


def strays(index):
    """What lies in an index directory and should not."""
    found = []
    for name in sorted(os.listdir(index)):
        if GENERATION.match(name):
            if not os.path.exists(os.path.join(index, name, "MANIFEST")):
                found.append(name + " without MANIFEST")
        elif name not in RESIDENTS:
            found.append(name)
    return found


def record(path, suite, what, trials, passed, seed, **more):
    line = dict(suite=suite, what=what, trials=trials, passed=passed, seed=seed,
                date=datetime.date.today().isoformat(), **more)
    print(json.dumps(line))
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
