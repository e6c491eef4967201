#!/bin/sh
# Installs what is missing for one purpose: setup.sh build|demo|test|fuzz|bench|lint.
# With everything in place it only looks, in a fraction of a second. What it cannot install it names, in one line.
# The Rust toolchain and a C++ compiler it expects, and never installs.
set -eu
cd "$(dirname "$0")/.."

fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }
has_header() { printf '#include <%s>\n' "$1" | "${CXX:-c++}" -std=c++17 -x c++ -E - >/dev/null 2>&1; }

# need <Debian package> <test>...: notes the package when the test fails.
missing=
need() {
  package=$1
  shift
  "$@" || missing="$missing $package"
}

need_for_build() {
  need cmake has cmake
  need ninja-build has ninja
  need libcli11-dev has_header CLI/CLI.hpp
}

need_for_demo() {
  need_for_build
  need dcmtk has echoscu
}

need_for_test() {
  need_for_demo
  need libgtest-dev has_header gtest/gtest.h
  need openssl has openssl
  need pkg-config has pkg-config
  need_for_python
  need tshark has tshark
  need iproute2 has ip
  need util-linux has unshare
  need valgrind has valgrind
}

need_for_python() {
  need python3 has python3
  need python3-venv python_has_venv
}

python_has_venv() { has python3 && python3 -c 'import ensurepip, venv' >/dev/null 2>&1; }

need_for_bench() {
  need_for_demo
  need_for_python
  need strace has strace
  need valgrind has valgrind
  need util-linux has taskset
}

need_for_lint() {
  need_for_test
  need clang-format has clang-format
  need clang-tidy has run-clang-tidy
}

install_missing() {
  [ -n "$missing" ] || return 0
  has apt-get || fail "missing, and there is no apt-get here to install them with; these are Debian's names:$missing"
  root=
  if [ "$(id -u)" != 0 ]; then
    has sudo || fail "missing, and installing them needs root:$missing"
    root=sudo
  fi
  printf 'setup: installing%s\n' "$missing" >&2
  $root apt-get update -qq || printf 'setup: apt-get update failed; going on with the lists that are here\n' >&2
  # One call: two at once fail on dpkg's lock. Some packages ask a question; the default answers do.
  $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2 ||
    fail "apt-get could not install:$missing"
}

# The Python peers, in a virtual environment of their own; made anew when the list of what goes in changes.
python_environment() {
  wanted=tests/interop/requirements.txt
  [ -e "$wanted" ] || return 0
  cmp -s "$wanted" build/venv/requirements.txt && return 0
  rm -rf build/venv
  python3 -m venv build/venv
  build/venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$wanted" || fail "pip could not install what $wanted lists"
  cp "$wanted" build/venv/requirements.txt
}

rust_part() {
  cargo "$1" --version >/dev/null 2>&1 && return 0
  if has rustup && rustup component add "$1" >&2; then return 0; fi
  fail "cargo $1 is missing: install the toolchain's component $1"
}

[ $# = 1 ] || fail "which purpose? build, demo, test, fuzz, bench or lint"
has cargo || fail "cargo is missing: install the Rust toolchain (rust-version in Cargo.toml says which)"
has "${CXX:-c++}" || fail "a C++ compiler is missing: install g++, or name yours in CXX"

case $1 in
  build | demo | test | bench | lint) "need_for_$1" ;;
  fuzz) ;;
  *) fail "unknown purpose '$1': build, demo, test, fuzz, bench or lint" ;;
esac
install_missing
case $1 in
  test | bench) python_environment ;;
  lint)
    rust_part fmt
    rust_part clippy
    cargo deny --version >/dev/null 2>&1 || cargo install --locked cargo-deny || fail "cargo could not install cargo-deny"
    ;;
esac
