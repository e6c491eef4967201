//! An echo SCU: `cargo run --no-default-features --example echo_scu [HOST]`.
use ldicomnet::dimse;
use ldicomnet::engine::{DispatchMode, Hooks, IpType, Message, Net, wait};
use ldicomnet::pdu::{Associate, Uid};
use std::sync::Arc;

struct EchoScu;

impl Hooks for EchoScu {
    fn on_message(&self, net: &Net, message: &Message) {
        println!("C-ECHO status {:04X}H", message.command.status().unwrap_or(0xFFFF));
        net.release_request().unwrap_or_else(|error| eprintln!("{error}"));
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let host = std::env::args().nth(1).unwrap_or_else(|| "localhost".into());
    let net = Net::new(Arc::new(EchoScu));
    net.update_settings(|settings| settings.dispatch_mode = DispatchMode::Pump); // hooks run in `wait`
    net.connect_wait(b"", 0, host.as_bytes(), 11112, IpType::V4OrV6, None)?;
    let contexts = [(Uid::VERIFICATION, [Uid::IMPLICIT_VR_LITTLE_ENDIAN])];
    net.associate_request(&Associate::request(b"ANY-SCP", b"ECHO-SCU", contexts)?)?;
    while net.is_connected() && !net.is_associated() {
        wait(None)?;
    }
    net.send_command(1, dimse::c_echo_rq(1, Uid::VERIFICATION.as_bytes()), None)?;
    while net.is_connected() {
        wait(None)?;
    }
    Ok(())
}
