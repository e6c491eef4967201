#!/bin/sh
# The tests of the C++ face under ThreadSanitizer, with every line instrumented: C++, Rust and Rust's standard library.
# `make test` runs it for C++ alone, since this takes what a stable toolchain has not: nightly Rust with its sources
# (rustup toolchain install nightly --component rust-src). For whoever changes what threads share.
#   scripts/tsan.sh [subject]...      lifetime, blocking, ...; all of tests/cpp without one
set -eu
cd "$(dirname "$0")/.."

target=$(rustc +nightly -vV | sed -n 's/^host: //p')
runtime=$(rustc +nightly --print sysroot)/lib/rustlib/$target/lib/librustc-nightly_rt.tsan.a
out=build/tsan-whole
compiler=${CXX:-c++}
flags="-std=c++17 -g -O1 -fsanitize=thread -Iinclude -Itests/cpp"
[ -e "$runtime" ] || {
  printf 'tsan: nightly Rust has no ThreadSanitizer for %s\n' "$target" >&2
  exit 1
}
mkdir -p "$out"

RUSTFLAGS='-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer' CXX=$compiler CXXFLAGS='-g -O1 -fsanitize=thread' \
  cargo +nightly rustc --quiet --locked --lib --crate-type staticlib --features cpp -Zbuild-std --target "$target" \
  --target-dir "$out/cargo"

support=
for source in tests/cpp/support/*.cpp; do
  object=$out/$(basename "$source" .cpp).o
  # $flags are words.
  "$compiler" $flags -c "$source" -o "$object"
  support="$support $object"
done

[ $# != 0 ] || set -- $(ls tests/cpp/*_test.cpp | sed 's|.*/||; s|_test.cpp||' | grep -v '^hook_sink$') # which CMake has
failed=
for subject in "$@"; do
  printf '== %s\n' "$subject"
  program=$out/${subject}_test
  "$compiler" $flags -c "tests/cpp/${subject}_test.cpp" -o "$program.o"
  # The runtime is rustc's, for both languages: one process has one.
  "$compiler" -o "$program" "$program.o" $support "$out/cargo/$target/debug/libldicomnet.a" \
    -Wl,--whole-archive "$runtime" -Wl,--no-whole-archive -Wl,--export-dynamic -Wl,--gc-sections \
    -lgtest -lgtest_main -lpthread -ldl -lm -lrt
  "$program" --gtest_brief=1 || failed="$failed $subject"
done

[ -z "$failed" ] || {
  printf 'tsan: failed:%s\n' "$failed"
  exit 1
}
printf 'tsan: nothing found\n'
