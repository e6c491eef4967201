//! What a transfer syntax means for the bytes of a data set (PS3.5 10 and Annex A), from the registry of
//! dicom-rs.

use crate::pdu::Uid;
use dicom_encoding::transfer_syntax::{Codec, Endianness, TransferSyntax, TransferSyntaxIndex};
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;

/// Explicit VR Big Endian (PS3.5 A.3), retired but met.
pub const EXPLICIT_VR_BIG_ENDIAN: Uid = Uid::from_static("1.2.840.10008.1.2.2");
/// Deflated Explicit VR Little Endian (PS3.5 A.5).
pub const DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN: Uid = Uid::from_static("1.2.840.10008.1.2.1.99");

/// The order of the bytes of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    pub(super) fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    pub(super) fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }

    pub(super) fn of_u16(self, number: u16) -> [u8; 2] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    pub(super) fn of_u32(self, number: u32) -> [u8; 4] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }
}

/// How elements are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) is_explicit: bool,
    pub(super) order: Order,
}

impl Form {
    pub(super) const IMPLICIT: Self = Self { is_explicit: false, order: Order::Little };
    pub(super) const EXPLICIT: Self = Self { is_explicit: true, order: Order::Little };
}

/// How a data set is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Encoding {
    pub(super) form: Form,
    /// Is the whole deflated?
    pub(super) is_deflated: bool,
    /// Is pixel data encapsulated?
    pub(super) is_encapsulated: bool,
}

/// How data sets of a transfer syntax are encoded. One that is not known is taken for an
/// encapsulated one: all of those have explicit VR and little endian order (PS3.5 A.4).
pub(super) fn encoding_of(uid: &Uid) -> Encoding {
    let Some(known) = known(uid) else {
        return Encoding { form: Form::EXPLICIT, is_deflated: false, is_encapsulated: true };
    };
    let order = match known.endianness() {
        Endianness::Little => Order::Little,
        Endianness::Big => Order::Big,
    };
    Encoding {
        form: Form { is_explicit: *uid != Uid::IMPLICIT_VR_LITTLE_ENDIAN, order },
        is_deflated: matches!(known.codec(), Codec::Dataset(_)),
        is_encapsulated: known.is_encapsulated_pixel_data(),
    }
}

/// Is it one of the four in which pixel data are native, so that all can become each other?
pub(super) fn is_native(uid: &Uid) -> bool {
    [
        Uid::IMPLICIT_VR_LITTLE_ENDIAN,
        Uid::EXPLICIT_VR_LITTLE_ENDIAN,
        EXPLICIT_VR_BIG_ENDIAN,
        DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    ]
    .contains(uid)
}

/// The registry's entry.
pub(super) fn known(uid: &Uid) -> Option<&'static TransferSyntax> {
    TransferSyntaxRegistry.get(std::str::from_utf8(uid.as_bytes()).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transfer_syntaxes_are_what_the_standard_says() {
        let native = |form| Encoding { form, is_deflated: false, is_encapsulated: false };
        assert_eq!(encoding_of(&Uid::IMPLICIT_VR_LITTLE_ENDIAN), native(Form::IMPLICIT));
        assert_eq!(encoding_of(&Uid::EXPLICIT_VR_LITTLE_ENDIAN), native(Form::EXPLICIT));
        let big = Form { is_explicit: true, order: Order::Big };
        assert_eq!(encoding_of(&EXPLICIT_VR_BIG_ENDIAN), native(big));
        let deflated = encoding_of(&DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN);
        assert_eq!(deflated, Encoding { is_deflated: true, ..native(Form::EXPLICIT) });
        for encapsulated in ["1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.5", "1.2.3.4.5"] {
            let found = encoding_of(&Uid::from_static(encapsulated));
            assert_eq!(found, Encoding { is_encapsulated: true, ..native(Form::EXPLICIT) }, "{encapsulated}");
        }
    }
}
