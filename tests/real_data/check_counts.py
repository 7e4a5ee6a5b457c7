#!/usr/bin/env python3
"""Compares an index with a brute-force reading of the input that it was built from, by code that shares nothing with
Dateline: whole sets of ids, for quoted words and phrases, outlets and dates drawn from the input.

usage: check_counts.py --bin DIR --index DIR [--queries N] [--seed N] [--query TEXT=REGEX] FILE.jsonl[.zst]...

The words of this script are a rough cut of Unicode's rules (letters and digits, joined by an apostrophe or full stop
between letters, by a comma or full stop between digits), so it draws only words of ASCII letters. Needs python3 and zstd.
Exits 0 when every set agrees and the total of '*' is the number of articles that must be there.
"""
import argparse, collections, json, random, re, subprocess, sys, unicodedata

WORD = re.compile(r"[^\W_]+(?:(?:(?<=[^\W\d_])['.·](?=[^\W\d_])|(?<=\d)[.,;'](?=\d)|_+)[^\W_]+)*")


def fold(text):
    return unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'").replace("\u2018", "'").replace("\u02bc", "'").replace("\u00ad", "")


def words(text):
    found = WORD.findall(text.replace("\u00ad", "").replace("\u2019", "'").replace("\u2018", "'"))
    return [w[:-2] if w.endswith("'s") and len(w) > 2 else w for w in map(fold, found)]


def read(path):
    data = subprocess.run(["zstd", "-dc", path], capture_output=True, check=True).stdout if path.endswith(".zst") else open(path, "rb").read()
    for line in data.decode("utf-8", "replace").splitlines():
        yield json.loads(line)


def search(args, query):
    ids, token = [], ""
    while True:
        command = [args.bin + "/dateline", "search", "--index", args.index, "--json", "--no-snippets", "-n", "100000", query]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(f"{query}: {run.stderr}")
        answer = json.loads(run.stdout)
        ids = [hit["id"] for hit in answer["hits"]]
        if len(ids) != answer["total"] or not answer["total_exact"]:
            sys.exit(f"{query}: total {answer['total']} but {len(ids)} hits")
        if len(set(ids)) != len(ids):
            sys.exit(f"{query}: a hit came twice")
        return set(ids)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--index", required=True)
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--word", action="append", default=[])
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()

    articles = {}
    for path in args.files:
        for record in read(path):
            articles[record["id"]] = record
    text = {}
    for key, a in articles.items():
        title, body = a.get("title") or "", a.get("body") or ""
        if (title + body).strip():
            text[key] = (words(title), words(body), title)
    # A phrase is looked for as a run of words with spaces around each: no run crosses from headline to body.
    runs = {key: (" " + " ".join(h) + " ", " " + " ".join(b) + " ") for key, (h, b, _) in text.items()}

    wrong = 0

    def check(query, expected):
        nonlocal wrong
        found = search(args, query)
        verdict = "ok" if found == expected else "WRONG"
        wrong += found != expected
        print(f"{verdict:5} {len(expected):7} {len(found):7}  {query}")
        if found != expected:
            print("      only brute force:", sorted(expected - found)[:3], "only index:", sorted(found - expected)[:3])

    def phrase(ws):
        needle = " " + " ".join(ws) + " "
        return {k for k, (h, b) in runs.items() if needle in h or needle in b}

    check("*", set(text))
    for word in args.word:
        check(f'"{word}"', phrase(words(word)))
    rng = random.Random(args.seed)
    keys = sorted(text)
    plain = re.compile(r"^[a-z]+$")
    for i in range(args.queries):
        source = text[rng.choice(keys)][1]
        n = 1 + i % 3
        if len(source) < n + 2:
            continue
        at = rng.randrange(len(source) - n)
        ws = source[at:at + n]
        if all(plain.match(w) for w in ws):
            check('"' + " ".join(ws) + '"', phrase(ws))
    outlets = collections.Counter(fold(articles[k].get("outlet") or "") for k in text)
    for outlet in rng.sample(sorted(o for o in outlets if o), min(10, len(outlets))):
        check(f'outlet:"{outlet}"', {k for k in text if fold(articles[k].get("outlet") or "") == outlet})
    dates = sorted({(articles[k].get("date") or "")[:10] for k in text} - {""})
    for i in range(10):
        first, last = sorted(rng.sample(dates, 2)) if len(dates) > 1 else (dates[0], dates[0])
        check(f"date:{first}..{last}", {k for k in text if first <= (articles[k].get("date") or "")[:10] <= last})
        check(f"date:{first[:7]}", {k for k in text if (articles[k].get("date") or "")[:7] == first[:7]})
    print("all agree" if wrong == 0 else f"{wrong} disagree")
    sys.exit(wrong != 0)


if __name__ == "__main__":
    main()
