//! The asynchronous operations window (PS3.7 D.3.3.3): how many requests may be without their
//! final response. One that is beyond it waits here for its place.

use crate::dataset::Content;
use crate::dimse::{CommandSet, StatusClass, command_field};
use crate::pdu::Associate;
use crate::ul::Role;
use std::collections::VecDeque;

/// A message that is about to go out.
pub(super) struct Outgoing {
    pub(super) presentation_context_id: u8,
    pub(super) command: CommandSet,
    pub(super) data_set: Option<Content>,
}

/// The window of one association.
pub(super) struct Window {
    /// How many may be outstanding; 0 is as many as one likes.
    limit: u16,
    /// Message IDs of the requests that were sent and not answered.
    outstanding: Vec<u16>,
    waiting: VecDeque<Outgoing>,
    /// Bytes of memory of those that wait.
    waiting_bytes: usize,
}

impl Default for Window {
    fn default() -> Self {
        Self { limit: 1, outstanding: Vec::new(), waiting: VecDeque::new(), waiting_bytes: 0 }
    }
}

impl Window {
    /// Opens it as far as was negotiated: for the operations that this side invokes. Where nothing
    /// was, operations are synchronous.
    pub(super) fn open(&mut self, negotiated: &Associate, role: Role, is_used: bool) {
        let operations = negotiated.asynchronous_operations.filter(|_| is_used);
        self.limit = operations.map_or(1, |operations| match role {
            Role::Requestor => operations.invoked,
            Role::Acceptor => operations.performed,
        });
    }

    /// Takes the place for a message, or keeps the message until there is one.
    pub(super) fn admit(&mut self, message: Outgoing) -> Option<Outgoing> {
        let Some(message_id) = counted_message_id(&message.command) else { return Some(message) };
        if self.is_full() || !self.waiting.is_empty() {
            self.waiting_bytes += message.memory_bytes();
            self.waiting.push_back(message);
            return None;
        }
        self.outstanding.push(message_id);
        Some(message)
    }

    /// A response has come. True: a place is free that somebody waits for.
    pub(super) fn answered(&mut self, response: &CommandSet) -> bool {
        let is_final = response.status().is_none_or(|status| StatusClass::of(status) != StatusClass::Pending);
        let place = match response.message_id_being_responded_to() {
            _ if !is_final => None,
            Some(message_id) => self.outstanding.iter().position(|&outstanding| outstanding == message_id),
            // One that names no request can only be to the one there is.
            None => (self.outstanding.len() == 1).then_some(0),
        };
        // A response to nothing frees nothing.
        let Some(place) = place else { return false };
        self.outstanding.swap_remove(place);
        !self.waiting.is_empty()
    }

    /// A request that had its place was not sent after all.
    pub(super) fn give_back(&mut self, request: &CommandSet) {
        let id = counted_message_id(request);
        if let Some(place) = self.outstanding.iter().position(|&outstanding| Some(outstanding) == id) {
            self.outstanding.swap_remove(place);
        }
    }

    /// The next that has waited, if there is a place for it.
    pub(super) fn next_waiting(&mut self) -> Option<Outgoing> {
        if self.is_full() {
            return None;
        }
        let message = self.waiting.pop_front()?;
        self.waiting_bytes -= message.memory_bytes();
        self.outstanding.extend(counted_message_id(&message.command));
        Some(message)
    }

    /// Bytes of memory of those that wait.
    pub(super) fn waiting_bytes(&self) -> usize {
        self.waiting_bytes
    }

    /// The association has ended: nothing waits any more.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    fn is_full(&self) -> bool {
        self.limit != 0 && self.outstanding.len() >= usize::from(self.limit)
    }
}

impl Outgoing {
    fn memory_bytes(&self) -> usize {
        let data_set = self.data_set.as_ref().and_then(Content::as_memory).map_or(0, |bytes| bytes.len());
        COMMAND_BYTES + data_set
    }
}

/// What a command set takes in memory, about.
const COMMAND_BYTES: usize = 256;

/// The message ID of a request that will be answered: C-CANCEL is not (PS3.7 9.3.2.3).
pub(super) fn counted_message_id(command: &CommandSet) -> Option<u16> {
    let field = command.command_field()?;
    let is_request = field & command_field::RESPONSE == 0 && field != command_field::C_CANCEL_RQ;
    is_request.then(|| command.message_id()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dimse::{c_echo_rq, c_echo_rsp};
    use crate::pdu::{AssociateForm, AsynchronousOperations};

    const VERIFICATION: &[u8] = b"1.2.840.10008.1.1";

    fn request(message_id: u16) -> Outgoing {
        let command = c_echo_rq(message_id, VERIFICATION);
        Outgoing { presentation_context_id: 1, command, data_set: None }
    }

    fn response(message_id: u16, status: u16) -> CommandSet {
        c_echo_rsp(message_id, VERIFICATION, status)
    }

    fn negotiated(invoked: u16, performed: u16) -> Associate {
        let mut associate = Associate::new(AssociateForm::Accept);
        associate.asynchronous_operations = Some(AsynchronousOperations { invoked, performed });
        associate
    }

    #[test]
    fn without_a_window_the_second_request_waits_for_the_first_ones_final_response() {
        let mut window = Window::default();
        window.open(&Associate::new(AssociateForm::Accept), Role::Requestor, true);
        assert!(window.admit(request(1)).is_some());
        assert!(window.admit(request(2)).is_none());
        assert!(!window.answered(&response(9, 0)), "an answer to nothing");
        assert!(!window.answered(&response(1, 0xFF00)), "pending");
        assert!(window.next_waiting().is_none());
        assert!(window.answered(&response(1, 0)));
        assert_eq!(window.next_waiting().and_then(|it| it.command.message_id()), Some(2));
        assert!(window.next_waiting().is_none());
        assert!(!window.answered(&response(2, 0xC000)));
    }

    #[test]
    fn a_response_that_names_no_request_is_to_the_only_one() {
        let mut nameless = response(1, 0);
        nameless.remove(crate::dimse::element::MESSAGE_ID_BEING_RESPONDED_TO);
        let mut window = Window::default();
        assert!(window.admit(request(1)).is_some() && window.admit(request(2)).is_none());
        assert!(window.answered(&nameless));
        window.open(&negotiated(2, 2), Role::Requestor, true);
        assert!(window.next_waiting().is_some() && window.admit(request(3)).is_some());
        assert!(window.admit(request(4)).is_none());
        assert!(!window.answered(&nameless), "it may be to either");
    }

    #[test]
    fn each_side_has_the_window_for_what_it_invokes() {
        for (role, places) in [(Role::Requestor, 3), (Role::Acceptor, 2)] {
            let mut window = Window::default();
            window.open(&negotiated(3, 2), role, true);
            let admitted = (1..=5).filter(|&id| window.admit(request(id)).is_some()).count();
            assert_eq!(admitted, places);
        }
    }

    #[test]
    fn zero_is_no_limit_and_a_window_that_is_not_used_is_one() {
        let mut window = Window::default();
        window.open(&negotiated(0, 0), Role::Requestor, true);
        assert!((1..=1000).all(|id| window.admit(request(id)).is_some()));
        window.clear();
        window.open(&negotiated(0, 0), Role::Requestor, false);
        assert!(window.admit(request(1)).is_some() && window.admit(request(2)).is_none());
    }

    #[test]
    fn responses_and_cancels_never_wait_and_requests_keep_their_order() {
        let mut window = Window::default();
        assert!(window.admit(request(1)).is_some() && window.admit(request(2)).is_none());
        let command = response(7, 0);
        assert!(window.admit(Outgoing { presentation_context_id: 1, command, data_set: None }).is_some());
        assert!(window.answered(&response(1, 0)));
        // One that comes now does not overtake the one that waits.
        assert!(window.admit(request(3)).is_none());
        let order: Vec<_> = std::iter::from_fn(|| {
            let next = window.next_waiting()?.command.message_id();
            next.inspect(|&id| assert_eq!(window.answered(&response(id, 0)), id == 2))
        })
        .collect();
        assert_eq!(order, [2, 3]);
    }
}
