#!/bin/sh
# Makes tests/golden/format-N anew from its articles. usage, from the root of the project:
#   tests/golden/make_golden.sh build/release/bin N [bulk|library]
# Only while format N is not released, or for a writer that had none: see README.md.
set -eu
bin=$1
golden=tests/golden/format-$2
make() {
  rm -rf "$2"
  "$bin/dateline-indexer" build --quiet --threads 1 --writer "$1" --index "$2" "$golden/articles.jsonl"
  rm -f "$2/LOCK" "$2/rejects.jsonl"
  du -sb "$2"
}
[ "${3:-library}" = library ] && make library "$golden/index"
[ "${3:-bulk}" = bulk ] && make bulk "$golden/index-bulk"
[ "$#" -ge 3 ] || "$bin/fault_probe" "$golden/index" | tail -n +2 > "$golden/answers.txt"
