//! The elements of a data set, as `LDicomDS` works with them: numbers, 0 for none ([`ElementId::to_bits`]).
//!
//! Values cross in little endian order, texts in UTF-8, each ended by NUL.

use super::data_set::{DataSetObject, outcome};
use super::ffi::{ElementKind, ElementView};
use super::guard;
use crate::dataset::{
    CharacterSet, Content, DataSet, DataSetError, EXPLICIT_VR_BIG_ENDIAN, ElementId, Kind, Result, dictionary,
};
use std::collections::HashSet;
use std::io;
use std::sync::Arc;

/// Up to this size a value is read whole, byte order and all, by the data set itself.
const WHOLE_VALUE_BYTES: u64 = 1 << 20;

/// Specific Character Set.
const SPECIFIC_CHARACTER_SET: u32 = 0x0008_0005;

fn bits(id: Option<ElementId>) -> u64 {
    id.map_or(0, ElementId::to_bits)
}

impl DataSetObject {
    /// What an element is now; `ElementKind::Absent` for none.
    pub(super) fn element(&self, id: u64) -> ElementView {
        let absent = ElementView {
            tag: 0,
            vr: 0,
            length: 0,
            offset: 0,
            value_offset: 0,
            value_length: 0,
            kind: ElementKind::Absent,
        };
        guard(absent, || {
            let element = ElementId::from_bits(id).and_then(|id| self.data_set().element(id));
            element.map_or(absent, |element| ElementView {
                tag: element.tag,
                vr: element.vr,
                length: element.length,
                offset: element.offset,
                value_offset: element.value_offset,
                value_length: element.value_length,
                kind: match element.kind {
                    Kind::Value => ElementKind::Value,
                    Kind::Sequence => ElementKind::Sequence,
                    Kind::Item => ElementKind::Item,
                    Kind::Fragments => ElementKind::Fragments,
                    Kind::Fragment => ElementKind::Fragment,
                },
            })
        })
    }

    /// Is the element there?
    pub(super) fn exists(&self, id: u64) -> bool {
        guard(false, || ElementId::from_bits(id).is_some_and(|id| self.data_set().exists(id)))
    }

    /// From one element to another; 0 stays 0.
    fn step(&self, id: u64, to: impl FnOnce(ElementId) -> Option<ElementId>) -> u64 {
        guard(0, || bits(ElementId::from_bits(id).and_then(to)))
    }

    pub(super) fn first(&self, of: u64, tree: bool) -> u64 {
        guard(0, || bits(self.data_set().first(ElementId::from_bits(of), tree)))
    }

    pub(super) fn last(&self, of: u64, tree: bool) -> u64 {
        guard(0, || bits(self.data_set().last(ElementId::from_bits(of), tree)))
    }

    pub(super) fn next(&self, id: u64, tree: bool) -> u64 {
        self.step(id, |id| self.data_set().next(id, tree))
    }

    pub(super) fn prev(&self, id: u64, tree: bool) -> u64 {
        self.step(id, |id| self.data_set().prev(id, tree))
    }

    pub(super) fn parent(&self, id: u64) -> u64 {
        self.step(id, |id| self.data_set().parent(id))
    }

    pub(super) fn child(&self, id: u64) -> u64 {
        self.step(id, |id| self.data_set().child(id))
    }

    pub(super) fn root_of(&self, id: u64) -> u64 {
        self.step(id, |id| self.data_set().root_of(id))
    }

    pub(super) fn level(&self, id: u64) -> u32 {
        guard(0, || ElementId::from_bits(id).map_or(0, |id| self.data_set().level(id)))
    }

    pub(super) fn find_first(&self, within: u64, tag: u32, tree: bool) -> u64 {
        guard(0, || bits(self.data_set().find_first(ElementId::from_bits(within), tag, tree)))
    }

    pub(super) fn find_last(&self, within: u64, tag: u32, tree: bool) -> u64 {
        guard(0, || bits(self.data_set().find_last(ElementId::from_bits(within), tag, tree)))
    }

    pub(super) fn find_next(&self, id: u64, tree: bool) -> u64 {
        self.step(id, |id| self.data_set().find_next(id, tree))
    }

    pub(super) fn find_prev(&self, id: u64, tree: bool) -> u64 {
        self.step(id, |id| self.data_set().find_prev(id, tree))
    }

    pub(super) fn find_first_descendant(&self, parent: u64, tag: u32, next_level_only: bool) -> u64 {
        guard(0, || {
            bits(self.data_set().find_first_descendant(ElementId::from_bits(parent), tag, next_level_only))
        })
    }

    pub(super) fn find_next_descendant(&self, parent: u64, id: u64, next_level_only: bool) -> u64 {
        let parent = ElementId::from_bits(parent);
        self.step(id, |id| self.data_set().find_next_descendant(parent, id, next_level_only))
    }

    pub(super) fn insert(
        &mut self,
        neighbor: u64,
        as_child: bool,
        tag: u32,
        vr: u16,
        is_sequence: bool,
        index: u32,
    ) -> u64 {
        let neighbor = ElementId::from_bits(neighbor);
        self.change(0, |set| bits(set.insert(neighbor, as_child, tag, vr, is_sequence, index)))
    }

    /// Deletes an element, and gives the next one on its level.
    pub(super) fn remove(&mut self, id: u64) -> u64 {
        self.change(0, |set| bits(ElementId::from_bits(id).and_then(|id| set.delete(id))))
    }

    /// Copies the elements below `src_parent` of `src` below `dst_parent`, `skipped` ones and what is in them left out.
    pub(super) fn copy_from(&mut self, dst_parent: u64, src: &Self, src_parent: u64, skipped: &[u64]) -> i32 {
        let skipped: HashSet<u64> = skipped.iter().copied().collect();
        self.change_code(|set| {
            set.copy_from(
                ElementId::from_bits(dst_parent),
                src.data_set(),
                ElementId::from_bits(src_parent),
                &mut |id, _| !skipped.contains(&id.to_bits()),
            )
        })
    }

    /// Fills `out` with the value from `start` on, which is a whole number of the VR's units.
    pub(super) fn read(&self, id: u64, start: u64, out: &mut [u8]) -> i32 {
        outcome(|| {
            let set = self.data_set();
            let missing = || DataSetError::Parameter("no such element");
            let id = ElementId::from_bits(id).ok_or_else(missing)?;
            let element = set.element(id).ok_or_else(missing)?;
            if element.value_length <= WHOLE_VALUE_BYTES {
                let value = set.value_le(id, WHOLE_VALUE_BYTES)?;
                return fill(&Content::Memory(value), start, out);
            }
            fill(&set.value(id)?, start, out)?;
            if set.transfer_syntax() == EXPLICIT_VR_BIG_ENDIAN {
                out.chunks_exact_mut(unit_of(element.vr)).for_each(<[u8]>::reverse);
            }
            Ok(())
        })
    }

    /// Sets the value, and pads it.
    pub(super) fn write(&mut self, id: u64, value: &[u8]) -> i32 {
        self.change_code(|set| {
            let id = ElementId::from_bits(id).ok_or(DataSetError::Parameter("no such element"))?;
            set.set_value_le(id, value)?;
            pad(set, id)
        })
    }

    /// How many values the element has by its VR.
    pub(super) fn count(&self, id: u64) -> u32 {
        guard(0, || ElementId::from_bits(id).map_or(0, |id| self.data_set().count(id)))
    }

    /// Appends each value as text, numbers written out. What lies behind a NUL inside a value is left out.
    pub(super) fn texts(&self, id: u64, out: &mut Vec<u8>) -> bool {
        guard(false, || {
            let Some(id) = ElementId::from_bits(id) else { return false };
            match self.data_set().strings(id) {
                Ok(values) => {
                    for value in &values {
                        // Up to a NUL, which would end it there.
                        let text = value.as_bytes().split(|byte| *byte == 0).next().unwrap_or_default();
                        out.extend_from_slice(text);
                        out.push(0);
                    }
                    true
                }
                Err(error) => {
                    tracing::debug!(%error, "a value cannot be read as text");
                    false
                }
            }
        })
    }

    /// Sets the values to as many texts, and pads them.
    pub(super) fn set_texts(&mut self, id: u64, texts: &[u8], count: u32, character_set: u32) -> i32 {
        self.change_code(|set| {
            let id = ElementId::from_bits(id).ok_or(DataSetError::Parameter("no such element"))?;
            let values: Vec<&str> = texts
                .split(|&byte| byte == 0)
                .take(count as usize)
                .map(std::str::from_utf8)
                .collect::<std::result::Result<_, _>>()
                .map_err(|_| DataSetError::Parameter("a text that is not UTF-8"))?;
            let character_set = CharacterSet::from_number(character_set)
                .ok_or(DataSetError::Parameter("an unknown character set"))?;
            set.set_strings(id, &values, character_set)?;
            // It may have become another one.
            if let Some(declared) = set.find_first(None, SPECIFIC_CHARACTER_SET, true) {
                pad(set, declared)?;
            }
            pad(set, id)
        })
    }
}

/// Makes a value's length even now, and not only where it is written: `LDicomDS` shows lengths.
pub(super) fn pad(set: &mut DataSet, id: ElementId) -> Result<()> {
    let Some(element) = set.element(id).filter(|element| element.value_length % 2 != 0) else {
        return Ok(());
    };
    let mut value = set.value_le(id, u64::from(u32::MAX))?.to_vec();
    value.push(match &element.vr.to_be_bytes() {
        b"UI" | b"OB" | b"UN" | [0, 0] => 0,
        _ => b' ',
    });
    set.set_value_le(id, &value)
}

/// Fills `out` from `start` on.
fn fill(content: &Content, start: u64, out: &mut [u8]) -> Result<()> {
    let mut filled = 0;
    while let Some(rest) = out.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        let read = content
            .read_at(start + filled as u64, rest)
            .map_err(|error| DataSetError::Read(Arc::new(error)))?;
        if read == 0 {
            return Err(DataSetError::Read(Arc::new(io::ErrorKind::UnexpectedEof.into())));
        }
        filled += read;
    }
    Ok(())
}

/// The bytes that change places between the byte orders (PS3.5 7.3); an attribute tag is two numbers.
fn unit_of(vr: u16) -> usize {
    match &vr.to_be_bytes() {
        b"US" | b"SS" | b"OW" | b"AT" => 2,
        b"UL" | b"SL" | b"FL" | b"OF" | b"OL" => 4,
        b"FD" | b"OD" | b"UV" | b"SV" | b"OV" => 8,
        _ => 1,
    }
}

/// The VR of a tag in PS3.6, two letters; `UN` for one that is not there.
pub(super) fn standard_vr(tag: u32) -> u16 {
    guard(0, || dictionary::vr_of(tag))
}

/// A number as text of VR DS (PS3.5 6.2): 16 characters at most, as near to the number as they come. Empty for what is no
/// number.
pub(super) fn decimal_string(number: f64) -> Vec<u8> {
    const LENGTH_MAX: usize = 16;
    guard(Vec::new(), || {
        if !number.is_finite() {
            return Vec::new();
        }
        let exact = [number.to_string(), format!("{number:E}")];
        let rounded =
            (0..LENGTH_MAX).flat_map(|digits| [format!("{number:.digits$}"), format!("{number:.digits$E}")]);
        let distance = |text: &String| (text.parse::<f64>().unwrap_or(f64::INFINITY) - number).abs();
        exact
            .into_iter()
            .chain(rounded)
            .filter(|text| text.len() <= LENGTH_MAX)
            .min_by(|one, other| distance(one).total_cmp(&distance(other)))
            .unwrap_or_default()
            .into_bytes()
    })
}

/// A number in as few digits as tell it from every other.
pub(super) fn float_text(number: f32) -> Vec<u8> {
    guard(Vec::new(), || format!("{number:?}").into_bytes())
}

/// The same.
pub(super) fn double_text(number: f64) -> Vec<u8> {
    guard(Vec::new(), || format!("{number:?}").into_bytes())
}

/// The number that a text of VR DS or IS says, spaces around it not counted; NaN for what says none.
pub(super) fn parse_decimal(text: &[u8]) -> f64 {
    guard(f64::NAN, || {
        let text = text.trim_ascii();
        // Rust reads words as well: "inf", "nan".
        if text.iter().any(|byte| !matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'E' | b'e')) {
            return f64::NAN;
        }
        std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).unwrap_or(f64::NAN)
    })
}
