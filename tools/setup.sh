#!/usr/bin/env bash
# Installs what building and testing Dateline needs, from Debian 12's packages: only what is missing, and says so.
# May be run again at any time. Needs root, or sudo.
#   usage: tools/setup.sh [--with-clang | --with-bench | --with-deploy-tests]
#     --with-clang: also what the fuzz targets and clang-tidy need
#     --with-bench: also what bench/compare.sh and bench/perfdiff need, but the tool chains of Rust and Java
#     --with-deploy-tests: also what tests/clients and tests/attacks need, but the tool chain of Go
set -euo pipefail

packages=(
  g++ cmake ninja-build ccache pkg-config
  libxapian-dev libicu-dev libabsl-dev
  libprotobuf-dev protobuf-compiler libgrpc++-dev protobuf-compiler-grpc libssl-dev
  libarchive-dev libpugixml-dev libuchardet-dev libcld2-dev libgumbo-dev
  libsimdjson-dev libcli11-dev zlib1g-dev libdeflate-dev libzstd-dev libxxhash-dev libhwy-dev
  libtomlplusplus-dev prometheus-cpp-dev
  libgtest-dev libgmock-dev libbenchmark-dev
  xapian-tools python3
)
case "${1:-}" in
  "") ;;
  --with-clang) packages+=(clang-14 clang-tidy-14 libclang-rt-14-dev) ;;
  --with-bench) packages+=(python3-matplotlib python3-venv libsqlite3-dev nlohmann-json3-dev maven valgrind) ;;
  --with-deploy-tests) packages+=(haproxy openssl python3-venv) ;;
  *) sed -n '2,7p' "$0"; exit 2 ;;
esac

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "setup: all ${#packages[@]} packages are installed"
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "setup: run me as root, or install sudo; missing: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "setup: installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
echo "setup: installed ${#missing[@]} packages"
