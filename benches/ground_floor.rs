//! What the ground floor costs without any I/O: PDUs to values and back, command sets,
//! framing and assembly, and the Upper Layer's table. `cargo bench --bench ground_floor`.
#![allow(missing_docs, reason = "criterion's macros make public items")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ldicomnet::dimse::{self, Assembler, AssemblerLimits, CommandSet, Step};
use ldicomnet::pdu::{
    Associate, AssociateForm, Frame, Framer, HEADER_BYTES, Limits, PduType, PdvReader, Uid,
};
use ldicomnet::ul::{Association, Config, Event, Output, Received, Role, State, transition};
use std::hint::black_box;
use std::time::{Duration, Instant};

const MAXIMUM_LENGTH: u32 = 16_384;

/// What an echo SCU proposes.
fn verification() -> Associate {
    let contexts = [(Uid::VERIFICATION, [Uid::IMPLICIT_VR_LITTLE_ENDIAN])];
    Associate::request(b"", b"", contexts).unwrap()
}

/// What a storage SCU proposes: every standard storage class.
fn storage() -> Associate {
    let mut request = Associate::new(AssociateForm::Request);
    request.add_default_contexts();
    request
}

fn associate(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a_associate_rq");
    for (name, request) in [("verification", verification()), ("default_contexts", storage())] {
        let bytes = request.encode().unwrap();
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group
            .bench_function(format!("encode/{name}"), |it| it.iter(|| black_box(&request).encode().unwrap()));
        group.bench_function(format!("decode/{name}"), |it| {
            it.iter(|| Associate::decode(AssociateForm::Request, black_box(&bytes[HEADER_BYTES..])).unwrap());
        });
    }
    group.finish();
}

fn echo_command() -> Vec<u8> {
    let mut bytes = Vec::new();
    dimse::c_echo_rq(1, Uid::VERIFICATION.as_bytes()).encode(&mut bytes);
    bytes
}

fn command_set(criterion: &mut Criterion) {
    let bytes = echo_command();
    let request = CommandSet::parse(&bytes).unwrap();
    let mut group = criterion.benchmark_group("c_echo");
    group.bench_function("parse", |it| it.iter(|| CommandSet::parse(black_box(&bytes)).unwrap()));
    let mut out = Vec::with_capacity(256);
    group.bench_function("encode", |it| {
        it.iter(|| {
            out.clear();
            black_box(&request).encode(&mut out);
        });
    });
    group.bench_function("respond", |it| it.iter(|| dimse::response_to(black_box(&request), 0).unwrap()));
    group.finish();
}

/// Bytes of a stream to messages; gives how many bytes of data sets there were.
fn receive(mut stream: &[u8], framer: &mut Framer, pdvs: &mut PdvReader, assembler: &mut Assembler) -> usize {
    let mut data_set_bytes = 0;
    while let Some(frame) = framer.next(stream).unwrap() {
        stream = &stream[frame.len()..];
        let Frame::Whole { pdu_type: PduType::DataTf, bytes } = frame else {
            panic!("not a whole P-DATA-TF")
        };
        let mut body = &bytes[HEADER_BYTES..];
        pdvs.begin(body.len() as u32).unwrap();
        while let Some(piece) = pdvs.next(&mut body).unwrap() {
            match assembler.push(piece).unwrap() {
                Step::Data { bytes, .. } => data_set_bytes += bytes.len(),
                step => {
                    black_box(step);
                }
            }
        }
    }
    assert!(stream.is_empty() && assembler.is_idle());
    data_set_bytes
}

fn data(criterion: &mut Criterion) {
    let mut store = CommandSet::new();
    store.set_text(dimse::element::AFFECTED_SOP_CLASS_UID, b"1.2.840.10008.5.1.4.1.1.2");
    store.set_u16(dimse::element::COMMAND_FIELD, dimse::command_field::C_STORE_RQ);
    store.set_u16(dimse::element::MESSAGE_ID, 1);
    store.set_u16(dimse::element::PRIORITY, 0);
    store.set_u16(dimse::element::COMMAND_DATA_SET_TYPE, 0);
    store.set_text(dimse::element::AFFECTED_SOP_INSTANCE_UID, b"1.2.3.4.5.6.7");
    let mut store_bytes = Vec::new();
    store.encode(&mut store_bytes);
    let image = vec![0x5a; 512 << 10];
    let messages = [("echo", echo_command(), None), ("store_512_kib", store_bytes, Some(image.as_slice()))];

    let mut group = criterion.benchmark_group("p_data");
    for (name, command, data_set) in &messages {
        let (mut stream, mut ends) = (Vec::new(), Vec::new());
        dimse::put_message(&mut stream, &mut ends, 1, command, *data_set, MAXIMUM_LENGTH).unwrap();
        group.throughput(Throughput::Bytes(stream.len() as u64));
        let (mut out, mut out_ends) = (Vec::new(), Vec::new());
        group.bench_function(format!("fragment/{name}"), |it| {
            it.iter(|| {
                out.clear();
                out_ends.clear();
                dimse::put_message(&mut out, &mut out_ends, 1, black_box(command), *data_set, MAXIMUM_LENGTH)
                    .unwrap();
            });
        });
        let limits = Limits { data_bytes_max: MAXIMUM_LENGTH, ..Limits::default() };
        let (mut framer, mut pdvs) = (Framer::new(limits), PdvReader::new());
        let mut assembler = Assembler::new(AssemblerLimits::default());
        group.bench_function(format!("assemble/{name}"), |it| {
            it.iter(|| receive(black_box(&stream), &mut framer, &mut pdvs, &mut assembler));
        });
    }
    group.finish();
}

/// Takes what an endpoint wants sent, in order; indications are looked at and dropped.
fn transmitted(from: &mut Association, sent: &mut Vec<(PduType, Vec<u8>)>) {
    while let Some(output) = from.poll_output() {
        match output {
            Output::Transmit { pdu_type, bytes } => sent.push((pdu_type, bytes)),
            other => {
                black_box(other);
            }
        }
    }
}

/// Hands everything from one endpoint to the other.
fn carry(from: &mut Association, to: &mut Association, now: Instant) {
    let mut sent = Vec::new();
    transmitted(from, &mut sent);
    for (pdu_type, bytes) in sent {
        let received = to.handle_pdu(pdu_type, &bytes, now);
        assert_ne!(received, Received::Ignored);
    }
}

/// Both sides of an association, from the transport connection to its end.
fn whole_life(request: &Associate, accept: &Associate, now: Instant) {
    let mut requestor = Association::new(Role::Requestor, Config::default());
    let mut acceptor = Association::new(Role::Acceptor, Config::default());
    requestor.handle_transport_open(now);
    acceptor.handle_transport_open(now);
    requestor.associate_request(request, now).unwrap();
    carry(&mut requestor, &mut acceptor, now);
    acceptor.associate_accept(accept, now).unwrap();
    carry(&mut acceptor, &mut requestor, now);
    requestor.release_request(now).unwrap();
    carry(&mut requestor, &mut acceptor, now);
    acceptor.release_response(now).unwrap();
    carry(&mut acceptor, &mut requestor, now);
    requestor.handle_transport_closed(now);
    acceptor.handle_transport_closed(now);
    assert_eq!((requestor.state(), acceptor.state()), (State::Sta1, State::Sta1));
}

fn upper_layer(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("upper_layer");
    group.bench_function("table_9_10_whole", |it| {
        it.iter(|| {
            State::ALL
                .iter()
                .flat_map(|state| Event::ALL.iter().map(move |event| (*state, *event)))
                .filter(|(state, event)| transition(black_box(*state), black_box(*event)).is_some())
                .count()
        });
    });
    let request = verification();
    let accept = request.accepting(&[Uid::VERIFICATION]);
    // Time stands still: the machine reads no clock of its own.
    let now = Instant::now();
    group.bench_function("both_sides_of_an_association", |it| it.iter(|| whole_life(&request, &accept, now)));
    group.finish();
}

criterion_group! {
    name = ground_floor;
    // Microseconds at most each: short runs say as much as long ones.
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(50);
    targets = associate, command_set, data, upper_layer
}
criterion_main!(ground_floor);
