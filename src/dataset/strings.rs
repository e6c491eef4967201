//! Values as text: those of text VRs in their character sets, and numbers written out.

use super::error::Result;
use super::text::{self, Declared};
use super::tree::{NONE, Node, Place, Tree};
use super::values::bytes_le;
use super::vr::{self, Text};
use super::{CharacterSet, DataSet, DataSetError, ElementId, Kind, dictionary, header};

pub(super) const SPECIFIC_CHARACTER_SET: u32 = 0x0008_0005;
const NOT_ENCODABLE: DataSetError =
    DataSetError::Parameter("the character sets of the data set have not all of these characters");
const NOT_TEXT: DataSetError = DataSetError::Parameter("values of this VR are not text");
const NOT_A_NUMBER: DataSetError = DataSetError::Parameter("not a number that this VR can hold");

impl DataSet {
    /// How many values the element has: text by its backslashes, numbers by their size, bytes (OB, UN) by
    /// the byte, OW, OL and the like by the unit of theirs. An empty element has none, nor has what has
    /// children.
    #[must_use]
    pub fn count(&self, id: ElementId) -> u32 {
        let Ok((tree, node)) = self.with_value(id) else { return 0 };
        if let Some(size) = vr::value_size(node.vr).filter(|_| node.kind == Kind::Value) {
            return u32::try_from(node.size / size as u64).unwrap_or(u32::MAX);
        }
        match vr::text(node.vr) {
            Some(rules) if rules.is_multiple && node.size > 0 => {
                let bytes = bytes_le(tree, node, self.inner.limits.text_bytes);
                let place = tree.place(id).unwrap_or(NONE);
                bytes.map_or(0, |bytes| match bytes.contains(&b'\\') {
                    true => text::decode(&bytes, &declared_at(tree, place), rules).len() as u32,
                    false => 1,
                })
            }
            Some(_) => u32::from(node.size > 0),
            None => u32::try_from(node.size).unwrap_or(u32::MAX),
        }
    }

    /// The values as text, without what only pads them (PS3.5 6.2). Character sets are those that the
    /// element's item, or the nearest around it, declares. What is no character in them becomes U+FFFD.
    /// Numbers of a binary VR are written out, tags (AT) as eight digits. A UN has the VR that the
    /// dictionary has for it, else it is taken for text like LO.
    ///
    /// # Errors
    ///
    /// An element that is not there or has no value, bytes (OB, OW and the like), more bytes than
    /// [`ReadLimits::text_bytes`](super::ReadLimits::text_bytes), and those of reading.
    pub fn strings(&self, id: ElementId) -> Result<Vec<String>> {
        let (tree, node) = self.with_value(id)?;
        let vr = effective_vr(node);
        let bytes = bytes_le(tree, node, self.inner.limits.text_bytes)?;
        if bytes.is_empty() {
            return Ok(Vec::new());
        }
        let Some(rules) = vr::text(vr) else { return numbers(vr, &bytes) };
        let place = tree.place(id).unwrap_or(NONE);
        let mut values = text::decode(&bytes, &declared_at(tree, place), rules);
        values.iter_mut().for_each(|value| trim(value, rules));
        Ok(values)
    }

    /// Sets the values from text. Numbers of a binary VR are read from it.
    ///
    /// `set` is the character set to write in; it is added to Specific Character Set (0008,0005) of the
    /// root if it is not declared. [`CharacterSet::Default`] takes those that are declared; where none is,
    /// and the text needs one, UTF-8 is declared (ISO_IR 192).
    ///
    /// # Errors
    ///
    /// An element that is not there or has no value; characters that the sets have not; a set that cannot be
    /// declared beside those that are; what is no number where one is needed.
    pub fn set_strings(&mut self, id: ElementId, values: &[&str], set: CharacterSet) -> Result<()> {
        let (tree, node) = self.with_value(id)?;
        let vr = effective_vr(node);
        let Some(rules) = vr::text(vr) else {
            let bytes = parse_numbers(vr, values)?;
            return self.set_value_le(id, &bytes);
        };
        let place = tree.place(id).unwrap_or(NONE);
        let joined = values.join("\\");
        let declared = declared_at(tree, place).with(set).ok_or(NOT_ENCODABLE)?;
        let needs_none = joined.is_ascii() || !rules.is_localized;
        let (declared, bytes) = match text::encode(&joined, &declared, rules) {
            Some(bytes) => (declared, bytes),
            None => {
                let wider = declared.widened().filter(|_| set == CharacterSet::Default && rules.is_localized);
                let wider = wider.ok_or(NOT_ENCODABLE)?;
                let bytes = text::encode(&joined, &wider, rules).ok_or(NOT_ENCODABLE)?;
                (wider, bytes)
            }
        };
        if !needs_none && declared != declared_at(tree, place) {
            self.declare(place, &declared)?;
        }
        self.set_value_le(id, &bytes)
    }

    /// Sets the nearest Specific Character Set, or that of the root.
    fn declare(&mut self, place: Place, declared: &Declared) -> Result<()> {
        let tree = self.tree();
        let found = declaration(tree, place).and_then(|place| tree.id(place));
        let id = match found {
            Some(id) => id,
            None => self
                .insert(None, false, SPECIFIC_CHARACTER_SET, vr::CS, false, u32::MAX)
                .ok_or(DataSetError::Parameter("Specific Character Set cannot be inserted"))?,
        };
        self.set_value_le(id, declared.value().as_bytes())
    }
}

/// A UN, and a VR that is none, may be known to the dictionary.
pub(super) fn effective_vr(node: &Node) -> u16 {
    if node.kind != Kind::Value || (vr::is_known(node.vr) && node.vr != vr::UN) {
        return node.vr;
    }
    match dictionary::vr_of(node.tag) {
        vr::UN | vr::SQ => vr::LO,
        known => known,
    }
}

/// The rules of text that an element is sure to be: `None` for other values, and for those that nobody knows.
pub(super) fn text_rules(node: &Node) -> Option<Text> {
    let is_known = node.kind == Kind::Value && vr::is_known(node.vr);
    let vr = if node.vr == vr::UN { dictionary::vr_of(node.tag) } else { node.vr };
    vr::text(vr).filter(|_| is_known)
}

/// The Specific Character Set that counts for an element: that of its item, or the nearest one around it.
pub(super) fn declaration(tree: &Tree, place: Place) -> Option<Place> {
    declared_in(tree, tree.parent_of(place))
}

/// The Specific Character Set that counts for the elements below a parent.
pub(super) fn declared_in(tree: &Tree, parent: Place) -> Option<Place> {
    let mut parent = parent;
    loop {
        // They lie in the order of their tags; it is among the first.
        let mut first = tree.children(parent).take_while(|(_, node)| node.tag <= SPECIFIC_CHARACTER_SET);
        if let Some((found, _)) = first.find(|(_, node)| node.tag == SPECIFIC_CHARACTER_SET) {
            return Some(found);
        }
        if parent == NONE {
            return None;
        }
        parent = tree.parent_of(parent);
    }
}

/// More text than this declares no character sets, in bytes.
const DECLARATION_BYTES_MAX: u64 = 4096;

pub(super) fn declared_at(tree: &Tree, place: Place) -> Declared {
    let node = declaration(tree, place).and_then(|place| tree.node(place));
    let bytes = node.and_then(|node| bytes_le(tree, node, DECLARATION_BYTES_MAX).ok());
    bytes.map_or_else(Declared::default_repertoire, |bytes| Declared::parse(&bytes))
}

fn trim(value: &mut String, rules: Text) {
    value.truncate(value.trim_end_matches([' ', '\0']).len());
    if rules.trims_start {
        value.drain(..value.len() - value.trim_start_matches(' ').len());
    }
}

/// The numbers in `bytes`, each of `N`.
fn each<const N: usize>(bytes: &[u8], write: impl Fn([u8; N]) -> String) -> Vec<String> {
    bytes.as_chunks::<N>().0.iter().map(|number| write(*number)).collect()
}

/// Numbers of little endian order, written out.
fn numbers(vr: u16, bytes: &[u8]) -> Result<Vec<String>> {
    Ok(match vr {
        vr::US => each(bytes, |number| u16::from_le_bytes(number).to_string()),
        vr::SS => each(bytes, |number| i16::from_le_bytes(number).to_string()),
        vr::UL => each(bytes, |number| u32::from_le_bytes(number).to_string()),
        vr::SL => each(bytes, |number| i32::from_le_bytes(number).to_string()),
        vr::UV => each(bytes, |number| u64::from_le_bytes(number).to_string()),
        vr::SV => each(bytes, |number| i64::from_le_bytes(number).to_string()),
        vr::FL => each(bytes, |number| f32::from_le_bytes(number).to_string()),
        vr::FD => each(bytes, |number| f64::from_le_bytes(number).to_string()),
        vr::AT => each(bytes, |[g0, g1, e0, e1]| {
            format!("{:04X}{:04X}", u16::from_le_bytes([g0, g1]), u16::from_le_bytes([e0, e1]))
        }),
        _ => return Err(NOT_TEXT),
    })
}

fn parse_numbers(vr: u16, values: &[&str]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for value in values {
        put_number(vr, value.trim(), &mut bytes)?;
    }
    Ok(bytes)
}

fn put_number(vr: u16, value: &str, out: &mut Vec<u8>) -> Result<()> {
    fn number<T: std::str::FromStr>(value: &str) -> Result<T> {
        value.parse().map_err(|_| NOT_A_NUMBER)
    }
    match vr {
        vr::US => out.extend(number::<u16>(value)?.to_le_bytes()),
        vr::SS => out.extend(number::<i16>(value)?.to_le_bytes()),
        vr::UL => out.extend(number::<u32>(value)?.to_le_bytes()),
        vr::SL => out.extend(number::<i32>(value)?.to_le_bytes()),
        vr::UV => out.extend(number::<u64>(value)?.to_le_bytes()),
        vr::SV => out.extend(number::<i64>(value)?.to_le_bytes()),
        vr::FL => out.extend(number::<f32>(value)?.to_le_bytes()),
        vr::FD => out.extend(number::<f64>(value)?.to_le_bytes()),
        vr::AT => {
            let digits = value.replace(['(', ')', ','], "");
            let is_tag = digits.len() == 8 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            let tag = u32::from_str_radix(&digits, 16).ok().filter(|_| is_tag).ok_or(NOT_A_NUMBER)?;
            out.extend(((tag >> 16) as u16).to_le_bytes());
            out.extend((tag as u16).to_le_bytes());
        }
        _ => return Err(NOT_TEXT),
    }
    if out.len() as u64 > header::VALUE_BYTES_MAX {
        return Err(DataSetError::Limit { what: "bytes in a value", limit: header::VALUE_BYTES_MAX });
    }
    Ok(())
}
