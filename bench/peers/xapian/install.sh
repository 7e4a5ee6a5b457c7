#!/bin/sh
# Builds the Xapian peer into a folder: install.sh DEST leaves DEST/xapian. Wants g++, Debian's libxapian-dev and
# libsimdjson-dev.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common/build.sh"
build_peer xapian "${1:?usage: install.sh DEST}" xapian_peer.cc xapian-core
