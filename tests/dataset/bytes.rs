//! Elements as bytes, made by hand (PS3.5 7), and what tests ask of a data set again and again.

use ldicomnet::dataset::{
    Content, DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, DataSet, EXPLICIT_VR_BIG_ENDIAN, ElementId, EncodeOptions,
    Kind,
};
use ldicomnet::pdu::Uid;

pub(crate) const IMPLICIT: Uid = Uid::IMPLICIT_VR_LITTLE_ENDIAN;
pub(crate) const EXPLICIT: Uid = Uid::EXPLICIT_VR_LITTLE_ENDIAN;
pub(crate) const BIG: Uid = EXPLICIT_VR_BIG_ENDIAN;
pub(crate) const DEFLATED: Uid = DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN;
pub(crate) const NATIVE: [Uid; 4] = [IMPLICIT, EXPLICIT, BIG, DEFLATED];
pub(crate) const RLE: Uid = Uid::from_static("1.2.840.10008.1.2.5");
pub(crate) const JPEG_BASELINE: Uid = Uid::from_static("1.2.840.10008.1.2.4.50");

pub(crate) const UNDEFINED: u32 = u32::MAX;
pub(crate) const ITEM: u32 = 0xFFFE_E000;
pub(crate) const ITEM_END: u32 = 0xFFFE_E00D;
pub(crate) const SEQUENCE_END: u32 = 0xFFFE_E0DD;
pub(crate) const SOP_INSTANCE_UID: u32 = 0x0008_0018;
pub(crate) const CHARACTER_SET: u32 = 0x0008_0005;
pub(crate) const PATIENT_NAME: u32 = 0x0010_0010;
pub(crate) const PATIENT_ID: u32 = 0x0010_0020;
pub(crate) const COMMENTS: u32 = 0x0010_4000;
pub(crate) const CONTENT_SEQUENCE: u32 = 0x0040_A730;
pub(crate) const PIXEL_DATA: u32 = 0x7FE0_0010;

/// A tag, little endian.
pub(crate) fn tag(tag: u32) -> Vec<u8> {
    let (group, element) = ((tag >> 16) as u16, tag as u16);
    [group.to_le_bytes(), element.to_le_bytes()].concat()
}

/// A tag and a length: an implicit element's header, or that of an item or delimiter.
pub(crate) fn head(number: u32, length: u32) -> Vec<u8> {
    [tag(number), length.to_le_bytes().to_vec()].concat()
}

/// An element of implicit VR.
pub(crate) fn implicit(number: u32, value: &[u8]) -> Vec<u8> {
    [&head(number, value.len() as u32), value].concat()
}

/// The header of an element of explicit VR, little endian, whatever length it says.
pub(crate) fn explicit_head(number: u32, vr: &str, length: u32) -> Vec<u8> {
    let short = "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".contains(vr);
    let length = match short {
        true => (length as u16).to_le_bytes().to_vec(),
        false => [&[0, 0][..], &length.to_le_bytes()].concat(),
    };
    [tag(number), vr.as_bytes().to_vec(), length].concat()
}

/// An element of explicit VR, little endian.
pub(crate) fn explicit(number: u32, vr: &str, value: &[u8]) -> Vec<u8> {
    [&explicit_head(number, vr, value.len() as u32), value].concat()
}

/// A data set that travelled.
pub(crate) fn travelled(bytes: impl Into<Vec<u8>>, syntax: Uid) -> DataSet {
    DataSet::from_content(Content::from(bytes.into()), syntax)
}

/// An element on the root level.
pub(crate) fn find(data_set: &DataSet, tag: u32) -> ElementId {
    data_set.find_first(None, tag, true).unwrap_or_else(|| panic!("no {tag:08X}"))
}

/// The text of an element on the root level.
pub(crate) fn strings(data_set: &DataSet, tag: u32) -> Vec<String> {
    data_set.strings(find(data_set, tag)).unwrap()
}

/// The value of an element on the root level, little endian.
pub(crate) fn value(data_set: &DataSet, tag: u32) -> Vec<u8> {
    data_set.value_le(find(data_set, tag), u64::MAX).unwrap().to_vec()
}

/// Inserts an element below `parent`, with a value.
pub(crate) fn put(data_set: &mut DataSet, parent: Option<ElementId>, tag: u32, value: &[u8]) -> ElementId {
    let id = data_set.insert(parent, parent.is_some(), tag, 0, false, UNDEFINED).expect("inserted");
    data_set.set_value_le(id, value).unwrap();
    id
}

/// The bytes of a data set in a transfer syntax.
pub(crate) fn encoded(data_set: &DataSet, to: Uid, options: EncodeOptions) -> Vec<u8> {
    let mut out = Vec::new();
    data_set.encode(to, &options, &mut out).unwrap();
    out
}

/// All elements in their order: level, tag, VR, kind and value (little endian).
pub(crate) fn outline(data_set: &DataSet) -> Vec<(u32, u32, String, Kind, Vec<u8>)> {
    let mut all = Vec::new();
    let mut at = data_set.first(None, false);
    while let Some(id) = at {
        let element = data_set.element(id).unwrap();
        let value = match element.kind {
            Kind::Value | Kind::Fragment => data_set.value_le(id, u64::MAX).unwrap().to_vec(),
            _ => Vec::new(),
        };
        let vr = String::from_utf8_lossy(&element.vr.to_be_bytes()).into_owned();
        all.push((data_set.level(id), element.tag, vr, element.kind, value));
        at = data_set.next(id, false);
    }
    all
}

/// The tags of all elements in their order.
pub(crate) fn tags(data_set: &DataSet) -> Vec<u32> {
    outline(data_set).into_iter().map(|(_, tag, ..)| tag).collect()
}
