//! Data sets that nest, swell, lie or are of the wrong kind (PS3.5 7, PS3.10 7), and one that passes 4 GiB.

use crate::memory;
use crate::provider::{self, INSTANCE, Provider, Serving};
use crate::support::child::in_a_process;
use crate::support::peer::Peer;
use crate::support::wire;
use ldicomnet::Code;
use ldicomnet::dataset::{
    Content, DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, DataSet, EncodeOptions, LoadOptions, meta,
};
use ldicomnet::dimse::{self, CommandSet, element};
use ldicomnet::engine::{Hooks, IpType, Message, Net, StoreDecision};
use ldicomnet::pdu::{Associate, Uid};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, mpsc};

const SUCCESS: u16 = 0;
/// What the hooks here answer when a data set is not what it should be (PS3.4 C.4: unable to process).
const UNABLE: u16 = 0xC001;

const PATIENT_NAME: u32 = 0x0010_0010;
const SCHEDULED_STEPS: u32 = 0x0040_0100;

fn received(message: &Message) -> DataSet {
    DataSet::from_content(message.data_set.clone().expect("a data set"), message.transfer_syntax)
}

/// An element of explicit VR, little endian; `length` is what it says.
fn explicit(tag: u32, vr: &[u8; 2], length: u32, value: &[u8]) -> Vec<u8> {
    let (group, number) = ((tag >> 16) as u16, tag as u16);
    let head = [&group.to_le_bytes()[..], &number.to_le_bytes(), vr].concat();
    match vr {
        b"LO" | b"PN" | b"UI" | b"UL" => [&head, &(length as u16).to_le_bytes()[..], value].concat(),
        _ => [&head, &[0, 0][..], &length.to_le_bytes()[..], value].concat(),
    }
}

/// An item of a sequence, with its header.
fn item(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap();
    [&[0xFE, 0xFF, 0x00, 0xE0], &length.to_le_bytes()[..], bytes].concat()
}

/// Sends it as the identifier of a C-FIND and gives the status of the answer.
#[track_caller]
fn found(peer: &mut Peer, identifier: &[u8]) -> u16 {
    peer.send(&provider::find_rq(7, identifier));
    provider::answer(peer).0
}

/// CVE-2026-44628: a worklist query with elements of another kind than expected was taken for what it was not.
#[test]
fn cve_2026_44628_a_sequence_is_no_text_and_text_is_no_sequence() {
    let hooks = Provider::new(
        |_| StoreDecision::AsUsual,
        |message| {
            let data_set = received(message);
            let find = |tag| data_set.find_first(None, tag, true).expect("it was sent");
            let name = data_set.strings(find(PATIENT_NAME));
            let step = data_set.child(find(SCHEDULED_STEPS));
            match (name, step) {
                (Ok(name), Some(_)) if name == ["A^B"] => SUCCESS,
                (Err(_), None) => UNABLE,
                other => panic!("{other:?}"),
            }
        },
    );
    let serving = Serving::start(hooks);
    let mut peer = serving.peer(wire::EXPLICIT);
    let name = explicit(PATIENT_NAME, b"PN", 4, b"A^B ");
    let step = explicit(0x0040_0001, b"LO", 4, b"STEP");
    let sequence = |tag, of: &[u8]| {
        let items = item(of);
        explicit(tag, b"SQ", u32::try_from(items.len()).unwrap(), &items)
    };
    assert_eq!(found(&mut peer, &[name.clone(), sequence(SCHEDULED_STEPS, &step)].concat()), SUCCESS);
    let text = explicit(SCHEDULED_STEPS, b"LO", 4, b"STEP");
    assert_eq!(found(&mut peer, &[sequence(PATIENT_NAME, &name), text].concat()), UNABLE);
    assert_eq!(serving.hooks.counts(), (0, 2));
}

/// DCMTK 885ff0f10, IC-DCMTK-0003: sequences in one another were read by recursion, until the stack was full.
#[test]
fn dcmtk_885ff0f10_a_hundred_thousand_sequences_in_one_another_cost_no_stack() {
    let hooks = Provider::new(
        |_| StoreDecision::AsUsual,
        |message| match received(message).parse() {
            Ok(()) => SUCCESS,
            Err(error) if error.code() == Code::Memory => UNABLE,
            Err(error) => panic!("{error}"),
        },
    );
    let serving = Serving::start(hooks);
    let mut peer = serving.peer(wire::EXPLICIT);
    let level = [explicit(SCHEDULED_STEPS, b"SQ", u32::MAX, &[]), vec![0xFE, 0xFF, 0, 0xE0], vec![0xFF; 4]];
    let ends = [[0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0], [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]].concat();
    for (depth, status) in [(500, SUCCESS), (100_000, UNABLE)] {
        let nested = [level.concat().repeat(depth), ends.repeat(depth)].concat();
        assert_eq!(found(&mut peer, &nested), status, "{depth}");
    }
}

/// A file of PS3.10 whose group length says this.
fn part_10(group_length: u32) -> Vec<u8> {
    let syntax = explicit(0x0002_0010, b"UI", 20, b"1.2.840.10008.1.2.1\0");
    let name = explicit(PATIENT_NAME, b"PN", 4, b"A^B ");
    let length = explicit(0x0002_0000, b"UL", 4, &group_length.to_le_bytes());
    [&[0; 128][..], b"DICM", &length, &syntax, &name].concat()
}

/// CVE-2026-5437: a meta header was read past its end where its group length said so.
#[test]
fn cve_2026_5437_a_meta_header_ends_where_its_elements_do_whatever_its_length_says() {
    let load = |bytes: Vec<u8>| {
        let content = Content::from(bytes);
        let header = meta::read(&content);
        let loaded = DataSet::load(content, &LoadOptions::default());
        (header, loaded.and_then(|data_set| data_set.parse().map(|()| data_set)))
    };
    for group_length in [28, 0, 1, 27, 29, 40, 0x7FFF_FFFF, 0x8000_0000, u32::MAX - 3, u32::MAX] {
        let (header, loaded) = load(part_10(group_length));
        let (found, data_set) = header.unwrap().expect("a meta header");
        assert_eq!((found.transfer_syntax, data_set), (Uid::EXPLICIT_VR_LITTLE_ENDIAN, 132 + 12 + 28));
        let loaded = loaded.unwrap();
        let name = loaded.find_first(None, PATIENT_NAME, true).expect("behind the meta header");
        assert_eq!(loaded.strings(name).unwrap(), ["A^B"], "{group_length}");
    }
    // Truncated anywhere, it is an error or less data.
    let whole = part_10(u32::MAX);
    for length in 132..whole.len() {
        let (_, loaded) = load(whole[..length].to_vec());
        let name = loaded.ok().and_then(|loaded| loaded.find_first(None, PATIENT_NAME, true));
        assert!(name.is_none() || length >= 172 + 8, "{length}");
    }
}

/// CVE-2026-5438, CVE-2026-5439, CVE-2026-5440: what is compressed was inflated into memory, however much it became.
#[test]
fn cve_2026_5438_to_5440_a_deflated_bomb_in_a_c_store_takes_little_memory() {
    /// What it swells to, of some 300 KiB.
    const SWOLLEN: usize = 64 << 20;
    in_a_process(cve_2026_5438_to_5440_a_deflated_bomb_in_a_c_store_takes_little_memory, "", || {
        let hooks = Provider::new(
            |_| StoreDecision::AsUsual,
            |message| {
                let data_set = received(message);
                data_set.parse().expect("within the bound");
                let pixels = data_set.find_first(None, 0x7FE0_0010, true).expect("it was sent");
                assert_eq!(data_set.value(pixels).expect("a value").len(), SWOLLEN as u64);
                SUCCESS
            },
        );
        let serving = Serving::start(hooks);
        let bomb = bomb(SWOLLEN);
        let mut peer = serving.peer(DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN.as_bytes());
        memory::stays(|| {
            peer.send(&provider::store_rq(wire::CT_STORAGE, INSTANCE, 1, &bomb));
            assert_eq!(provider::answer(&mut peer), (SUCCESS, 1));
        });
    });
}

fn bomb(zeros: usize) -> Vec<u8> {
    let pixels = explicit(0x7FE0_0010, b"OB", u32::try_from(zeros).unwrap(), &vec![0; zeros]);
    let plain = DataSet::from_content(Content::from(pixels), Uid::EXPLICIT_VR_LITTLE_ENDIAN);
    let mut bytes = Vec::new();
    plain.encode(DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, &EncodeOptions::default(), &mut bytes).unwrap();
    assert!(bytes.len() < zeros / 200, "no bomb: {}", bytes.len());
    bytes
}

/// CVE-2026-3650: an element of a VR that is none, with a length of 4 GiB, was allocated, and leaked.
#[test]
fn cve_2026_3650_an_unknown_vr_of_4_gib_moves_no_memory() {
    in_a_process(cve_2026_3650_an_unknown_vr_of_4_gib_moves_no_memory, "", || {
        const TIMES: usize = 500;
        let hooks = Provider::new(
            |_| StoreDecision::AsUsual,
            |message| match received(message).parse() {
                Ok(()) => SUCCESS,
                Err(_) => UNABLE,
            },
        );
        let serving = Serving::start(hooks);
        let mut peer = serving.peer(wire::EXPLICIT);
        let meta_element = explicit(0x0002_0001, b"ZZ", u32::MAX - 1, &[0; 64]);
        memory::stays(|| {
            for (tag, vr) in [(PATIENT_NAME, b"ZZ"), (0x0002_0001, b"??"), (0x7FE0_0010, b"OB")].repeat(TIMES)
            {
                let lie = explicit(tag, vr, u32::MAX - 1, &[0; 64]);
                peer.send(&provider::store_rq(wire::CT_STORAGE, INSTANCE, 1, &lie));
                assert_eq!(provider::answer(&mut peer).0, UNABLE);
            }
            let file = [&[0; 128][..], b"DICM", &meta_element].concat();
            for _ in 0..TIMES {
                assert!(meta::read(&Content::from(file.clone())).is_err());
            }
        });
    });
}

/// A requestor that hands on the responses it gets.
struct Requestor(Mutex<mpsc::Sender<CommandSet>>);

impl Hooks for Requestor {
    fn on_message(&self, _net: &Net, message: &Message) {
        self.0.lock().unwrap().send(message.command.clone()).unwrap();
    }
}

/// DCMTK 583643435: counters of 32 bits wrapped at 4 GiB.
#[test]
fn dcmtk_583643435_a_c_store_of_more_than_4_gib_arrives_whole() {
    const BYTES: u64 = (4 << 30) + 4096;
    const PDU_BYTES: u32 = 1 << 20;
    let hooks = Provider::new(|_| StoreDecision::Refuse(0xA9AB), |_| SUCCESS);
    let serving = Serving::with(hooks, |settings| settings.maximum_length = PDU_BYTES);
    let (sender, responses) = mpsc::channel();
    let net = Net::new(Arc::new(Requestor(Mutex::new(sender))));
    let port = u32::from(serving.address.port());
    net.connect_wait(b"", 0, b"127.0.0.1", port, IpType::V4, None).unwrap();
    let class = Uid::new(wire::CT_STORAGE).unwrap();
    let request = Associate::request(b"SERVER", b"CLIENT", [(class, [Uid::IMPLICIT_VR_LITTLE_ENDIAN])]);
    net.associate_request(&request.unwrap()).unwrap();
    crate::support::until("they are associated", || net.is_associated());
    // A file with nothing on the disk.
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(BYTES).unwrap();
    let mut command = dimse::c_echo_rq(1, wire::CT_STORAGE);
    command.set_u16(element::COMMAND_FIELD, provider::C_STORE_RQ);
    command.set_u16(element::COMMAND_DATA_SET_TYPE, 0);
    command.set_text(element::AFFECTED_SOP_INSTANCE_UID, INSTANCE);
    let content = Content::open(file.path()).unwrap();
    assert_eq!(content.len(), BYTES);
    net.send_command(1, command, Some(content)).unwrap();
    let response = responses.recv_timeout(crate::support::DEADLINE).expect("an answer");
    assert_eq!((response.status(), response.message_id_being_responded_to()), (Some(0xA9AB), Some(1)));
    net.send_command(1, dimse::c_echo_rq(2, wire::CT_STORAGE), None).unwrap();
    let response = responses.recv_timeout(crate::support::DEADLINE).expect("the association goes on");
    assert_eq!(response.message_id_being_responded_to(), Some(2));
    // All of it, the headers of its PDUs and PDVs, and two short command sets.
    let headers = (BYTES / u64::from(PDU_BYTES - 6) + 3) * 12;
    let more = serving.hooks.data_bytes.load(Ordering::SeqCst).checked_sub(BYTES).expect("all of it");
    assert!((12..headers + 1000).contains(&more), "{more} bytes more than there were");
    net.close();
}
