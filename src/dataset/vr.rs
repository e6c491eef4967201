//! Value representations (PS3.5 6.2), as two letters in a number, the first in the upper byte.
//!
//! Here stands what a VR means for bytes and text; the values themselves are read elsewhere.

macro_rules! vrs {
    ($($name:ident)*) => {
        $(
            #[doc = concat!("`", stringify!($name), "`.")]
            pub const $name: u16 = two_letters(stringify!($name));
        )*
        /// All of PS3.5 6.2.
        pub(super) const ALL: &[u16] = &[$($name),*];
    };
}

vrs! {
    AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV
}

const fn two_letters(name: &str) -> u16 {
    match name.as_bytes() {
        [first, second] => u16::from_be_bytes([*first, *second]),
        _ => panic!("a VR has two letters"),
    }
}

/// Is it one of PS3.5 6.2?
pub(super) fn is_known(vr: u16) -> bool {
    ALL.contains(&vr)
}

/// Are both bytes capital letters, as those of a VR of a later edition would be?
pub(super) fn is_plausible(vr: u16) -> bool {
    vr.to_be_bytes().iter().all(u8::is_ascii_uppercase)
}

/// Has the explicit form a length of 16 bits (PS3.5 Table 7.1-2)? A VR that is not known has 32 (PS3.5
/// 7.1.2).
pub(super) fn has_short_length(vr: u16) -> bool {
    matches!(
        vr,
        AE | AS
            | AT
            | CS
            | DA
            | DS
            | DT
            | FD
            | FL
            | IS
            | LO
            | LT
            | PN
            | SH
            | SL
            | SS
            | ST
            | TM
            | UI
            | UL
            | US
    )
}

/// The bytes that change places with the byte order (PS3.5 7.3). An AT is two numbers of two bytes.
pub(super) fn unit(vr: u16) -> usize {
    match vr {
        US | SS | OW | AT => 2,
        UL | SL | FL | OL | OF => 4,
        FD | OD | SV | UV | OV => 8,
        _ => 1,
    }
}

/// The bytes of one value of a binary VR; `None` for text.
pub(super) fn value_size(vr: u16) -> Option<usize> {
    match vr {
        OB | UN => Some(1),
        AT => Some(4),
        _ if text(vr).is_some() || vr == SQ => None,
        _ => Some(unit(vr)),
    }
}

/// What a value of odd length is padded with (PS3.5 6.2): text with a space, but UIDs and bytes with a NUL.
pub(super) fn padding(vr: u16) -> u8 {
    if vr != UI && text(vr).is_some() { b' ' } else { 0 }
}

/// What the text of a VR is like (PS3.5 6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Text {
    /// Does a backslash part values?
    pub(super) is_multiple: bool,
    /// Is it in the Specific Character Set, not in the default repertoire (PS3.5 6.1.2.2)?
    pub(super) is_localized: bool,
    /// Do spaces at its beginning mean nothing?
    pub(super) trims_start: bool,
    /// Do `^` and `=` end a part, at which the character set begins anew (PS3.5 6.1.2.5.3)?
    pub(super) is_person_name: bool,
}

/// The rules for text of this VR; `None` if it is not text.
pub(super) fn text(vr: u16) -> Option<Text> {
    let (is_multiple, is_localized, trims_start) = match vr {
        AE | CS | DS | IS => (true, false, true),
        AS | DA | DT | TM | UI => (true, false, false),
        UR => (false, false, false),
        LO | SH => (true, true, true),
        PN | UC => (true, true, false),
        LT | ST | UT => (false, true, false),
        _ => return None,
    };
    Some(Text { is_multiple, is_localized, trims_start, is_person_name: vr == PN })
}
