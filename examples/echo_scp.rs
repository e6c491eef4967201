//! An echo SCP: `cargo run --no-default-features --example echo_scp`.
use ldicomnet::Code;
use ldicomnet::engine::{Hooks, IpType, Net};
use ldicomnet::pdu::{Associate, AssociateForm};
use std::sync::Arc;

struct EchoScp;

impl Hooks for EchoScp {
    fn on_accept(&self, listener: &Net, code: Code) {
        if code == Code::Success {
            listener.accept(&Net::new(Arc::new(Self))).expect("a connection waits");
        }
    }

    fn on_associate_request(&self, net: &Net, request: &Arc<Associate>) {
        let mut answer = Associate::new(AssociateForm::Accept);
        for context in request
            .presentation_contexts
            .iter()
            .filter(|it| it.abstract_syntax.as_bytes() == b"1.2.840.10008.1.1")
        {
            let transfer_syntax = context.transfer_syntaxes[0];
            answer.add_context(context.id, 0, context.abstract_syntax.as_bytes()).expect("it was proposed");
            answer.add_transfer_syntax(context.id, transfer_syntax.as_bytes()).expect("it was proposed");
        }
        net.associate_accept(&answer).unwrap_or_else(|error| eprintln!("{error}"));
    }
}

fn main() -> Result<(), ldicomnet::Error> {
    let listener = Net::new(Arc::new(EchoScp));
    listener.listen(b"localhost", 11112, 50, IpType::V4)?;
    println!("listening on {:?}", listener.host_info()?);
    loop {
        std::thread::park();
    }
}
