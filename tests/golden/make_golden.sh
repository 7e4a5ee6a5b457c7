#!/bin/sh
# Makes tests/golden/format-N anew from its articles. usage, from the root of the project:
#   tests/golden/make_golden.sh build/release/bin N
# Only while format N is not released: see README.md.
set -eu
bin=$1
golden=tests/golden/format-$2
rm -rf "$golden/index"
"$bin/dateline-indexer" build --quiet --threads 1 --index "$golden/index" "$golden/articles.jsonl"
rm -f "$golden/index/LOCK" "$golden/index/rejects.jsonl"
"$bin/fault_probe" "$golden/index" | tail -n +2 > "$golden/answers.txt"
du -sb "$golden/index"
