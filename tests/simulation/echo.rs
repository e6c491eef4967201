//! The smallest world: one listener, one requestor, one C-ECHO.

use ldicomnet::Code;
use ldicomnet::dimse;
use ldicomnet::engine::{Hooks, IpType, Message, Net, shut_down};
use ldicomnet::pdu::{Associate, AssociateForm, Uid};
use ldicomnet::simulation::{self, Faults};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

const VERIFICATION: &[u8] = b"1.2.840.10008.1.1";

struct Scp;

impl Hooks for Scp {
    fn on_accept(&self, net: &Net, _code: Code) {
        net.accept(&Net::new(Arc::new(Self))).unwrap();
    }

    fn on_associate_request(&self, net: &Net, request: &Arc<Associate>) {
        let accepted = [Uid::new(VERIFICATION).unwrap()];
        net.associate_accept(&request.accepting(&accepted)).unwrap();
    }
}

#[derive(Default)]
struct Scu {
    echoes: AtomicU32,
    released: AtomicU32,
}

impl Hooks for Scu {
    fn on_connect(&self, net: &Net, code: Code) {
        assert_eq!(code, Code::Success);
        let mut request = Associate::new(AssociateForm::Request);
        request.add_context(1, 0, VERIFICATION).unwrap();
        request.add_transfer_syntax(1, Uid::IMPLICIT_VR_LITTLE_ENDIAN.as_bytes()).unwrap();
        net.associate_request(&request).unwrap();
    }

    fn on_associate_accept(&self, net: &Net, _associate: &Arc<Associate>) {
        net.send_command(1, dimse::c_echo_rq(1, VERIFICATION), None).unwrap();
    }

    fn on_message(&self, net: &Net, message: &Message) {
        assert_eq!(message.command.status(), Some(0));
        self.echoes.fetch_add(1, Ordering::Relaxed);
        net.release_request().unwrap();
    }

    fn on_release_response(&self, net: &Net) {
        self.released.fetch_add(1, Ordering::Relaxed);
        net.close();
    }
}

fn world(seed: u64) -> u64 {
    simulation::begin(seed, Faults::default());
    let listener = Net::new(Arc::new(Scp));
    listener.listen(b"192.0.2.100", 104, 8, IpType::V4).unwrap();
    let scu = Arc::new(Scu::default());
    let requestor = Net::new(Arc::clone(&scu) as Arc<dyn Hooks>);
    requestor.connect(b"", 0, b"192.0.2.100", 104, IpType::V4).unwrap();
    let mut steps = 0;
    while simulation::step(None).is_some() {
        steps += 1;
        assert!(steps < 10_000, "seed {seed}: it never ends");
    }
    assert_eq!(scu.echoes.load(Ordering::Relaxed), 1, "seed {seed}");
    assert_eq!(scu.released.load(Ordering::Relaxed), 1, "seed {seed}");
    listener.close();
    while simulation::step(None).is_some() {}
    assert_eq!(simulation::remains(), simulation::Remains::default(), "seed {seed}");
    shut_down();
    let trace = simulation::trace();
    simulation::end();
    trace
}

#[test]
fn one_echo_leaves_nothing_behind_and_is_the_same_again() {
    let traces: Vec<u64> = (0..200).map(world).collect();
    assert_eq!(traces, (0..200).map(world).collect::<Vec<_>>());
    assert!(traces.windows(2).any(|pair| pair[0] != pair[1]));
}
