//! Text to bytes.

use super::sets::Set;
use super::{Declared, State, Term, resets};
use crate::dataset::vr::Text;

/// The bytes of text in the declared character sets; `None` if it has a character that none of them has.
pub(in crate::dataset) fn encode(text: &str, declared: &Declared, rules: Text) -> Option<Vec<u8>> {
    if text.is_ascii() {
        return Some(text.as_bytes().to_vec());
    }
    if !rules.is_localized {
        return None;
    }
    match declared.whole() {
        Some(Term::Gb18030) => encode_whole(encoding_rs::GB18030, text),
        Some(Term::Gbk) => encode_whole(encoding_rs::GBK, text),
        Some(_) => Some(text.as_bytes().to_vec()),
        None => encode_extended(text, declared, rules),
    }
}

fn encode_whole(table: &'static encoding_rs::Encoding, text: &str) -> Option<Vec<u8>> {
    let (bytes, _, is_unmappable) = table.encode(text);
    (!is_unmappable).then(|| bytes.into_owned())
}

/// ISO 2022: an escape sequence before each change of the set, and the first set again before what ends a
/// part of the value (PS3.5 6.1.2.5.3).
fn encode_extended(text: &str, declared: &Declared, rules: Text) -> Option<Vec<u8>> {
    let initial = declared.initial();
    let sets: Vec<Set> = declared.sets().collect();
    let mut encoder = Encoder { state: initial, out: Vec::with_capacity(text.len()) };
    for character in text.chars() {
        match u8::try_from(character).ok().filter(u8::is_ascii) {
            Some(byte) => {
                encoder.choose_single(initial);
                encoder.out.push(byte);
                if resets(byte, rules) {
                    encoder.state = initial;
                }
            }
            None => encoder.put(character, &sets)?,
        }
    }
    encoder.choose_single(initial);
    Some(encoder.out)
}

struct Encoder {
    state: State,
    out: Vec<u8>,
}

impl Encoder {
    /// Makes the bytes below 0x80 single characters again.
    fn choose_single(&mut self, initial: State) {
        if self.state.low.is_double() {
            self.choose(initial.low);
        }
    }

    fn choose(&mut self, set: Set) {
        if self.state.low != set && self.state.high != Some(set) {
            self.out.extend_from_slice(set.escape());
            self.state.choose(set);
        }
    }

    fn put(&mut self, character: char, sets: &[Set]) -> Option<()> {
        // What is chosen now needs no escape sequence.
        let now = self.state.high.into_iter().chain([self.state.low]);
        let (set, [first, second]) =
            now.chain(sets.iter().copied()).find_map(|set| Some((set, set.encode(character)?)))?;
        self.choose(set);
        self.out.push(first);
        if set.is_double() {
            self.out.push(second);
        }
        Some(())
    }
}
