//! An echo SCP: `cargo run --no-default-features --example echo_scp [PORT]`.
use ldicomnet::engine::{Hooks, IpType, Net};
use ldicomnet::pdu::{Associate, Uid};
use std::sync::Arc;

struct EchoScp;
impl Hooks for EchoScp {
    fn on_associate_request(&self, net: &Net, request: &Arc<Associate>) {
        let answer = request.accepting(&[Uid::VERIFICATION]);
        net.associate_accept(&answer).unwrap_or_else(|error| eprintln!("{error}"));
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).map_or(Ok(11112), |port| port.parse())?;
    let listener = Net::new(Arc::new(EchoScp));
    listener.listen(b"localhost", port, 50, IpType::V4)?;
    println!("listening on {:?}", listener.host_info()?);
    Ok(listener.serve()?)
}
