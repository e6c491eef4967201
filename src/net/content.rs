//! Runs of bytes that do not change: in memory, or a part of a file. What a message carries is
//! handed on in this form, so that an object of any size needs little memory and no copy.
//!
//! It must not know what the bytes mean.

use super::files;
use super::spool::{Share, Spool};
use bytes::Bytes;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::{Builder, NamedTempFile, TempPath};

/// Bytes that do not change. Cloning shares them.
#[derive(Clone, Debug)]
pub enum Content {
    /// In memory.
    Memory(Bytes),
    /// In a file.
    File(FileRange),
}

/// A part of a file.
#[derive(Clone, Debug)]
pub struct FileRange {
    /// The file. It must not be written to, or cut, as long as this lives.
    pub file: Arc<ContentFile>,
    /// Where the part begins, in bytes.
    pub start: u64,
    /// How long it is, in bytes. Invariant: `start + length` does not overflow.
    pub length: u64,
}

/// A file that content lies in. A temporary one goes with the last that holds it.
#[derive(Debug)]
pub struct ContentFile {
    file: File,
    path: FilePath,
    /// Held as long as the file is.
    _share: Share,
}

#[derive(Debug)]
enum FilePath {
    Lasting(PathBuf),
    Temporary(TempPath),
}

impl Content {
    /// The whole of a file.
    ///
    /// # Errors
    ///
    /// Those of opening it, and [`io::ErrorKind::IsADirectory`].
    pub fn open(path: &Path) -> io::Result<Self> {
        let (file, length) = ContentFile::open_with_length(path)?;
        Ok(Self::File(FileRange { file, start: 0, length }))
    }

    /// How many bytes there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File(range) => range.length,
        }
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The part that begins at `start`; what lies past the end is left out.
    #[must_use]
    pub fn slice(&self, start: u64, length: u64) -> Self {
        let start = start.min(self.len());
        let length = length.min(self.len() - start);
        match self {
            // Both fit: they are the length of a slice at most.
            Self::Memory(bytes) => Self::Memory(bytes.slice(start as usize..(start + length) as usize)),
            Self::File(range) => {
                Self::File(FileRange { file: Arc::clone(&range.file), start: range.start + start, length })
            }
        }
    }

    /// The bytes, if they are in memory.
    #[must_use]
    pub fn as_memory(&self) -> Option<&Bytes> {
        match self {
            Self::Memory(bytes) => Some(bytes),
            Self::File(_) => None,
        }
    }

    /// Reads some of the bytes from `offset` on; 0 at the end.
    ///
    /// # Errors
    ///
    /// Those of reading the file, and [`io::ErrorKind::UnexpectedEof`] for one that got shorter.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.len().saturating_sub(offset);
        let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let Some(buffer) = buffer.get_mut(..wanted) else { return Ok(0) };
        if wanted == 0 {
            return Ok(0);
        }
        match self {
            Self::Memory(bytes) => {
                // Fits: it is less than the length of a slice.
                let offset = offset as usize;
                buffer.copy_from_slice(&bytes[offset..offset + wanted]);
                Ok(wanted)
            }
            Self::File(range) => match range.file.read_at(range.start + offset, buffer)? {
                0 => Err(got_shorter()),
                read => Ok(read),
            },
        }
    }

    /// All of the bytes in memory, where they are not more than `max`.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::FileTooLarge`] for more, and those of [`read_at`](Self::read_at).
    pub fn to_bytes(&self, max: u64) -> io::Result<Bytes> {
        if self.len() > max {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "more bytes than fit in memory"));
        }
        match self {
            Self::Memory(bytes) => Ok(bytes.clone()),
            Self::File(range) => {
                let mut all = Vec::new();
                let length = usize::try_from(range.length)
                    .map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
                all.try_reserve_exact(length).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
                while all.len() < length {
                    if range.file.read_more(range.start + all.len() as u64, length - all.len(), &mut all)?
                        == 0
                    {
                        return Err(got_shorter());
                    }
                }
                all.truncate(length);
                Ok(all.into())
            }
        }
    }

    /// A reader of the bytes, with a position of its own.
    #[must_use]
    pub fn reader(&self) -> ContentReader {
        ContentReader { content: self.clone(), position: 0 }
    }
}

fn got_shorter() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the file got shorter")
}

impl Default for Content {
    fn default() -> Self {
        Self::Memory(Bytes::new())
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Memory(bytes.into())
    }
}

/// Reads a [`Content`].
#[derive(Clone, Debug)]
pub struct ContentReader {
    content: Content,
    position: u64,
}

impl Read for ContentReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read_at(self.position, buffer)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for ContentReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.content.len().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

impl ContentFile {
    /// Opens a file that stays when this goes.
    ///
    /// # Errors
    ///
    /// Those of opening it, and [`io::ErrorKind::IsADirectory`].
    pub fn open(path: &Path) -> io::Result<Arc<Self>> {
        Self::open_with_length(path).map(|(file, _)| file)
    }

    fn open_with_length(path: &Path) -> io::Result<(Arc<Self>, u64)> {
        let file = files::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let path = FilePath::Lasting(path.to_path_buf());
        Ok((Arc::new(Self { file, path, _share: Share::default() }), metadata.len()))
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        match &self.path {
            FilePath::Lasting(path) => path,
            FilePath::Temporary(path) => path,
        }
    }

    /// The open file. Its position is nobody's: read with an offset.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Does it go with the last that holds it?
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self.path, FilePath::Temporary(_))
    }

    #[cfg(unix)]
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match files::read_at(&self.file, buffer, offset) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => return outcome,
            }
        }
    }

    /// Appends to `out`, which has room for `wanted` bytes, some of those from `offset` on; a few more than
    /// are wanted may come with them.
    #[cfg(unix)]
    fn read_more(&self, offset: u64, _wanted: usize, out: &mut Vec<u8>) -> io::Result<usize> {
        loop {
            match files::append_at(&self.file, out, offset) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => return outcome,
            }
        }
    }

    #[cfg(windows)]
    fn read_more(&self, offset: u64, wanted: usize, out: &mut Vec<u8>) -> io::Result<usize> {
        let have = out.len();
        out.resize(have + wanted, 0);
        let read = self.read_at(offset, &mut out[have..]);
        out.truncate(have + read.as_ref().map_or(0, |read| *read));
        read
    }

    #[cfg(windows)]
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        files::read_at(&self.file, buffer, offset)
    }
}

/// A file that is being written, under a temporary name until it is complete. Dropped before
/// that, it is removed.
#[derive(Debug)]
pub struct SpoolFile {
    file: NamedTempFile,
    length: u64,
    share: Share,
}

/// What the names of files begin with that are not complete.
const PREFIX: &str = ".ldicomnet-";
const SUFFIX: &str = ".part";

/// Permissions of Unix, before the umask.
const OWNER_ALONE: u32 = 0o600;
const AS_THE_UMASK_SAYS: u32 = 0o666;

impl SpoolFile {
    /// A new file in a directory; the system's directory of temporary files where `directory`
    /// is empty. Only its owner may read it.
    ///
    /// # Errors
    ///
    /// Those of making a file.
    pub fn create_in(directory: &Path) -> io::Result<Self> {
        if directory.as_os_str().is_empty() {
            return Self::make(&std::env::temp_dir(), OWNER_ALONE);
        }
        Self::make(directory, OWNER_ALONE)
    }

    /// A new file beside `path`, where [`persist`](Self::persist) will put it: in the same
    /// directory, with the permissions of a new file there.
    ///
    /// # Errors
    ///
    /// Those of making a file.
    pub fn create_for(path: &Path) -> io::Result<Self> {
        Self::make(directory_of(path), AS_THE_UMASK_SAYS)
    }

    fn make(directory: &Path, mode: u32) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        #[cfg(not(unix))]
        let _no_such_thing = mode;
        // Made here and not by the builder, whose errors hide the system's number.
        let file = Builder::new()
            .prefix(PREFIX)
            .suffix(SUFFIX)
            .make_in(directory, |path| files::create(&options, path))?;
        Ok(Self { file, length: 0, share: Share::default() })
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
    fn note(
        &mut self,
        wanted: usize,
        write: impl FnOnce(&mut File) -> io::Result<usize>,
    ) -> io::Result<usize> {
        self.share.take(wanted)?;
        let outcome = write(self.file.as_file_mut());
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
        if sync {
            files::sync(self.file.as_file())?;
        }
        let file = files::persist(self.file, path)?;
        if sync {
            sync_directory_of(path)?;
        }
        let path = FilePath::Lasting(path.to_path_buf());
        Ok(Arc::new(ContentFile { file, path, _share: Share::default() }))
    }

    /// What was written from `start` on, as content. The file is removed when the last that
    /// holds it goes.
    #[must_use]
    pub fn into_content(self, start: u64) -> Content {
        let start = start.min(self.length);
        let length = self.length - start;
        let (file, path) = self.file.into_parts();
        let file = Arc::new(ContentFile { file, path: FilePath::Temporary(path), _share: self.share });
        Content::File(FileRange { file, start, length })
    }
}

impl Write for SpoolFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.note(bytes.len(), |file| files::write(file, bytes))
    }

    fn write_vectored(&mut self, bytes: &[io::IoSlice<'_>]) -> io::Result<usize> {
        let wanted = bytes.iter().map(|piece| piece.len()).sum();
        self.note(wanted, |file| loop {
            match files::write_vectored(file, bytes) {
                // `write_all` asks again by itself; this is called without it.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => return outcome,
            }
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// A name is on the disk when its directory is.
#[cfg(unix)]
fn sync_directory_of(path: &Path) -> io::Result<()> {
    files::sync(&files::open(directory_of(path))?)
}

#[cfg(windows)]
fn sync_directory_of(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_and_file_are_read_alike() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("content");
        std::fs::write(&path, b"0123456789").unwrap();
        for content in [Content::from(b"0123456789".to_vec()), Content::open(&path).unwrap()] {
            assert_eq!(content.len(), 10);
            let part = content.slice(3, 4);
            assert_eq!(part.to_bytes(4).unwrap().as_ref(), b"3456");
            assert_eq!(part.to_bytes(3).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
            assert_eq!(part.slice(2, 100).to_bytes(100).unwrap().as_ref(), b"56");
            assert!(part.slice(9, 1).is_empty());
            let mut two = [0; 2];
            assert_eq!(part.read_at(3, &mut two).unwrap(), 1);
            assert_eq!(part.read_at(4, &mut two).unwrap(), 0);
            let mut reader = part.reader();
            reader.seek(SeekFrom::End(-1)).unwrap();
            let mut rest = Vec::new();
            reader.read_to_end(&mut rest).unwrap();
            assert_eq!(rest, b"6");
        }
    }

    #[test]
    fn a_file_that_got_shorter_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("content");
        std::fs::write(&path, b"0123456789").unwrap();
        let content = Content::open(&path).unwrap();
        std::fs::write(&path, b"01").unwrap();
        assert_eq!(content.to_bytes(10).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

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
        assert_eq!((file.path(), file.is_temporary()), (path.as_path(), false));
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

    #[test]
    fn a_directory_has_no_content() {
        let directory = tempfile::tempdir().unwrap();
        assert!(Content::open(directory.path()).is_err());
    }
}
