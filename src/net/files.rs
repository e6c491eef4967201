//! What is asked of the system for files, so that the simulation can have it fail. It must add nothing of
//! its own.

#[cfg(ldicomnet_simulation)]
use super::simulation;
use std::fs::{File, OpenOptions};
use std::io::{self, IoSlice, Write};
use std::path::Path;
use tempfile::TempPath;

/// Where the simulation has a call fail.
macro_rules! may_fail {
    ($call:ident) => {
        #[cfg(ldicomnet_simulation)]
        simulation::file_fails(simulation::FileCall::$call)?;
    };
}

/// Opens a file that is there, to read it.
#[inline]
pub(crate) fn open(path: &Path) -> io::Result<File> {
    may_fail!(Open);
    File::open(path)
}

/// Makes a file.
#[inline]
pub(crate) fn create(options: &OpenOptions, path: &Path) -> io::Result<File> {
    may_fail!(Create);
    options.open(path)
}

/// Writes some of the bytes.
#[inline]
pub(crate) fn write(mut file: &File, bytes: &[u8]) -> io::Result<usize> {
    may_fail!(Write);
    #[cfg(ldicomnet_simulation)]
    let bytes = &bytes[..simulation::part_of(bytes.len())];
    file.write(bytes)
}

/// As [`write`], of several pieces.
#[inline]
pub(crate) fn write_vectored(mut file: &File, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
    may_fail!(Write);
    #[cfg(ldicomnet_simulation)]
    return {
        let bytes: Vec<u8> = pieces.iter().flat_map(|piece| piece.iter().copied()).collect();
        file.write(&bytes[..simulation::part_of(bytes.len())])
    };
    #[cfg(not(ldicomnet_simulation))]
    file.write_vectored(pieces)
}

/// Has what was written on the disk when it returns.
#[inline]
pub(crate) fn sync(file: &File) -> io::Result<()> {
    may_fail!(Sync);
    file.sync_all()
}

/// Makes a file that has no name, in a directory.
#[cfg(target_os = "linux")]
#[inline]
pub(crate) fn create_nameless(directory: &Path, mode: u32) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    may_fail!(Create);
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    Ok(rustix::fs::open(directory, flags, Mode::from_raw_mode(mode))?.into())
}

/// Gives such a file a name that is not taken.
#[cfg(target_os = "linux")]
#[inline]
pub(crate) fn name(file: &File, path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD};
    may_fail!(Rename);
    let descriptor = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(file));
    Ok(rustix::fs::linkat(CWD, descriptor, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

/// Gives a file another name, in the place of one that has it; removes it where that fails.
#[inline]
pub(crate) fn persist(name: TempPath, path: &Path) -> io::Result<()> {
    may_fail!(Rename);
    name.persist(path).map_err(|error| error.error)
}

/// Reads some bytes from `offset` on.
#[cfg(unix)]
#[inline]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    may_fail!(Read);
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

/// Reads some bytes from `offset` on.
#[cfg(windows)]
#[inline]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

/// Appends to `out`, as far as it has room, bytes from `offset` on.
#[cfg(unix)]
#[inline]
pub(crate) fn append_at(file: &File, out: &mut Vec<u8>, offset: u64) -> io::Result<usize> {
    may_fail!(Read);
    // Into room that nobody has to set to zero before.
    Ok(rustix::io::pread(file, rustix::buffer::spare_capacity(out), offset)?)
}
