//! The values of Command Field (0000,0100): PS3.7 E.1-1, chapters 9 and 10.
//!
//! Numbers and names only.

/// The bit that tells a response from a request (PS3.7 E.1-1).
pub const RESPONSE: u16 = 0x8000;

macro_rules! commands {
    ($($name:ident = $number:literal, $text:literal;)*) => {
        $(
            #[doc = concat!("The Command Field of a ", $text, ".")]
            pub const $name: u16 = $number;
        )*

        /// The standard's name of a command, such as `C-ECHO-RQ`, or `None` for
        /// a value that the standard does not have.
        pub const fn name(command_field: u16) -> Option<&'static str> {
            match command_field {
                $($number => Some($text),)*
                _ => None,
            }
        }
    };
}

commands! {
    C_STORE_RQ = 0x0001, "C-STORE-RQ";
    C_STORE_RSP = 0x8001, "C-STORE-RSP";
    C_GET_RQ = 0x0010, "C-GET-RQ";
    C_GET_RSP = 0x8010, "C-GET-RSP";
    C_FIND_RQ = 0x0020, "C-FIND-RQ";
    C_FIND_RSP = 0x8020, "C-FIND-RSP";
    C_MOVE_RQ = 0x0021, "C-MOVE-RQ";
    C_MOVE_RSP = 0x8021, "C-MOVE-RSP";
    C_ECHO_RQ = 0x0030, "C-ECHO-RQ";
    C_ECHO_RSP = 0x8030, "C-ECHO-RSP";
    N_EVENT_REPORT_RQ = 0x0100, "N-EVENT-REPORT-RQ";
    N_EVENT_REPORT_RSP = 0x8100, "N-EVENT-REPORT-RSP";
    N_GET_RQ = 0x0110, "N-GET-RQ";
    N_GET_RSP = 0x8110, "N-GET-RSP";
    N_SET_RQ = 0x0120, "N-SET-RQ";
    N_SET_RSP = 0x8120, "N-SET-RSP";
    N_ACTION_RQ = 0x0130, "N-ACTION-RQ";
    N_ACTION_RSP = 0x8130, "N-ACTION-RSP";
    N_CREATE_RQ = 0x0140, "N-CREATE-RQ";
    N_CREATE_RSP = 0x8140, "N-CREATE-RSP";
    N_DELETE_RQ = 0x0150, "N-DELETE-RQ";
    N_DELETE_RSP = 0x8150, "N-DELETE-RSP";
    // Asks to end an operation: the one request that no response answers
    // (PS3.7 9.3.2.3).
    C_CANCEL_RQ = 0x0FFF, "C-CANCEL-RQ";
}

/// The request fields that a response answers, in the order of the standard's
/// chapters 9 and 10. C-CANCEL-RQ is not one of them.
pub const ANSWERED_REQUESTS: [u16; 11] = [
    C_STORE_RQ,
    C_FIND_RQ,
    C_GET_RQ,
    C_MOVE_RQ,
    C_ECHO_RQ,
    N_EVENT_REPORT_RQ,
    N_GET_RQ,
    N_SET_RQ,
    N_ACTION_RQ,
    N_CREATE_RQ,
    N_DELETE_RQ,
];

/// Whether `command_field` is that of a response, known or not.
pub const fn is_response(command_field: u16) -> bool {
    command_field & RESPONSE != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answered_request_has_a_response_of_its_name() {
        for request in ANSWERED_REQUESTS {
            let request_name = name(request).unwrap();
            let response_name = name(request | RESPONSE).unwrap();
            assert!(!is_response(request) && is_response(request | RESPONSE));
            assert_eq!(request_name.strip_suffix("-RQ"), response_name.strip_suffix("-RSP"));
        }
        assert_eq!(name(C_CANCEL_RQ), Some("C-CANCEL-RQ"));
        assert_eq!(name(C_CANCEL_RQ | RESPONSE), None);
    }
}
