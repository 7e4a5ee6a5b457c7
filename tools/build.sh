#!/usr/bin/env bash
# Configures and builds one preset; prints little unless something fails.
#   usage: tools/build.sh [PRESET [TARGET...]]     PRESET: release (default), debug, asan, tsan, fuzz
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${1:-release}
shift || true
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "build: $preset"
if ! cmake --preset "$preset" >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
if ! cmake --build --preset "$preset" ${1:+--target "$@"} >"$log" 2>&1; then
  tail -n 100 "$log" >&2
  exit 1
fi
echo "build: done, programs are in build/$preset/bin"
