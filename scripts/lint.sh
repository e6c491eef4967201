#!/bin/sh
# Every check that needs no running program. Goes through all of them before it fails, so that one round shows all.
set -u
cd "$(dirname "$0")/.."

jobs=$(nproc 2>/dev/null || echo 2)
failures=

check() {
  name=$1
  shift
  printf '== %s\n' "$name"
  "$@" || failures="$failures $name"
}

c_files() { git ls-files --cached --others --exclude-standard -- '*.h' '*.cpp' '*.c'; }

# Translation units of ours that the build compiles, or that build.rs does: cmake/LDicomNetLint.cmake lists those for clang-tidy.
# The build knows options of g++ that clang does not.
tidy() {
  cmake --preset release -DLDICOMNET_BUILD_BENCH=ON >/dev/null && cmake --build --preset release --target ldicomnet_cargo || return
  run-clang-tidy -quiet -p build -j "$jobs" -extra-arg=-Wno-unknown-warning-option "^$(pwd)/(cpp|tools|examples|benches|tests)/" >build/clang-tidy.log 2>&1 && return
  # It colours its output and says each command; neither is of use here.
  sed 's/\x1b\[[0-9;]*m//g' build/clang-tidy.log | grep -vE '^(clang-tidy|[0-9]+ warnings)'
  return 1
}

format() { c_files | xargs -r clang-format --dry-run -Werror; }

# The advisories live in a database that must be fetched; where that cannot be, the check says so and is left out.
advisories() {
  cargo deny check advisories 2>build/advisories.log && return
  if grep -q 'failed to fetch advisory database' build/advisories.log; then
    printf 'advisories not checked: the advisory database cannot be fetched from here\n'
    return
  fi
  cat build/advisories.log
  return 1
}

mkdir -p build
check rustfmt cargo fmt --check
check clippy cargo clippy --quiet --locked --all-targets --all-features -- -D warnings
check clippy-core cargo clippy --quiet --locked --all-targets --no-default-features -- -D warnings
check clippy-simulation env RUSTFLAGS='--cfg ldicomnet_simulation' CARGO_TARGET_DIR=build/simulation \
  cargo clippy --quiet --locked --no-default-features --lib --test simulation -- -D warnings
check doc env RUSTDOCFLAGS='-D warnings' cargo doc --quiet --locked --no-deps --all-features
check deny cargo deny check bans licenses sources
check advisories advisories
check clang-format format
check clang-tidy tidy

if [ -n "$failures" ]; then
  printf 'lint: failed:%s\n' "$failures"
  exit 1
fi
printf 'lint: all clean\n'
