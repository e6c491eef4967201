//! One command element: implicit VR little endian, PS3.5 7.1.3 and annex A.1.
//!
//! Takes elements off bytes and puts them there. It must not know which
//! elements there are, nor allocate for a length that bytes only claim.

use super::element;
use super::error::CommandError;

/// Group, element and length in front of each value (PS3.5 7.1.3).
pub(super) const ELEMENT_HEADER_BYTES: usize = 8;

/// The elements of a [`CommandSet`](super::CommandSet) in ascending order: element number and
/// value.
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    /// Invariant: whole elements (`check_element` was over them).
    rest: &'a [u8],
}

impl<'a> Iterator for Elements<'a> {
    type Item = (u16, &'a [u8]);

    #[inline]
    fn next(&mut self) -> Option<(u16, &'a [u8])> {
        let (header, rest) = self.rest.split_first_chunk::<ELEMENT_HEADER_BYTES>()?;
        let [_, _, e0, e1, l0, l1, l2, l3] = *header;
        let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        let (value, rest) = rest.split_at_checked(length)?;
        self.rest = rest;
        Some((u16::from_le_bytes([e0, e1]), value))
    }
}

impl std::iter::FusedIterator for Elements<'_> {}

/// The elements in `bytes`, which `check_element` was over.
pub(super) fn elements_of(bytes: &[u8]) -> Elements<'_> {
    Elements { rest: bytes }
}

/// Checks the element at the front of `bytes`, which is at `offset` of its
/// command set, and gives its number and the bytes behind it.
pub(super) fn check_element(bytes: &[u8], offset: usize) -> Result<(u16, &[u8]), CommandError> {
    let Some((header, rest)) = bytes.split_first_chunk::<ELEMENT_HEADER_BYTES>() else {
        return Err(CommandError::TruncatedElement { offset, remaining: bytes.len() });
    };
    let [g0, g1, e0, e1, l0, l1, l2, l3] = *header;
    let group = u16::from_le_bytes([g0, g1]);
    let element = u16::from_le_bytes([e0, e1]);
    let length = u32::from_le_bytes([l0, l1, l2, l3]);
    if group != 0 {
        return Err(CommandError::ForeignGroup { group, element });
    }
    if length == u32::MAX {
        return Err(CommandError::UndefinedLength { element });
    }
    match rest.split_at_checked(length as usize) {
        Some((_, after)) => Ok((element, after)),
        None => Err(CommandError::PastEnd { element, length, remaining: rest.len() }),
    }
}

/// Appends one element. The caller has seen to it that the length fits.
pub(super) fn put_element(out: &mut Vec<u8>, element: u16, value: &[u8], padding: Option<u8>) {
    let length = value.len() + usize::from(padding.is_some());
    out.reserve(ELEMENT_HEADER_BYTES + length);
    let [e0, e1] = element.to_le_bytes();
    let [l0, l1, l2, l3] = (length as u32).to_le_bytes();
    out.extend_from_slice(&[0, 0, e0, e1, l0, l1, l2, l3]);
    out.extend_from_slice(value);
    out.extend(padding);
}

/// Appends one element that is a 16-bit number.
pub(super) fn put_number(out: &mut Vec<u8>, element: u16, number: u16) {
    let ([e0, e1], [n0, n1]) = (element.to_le_bytes(), number.to_le_bytes());
    out.extend_from_slice(&[0, 0, e0, e1, 2, 0, 0, 0, n0, n1]);
}

/// The byte that a value lacks to be of even length.
pub(super) fn padding_for(element: u16, value: &[u8]) -> Option<u8> {
    (!value.len().is_multiple_of(2)).then(|| element::padding(element))
}

/// A text without what pads it: a UID's NUL, other text's spaces, and whatever
/// mixture of both a peer has made of it.
pub(super) fn without_padding(text: &[u8]) -> &[u8] {
    let length = text.iter().rposition(|byte| !matches!(byte, 0 | b' ')).map_or(0, |last| last + 1);
    text.get(..length).unwrap_or_default()
}
