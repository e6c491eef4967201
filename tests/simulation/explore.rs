//! Worlds, one seed after the other.

use crate::simulation::world::{Profile, Tally, play};
use std::time::{Duration, Instant};

/// How a run of one seed is asked for, where something was wrong.
fn said(seed: u64, why: &str) -> String {
    format!("seed {seed}, {why}\nto see just this: SIMULATION_SEED={seed} SIMULATION_TRACE=1 make simulate")
}

fn world(seed: u64) -> (Tally, u64) {
    play(seed, Profile::of(seed)).unwrap_or_else(|why| panic!("{}", said(seed, &why)))
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn no_world_breaks_a_rule() {
    if let Some(seed) = number("SIMULATION_SEED") {
        let (tally, trace) = world(seed);
        return println!("seed {seed}: {tally:?}, trace {trace:016x}");
    }
    let time = Duration::from_secs(number("SIMULATION_SECONDS").unwrap_or(5));
    let first = number("SIMULATION_FIRST").unwrap_or(0);
    let begun = Instant::now();
    let (mut steps, mut seeds) = (0, 0);
    // At least one of each kind.
    while seeds < 8 || begun.elapsed() < time {
        steps += world(first + seeds).0.steps;
        seeds += 1;
    }
    let minute = steps as f64 / begun.elapsed().as_secs_f64() * 60.0;
    println!("{seeds} worlds, {steps} steps, {:.1} million a minute", minute / 1e6);
}

#[test]
fn a_seed_is_the_same_again() {
    for seed in 100..116 {
        assert_eq!(world(seed), world(seed), "seed {seed}");
    }
}

#[test]
fn worlds_try_what_they_should() {
    let mut all = Tally::default();
    for seed in 0..16 {
        let (tally, _) = world(seed);
        all.connected += tally.connected;
        all.released += tally.released;
        all.messages += tally.messages;
        all.answers += tally.answers;
        all.files += tally.files;
        all.ends += tally.ends;
    }
    let is_busy = all.connected > 300 && all.released > 200 && all.ends > 800;
    let is_working = all.messages > 800 && all.answers > 800 && all.files > 150;
    assert!(is_busy && is_working, "{all:?}");
}
