//! An echo SCU: `cargo run --no-default-features --example echo_scu [HOST [PORT]]`.
use ldicomnet::engine::{IpType, Requestor};
use ldicomnet::pdu::{Associate, Uid};
use std::time::Duration;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let host = arguments.next().unwrap_or_else(|| "localhost".into());
    let port = arguments.next().map_or(Ok(11112), |port| port.parse())?;
    let contexts = [(Uid::VERIFICATION, [Uid::IMPLICIT_VR_LITTLE_ENDIAN])];
    let request = Associate::request(b"ANY-SCP", b"ECHO-SCU", contexts)?;
    let requestor = Requestor::new(Duration::from_secs(30));
    requestor.associate(host.as_bytes(), port, IpType::V4OrV6, &request)?;
    println!("C-ECHO status {:04X}H", requestor.echo()?);
    Ok(requestor.release()?)
}
