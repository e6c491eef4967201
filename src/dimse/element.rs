//! The elements of group 0000, by the names of the standard: PS3.7 annex E.
//!
//! Numbers and names only. What an element means to a message is in PS3.7
//! chapters 9 and 10, and in the modules that use it.

/// How the value of a command element is written (PS3.5 6.2), as far as a
/// command set needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A UID: text padded with one NUL.
    Uid,
    /// Other text (AE, LO, SH, LT, CS, IS): padded with a space.
    Text,
    /// One or more 16-bit numbers (US).
    Number,
    /// One 32-bit number (UL).
    LongNumber,
    /// One or more attribute tags (AT).
    Tags,
}

macro_rules! elements {
    ($($name:ident = $number:literal, $kind:ident, $text:literal;)*) => {
        $(
            #[doc = concat!($text, ", element ", stringify!($number), " of group 0000.")]
            pub const $name: u16 = $number;
        )*

        /// Every element of PS3.7 annex E in ascending order: number, how its
        /// value is written, name.
        pub const ALL: &[(u16, Kind, &str)] = &[$(($number, Kind::$kind, $text)),*];
    };
}

elements! {
    COMMAND_GROUP_LENGTH = 0x0000, LongNumber, "Command Group Length";
    COMMAND_LENGTH_TO_END = 0x0001, LongNumber, "Command Length to End (retired)";
    AFFECTED_SOP_CLASS_UID = 0x0002, Uid, "Affected SOP Class UID";
    REQUESTED_SOP_CLASS_UID = 0x0003, Uid, "Requested SOP Class UID";
    COMMAND_RECOGNITION_CODE = 0x0010, Text, "Command Recognition Code (retired)";
    COMMAND_FIELD = 0x0100, Number, "Command Field";
    MESSAGE_ID = 0x0110, Number, "Message ID";
    MESSAGE_ID_BEING_RESPONDED_TO = 0x0120, Number, "Message ID Being Responded To";
    INITIATOR = 0x0200, Text, "Initiator (retired)";
    RECEIVER = 0x0300, Text, "Receiver (retired)";
    FIND_LOCATION = 0x0400, Text, "Find Location (retired)";
    MOVE_DESTINATION = 0x0600, Text, "Move Destination";
    PRIORITY = 0x0700, Number, "Priority";
    COMMAND_DATA_SET_TYPE = 0x0800, Number, "Command Data Set Type";
    NUMBER_OF_MATCHES = 0x0850, Number, "Number of Matches (retired)";
    RESPONSE_SEQUENCE_NUMBER = 0x0860, Number, "Response Sequence Number (retired)";
    STATUS = 0x0900, Number, "Status";
    OFFENDING_ELEMENT = 0x0901, Tags, "Offending Element";
    ERROR_COMMENT = 0x0902, Text, "Error Comment";
    ERROR_ID = 0x0903, Number, "Error ID";
    AFFECTED_SOP_INSTANCE_UID = 0x1000, Uid, "Affected SOP Instance UID";
    REQUESTED_SOP_INSTANCE_UID = 0x1001, Uid, "Requested SOP Instance UID";
    EVENT_TYPE_ID = 0x1002, Number, "Event Type ID";
    ATTRIBUTE_IDENTIFIER_LIST = 0x1005, Tags, "Attribute Identifier List";
    ACTION_TYPE_ID = 0x1008, Number, "Action Type ID";
    NUMBER_OF_REMAINING_SUB_OPERATIONS = 0x1020, Number, "Number of Remaining Sub-operations";
    NUMBER_OF_COMPLETED_SUB_OPERATIONS = 0x1021, Number, "Number of Completed Sub-operations";
    NUMBER_OF_FAILED_SUB_OPERATIONS = 0x1022, Number, "Number of Failed Sub-operations";
    NUMBER_OF_WARNING_SUB_OPERATIONS = 0x1023, Number, "Number of Warning Sub-operations";
    MOVE_ORIGINATOR_APPLICATION_ENTITY_TITLE = 0x1030, Text,
        "Move Originator Application Entity Title";
    MOVE_ORIGINATOR_MESSAGE_ID = 0x1031, Number, "Move Originator Message ID";
    DIALOG_RECEIVER = 0x4000, Text, "Dialog Receiver (retired)";
    TERMINAL_TYPE = 0x4010, Text, "Terminal Type (retired)";
    MESSAGE_SET_ID = 0x5010, Text, "Message Set ID (retired)";
    END_MESSAGE_ID = 0x5020, Text, "End Message ID (retired)";
    DISPLAY_FORMAT = 0x5110, Text, "Display Format (retired)";
    PAGE_POSITION_ID = 0x5120, Text, "Page Position ID (retired)";
    TEXT_FORMAT_ID = 0x5130, Text, "Text Format ID (retired)";
    NORMAL_REVERSE = 0x5140, Text, "Normal/Reverse (retired)";
    ADD_GRAY_SCALE = 0x5150, Text, "Add Gray Scale (retired)";
    BORDERS = 0x5160, Text, "Borders (retired)";
    COPIES = 0x5170, Text, "Copies (retired)";
    COMMAND_MAGNIFICATION_TYPE = 0x5180, Text, "Command Magnification Type (retired)";
    ERASE = 0x5190, Text, "Erase (retired)";
    PRINT = 0x51A0, Text, "Print (retired)";
    OVERLAYS = 0x51B0, Number, "Overlays (retired)";
}

/// How the value of `element` is written, or `None` for an element that PS3.7
/// annex E does not have.
pub fn kind(element: u16) -> Option<Kind> {
    lookup(element).map(|(_, kind, _)| *kind)
}

/// The standard's name of `element`, or `None` for an element that PS3.7
/// annex E does not have.
pub fn name(element: u16) -> Option<&'static str> {
    lookup(element).map(|(_, _, name)| *name)
}

fn lookup(element: u16) -> Option<&'static (u16, Kind, &'static str)> {
    let index = ALL.binary_search_by_key(&element, |entry| entry.0).ok()?;
    ALL.get(index)
}

/// The byte that makes a value of odd length even: a space for text, NUL for
/// UIDs and for everything that is not known to be text (PS3.5 6.2 and 7.1.1).
pub(super) fn padding(element: u16) -> u8 {
    match kind(element) {
        Some(Kind::Text) => b' ',
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_ascending() {
        assert!(ALL.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn names_and_padding() {
        assert_eq!(name(0x0110), Some("Message ID"));
        assert_eq!(name(0x0111), None);
        assert_eq!(kind(OFFENDING_ELEMENT), Some(Kind::Tags));
        assert_eq!(padding(AFFECTED_SOP_CLASS_UID), 0);
        assert_eq!(padding(MOVE_DESTINATION), b' ');
        assert_eq!(padding(0x7777), 0);
    }
}
