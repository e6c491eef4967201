//! What a world leaves of memory: nothing.

#![allow(unsafe_code)]

use crate::simulation::world::{Profile, play};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// Allocations of this thread that were not given back, and their bytes: other worlds are on other threads.
    static HELD: Cell<(isize, isize)> = const { Cell::new((0, 0)) };
}

struct Counting;

fn count(number: isize, bytes: usize) {
    // A thread that ends gives back what it holds; nobody looks at that any more.
    let _ended = HELD.try_with(|held| {
        let (count, all) = held.get();
        held.set((count + number, all + number * bytes as isize));
    });
}

// SAFETY: hands every call on to the system's allocator unchanged; a `Cell` in a constant-initialised
// thread-local allocates nothing itself.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size());
        // SAFETY: the caller keeps to the contract of `GlobalAlloc::alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-1, layout.size());
        // SAFETY: `pointer` came from `System` with this layout, through `alloc` above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn no_memory_is_held_when_a_world_is_over() {
    let through = |seeds: std::ops::Range<u64>| {
        for seed in seeds {
            play(seed, Profile::of(seed)).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
        }
        HELD.get()
    };
    // Buffers of this thread are made once, and grow to what they have to hold.
    let before = through(40..56);
    assert_eq!(through(40..56), before, "allocations and bytes");
}
