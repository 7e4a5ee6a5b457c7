#!/bin/sh
# Builds the Tantivy peer into a folder: install.sh DEST leaves DEST/tantivy. Wants cargo, and crates.io or its cache.
set -u

cannot() {
  echo "tantivy: $1" >&2
  exit 3
}

[ $# -eq 1 ] || { echo "usage: install.sh DEST" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" && dest=$(cd "$1" && pwd) || cannot "cannot make the folder $1"

command -v cargo > /dev/null || cannot "cargo is missing"
RUSTFLAGS="-C target-cpu=native" cargo build --release --locked --manifest-path "$here/Cargo.toml" \
  --target-dir "$dest/target" > "$dest/install.log" 2>&1 || cannot "cargo cannot build it, see $dest/install.log"
cp "$dest/target/release/tantivy-peer" "$dest/tantivy" || cannot "the program is missing"
