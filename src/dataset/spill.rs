//! Bytes of which nobody knows how many they become: in memory while they are few, in a temporary
//! file when they are more, and refused when they are too many. And the copying of contents.

use super::error::{Result, read_error, write_error};
use super::{Content, DataSetError, SpoolFile};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// How much is read and written at a time. A multiple of every unit that is swapped.
const CHUNK_BYTES: usize = 64 << 10;

/// Bytes on their way to become a [`Content`].
pub(super) struct Spill {
    directory: PathBuf,
    /// More goes to a file.
    memory_max: u64,
    /// More is an error.
    max: u64,
    length: u64,
    kept: Kept,
}

enum Kept {
    Memory(Vec<u8>),
    File(BufWriter<SpoolFile>),
}

impl Spill {
    pub(super) fn new(directory: &Path, memory_max: u64, max: u64) -> Self {
        let directory = directory.to_path_buf();
        Self { directory, memory_max, max, length: 0, kept: Kept::Memory(Vec::new()) }
    }

    /// How many bytes were written.
    pub(super) fn len(&self) -> u64 {
        self.length
    }

    pub(super) fn finish(self) -> io::Result<Content> {
        match self.kept {
            Kept::Memory(bytes) => Ok(bytes.into()),
            Kept::File(file) => Ok(file.into_inner().map_err(|error| error.into_error())?.into_content(0)),
        }
    }

    fn move_to_file(&mut self) -> io::Result<()> {
        if let Kept::Memory(bytes) = &mut self.kept {
            let mut file = BufWriter::with_capacity(CHUNK_BYTES, SpoolFile::create_in(&self.directory)?);
            file.write_all(bytes)?;
            self.kept = Kept::File(file);
        }
        Ok(())
    }
}

impl Write for Spill {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.length.saturating_add(bytes.len() as u64);
        if length > self.max {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "more bytes than the bound"));
        }
        if length > self.memory_max {
            self.move_to_file()?;
        }
        match &mut self.kept {
            Kept::Memory(kept) => {
                kept.try_reserve(bytes.len()).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
                kept.extend_from_slice(bytes);
            }
            Kept::File(file) => file.write_all(bytes)?,
        }
        self.length = length;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes a content, the bytes of each `unit` in reverse order. What is left of a unit at the end stays.
pub(super) fn copy(content: &Content, unit: usize, out: &mut dyn Write) -> Result<()> {
    if let Some(bytes) = content.as_memory().filter(|_| unit < 2) {
        return out.write_all(bytes).map_err(write_error);
    }
    // Fits: it is not more than a chunk.
    let mut chunk = vec![0; content.len().min(CHUNK_BYTES as u64) as usize];
    let mut at = 0;
    while at < content.len() {
        let filled = fill(content, at, &mut chunk)?;
        let Some(bytes) = chunk.get_mut(..filled).filter(|bytes| !bytes.is_empty()) else {
            return Err(read_error(io::ErrorKind::UnexpectedEof.into()));
        };
        swap(bytes, unit);
        out.write_all(bytes).map_err(write_error)?;
        at += filled as u64;
    }
    Ok(())
}

/// Reads until the buffer is full or the content ends.
fn fill(content: &Content, at: u64, buffer: &mut [u8]) -> Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match content.read_at(at + filled as u64, rest).map_err(read_error)? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

/// Reverses the bytes of each unit.
pub(super) fn swap(bytes: &mut [u8], unit: usize) {
    if unit > 1 {
        bytes.chunks_exact_mut(unit).for_each(<[u8]>::reverse);
    }
}

/// A writer that remembers the first error of the one it writes to, for a compressor that writes
/// the last bytes when it is dropped and cannot tell.
pub(super) struct Remembering<'a> {
    pub(super) out: &'a mut dyn Write,
    pub(super) length: &'a mut u64,
    pub(super) error: &'a mut Option<io::Error>,
}

impl Write for Remembering<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.error.is_some() {
            return Err(io::ErrorKind::Other.into());
        }
        match self.out.write_all(bytes) {
            Ok(()) => {
                *self.length += bytes.len() as u64;
                Ok(bytes.len())
            }
            Err(error) => {
                let kind = error.kind();
                *self.error = Some(error);
                Err(kind.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// [`DataSetError::Limit`] for an error that [`Spill`] gave because of its bound.
pub(super) fn limit_or(error: DataSetError, what: &'static str, limit: u64) -> DataSetError {
    match error {
        DataSetError::Write(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            DataSetError::Limit { what, limit }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_bytes_go_to_a_file_and_too_many_nowhere() {
        let directory = tempfile::tempdir().unwrap();
        let mut spill = Spill::new(directory.path(), 4, 8);
        spill.write_all(b"1234").unwrap();
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
        spill.write_all(b"5678").unwrap();
        assert_eq!(spill.write(b"9").unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        let content = spill.finish().unwrap();
        assert!(content.as_memory().is_none());
        assert_eq!(content.to_bytes(8).unwrap().as_ref(), b"12345678");
        drop(content);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn units_are_swapped_and_a_rest_stays() {
        let content = Content::from(b"1234567".to_vec());
        for (unit, expected) in [(1, b"1234567"), (2, b"2143657"), (4, b"4321567"), (8, b"1234567")] {
            let mut out = Vec::new();
            copy(&content, unit, &mut out).unwrap();
            assert_eq!(out, expected);
        }
    }
}
