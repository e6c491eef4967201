//! A provider that keeps nothing of what it gets, and a requestor that a bare socket serves.
//!
//! The recorder of the other tests keeps every event, which would be mistaken for a leak where memory is counted.

use crate::support::hooks::{accepting, address_of};
use crate::support::peer::{Host, Peer};
use crate::support::wire::{self, COMMAND, LAST, Request};
use crate::support::{DEADLINE, until};
use ldicomnet::Code;
use ldicomnet::dimse::{self, CommandSet};
use ldicomnet::engine::{Hooks, IpType, Message, Net, Settings, StoreDecision, StoreRequest};
use ldicomnet::pdu::Associate;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

pub(crate) const C_STORE_RQ: u16 = 0x0001;
pub(crate) const C_FIND_RQ: u16 = 0x0020;
pub(crate) const INSTANCE: &[u8] = b"1.2.826.0.1.3680043.2.1143";

type Decide = Box<dyn Fn(&StoreRequest<'_>) -> StoreDecision + Send + Sync>;
type Look = Box<dyn Fn(&Message) -> u16 + Send + Sync>;

/// Stores as it is told, and answers with the status that comes from looking.
pub(crate) struct Provider {
    decide: Decide,
    look: Look,
    /// How often it was asked where an object goes.
    pub(crate) asked: AtomicUsize,
    /// How many messages it got.
    pub(crate) messages: AtomicUsize,
    /// Bytes of P-DATA-TFs that arrived, headers included.
    pub(crate) data_bytes: AtomicU64,
}

impl Provider {
    pub(crate) fn new(
        decide: impl Fn(&StoreRequest<'_>) -> StoreDecision + Send + Sync + 'static,
        look: impl Fn(&Message) -> u16 + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            decide: Box::new(decide),
            look: Box::new(look),
            asked: AtomicUsize::new(0),
            messages: AtomicUsize::new(0),
            data_bytes: AtomicU64::new(0),
        })
    }

    /// One that takes everything and looks at nothing.
    pub(crate) fn plain() -> Arc<Self> {
        Self::new(|_| StoreDecision::AsUsual, |_| 0)
    }

    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.asked.load(Ordering::SeqCst), self.messages.load(Ordering::SeqCst))
    }
}

impl Hooks for Provider {
    fn on_accept(&self, net: &Net, _code: Code) {
        net.accept(&Net::new(Arc::clone(net.hooks()))).expect("a connection waits");
    }

    fn on_associate_request(&self, net: &Net, request: &Arc<Associate>) {
        net.associate_accept(&accepting(request)).expect("it was requested");
    }

    fn on_receive(&self, _net: &Net, _code: Code, pdu_type: u8, bytes: &[u8]) {
        if pdu_type == 4 {
            self.data_bytes.fetch_add(bytes.len() as u64, Ordering::SeqCst);
        }
    }

    fn on_store_begin(&self, _net: &Net, request: &StoreRequest<'_>) -> StoreDecision {
        self.asked.fetch_add(1, Ordering::SeqCst);
        (self.decide)(request)
    }

    fn on_message(&self, net: &Net, message: &Message) {
        self.messages.fetch_add(1, Ordering::SeqCst);
        let status = (self.look)(message);
        if let Some(response) = dimse::response_to(&message.command, status) {
            net.send_command(message.presentation_context_id, response, None).expect("it is associated");
        }
    }
}

/// A listener with such a provider.
pub(crate) struct Serving {
    pub(crate) net: Net,
    pub(crate) hooks: Arc<Provider>,
    pub(crate) address: SocketAddr,
}

impl Serving {
    pub(crate) fn with(hooks: Arc<Provider>, settings: impl FnOnce(&mut Settings)) -> Self {
        let net = Net::new(Arc::clone(&hooks) as Arc<_>);
        net.update_settings(settings);
        net.listen(b"127.0.0.1", 0, 128, IpType::V4).unwrap();
        let address = address_of(&net);
        Self { net, hooks, address }
    }

    pub(crate) fn start(hooks: Arc<Provider>) -> Self {
        Self::with(hooks, |_| {})
    }

    /// A peer whose one context is of this transfer syntax.
    pub(crate) fn peer(&self, transfer_syntax: &[u8]) -> Peer {
        let mut peer = Peer::connect(self.address);
        let contexts = vec![wire::context(1, wire::VERIFICATION, &[transfer_syntax])];
        peer.associate(&Request { contexts, ..Request::default() }.bytes());
        peer
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.net.server_close();
    }
}

/// An object that has requested an association of a bare socket, and the socket.
pub(crate) fn requestor(hooks: Arc<dyn Hooks>, settings: impl FnOnce(&mut Settings)) -> (Net, Peer) {
    let (net, mut peer) = requesting(hooks, settings);
    peer.send(&wire::associate_ac(16_384, &[wire::answered_context(1, 0, wire::IMPLICIT)]));
    until("it is associated", || net.is_associated());
    (net, peer)
}

/// As [`requestor`], with the answer still to come.
pub(crate) fn requesting(hooks: Arc<dyn Hooks>, settings: impl FnOnce(&mut Settings)) -> (Net, Peer) {
    let host = Host::new();
    let net = Net::new(hooks);
    net.update_settings(settings);
    net.connect_wait(b"", 0, b"127.0.0.1", host.port(), IpType::V4, Some(DEADLINE)).unwrap();
    let mut peer = host.accept();
    let mut request = Associate::new(ldicomnet::pdu::AssociateForm::Request);
    request.add_context(1, 0, wire::VERIFICATION).unwrap();
    request.add_transfer_syntax(1, wire::IMPLICIT).unwrap();
    net.associate_request(&request).unwrap();
    assert_eq!(peer.pdu()[0], 1, "an A-ASSOCIATE-RQ");
    (net, peer)
}

/// The command of a C-STORE-RQ with these UIDs.
pub(crate) fn store_command(class: &[u8], instance: &[u8], message_id: u16) -> Vec<u8> {
    let command = wire::command_set(&[
        wire::element(0x0002, &wire::padded(class)),
        wire::element(0x0100, &C_STORE_RQ.to_le_bytes()),
        wire::element(0x0110, &message_id.to_le_bytes()),
        wire::element(0x0700, &0_u16.to_le_bytes()),
        wire::element(0x0800, &0_u16.to_le_bytes()),
        wire::element(0x1000, &wire::padded(instance)),
    ]);
    wire::data_tf(1, COMMAND | LAST, &command)
}

/// A whole C-STORE-RQ, its data set in PDUs that every peer takes.
pub(crate) fn store_rq(class: &[u8], instance: &[u8], message_id: u16, data: &[u8]) -> Vec<u8> {
    [store_command(class, instance, message_id), data_set(data)].concat()
}

/// A whole C-FIND-RQ.
pub(crate) fn find_rq(message_id: u16, identifier: &[u8]) -> Vec<u8> {
    let command = wire::request_command(wire::VERIFICATION, C_FIND_RQ, message_id, true);
    [wire::data_tf(1, COMMAND | LAST, &command), data_set(identifier)].concat()
}

fn data_set(data: &[u8]) -> Vec<u8> {
    let (last, most) = data
        .chunks(16_000)
        .collect::<Vec<_>>()
        .split_last()
        .map_or_else(|| (&[][..], Vec::new()), |(last, most)| (*last, most.to_vec()));
    let mut bytes: Vec<u8> = most.iter().flat_map(|chunk| wire::data_tf(1, 0, chunk)).collect();
    bytes.extend(wire::data_tf(1, LAST, last));
    bytes
}

/// The status and the message ID of the next response.
#[track_caller]
pub(crate) fn answer(peer: &mut Peer) -> (u16, u16) {
    let pdu = peer.pdu();
    assert_eq!(pdu[0], 4, "no P-DATA-TF: {pdu:02x?}");
    let command = CommandSet::parse(&wire::pdvs(&pdu)[0].2).expect("a command set");
    (command.status().unwrap(), command.message_id_being_responded_to().unwrap())
}
