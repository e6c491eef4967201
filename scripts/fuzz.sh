#!/usr/bin/env bash
# Fuzzes each target for so many seconds, from its corpus, and stops; JOBS at a time, or as many as there are processors.
# What is found lies in fuzz/artifacts then; what is new and interesting is kept in build/fuzz/found, beside the corpus.
#
# The stable toolchain does: libFuzzer needs to see which code ran, and rustc has LLVM's pass for that. AddressSanitizer
# would find little in a crate without unsafe code; LDICOMNET_FUZZ_ASAN=1 adds it, where nightly Rust is installed.
#
#   fuzz.sh SECONDS [TARGET]...
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:?seconds for each target}
shift
# A target is a file in fuzz/targets. That is the list of them, with Cargo.toml's and the one that `make test` replays.
[ $# != 0 ] || set -- $(ls fuzz/targets | sed 's/\.rs$//')

toolchain=
# A whole connection needs simulated sockets; the others are the same with them.
flags="--cfg fuzzing --cfg ldicomnet_simulation -Cdebug-assertions -Coverflow-checks -Cpasses=sancov-module"
for option in level=4 inline-8bit-counters pc-table trace-compares; do
  flags="$flags -Cllvm-args=-sanitizer-coverage-$option"
done
if [ -n "${LDICOMNET_FUZZ_ASAN:-}" ]; then
  toolchain=+nightly
  flags="$flags -Zsanitizer=address"
fi
host=$(rustc -vV | sed -n 's/^host: //p')
built=build/fuzz/target/$host/release

# With a target named, the flags are for the crate and not for what builds it.
RUSTFLAGS=$flags cargo $toolchain build --quiet --locked --release --manifest-path fuzz/Cargo.toml --features libfuzzer --bins \
  --target "$host" --target-dir build/fuzz/target

fuzz_one() {
  mkdir -p "build/fuzz/found/$1" "fuzz/artifacts/$1"
  # The first folder is where libFuzzer writes to.
  if "$built/$1" "build/fuzz/found/$1" "fuzz/corpus/$1" "-artifact_prefix=fuzz/artifacts/$1/" "-max_total_time=$seconds" \
    -max_len=65536 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 >"build/fuzz/$1.log" 2>&1; then
    printf '%s: %s runs, %s\n' "$1" "$(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$1.log")" \
      "$(grep -o 'cov: [0-9]* ft: [0-9]*' "build/fuzz/$1.log" | tail -n 1)"
    return
  fi
  tail -n 40 "build/fuzz/$1.log"
  printf '%s: found something: fuzz/artifacts/%s\n' "$1" "$1"
  return 1
}
export -f fuzz_one
export seconds built

mkdir -p build/fuzz
printf '%s\n' "$@" | xargs -P "${JOBS:-$(nproc)}" -I{} bash -c 'fuzz_one {}'
printf 'fuzz: %s targets ran for %s seconds each; nothing was found\n' $# "$seconds"
