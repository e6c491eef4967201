//! An echo SCU: `cargo run --no-default-features --example echo_scu [HOST [PORT]]`.
use ldicomnet::engine::{Hooks, IpType, Message, Net};
use ldicomnet::pdu::{Associate, AssociateForm, Rejection, Uid};
use ldicomnet::{Code, dimse};
use std::sync::{Arc, mpsc::Sender};

struct EchoScu(Sender<String>);

impl Hooks for EchoScu {
    fn on_associate_accept(&self, net: &Net, answer: &Arc<Associate>) {
        let context = answer.find_abstract_syntax(Uid::VERIFICATION.as_bytes()).unwrap_or(0);
        let echo = dimse::c_echo_rq(1, Uid::VERIFICATION.as_bytes());
        net.send_command(context, echo, None).unwrap_or_else(|error| self.0.send(error.to_string()).unwrap());
    }

    fn on_associate_reject(&self, _net: &Net, rejection: Rejection) {
        self.0.send(rejection.to_string()).unwrap();
    }

    fn on_message(&self, net: &Net, message: &Message) {
        self.0.send(format!("C-ECHO status {:04X}H", message.command.status().unwrap_or(0xFFFF))).unwrap();
        net.release_request().unwrap_or_else(|error| eprintln!("{error}"));
    }

    fn on_close(&self, _net: &Net, code: Code, _client: &Net) {
        self.0.send(format!("closed: {}", code.text())).unwrap();
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let host = arguments.next().unwrap_or_else(|| "localhost".into());
    let port = arguments.next().map_or(Ok(11112), |port| port.parse())?;
    let (sender, events) = std::sync::mpsc::channel();
    let net = Net::new(Arc::new(EchoScu(sender)));
    net.connect_wait(b"", 0, host.as_bytes(), port, IpType::V4OrV6, None)?;
    let mut request = Associate::new(AssociateForm::Request);
    request.add_context(1, 0, Uid::VERIFICATION.as_bytes())?;
    request.add_transfer_syntax(1, Uid::IMPLICIT_VR_LITTLE_ENDIAN.as_bytes())?;
    net.associate_request(&request)?;
    events.iter().inspect(|event| println!("{event}")).find(|event| event.starts_with("closed"));
    Ok(())
}
