//! The header of an element: tag, VR and length (PS3.5 7.1 and 7.5), read and written.
//!
//! The decoders of dicom-encoding stand for no header but a right one, and turn a VR they do not know
//! into UN; these keep what came, and read what real files hold.

use super::dictionary::{self, Lookup};
use super::syntax::{Form, Order};
use super::vr;

/// The length that says that delimiters tell the end.
pub(super) const UNDEFINED: u32 = u32::MAX;
/// The longest value of a defined length.
pub(super) const VALUE_BYTES_MAX: u64 = UNDEFINED as u64 - 1;
/// The longest value whose length is written in 16 bits, even as it must be.
const SHORT_VALUE_BYTES_MAX: u32 = 0xFFFE;
/// The longest header.
pub(super) const BYTES_MAX: usize = 12;

pub(super) const ITEM: u32 = 0xFFFE_E000;
pub(super) const ITEM_DELIMITATION: u32 = 0xFFFE_E00D;
pub(super) const SEQUENCE_DELIMITATION: u32 = 0xFFFE_E0DD;
pub(super) const PIXEL_DATA: u32 = 0x7FE0_0010;

/// A header that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) tag: u32,
    /// 0 for items and delimiters, which have none.
    pub(super) vr: u16,
    pub(super) length: u32,
    /// How many bytes the header has.
    pub(super) size: u8,
}

/// What reading a header needs to know of the data set around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    pub(super) form: Form,
    /// Is Pixel Representation 1, so that values of US or SS are SS?
    pub(super) is_signed: bool,
    /// How many bytes there are from the header on.
    pub(super) left: u64,
}

/// Reads the header that `bytes` begin with; `None` if they end within it.
pub(super) fn decode(bytes: &[u8], context: Context) -> Option<Header> {
    let order = context.form.order;
    let [g0, g1, e0, e1, rest @ ..] = bytes else { return None };
    let tag = u32::from(order.u16([*g0, *g1])) << 16 | u32::from(order.u16([*e0, *e1]));
    let [a, b, c, d, rest @ ..] = rest else { return None };
    let word = [*a, *b, *c, *d];
    if tag >> 16 == 0xFFFE {
        return Some(Header { tag, vr: 0, length: order.u32(word), size: 8 });
    }
    let implicit =
        || Header { tag, vr: implicit_vr(tag, context.is_signed), length: order.u32(word), size: 8 };
    if !context.form.is_explicit {
        return Some(implicit());
    }
    let vr = u16::from_be_bytes([*a, *b]);
    let short = Header { tag, vr, length: u32::from(order.u16([*c, *d])), size: 8 };
    if vr::has_short_length(vr) {
        return Some(short);
    }
    if !vr::is_plausible(vr) {
        // Some writers put an element of implicit VR into an explicit data set.
        let implicit = implicit();
        let fits = u64::from(implicit.length) <= context.left.saturating_sub(8);
        return Some(if fits || implicit.length == UNDEFINED { implicit } else { short });
    }
    if !vr::is_known(vr) && (*c, *d) != (0, 0) {
        return Some(short);
    }
    let [e, f, g, h, ..] = rest else { return None };
    Some(Header { tag, vr, length: order.u32([*e, *f, *g, *h]), size: 12 })
}

fn implicit_vr(tag: u32, is_signed: bool) -> u16 {
    match dictionary::look_up(tag) {
        Lookup::Exact(vr) => vr,
        Lookup::Sample if is_signed => vr::SS,
        Lookup::Sample => vr::US,
        Lookup::Unknown => vr::UN,
    }
}

/// The bytes of a header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Encoded {
    bytes: [u8; BYTES_MAX],
    size: usize,
}

impl Encoded {
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.size).unwrap_or_default()
    }
}

/// The VR that is written for a value: UN for one that the short form of the length cannot say
/// (PS3.5 6.2.2), and for what is no VR.
pub(super) fn written_vr(vr: u16, length: u32) -> u16 {
    let is_too_long = vr::has_short_length(vr) && length > SHORT_VALUE_BYTES_MAX;
    if is_too_long || !vr::is_plausible(vr) { vr::UN } else { vr }
}

/// How many bytes the header of an element has.
pub(super) fn size_of(tag: u32, vr: u16, length: u32, form: Form) -> usize {
    let is_short = tag >> 16 == 0xFFFE || !form.is_explicit || vr::has_short_length(written_vr(vr, length));
    if is_short { 8 } else { 12 }
}

/// The header of an element.
pub(super) fn encode(tag: u32, vr: u16, length: u32, form: Form) -> Encoded {
    let order = form.order;
    let [g0, g1] = order.of_u16((tag >> 16) as u16);
    let [e0, e1] = order.of_u16(tag as u16);
    let [l0, l1, l2, l3] = order.of_u32(length);
    if tag >> 16 == 0xFFFE || !form.is_explicit {
        return Encoded { bytes: [g0, g1, e0, e1, l0, l1, l2, l3, 0, 0, 0, 0], size: 8 };
    }
    let vr = written_vr(vr, length);
    let [v0, v1] = vr.to_be_bytes();
    if vr::has_short_length(vr) {
        let [s0, s1] = order.of_u16(length as u16);
        return Encoded { bytes: [g0, g1, e0, e1, v0, v1, s0, s1, 0, 0, 0, 0], size: 8 };
    }
    Encoded { bytes: [g0, g1, e0, e1, v0, v1, 0, 0, l0, l1, l2, l3], size: 12 }
}

/// How a data set that does not say so seems to be encoded, from its first bytes; `None` if they are not
/// the beginning of one. `length` is that of the whole.
pub(super) fn guess(bytes: &[u8], length: u64) -> Option<Form> {
    let [g0, g1, e0, e1, a, b, c, d, ..] = bytes else { return None };
    let vr = u16::from_be_bytes([*a, *b]);
    // The first group is a low one: 0002, 0008, 0010 and the like.
    let is_big = u16::from_be_bytes([*g0, *g1]) < u16::from_le_bytes([*g0, *g1]);
    let order = if is_big { Order::Big } else { Order::Little };
    let has_group = (*g0, *g1) != (0, 0) || (*e0, *e1) != (0, 0);
    if vr::is_known(vr) && has_group {
        return Some(Form { is_explicit: true, order });
    }
    let context = Context { form: Form::IMPLICIT, is_signed: false, left: length };
    let header = decode(&[*g0, *g1, *e0, *e1, *a, *b, *c, *d], context)?;
    let fits = match header.length {
        UNDEFINED => header.vr == vr::SQ,
        said => u64::from(said) <= length.saturating_sub(8),
    };
    (fits && !is_big).then_some(Form::IMPLICIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BIG: Form = Form { is_explicit: true, order: Order::Big };

    fn context(form: Form) -> Context {
        Context { form, is_signed: false, left: 1000 }
    }

    #[test]
    fn a_header_is_read_as_it_was_written() {
        for (tag, vr, length) in [
            (0x0008_0018, vr::UI, 0xFFFE),
            (0x0008_0018, vr::UI, 0),
            (PIXEL_DATA, vr::OW, 0xFFFF_FFFE),
            (0x0040_A730, vr::SQ, UNDEFINED),
            (0x0009_1001, u16::from_be_bytes(*b"ZZ"), 70_000),
            (ITEM, 0, UNDEFINED),
            (SEQUENCE_DELIMITATION, 0, 0),
        ] {
            for form in [Form::EXPLICIT, BIG] {
                let encoded = encode(tag, vr, length, form);
                let header = decode(encoded.as_bytes(), context(form)).unwrap();
                assert_eq!((header.tag, header.vr, header.length), (tag, vr, length));
                assert_eq!(usize::from(header.size), encoded.as_bytes().len());
                assert_eq!(size_of(tag, vr, length, form), encoded.as_bytes().len());
                for shorter in 0..encoded.size {
                    assert_eq!(decode(&encoded.bytes[..shorter], context(form)), None);
                }
            }
            let encoded = encode(tag, vr, length, Form::IMPLICIT);
            let header = decode(encoded.as_bytes(), context(Form::IMPLICIT)).unwrap();
            assert_eq!((header.tag, header.length, header.size), (tag, length, 8));
        }
    }

    #[test]
    fn headers_are_the_bytes_of_the_standard() {
        let bytes = |vr, length, form| encode(0x0010_0020, vr, length, form).as_bytes().to_vec();
        assert_eq!(bytes(vr::LO, 0x0102, Form::EXPLICIT), b"\x10\0\x20\0LO\x02\x01");
        assert_eq!(bytes(vr::LO, 0x0102, BIG), b"\0\x10\0\x20LO\x01\x02");
        assert_eq!(bytes(vr::LO, 0x0102, Form::IMPLICIT), b"\x10\0\x20\0\x02\x01\0\0");
        assert_eq!(bytes(vr::UT, 0x0102, Form::EXPLICIT), b"\x10\0\x20\0UT\0\0\x02\x01\0\0");
        // Too long for 16 bits: UN (PS3.5 6.2.2).
        assert_eq!(bytes(vr::LO, 0xFFFF, Form::EXPLICIT), b"\x10\0\x20\0UN\0\0\xFF\xFF\0\0");
    }

    #[test]
    fn headers_that_are_not_right_are_read_for_what_they_are() {
        let read = |bytes: &[u8]| {
            let header = decode(bytes, context(Form::EXPLICIT)).unwrap();
            (header.vr, header.length, header.size)
        };
        // An element of implicit VR among explicit ones.
        assert_eq!(read(b"\x10\0\x20\0\x04\0\0\0abcd"), (vr::LO, 4, 8));
        // No VR, and a length that fits 16 bits only.
        assert_eq!(read(b"\x10\0\x20\0??\x04\0abcd").1, 4);
        // A VR of a later edition has the long form.
        assert_eq!(read(b"\x10\0\x20\0ZZ\0\0\x04\0\0\0").1, 4);
        assert_eq!(read(b"\x10\0\x20\0ZZ\x04\0abcd"), (u16::from_be_bytes(*b"ZZ"), 4, 8));
    }

    #[test]
    fn the_form_is_guessed() {
        assert_eq!(guess(b"\x08\0\x05\0CS\x0A\0ISO_IR 100", 18), Some(Form::EXPLICIT));
        assert_eq!(guess(b"\0\x08\0\x05CS\0\x0AISO_IR 100", 18), Some(BIG));
        assert_eq!(guess(b"\x08\0\x05\0\x0A\0\0\0ISO_IR 100", 18), Some(Form::IMPLICIT));
        for no in [&b"Hello world, this is text"[..], b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", b"\x08\0\x05"] {
            assert_eq!(guess(no, no.len() as u64), None);
        }
    }
}
