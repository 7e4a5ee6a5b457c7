# Sourced by the install.sh of peers in C++: `build_peer NAME DEST SOURCES LIBRARY...` compiles the sources of the folder
# $here (one word, blanks between) and what peers share into DEST/NAME, with the libraries that pkg-config knows by these
# names.

cannot() {
  echo "$peer: $1" >&2
  exit 3
}

build_peer() {
  peer=$1
  [ $# -ge 4 ] || { echo "usage: install.sh DEST" >&2; exit 2; }
  mkdir -p "$2" && dest=$(cd "$2" && pwd) || cannot "cannot make the folder $2"
  sources=$3
  shift 3
  root=$(cd "$here/../../.." && pwd)
  compiler=${CXX:-g++}
  command -v "$compiler" > /dev/null || cannot "$compiler is missing"
  flags=$(pkg-config --cflags --libs simdjson "$@" 2> "$dest/install.log") ||
    cannot "a library is missing: $(head -1 "$dest/install.log")"
  # shellcheck disable=SC2086 -- the flags are words
  (cd "$here" && "$compiler" -std=c++17 -O2 -DNDEBUG -Wall -I "$root" $sources "$root"/bench/peers/common/*.cc $flags \
    -o "$dest/$peer" > "$dest/install.log" 2>&1) || cannot "$compiler fails, see $dest/install.log"
}
