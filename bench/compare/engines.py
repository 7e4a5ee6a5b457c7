"""An engine as a process that speaks the protocol of bench/peers/README.md."""
import hashlib
import json
import os
import queue
import shutil
import subprocess
import threading

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PEERS = os.path.join(BENCH, "peers")
# An engine that is another way to run an installed one.
VARIANTS = {"lucene-sorted": "lucene"}
KNOWN = ("lucene", "lucene-sorted", "tantivy", "xapian", "sqlite")
ANSWER_TIMEOUT_S = 120
OPEN_TIMEOUT_S = 600
NO_ENGINE = 3  # what install.sh exits with when an engine cannot be had


class EngineError(Exception):
    pass


def _hash_of(folder):
    digest = hashlib.sha256()
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            with open(os.path.join(root, name), "rb") as file:
                digest.update(name.encode() + b"\0" + file.read())
    return digest.hexdigest()[:16]


def install(name, work, say):
    """The executable of a peer, installed unless it is; raises EngineError with the reason why it cannot be had."""
    source = os.path.join(PEERS, VARIANTS.get(name, name))
    if not os.path.exists(os.path.join(source, "install.sh")):
        raise EngineError("no adapter in bench/peers")
    destination = os.path.join(work, "peers", VARIANTS.get(name, name))
    stamp = os.path.join(destination, "STAMP")
    wanted = _hash_of(source) + _hash_of(os.path.join(PEERS, "common"))
    if not os.path.exists(stamp) or open(stamp, encoding="utf-8").read() != wanted:
        say(f"installing {name}")
        shutil.rmtree(destination, ignore_errors=True)
        os.makedirs(destination)
        done = subprocess.run(["bash", os.path.join(source, "install.sh"), destination], capture_output=True, text=True)
        if done.returncode != 0:
            lines = done.stderr.strip().splitlines()
            reason = lines[-1] if lines else f"install.sh: exit code {done.returncode}"
            raise EngineError(reason if done.returncode == NO_ENGINE else "install.sh failed: " + reason)
        with open(stamp, "w", encoding="utf-8") as file:
            file.write(wanted)
    executable = os.path.join(destination, name)
    if not os.path.exists(executable):
        raise EngineError(f"install.sh left no {name}")
    return executable


class Engine:
    """A running engine that answers queries. Dead after an EngineError, until opened again."""

    def __init__(self, name, command):
        self.name = name
        self.command = command
        self.version = ""
        self.process = None

    def open(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, encoding="utf-8")
        self.lines = queue.Queue()
        self.said = []
        threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True).start()
        threading.Thread(target=self._listen, args=(self.process.stderr,), daemon=True).start()
        ready = self._next(OPEN_TIMEOUT_S)
        if not ready.get("ready"):
            raise EngineError(f"{self.name}: not ready: {ready}")
        self.version = ready.get("version", "")
        return self

    def _read(self, stream):
        for line in stream:
            self.lines.put(line)
        self.lines.put(None)

    def _listen(self, stream):
        for line in stream:
            self.said = (self.said + [line.strip()])[-5:]

    def _next(self, timeout):
        try:
            line = self.lines.get(timeout=timeout)
        except queue.Empty:
            self.close()
            raise EngineError(f"no answer within {timeout:.0f} s") from None
        if line is None:
            raise EngineError("the process ended: " + " | ".join(self.said))
        return json.loads(line)

    def ask(self, command, timeout=ANSWER_TIMEOUT_S):
        if self.process is None or self.process.poll() is not None:
            self.open()
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        return self._next(timeout)

    def answer(self, mode, query):
        return self.ask(dict(do="answer", mode=mode, id=query))

    def time(self, mode, query_class, rounds, seconds):
        return self.ask({"do": "time", "mode": mode, "class": query_class, "rounds": rounds, "seconds": seconds},
                        ANSWER_TIMEOUT_S + seconds)

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process = None


def build_index(name, executable, documents, index, threads, say):
    """What `build` printed about itself."""
    say(f"{name}: building")
    shutil.rmtree(index, ignore_errors=True)
    done = subprocess.run([executable, "build", "--documents", documents, "--index", index, "--threads", str(threads)],
                          capture_output=True, text=True)
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        raise EngineError("build failed: " + (done.stderr.strip().splitlines() or ["no output"])[-1])
    return json.loads(lines[-1])
