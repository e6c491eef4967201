//! What may go wrong, and how often.

use super::world::with;
use rustix::io::Errno;
use std::io;

/// One in how many times something goes wrong; 0 is never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// A delivery of the network: both ends of the connection are reset.
    pub reset: u32,
    /// A delivery: the way between the ends is gone, and each finds out by itself, after minutes.
    pub partition: u32,
    /// A `connect` that fails at once, or is never answered.
    pub connect: u32,
    /// An `accept`, for want of descriptors or memory.
    pub accept: u32,
    /// An `accept`, whose connection has gone.
    pub gone: u32,
    /// A `send` that fails and leaves the connection as it was.
    pub send: u32,
    /// A call that is interrupted, or would block though it need not.
    pub interrupt: u32,
    /// A `send` or `recv` that takes less than it could.
    pub short: u32,
    /// Making a socket, or a second descriptor of one.
    pub descriptor: u32,
    /// Opening or making a file.
    pub open: u32,
    /// Writing, wholly or in part.
    pub write: u32,
    /// Syncing.
    pub sync: u32,
    /// Renaming.
    pub rename: u32,
    /// Reading a file.
    pub read: u32,
    /// Starting a thread.
    pub spawn: u32,
    /// Resolving a name.
    pub resolve: u32,
    /// A step: whoever has work is kept from it until the next deadline, however far away.
    pub standstill: u32,
}

impl Faults {
    /// Everything at the same rate, but for what ends every connection of a longer run.
    #[must_use]
    pub fn all(one_in: u32) -> Self {
        Self {
            reset: one_in.saturating_mul(20),
            partition: one_in.saturating_mul(40),
            connect: one_in,
            accept: one_in,
            gone: one_in,
            send: one_in.saturating_mul(10),
            interrupt: one_in,
            short: 4,
            descriptor: one_in,
            open: one_in,
            write: one_in,
            sync: one_in,
            rename: one_in,
            read: one_in,
            spawn: 4,
            resolve: 8,
            standstill: one_in.saturating_mul(200),
        }
    }
}

/// A call that files need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileCall {
    Open,
    Create,
    Write,
    Sync,
    Rename,
    Read,
}

/// Fails as the call may fail, where its turn has come.
pub(crate) fn file_fails(call: FileCall) -> io::Result<()> {
    with(|world| {
        let faults = world.faults;
        let (one_in, errors): (u32, &[Errno]) = match call {
            FileCall::Open => (faults.open, &[Errno::MFILE, Errno::ACCESS, Errno::NOENT]),
            FileCall::Create => (faults.open, &[Errno::MFILE, Errno::NOSPC, Errno::ROFS]),
            FileCall::Write => (faults.write, &[Errno::NOSPC, Errno::DQUOT, Errno::IO]),
            FileCall::Sync => (faults.sync, &[Errno::IO, Errno::NOSPC]),
            FileCall::Rename => (faults.rename, &[Errno::NOSPC, Errno::ISDIR, Errno::ACCESS]),
            FileCall::Read => (faults.read, &[Errno::IO]),
        };
        if matches!(call, FileCall::Read | FileCall::Write) && world.happens(faults.interrupt) {
            return Err(Errno::INTR.into());
        }
        if !world.happens(one_in) {
            return Ok(());
        }
        let error = errors[world.random.usize(..errors.len())];
        world.note("file fails", call as u64, error.raw_os_error() as u64);
        Err(error.into())
    })
    .unwrap_or(Ok(()))
}

/// Does everybody stand still for once?
pub(crate) fn stands_still() -> bool {
    with(|world| world.happens(world.faults.standstill)).unwrap_or(false)
}

/// How much of so many bytes one call takes; not nothing.
pub(crate) fn part_of(length: usize) -> usize {
    with(|world| world.part_of(length)).unwrap_or(length)
}
