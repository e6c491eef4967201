//! Bytes to text.

use super::sets::{ESCAPES, Set};
use super::{Declared, ESC, State, Term, resets};
use crate::dataset::vr::Text;

const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// The values that bytes stand for, as long as they are; padding is still there.
pub(in crate::dataset) fn decode(bytes: &[u8], declared: &Declared, rules: Text) -> Vec<String> {
    if !rules.is_localized {
        // The default repertoire, whatever is declared.
        return decode_extended(bytes, &Declared::default_repertoire(), rules);
    }
    match declared.whole() {
        Some(Term::Gb18030) => split(&decode_whole(encoding_rs::GB18030, bytes), rules),
        Some(Term::Gbk) => split(&decode_whole(encoding_rs::GBK, bytes), rules),
        Some(_) => split(&String::from_utf8_lossy(bytes), rules),
        None => decode_extended(bytes, declared, rules),
    }
}

fn decode_whole(table: &'static encoding_rs::Encoding, bytes: &[u8]) -> String {
    table.decode_without_bom_handling(bytes).0.into_owned()
}

/// In these encodings a byte of a longer code can look like a backslash: the text is parted, not the bytes.
fn split(text: &str, rules: Text) -> Vec<String> {
    if rules.is_multiple { text.split('\\').map(str::to_owned).collect() } else { vec![text.to_owned()] }
}

/// ISO 2022 (PS3.5 6.1.2.4).
fn decode_extended(bytes: &[u8], declared: &Declared, rules: Text) -> Vec<String> {
    let is_plain = bytes.is_ascii() && !bytes.contains(&ESC);
    if let (true, Ok(text)) = (is_plain, std::str::from_utf8(bytes)) {
        return split(text, rules);
    }
    let mut decoder = Decoder {
        state: declared.initial(),
        initial: declared.initial(),
        only_high: only_high(declared),
        values: Vec::new(),
        value: String::new(),
    };
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        rest = decoder.next(*first, tail, rest, rules);
    }
    decoder.values.push(decoder.value);
    decoder.values
}

/// The set that bytes above 0x80 can only mean, if but one is declared: some writers leave out its escape.
fn only_high(declared: &Declared) -> Option<Set> {
    let mut high = declared.sets().filter(|set| !set.is_low());
    high.next().filter(|_| high.next().is_none())
}

struct Decoder {
    state: State,
    initial: State,
    only_high: Option<Set>,
    values: Vec<String>,
    value: String,
}

impl Decoder {
    /// Decodes what begins with `first`, which `tail` follows; gives what comes after it.
    fn next<'a>(&mut self, first: u8, tail: &'a [u8], whole: &'a [u8], rules: Text) -> &'a [u8] {
        if first == ESC {
            return self.escape(tail, whole);
        }
        if first >= 0x80 {
            return self.high(first, tail);
        }
        if self.state.low.is_double()
            && (0x21..0x7F).contains(&first)
            && let Some((second @ 0x21..0x7F, after)) = tail.split_first()
        {
            self.value.push(self.state.low.decode_two(first, *second).unwrap_or(REPLACEMENT));
            return after;
        }
        if first == b'\\' && rules.is_multiple {
            self.values.push(std::mem::take(&mut self.value));
        } else {
            self.value.push(char::from(first));
        }
        if resets(first, rules) {
            self.state = self.initial;
        }
        tail
    }

    fn escape<'a>(&mut self, tail: &'a [u8], whole: &'a [u8]) -> &'a [u8] {
        for (set, escape) in ESCAPES {
            if let Some(after) = whole.strip_prefix(escape) {
                self.state.choose(set);
                return after;
            }
        }
        self.value.push(REPLACEMENT);
        tail
    }

    fn high<'a>(&mut self, first: u8, tail: &'a [u8]) -> &'a [u8] {
        let Some(set) = self.state.high.or(self.only_high) else {
            self.value.push(REPLACEMENT);
            return tail;
        };
        if !set.is_double() {
            self.value.push(set.decode_one(first).unwrap_or(REPLACEMENT));
            return tail;
        }
        match tail.split_first() {
            Some((second @ 0x80.., after)) => {
                self.value.push(set.decode_two(first, *second).unwrap_or(REPLACEMENT));
                after
            }
            _ => {
                self.value.push(REPLACEMENT);
                tail
            }
        }
    }
}
