//! The character sets of PS3.3 C.12.1.1.2 and their codes: one character to and from its bytes.
//!
//! The tables are those of encoding_rs. The codecs of dicom-encoding were not taken: they know no code
//! extensions, not ISO 8859-9 and JIS X 0212, write octal codes for what they cannot decode, and rest on a
//! crate that is no longer kept.

use encoding_rs::{EUC_JP, EUC_KR, Encoding, GBK};
use std::collections::HashMap;
use std::sync::OnceLock;

/// A set of graphic characters that ISO 2022 escape sequences choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    /// ISO-IR 6.
    Ascii,
    /// ISO-IR 14. Its yen sign and overline are taken for the backslash and tilde in whose places they
    /// stand, as other readers do: the backslash parts values whatever it looks like.
    JisRoman,
    /// ISO-IR 13.
    Katakana,
    Latin1,
    Latin2,
    Latin3,
    Latin4,
    Cyrillic,
    Arabic,
    Greek,
    Hebrew,
    Latin5,
    Latin9,
    Thai,
    /// ISO-IR 87.
    JisX0208,
    /// ISO-IR 159.
    JisX0212,
    /// ISO-IR 149.
    KsX1001,
    /// ISO-IR 58.
    Gb2312,
}

/// All sets, with the escape sequence that chooses each (PS3.3 Tables C.12-3 and C.12-4).
pub(super) const ESCAPES: [(Set, &[u8]); 18] = [
    (Set::Ascii, b"\x1B(B"),
    (Set::JisRoman, b"\x1B(J"),
    (Set::Katakana, b"\x1B)I"),
    (Set::Latin1, b"\x1B-A"),
    (Set::Latin2, b"\x1B-B"),
    (Set::Latin3, b"\x1B-C"),
    (Set::Latin4, b"\x1B-D"),
    (Set::Cyrillic, b"\x1B-L"),
    (Set::Arabic, b"\x1B-G"),
    (Set::Greek, b"\x1B-F"),
    (Set::Hebrew, b"\x1B-H"),
    (Set::Latin5, b"\x1B-M"),
    (Set::Latin9, b"\x1B-b"),
    (Set::Thai, b"\x1B-T"),
    (Set::JisX0208, b"\x1B$B"),
    (Set::JisX0212, b"\x1B$(D"),
    (Set::KsX1001, b"\x1B$)C"),
    (Set::Gb2312, b"\x1B$)A"),
];

impl Set {
    /// Is it used through the bytes below 0x80 (G0), not those above (G1)?
    pub(super) fn is_low(self) -> bool {
        matches!(self, Self::Ascii | Self::JisRoman | Self::JisX0208 | Self::JisX0212)
    }

    /// Has each character two bytes?
    pub(super) fn is_double(self) -> bool {
        matches!(self, Self::JisX0208 | Self::JisX0212 | Self::KsX1001 | Self::Gb2312)
    }

    /// The escape sequence that chooses it.
    pub(super) fn escape(self) -> &'static [u8] {
        ESCAPES.iter().find(|(set, _)| *set == self).map_or(b"", |(_, escape)| escape)
    }

    fn table(self) -> Option<&'static Encoding> {
        Some(match self {
            Self::Latin2 => encoding_rs::ISO_8859_2,
            Self::Latin3 => encoding_rs::ISO_8859_3,
            Self::Latin4 => encoding_rs::ISO_8859_4,
            Self::Cyrillic => encoding_rs::ISO_8859_5,
            Self::Arabic => encoding_rs::ISO_8859_6,
            Self::Greek => encoding_rs::ISO_8859_7,
            Self::Hebrew => encoding_rs::ISO_8859_8,
            // The same from 0xA0 on.
            Self::Latin5 => encoding_rs::WINDOWS_1254,
            Self::Thai => encoding_rs::WINDOWS_874,
            Self::Latin9 => encoding_rs::ISO_8859_15,
            _ => return None,
        })
    }

    /// The character of a byte from 0xA0 on.
    pub(super) fn decode_one(self, byte: u8) -> Option<char> {
        match self {
            _ if byte < 0xA0 => None,
            Self::Latin1 => Some(char::from(byte)),
            Self::Katakana if (0xA1..=0xDF).contains(&byte) => {
                char::from_u32(0xFF61 + u32::from(byte - 0xA1))
            }
            _ => only_char(self.table()?, &[byte]),
        }
    }

    /// The character of two bytes, whose upper bits do not count.
    pub(super) fn decode_two(self, first: u8, second: u8) -> Option<char> {
        let (first, second) = (first | 0x80, second | 0x80);
        match self {
            Self::JisX0208 => only_char(EUC_JP, &[first, second]),
            Self::JisX0212 => only_char(EUC_JP, &[0x8F, first, second]),
            Self::KsX1001 => only_char(EUC_KR, &[first, second]),
            Self::Gb2312 => only_char(GBK, &[first, second]),
            _ => None,
        }
    }

    /// The code of a character outside ASCII; the second byte is 0 for a code of one.
    pub(super) fn encode(self, character: char) -> Option<[u8; 2]> {
        match self {
            Self::Ascii => None,
            Self::JisRoman => match character {
                '\u{A5}' => Some([b'\\', 0]),
                '\u{203E}' => Some([b'~', 0]),
                _ => None,
            },
            Self::Katakana => {
                let code = u32::from(character).checked_sub(0xFF61).filter(|code| *code <= 0xDF - 0xA1)?;
                Some([0xA1 + code as u8, 0])
            }
            Self::Latin1 => u8::try_from(u32::from(character)).ok().filter(|b| *b >= 0xA0).map(|b| [b, 0]),
            Self::JisX0212 => jis_x_0212().get(&character).copied(),
            // Row 13 and those past 84 are of NEC and IBM.
            Self::JisX0208 => double(EUC_JP, character, 0xF4)
                .filter(|[first, _]| *first != 0xAD)
                .map(|[first, second]| [first & 0x7F, second & 0x7F]),
            Self::KsX1001 => double(EUC_KR, character, 0xFE),
            // Rows past 87 are of GBK alone.
            Self::Gb2312 => double(GBK, character, 0xF7),
            _ => match bytes_of(self.table()?, character)?.as_slice() {
                [byte @ 0xA0..=0xFF] => Some([*byte, 0]),
                _ => None,
            },
        }
    }
}

/// The one character that bytes stand for.
fn only_char(table: &'static Encoding, bytes: &[u8]) -> Option<char> {
    let text = table.decode_without_bom_handling_and_without_replacement(bytes)?;
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

fn bytes_of(table: &'static Encoding, character: char) -> Option<Vec<u8>> {
    let mut buffer = [0; 4];
    let (bytes, _, is_unmappable) = table.encode(character.encode_utf8(&mut buffer));
    (!is_unmappable).then(|| bytes.into_owned())
}

/// A code of two bytes of the 94 by 94 that ISO 2022 has room for; the wider tables have more.
fn double(table: &'static Encoding, character: char, first_max: u8) -> Option<[u8; 2]> {
    match bytes_of(table, character)?.as_slice() {
        [first @ 0xA1..=0xFE, second @ 0xA1..=0xFE] if *first <= first_max => Some([*first, *second]),
        _ => None,
    }
}

/// The codes of JIS X 0212 by character: encoding_rs decodes this set, but encodes it not.
fn jis_x_0212() -> &'static HashMap<char, [u8; 2]> {
    static CODES: OnceLock<HashMap<char, [u8; 2]>> = OnceLock::new();
    CODES.get_or_init(|| {
        let codes = (0x21..=0x7E_u8).flat_map(|first| (0x21..=0x7E_u8).map(move |second| [first, second]));
        codes
            .filter_map(|[first, second]| Some((Set::JisX0212.decode_two(first, second)?, [first, second])))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_every_set_is_the_same_after_a_round_trip() {
        for (set, _) in ESCAPES {
            let mut codes = 0;
            for first in 0xA0..=0xFF_u8 {
                if !set.is_double() {
                    let Some(character) = set.decode_one(first) else { continue };
                    assert_eq!(set.encode(character), Some([first, 0]), "{set:?} {first:02X}");
                    codes += 1;
                    continue;
                }
                for second in 0xA1..=0xFE_u8 {
                    let Some(character) = set.decode_two(first, second) else { continue };
                    // Some characters have two codes; the one that is written is one of them.
                    let Some([a, b]) = set.encode(character) else { continue };
                    assert_eq!(set.decode_two(a, b), Some(character), "{set:?} {first:02X}{second:02X}");
                    codes += 1;
                }
            }
            let least = match set {
                Set::Ascii | Set::JisRoman => 0,
                Set::Arabic => 51,
                Set::Katakana => 63,
                Set::Thai => 87,
                Set::Hebrew => 60,
                Set::JisX0208 => 6_879,
                Set::JisX0212 => 6_067,
                Set::KsX1001 => 8_226,
                Set::Gb2312 => 6_763,
                _ => 89,
            };
            assert!(codes >= least, "{set:?} has {codes} codes");
        }
    }
}
