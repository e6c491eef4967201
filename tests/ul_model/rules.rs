//! What may be said to a user, and what an end may say on the wire: PS3.8 section 7, without Table 9-10.
//!
//! Two small automata that the model holds everything against. They must not look at an association's state: a
//! table that is wrong would then be its own judge.

use ldicomnet::pdu::PduType;
use ldicomnet::ul::Role;

use super::machine::{Command, Told};

/// What is wrong, for the path that leads there.
pub(super) type Foul = String;

/// What the user of an end has seen and done, which is all he may go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum User {
    Nothing,
    /// He requested an association, or is asked for one.
    Negotiating,
    Established(Release),
    Ended(How),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum How {
    Rejected,
    Released,
    Aborted,
}

/// How far a release is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Release {
    pub(super) requested: bool,
    pub(super) indicated: bool,
    pub(super) confirmed: bool,
    pub(super) answered: bool,
}

impl Release {
    /// Whoever only asked or only answered is done with the one; a collision takes both.
    fn judged(self) -> User {
        let over = match (self.requested, self.indicated) {
            (true, false) => self.confirmed,
            (false, true) => self.answered,
            (true, true) => self.confirmed && self.answered,
            (false, false) => false,
        };
        if over { User::Ended(How::Released) } else { User::Established(self) }
    }
}

impl User {
    /// What he has become by this command; `None`: he must not give it now.
    pub(super) fn does(self, role: Role, command: Command) -> Option<Self> {
        match (command, self) {
            (Command::Associate, Self::Nothing) if role == Role::Requestor => Some(Self::Negotiating),
            (Command::Accept, Self::Negotiating) if role == Role::Acceptor => {
                Some(Self::Established(Release::default()))
            }
            (Command::Reject, Self::Negotiating) if role == Role::Acceptor => {
                Some(Self::Ended(How::Rejected))
            }
            // He who asked for the release, or gave it, has no more to say.
            (Command::Send, Self::Established(release)) if !release.requested && !release.answered => {
                Some(self)
            }
            (Command::Release, Self::Established(release)) if !release.requested && !release.indicated => {
                Some(Release { requested: true, ..release }.judged())
            }
            (Command::AnswerRelease, Self::Established(release))
                if release.indicated && !release.answered =>
            {
                Some(Release { answered: true, ..release }.judged())
            }
            (Command::Abort, Self::Negotiating | Self::Established(_)) => Some(Self::Ended(How::Aborted)),
            _ => None,
        }
    }

    /// What he has become by being told this. `intruded`: PDUs came that no machine sent.
    pub(super) fn hears(self, role: Role, told: Told, intruded: bool) -> Result<Self, Foul> {
        match (told, self) {
            (Told::AssociateRequest, Self::Nothing) if role == Role::Acceptor => Ok(Self::Negotiating),
            (Told::AssociateAccept, Self::Negotiating) if role == Role::Requestor => {
                Ok(Self::Established(Release::default()))
            }
            (Told::AssociateReject, Self::Negotiating) if role == Role::Requestor => {
                Ok(Self::Ended(How::Rejected))
            }
            (Told::ReleaseRequest, Self::Established(release))
                if !release.indicated && !release.confirmed =>
            {
                Ok(Release { indicated: true, ..release }.judged())
            }
            // In a collision the acceptor is the first to be confirmed, the requestor the first to answer.
            (Told::ReleaseConfirm, Self::Established(release))
                if release.requested
                    && !release.confirmed
                    && (role == Role::Acceptor || !release.indicated || release.answered) =>
            {
                Ok(Release { confirmed: true, ..release }.judged())
            }
            (Told::Abort | Told::ProviderAbort, Self::Negotiating | Self::Established(_)) => {
                Ok(Self::Ended(How::Aborted))
            }
            // What comes before a request of his own ends the connection that he was to have it on.
            (Told::ProviderAbort, Self::Nothing) if intruded && role == Role::Requestor => {
                Ok(Self::Ended(How::Aborted))
            }
            (Told::TransportClosed, Self::Nothing | Self::Ended(_)) => Ok(self),
            _ => Err(format!("the {role:?}'s user is told of {told:?} as {self:?}")),
        }
    }

    /// Has his end said on the wire what he is at?
    pub(super) fn goes_with(self, role: Role, speech: Speech) -> bool {
        match self {
            // Whoever was never asked has nothing said for him, but what ends a connection without an association.
            Self::Nothing => {
                speech == Speech::Nothing || (role == Role::Acceptor && speech >= Speech::LastWord)
            }
            Self::Negotiating if role == Role::Requestor => speech == Speech::Open,
            Self::Negotiating => speech == Speech::Nothing,
            Self::Established(Release { requested: false, .. }) => speech == Speech::Open,
            Self::Established(Release { answered: true, .. }) if role == Role::Requestor => {
                speech == Speech::Both
            }
            // In a collision the acceptor's answer waits for the other's.
            Self::Established(_) => speech == Speech::Asked,
            Self::Ended(_) => speech >= Speech::LastWord,
        }
    }

    /// How far he is: it never falls.
    pub(super) fn rank(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Negotiating => 1,
            Self::Established(Release { requested, indicated, confirmed, answered }) => {
                2 + [requested, indicated, confirmed, answered].into_iter().filter(|done| *done).count()
            }
            Self::Ended(_) => 7,
        }
    }
}

/// What an end has said on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Speech {
    Nothing,
    /// A-ASSOCIATE-RQ or -AC.
    Open,
    /// A-RELEASE-RQ.
    Asked,
    /// A-RELEASE-RQ and -RP, with the other's -RP still to come: the requestor in a collision.
    Both,
    /// A-ASSOCIATE-RJ, the A-RELEASE-RP that ends the association, or A-ABORT. Nothing follows it.
    LastWord,
    /// An A-ABORT behind the last word, for a peer that starts anew (AA-7).
    Repeated,
}

impl Speech {
    /// What it has become by this PDU. `intruded`: PDUs came that no machine sent.
    pub(super) fn says(self, role: Role, pdu_type: PduType, intruded: bool) -> Result<Self, Foul> {
        let is_requestor = role == Role::Requestor;
        match (self, pdu_type) {
            (Self::Nothing, PduType::AssociateRq) if is_requestor => Ok(Self::Open),
            (Self::Nothing, PduType::AssociateAc) if !is_requestor => Ok(Self::Open),
            (Self::Nothing, PduType::AssociateRj) if !is_requestor => Ok(Self::LastWord),
            (Self::Nothing, PduType::Abort) if !is_requestor || intruded => Ok(Self::LastWord),
            (Self::Open, PduType::DataTf) => Ok(Self::Open),
            (Self::Open, PduType::ReleaseRq) => Ok(Self::Asked),
            (Self::Asked, PduType::ReleaseRp) if is_requestor => Ok(Self::Both),
            (Self::Open | Self::Asked, PduType::ReleaseRp) => Ok(Self::LastWord),
            (Self::Open | Self::Asked | Self::Both, PduType::Abort) => Ok(Self::LastWord),
            (Self::LastWord, PduType::Abort) if intruded => Ok(Self::Repeated),
            _ => Err(format!("the {role:?} sends {pdu_type} after {self:?}")),
        }
    }
}
