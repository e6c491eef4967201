#!/usr/bin/env bash
# Fuzzes each target for so many seconds, from its corpus, and stops. What is found lies in fuzz/artifacts then; what is
# new and interesting is kept in build/fuzz, beside the corpus.
#
#   fuzz.sh SECONDS
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:?seconds for each target}
export CARGO_TARGET_DIR=$PWD/build/fuzz/target
for target in pdu association messages command_set data_set; do
  mkdir -p "build/fuzz/found/$target"
  # The first folder is where libFuzzer writes to.
  cargo +nightly fuzz run --features libfuzzer "$target" "build/fuzz/found/$target" "fuzz/corpus/$target" -- \
    -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
done
printf 'every target ran for %s seconds; nothing was found\n' "$seconds"
