//! What is asked of the system for files, so that the simulation can have it fail. It must add nothing of
//! its own.

use std::fs::{File, OpenOptions};
use std::io::{self, IoSlice, Write};
use std::path::Path;
use tempfile::NamedTempFile;

/// Opens a file that is there, to read it.
#[inline]
pub(crate) fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Makes a file.
#[inline]
pub(crate) fn create(options: &OpenOptions, path: &Path) -> io::Result<File> {
    options.open(path)
}

/// Writes some of the bytes.
#[inline]
pub(crate) fn write(mut file: &File, bytes: &[u8]) -> io::Result<usize> {
    file.write(bytes)
}

/// As [`write`], of several pieces.
#[inline]
pub(crate) fn write_vectored(mut file: &File, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
    file.write_vectored(pieces)
}

/// Has what was written on the disk when it returns.
#[inline]
pub(crate) fn sync(file: &File) -> io::Result<()> {
    file.sync_all()
}

/// Gives a file its name, in the place of one that has it; removes it where that fails.
#[inline]
pub(crate) fn persist(file: NamedTempFile, path: &Path) -> io::Result<File> {
    file.persist(path).map_err(|error| error.error)
}

/// Reads some bytes from `offset` on.
#[cfg(unix)]
#[inline]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
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
    // Into room that nobody has to set to zero before.
    Ok(rustix::io::pread(file, rustix::buffer::spare_capacity(out), offset)?)
}
