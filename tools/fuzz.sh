#!/usr/bin/env bash
# Builds the fuzz targets with clang and runs each for a while, from its corpus. New inputs go to build/fuzz/corpus;
# findings stop the script and lie in build/fuzz.
#   usage: tools/fuzz.sh [SECONDS-EACH]     default 60
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
targets=(query_parser planner record_source charset extractor html stored postings glass)
tools/setup.sh --with-clang
tools/build.sh fuzz "${targets[@]/%/_fuzz}"
for target in "${targets[@]}"; do
  mkdir -p "build/fuzz/corpus/$target"
  echo "fuzz: $target for $seconds s"
  log=build/fuzz/$target.log
  if ! "build/fuzz/bin/${target}_fuzz" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix=build/fuzz/ "build/fuzz/corpus/$target" "tests/fuzz/corpus/$target" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    echo "fuzz: $target found something; the input lies in build/fuzz" >&2
    exit 1
  fi
  grep 'number_of_executed_units' "$log"
done
