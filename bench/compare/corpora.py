"""Archives, and what is made of each once and kept: indexes, documents, queries."""
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time

import engines


def _check(what, exit_code, said):
    if exit_code not in (0, 4):  # 4: done, with records rejected
        raise engines.EngineError(f"{what}: " + (said.strip().splitlines() or ["?"])[-1])


class Corpus:
    """A folder below the work directory. Everything in it is made anew when what it was made from changes."""

    def __init__(self, name, work, bin_dir, inputs=(), generate=None, queries=50, seed=1):
        self.name = name
        self.folder = os.path.join(work, name)
        self.bin = bin_dir
        self.inputs = list(inputs)
        self.generate = generate  # (articles, seed)
        self.queries_per_class = queries
        self.seed = seed
        os.makedirs(self.folder, exist_ok=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def program(self, name):
        return os.path.join(self.bin, name)

    # Runs `make` unless it was run for the same `key` before; gives back what it returned then.
    def once(self, name, key, make):
        stamp = self.path(name + ".stamp.json")
        key = hashlib.sha256(json.dumps(key).encode()).hexdigest()
        if os.path.exists(stamp):
            with open(stamp, encoding="utf-8") as file:
                kept = json.load(file)
            if kept["key"] == key:
                return kept["result"]
        result = make()
        with open(stamp, "w", encoding="utf-8") as file:
            json.dump(dict(key=key, result=result), file)
        return result

    def key_of_inputs(self):
        if self.generate:
            return ["generate", *self.generate]
        return [[os.path.abspath(path), os.path.getsize(path), int(os.path.getmtime(path))] for path in self.inputs]

    def prepare(self, threads, say):
        """The index of Dateline, documents and queries. Returns what building the index took."""
        key = self.key_of_inputs()
        if self.generate:
            self.inputs = [self.path("archive.jsonl")]
            self.once("archive", key, lambda: self._generate(say))
        # Another build of the same version may write another index, or the same one faster.
        with open(self.program("dateline-indexer"), "rb") as file:
            program = hashlib.sha256(file.read()).hexdigest()
        built = self.once("dateline", [key, program, threads], lambda: self._build(threads, say))
        self.once("documents", [key, built["generation"]], lambda: self._run(
            "dateline-bench", "documents", "--index", self.path("dateline"), "--output", self.path("documents.tsv")))
        self.once("queries", [key, built["generation"], self.queries_per_class, self.seed], self.draw)
        return built

    def _usage_of(self, name, *arguments):
        """What one run used: the peak of all children so far, which getrusage tells, may be another's."""
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen([self.program(name), *arguments], stdout=subprocess.DEVNULL, stderr=said)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            _check(f"{name} {arguments[0]}", process.returncode, said.read().decode(errors="replace"))
        return usage

    def _run(self, program, *arguments):
        done = subprocess.run([self.program(program), *arguments], capture_output=True, text=True)
        _check(f"{program} {arguments[0]}", done.returncode, done.stderr)
        return done.stdout

    def _generate(self, say):
        articles, seed = self.generate
        say(f"{self.name}: generating {articles:,} articles")
        self._run("dateline-bench", "corpus", "--articles", str(articles), "--seed", str(seed), "--output", self.inputs[0])
        return None

    # As a peer's `build` reports, for the whole way from articles to a published generation.
    def _build(self, threads, say):
        say(f"{self.name}: dateline: building")
        index = self.path("dateline")
        shutil.rmtree(index, ignore_errors=True)
        start = time.monotonic()
        # One language, or bare words would be asked for in all of them, and only by us.
        used = self._usage_of("dateline-indexer", "build", "--quiet", "--index", index, "--lang", "en", "--threads",
                              str(threads), *self.inputs)
        seconds = time.monotonic() - start
        status = json.loads(self._run("dateline-indexer", "status", "--json", "--index", index))
        return dict(engine="dateline", version=self._run("dateline-indexer", "--version").split()[-1],
                    documents=status["documents"], seconds=seconds, merge_seconds=0, threads=threads,
                    cpu_seconds=used.ru_utime + used.ru_stime, peak_kb=used.ru_maxrss, bytes=size_of(index), generation=status["generation"])

    def draw(self):
        drawn = self.path("drawn.jsonl")
        self._run("dateline-bench", "queries", "--index", self.path("dateline"), "--seed", str(self.seed), "--per-class",
                  str(self.queries_per_class), "--output", drawn)
        with open(drawn, encoding="utf-8") as source, open(self.path("queries.jsonl"), "w", encoding="utf-8") as target:
            # What has no tree only we can answer.
            target.writelines(line for line in source if "tree" in json.loads(line))

    def queries(self):
        with open(self.path("queries.jsonl"), encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    # The instants of the documents by number, for the order of newest10; None: undated.
    def instants(self):
        instants = []
        with open(self.path("documents.tsv"), encoding="utf-8") as file:
            for line in file:
                text = line.split("\t", 2)[1]
                instants.append(int(text) if text else None)
        return instants


def size_of(folder):
    return sum(os.path.getsize(os.path.join(root, name)) for root, _, files in os.walk(folder) for name in files)
