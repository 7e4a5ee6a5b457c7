#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test.
#   usage: tools/test.sh
set -euo pipefail
cd "$(dirname "$0")/.."

tools/setup.sh
tools/build.sh release
ctest --preset release --parallel "$(nproc)"
