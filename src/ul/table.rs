//! Table 9-10 of PS3.8: states, events, actions and the table that joins them.
//!
//! This file is data. It is written so that it can be held beside PS3.8 9.2: the names are the
//! standard's, the rows and columns stand in the standard's order. It must not carry out anything:
//! what an action does is the business of `association.rs`, and so is everything the standard
//! leaves to the implementation.
//!
//! ```text
//!             requestor                                      acceptor
//!
//!                +---------------- Sta1 idle ----------------+
//!       Evt1 AE-1|                                           |Evt5 AE-5  ARTIM runs
//!                v                                           v
//!   Sta4 awaiting transport                     Sta2 awaiting A-ASSOCIATE-RQ
//!       Evt2 AE-2|                                           |Evt6 AE-6 --(not acceptable)--+
//!                v                                           v                              |
//!   Sta5 awaiting A-ASSOCIATE-AC or -RJ         Sta3 awaiting the user's answer             |
//!       Evt3 AE-3|    \ Evt4 AE-4               Evt7 AE-7|     \ Evt8 AE-8                  |
//!                v     +--> Sta1                         v      +---------------------------+
//!                +---> Sta6 association established <----+                                  |
//!          Evt11 AR-1|                       |Evt12 AR-2                                    |
//!                    v                       v                                              |
//!   Sta7 awaiting A-RELEASE-RP    Sta8 awaiting the user's release response --Evt14 AR-4----+
//!        |Evt13 AR-3 --> Sta1                                                               |
//!        |Evt12 AR-8: release collision                                                     |
//!        +-- requestor: Sta9 --Evt14 AR-9--> Sta11 --Evt13 AR-3--> Sta1                     |
//!        +-- acceptor: Sta10 --Evt13 AR-10-> Sta12 --Evt14 AR-4-----------------------------+
//!                                                                                           v
//!   from every state with an association:                       Sta13 awaiting the end of the
//!   Evt15 AA-1, what was not expected or not                    transport connection, ARTIM runs
//!   valid AA-8 (AA-1 in Sta2)   --> Sta13                       Evt17 AR-5, Evt18 AA-2 --> Sta1
//!   Evt16 AA-3, Evt17 AA-4      --> Sta1
//! ```

use std::fmt;

/// The action and the next state for `event` in `state`, or `None` where Table 9-10 is blank.
///
/// A blank cell means that the event cannot happen, or that a command must be refused.
#[allow(
    clippy::indexing_slicing,
    reason = "both indices are discriminants of our own enums, less one, in a table of that very size"
)]
pub const fn transition(state: State, event: Event) -> Option<Transition> {
    let cell = TABLE[event as usize - 1][state as usize - 1];
    match cell {
        Some(action) => Some(Transition { action, next: action.next() }),
        None => None,
    }
}

/// What a cell of Table 9-10 holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The action to carry out.
    pub action: Action,
    /// Where it leads.
    pub next: Next,
}

/// The next state as Tables 9-6 to 9-9 give it with each action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// One state, whatever the circumstances.
    State(State),
    /// AE-6: it depends on whether the service-provider can accept the A-ASSOCIATE-RQ.
    Acceptable {
        /// The request goes to the user.
        yes: State,
        /// The provider rejected it.
        no: State,
    },
    /// AR-8: it depends on who requested the association.
    Side {
        /// The side that sent the A-ASSOCIATE-RQ.
        requestor: State,
        /// The side that received it.
        acceptor: State,
    },
}

/// States of the Upper Layer, PS3.8 9.2.1, Tables 9-1 to 9-5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum State {
    /// Idle.
    Sta1 = 1,
    /// Transport connection open, awaiting A-ASSOCIATE-RQ PDU. ARTIM runs.
    Sta2,
    /// Awaiting the local user's A-ASSOCIATE response primitive.
    Sta3,
    /// Awaiting the opening of the transport connection.
    Sta4,
    /// Awaiting A-ASSOCIATE-AC or A-ASSOCIATE-RJ PDU.
    Sta5,
    /// Association established and ready for data transfer.
    Sta6,
    /// Awaiting A-RELEASE-RP PDU.
    Sta7,
    /// Awaiting the local user's A-RELEASE response primitive.
    Sta8,
    /// Release collision, requestor side: awaiting the local user's A-RELEASE response primitive.
    Sta9,
    /// Release collision, acceptor side: awaiting A-RELEASE-RP PDU.
    Sta10,
    /// Release collision, requestor side: awaiting A-RELEASE-RP PDU.
    Sta11,
    /// Release collision, acceptor side: awaiting the local user's A-RELEASE response primitive.
    Sta12,
    /// Awaiting the end of the transport connection; the association no longer exists. ARTIM runs.
    Sta13,
}

/// Events of the Upper Layer, the rows of Table 9-10 in PS3.8 9.2.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Event {
    /// A-ASSOCIATE request (local user).
    Evt1 = 1,
    /// Transport connect confirmation (local transport service).
    Evt2,
    /// A-ASSOCIATE-AC PDU received.
    Evt3,
    /// A-ASSOCIATE-RJ PDU received.
    Evt4,
    /// Transport connection indication (local transport service).
    Evt5,
    /// A-ASSOCIATE-RQ PDU received.
    Evt6,
    /// A-ASSOCIATE response primitive, accept (local user).
    Evt7,
    /// A-ASSOCIATE response primitive, reject (local user).
    Evt8,
    /// P-DATA request primitive (local user).
    Evt9,
    /// P-DATA-TF PDU received.
    Evt10,
    /// A-RELEASE request primitive (local user).
    Evt11,
    /// A-RELEASE-RQ PDU received.
    Evt12,
    /// A-RELEASE-RP PDU received.
    Evt13,
    /// A-RELEASE response primitive (local user).
    Evt14,
    /// A-ABORT request primitive (local user).
    Evt15,
    /// A-ABORT PDU received.
    Evt16,
    /// Transport connection closed (local transport service).
    Evt17,
    /// ARTIM timer expired.
    Evt18,
    /// Unrecognized or invalid PDU received.
    Evt19,
}

/// Actions of the Upper Layer, PS3.8 9.2.2, Tables 9-6 to 9-9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Action {
    /// Issue a TRANSPORT CONNECT request.
    AE1,
    /// Send A-ASSOCIATE-RQ PDU.
    AE2,
    /// Issue A-ASSOCIATE confirmation (accept).
    AE3,
    /// Issue A-ASSOCIATE confirmation (reject) and close the transport connection.
    AE4,
    /// Answer the transport connection; start ARTIM.
    AE5,
    /// Stop ARTIM; indicate an acceptable A-ASSOCIATE-RQ, otherwise send A-ASSOCIATE-RJ and start ARTIM.
    AE6,
    /// Send A-ASSOCIATE-AC PDU.
    AE7,
    /// Send A-ASSOCIATE-RJ PDU and start ARTIM.
    AE8,
    /// Send P-DATA-TF PDU.
    DT1,
    /// Issue P-DATA indication.
    DT2,
    /// Send A-RELEASE-RQ PDU.
    AR1,
    /// Issue A-RELEASE indication.
    AR2,
    /// Issue A-RELEASE confirmation and close the transport connection.
    AR3,
    /// Send A-RELEASE-RP PDU and start ARTIM.
    AR4,
    /// Stop ARTIM.
    AR5,
    /// Issue P-DATA indication (while awaiting A-RELEASE-RP).
    AR6,
    /// Send P-DATA-TF PDU (while owing a release response).
    AR7,
    /// Issue A-RELEASE indication (release collision).
    AR8,
    /// Send A-RELEASE-RP PDU (release collision).
    AR9,
    /// Issue A-RELEASE confirmation (release collision).
    AR10,
    /// Send A-ABORT PDU (service-user source); start, or restart, ARTIM.
    AA1,
    /// Stop ARTIM if it runs; close the transport connection.
    AA2,
    /// Issue A-ABORT or A-P-ABORT indication as received; close the transport connection.
    AA3,
    /// Issue A-P-ABORT indication.
    AA4,
    /// Stop ARTIM.
    AA5,
    /// Ignore the PDU.
    AA6,
    /// Send A-ABORT PDU.
    AA7,
    /// Send A-ABORT PDU (service-provider source); issue A-P-ABORT indication; start ARTIM.
    AA8,
}

impl State {
    /// All states in the order of the columns of Table 9-10.
    #[rustfmt::skip]
    pub const ALL: [Self; 13] = [
        Self::Sta1, Self::Sta2, Self::Sta3, Self::Sta4, Self::Sta5, Self::Sta6, Self::Sta7,
        Self::Sta8, Self::Sta9, Self::Sta10, Self::Sta11, Self::Sta12, Self::Sta13,
    ];
}

impl Event {
    /// All events in the order of the rows of Table 9-10.
    #[rustfmt::skip]
    pub const ALL: [Self; 19] = [
        Self::Evt1, Self::Evt2, Self::Evt3, Self::Evt4, Self::Evt5, Self::Evt6, Self::Evt7,
        Self::Evt8, Self::Evt9, Self::Evt10, Self::Evt11, Self::Evt12, Self::Evt13, Self::Evt14,
        Self::Evt15, Self::Evt16, Self::Evt17, Self::Evt18, Self::Evt19,
    ];

    /// What happened, in words, for messages and logs.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Evt1 => "A-ASSOCIATE request",
            Self::Evt2 => "transport connection confirmed",
            Self::Evt3 => "A-ASSOCIATE-AC received",
            Self::Evt4 => "A-ASSOCIATE-RJ received",
            Self::Evt5 => "transport connection indicated",
            Self::Evt6 => "A-ASSOCIATE-RQ received",
            Self::Evt7 => "A-ASSOCIATE response (accept)",
            Self::Evt8 => "A-ASSOCIATE response (reject)",
            Self::Evt9 => "P-DATA request",
            Self::Evt10 => "P-DATA-TF received",
            Self::Evt11 => "A-RELEASE request",
            Self::Evt12 => "A-RELEASE-RQ received",
            Self::Evt13 => "A-RELEASE-RP received",
            Self::Evt14 => "A-RELEASE response",
            Self::Evt15 => "A-ABORT request",
            Self::Evt16 => "A-ABORT received",
            Self::Evt17 => "transport connection closed",
            Self::Evt18 => "ARTIM timer expired",
            Self::Evt19 => "unrecognized or invalid PDU received",
        }
    }
}

impl Action {
    /// The next state as Tables 9-6 to 9-9 give it.
    pub const fn next(self) -> Next {
        use State::*;
        match self {
            Self::AE1 => Next::State(Sta4),
            Self::AE2 => Next::State(Sta5),
            Self::AE3 | Self::AE7 | Self::DT1 | Self::DT2 => Next::State(Sta6),
            Self::AE5 => Next::State(Sta2),
            Self::AE6 => Next::Acceptable { yes: Sta3, no: Sta13 },
            Self::AR1 | Self::AR6 => Next::State(Sta7),
            Self::AR2 | Self::AR7 => Next::State(Sta8),
            Self::AR8 => Next::Side { requestor: Sta9, acceptor: Sta10 },
            Self::AR9 => Next::State(Sta11),
            Self::AR10 => Next::State(Sta12),
            Self::AE8 | Self::AR4 | Self::AA1 | Self::AA6 | Self::AA7 | Self::AA8 => Next::State(Sta13),
            Self::AE4 | Self::AR3 | Self::AR5 | Self::AA2 | Self::AA3 | Self::AA4 | Self::AA5 => {
                Next::State(Sta1)
            }
        }
    }

    /// The action's name as the standard writes it, such as `AE-1`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AE1 => "AE-1",
            Self::AE2 => "AE-2",
            Self::AE3 => "AE-3",
            Self::AE4 => "AE-4",
            Self::AE5 => "AE-5",
            Self::AE6 => "AE-6",
            Self::AE7 => "AE-7",
            Self::AE8 => "AE-8",
            Self::DT1 => "DT-1",
            Self::DT2 => "DT-2",
            Self::AR1 => "AR-1",
            Self::AR2 => "AR-2",
            Self::AR3 => "AR-3",
            Self::AR4 => "AR-4",
            Self::AR5 => "AR-5",
            Self::AR6 => "AR-6",
            Self::AR7 => "AR-7",
            Self::AR8 => "AR-8",
            Self::AR9 => "AR-9",
            Self::AR10 => "AR-10",
            Self::AA1 => "AA-1",
            Self::AA2 => "AA-2",
            Self::AA3 => "AA-3",
            Self::AA4 => "AA-4",
            Self::AA5 => "AA-5",
            Self::AA6 => "AA-6",
            Self::AA7 => "AA-7",
            Self::AA8 => "AA-8",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Sta{}", *self as u8)
    }
}

impl fmt::Display for Event {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Evt{} ({})", *self as u8, self.description())
    }
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A row of Table 9-10; `_` is a cell that the standard leaves blank.
macro_rules! row {
    (@ _) => { None };
    (@ $action:ident) => { Some(Action::$action) };
    ($($cell:tt)+) => { [$(row!(@ $cell)),+] };
}

/// Table 9-10 of PS3.8 9.2.3, rows Evt1 to Evt19, columns Sta1 to Sta13. The next state goes with the
/// action, see [`Action::next`].
#[rustfmt::skip]
const TABLE: [[Option<Action>; State::ALL.len()]; Event::ALL.len()] = [
    //               Sta1 Sta2 Sta3 Sta4 Sta5 Sta6 Sta7 Sta8 Sta9 St10 St11 St12 St13
    /* Evt1  */ row![AE1  _    _    _    _    _    _    _    _    _    _    _    _  ],
    /* Evt2  */ row![_    _    _    AE2  _    _    _    _    _    _    _    _    _  ],
    /* Evt3  */ row![_    AA1  AA8  _    AE3  AA8  AA8  AA8  AA8  AA8  AA8  AA8  AA6],
    /* Evt4  */ row![_    AA1  AA8  _    AE4  AA8  AA8  AA8  AA8  AA8  AA8  AA8  AA6],
    /* Evt5  */ row![AE5  _    _    _    _    _    _    _    _    _    _    _    _  ],
    /* Evt6  */ row![_    AE6  AA8  _    AA8  AA8  AA8  AA8  AA8  AA8  AA8  AA8  AA7],
    /* Evt7  */ row![_    _    AE7  _    _    _    _    _    _    _    _    _    _  ],
    /* Evt8  */ row![_    _    AE8  _    _    _    _    _    _    _    _    _    _  ],
    /* Evt9  */ row![_    _    _    _    _    DT1  _    AR7  _    _    _    _    _  ],
    /* Evt10 */ row![_    AA1  AA8  _    AA8  DT2  AR6  AA8  AA8  AA8  AA8  AA8  AA6],
    /* Evt11 */ row![_    _    _    _    _    AR1  _    _    _    _    _    _    _  ],
    /* Evt12 */ row![_    AA1  AA8  _    AA8  AR2  AR8  AA8  AA8  AA8  AA8  AA8  AA6],
    /* Evt13 */ row![_    AA1  AA8  _    AA8  AA8  AR3  AA8  AA8  AR10 AR3  AA8  AA6],
    /* Evt14 */ row![_    _    _    _    _    _    _    AR4  AR9  _    _    AR4  _  ],
    /* Evt15 */ row![_    _    AA1  AA2  AA1  AA1  AA1  AA1  AA1  AA1  AA1  AA1  _  ],
    /* Evt16 */ row![_    AA2  AA3  _    AA3  AA3  AA3  AA3  AA3  AA3  AA3  AA3  AA2],
    /* Evt17 */ row![_    AA5  AA4  AA4  AA4  AA4  AA4  AA4  AA4  AA4  AA4  AA4  AR5],
    /* Evt18 */ row![_    AA2  _    _    _    _    _    _    _    _    _    _    AA2],
    /* Evt19 */ row![_    AA1  AA8  _    AA8  AA8  AA8  AA8  AA8  AA8  AA8  AA8  AA7],
];
