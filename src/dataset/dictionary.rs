//! The dictionary of PS3.6, from dicom-dictionary-std, with tags and VRs as this part of the crate has them.

use super::vr;
use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry, TagRange, VirtualVr};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::StandardDataDictionary;

/// What the dictionary says of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lookup {
    /// This VR.
    Exact(u16),
    /// US, or SS where Pixel Representation is 1.
    Sample,
    /// Nothing: UN.
    Unknown,
}

/// The VR that an element has in an implicit VR transfer syntax.
pub(super) fn look_up(tag: u32) -> Lookup {
    let (group, element) = ((tag >> 16) as u16, tag as u16);
    if element == 0 {
        return Lookup::Exact(vr::UL);
    }
    if group % 2 == 1 {
        // The dictionary's ranges (50xx, 60xx) would take private groups for overlays and curves.
        let is_creator = (0x10..=0xFF).contains(&element);
        return if is_creator { Lookup::Exact(vr::LO) } else { Lookup::Unknown };
    }
    match StandardDataDictionary.by_tag(Tag(group, element)).map(DataDictionaryEntry::vr) {
        None => Lookup::Unknown,
        Some(VirtualVr::Xs) => Lookup::Sample,
        Some(known) => Lookup::Exact(number(known.relaxed())),
    }
}

/// The VR of a tag, two letters; `UN` for a tag that is not known, and a private one that is no creator.
#[must_use]
pub fn vr_of(tag: u32) -> u16 {
    match look_up(tag) {
        Lookup::Exact(vr) => vr,
        Lookup::Sample => vr::US,
        Lookup::Unknown => vr::UN,
    }
}

/// The keyword of a tag, such as `PatientName`.
#[must_use]
pub fn keyword_of(tag: u32) -> Option<&'static str> {
    let tag = Tag((tag >> 16) as u16, tag as u16);
    StandardDataDictionary.by_tag(tag).map(|entry| entry.alias)
}

/// The tag of a keyword; for one of a range (an overlay), the first.
#[must_use]
pub fn tag_of(keyword: &str) -> Option<u32> {
    let entry = StandardDataDictionary.by_name(keyword)?;
    match entry.tag_range() {
        TagRange::GroupLength | TagRange::PrivateCreator => None,
        range => {
            let Tag(group, element) = range.inner();
            Some(u32::from(group) << 16 | u32::from(element))
        }
    }
}

fn number(vr: VR) -> u16 {
    u16::from_be_bytes(vr.to_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_have_the_vr_of_the_standard() {
        for (tag, vr) in [
            (0x0000_0002, vr::UI),
            (0x0000_0000, vr::UL),
            (0x0002_0010, vr::UI),
            (0x0008_0005, vr::CS),
            (0x0008_0000, vr::UL),
            (0x0010_0010, vr::PN),
            (0x0040_A730, vr::SQ),
            (0x7FE0_0010, vr::OW),
            // Repeating groups.
            (0x6002_3000, vr::OW),
            (0x5004_0010, vr::US),
            // Private ones: a creator, an element, a group length, one that looks like an overlay.
            (0x0009_0010, vr::LO),
            (0x0009_1001, vr::UN),
            (0x0009_0000, vr::UL),
            (0x6001_3000, vr::UN),
            (0x0008_FFFE, vr::UN),
        ] {
            assert_eq!(vr_of(tag), vr, "{tag:08X}");
        }
        assert_eq!(look_up(0x0028_0106), Lookup::Sample);
    }

    #[test]
    fn keywords_and_tags_name_each_other() {
        assert_eq!(keyword_of(0x0010_0010), Some("PatientName"));
        assert_eq!(tag_of("PatientName"), Some(0x0010_0010));
        assert_eq!(tag_of("OverlayData"), Some(0x6000_3000));
        assert_eq!((keyword_of(0x0009_1001), tag_of("NoSuchThing")), (None, None));
    }
}
