//! The command set of a DIMSE message: elements of group 0000, implicit VR
//! little endian (PS3.7 6.3.1).
//!
//! Held as it is encoded, so that parsing one is a check and one copy, and
//! encoding one is a copy. There are about ten elements in it, so that walking
//! them costs less than any index of them would.
//! It must not judge what the elements mean to a message.

use std::fmt;
use std::ops::Range;

use super::element::{self, Kind};
use super::error::CommandError;
use super::requests::DATA_SET_ABSENT;
use super::wire::{
    ELEMENT_HEADER_BYTES, Elements, check_element, elements_of, padding_for, put_element, put_number,
    without_padding,
};

/// The whole of (0000,0000): its header and one 32-bit number.
const GROUP_LENGTH_BYTES: usize = ELEMENT_HEADER_BYTES + 4;
/// The most bytes of elements: what the value of (0000,0000) can count, less a
/// pad byte for each element that there can be, which `encode` may add.
const BYTES_MAX: usize = (u32::MAX - u16::MAX as u32) as usize;

/// The command set of a DIMSE message.
///
/// Elements are named by their element number alone, since the group is always
/// 0000; see [`element`]. The group length (0000,0000) is not one of them: it
/// is read over, and written as it has to be.
///
/// An empty command set takes no memory, any other one allocation.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct CommandSet {
    /// Invariant: whole elements of group 0000 as on the wire, in ascending
    /// order, none of them twice, without (0000,0000). Lengths may be odd; only
    /// `encode` makes them even.
    bytes: Vec<u8>,
}

impl CommandSet {
    /// A command set without elements.
    pub const fn new() -> Self {
        Self { bytes: Vec::new() }
    }

    /// A command set that takes this many bytes of elements without allocating.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes) }
    }

    /// A command set that takes so many numbers of 16 bits, and these texts, padded,
    /// without allocating.
    pub(super) fn with_room_for(numbers: usize, texts: &[&[u8]]) -> Self {
        let text_bytes: usize = texts.iter().map(|text| ELEMENT_HEADER_BYTES + text.len() + 1).sum();
        Self::with_capacity(numbers * (ELEMENT_HEADER_BYTES + 2) + text_bytes)
    }

    /// Reads a command set, which must fill `bytes` to the end.
    ///
    /// Peers get these wrong without harm, so that they are let pass: a group
    /// length that is missing or wrong, elements out of order, values of odd
    /// length, and unknown elements, which are kept as they are. Which elements
    /// are there is not looked at.
    ///
    /// # Errors
    ///
    /// Elements of another group, elements that are there twice, an undefined
    /// length, and lengths that go past the end.
    pub fn parse(bytes: &[u8]) -> Result<Self, CommandError> {
        if bytes.len() > BYTES_MAX {
            return Err(CommandError::TooLong { length: bytes.len() });
        }
        let mut rest = bytes;
        let mut without_group_length = bytes;
        let mut previous = None;
        let mut is_ascending = true;
        while !rest.is_empty() {
            let (element, after) = check_element(rest, bytes.len() - rest.len())?;
            match previous {
                Some(previous) => is_ascending &= previous < element,
                None if element == element::COMMAND_GROUP_LENGTH => without_group_length = after,
                None => {}
            }
            previous = Some(element);
            rest = after;
        }
        if is_ascending {
            return Ok(Self { bytes: without_group_length.to_vec() });
        }
        Self::sorted(bytes)
    }

    /// The slow way of `parse`, for elements that are not in ascending order.
    fn sorted(bytes: &[u8]) -> Result<Self, CommandError> {
        let mut elements: Vec<(u16, &[u8])> = elements_of(bytes).collect();
        elements.sort_unstable_by_key(|&(element, _)| element);
        let mut set = Self::with_capacity(bytes.len());
        let mut previous = None;
        for (element, value) in elements {
            if previous == Some(element) {
                return Err(CommandError::Doubled { element });
            }
            previous = Some(element);
            if element != element::COMMAND_GROUP_LENGTH {
                put_element(&mut set.bytes, element, value, None);
            }
        }
        Ok(set)
    }

    /// Appends the command set to `out`, the right group length in front and
    /// all values of even length, as PS3.5 7.1.1 has it.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let odd_values = self.iter().filter(|(_, value)| !value.len().is_multiple_of(2)).count();
        let length = self.bytes.len() + odd_values;
        out.reserve(GROUP_LENGTH_BYTES + length);
        // Fits, by BYTES_MAX.
        let group_length = (length as u32).to_le_bytes();
        put_element(out, element::COMMAND_GROUP_LENGTH, &group_length, None);
        if odd_values == 0 {
            out.extend_from_slice(&self.bytes);
            return;
        }
        for (element, value) in self.iter() {
            put_element(out, element, value, padding_for(element, value));
        }
    }

    /// The number in `element`; `None` if it is not there, or its value is not
    /// exactly the two bytes of one 16-bit number.
    pub fn u16(&self, element: u16) -> Option<u16> {
        let value: [u8; 2] = self.raw(element)?.try_into().ok()?;
        Some(u16::from_le_bytes(value))
    }

    /// The text in `element` without the NULs and spaces at its end; `None` if
    /// it is not there. The bytes are the peer's: nothing says that they are
    /// characters of any repertoire.
    pub fn text(&self, element: u16) -> Option<&[u8]> {
        self.raw(element).map(without_padding)
    }

    /// The attribute tags in `element`, the group in the upper 16 bits; `None`
    /// if it is not there, or its length is not a multiple of 4.
    pub fn tags(&self, element: u16) -> Option<Vec<u32>> {
        let value = self.raw(element)?;
        let (tags, rest) = value.as_chunks::<4>();
        rest.is_empty().then(|| {
            // Two 16-bit numbers in little endian each, not one of 32 bits.
            tags.iter().map(|&[g0, g1, e0, e1]| u32::from_be_bytes([g1, g0, e1, e0])).collect()
        })
    }

    /// The value of `element` as it is; `None` if it is not there.
    pub fn raw(&self, element: u16) -> Option<&[u8]> {
        self.iter()
            .take_while(|&(found, _)| found <= element)
            .find_map(|(found, value)| (found == element).then_some(value))
    }

    /// Whether `element` is there, with whatever value.
    pub fn contains(&self, element: u16) -> bool {
        self.raw(element).is_some()
    }

    /// Sets `element` to one 16-bit number.
    ///
    /// # Panics
    ///
    /// If the command set came to more than 4 GiB.
    pub fn set_u16(&mut self, element: u16, value: u16) {
        self.put(element, &value.to_le_bytes(), None);
    }

    /// Sets `element` to a text, padded to even length: with NUL if it is a UID
    /// (PS3.5 9.1), with a space if it is anything else.
    ///
    /// # Panics
    ///
    /// If the command set came to more than 4 GiB.
    pub fn set_text(&mut self, element: u16, text: &[u8]) {
        let padding = match element::kind(element) {
            Some(Kind::Uid) => 0,
            _ => b' ',
        };
        let is_odd = !text.len().is_multiple_of(2);
        self.put(element, text, is_odd.then_some(padding));
    }

    /// Sets `element` to attribute tags, the group in their upper 16 bits.
    ///
    /// # Panics
    ///
    /// If the command set came to more than 4 GiB.
    pub fn set_tags(&mut self, element: u16, tags: &[u32]) {
        let value: Vec<u8> = tags
            .iter()
            .flat_map(|tag| {
                let [g1, g0, e1, e0] = tag.to_be_bytes();
                [g0, g1, e0, e1]
            })
            .collect();
        self.put(element, &value, None);
    }

    /// Sets `element` to a value as it is. `encode` pads one of odd length.
    ///
    /// # Panics
    ///
    /// If the command set came to more than 4 GiB.
    pub fn set_raw(&mut self, element: u16, value: &[u8]) {
        self.put(element, value, None);
    }

    /// Takes `element` out, and says whether it was there.
    pub fn remove(&mut self, element: u16) -> bool {
        let place = self.place(element);
        let is_there = !place.is_empty();
        self.bytes.drain(place);
        is_there
    }

    /// The elements in ascending order, with their values as they are.
    pub fn iter(&self) -> Elements<'_> {
        elements_of(&self.bytes)
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Replaces `element` or inserts it where it belongs. The group length is
    /// left alone: it is nobody's to set.
    fn put(&mut self, element: u16, value: &[u8], padding: Option<u8>) {
        if element == element::COMMAND_GROUP_LENGTH {
            return;
        }
        // As with the capacity of a Vec, nothing real gets there, and lengths
        // that wrapped would be worse.
        let taken = self.bytes.len() + ELEMENT_HEADER_BYTES + 1;
        assert!(value.len() <= BYTES_MAX.saturating_sub(taken), "a command set of more than 4 GiB");
        let place = self.place(element);
        if place.start == self.bytes.len() {
            // The usual case: messages are put together in ascending order.
            put_element(&mut self.bytes, element, value, padding);
            return;
        }
        let mut replacement = Vec::with_capacity(ELEMENT_HEADER_BYTES + value.len() + 1);
        put_element(&mut replacement, element, value, padding);
        self.bytes.splice(place, replacement);
    }

    /// As [`set_u16`](Self::set_u16), for an element behind all that are there.
    pub(super) fn append_u16(&mut self, element: u16, value: u16) {
        debug_assert_eq!(self.place(element), self.bytes.len()..self.bytes.len());
        put_number(&mut self.bytes, element, value);
    }

    /// Where in `bytes` the element is, or the empty range where it belongs.
    fn place(&self, element: u16) -> Range<usize> {
        let mut start = 0;
        for (found, value) in self.iter() {
            let end = start + ELEMENT_HEADER_BYTES + value.len();
            if found == element {
                return start..end;
            }
            if found > element {
                break;
            }
            start = end;
        }
        start..start
    }
}

/// The elements that messages are told by. Each is `None` if it is not there
/// or has no value of its kind.
impl CommandSet {
    /// Which operation this is: (0000,0100), see [`super::command_field`].
    pub fn command_field(&self) -> Option<u16> {
        self.u16(element::COMMAND_FIELD)
    }

    /// The number of a request: (0000,0110).
    pub fn message_id(&self) -> Option<u16> {
        self.u16(element::MESSAGE_ID)
    }

    /// The number of the request that this responds to, or that it cancels:
    /// (0000,0120).
    pub fn message_id_being_responded_to(&self) -> Option<u16> {
        self.u16(element::MESSAGE_ID_BEING_RESPONDED_TO)
    }

    /// How the operation went: (0000,0900), see [`super::status`].
    pub fn status(&self) -> Option<u16> {
        self.u16(element::STATUS)
    }

    /// Whether a data set follows: (0000,0800) is anything but 0101H
    /// (PS3.7 E.1-1). False also where it is not there at all.
    pub fn has_data_set(&self) -> bool {
        self.u16(element::COMMAND_DATA_SET_TYPE).is_some_and(|data_set_type| data_set_type != DATA_SET_ABSENT)
    }

    /// (0000,0700): 0 medium, 1 high, 2 low.
    pub fn priority(&self) -> Option<u16> {
        self.u16(element::PRIORITY)
    }

    /// The SOP Class of a C-* message, N-EVENT-REPORT or N-CREATE, and of every
    /// response: (0000,0002).
    pub fn affected_sop_class_uid(&self) -> Option<&[u8]> {
        self.text(element::AFFECTED_SOP_CLASS_UID)
    }

    /// The SOP Class of an N-GET-RQ, N-SET-RQ, N-ACTION-RQ or N-DELETE-RQ:
    /// (0000,0003).
    pub fn requested_sop_class_uid(&self) -> Option<&[u8]> {
        self.text(element::REQUESTED_SOP_CLASS_UID)
    }

    /// The SOP Instance that goes with an Affected SOP Class: (0000,1000).
    pub fn affected_sop_instance_uid(&self) -> Option<&[u8]> {
        self.text(element::AFFECTED_SOP_INSTANCE_UID)
    }

    /// The SOP Instance that goes with a Requested SOP Class: (0000,1001).
    pub fn requested_sop_instance_uid(&self) -> Option<&[u8]> {
        self.text(element::REQUESTED_SOP_INSTANCE_UID)
    }

    /// The AE title that a C-MOVE-RQ wants instances sent to: (0000,0600).
    pub fn move_destination(&self) -> Option<&[u8]> {
        self.text(element::MOVE_DESTINATION)
    }

    /// What the peer says about an error, for people to read: (0000,0902).
    pub fn error_comment(&self) -> Option<&[u8]> {
        self.text(element::ERROR_COMMENT)
    }
}

impl<'a> IntoIterator for &'a CommandSet {
    type Item = (u16, &'a [u8]);
    type IntoIter = Elements<'a>;

    fn into_iter(self) -> Elements<'a> {
        self.iter()
    }
}

/// `(0000,0110) 7, (0000,0902) "no disk"`, and so on. Text is escaped, for
/// what a peer wrote must not be able to write a log line of its own.
impl fmt::Debug for CommandSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CommandSet {")?;
        let mut separator = " ";
        for (element, value) in self {
            write!(f, "{separator}(0000,{element:04X}) ")?;
            separator = ", ";
            match (element::kind(element), value) {
                (Some(Kind::Number), &[low, high]) => {
                    write!(f, "{:04X}H", u16::from_le_bytes([low, high]))?;
                }
                (Some(Kind::Uid | Kind::Text), text) => {
                    write!(f, "\"{}\"", without_padding(text).escape_ascii())?;
                }
                (_, bytes) => write!(f, "{bytes:02X?}")?,
            }
        }
        f.write_str(" }")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One element as on the wire, with a length of its own.
    fn wire(group: u16, element: u16, length: u32, value: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(&group.to_le_bytes());
        bytes.extend_from_slice(&element.to_le_bytes());
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(value);
        bytes
    }

    /// A C-ECHO-RQ with message id 7, byte for byte.
    fn echo_bytes() -> Vec<u8> {
        [
            wire(0, 0x0000, 4, &[56, 0, 0, 0]),
            wire(0, 0x0002, 18, b"1.2.840.10008.1.1\0"),
            wire(0, 0x0100, 2, &[0x30, 0x00]),
            wire(0, 0x0110, 2, &[7, 0]),
            wire(0, 0x0800, 2, &[0x01, 0x01]),
        ]
        .concat()
    }

    fn encoded(set: &CommandSet) -> Vec<u8> {
        let mut bytes = Vec::new();
        set.encode(&mut bytes);
        bytes
    }

    #[test]
    fn parses_and_encodes_an_echo_byte_for_byte() {
        let set = CommandSet::parse(&echo_bytes()).unwrap();
        assert_eq!(set.len(), 4);
        assert_eq!(set.command_field(), Some(0x0030));
        assert_eq!(set.message_id(), Some(7));
        assert_eq!(set.message_id_being_responded_to(), None);
        assert_eq!(set.status(), None);
        assert!(!set.has_data_set());
        assert_eq!(set.affected_sop_class_uid(), Some(b"1.2.840.10008.1.1".as_slice()));
        assert_eq!(set.raw(0x0002), Some(b"1.2.840.10008.1.1\0".as_slice()));
        assert_eq!(set.raw(0x0000), None);
        assert_eq!(encoded(&set), echo_bytes());
    }

    #[test]
    fn a_missing_or_wrong_group_length_is_put_right() {
        let echo = echo_bytes();
        let without = &echo[12..];
        for group_length in [vec![], wire(0, 0, 4, &[0xFF; 4]), wire(0, 0, 0, &[]), wire(0, 0, 2, &[56, 0])] {
            let bytes = [group_length.as_slice(), without].concat();
            assert_eq!(encoded(&CommandSet::parse(&bytes).unwrap()), echo);
        }
    }

    #[test]
    fn elements_out_of_order_are_sorted() {
        let echo = echo_bytes();
        // The group length and the class at the end, everything else before.
        let bytes = [&echo[38..], &echo[..12], &echo[12..38]].concat();
        assert_eq!(encoded(&CommandSet::parse(&bytes).unwrap()), echo);
    }

    #[test]
    fn unknown_elements_are_kept_as_they_are() {
        let unknown = wire(0, 0xABCD, 5, &[1, 2, 3, 0, 32]);
        let set = CommandSet::parse(&[echo_bytes(), unknown].concat()).unwrap();
        assert_eq!(set.raw(0xABCD), Some([1, 2, 3, 0, 32].as_slice()));
        assert_eq!(set.len(), 5);
    }

    #[test]
    fn refuses_what_is_no_command_set() {
        let cases = [
            (wire(0x0008, 0x0018, 2, b"1\0"), CommandError::ForeignGroup { group: 8, element: 0x18 }, 5),
            (wire(0, 0x0110, u32::MAX, &[1, 0]), CommandError::UndefinedLength { element: 0x0110 }, 6),
            (
                wire(0, 0x0110, 3, &[1, 0]),
                CommandError::PastEnd { element: 0x0110, length: 3, remaining: 2 },
                6,
            ),
            (
                wire(0, 0x0110, u32::MAX - 1, &[]),
                CommandError::PastEnd { element: 0x0110, length: u32::MAX - 1, remaining: 0 },
                6,
            ),
            (
                [wire(0, 0x0110, 2, &[1, 0]), vec![0; 7]].concat(),
                CommandError::TruncatedElement { offset: 10, remaining: 7 },
                6,
            ),
            (
                [wire(0, 0x0110, 2, &[1, 0]), wire(0, 0x0110, 2, &[1, 0])].concat(),
                CommandError::Doubled { element: 0x0110 },
                5,
            ),
            (
                [wire(0, 0, 4, &[0; 4]), wire(0, 0, 4, &[0; 4])].concat(),
                CommandError::Doubled { element: 0 },
                5,
            ),
        ];
        for (bytes, error, abort_reason) in cases {
            assert_eq!(CommandSet::parse(&bytes), Err(error));
            assert_eq!(error.abort_reason(), abort_reason);
        }
    }

    #[test]
    fn an_empty_command_set_parses_and_encodes() {
        let set = CommandSet::parse(&[]).unwrap();
        assert!(set.is_empty());
        assert_eq!(encoded(&set), wire(0, 0, 4, &[0; 4]));
        assert_eq!(CommandSet::parse(&encoded(&set)).unwrap(), set);
    }

    #[test]
    fn numbers_have_two_bytes() {
        for value in [&[][..], &[1], &[1, 0, 0], &[1, 0, 2, 0]] {
            let mut set = CommandSet::new();
            set.set_raw(element::MESSAGE_ID, value);
            assert_eq!(set.message_id(), None);
            assert_eq!(set.raw(element::MESSAGE_ID), Some(value));
        }
    }

    #[test]
    fn text_is_padded_as_its_kind_is() {
        let mut set = CommandSet::new();
        set.set_text(element::AFFECTED_SOP_CLASS_UID, b"1.2");
        set.set_text(element::MOVE_DESTINATION, b"ARCHIVE");
        set.set_text(element::ERROR_COMMENT, b"");
        assert_eq!(set.raw(0x0002), Some(b"1.2\0".as_slice()));
        assert_eq!(set.raw(0x0600), Some(b"ARCHIVE ".as_slice()));
        assert_eq!(set.move_destination(), Some(b"ARCHIVE".as_slice()));
        assert_eq!(set.error_comment(), Some(b"".as_slice()));
        set.set_raw(0x0902, b" a b \0 \0");
        assert_eq!(set.error_comment(), Some(b" a b".as_slice()));
    }

    #[test]
    fn tags_are_two_numbers_each() {
        let mut set = CommandSet::new();
        set.set_tags(element::ATTRIBUTE_IDENTIFIER_LIST, &[0x0010_0020, 0x7FE0_0010]);
        let value = [0x10, 0x00, 0x20, 0x00, 0xE0, 0x7F, 0x10, 0x00];
        assert_eq!(set.raw(0x1005), Some(value.as_slice()));
        assert_eq!(set.tags(0x1005), Some(vec![0x0010_0020, 0x7FE0_0010]));
        set.set_tags(0x0901, &[]);
        assert_eq!(set.tags(0x0901), Some(vec![]));
        set.set_raw(0x0901, &[1, 2, 3]);
        assert_eq!(set.tags(0x0901), None);
        assert_eq!(set.tags(0x0902), None);
    }

    #[test]
    fn elements_are_replaced_inserted_and_removed_in_order() {
        let mut set = CommandSet::new();
        set.set_u16(element::STATUS, 1);
        set.set_u16(element::MESSAGE_ID, 2);
        set.set_text(element::ERROR_COMMENT, b"long enough to move the rest");
        set.set_u16(element::COMMAND_FIELD, 3);
        set.set_text(element::ERROR_COMMENT, b"short");
        set.set_u16(element::STATUS, 4);
        set.set_u16(element::COMMAND_GROUP_LENGTH, 5);
        let order: Vec<u16> = set.iter().map(|(element, _)| element).collect();
        assert_eq!(order, [0x0100, 0x0110, 0x0900, 0x0902]);
        assert_eq!(set.status(), Some(4));
        assert!(set.contains(0x0110));
        assert!(set.remove(0x0110));
        assert!(!set.remove(0x0110));
        assert_eq!(set.message_id(), None);
        assert_eq!(set.error_comment(), Some(b"short".as_slice()));
        assert_eq!(CommandSet::parse(&encoded(&set)).unwrap(), set);
    }

    #[test]
    fn encode_makes_odd_values_even() {
        let mut set = CommandSet::new();
        set.set_raw(element::AFFECTED_SOP_CLASS_UID, b"1.2");
        set.set_raw(element::ERROR_COMMENT, b"odd");
        let bytes =
            [wire(0, 0, 4, &[24, 0, 0, 0]), wire(0, 0x0002, 4, b"1.2\0"), wire(0, 0x0902, 4, b"odd ")]
                .concat();
        assert_eq!(encoded(&set), bytes);
    }

    #[test]
    fn any_data_set_type_but_0101_announces_a_data_set() {
        let mut set = CommandSet::new();
        assert!(!set.has_data_set());
        for data_set_type in [0x0000, 0x0001, 0x0100, 0x0102, 0xFFFF] {
            set.set_u16(element::COMMAND_DATA_SET_TYPE, data_set_type);
            assert!(set.has_data_set());
        }
        set.set_u16(element::COMMAND_DATA_SET_TYPE, 0x0101);
        assert!(!set.has_data_set());
    }

    #[test]
    fn debug_escapes_what_a_peer_wrote() {
        let mut set = CommandSet::new();
        set.set_u16(element::MESSAGE_ID, 7);
        set.set_text(element::ERROR_COMMENT, b"a\nb\x1B\xFF");
        set.set_raw(0x7777, &[1, 2]);
        assert_eq!(
            format!("{set:?}"),
            r#"CommandSet { (0000,0110) 0007H, (0000,0902) "a\nb\x1b\xff", (0000,7777) [01, 02] }"#
        );
    }
}
