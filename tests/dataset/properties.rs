//! Any tree, in any transfer syntax: built, encoded, read again it is the same; and dicom-object's reader,
//! which shares no code with ours but the dictionary, reads the same from it.

use super::bytes::*;
use dicom_core::PrimitiveValue;
use dicom_object::mem::InMemElement;
use dicom_object::{InMemDicomObject, StandardDataDictionary};
use dicom_transfer_syntax_registry::entries;
use ldicomnet::dataset::{DataSet, ElementId, EncodeOptions, dictionary, vr};
use proptest::prelude::*;

/// An element of a generated data set.
#[derive(Clone, Debug)]
enum Generated {
    Value(u32, Vec<u8>),
    Sequence(u32, Vec<Vec<Self>>),
}

/// Tags of all kinds of VR, in their order; the sequence is the last.
const VALUES: [u32; 14] = [
    0x0008_0018, // UI
    0x0008_0020, // DA
    0x0008_0060, // CS
    0x0010_0010, // PN
    0x0010_0020, // LO
    0x0010_4000, // LT
    0x0018_0050, // DS
    0x0020_9057, // UL
    0x0028_0009, // AT
    0x0028_0010, // US
    0x0040_9225, // FD
    0x0040_A160, // UT
    0x0054_1330, // US
    0x7FE0_0010, // OW
];
const SEQUENCES: [u32; 2] = [0x0008_1140, 0x0040_A730];

/// A value that fits the VR: text in pairs of letters, numbers of the right size.
fn value_of(tag: u32) -> BoxedStrategy<Vec<u8>> {
    let unit = match dictionary::vr_of(tag) {
        vr::US | vr::OW => 2,
        vr::UL | vr::AT => 4,
        vr::FD => 8,
        _ => return "([A-Z0-9]{2}){0,6}".prop_map(String::into_bytes).boxed(),
    };
    prop::collection::vec(any::<u8>(), 0..4 * unit)
        .prop_map(move |mut bytes| {
            bytes.truncate(bytes.len() / unit * unit);
            bytes
        })
        .boxed()
}

fn elements() -> impl Strategy<Value = Vec<Generated>> {
    let value = prop::sample::select(&VALUES[..])
        .prop_flat_map(|tag| value_of(tag).prop_map(move |value| Generated::Value(tag, value)));
    let leaf = prop::collection::vec(value.clone(), 0..6);
    leaf.prop_recursive(4, 60, 6, move |inner| {
        let sequence = (prop::sample::select(&SEQUENCES[..]), prop::collection::vec(inner, 0..3))
            .prop_map(|(tag, items)| Generated::Sequence(tag, items));
        (prop::collection::vec(value.clone(), 0..6), prop::collection::vec(sequence, 0..3))
            .prop_map(|(values, sequences)| values.into_iter().chain(sequences).collect())
    })
}

fn build(data_set: &mut DataSet, parent: Option<ElementId>, elements: &[Generated]) {
    for element in elements {
        // A tag that is there already is left out.
        match element {
            Generated::Value(tag, value) => {
                if let Some(id) = data_set.insert(parent, true, *tag, 0, false, UNDEFINED) {
                    data_set.set_value_le(id, value).unwrap();
                }
            }
            Generated::Sequence(tag, items) => {
                let Some(sequence) = data_set.insert(parent, true, *tag, 0, true, UNDEFINED) else {
                    continue;
                };
                for elements in items {
                    let item = data_set.insert(Some(sequence), true, ITEM, 0, true, UNDEFINED).unwrap();
                    build(data_set, Some(item), elements);
                }
            }
        }
    }
}

/// An element: level, tag and value (little endian).
type Flat = (u32, u32, Vec<u8>);

fn without_vr(data_set: &DataSet) -> Vec<Flat> {
    outline(data_set).into_iter().map(|(level, tag, _, _, value)| (level, tag, value)).collect()
}

/// What dicom-object read, in the same form.
fn outline_of(object: &InMemDicomObject, level: u32, all: &mut Vec<Flat>) {
    for element in object.iter() {
        let element: &InMemElement<StandardDataDictionary> = element;
        let tag = u32::from(element.header().tag.0) << 16 | u32::from(element.header().tag.1);
        match element.items() {
            Some(items) => {
                all.push((level, tag, Vec::new()));
                for item in items {
                    all.push((level + 1, ITEM, Vec::new()));
                    outline_of(item, level + 2, all);
                }
            }
            None => all.push((level, tag, bytes_of(element))),
        }
    }
}

fn bytes_of(element: &InMemElement<StandardDataDictionary>) -> Vec<u8> {
    match element.value().primitive() {
        // It would write them out as text.
        Some(PrimitiveValue::Tags(tags)) => {
            tags.iter().flat_map(|tag| [tag.0.to_le_bytes(), tag.1.to_le_bytes()].concat()).collect()
        }
        _ => element.to_bytes().unwrap().into_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_encoded_is_read_again(
        elements in elements(),
        explicit_lengths: bool,
    ) {
        let mut made = DataSet::new(EXPLICIT);
        build(&mut made, None, &elements);
        let expected = outline(&made);
        let options = EncodeOptions { explicit_lengths, group_lengths: false };
        for to in NATIVE {
            let bytes = encoded(&made, to, options);
            let read = travelled(bytes.clone(), to);
            prop_assert!(read.parse().is_ok());
            prop_assert_eq!(&outline(&read), &expected);
            // Written again it is the same, byte for byte, changed or not.
            prop_assert_eq!(&encoded(&read, to, EncodeOptions::default()), &bytes);
            if to != DEFLATED {
                let mut copy = DataSet::new(to);
                copy.copy_from(None, &read, None, &mut |_, _| true).unwrap();
                prop_assert_eq!(&encoded(&copy, to, options), &bytes);
            }
        }
    }

    #[test]
    fn dicom_object_reads_the_same(elements in elements(), explicit_lengths: bool) {
        let mut made = DataSet::new(EXPLICIT);
        build(&mut made, None, &elements);
        let expected = without_vr(&made);
        for (to, theirs) in [
            (IMPLICIT, entries::IMPLICIT_VR_LITTLE_ENDIAN.erased()),
            (EXPLICIT, entries::EXPLICIT_VR_LITTLE_ENDIAN.erased()),
            (BIG, entries::EXPLICIT_VR_BIG_ENDIAN.erased()),
        ] {
            let bytes = encoded(&made, to, EncodeOptions { explicit_lengths, group_lengths: false });
            let object = InMemDicomObject::read_dataset_with_ts(bytes.as_slice(), &theirs).unwrap();
            let mut found = Vec::new();
            outline_of(&object, 0, &mut found);
            prop_assert_eq!(&found, &expected);
            // And what it writes is read here.
            let mut written = Vec::new();
            object.write_dataset_with_ts(&mut written, &theirs).unwrap();
            let read = travelled(written, to);
            prop_assert!(read.parse().is_ok());
            let again = without_vr(&read);
            prop_assert_eq!(&again, &expected);
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for syntax in NATIVE {
            let read = travelled(bytes.clone(), syntax);
            let _ = (read.parse(), outline(&read));
            let _ = read.encode(IMPLICIT, &EncodeOptions::default(), &mut Vec::new());
        }
    }
}
