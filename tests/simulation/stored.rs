//! What is on the disk when a store is answered, which nothing shows but the calls that are made for it.

use ldicomnet::Code;
use ldicomnet::dataset::Content;
use ldicomnet::dimse;
use ldicomnet::engine::{Hooks, IpType, Message, Net, StoreDecision, StoreRequest};
use ldicomnet::pdu::{Associate, Uid};
use ldicomnet::simulation::{self, Faults, Remains};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

const CT_IMAGE: Uid = Uid::from_static("1.2.840.10008.5.1.4.1.1.2");

/// Writes every object into one file, and answers success.
struct Keeper(PathBuf);

impl Hooks for Keeper {
    fn on_accept(&self, net: &Net, _code: Code) {
        net.accept(&Net::new(Arc::clone(net.hooks()))).unwrap();
    }

    fn on_associate_request(&self, net: &Net, request: &Arc<Associate>) {
        net.associate_accept(&request.accepting(&[CT_IMAGE])).unwrap();
    }

    fn on_store_begin(&self, _net: &Net, _request: &StoreRequest<'_>) -> StoreDecision {
        StoreDecision::File(self.0.clone())
    }

    fn on_message(&self, net: &Net, message: &Message) {
        let response = dimse::response_to(&message.command, 0).unwrap();
        net.send_command(message.presentation_context_id, response, None).unwrap();
    }
}

/// Stores one object, and keeps the status that it is answered with.
#[derive(Default)]
struct Sender(Mutex<Option<u16>>);

impl Hooks for Sender {
    fn on_connect(&self, net: &Net, _code: Code) {
        let contexts = [(CT_IMAGE, [Uid::IMPLICIT_VR_LITTLE_ENDIAN])];
        net.associate_request(&Associate::request(b"KEEPER", b"SENDER", contexts).unwrap()).unwrap();
    }

    fn on_associate_accept(&self, net: &Net, _associate: &Arc<Associate>) {
        let store = dimse::c_store_rq(1, CT_IMAGE.as_bytes(), b"1.2.3", 0, None);
        net.send_command(1, store, Some(Content::from(vec![0; 1000]))).unwrap();
    }

    fn on_message(&self, net: &Net, message: &Message) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = message.command.status();
        net.release_request().unwrap();
    }
}

#[test]
fn what_is_to_be_on_the_disk_is_there_before_it_is_answered() {
    for (seed, sync) in [(1, false), (2, true), (3, true)] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("object");
        // No disk takes anything for good.
        simulation::begin(seed, Faults { sync: 1, ..Faults::default() });
        let listener = Net::new(Arc::new(Keeper(path.clone())));
        listener.update_settings(|settings| settings.sync = sync);
        listener.listen(b"10.0.0.1", 104, 8, IpType::V4).unwrap();
        let sender = Arc::new(Sender::default());
        let requestor = Net::new(Arc::clone(&sender) as Arc<dyn Hooks>);
        requestor.connect(b"", 0, b"10.0.0.1", 104, IpType::V4).unwrap();
        while simulation::step(None).is_some() {}
        let status = sender.0.lock().unwrap_or_else(PoisonError::into_inner).unwrap();
        assert_eq!(status == 0, !sync, "{status:04X}");
        assert_eq!(path.exists(), !sync);
        listener.close();
        while simulation::step(None).is_some() {}
        assert_eq!(simulation::remains(), Remains::default());
        simulation::end();
    }
}
