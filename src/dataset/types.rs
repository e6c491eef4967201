//! The small types of the interface: names of elements, what they are, bounds and options.

use crate::pdu::Uid;
use std::path::PathBuf;

/// Names an element of a data set: stable until the element is deleted, never used again for another, and of
/// no other data set. A clone has the elements that were asked for before under the same names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ElementId {
    pub(super) tree: u32,
    /// One more than the place in the tree, so that the whole is never 0.
    pub(super) place: u32,
}

impl ElementId {
    /// The name as a number; never 0.
    #[must_use]
    pub fn to_bits(self) -> u64 {
        u64::from(self.tree) << 32 | u64::from(self.place)
    }

    /// The name that [`to_bits`](Self::to_bits) gave; `None` for 0.
    #[must_use]
    pub fn from_bits(bits: u64) -> Option<Self> {
        let (tree, place) = ((bits >> 32) as u32, bits as u32);
        (place != 0).then_some(Self { tree, place })
    }
}

/// What an element consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A value.
    Value,
    /// Items.
    Sequence,
    /// Elements: an item of a sequence.
    Item,
    /// Fragments: encapsulated pixel data.
    Fragments,
    /// Bytes: an item of encapsulated pixel data. The first is the basic offset table.
    Fragment,
}

/// An element as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element {
    /// 0xGGGGEEEE.
    pub tag: u32,
    /// Two letters, the first in the upper byte; 0 for items and fragments. A UN of undefined length
    /// is a sequence, SQ (PS3.5 6.2.2).
    pub vr: u16,
    /// As it is encoded, or the length of the value that was set; `u32::MAX` is undefined.
    pub length: u32,
    /// Where the element begins, in bytes from the beginning of what was loaded, the preamble included; of a
    /// deflated data set, of what it inflates to. 0 for an element that was not loaded.
    pub offset: u64,
    /// Where its value begins, likewise.
    pub value_offset: u64,
    /// How many bytes of value there are, which is less than `length` where the bytes broke off. For what has
    /// children, those of the encoded children.
    pub value_length: u64,
    /// What it consists of.
    pub kind: Kind,
}

/// Bounds on what reading a data set may cost, whatever its bytes say. What passes one is an error;
/// what was read until then is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadLimits {
    /// How deep sequences may lie in one another. 1,024 by default: real ones are at ten or so.
    pub depth: u32,
    /// How many elements there may be, items and fragments among them. 4,194,304 by default, for which some
    /// 300 MiB are needed; objects of many thousand frames have a million.
    pub elements: u32,
    /// How long the text of one element may be to be decoded, in bytes. 64 MiB by default.
    pub text_bytes: u64,
    /// How long a deflated data set, or decompressed pixel data, may become, in bytes. 1 GiB by default: a
    /// megabyte of hostile bytes asks for as much.
    pub inflated_bytes: u64,
    /// How much of that is kept in memory, in bytes; more goes to a file. 1 MiB by default.
    pub memory_bytes: u64,
    /// Where that file is made; in the system's directory of temporary files if empty.
    pub spool_directory: PathBuf,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self {
            depth: 1024,
            elements: 4 << 20,
            text_bytes: 64 << 20,
            inflated_bytes: 1 << 30,
            memory_bytes: 1 << 20,
            spool_directory: PathBuf::new(),
        }
    }
}

/// Is there a preamble and a meta header (PS3.10 7.1)?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MetaHeader {
    /// As the bytes say.
    #[default]
    Auto,
    /// There must be one.
    Present,
    /// There is none.
    Absent,
}

/// How to load a data set.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// The transfer syntax, whatever the bytes say.
    pub transfer_syntax: Option<Uid>,
    /// That of bytes without a meta header, whatever they look like.
    pub bare_transfer_syntax: Option<Uid>,
    /// Is there a meta header?
    pub meta: MetaHeader,
    /// Bounds.
    pub limits: ReadLimits,
}

/// How to encode a data set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EncodeOptions {
    /// Write a group length element before each group (PS3.5 7.2; retired). Those that were read are left
    /// out in any case, as they may be wrong by now; a command set (group 0000) always has its own (PS3.7
    /// 6.3.1).
    pub group_lengths: bool,
    /// Write the lengths of sequences and items rather than delimiters.
    pub explicit_lengths: bool,
}

/// How to save a data set.
#[derive(Clone, Copy, Debug, Default)]
pub struct SaveOptions {
    /// The transfer syntax; as it is if `None`.
    pub transfer_syntax: Option<Uid>,
    /// Leave out the preamble and the meta header.
    pub exclude_meta: bool,
    /// How to encode what must be encoded. What was not changed is not, unless one of these asks for it.
    pub encode: EncodeOptions,
    /// Return when the file is on the disk.
    pub sync: bool,
}

/// The character sets that text can be written in (PS3.3 C.12.1.1.2). The numbers are those of
/// `DICOM_CHARACTER_SET_*`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u32)]
pub enum CharacterSet {
    /// Those that the data set declares.
    #[default]
    Default = 0,
    /// ISO 8859-1.
    LatinAlphabetNo1 = 1,
    /// ISO 8859-2.
    LatinAlphabetNo2 = 2,
    /// ISO 8859-3.
    LatinAlphabetNo3 = 3,
    /// ISO 8859-4.
    LatinAlphabetNo4 = 4,
    /// ISO 8859-5.
    Cyrillic = 5,
    /// ISO 8859-6.
    Arabic = 6,
    /// ISO 8859-7.
    Greek = 7,
    /// ISO 8859-8.
    Hebrew = 8,
    /// ISO 8859-9.
    LatinAlphabetNo5 = 9,
    /// JIS X 0201: katakana of one byte.
    JapaneseJisX0201 = 10,
    /// TIS 620.
    Thai = 11,
    /// KS X 1001.
    Korean = 12,
    /// UTF-8.
    UnicodeInUtf8 = 13,
    /// GB 18030.
    Gb18030 = 14,
    /// JIS X 0208: kanji.
    JapaneseJisX0208 = 15,
    /// JIS X 0212: supplementary kanji.
    JapaneseJisX0212 = 16,
}

impl CharacterSet {
    const ALL: [Self; 17] = [
        Self::Default,
        Self::LatinAlphabetNo1,
        Self::LatinAlphabetNo2,
        Self::LatinAlphabetNo3,
        Self::LatinAlphabetNo4,
        Self::Cyrillic,
        Self::Arabic,
        Self::Greek,
        Self::Hebrew,
        Self::LatinAlphabetNo5,
        Self::JapaneseJisX0201,
        Self::Thai,
        Self::Korean,
        Self::UnicodeInUtf8,
        Self::Gb18030,
        Self::JapaneseJisX0208,
        Self::JapaneseJisX0212,
    ];

    /// The set with this number.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|set| *set as u32 == number)
    }
}
