#!/usr/bin/env bash
# From nothing to bench/results: builds Dateline, installs the engines it is compared with, builds their indexes, checks
# that all give the same answers, times them in turn, and writes tables and plots.
#   usage: bench/compare.sh [--quick] [--input NAME=FILE[,FILE...]]... [--generate NAME=ARTICLES[:SEED]]... [more: --help]
# Needs python3, and python3-matplotlib for the plots (tools/setup.sh --with-bench installs both).
set -euo pipefail
cd "$(dirname "$0")/.."
case " $* " in
  *" --help "* | *" -h "* | *" --bin "*) ;;
  *) tools/build.sh release dateline-bench dateline-indexer dateline-searcher ;;
esac
# The system's own interpreter is the one that Debian's matplotlib belongs to.
python=/usr/bin/python3
[ -x "$python" ] || python=python3
exec "$python" bench/compare/compare.py "$@"
