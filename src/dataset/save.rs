//! A data set to a file, which is seen whole or not at all (PS3.10 7).

use super::error::{Result, open_error, write_error};
use super::meta::{self, FileMeta};
use super::{Content, DataSet, EncodeOptions, FileRange, SaveOptions, SpoolFile, directory, spill};
use crate::pdu::{AeTitle, Uid};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

pub(super) const SOP_CLASS_UID: u32 = 0x0008_0016;
const SOP_INSTANCE_UID: u32 = 0x0008_0018;

impl DataSet {
    /// Saves it as a file, in the place of one that has the name. The file is there when it is complete,
    /// never before.
    ///
    /// A file that was received, and not changed since, is given the name where the file system can (at the
    /// first time), and one that was loaded is copied; neither of them is parsed. Else the meta header is
    /// written anew, by what the data set says of itself: SOP class, instance and transfer syntax are those
    /// that the rest of the file has.
    ///
    /// The offsets in a DICOMDIR are made right for where its records are in the file (PS3.3 F.3.2), in the file alone:
    /// those of the data set stay those of what was loaded. A record that was deleted is passed over. One that was added
    /// lies below the nearest record before it whose type stands higher (PS3.3 Table F.4-1): what is written depth
    /// first, as the standard's examples are, is linked as it stands.
    ///
    /// Values of a data set that gave its file the name lie in that file from then on: it must not be changed in
    /// its place as long as the data set is there, only replaced, as this does.
    ///
    /// # Errors
    ///
    /// Those of [`encode`](Self::encode), and of writing. Nothing is left of a file that did not become
    /// complete.
    pub fn save(&self, path: &Path, options: &SaveOptions) -> Result<()> {
        let to = options.transfer_syntax.unwrap_or_else(|| self.transfer_syntax());
        if let Some(file) = self.file_as_it_is(&to, options) {
            return save_file(file, path, options.sync);
        }
        let linked = match options.exclude_meta {
            true => None,
            false => directory::relinked(self, &to, &options.encode)?,
        };
        let set = linked.as_ref().unwrap_or(self);
        let mut spool = SpoolFile::create_for(path).map_err(open_error)?;
        {
            let mut out = BufWriter::with_capacity(64 << 10, &mut spool);
            if !options.exclude_meta {
                out.write_all(&set.head(&to)?).map_err(write_error)?;
            }
            set.encode(to, &options.encode, &mut out)?;
            out.flush().map_err(write_error)?;
        }
        spool.persist(path, options.sync).map_err(write_error)?;
        Ok(())
    }

    /// The Part 10 file that it came in, if that is what shall be saved.
    fn file_as_it_is(&self, to: &Uid, options: &SaveOptions) -> Option<&Content> {
        let is_same = !self.is_changed() && *to == self.transfer_syntax();
        let is_plain = !options.exclude_meta && options.encode == EncodeOptions::default();
        self.inner.file.as_ref().filter(|_| is_same && is_plain)
    }

    /// Preamble, "DICM" and group 0002.
    pub(super) fn head(&self, to: &Uid) -> Result<Vec<u8>> {
        let mut head = self.preamble().to_vec();
        head.extend_from_slice(b"DICM");
        let elements = &self.inner.meta_elements;
        let is_same = !self.inner.is_meta_changed && !self.inner.are_elements_changed;
        match self.meta().filter(|meta| is_same && meta.transfer_syntax == *to) {
            Some(_) => head.extend_from_slice(elements),
            None => head.extend_from_slice(&self.new_elements(to)?),
        }
        Ok(head)
    }

    fn new_elements(&self, to: &Uid) -> Result<Vec<u8>> {
        let tree = self.tree();
        let said = self.meta();
        let of_directory = directory::class_by_records(self);
        let or = |own: Uid, said: Option<Uid>| if own.is_empty() { said.unwrap_or_default() } else { own };
        let meta = FileMeta {
            sop_class: or(
                or(meta::uid(tree, SOP_CLASS_UID), said.as_ref().map(|said| said.sop_class)),
                Some(of_directory),
            ),
            sop_instance: or(meta::uid(tree, SOP_INSTANCE_UID), said.as_ref().map(|said| said.sop_instance)),
            transfer_syntax: *to,
            source_ae: said.map_or(AeTitle::BLANK, |said| said.source_ae),
        };
        meta::elements_beside(&meta, tree)
    }
}

fn save_file(file: &Content, path: &Path, sync: bool) -> Result<()> {
    // Only a temporary file is nobody's. One that a user has is copied.
    if let Content::File(range) = file
        && range.file.is_temporary()
        && is_whole(range)
        && range.file.give_name(path, sync).is_ok()
    {
        return Ok(());
    }
    let mut copy = SpoolFile::create_for(path).map_err(open_error)?;
    let done = match file {
        Content::File(range) => copy_in_kernel(range, copy.file()).map_err(write_error)?,
        Content::Memory(_) => 0,
    };
    // The position of the copy is behind what is there.
    spill::copy(&file.slice(done, u64::MAX), 1, &mut copy)?;
    copy.persist(path, sync).map(drop).map_err(write_error)
}

/// Copies from file to file without bringing the bytes here, where the system can; gives how many it were.
#[cfg(target_os = "linux")]
fn copy_in_kernel(range: &FileRange, out: &fs::File) -> io::Result<u64> {
    let mut done = 0;
    while done < range.length {
        let (mut at, left) = (range.start + done, range.length - done);
        let chunk = usize::try_from(left).unwrap_or(usize::MAX).min(COPY_BYTES_MAX);
        match rustix::fs::copy_file_range(range.file.file(), Some(&mut at), out, None, chunk) {
            // The file got shorter, or is one that has no bytes before they are read: reading tells.
            Ok(0) => break,
            Ok(copied) => done += copied as u64,
            Err(rustix::io::Errno::INTR) => {}
            Err(error) if is_refusal(error) => break,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(done)
}

/// The system refuses more at once, and a signal is waited for less.
#[cfg(target_os = "linux")]
const COPY_BYTES_MAX: usize = 1 << 30;

/// Does the system say that it cannot do it for these files, or at all? A sandbox says that it must not.
#[cfg(target_os = "linux")]
fn is_refusal(error: rustix::io::Errno) -> bool {
    use rustix::io::Errno;
    [Errno::XDEV, Errno::NOSYS, Errno::OPNOTSUPP, Errno::INVAL, Errno::PERM, Errno::BADF, Errno::TXTBSY]
        .contains(&error)
}

#[cfg(not(target_os = "linux"))]
fn copy_in_kernel(_: &FileRange, _: &fs::File) -> io::Result<u64> {
    Ok(0)
}

fn is_whole(range: &FileRange) -> bool {
    let length = range.file.file().metadata().map(|metadata| metadata.len());
    range.start == 0 && length.is_ok_and(|length| length == range.length)
}
