//! What must be true of the hooks of every object and of the messages of every association: kept by the test,
//! and knowing nothing of the engine but what it promises.

use crate::simulation::payload::Mark;
use ldicomnet::{Code, simulation};
use std::collections::BTreeMap;
use std::time::Duration;

/// Where one life of an object stands, as its hooks and its own calls have told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It listens.
    Listening,
    /// `on_connect` is to come.
    Connecting,
    /// There is a connection, and no association.
    Open,
    /// An association was requested, and not answered.
    Requested,
    Associated,
    /// This side asked for the release.
    Releasing,
    /// The peer did.
    ReleaseAsked,
    /// Released, rejected or aborted: only the end is to come.
    Over,
}

/// One life of an object.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    pub(crate) generation: u32,
    pub(crate) stage: Stage,
    pub(crate) is_acceptor: bool,
    /// When it began, by the world's clock.
    pub(crate) since: Duration,
    /// The association's number; 0 where it is not one between two objects of the model.
    pub(crate) association: u32,
    /// This side aborted: an indication that had come before may still be told.
    is_given_up: bool,
    /// `on_data` told of this message, and `on_message` is to come.
    announced: Option<u16>,
    /// Bytes that `on_receive` and `on_send` told of.
    pub(crate) received_bytes: u64,
    pub(crate) sent_bytes: u64,
}

/// A hook that is called, as far as its order matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hook {
    Condition,
    Accept,
    Connect(Code),
    /// On this object of its own end.
    Close,
    /// On a listener, of a client's end.
    ClientClose,
    Receive(usize),
    Send(Code, u32),
    AssociateRequest,
    AssociateAccept,
    AssociateReject,
    ReleaseRequest,
    ReleaseResponse,
    Abort,
    StoreBegin,
    Data(u16),
    Message(u16),
}

impl Life {
    pub(crate) fn new(generation: u32, stage: Stage, is_acceptor: bool) -> Self {
        Self {
            generation,
            stage,
            is_acceptor,
            since: simulation::time(),
            association: 0,
            is_given_up: false,
            announced: None,
            received_bytes: 0,
            sent_bytes: 0,
        }
    }

    /// May this hook come now? Goes on to what it means.
    pub(crate) fn hook(&mut self, hook: Hook) -> Result<(), String> {
        use Stage::{Associated, Connecting, Listening, Open, Over, ReleaseAsked, Releasing, Requested};
        let before = self.stage;
        let announced = self.announced.take();
        let is_legal = match hook {
            Hook::Condition | Hook::Accept | Hook::ClientClose => before == Listening,
            Hook::Connect(_) => before == Connecting,
            Hook::Close => !matches!(before, Listening | Connecting),
            Hook::Receive(_) | Hook::Send(..) => !matches!(before, Listening | Connecting),
            Hook::AssociateRequest => before == Open && self.is_acceptor,
            Hook::AssociateAccept | Hook::AssociateReject => before == Requested && !self.is_acceptor,
            Hook::ReleaseRequest => matches!(before, Associated | Releasing),
            Hook::ReleaseResponse => before == Releasing,
            Hook::Abort => matches!(before, Requested | Associated | Releasing | ReleaseAsked),
            Hook::StoreBegin | Hook::Data(_) => matches!(before, Associated | Releasing),
            Hook::Message(id) => matches!(before, Associated | Releasing) && announced == Some(id),
        };
        let was_on_its_way = self.is_given_up
            && matches!(
                hook,
                Hook::AssociateAccept
                    | Hook::AssociateReject
                    | Hook::ReleaseRequest
                    | Hook::ReleaseResponse
                    | Hook::Abort
            );
        if was_on_its_way {
            return Ok(());
        }
        if !is_legal {
            return Err(format!("{hook:?} in {before:?} after the announcement of {announced:?}"));
        }
        match hook {
            Hook::Connect(Code::Success) => self.stage = Open,
            Hook::Receive(bytes) => self.received_bytes += bytes as u64,
            Hook::Send(Code::Success, bytes) => self.sent_bytes += u64::from(bytes),
            Hook::AssociateRequest => self.stage = Requested,
            Hook::AssociateAccept => self.stage = Associated,
            Hook::ReleaseRequest if before == Associated => self.stage = ReleaseAsked,
            Hook::AssociateReject | Hook::ReleaseResponse | Hook::Abort => self.stage = Over,
            Hook::Data(id) => self.announced = Some(id),
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn is_given_up(&self) -> bool {
        self.is_given_up
    }

    /// The peer's release request is answered. Where both asked, this side's answer is still to come.
    pub(crate) fn answer_release(&mut self) {
        if self.stage == Stage::ReleaseAsked {
            self.stage = Stage::Over;
        }
    }

    /// The association is ended by this side's own doing.
    pub(crate) fn give_up(&mut self) {
        self.stage = Stage::Over;
        self.is_given_up = true;
        self.announced = None;
    }
}

/// How a message's request fared at its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sending {
    UnderWay,
    Taken,
    Failed,
}

/// A request of one association.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) field: u16,
    pub(crate) length: usize,
    pub(crate) sending: Sending,
    /// Its receiver knows of it.
    pub(crate) has_arrived: bool,
    /// Its receiver had it whole.
    pub(crate) is_whole: bool,
    /// What the receiver's application answered; without one the library does.
    pub(crate) answer: Option<u16>,
    pub(crate) is_answered: bool,
    /// The library may refuse it without a hook, where files fail.
    pub(crate) may_be_refused: bool,
}

/// An association between two objects of the model, by the number in its calling AE title.
#[derive(Debug, Default)]
pub(crate) struct Association {
    /// It was seen by an acceptor.
    pub(crate) is_taken: bool,
    /// Requests from the requestor, and from the acceptor.
    forward: BTreeMap<u16, Sent>,
    backward: BTreeMap<u16, Sent>,
    pub(crate) forward_received_bytes: u64,
    pub(crate) is_released: bool,
}

impl Association {
    pub(crate) fn sent(&mut self, is_forward: bool) -> &mut BTreeMap<u16, Sent> {
        if is_forward { &mut self.forward } else { &mut self.backward }
    }

    /// What was sent with this mark.
    pub(crate) fn request(&self, mark: Mark) -> Option<&Sent> {
        if mark.is_forward { &self.forward } else { &self.backward }.get(&mark.message_id)
    }

    /// A request arrives: the one that was sent next, and no other.
    pub(crate) fn arrives(&mut self, mark: Mark, field: u16) -> Result<&mut Sent, String> {
        let sent = self.sent(mark.is_forward);
        let missing = sent.iter().find(|(id, earlier)| {
            let is_lost =
                earlier.sending == Sending::Taken && !earlier.has_arrived && !earlier.may_be_refused;
            **id < mark.message_id && is_lost
        });
        if let Some((id, earlier)) = missing {
            return Err(format!("{mark:?} came before {id}, which was lost: {earlier:?}"));
        }
        let later = sent.iter().find(|(id, later)| **id > mark.message_id && later.has_arrived);
        if let Some((id, _)) = later {
            return Err(format!("{mark:?} came after {id}"));
        }
        let Some(request) = sent.get_mut(&mark.message_id) else {
            return Err(format!("{mark:?} was never sent"));
        };
        if request.has_arrived || request.sending == Sending::Failed || request.field != field {
            return Err(format!("{mark:?} with the field {field:04X} arrived as {request:?}"));
        }
        request.has_arrived = true;
        Ok(request)
    }

    /// A response arrives.
    pub(crate) fn is_answered(&mut self, mark: Mark, field: u16, status: u16) -> Result<(), String> {
        let Some(request) = self.sent(mark.is_forward).get_mut(&mark.message_id) else {
            return Err(format!("a response to {mark:?}, which was never sent"));
        };
        if request.may_be_refused && status != 0 {
            request.has_arrived = true;
        }
        // What was not kept whole is no success, whoever said so.
        let fits = match request.answer {
            Some(answer) => answer == status,
            None if request.is_whole => status == 0,
            None => status != 0,
        };
        if !request.has_arrived || request.is_answered || request.field | 0x8000 != field || !fits {
            return Err(format!(
                "a response {field:04X} with {status:04X} to {mark:?}, which is {request:?}"
            ));
        }
        request.is_answered = true;
        Ok(())
    }

    /// Everything that the requestor was told was sent has come, and was answered where `answered` says so.
    pub(crate) fn is_complete(&self, answered: bool) -> Result<(), String> {
        let lost = self.forward.iter().find(|(_, sent)| {
            sent.sending == Sending::Taken && (!sent.has_arrived || (answered && !sent.is_answered))
        });
        lost.map_or(Ok(()), |(id, sent)| Err(format!("{id} was lost: {sent:?}")))
    }
}
