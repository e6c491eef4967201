//! Runs of bytes that do not change: in memory, or a part of a file. What a message carries is
//! handed on in this form, so that an object of any size needs little memory and no copy.
//!
//! It must not know what the bytes mean.

use super::files;
use super::spool::Share;
use super::temporary::Temporary;
use bytes::Bytes;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
pub struct ContentFile(Kind);

#[derive(Debug)]
enum Kind {
    Lasting(File, PathBuf),
    /// With its share of the room for such files.
    Temporary(Temporary, #[expect(dead_code, reason = "held as long as the file is")] Share),
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
        Ok((Arc::new(Self::lasting(file, path)), metadata.len()))
    }

    pub(super) fn lasting(file: File, path: &Path) -> Self {
        Self(Kind::Lasting(file, path.to_path_buf()))
    }

    pub(super) fn temporary(file: Temporary, share: Share) -> Self {
        Self(Kind::Temporary(file, share))
    }

    /// Where it lies; `None` for a temporary one, which may have no name.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.0 {
            Kind::Lasting(_, path) => Some(path),
            Kind::Temporary(..) => None,
        }
    }

    /// The open file. Its position is nobody's: read with an offset.
    #[must_use]
    pub fn file(&self) -> &File {
        match &self.0 {
            Kind::Lasting(file, _) => file,
            Kind::Temporary(temporary, _) => temporary.file(),
        }
    }

    /// Does it go with the last that holds it?
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self.0, Kind::Temporary(..))
    }

    /// Gives a temporary file a lasting name, at once and in the place of a file that has it, with the permissions of
    /// a new file there. Who holds it reads on. With `sync`, the bytes and the name are on the disk when this
    /// returns.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::AlreadyExists`] where it was given one before, or is no temporary one: it is somebody's.
    /// Those of naming; that the file system is another is one of them.
    pub fn give_name(&self, path: &Path, sync: bool) -> io::Result<()> {
        match &self.0 {
            Kind::Lasting(..) => Err(io::ErrorKind::AlreadyExists.into()),
            Kind::Temporary(temporary, _) => temporary.give_name(path, sync),
        }
    }

    #[cfg(unix)]
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match files::read_at(self.file(), buffer, offset) {
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
            match files::append_at(self.file(), out, offset) {
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
        files::read_at(self.file(), buffer, offset)
    }
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
    fn a_directory_has_no_content() {
        let directory = tempfile::tempdir().unwrap();
        assert!(Content::open(directory.path()).is_err());
    }
}
