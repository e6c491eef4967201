//! Files that are being written and are not anybody's yet, and how many bytes they may take together, whoever they came
//! from.

use super::content::{Content, ContentFile, FileRange};
use super::files;
use super::temporary::{self, Temporary};
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Room for temporary files. Those who share one share its bytes: the connections that a listener accepted,
/// and every object whose settings are given the same one.
#[derive(Debug)]
pub struct Spool {
    bytes_max: u64,
    used: AtomicU64,
}

impl Spool {
    /// Room for so many bytes; `u64::MAX` is no limit.
    #[must_use]
    pub fn new(bytes_max: u64) -> Arc<Self> {
        Arc::new(Self { bytes_max, used: AtomicU64::new(0) })
    }

    /// How many bytes there is room for.
    #[must_use]
    pub fn bytes_max(&self) -> u64 {
        self.bytes_max
    }

    /// How many are taken; nothing is counted where there is no limit.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }
}

/// What one file has taken; given back when this is dropped.
#[derive(Debug, Default)]
pub(super) struct Share {
    spool: Option<Arc<Spool>>,
    bytes: u64,
}

impl Share {
    pub(super) fn of(spool: &Arc<Spool>) -> Self {
        Self { spool: (spool.bytes_max != u64::MAX).then(|| Arc::clone(spool)), bytes: 0 }
    }

    /// Room for more bytes, all of them or none.
    pub(super) fn take(&mut self, bytes: usize) -> io::Result<()> {
        let Some(spool) = &self.spool else { return Ok(()) };
        let bytes = bytes as u64;
        let more = |used: u64| used.checked_add(bytes).filter(|used| *used <= spool.bytes_max);
        if spool.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_err() {
            let why = format!("all temporary files together take no more than {} bytes", spool.bytes_max);
            return Err(io::Error::new(io::ErrorKind::StorageFull, why));
        }
        self.bytes += bytes;
        Ok(())
    }

    /// Of the bytes that were taken last, those that were not used.
    pub(super) fn give_back(&mut self, bytes: usize) {
        let Some(spool) = &self.spool else { return };
        let bytes = (bytes as u64).min(self.bytes);
        self.bytes -= bytes;
        spool.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if let Some(spool) = &self.spool {
            spool.used.fetch_sub(self.bytes, Ordering::Relaxed);
        }
    }
}

/// A file that is being written, without a name or under a temporary one until it is complete. Dropped
/// before that, it is removed.
#[derive(Debug)]
pub struct SpoolFile {
    file: Temporary,
    length: u64,
    share: Share,
}

/// Permissions of Unix, before the umask.
const OWNER_ALONE: u32 = 0o600;

impl SpoolFile {
    /// A new file in a directory; the system's directory of temporary files where `directory`
    /// is empty. Only its owner may read it.
    ///
    /// # Errors
    ///
    /// Those of making a file.
    pub fn create_in(directory: &Path) -> io::Result<Self> {
        let directory = if directory.as_os_str().is_empty() { &std::env::temp_dir() } else { directory };
        Temporary::make(directory, OWNER_ALONE).map(Self::of)
    }

    /// A new file beside `path`, where [`persist`](Self::persist) will put it: in the same
    /// directory, with the permissions of a new file there.
    ///
    /// # Errors
    ///
    /// Those of making a file.
    pub fn create_for(path: &Path) -> io::Result<Self> {
        temporary::make_beside(path).map(Self::of)
    }

    fn of(file: Temporary) -> Self {
        Self { file, length: 0, share: Share::default() }
    }

    /// The open file, for those who write to it by other means; [`len`](Self::len) does not know of it then.
    pub(crate) fn file(&self) -> &File {
        self.file.file()
    }

    /// The same with room of `spool` alone, until it has its name or is removed: what it has no room for is
    /// [`io::ErrorKind::StorageFull`].
    #[must_use]
    pub fn within(mut self, spool: &Arc<Spool>) -> Self {
        self.share = Share::of(spool);
        self
    }

    /// How much was written, in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Was nothing written?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Writes two pieces, one behind the other, in one call as a rule.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub fn write_both(&mut self, first: &[u8], second: &[u8]) -> io::Result<()> {
        let written = self.write_vectored(&[io::IoSlice::new(first), io::IoSlice::new(second)])?;
        match first.get(written..) {
            Some(rest @ [_, ..]) => {
                self.write_all(rest)?;
                self.write_all(second)
            }
            _ => self.write_all(second.get(written - first.len()..).unwrap_or_default()),
        }
    }

    /// Writes `wanted` bytes or some of them, if there is room for all.
    fn note(&mut self, wanted: usize, write: impl FnOnce(&File) -> io::Result<usize>) -> io::Result<usize> {
        self.share.take(wanted)?;
        let outcome = write(self.file.file());
        let written = *outcome.as_ref().unwrap_or(&0);
        self.share.give_back(wanted.saturating_sub(written));
        self.length += written as u64;
        outcome
    }

    /// Gives it its name at once and whole, in the place of a file that has it. With `sync`, the
    /// bytes and the name are on the disk when this returns.
    ///
    /// # Errors
    ///
    /// Those of syncing and renaming; the file is then removed. Where only its name could not be synced it
    /// stays: it is whole, and may have taken the place of another.
    pub fn persist(self, path: &Path, sync: bool) -> io::Result<Arc<ContentFile>> {
        Ok(Arc::new(ContentFile::lasting(self.file.persist(path, sync)?, path)))
    }

    /// What was written from `start` on, as content. The file is removed when the last that
    /// holds it goes.
    #[must_use]
    pub fn into_content(self, start: u64) -> Content {
        let start = start.min(self.length);
        let length = self.length - start;
        let file = Arc::new(ContentFile::temporary(self.file, self.share));
        Content::File(FileRange { file, start, length })
    }
}

impl Write for SpoolFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.note(bytes.len(), |file| files::write(file, bytes))
    }

    fn write_vectored(&mut self, bytes: &[io::IoSlice<'_>]) -> io::Result<usize> {
        let wanted = bytes.iter().map(|piece| piece.len()).sum();
        self.note(wanted, |file| {
            loop {
                match files::write_vectored(file, bytes) {
                    // `write_all` asks again by itself; this is called without it.
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    outcome => return outcome,
                }
            }
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_seen_whole_or_not_at_all() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("object.dcm");
        let mut spool = SpoolFile::create_for(&path).unwrap();
        spool.write_all(b"half").unwrap();
        assert!(!path.exists());
        drop(spool);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);

        std::fs::write(&path, b"an older one").unwrap();
        let mut spool = SpoolFile::create_for(&path).unwrap();
        spool.write_all(b"whole").unwrap();
        let file = spool.persist(&path, true).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        assert_eq!((file.path(), file.is_temporary()), (Some(path.as_path()), false));
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_spool_file_goes_with_its_last_holder() {
        let directory = tempfile::tempdir().unwrap();
        let mut spool = SpoolFile::create_in(directory.path()).unwrap();
        spool.write_both(b"head", b"body").unwrap();
        let content = spool.into_content(4);
        let other = content.slice(1, 2);
        drop(content);
        assert_eq!(other.to_bytes(9).unwrap().as_ref(), b"od");
        drop(other);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
