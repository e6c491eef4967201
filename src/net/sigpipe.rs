//! Keeps SIGPIPE from a C++ host, which has not ignored it, where a system call has no flag for
//! that: sendfile(2).
//!
//! `unsafe` is for the calls of libc that no safe crate of ours has.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::mem::MaybeUninit;
use std::ptr;

/// Blocks SIGPIPE on this thread as long as it lives.
pub(crate) struct Blocked {
    /// The host had blocked it itself: nothing is to be undone.
    by_host: bool,
    /// A call has returned EPIPE, and raised the signal.
    raised: Cell<bool>,
    /// Signals belong to threads.
    _of_this_thread: std::marker::PhantomData<*const ()>,
}

impl Blocked {
    pub(crate) fn new() -> Self {
        let pipe = pipe_alone();
        let mut before = MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: both point to sets of this frame; SIG_BLOCK is valid, so that the call succeeds
        // (pthread_sigmask(3)) and fills `before`.
        let by_host = unsafe {
            libc::pthread_sigmask(libc::SIG_BLOCK, &raw const pipe, before.as_mut_ptr()) != 0
                || libc::sigismember(before.as_ptr(), libc::SIGPIPE) == 1
        };
        Self { by_host, raised: Cell::new(false), _of_this_thread: std::marker::PhantomData }
    }

    /// A call has returned EPIPE: the signal that it raised is thrown away at the end.
    pub(super) fn raised(&self) {
        self.raised.set(true);
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        if self.by_host {
            return;
        }
        let pipe = pipe_alone();
        let at_once = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: the sets and the time are of this frame. The signal was not blocked before, so
        // that one which waits now is of the call that this guarded.
        unsafe {
            if self.raised.get() {
                libc::sigtimedwait(&raw const pipe, ptr::null_mut(), &raw const at_once);
            }
            libc::pthread_sigmask(libc::SIG_UNBLOCK, &raw const pipe, ptr::null_mut());
        }
    }
}

fn pipe_alone() -> libc::sigset_t {
    let mut set = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: sigemptyset fills the set that it is given, and SIGPIPE is a signal.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), libc::SIGPIPE);
        set.assume_init()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_blocked() -> bool {
        let mut now = MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: with no new set the call only fills the one of this frame.
        unsafe {
            libc::pthread_sigmask(libc::SIG_BLOCK, ptr::null(), now.as_mut_ptr());
            libc::sigismember(now.as_ptr(), libc::SIGPIPE) == 1
        }
    }

    #[test]
    fn it_is_blocked_for_the_time_of_the_guard_and_one_raised_meanwhile_is_gone() {
        assert!(!is_blocked());
        {
            let _outer = Blocked::new();
            assert!(is_blocked());
            {
                let _inner = Blocked::new();
            }
            assert!(is_blocked());
        }
        assert!(!is_blocked());
        let guard = Blocked::new();
        // SAFETY: raises a signal that this thread has blocked. Unblocked, it would end the test,
        // but for the runtime of Rust, which ignores it: `sigpending` tells the difference.
        unsafe { libc::raise(libc::SIGPIPE) };
        guard.raised();
        drop(guard);
        let mut pending = MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: fills the set of this frame.
        let pending = unsafe {
            libc::sigpending(pending.as_mut_ptr());
            libc::sigismember(pending.as_ptr(), libc::SIGPIPE)
        };
        assert_eq!(pending, 0);
    }
}
