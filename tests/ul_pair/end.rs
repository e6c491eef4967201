//! One end of the simulated pair: its machine, and what its user has seen, which must be in legal order.

use std::time::Instant;

use ldicomnet::pdu::{Framer, Limits};
use ldicomnet::ul::{Association, Config, Indication, Role, State};

use super::ARTIM;

/// One end: the machine, its driver and its user.
pub(super) struct End {
    pub(super) association: Association,
    pub(super) framer: Framer,
    pub(super) input: Vec<u8>,
    /// After an invalid PDU the stream has no more PDUs to find.
    pub(super) deaf: bool,
    pub(super) open: bool,
    /// When the last bytes sent arrive: later ones do not overtake.
    pub(super) last_arrival: Instant,
    pub(super) view: View,
    pub(super) closed: bool,
    pub(super) sent: u32,
    pub(super) received: u32,
    /// The other end's connection carried what its machine did not send.
    pub(super) intruded: bool,
}

/// What the user has seen of the association, which is all he may go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    Nothing,
    /// He requested it, or is asked for it.
    Negotiating,
    Established(Release),
    Ended,
}

/// How far the release is, as the user sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Release {
    pub(super) requested: bool,
    pub(super) indicated: bool,
    pub(super) confirmed: bool,
    pub(super) answered: bool,
}

impl End {
    pub(super) fn new(role: Role, now: Instant) -> Self {
        let config = Config { artim: ARTIM, ..Config::default() };
        Self {
            association: Association::new(role, config),
            framer: Framer::new(Limits::default()),
            input: Vec::new(),
            deaf: false,
            open: false,
            last_arrival: now,
            view: View::Nothing,
            closed: false,
            sent: 0,
            received: 0,
            intruded: false,
        }
    }

    /// Holds an indication against what the user saw before.
    pub(super) fn indicated(&mut self, indication: &Indication) {
        assert!(!self.closed, "{indication:?} after TransportClosed");
        let role = self.association.role();
        let view = self.view;
        self.view = match (indication, role, view) {
            (Indication::AssociateRequest(_), Role::Acceptor, View::Nothing) => View::Negotiating,
            (Indication::AssociateAccept(_), Role::Requestor, View::Negotiating) => {
                View::Established(Release::default())
            }
            (Indication::AssociateReject(_), Role::Requestor, View::Negotiating) => View::Ended,
            (Indication::ReleaseRequest, _, View::Established(release)) => {
                assert!(!release.indicated && !release.confirmed);
                released(role, Release { indicated: true, ..release })
            }
            (Indication::ReleaseConfirm, _, View::Established(release)) => {
                assert!(release.requested && !release.confirmed);
                released(role, Release { confirmed: true, ..release })
            }
            (
                Indication::Abort(_) | Indication::ProviderAbort(_),
                _,
                View::Negotiating | View::Established(_),
            ) => View::Ended,
            // An intruder on a connection without an association yet: see `handle_pdu`.
            (Indication::ProviderAbort(_), Role::Requestor, View::Nothing) => View::Ended,
            (Indication::TransportClosed, _, View::Nothing | View::Ended) => {
                self.closed = true;
                view
            }
            (other, ..) => panic!("{role:?}: {other:?} in {view:?}"),
        };
    }

    /// Notes what the user did to the release.
    pub(super) fn release_step(&mut self, step: fn(&mut Release)) {
        let View::Established(mut release) = self.view else {
            panic!("a release in {:?}", self.view);
        };
        step(&mut release);
        self.view = released(self.association.role(), release);
    }

    pub(super) fn end_view(&mut self) {
        assert_ne!(self.view, View::Ended, "ended twice");
        self.view = View::Ended;
    }

    pub(super) fn check_end(&self) {
        let role = self.association.role();
        assert_eq!(self.association.state(), State::Sta1, "{role:?}");
        assert!(self.closed, "{role:?} was never told of the end");
        assert!(matches!(self.view, View::Nothing | View::Ended), "{role:?}: {:?}", self.view);
        assert_eq!(self.association.timeout(), None);
        assert_eq!(self.association.requested(), None);
    }
}

/// Is the association over by release? Whoever only asked or only answered is done with the one; in a collision
/// there are both a confirmation and an answer of one's own.
fn released(role: Role, release: Release) -> View {
    let over = match (release.requested, release.indicated) {
        (true, false) => release.confirmed,
        (false, true) => release.answered,
        (true, true) => release.confirmed && release.answered,
        (false, false) => false,
    };
    assert!(!(release.confirmed && release.indicated && role == Role::Requestor) || release.answered);
    if over { View::Ended } else { View::Established(release) }
}
