//! Text and its character sets: the defined terms of Specific Character Set (0008,0005), ISO 2022 code
//! extensions, and the encodings that stand alone (PS3.5 6.1, PS3.3 C.12.1.1.2).
//!
//! It knows values, not elements. Decoding never fails: what is no character becomes U+FFFD.

mod decode;
mod encode;
mod sets;

use super::CharacterSet;
use sets::Set;

pub(super) use decode::decode;
pub(super) use encode::encode;

/// A character set that an element can be declared to be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Term {
    /// ISO_IR 6, or an empty value.
    Default,
    /// A set with code extensions, by its number: `ISO 2022 IR 100`, or alone, `ISO_IR 100`.
    Iso(u16),
    /// ISO_IR 192.
    Utf8,
    Gb18030,
    Gbk,
    /// Not one of the standard.
    Unknown,
}

/// The numbers of the sets, and what each chooses for the bytes below 0x80 and above.
const ISO_TERMS: [(u16, Set, Option<Set>); 16] = [
    (13, Set::JisRoman, Some(Set::Katakana)),
    (100, Set::Ascii, Some(Set::Latin1)),
    (101, Set::Ascii, Some(Set::Latin2)),
    (109, Set::Ascii, Some(Set::Latin3)),
    (110, Set::Ascii, Some(Set::Latin4)),
    (144, Set::Ascii, Some(Set::Cyrillic)),
    (127, Set::Ascii, Some(Set::Arabic)),
    (126, Set::Ascii, Some(Set::Greek)),
    (138, Set::Ascii, Some(Set::Hebrew)),
    (148, Set::Ascii, Some(Set::Latin5)),
    (203, Set::Ascii, Some(Set::Latin9)),
    (166, Set::Ascii, Some(Set::Thai)),
    (87, Set::JisX0208, None),
    (159, Set::JisX0212, None),
    (149, Set::Ascii, Some(Set::KsX1001)),
    (58, Set::Ascii, Some(Set::Gb2312)),
];

impl Term {
    /// The term of one value of (0008,0005), in the spellings that are met.
    pub(super) fn parse(value: &[u8]) -> Self {
        let text: String = value
            .iter()
            .map(|byte| if matches!(byte, b'_' | b'-') { ' ' } else { char::from(byte.to_ascii_uppercase()) })
            .collect();
        let text = text.trim_matches([' ', '\0']);
        let number = text
            .strip_prefix("ISO 2022 IR ")
            .or_else(|| text.strip_prefix("ISO2022 IR "))
            .or_else(|| text.strip_prefix("ISO IR "))
            .and_then(|number| number.trim().parse().ok());
        match (text, number) {
            ("", _) | (_, Some(6)) => Self::Default,
            (_, Some(192)) => Self::Utf8,
            (_, Some(number)) if iso(number).is_some() => Self::Iso(number),
            ("GB18030", _) => Self::Gb18030,
            ("GBK" | "GB2312", _) => Self::Gbk,
            _ => Self::Unknown,
        }
    }

    /// The defined term, as the only one or beside others.
    fn defined(self, is_alone: bool) -> String {
        match self {
            Self::Default if is_alone => "ISO_IR 6".to_owned(),
            Self::Default | Self::Unknown => String::new(),
            // Sets of two bytes have no term without code extensions.
            Self::Iso(number) if is_alone && !self.is_double() => format!("ISO_IR {number}"),
            Self::Iso(number) => format!("ISO 2022 IR {number}"),
            Self::Utf8 => "ISO_IR 192".to_owned(),
            Self::Gb18030 => "GB18030".to_owned(),
            Self::Gbk => "GBK".to_owned(),
        }
    }

    fn is_double(self) -> bool {
        self.sets().iter().any(|set| set.is_double())
    }

    /// Does it stand alone, without code extensions?
    fn is_whole(self) -> bool {
        matches!(self, Self::Utf8 | Self::Gb18030 | Self::Gbk)
    }

    /// The sets it brings.
    fn sets(self) -> Vec<Set> {
        match self {
            Self::Iso(number) => {
                iso(number).map_or_else(Vec::new, |(_, low, high)| [*low].into_iter().chain(*high).collect())
            }
            _ => vec![Set::Ascii],
        }
    }
}

fn iso(number: u16) -> Option<&'static (u16, Set, Option<Set>)> {
    ISO_TERMS.iter().find(|(known, ..)| *known == number)
}

/// What an element's text is in: the values of the nearest Specific Character Set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Declared {
    terms: Vec<Term>,
}

impl Declared {
    /// The default repertoire.
    pub(super) fn default_repertoire() -> Self {
        Self { terms: vec![Term::Default] }
    }

    /// UTF-8, which has room for all.
    pub(super) fn utf8() -> Self {
        Self { terms: vec![Term::Utf8] }
    }

    /// Does it name a set that is none of the standard?
    pub(super) fn has_unknown(&self) -> bool {
        self.terms.contains(&Term::Unknown)
    }

    /// From the value of (0008,0005).
    pub(super) fn parse(value: &[u8]) -> Self {
        // More than the standard has names for says nothing.
        Self {
            terms: value.split(|byte| *byte == b'\\').take(ISO_TERMS.len() + 1).map(Term::parse).collect(),
        }
    }

    /// The value for (0008,0005).
    pub(super) fn value(&self) -> String {
        let is_alone = self.terms.len() == 1;
        let values: Vec<String> = self.terms.iter().map(|term| term.defined(is_alone)).collect();
        values.join("\\")
    }

    /// Does it say nothing but the default repertoire?
    pub(super) fn is_default(&self) -> bool {
        self.terms.iter().all(|term| *term == Term::Default)
    }

    /// The same with a set more, so that text that is in it already stays what it is. `None` if the two
    /// cannot be in one data set.
    pub(super) fn with(&self, set: CharacterSet) -> Option<Self> {
        let Some(term) = term_of(set) else { return Some(self.clone()) };
        if self.terms.contains(&term) {
            return Some(self.clone());
        }
        if self.is_default() {
            // ASCII is a part of every set. One of two bytes needs the default before it.
            let terms = if term.is_double() { vec![Term::Default, term] } else { vec![term] };
            return Some(Self { terms });
        }
        if term.is_whole() || self.whole().is_some() || self.has_unknown() {
            return None;
        }
        let terms = self.terms.iter().copied().chain([term]).collect();
        Some(Self { terms })
    }

    /// UTF-8, which has room for all, if text in the default repertoire is all there is.
    pub(super) fn widened(&self) -> Option<Self> {
        self.is_default().then(Self::utf8)
    }

    fn whole(&self) -> Option<Term> {
        self.terms.iter().copied().find(|term| term.is_whole())
    }

    /// What the bytes below 0x80 and above mean at the beginning of a value: the first term says.
    fn initial(&self) -> State {
        match self.terms.first() {
            Some(Term::Iso(number)) => match iso(*number) {
                // A set of two bytes is never meant from the beginning on.
                Some((_, low, high)) if !low.is_double() => State { low: *low, high: *high },
                _ => State { low: Set::Ascii, high: None },
            },
            _ => State { low: Set::Ascii, high: None },
        }
    }

    /// All sets that are declared, in their order.
    fn sets(&self) -> impl Iterator<Item = Set> {
        self.terms.iter().flat_map(|term| term.sets())
    }
}

/// What bytes mean now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    /// Below 0x80 (G0).
    low: Set,
    /// Above (G1).
    high: Option<Set>,
}

impl State {
    fn choose(&mut self, set: Set) {
        if set.is_low() {
            self.low = set;
        } else {
            self.high = Some(set);
        }
    }
}

const ESC: u8 = 0x1B;

/// Does the character set begin anew after this (PS3.5 6.1.2.5.3)? A backslash only where it parts values.
fn resets(byte: u8, rules: super::vr::Text) -> bool {
    match byte {
        b'\\' => rules.is_multiple,
        b'^' | b'=' => rules.is_person_name,
        b'\t' | b'\n' | 0x0C | b'\r' => true,
        _ => false,
    }
}

fn term_of(set: CharacterSet) -> Option<Term> {
    Some(match set {
        CharacterSet::Default => return None,
        CharacterSet::LatinAlphabetNo1 => Term::Iso(100),
        CharacterSet::LatinAlphabetNo2 => Term::Iso(101),
        CharacterSet::LatinAlphabetNo3 => Term::Iso(109),
        CharacterSet::LatinAlphabetNo4 => Term::Iso(110),
        CharacterSet::Cyrillic => Term::Iso(144),
        CharacterSet::Arabic => Term::Iso(127),
        CharacterSet::Greek => Term::Iso(126),
        CharacterSet::Hebrew => Term::Iso(138),
        CharacterSet::LatinAlphabetNo5 => Term::Iso(148),
        CharacterSet::JapaneseJisX0201 => Term::Iso(13),
        CharacterSet::Thai => Term::Iso(166),
        CharacterSet::Korean => Term::Iso(149),
        CharacterSet::UnicodeInUtf8 => Term::Utf8,
        CharacterSet::Gb18030 => Term::Gb18030,
        CharacterSet::JapaneseJisX0208 => Term::Iso(87),
        CharacterSet::JapaneseJisX0212 => Term::Iso(159),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_known_in_the_spellings_that_are_met() {
        for (value, term) in [
            (&b""[..], Term::Default),
            (b"  ", Term::Default),
            (b"ISO_IR 6 ", Term::Default),
            (b"ISO 2022 IR 6", Term::Default),
            (b"ISO_IR 100", Term::Iso(100)),
            (b"ISO_IR_100\0", Term::Iso(100)),
            (b"iso ir 100", Term::Iso(100)),
            (b"ISO-IR 100", Term::Iso(100)),
            (b"ISO 2022 IR 87", Term::Iso(87)),
            (b"ISO2022 IR 87", Term::Iso(87)),
            (b"ISO_IR 192", Term::Utf8),
            (b"GB18030 ", Term::Gb18030),
            (b"GBK", Term::Gbk),
            (b"ISO_IR 999", Term::Unknown),
            (b"ISO_IR 99999999999", Term::Unknown),
            (b"UTF-16", Term::Unknown),
            (b"\xFF\xFE", Term::Unknown),
        ] {
            assert_eq!(Term::parse(value), term, "{}", value.escape_ascii());
        }
    }

    #[test]
    fn a_declaration_is_written_as_it_was_read() {
        for value in ["ISO_IR 6", "ISO_IR 100", "ISO_IR 192", "GB18030", "\\ISO 2022 IR 87\\ISO 2022 IR 159"]
        {
            assert_eq!(Declared::parse(value.as_bytes()).value(), value);
        }
    }
}
