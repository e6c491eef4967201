//! Memory that must not move, not even in passing. It is counted for the whole process, so that each test that looks
//! at it has one of its own.

use crate::support::process;
use std::fs;

/// What the allocator and the threads of a process may take in passing: far below what any of the causes would cost.
pub(crate) const PASSING: usize = 8 << 20;

/// Does it once for what is made once, and once more while it looks: no more than [`PASSING`] may have been resident
/// at any moment of the second time.
#[track_caller]
pub(crate) fn stays<T>(mut work: impl FnMut() -> T) {
    drop(work());
    // proc_pid_clear_refs(5): the most that was resident becomes what is resident now.
    fs::write("/proc/self/clear_refs", "5").expect("a process may reset its own peak");
    let before = process::memory().resident;
    // What the peers hold open is held while memory is counted.
    let held = work();
    let moved = peak().saturating_sub(before);
    drop(held);
    assert!(moved < PASSING, "{moved} bytes more were resident");
}

/// The most that was resident, in bytes.
fn peak() -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("Linux has /proc");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the peak");
    let kibibytes: usize = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kibibytes << 10
}
