//! The bodies of the fuzz targets: what must hold of any bytes. Each panics where it does not.

mod association;
#[cfg(ldicomnet_simulation)]
mod connection;

#[cfg(ldicomnet_simulation)]
mod simulation;

pub use association::association;
#[cfg(ldicomnet_simulation)]
pub use connection::connection;
use ldicomnet::dataset::{Content, DataSet, EncodeOptions, LoadOptions};
use ldicomnet::dimse::{self, Assembler, AssemblerLimits, CommandSet, Step};
use ldicomnet::pdu::{Associate, AssociateForm, Frame, Framer, Limits, PduType, PdvReader};

/// Names of the targets, with their bodies: for replaying corpora.
pub const TARGETS: &[(&str, fn(&[u8]))] = &[
    ("pdu", pdu),
    ("association", association),
    #[cfg(ldicomnet_simulation)]
    ("connection", connection),
    ("messages", messages),
    ("command_set", command_set),
    ("data_set", data_set),
];

/// A stream of PDUs (PS3.8 9.3): cut at any place it gives the same ones, and what is decoded is encoded
/// to what decodes to the same.
pub fn pdu(bytes: &[u8]) {
    let whole = frames(bytes, bytes.len().max(1));
    assert_eq!(frames(bytes, 1), whole, "cut at each byte");
    assert_eq!(frames(bytes, 7), whole, "cut at each seventh byte");
    for (pdu_type, pdu) in &whole {
        let form = match pdu_type {
            1 => AssociateForm::Request,
            2 => AssociateForm::Accept,
            _ => continue,
        };
        let Ok(first) = Associate::decode(form, pdu.get(6..).unwrap_or_default()) else { continue };
        // What was taken may be what must not be sent; what may be sent comes back.
        let Ok(encoded) = first.encode() else { continue };
        let again = Associate::decode(form, &encoded[6..]).expect("our own encoding");
        assert_eq!(first.encode().ok(), again.encode().ok());
    }
}

/// The whole PDUs of a stream that arrives in parts; those in pieces are put together.
fn frames(bytes: &[u8], step: usize) -> Vec<(u8, Vec<u8>)> {
    let mut framer = Framer::new(Limits { associate_bytes_max: 4096, ..Limits::default() });
    let (mut found, mut pending, mut long) = (Vec::new(), Vec::new(), Vec::new());
    for part in bytes.chunks(step) {
        pending.extend_from_slice(part);
        loop {
            assert!(framer.wanted(&pending) >= 1);
            let (used, pdu_type) = match framer.next(&pending) {
                Ok(None) => break,
                Ok(Some(frame)) => {
                    long.extend_from_slice(frame.bytes());
                    let over = !matches!(frame, Frame::Piece { last: false, .. });
                    (frame.len(), over.then(|| frame.pdu_type() as u8))
                }
                Err(error) => {
                    assert!((1..=6).contains(&error.abort_reason()) || error.abort_reason() == 0);
                    return found;
                }
            };
            assert!(used > 0 && used <= pending.len());
            pending.drain(..used);
            if let Some(pdu_type) = pdu_type {
                found.push((pdu_type, std::mem::take(&mut long)));
            }
        }
    }
    found
}

/// The bodies of P-DATA-TFs, one behind the other (PS3.8 9.3.5, PS3.7 6.3): messages come out of them, or an
/// error that every further byte gets too.
pub fn messages(bytes: &[u8]) {
    let mut framer = Framer::new(Limits { data_bytes_max: 0, ..Limits::default() });
    let mut reader = PdvReader::new();
    let mut assembler = Assembler::new(AssemblerLimits { command_bytes_max: 1024 });
    let mut rest = bytes;
    let mut data_set_bytes = 0;
    while let Ok(Some(frame)) = framer.next(rest) {
        rest = &rest[frame.len()..];
        let (first, mut body) = match frame {
            Frame::Whole { pdu_type: PduType::DataTf, bytes } => (true, bytes),
            Frame::Piece { bytes, first, .. } => (first, bytes),
            Frame::Whole { .. } => continue,
        };
        if first {
            let length = u32::try_from(body.len()).unwrap_or(u32::MAX).saturating_sub(6);
            let claimed = ldicomnet::pdu::body_length(body).unwrap_or(length);
            body = body.get(6..).unwrap_or_default();
            if reader.begin(claimed).is_err() {
                return;
            }
        }
        loop {
            let Ok(piece) = reader.next(&mut body) else { return };
            let Some(piece) = piece else { break };
            match assembler.push(piece) {
                Ok(Step::More) => {}
                Ok(Step::Command { command, has_data_set, .. }) => {
                    assert!(command.command_field().is_some());
                    assert_eq!(command.has_data_set(), has_data_set);
                    let is_known = |field: u16| dimse::command_field::name(field).is_some();
                    let response = dimse::response_to(&command, 0x0110);
                    if let Some(response) = response.filter(|it| it.command_field().is_some_and(is_known)) {
                        dimse::check_message(&response).expect("our own response");
                    }
                }
                Ok(Step::Data { bytes: part, .. }) => data_set_bytes += part.len(),
                Err(error) => {
                    assert!(!assembler.is_idle());
                    assert_eq!(assembler.push(piece).err(), Some(error), "an error is final");
                    return;
                }
            }
        }
    }
    assert!(data_set_bytes <= bytes.len());
}

/// A command set (PS3.7 6.3.1): what is read is written so that it reads the same.
pub fn command_set(bytes: &[u8]) {
    let Ok(first) = CommandSet::parse(bytes) else { return };
    let _verdict = dimse::check_message(&first);
    let mut encoded = Vec::new();
    first.encode(&mut encoded);
    let again = CommandSet::parse(&encoded).expect("our own encoding");
    let mut twice = Vec::new();
    again.encode(&mut twice);
    assert_eq!(encoded, twice);
    assert_eq!(first.iter().map(|(element, _)| element).collect::<Vec<_>>(), again.iter().map(|it| it.0).collect::<Vec<_>>());
}

/// A file or a data set without a meta header (PS3.10, PS3.5): read, asked for every element, and written in
/// each uncompressed transfer syntax without more than an error.
pub fn data_set(bytes: &[u8]) {
    let options = LoadOptions::default();
    let Ok(set) = DataSet::load(Content::from(bytes.to_vec()), &options) else { return };
    let _damage = set.parse();
    let mut next = set.first(None, true);
    while let Some(id) = next {
        assert!(set.element(id).is_some());
        let _texts = set.strings(id);
        let _value = set.value_le(id, 1 << 16);
        next = set.next(id, true);
    }
    let syntaxes: [&[u8]; 3] = [b"1.2.840.10008.1.2", b"1.2.840.10008.1.2.1", b"1.2.840.10008.1.2.2"];
    for syntax in syntaxes {
        let uid = ldicomnet::pdu::Uid::new(syntax).expect("a UID");
        let mut out = Vec::new();
        let _refused = set.encode(uid, &EncodeOptions::default(), &mut out);
    }
}
