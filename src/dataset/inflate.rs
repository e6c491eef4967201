//! Deflated data sets (PS3.5 A.5), by the adapter of dicom-rs's registry.

use super::error::{Result, read_error, write_error};
use super::spill::{Remembering, Spill, limit_or};
use super::syntax::{DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, known};
use super::{Content, DataSetError, ReadLimits};
use crate::pdu::Uid;
use dicom_encoding::transfer_syntax::{Codec, DynDataRWAdapter};
use std::io::{self, Read, Write};

/// How much is inflated at a time, in bytes.
const CHUNK_BYTES: usize = 32 << 10;

/// What a deflated data set inflates to, and why it is not all if it is not.
///
/// Memory and disk are bounded by the limits, however small the bytes are that ask for more.
pub(super) fn inflate(
    content: &Content,
    transfer_syntax: &Uid,
    limits: &ReadLimits,
) -> (Content, Option<DataSetError>) {
    let mut spill = Spill::new(&limits.spool_directory, limits.memory_bytes, limits.inflated_bytes);
    let problem = adapter(transfer_syntax)
        .and_then(|adapter| inflate_into(adapter.adapt_reader(Box::new(content.reader())), &mut spill))
        .err()
        .map(|error| limit_or(error, "bytes of a deflated data set", limits.inflated_bytes));
    match spill.finish() {
        Ok(content) => (content, problem),
        Err(error) => (Content::default(), problem.or_else(|| Some(write_error(error)))),
    }
}

fn inflate_into(mut inflater: Box<dyn Read + '_>, spill: &mut Spill) -> Result<()> {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = match inflater.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error)
                if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) =>
            {
                return Err(DataSetError::Format {
                    what: "a deflated data set is damaged",
                    offset: spill.len(),
                });
            }
            Err(error) => return Err(read_error(error)),
        };
        spill.write_all(chunk.get(..read).unwrap_or_default()).map_err(write_error)?;
    }
}

/// What a deflated frame inflates to (PS3.5 A.4): so many bytes, and a padding one at most.
pub(super) fn inflate_frame(bytes: &[u8], size: usize) -> std::result::Result<Vec<u8>, String> {
    let adapter = adapter(&DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN).map_err(|error| error.to_string())?;
    let mut pixels = Vec::new();
    let mut inflater = adapter.adapt_reader(Box::new(bytes)).take(size as u64 + 2);
    inflater.read_to_end(&mut pixels).map_err(|error| error.to_string())?;
    if !(size..=size + 1).contains(&pixels.len()) {
        return Err(format!("{} bytes, not {size}", pixels.len()));
    }
    pixels.truncate(size);
    Ok(pixels)
}

/// Writes what `write` writes deflated, and even in length.
pub(super) fn deflate(
    transfer_syntax: &Uid,
    out: &mut dyn Write,
    write: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    let adapter = adapter(transfer_syntax)?;
    let (mut length, mut error) = (0, None);
    {
        let remembering = Remembering { out: &mut *out, length: &mut length, error: &mut error };
        // Dropped, it writes what it holds back.
        let mut deflater = adapter.adapt_writer(Box::new(remembering));
        write(&mut *deflater)?;
    }
    if let Some(error) = error {
        return Err(write_error(error));
    }
    if length % 2 == 1 {
        out.write_all(&[0]).map_err(write_error)?;
    }
    Ok(())
}

fn adapter(transfer_syntax: &Uid) -> Result<&'static DynDataRWAdapter> {
    match known(transfer_syntax).map(|known| known.codec()) {
        Some(Codec::Dataset(Some(adapter))) => Ok(adapter),
        _ => Err(DataSetError::TransferSyntax { what: "cannot inflate or deflate", uid: *transfer_syntax }),
    }
}
