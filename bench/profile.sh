#!/usr/bin/env bash
# Where does the time of a query go? Samples Dateline's matcher on each class of queries, and prints the shares of
# libraries and of the dearest functions. Needs perf (Debian: linux-perf).
#   usage: bench/profile.sh BIN INDEX QUERIES [MODE [SECONDS]]     BIN: directory of programs; QUERIES: a file of them
set -euo pipefail
[ $# -ge 3 ] || { sed -n '2,5p' "$0"; exit 2; }
command -v perf >/dev/null || { echo "profile: perf is not installed" >&2; exit 3; }
bin=$1 index=$2 queries=$3 mode=${4:-top10_count} seconds=${5:-3}
data=$(mktemp)
trap 'rm -f "$data"' EXIT
for class in $(sed -n 's/.*"class":"\([^"]*\)".*/\1/p' "$queries" | awk '!seen[$0]++'); do
  echo "$class, $mode"
  echo "{\"do\":\"time\",\"mode\":\"$mode\",\"class\":\"$class\",\"rounds\":1000000,\"seconds\":$seconds}" |
    perf record -q -F 999 -o "$data" "$bin/dateline-bench" peer --index "$index" --queries "$queries" >/dev/null 2>&1
  perf report -q -i "$data" --no-children --sort dso 2>/dev/null | awk '$1 + 0 >= 2 {printf "  %6s %s\n", $1, $2}' | head -6
  perf report -q -i "$data" --no-children --sort symbol 2>/dev/null | grep -v ' 0x' |
    awk '$1 + 0 >= 2 {share = $1; $1 = $2 = ""; printf "    %6s %s\n", share, substr($0, 3, 90)}' | head -6
done
