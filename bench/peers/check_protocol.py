#!/usr/bin/env python3
"""Checks that a program speaks the protocol of this folder and answers rightly.

    check_protocol.py PROGRAM                                  an archive of its own, with every corner of the protocol
    check_protocol.py PROGRAM --documents FILE --queries FILE  any other archive, with its queries

It builds and serves an index with PROGRAM and compares totals, counts, orders and the plausibility of rankings with
what plain sets in memory say. What differs is printed; the exit status is 1 if anything does. Queries that the engine
skips are named and count as no difference.
"""

import argparse
import collections
import datetime
import json
import math
import os
import random
import subprocess
import sys
import tempfile

MODES = ["top10", "top100", "count", "top10_count", "top10_facets", "newest10"]
GAP = "\x02"
SEPARATOR = "\x1f"
K1, B = 1.2, 0.75


class Article:
    def __init__(self, line):
        _, instant, outlets, bylines, sections, stems, words = line.rstrip("\n").split("\t")
        self.instant = int(instant) if instant else None
        self.names = {
            "outlet": outlets.split(SEPARATOR) if outlets else [],
            "byline": bylines.split(SEPARATOR) if bylines else [],
            "section": sections.split(SEPARATOR) if sections else [],
            "month": [],
        }
        if self.instant is not None:
            day = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=self.instant)
            self.names["month"] = ["%04d-%02d" % (day.year, day.month)]
        self.stems = collections.Counter(stems.split())
        self.length = sum(self.stems.values())
        self.words = {}
        position = 1
        for item in words.split(" ") if words else []:
            if item.startswith(GAP):
                position += int(item[1:])
                continue
            self.words.setdefault(item, []).append(position)
            position += 1


class Archive:
    """What the right answers are, by sets."""

    def __init__(self, path):
        with open(path, encoding="utf-8", newline="\n") as file:
            self.articles = [Article(line) for line in file]
        self.by_stem = collections.defaultdict(set)
        self.by_word = collections.defaultdict(set)
        for number, article in enumerate(self.articles):
            for stem in article.stems:
                self.by_stem[stem].add(number)
            for word in article.words:
                self.by_word[word].add(number)
        with_text = [article.length for article in self.articles if article.length]
        self.average_length = sum(with_text) / max(1, len(with_text))

    def matches(self, query):
        found = self._tree(query["tree"])
        keep = query.get("filter") or {}
        if "outlet" in keep:
            found = {n for n in found if keep["outlet"] in self.articles[n].names["outlet"]}
        if "from" in keep or "to" in keep:
            low, high = keep.get("from", -math.inf), keep.get("to", math.inf)
            instants = {n: self.articles[n].instant for n in found}
            found = {n for n, instant in instants.items() if instant is not None and low <= instant <= high}
        return found

    def _tree(self, tree):
        op = tree["op"]
        if op == "term":
            return self.by_stem.get(tree["stem"], set())
        if op == "and":
            return set.intersection(*[self._tree(part) for part in tree["of"]])
        if op == "or":
            return set.union(*[self._tree(part) for part in tree["of"]])
        if op == "not":
            return self._tree(tree["yes"]) - self._tree(tree["no"])
        if op == "maybe":
            return self._tree(tree["yes"])
        if op == "prefix":
            return set().union(*[found for word, found in self.by_word.items() if word.startswith(tree["prefix"])])
        words = tree["words"]
        candidates = set.intersection(*[self.by_word.get(word, set()) for word in words])
        if op == "phrase":
            return {n for n in candidates if self._in_a_row(self.articles[n].words, words)}
        if op == "near":
            return {n for n in candidates if self._within(self.articles[n].words, words, tree["distance"])}
        raise ValueError("unknown op " + op)

    @staticmethod
    def _in_a_row(positions, words):
        sets = [set(positions[word]) for word in words]
        return any(all(start + i in places for i, places in enumerate(sets)) for start in sets[0])

    @staticmethod
    def _within(positions, words, distance):
        needed = collections.Counter(words)
        places = sorted((p, word) for word in needed for p in positions[word])
        for start, _ in places:
            stretch = collections.Counter(word for p, word in places if start <= p <= start + distance)
            if all(stretch[word] >= count for word, count in needed.items()):
                return True
        return False

    def score(self, tree, number):
        """BM25 of bare words; None where the tree holds anything whose score is the engine's own affair."""
        op = tree["op"]
        if op == "term":
            article = self.articles[number]
            count = article.stems.get(tree["stem"], 0)
            if not count:
                return 0.0
            holding = len(self.by_stem[tree["stem"]])
            idf = math.log(1 + (len(self.articles) - holding + 0.5) / (holding + 0.5))
            return idf * count / (count + K1 * (1 - B + B * article.length / self.average_length))
        if op == "not":
            return self.score(tree["yes"], number)
        if op in ("and", "or", "maybe"):
            parts = tree["of"] if op != "maybe" else [tree["yes"], tree["boost"]]
            scores = [self.score(part, number) if number in self._tree(part) else 0.0 for part in parts]
            return None if None in scores else sum(scores)
        return None

    def facets(self, found):
        counts = {}
        for field in ("outlet", "byline", "section", "month"):
            counter = collections.Counter(name for n in found for name in self.articles[n].names[field])
            if field == "month":
                counts[field] = [[name, counter[name]] for name in sorted(counter)]
            else:
                best = sorted(counter, key=lambda name: (-counter[name], name.encode()))[:10]
                counts[field] = [[name, counter[name]] for name in best]
        return counts


class Server:
    def __init__(self, program, index, queries):
        self.process = subprocess.Popen([program, "serve", "--index", index, "--queries", queries],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        self.hello = self._read()

    def _read(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the program ended (exit status %s)" % self.process.wait())
        return json.loads(line)

    def ask_text(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        return self._read()

    def ask(self, **command):
        return self.ask_text(json.dumps(command))

    def end(self):
        self.process.stdin.close()
        return self.process.wait()


class Check:
    def __init__(self, program):
        self.program = program
        self.differences = 0
        self.skips = collections.OrderedDict()
        self.agreements = []

    def differs(self, what, got=None, expected=None):
        self.differences += 1
        tail = "" if got is None and expected is None else ": got %s, expected %s" % (brief(got), brief(expected))
        print("DIFFERS %s%s" % (what, tail))

    def equal(self, what, got, expected):
        if got != expected:
            self.differs(what, got, expected)

    def build(self, documents, index, count):
        command = [self.program, "build", "--documents", documents, "--index", index]
        done = subprocess.run(command + ["--threads", "2", "--memory-mb", "256"], stdout=subprocess.PIPE, text=True)
        if done.returncode:
            raise RuntimeError("build failed with exit status %d" % done.returncode)
        built = json.loads(done.stdout)
        self.equal("build: documents", built.get("documents"), count)
        for name in ("engine", "version", "seconds", "cpu_seconds", "merge_seconds", "peak_kb", "bytes"):
            if name not in built:
                self.differs("build: no " + name)
        print("built", json.dumps(built))

    def fails_in_a_line(self, what, arguments):
        done = subprocess.run([self.program] + arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        self.equal(what + ": exit status", done.returncode, 1)
        lines = [line for line in done.stderr.strip().splitlines() if not line.startswith("WARNING:")]  # a JVM's own
        if len(lines) != 1:
            self.differs(what + ": one line to standard error", lines, 1)

    def answers(self, archive, server, queries):
        for query in queries:
            found = archive.matches(query)
            kept = {}
            for mode in MODES:
                what = "%s %s" % (query["id"], mode)
                answer = server.ask(do="answer", mode=mode, id=query["id"])
                if "skip" in answer:
                    self.skips.setdefault(answer["skip"], []).append(what)
                elif "error" in answer:
                    self.differs(what + ": error " + answer["error"])
                else:
                    kept[mode] = answer
                    self.one_answer(what, archive, query, mode, found, answer)
            self.modes_agree(query, kept)

    def one_answer(self, what, archive, query, mode, found, answer):
        exact = mode in ("count", "top10_count", "top10_facets")
        self.equal(what + ": total", answer.get("total"), len(found) if exact else None)
        if mode == "count":
            self.equal(what + ": hits", answer.get("hits") or [], [])
            return
        hits = answer["hits"]
        self.equal(what + ": number of hits", len(hits), min(len(found), 100 if mode == "top100" else 10))
        if len(set(hits)) != len(hits):
            self.differs(what + ": a hit comes twice", hits)
        strangers = [n for n in hits if n not in found]
        if strangers:
            self.differs(what + ": hits that do not match", strangers)
            return
        if mode == "newest10":
            newest = sorted((sort_instant(archive.articles[n]) for n in found), reverse=True)[:10]
            self.equal(what + ": instants", [sort_instant(archive.articles[n]) for n in hits], newest)
            return
        scores = answer["scores"]
        self.equal(what + ": number of scores", len(scores), len(hits))
        if any(later > earlier * (1 + 1e-6) for earlier, later in zip(scores, scores[1:])):
            self.differs(what + ": scores must not rise", scores)
        if mode == "top10_facets":
            self.equal(what + ": facets", answer.get("facets"), archive.facets(found))
        if mode == "top10" and len(found) > 10:
            self.rank(archive, query, found, hits)

    def rank(self, archive, query, found, hits):
        exact = {n: archive.score(query["tree"], n) for n in found}
        if None in exact.values():
            return
        tenth = sorted(exact.values(), reverse=True)[9]
        self.agreements.append(sum(exact[n] >= tenth * 0.95 for n in hits) / 10)

    def modes_agree(self, query, kept):
        for mode in ("top100", "top10_count", "top10_facets"):
            if "top10" not in kept or mode not in kept:
                continue
            ours, theirs = kept["top10"]["scores"], kept[mode]["scores"][:10]
            if any(abs(a - b) > 1e-4 * max(1.0, abs(a)) for a, b in zip(ours, theirs)):
                self.differs("%s: scores of top10 and of %s" % (query["id"], mode), ours, theirs)

    def times(self, server, queries):
        classes = collections.OrderedDict()
        for query in queries:
            classes.setdefault(query["class"], []).append(query["id"])
        for name, ids in classes.items():
            for mode in MODES:
                what = "time %s %s" % (name, mode)
                answer = server.ask(**{"do": "time", "mode": mode, "class": name, "rounds": 2, "seconds": 5})
                if "skip" in answer:
                    continue
                if "error" in answer:
                    self.differs(what + ": error " + answer["error"])
                    continue
                if answer["rounds"] not in (1, 2):
                    self.differs(what + ": rounds", answer["rounds"], 2)
                skipped = {w.split(" ")[0] for ws in self.skips.values() for w in ws if w.endswith(" " + mode)}
                self.equal(what + ": ids", answer["ids"], [i for i in ids if i not in skipped])
                self.equal(what + ": as many times as ids", len(answer["ns"]), len(answer["ids"]))
                if any(ns <= 0 for ns in answer["ns"]):
                    self.differs(what + ": a time must be above zero")

    def failing_commands(self, directory, index, queries_file):
        bad = os.path.join(directory, "bad")
        with open(bad, "w", encoding="utf-8") as file:
            file.write("neither a query nor a document\n")
        nowhere = os.path.join(directory, "nowhere")
        self.fails_in_a_line("serve without an index", ["serve", "--index", nowhere, "--queries", queries_file])
        self.fails_in_a_line("serve without queries", ["serve", "--index", index, "--queries", nowhere])
        self.fails_in_a_line("serve with bad queries", ["serve", "--index", index, "--queries", bad])
        self.fails_in_a_line("build without documents", ["build", "--documents", nowhere, "--index", nowhere + "2"])
        self.fails_in_a_line("build of bad documents", ["build", "--documents", bad, "--index", nowhere + "2"])
        self.fails_in_a_line("no such command", ["dance"])
        self.fails_in_a_line("no command", [])

    def bad_commands(self, server, queries):
        known = queries[0]
        for text in ("", "no json", "[]", "{}", '{"do":"dance"}', '{"do":"answer","mode":"top10","id":"no such"}',
                     '{"do":"answer","mode":"top11","id":"%s"}' % known["id"], '{"do":"answer","mode":"top10"}',
                     '{"do":"time","mode":"top10","class":"no such","rounds":1,"seconds":1}',
                     '{"do":"time","mode":"top10","class":7,"rounds":1,"seconds":1}'):
            if "error" not in server.ask_text(text):
                self.differs("the command %r must be answered with an error" % text)
        if "total" not in server.ask(do="answer", mode="count", id=known["id"]):
            self.differs("after bad commands a good one must be answered")


def sort_instant(article):
    return -math.inf if article.instant is None else article.instant


def brief(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 300 else text[:300] + "..."


def own_documents():
    """Three hundred articles of forty words, and some that stand on every edge of the protocol."""
    print("seed of the small archive: 7")
    dice = random.Random(7)
    vocabulary = ["peace", "talk", "talks", "kim", "putin", "köln", "北京", "émigré", "économie", "negotiate",
                  "negotiator", "neg", "u.s", "don't", "covid-19", "2019"] + ["word%d" % n for n in range(24)]
    weights = [1.0 / (1 + n) for n in range(len(vocabulary))]
    dice.shuffle(vocabulary)
    # instant, outlets, bylines, sections, words of the headline, words of the body
    made = [
        (1555000000, ["example.org"], ["ann o'brien", "bob \"b\" roe"], ["world"], ["peace", "talks"], ["kim", "putin"]),
        (1555000000, ["example.org", "second.example"], [], ["world", "köln & umland"], ["peace"], ["talks", "peace"]),
        (-1, ["old.example"], ["élise"], [], ["talks", "peace"], ["peace", "talks", "peace", "talks"]),
        (-86400 * 400, ["old.example"], [], [], [], ["peace", "talks"]),
        (0, [], [], [], ["kim"], ["putin"]),
        (None, ["example.org"], ["zoë"], ["world"], ["北京"], ["kim", "x", "x", "x", "x", "putin"]),
        (None, [], [], [], ["putin"] + ["x"] * 5, ["kim"]),
        (1555555555, ["empty.example"], [], [], [], []),
        (1556668799, ["edge.example"], [], ["edge"], ["peace"], []),  # the last second of April 2019
        (1556668800, ["edge.example"], [], ["edge"], ["peace"], []),  # the first of May
    ]
    for _ in range(300):
        instant = None if dice.random() < 0.05 else dice.randrange(-10**8, 16 * 10**8)
        outlet = min(dice.randrange(25), dice.randrange(25))
        outlets = ["outlet%d.example" % outlet] if dice.random() < 0.95 else []
        bylines = ["writer %d" % dice.randrange(30) for _ in range(dice.choice([0, 0, 1, 1, 2, 3]))]
        sections = ["section %d" % dice.randrange(12)] if dice.random() < 0.5 else []
        headline = dice.choices(vocabulary, weights, k=dice.randrange(1, 6))
        body = dice.choices(vocabulary, weights, k=dice.randrange(0, 120))
        made.append((instant, outlets, sorted(set(bylines)), sections, headline, body))
    made.sort(key=lambda article: -math.inf if article[0] is None else article[0], reverse=True)
    lines = []
    for number, (instant, outlets, bylines, sections, headline, body) in enumerate(made):
        stems = [word.rstrip("s") for word in headline * 3 + body]
        dice.shuffle(stems)
        words = headline + ([GAP + dice.choice(["50", "1000"])] if body else []) + body
        fields = ["%032x" % (number + 1), "" if instant is None else str(instant), SEPARATOR.join(outlets),
                  SEPARATOR.join(bylines), SEPARATOR.join(sections), " ".join(stems), " ".join(words)]
        lines.append("\t".join(fields) + "\n")
    return lines


def own_queries():
    def term(stem):
        return {"op": "term", "stem": stem}

    def group(op, *parts):
        return {"op": op, "of": [term(part) if isinstance(part, str) else part for part in parts]}

    def but(yes, no):
        return {"op": "not", "yes": yes, "no": no}

    def maybe(yes, boost):
        return {"op": "maybe", "yes": yes, "boost": boost}

    def phrase(*words):
        return {"op": "phrase", "words": list(words)}

    def near(distance, *words):
        return {"op": "near", "words": list(words), "distance": distance}

    def prefix(text):
        return {"op": "prefix", "prefix": text}

    some, rare = term("word3"), term("kim")
    trees = {
        "term": [some, term("peace"), term("köln"), term("北京"), term("don't"), term("u."), term("nowhere")],
        "and": [group("and", "word3", "peace"), group("and", "word3", "nowhere"), group("and", "word3"),
                group("and", "talk", "peace", "word7"), group("and", group("or", "kim", "putin"), "word3")],
        "or": [group("or", "word3", "peace"), group("or", "nowhere", "kim"), group("or", "kim"),
               group("or", "kim", "putin", "talk", "word1", "word2", "word3", "word4", "word5"),
               group("or", group("and", "word3", "kim"), "putin"), group("or", but(some, rare), "putin"),
               group("or", phrase("peace", "talks"), "kim"), group("or", "nowhere", "nobody")],
        "not": [but(some, rare), but(rare, some), but(some, term("nowhere")), but(term("nowhere"), some),
                but(group("or", "kim", "putin"), group("and", "word3", "word1")), but(some, phrase("peace", "talks"))],
        "maybe": [maybe(some, rare), maybe(rare, some), maybe(rare, term("nowhere")),
                  maybe(group("and", "word3", "talk"), rare), maybe(some, phrase("peace", "talks")),
                  maybe(group("or", "word3", "talk"), group("or", "kim", "putin"))],
        "phrase": [phrase("peace", "talks"), phrase("talks", "peace"), phrase("peace", "talks", "peace"),
                   phrase("kim", "nowhere"), phrase("北京", "kim"), phrase("word1", "word1"),
                   phrase("peace", "talks", "peace", "talks")],
        "near": [near(1, "peace", "talks"), near(5, "kim", "putin"), near(4, "kim", "putin"), near(5, "putin", "kim"),
                 near(3, "word1", "köln"), near(60, "putin", "kim"), near(5, "kim", "nowhere")],
        "prefix": [prefix("nego"), prefix("neg"), prefix("é"), prefix("北"), prefix("word1"), prefix("nowhere"), prefix("2")],
        "mix": [group("and", phrase("peace", "talks"), "kim"), group("and", prefix("nego"), "word3"),
                group("or", near(5, "kim", "putin"), prefix("nego")),
                but(group("and", "word3", maybe(rare, some)), prefix("nego"))],
    }
    queries = []
    for name, each in trees.items():
        for number, tree in enumerate(each):
            queries.append({"id": "%s/%d" % (name, number), "class": name, "text": "", "tree": tree})
    filters = [{"outlet": "example.org"}, {"outlet": "outlet3.example"}, {"outlet": "nowhere.example"},
               {"outlet": "second.example"}, {"from": 0, "to": 1000000000}, {"from": -200000000, "to": -1},
               {"from": 1555000000, "to": 1555000000}, {"from": 1600000000, "to": 1700000000}, {"to": -1},
               {"from": 1000000000}]
    for tree in (some, group("and", "word3", "word1"), group("or", "kim", "putin", "peace"), phrase("peace", "talks"),
                 but(term("peace"), rare), prefix("nego"), maybe(term("peace"), rare)):
        for keep in filters:
            queries.append({"id": "filter/%d" % len(queries), "class": "filter", "text": "", "tree": tree, "filter": keep})
    return queries


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--documents")
    parser.add_argument("--queries")
    parser.add_argument("--answers-only", action="store_true", help="not how commands fail")
    arguments = parser.parse_args()
    if bool(arguments.documents) != bool(arguments.queries):
        parser.error("--documents and --queries go together")
    check = Check(os.path.abspath(arguments.program))
    with tempfile.TemporaryDirectory() as directory:
        documents, queries_file = arguments.documents, arguments.queries
        if not documents:
            documents = os.path.join(directory, "documents.tsv")
            queries_file = os.path.join(directory, "queries.jsonl")
            with open(documents, "w", encoding="utf-8", newline="\n") as file:
                file.writelines(own_documents())
            with open(queries_file, "w", encoding="utf-8") as file:
                file.writelines(json.dumps(query, ensure_ascii=False) + "\n" for query in own_queries())
        archive = Archive(documents)
        with open(queries_file, encoding="utf-8") as file:
            queries = [json.loads(line) for line in file]
        index = os.path.join(directory, "index")
        check.build(documents, index, len(archive.articles))
        if not arguments.documents:
            check.build(documents, index, len(archive.articles))  # over the first: DIR is made anew
        server = Server(check.program, index, queries_file)
        check.equal("ready", server.hello.get("ready"), True)
        print("serves", json.dumps(server.hello))
        check.answers(archive, server, queries)
        check.times(server, queries)
        check.bad_commands(server, queries)
        check.equal("exit status at the end of input", server.end(), 0)

        if not arguments.answers_only:
            check.failing_commands(directory, index, queries_file)
    for reason, skipped in check.skips.items():
        print("SKIPPED %d answers (%s): %s" % (len(skipped), reason, ", ".join(sorted({s.split(" ")[0] for s in skipped}))))
    if check.agreements:
        average = sum(check.agreements) / len(check.agreements)
        asked = len(check.agreements)
        print("rankings: %.3f of the ten best are among the ten best by exact BM25 (%d queries)" % (average, asked))
        if average < 0.8:
            check.differs("rankings are not BM25")
    print("%d differences" % check.differences)
    return 1 if check.differences else 0


if __name__ == "__main__":
    sys.exit(main())
