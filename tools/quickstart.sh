#!/usr/bin/env bash
# From a fresh clone on Debian 12 to answers: installs, builds, indexes the sample archive, starts the server, asks three
# questions over gRPC, and stops what it started. Leaves only build/ behind.
#   usage: tools/quickstart.sh
set -euo pipefail
cd "$(dirname "$0")/.."

tools/setup.sh
tools/build.sh release dateline-indexer dateline-searcher dateline
bin=build/release/bin
work=$(mktemp -d)
server=
stop() {
  if [ -n "$server" ]; then
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap stop EXIT

show() {
  printf '\n$'
  printf ' %q' "$@"
  printf '\n'
  "$@"
}

show "$bin/dateline-indexer" build --index "$work/index" tests/sample/scraped tests/sample/feeds

printf '\n$ %s\n' "$bin/dateline-searcher --index $work/index --listen 127.0.0.1:0"
"$bin/dateline-searcher" --index "$work/index" --listen 127.0.0.1:0 >"$work/address" &
server=$!
for _ in $(seq 100); do
  grep -q '^listening on ' "$work/address" && break
  kill -0 "$server" 2>/dev/null || { echo "quickstart: the server did not start" >&2; exit 1; }
  sleep 0.1
done
address=$(sed -n 's/^listening on //p' "$work/address")
[ -n "$address" ] || { echo "quickstart: the server does not answer" >&2; exit 1; }
cat "$work/address"

printf '\n--- ranked words'
show "$bin/dateline" search --server "$address" -n 3 'harbor strike'
printf '\n--- a phrase within a range of dates'
show "$bin/dateline" search --server "$address" -n 3 '"closer ties" date:2024-01..2024-06'
printf '\n--- facets'
show "$bin/dateline" search --server "$address" -n 1 --facet outlet:5 --facet byline:5 --facet month 'talks OR strike OR bridge'
printf '\nquickstart: done. Next: %s --help\n' "$bin/dateline"
