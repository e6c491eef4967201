#!/bin/sh
# Runs worlds of the simulation (tests/simulation.rs), one seed after the other, for so many seconds (60).
# SIMULATION_SEED=... runs that one alone, and SIMULATION_TRACE=1 shows what happens in it; SIMULATION_FIRST=... begins
# with another seed than 0.
set -eu
cd "$(dirname "$0")/.."

export RUSTFLAGS="${RUSTFLAGS:-} --cfg ldicomnet_simulation"
# It is built with other flags than everything else, and would have that built again each time.
export CARGO_TARGET_DIR=build/simulation
export SIMULATION_SECONDS="${1:-60}"
set --
[ -z "${SIMULATION_SEED:-}" ] || set -- no_world_breaks_a_rule
exec cargo test --locked --no-default-features --profile simulation --test simulation -- --nocapture "$@"
