//! A data set to a file, which is seen whole or not at all (PS3.10 7).

use super::error::{Result, open_error, write_error};
use super::meta::{self, FileMeta};
use super::{Content, ContentFile, DataSet, EncodeOptions, FileRange, SaveOptions, SpoolFile, spill};
use crate::pdu::{AeTitle, Uid};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

const SOP_CLASS_UID: u32 = 0x0008_0016;
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
        let mut spool = SpoolFile::create_for(path).map_err(open_error)?;
        {
            let mut out = BufWriter::with_capacity(64 << 10, &mut spool);
            if !options.exclude_meta {
                out.write_all(&self.head(&to)?).map_err(write_error)?;
            }
            self.encode(to, &options.encode, &mut out)?;
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
    fn head(&self, to: &Uid) -> Result<Vec<u8>> {
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
        let or = |own: Uid, said: Option<Uid>| if own.is_empty() { said.unwrap_or_default() } else { own };
        let meta = FileMeta {
            sop_class: or(meta::uid(tree, SOP_CLASS_UID), said.as_ref().map(|said| said.sop_class)),
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
        && give_name(&range.file, path, sync).is_ok()
    {
        return Ok(());
    }
    let mut spool = SpoolFile::create_for(path).map_err(open_error)?;
    spill::copy(file, 1, &mut spool)?;
    spool.persist(path, sync).map_err(write_error)?;
    Ok(())
}

fn is_whole(range: &FileRange) -> bool {
    let length = range.file.file().metadata().map(|metadata| metadata.len());
    range.start == 0 && length.is_ok_and(|length| length == range.length)
}

/// Gives a temporary file a lasting name, at once and in the place of one that has it, instead of its own:
/// in the directory of temporary files it must not be readable for more than its owner, where it is saved
/// it shall be. Who holds it open reads on.
fn give_name(file: &ContentFile, path: &Path, sync: bool) -> io::Result<()> {
    let directory =
        path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".ldicomnet-").suffix(".part");
    let linked = builder.make_in(directory, |name| fs::hard_link(file.path(), name))?;
    fs::remove_file(file.path())?;
    share_like_a_new_file(file, directory, &builder)?;
    if sync {
        file.file().sync_all()?;
    }
    linked.persist(path).map_err(|error| error.error)?;
    if sync { sync_directory(directory) } else { Ok(()) }
}

/// Only its owner may read a temporary file; what is saved has the permissions of a new file.
#[cfg(unix)]
fn share_like_a_new_file(
    file: &ContentFile,
    directory: &Path,
    builder: &tempfile::Builder<'_, '_>,
) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut builder = builder.clone();
    // The process's umask counts, and cannot be read but by making a file.
    let new = builder.permissions(fs::Permissions::from_mode(0o666)).tempfile_in(directory)?;
    let permissions = new.as_file().metadata()?.permissions();
    if file.file().metadata()?.permissions() == permissions {
        return Ok(());
    }
    file.file().set_permissions(permissions)
}

#[cfg(not(unix))]
fn share_like_a_new_file(_: &ContentFile, _: &Path, _: &tempfile::Builder<'_, '_>) -> io::Result<()> {
    Ok(())
}

/// A name is on the disk when its directory is.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    fs::File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}
