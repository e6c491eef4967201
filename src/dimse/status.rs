//! Statuses of DIMSE responses (0000,0900): numbers, classes and the
//! standard's terms. PS3.7 annex C, and the service classes of PS3.4 for the
//! codes that they define.
//!
//! This file gives names to codes. It decides nothing for anybody.

macro_rules! statuses {
    ($($name:ident = $number:literal, $text:literal;)*) => {
        $(
            #[doc = concat!("Status ", stringify!($number), ": ", $text, ".")]
            pub const $name: u16 = $number;
        )*

        /// The text of a code that has a name here.
        const fn named_text(status: u16) -> Option<&'static str> {
            match status {
                $($number => Some($text),)*
                _ => None,
            }
        }
    };
}

statuses! {
    SUCCESS = 0x0000, "Success";
    NO_SUCH_ATTRIBUTE = 0x0105, "Failure: No such Attribute";
    INVALID_ATTRIBUTE_VALUE = 0x0106, "Failure: Invalid Attribute Value";
    ATTRIBUTE_LIST_ERROR = 0x0107, "Warning: Attribute list error";
    PROCESSING_FAILURE = 0x0110, "Failure: Processing failure";
    DUPLICATE_INSTANCE = 0x0111, "Failure: Duplicate SOP Instance";
    NO_SUCH_OBJECT_INSTANCE = 0x0112, "Failure: No such SOP Instance";
    NO_SUCH_EVENT_TYPE = 0x0113, "Failure: No such event type";
    NO_SUCH_ARGUMENT = 0x0114, "Failure: No such argument";
    INVALID_ARGUMENT_VALUE = 0x0115, "Failure: Invalid argument value";
    ATTRIBUTE_OUT_OF_RANGE = 0x0116, "Warning: Attribute Value Out of Range";
    INVALID_OBJECT_INSTANCE = 0x0117, "Failure: Invalid SOP Instance";
    NO_SUCH_CLASS = 0x0118, "Failure: No such SOP Class";
    CLASS_INSTANCE_CONFLICT = 0x0119, "Failure: Class-Instance conflict";
    MISSING_ATTRIBUTE = 0x0120, "Failure: Missing Attribute";
    MISSING_ATTRIBUTE_VALUE = 0x0121, "Failure: Missing Attribute Value";
    CLASS_NOT_SUPPORTED = 0x0122, "Refused: SOP Class not supported";
    NO_SUCH_ACTION_TYPE = 0x0123, "Failure: No such action type";
    REFUSED_NOT_AUTHORIZED = 0x0124, "Refused: Not authorized";
    DUPLICATE_TRANSACTION_UID = 0x0131, "Failure: Duplicate Transaction UID";
    DUPLICATE_INVOCATION = 0x0210, "Failure: Duplicate invocation";
    UNRECOGNIZED_OPERATION = 0x0211, "Failure: Unrecognized operation";
    MISTYPED_ARGUMENT = 0x0212, "Failure: Mistyped argument";
    RESOURCE_LIMITATION = 0x0213, "Failure: Resource limitation";
    REFUSED_OUT_OF_RESOURCES = 0xA700, "Refused: Out of resources";
    REFUSED_UNABLE_CALCULATE_MATCHES = 0xA701, "Refused: Out of resources - Unable to calculate number of matches";
    REFUSED_UNABLE_PERFORM_SUB_OPS = 0xA702, "Refused: Out of resources - Unable to perform sub-operations";
    REFUSED_MOVE_DESTINATION_UNKNOWN = 0xA801, "Refused: Move Destination unknown";
    DATA_SET_DOES_NOT_MATCH_CLASS = 0xA900, "Failure: Data Set or Identifier does not match SOP Class";
    WARNING = 0xB000, "Warning: Coercion of Data Elements, or sub-operations with failures";
    FAILURE = 0xC001, "Failure: Cannot understand, or unable to process";
    CANCEL = 0xFE00, "Cancel: Terminated due to Cancel Request";
    PENDING = 0xFF00, "Pending: Matches or sub-operations are continuing";
    PENDING_WARNING = 0xFF01, "Pending: Matches are continuing, with one or more Optional Keys not supported";
}

/// The five classes of PS3.7 C.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusClass {
    /// Done as asked.
    Success,
    /// Not done yet: more responses follow.
    Pending,
    /// Ended early, as asked by a C-CANCEL-RQ.
    Cancel,
    /// Done, but not quite as asked.
    Warning,
    /// Not done.
    Failure,
}

impl StatusClass {
    /// The class of a status (PS3.7 C.1).
    ///
    /// A code in none of the standard's ranges is a failure: nothing may be
    /// taken for done, or waited for, on a code that nobody has defined.
    pub const fn of(status: u16) -> Self {
        match status {
            0x0000 => Self::Success,
            0xFF00 | 0xFF01 => Self::Pending,
            0xFE00 => Self::Cancel,
            0x0001 | 0x0107 | 0x0116 | 0xB000..=0xBFFF => Self::Warning,
            _ => Self::Failure,
        }
    }
}

/// What a status says, in the standard's terms, for logs and tools.
///
/// The ranges Axxx, Bxxx and Cxxx mean what the service class says: where
/// storage and query/retrieve differ, the text names both. Never empty.
pub const fn status_text(status: u16) -> &'static str {
    if let Some(text) = named_text(status) {
        return text;
    }
    match status {
        // Of N-GET, PS3.7 10.1.2.1.
        0x0001 => "Warning: Requested optional Attributes are not supported",
        0xA700..=0xA7FF => "Refused: Out of resources",
        0xA900..=0xA9FF => "Failure: Data Set or Identifier does not match SOP Class",
        0xA000..=0xAFFF => "Failure (defined by the service class)",
        0xB006 => "Warning: Elements discarded",
        0xB007 => "Warning: Data Set does not match SOP Class",
        0xB001..=0xBFFF => "Warning (defined by the service class)",
        0xC000..=0xCFFF => "Failure: Cannot understand, or unable to process",
        _ => "Failure (code not defined by the standard)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_opens_with_the_class_of_its_code() {
        for status in 0..=u16::MAX {
            let text = status_text(status);
            let openings: &[&str] = match StatusClass::of(status) {
                StatusClass::Success => &["Success"],
                StatusClass::Pending => &["Pending"],
                StatusClass::Cancel => &["Cancel"],
                StatusClass::Warning => &["Warning"],
                StatusClass::Failure => &["Failure", "Refused"],
            };
            assert!(openings.iter().any(|opening| text.starts_with(opening)), "{status:04X} {text}");
        }
    }

    #[test]
    fn specific_codes_win_over_their_ranges() {
        assert_eq!(status_text(0xA702), "Refused: Out of resources - Unable to perform sub-operations");
        assert_eq!(status_text(0xA7FF), "Refused: Out of resources");
        assert_eq!(status_text(0xB006), "Warning: Elements discarded");
        assert_eq!(status_text(0x0122), "Refused: SOP Class not supported");
        assert_eq!(status_text(0x7777), "Failure (code not defined by the standard)");
    }
}
