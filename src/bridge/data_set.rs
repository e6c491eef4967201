//! The data set behind an `LDicomDS`: its life, loading, saving and encoding. Its elements are in `data_set_elements`.
//!
//! Flags are the DS_* of `ds_constants.h`, results the DICOM_ERROR_* numbers.

use super::data_set_elements::pad;
use super::guard;
use super::net::path_of;
use crate::dataset::{
    Content, DataSet, DataSetError, EXPLICIT_VR_BIG_ENDIAN, EncodeOptions, FileMeta, FileRange, LoadOptions,
    MetaHeader, ReadLimits, Result, SaveOptions, SpoolFile, meta,
};
use crate::error::Code;
use crate::pdu::Uid;
use bytes::Bytes;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// DS_*: which flags load and save by.
mod flag {
    pub(super) const METAHEADER_PRESENT: u16 = 0x0001;
    pub(super) const METAHEADER_ABSENT: u16 = 0x0002;
    pub(super) const LITTLE_ENDIAN: u16 = 0x0004;
    pub(super) const BIG_ENDIAN: u16 = 0x0008;
    pub(super) const IMPLICIT_VR: u16 = 0x0010;
    pub(super) const EXPLICIT_VR: u16 = 0x0020;
    pub(super) const GROUP_LENGTHS: u16 = 0x0040;
    pub(super) const LENGTH_EXPLICIT: u16 = 0x0080;
    pub(super) const EXCLUDE_METAHEADER_GROUP: u16 = 0x0100;
    pub(super) const LOAD_CLOSE: u16 = 0x0200;
}

/// Transfer Syntax UID, of the meta header.
const TRANSFER_SYNTAX_UID: u32 = 0x0002_0010;

/// A data set, or bytes that become one when an element is asked for.
pub(crate) struct DataSetObject {
    /// What it is made of as long as nobody has asked for an element, and what is sent as long as nobody has changed
    /// one.
    origin: Option<Origin>,
    /// Invariant: complete once set. Empty only where there is an origin.
    set: OnceLock<DataSet>,
    /// What `encoded` gave out, until the next change.
    encoded: OnceLock<Bytes>,
}

/// Bytes of a data set that travels.
#[derive(Clone)]
struct Origin {
    content: Content,
    /// What a meta header of it says: with a SOP class where it is a stored object, else the transfer syntax alone. `None`
    /// where that is not known: it is that of the presentation context it is sent on.
    meta: Option<FileMeta>,
}

/// An empty data set; no UID at all is explicit VR little endian.
pub(super) fn data_set_new(transfer_syntax: &[u8]) -> Box<DataSetObject> {
    let uid = Uid::from_wire(transfer_syntax).filter(|uid| !uid.is_empty());
    Box::new(DataSetObject::of(DataSet::new(uid.unwrap_or(Uid::EXPLICIT_VR_LITTLE_ENDIAN))))
}

/// A data set of these encoded bytes, to be sent as they are.
pub(super) fn data_set_encoded(bytes: &[u8]) -> Box<DataSetObject> {
    let content = Content::Memory(Bytes::copy_from_slice(bytes));
    Box::new(DataSetObject::travelling(Origin { content, meta: None }))
}

impl DataSetObject {
    /// One that was received, and what a meta header of it shall say; no SOP class where it is no object that is stored.
    /// Where the bytes are the end of a Part 10 file, that is what saving links or copies. Nothing is read, and
    /// nothing allocated, before something is asked for.
    pub(crate) fn received(content: Content, meta: FileMeta) -> Self {
        Self::travelling(Origin { content, meta: Some(meta) })
    }

    /// One that is known already.
    pub(crate) fn of(set: DataSet) -> Self {
        Self { origin: None, set: OnceLock::from(set), encoded: OnceLock::new() }
    }

    fn travelling(origin: Origin) -> Self {
        Self { origin: Some(origin), set: OnceLock::new(), encoded: OnceLock::new() }
    }

    /// The bytes to send in a transfer syntax: its own where they will do, else encoded in memory up to `memory_max`
    /// bytes, and past that in a temporary file in `spool_directory`.
    ///
    /// # Errors
    /// Those of encoding, and a transfer syntax that it cannot be converted to.
    pub(crate) fn content_for(
        &self,
        to: Uid,
        options: &EncodeOptions,
        spool_directory: &Path,
        memory_max: u64,
    ) -> Result<Content> {
        let is_plain = *options == EncodeOptions::default();
        match self.unchanged_origin().filter(|_| is_plain) {
            Some(Origin { content, meta }) if meta.as_ref().is_none_or(|own| own.transfer_syntax == to) => {
                Ok(content.clone())
            }
            _ => self.data_set().content_with(to, options, spool_directory, memory_max),
        }
    }

    /// The data set. The first call reads what is needed of its bytes.
    pub(crate) fn data_set(&self) -> &DataSet {
        self.set.get_or_init(|| match &self.origin {
            Some(Origin { content, meta: Some(meta) }) => travelled(content, meta),
            Some(Origin { content, meta: None }) => guessed(content),
            None => DataSet::new(Uid::EXPLICIT_VR_LITTLE_ENDIAN),
        })
    }

    /// The data set, to be changed.
    pub(super) fn change<T>(&mut self, fallback: T, body: impl FnOnce(&mut DataSet) -> T) -> T {
        guard((), || {
            self.data_set();
        });
        self.encoded = OnceLock::new();
        let Some(set) = self.set.get_mut() else { return fallback };
        guard(fallback, || body(set))
    }

    fn unchanged_origin(&self) -> Option<&Origin> {
        self.origin.as_ref().filter(|_| self.set.get().is_none_or(|set| !set.is_changed()))
    }

    /// A copy, which shares the bytes and the elements until one of the two is changed; elements keep their numbers.
    pub(super) fn duplicate(&self) -> Box<Self> {
        // The copy has the same elements only if they are known.
        guard((), || {
            self.data_set();
        });
        Box::new(self.clone())
    }

    /// Are there neither bytes nor elements?
    pub(super) fn is_blank(&self) -> bool {
        guard(true, || match (&self.origin, self.set.get()) {
            (Some(origin), None) => origin.content.is_empty(),
            // The bytes first: to look for elements is to read them.
            _ => {
                self.data_set().content().is_none_or(|it| it.is_empty())
                    && self.data_set().first(None, false).is_none()
            }
        })
    }

    /// The transfer syntax of its bytes.
    pub(super) fn transfer_syntax(&self) -> Vec<u8> {
        guard(Vec::new(), || self.data_set().transfer_syntax().as_bytes().to_vec())
    }

    /// What it is in flags of DS_*: with or without a meta header, byte order, explicit or implicit VR.
    pub(super) fn flags(&self) -> u16 {
        guard(0, || {
            let set = self.data_set();
            let meta = if set.meta().is_some() { flag::METAHEADER_PRESENT } else { flag::METAHEADER_ABSENT };
            meta | match set.transfer_syntax() {
                EXPLICIT_VR_BIG_ENDIAN => flag::BIG_ENDIAN | flag::EXPLICIT_VR,
                Uid::IMPLICIT_VR_LITTLE_ENDIAN => flag::LITTLE_ENDIAN | flag::IMPLICIT_VR,
                _ => flag::LITTLE_ENDIAN | flag::EXPLICIT_VR,
            }
        })
    }

    /// Reads all its headers now, and says whether the elements end before the bytes do.
    pub(super) fn parse(&self) -> i32 {
        outcome(|| self.data_set().parse())
    }

    /// Its encoded bytes without a meta header, in its own transfer syntax; none where there are none, where they
    /// cannot be read, and past what a length of 32 bits says.
    pub(super) fn encoded(&self) -> &[u8] {
        guard(&[], || {
            self.encoded.get_or_init(|| {
                self.encode().unwrap_or_else(|error| {
                    tracing::warn!(%error, "a data set cannot be encoded");
                    Bytes::new()
                })
            })
        })
    }

    fn encode(&self) -> Result<Bytes> {
        let limits = ReadLimits::default();
        let content = match self.unchanged_origin() {
            Some(origin) => origin.content.clone(),
            None => {
                let set = self.data_set();
                set.content_for(set.transfer_syntax(), &limits.spool_directory, limits.memory_bytes)?
            }
        };
        content.to_bytes(u64::from(u32::MAX)).map_err(|error| DataSetError::Read(Arc::new(error)))
    }

    /// Loads a file; on an error the object is unchanged. `directory` is for temporary files.
    pub(super) fn load_file(&mut self, path: &[u8], flags: u16, directory: &[u8]) -> i32 {
        outcome(|| {
            let path = path_of(path);
            let options = load_options(flags, directory)?;
            let set = if flags & flag::LOAD_CLOSE == 0 {
                DataSet::open(&path, &options)?
            } else {
                let content = Content::open(&path).map_err(|error| DataSetError::Open(Arc::new(error)))?;
                DataSet::load(detached(&content, &options.limits)?, &options)?
            };
            *self = Self::of(set);
            Ok(())
        })
    }

    /// Loads bytes, which are copied; on an error the object is unchanged.
    pub(super) fn load_memory(&mut self, bytes: &[u8], flags: u16, directory: &[u8]) -> i32 {
        outcome(|| {
            let content = Content::Memory(Bytes::copy_from_slice(bytes));
            *self = Self::of(DataSet::load(content, &load_options(flags, directory)?)?);
            Ok(())
        })
    }

    /// Saves it as a file, at once and whole. With a `transfer_syntax` it is converted to that, and else to what the
    /// flags say.
    pub(super) fn save(&self, path: &[u8], flags: u16, transfer_syntax: &[u8]) -> i32 {
        outcome(|| {
            let set = self.data_set();
            let asked = if transfer_syntax.is_empty() {
                syntax_by_flags(flags, set.transfer_syntax())?
            } else {
                Some(uid_of(transfer_syntax)?)
            };
            let options = SaveOptions {
                transfer_syntax: asked,
                exclude_meta: flags & (flag::METAHEADER_ABSENT | flag::EXCLUDE_METAHEADER_GROUP) != 0,
                encode: EncodeOptions {
                    group_lengths: flags & flag::GROUP_LENGTHS != 0,
                    explicit_lengths: flags & flag::LENGTH_EXPLICIT != 0,
                },
                sync: false,
            };
            set.save(&path_of(path), &options)
        })
    }

    /// Converts it to another transfer syntax; on an error it is unchanged.
    pub(super) fn change_transfer_syntax(&mut self, uid: &[u8]) -> i32 {
        self.change_code(|set| {
            set.change_transfer_syntax(uid_of(uid)?)?;
            set.find_first(None, TRANSFER_SYNTAX_UID, true).map_or(Ok(()), |element| pad(set, element))
        })
    }

    /// Fills `out` with the bytes before the meta header, of which there are 128; the rest with zeros.
    pub(super) fn preamble(&self, out: &mut [u8]) {
        guard((), || {
            out.fill(0);
            let preamble = self.data_set().preamble();
            out.iter_mut().zip(preamble).for_each(|(out, byte)| *out = byte);
        });
    }

    /// Sets them to the first 128 of `bytes`; what is missing becomes zero.
    pub(super) fn set_preamble(&mut self, bytes: &[u8]) {
        let mut preamble = [0; 128];
        preamble.iter_mut().zip(bytes).for_each(|(to, byte)| *to = *byte);
        self.change((), |set| set.set_preamble(&preamble));
    }

    /// A change that answers a DICOM_ERROR_* number.
    pub(super) fn change_code(&mut self, body: impl FnOnce(&mut DataSet) -> Result<()>) -> i32 {
        self.change(Code::NetFailure.number(), |set| number_of(body(set)))
    }
}

impl Clone for DataSetObject {
    fn clone(&self) -> Self {
        Self { origin: self.origin.clone(), set: self.set.clone(), encoded: OnceLock::new() }
    }
}

/// A data set that has come, with its meta header if it is an object that is stored.
fn travelled(content: &Content, meta: &FileMeta) -> DataSet {
    if let Some((file, said)) = part_10_around(content) {
        return DataSet::from_content_with_meta(content.clone(), &said, Some(file));
    }
    if meta.sop_class.is_empty() {
        return DataSet::from_content(content.clone(), meta.transfer_syntax);
    }
    DataSet::from_content_with_meta(content.clone(), meta, None)
}

/// What the flags of LoadDS ask for. A file that says its transfer syntax itself is right.
fn load_options(flags: u16, directory: &[u8]) -> Result<LoadOptions> {
    let meta = match flags & (flag::METAHEADER_PRESENT | flag::METAHEADER_ABSENT) {
        0 => MetaHeader::Auto,
        flag::METAHEADER_PRESENT => MetaHeader::Present,
        flag::METAHEADER_ABSENT => MetaHeader::Absent,
        _ => return Err(DataSetError::Parameter("a meta header both present and absent")),
    };
    let limits = ReadLimits { spool_directory: path_of(directory), ..ReadLimits::default() };
    let bare_transfer_syntax = uncompressed_syntax(flags)?;
    Ok(LoadOptions { transfer_syntax: None, bare_transfer_syntax, meta, limits })
}

/// The Part 10 file that ends with these bytes, and what its meta header says.
fn part_10_around(content: &Content) -> Option<(Content, FileMeta)> {
    let Content::File(range) = content else { return None };
    let whole = FileRange { start: 0, length: range.start + range.length, ..range.clone() };
    let file = Content::File(whole);
    match meta::read(&file) {
        Ok(Some((said, start))) if start == range.start => Some((file, said)),
        _ => None,
    }
}

/// Bytes whose transfer syntax nobody has said, read by what they look like; what cannot be read has no elements.
fn guessed(content: &Content) -> DataSet {
    let options = LoadOptions { meta: MetaHeader::Absent, ..LoadOptions::default() };
    DataSet::load(content.clone(), &options).unwrap_or_else(|error| {
        tracing::debug!(%error, "the encoded bytes are no data set");
        DataSet::from_content(content.clone(), Uid::IMPLICIT_VR_LITTLE_ENDIAN)
    })
}

/// The same bytes apart from the file they are in: in memory, or past a size in a temporary file.
fn detached(content: &Content, limits: &ReadLimits) -> Result<Content> {
    let read_error = |error| DataSetError::Read(Arc::new(error));
    if content.len() <= limits.memory_bytes {
        return content.to_bytes(limits.memory_bytes).map(Content::Memory).map_err(read_error);
    }
    let write_error = |error| DataSetError::Write(Arc::new(error));
    let mut spool = SpoolFile::create_in(&limits.spool_directory).map_err(write_error)?;
    std::io::copy(&mut content.reader(), &mut spool).map_err(write_error)?;
    Ok(spool.into_content(0))
}

fn uid_of(uid: &[u8]) -> Result<Uid> {
    let uid = Uid::from_wire(uid).filter(|uid| Uid::new(uid.as_bytes()).is_ok());
    uid.ok_or(DataSetError::Parameter("the transfer syntax is no UID"))
}

/// The transfer syntax that flags name whole; `None` if they leave it open.
fn uncompressed_syntax(flags: u16) -> Result<Option<Uid>> {
    let has = |flag: u16| flags & flag != 0;
    if has(flag::LITTLE_ENDIAN) && has(flag::BIG_ENDIAN) || has(flag::IMPLICIT_VR) && has(flag::EXPLICIT_VR) {
        return Err(DataSetError::Parameter("flags that exclude each other"));
    }
    if has(flag::BIG_ENDIAN) && has(flag::IMPLICIT_VR) {
        return Err(DataSetError::Parameter("implicit VR is little endian"));
    }
    Ok(if has(flag::BIG_ENDIAN) {
        Some(EXPLICIT_VR_BIG_ENDIAN)
    } else if has(flag::IMPLICIT_VR) {
        Some(Uid::IMPLICIT_VR_LITTLE_ENDIAN)
    } else if has(flag::EXPLICIT_VR) {
        Some(Uid::EXPLICIT_VR_LITTLE_ENDIAN)
    } else {
        None
    })
}

/// The transfer syntax that flags of saving ask for; `None` if `own` is what they ask for. The compressed ones and the
/// deflated one are explicit VR little endian.
fn syntax_by_flags(flags: u16, own: Uid) -> Result<Option<Uid>> {
    let is_big = own == EXPLICIT_VR_BIG_ENDIAN;
    let is_implicit = own == Uid::IMPLICIT_VR_LITTLE_ENDIAN;
    Ok(match uncompressed_syntax(flags)? {
        None if flags & flag::LITTLE_ENDIAN != 0 && is_big => Some(Uid::EXPLICIT_VR_LITTLE_ENDIAN),
        Some(Uid::EXPLICIT_VR_LITTLE_ENDIAN) if !is_big && !is_implicit => None,
        // Explicit alone says nothing of the order of the bytes.
        Some(Uid::EXPLICIT_VR_LITTLE_ENDIAN) if is_big && flags & flag::LITTLE_ENDIAN == 0 => None,
        asked => asked.filter(|uid| *uid != own),
    })
}

/// The number of a result, whose words go to the log.
pub(super) fn number_of(result: Result<()>) -> i32 {
    match result {
        Ok(()) => Code::Success.number(),
        Err(error) => {
            tracing::debug!(%error, "a call on a data set failed");
            error.code().number()
        }
    }
}

/// The same of the body of a function that C++ calls.
pub(super) fn outcome(body: impl FnOnce() -> Result<()>) -> i32 {
    guard(Code::NetFailure.number(), || number_of(body()))
}
