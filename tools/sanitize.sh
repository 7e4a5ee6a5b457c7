#!/usr/bin/env bash
# Builds and runs every test under AddressSanitizer with UndefinedBehaviorSanitizer, then under ThreadSanitizer. The
# sizes of random tests shrink there (DATELINE_TEST_SCALE).
#   usage: tools/sanitize.sh [asan|tsan]     both when none is named
set -euo pipefail
cd "$(dirname "$0")/.."

tools/setup.sh
for preset in ${1:-asan tsan}; do
  tools/build.sh "$preset"
  # Debian's libraries are not instrumented: what happens inside them is theirs, and their locks are invisible to tsan.
  # (Xapian's Database::check deletes an object under its base's size; that is its own.)
  ASAN_OPTIONS=detect_stack_use_after_return=1:new_delete_type_mismatch=0 \
  UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 \
  TSAN_OPTIONS="suppressions=$PWD/tests/tsan.supp:report_atomic_races=0:ignore_noninstrumented_modules=1" \
  DATELINE_TEST_SCALE=0.1 \
    ctest --preset "$preset"
done
