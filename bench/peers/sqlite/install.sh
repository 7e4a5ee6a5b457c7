#!/bin/sh
# Builds the SQLite peer into a folder: install.sh DEST leaves DEST/sqlite. Wants g++, Debian's libsqlite3-dev (which
# has FTS5) and libsimdjson-dev.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common/build.sh"
build_peer sqlite "${1:?usage: install.sh DEST}" "sqlite_peer.cc blank_tokenizer.cc" sqlite3
