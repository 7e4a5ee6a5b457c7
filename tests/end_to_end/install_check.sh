#!/usr/bin/env bash
# What `cmake --install` puts where, that it runs from there, and that the pages of the manual are well formed.
#   usage: tests/end_to_end/install_check.sh CMAKE BUILD_DIRECTORY
set -euo pipefail
cmake=$1
build=$2
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

"$cmake" --install "$build" --prefix "$stage/usr" >/dev/null

missing=0
expect() {
  [ -e "$stage/usr/$1" ] || { echo "install_check: $1 is not installed" >&2; missing=1; }
}
for program in dateline dateline-indexer dateline-searcher; do
  expect "bin/$program"
  expect "share/man/man1/$program.1"
  "$stage/usr/bin/$program" --version | grep -q "^$program [0-9]" || { echo "install_check: $program fails" >&2; missing=1; }
done
expect share/man/man5/dateline-searcher.toml.5
expect lib/systemd/system/dateline-searcher.service
expect share/doc/dateline/dateline-searcher.toml
expect share/doc/dateline/LICENSE
"$stage/usr/bin/dateline-searcher" --config "$stage/usr/share/doc/dateline/dateline-searcher.toml" --check-config >/dev/null

# Checked where the tools are there.
if command -v mandoc >/dev/null; then
  for page in "$stage"/usr/share/man/man?/*; do
    mandoc -T lint -W warning "$page" || { echo "install_check: $page is not well formed" >&2; missing=1; }
  done
fi
if command -v systemd-analyze >/dev/null; then
  # The unit names programs by what a service manager finds on its path.
  unit=$stage/dateline-searcher.service
  sed -E "s#^(Exec[A-Za-z]*=)dateline-searcher#\\1$stage/usr/bin/dateline-searcher#" \
    "$stage/usr/lib/systemd/system/dateline-searcher.service" >"$unit"
  systemd-analyze verify --man=no "$unit" || { echo "install_check: the unit is not well formed" >&2; missing=1; }
fi
exit $missing
