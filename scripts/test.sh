#!/bin/sh
# Runs all tests, step by step, and ends with one line that sums what the runners themselves counted:
# 'N passed, N failed'. Every runner must have run something; a step that fails without a count of failures counts as one.
set -u
cd "$(dirname "$0")/.."

logs=build/logs
mkdir -p "$logs"
jobs=$(nproc 2>/dev/null || echo 2)
passed=0 failed=0 skipped=0

# step <name> <command>...: runs the command, its output shown and kept in the log.
step() {
  name=$1
  shift
  printf '\n== %s: %s\n' "$name" "$*"
  log=$logs/$name.log
  status=0
  # A pipe to tee would lose the command's status, and sh has no pipefail.
  { "$@" 2>&1 || echo $? >"$log.status"; } | tee "$log"
  if [ -e "$log.status" ]; then
    status=$(cat "$log.status")
    rm -f "$log.status"
  fi
}

# count <passed> <failed> <skipped>: adds what the last step's log says, and holds it against its status.
count() {
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
  printf '== %s: %s passed, %s failed, %s skipped\n' "$name" "$1" "$2" "$3"
  if [ "$status" != 0 ] && [ "$2" = 0 ]; then
    printf '== %s: ended with status %s\n' "$name" "$status"
    failed=$((failed + 1))
  elif [ "$1" = 0 ] && [ "$2" = 0 ]; then
    printf '== %s: ran no test\n' "$name"
    failed=$((failed + 1))
  fi
}

# A step that must succeed for the rest to mean anything.
require() {
  [ "$status" = 0 ] && return
  printf '== %s: ended with status %s; nothing after it can run\n' "$name" "$status"
  failed=$((failed + 1))
  finish
}

finish() {
  printf '\n'
  if [ "$skipped" = 0 ]; then
    printf '%s passed, %s failed\n' "$passed" "$failed"
  else
    printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
  fi
  [ "$failed" = 0 ]
  exit
}

# sum <sed expression that leaves numbers, one a line>
sum() { sed -n "$1" "$log" | awk '{ n += $1 } END { print n + 0 }'; }

count_cargo() {
  count "$(sum 's/^test result: .* \([0-9]*\) passed;.*/\1/p')" "$(sum 's/^test result: .* \([0-9]*\) failed;.*/\1/p')" \
    "$(sum 's/^test result: .* \([0-9]*\) ignored;.*/\1/p')"
}

count_ctest() {
  total=$(sum 's/^[0-9]*% tests passed, [0-9]* tests\{0,1\} failed out of \([0-9]*\)$/\1/p')
  bad=$(sum 's/^[0-9]*% tests passed, \([0-9]*\) tests\{0,1\} failed out of [0-9]*$/\1/p')
  # ctest counts a test that skipped itself among those that passed.
  skips=$(grep -c '^ *[0-9]*/[0-9]* Test .*\*\*\*Skipped' "$log")
  count $((total - bad - skips)) "$bad" "$skips"
}

count_pytest() {
  line=$(grep -E '[0-9]+ [a-z]+ in [0-9.]+s' "$log" | tail -n 1)
  count "$(counted passed)" "$(($(counted failed) + $(counted 'errors?')))" "$(counted skipped)"
}
counted() { printf '%s\n' "$line" | grep -oE "[0-9]+ $1" | awk '{ n += $1 } END { print n + 0 }'; }

# ctest by label, so that a group of tests that has gone missing is seen.
ctest_labels() {
  for label in "$@"; do
    ctest --test-dir build --show-only --label-regex "^$label\$" | grep -q '^Total Tests: [1-9]' || {
      printf '== ctest: no test has the label %s\n' "$label"
      failed=$((failed + 1))
    }
  done
}

# The core builds where there is no C++ compiler: one that only fails stands in for that.
step core env CXX=false cargo build --locked --no-default-features
require

step cargo cargo test --locked --all-features --no-fail-fast
count_cargo

# The engine under virtual time, with faults at every call of the system.
step simulation scripts/simulate.sh 20
count_cargo

# What fuzzing begins with, and what it ever found, on any toolchain.
step corpora env RUSTFLAGS="${RUSTFLAGS:-} --cfg ldicomnet_simulation" cargo test --locked --manifest-path fuzz/Cargo.toml \
  --target-dir build/simulation
count_cargo

step configure cmake --preset release
require
step build cmake --build --preset release
require
ctest_labels cpp memcheck private c package
step ctest ctest --test-dir build --output-on-failure --no-tests=error -j "$jobs"
count_ctest

step configure-asan cmake --preset asan
require
step build-asan cmake --build --preset asan
require
step ctest-asan ctest --test-dir build/asan --output-on-failure --no-tests=error -j "$jobs"
count_ctest

# ThreadSanitizer is for what C++ alone locks: Rust's locks it does not know, and takes for races.
step configure-tsan cmake --preset tsan
require
step build-tsan cmake --build --preset tsan --target private_tests
require
step ctest-tsan ctest --test-dir build/tsan --label-regex '^private$' --output-on-failure --no-tests=error -j "$jobs"
count_ctest

if [ -d tests/interop ]; then
  step interop build/venv/bin/python -m pytest -q tests/interop
  count_pytest
  # Once more with tools that were built under AddressSanitizer and UndefinedBehaviorSanitizer. Left out is what looks at
  # memory, which they keep, what loads the library into Python, where their runtime would have to come first, and the
  # examples, which are not built so.
  step interop-asan env LDICOMNET_BIN_DIR=build/asan/bin build/venv/bin/python -m pytest -q tests/interop \
    --ignore tests/interop/test_soak.py --ignore tests/interop/test_dicomdir.py --ignore tests/interop/test_examples.py -k 'not needs_little_memory'
  count_pytest
fi

finish
