//! Objects that come in and go out without being held in memory: `on_store_begin`, temporary
//! files, files that are sent.

mod support;

use ldicomnet::Code;
use ldicomnet::dataset::{Content, meta};
use ldicomnet::dimse::{self, CommandSet, element};
use ldicomnet::engine::{Hooks, IpType, Message, Net, Settings, Spool, StoreDecision, StoreRequest};
use ldicomnet::pdu::{Associate, AsynchronousOperations, Uid};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use support::child::{in_a_network, in_a_process};
use support::peer::Peer;
use support::wire::{self, COMMAND, LAST};
use support::{DEADLINE, until};

const C_STORE_RQ: u16 = 0x0001;
const C_STORE_RSP: u16 = 0x8001;
const INSTANCE: &[u8] = b"1.2.826.0.1.3680043.2.1143";
const IMPLICIT: Uid = Uid::IMPLICIT_VR_LITTLE_ENDIAN;

/// What a store request was shown with: class, instance, syntax, calling.
type Shown = (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>);
type Decide = Box<dyn Fn(&StoreRequest<'_>) -> StoreDecision + Send + Sync>;

/// A store provider that decides as it is told, answers success and hands on what it got.
struct Provider {
    decide: Decide,
    shown: Mutex<Vec<Shown>>,
    got: Mutex<mpsc::Sender<Message>>,
}

impl Hooks for Provider {
    fn on_accept(&self, net: &Net, _code: Code) {
        net.accept(&Net::new(Arc::clone(net.hooks()))).unwrap();
    }

    fn on_associate_request(&self, net: &Net, request: &Arc<Associate>) {
        let mut answer = support::hooks::accepting(request);
        answer.asynchronous_operations = request.asynchronous_operations;
        net.associate_accept(&answer).unwrap();
    }

    fn on_store_begin(&self, _net: &Net, request: &StoreRequest<'_>) -> StoreDecision {
        let bytes = |uid: Uid| uid.as_bytes().to_vec();
        self.shown.lock().unwrap().push((
            bytes(request.sop_class),
            bytes(request.sop_instance),
            bytes(request.transfer_syntax),
            request.calling.as_bytes().to_vec(),
        ));
        (self.decide)(request)
    }

    fn on_message(&self, net: &Net, message: &Message) {
        self.got.lock().unwrap().send(message.clone()).unwrap();
        let response = dimse::response_to(&message.command, 0).unwrap();
        net.send_command(message.presentation_context_id, response, None).unwrap();
    }
}

struct Server {
    net: Net,
    hooks: Arc<Provider>,
    got: mpsc::Receiver<Message>,
    directory: tempfile::TempDir,
}

impl Server {
    fn start(
        decide: impl Fn(&StoreRequest<'_>) -> StoreDecision + Send + Sync + 'static,
        settings: impl FnOnce(&mut Settings),
    ) -> Self {
        let (sender, got) = mpsc::channel();
        let hooks =
            Arc::new(Provider { decide: Box::new(decide), shown: Mutex::default(), got: Mutex::new(sender) });
        let net = Net::new(Arc::clone(&hooks) as Arc<_>);
        let directory = tempfile::tempdir().unwrap();
        net.update_settings(|all| {
            all.path = directory.path().to_path_buf();
            settings(all);
        });
        net.listen(b"127.0.0.1", 0, 16, IpType::V4).unwrap();
        Self { net, hooks, got, directory }
    }

    fn usual(settings: impl FnOnce(&mut Settings)) -> Self {
        Self::start(|_| StoreDecision::AsUsual, settings)
    }

    fn storing_in(path: PathBuf) -> Self {
        Self::start(move |_| StoreDecision::File(path.clone()), |_| {})
    }

    fn peer(&self) -> Peer {
        let (host, port) = self.net.host_info().unwrap();
        Peer::associated((host.parse::<std::net::IpAddr>().unwrap(), port).into())
    }

    fn message(&self) -> Message {
        self.got.recv_timeout(DEADLINE).expect("a message")
    }

    fn files(&self) -> usize {
        files_in(self.directory.path())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.net.server_close();
    }
}

fn files_in(directory: &Path) -> usize {
    support::process::files_in(directory).len()
}

fn object(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index % 251) as u8).collect()
}

/// A C-STORE-RQ with these UIDs, and its data set in PDUs of this many bytes.
fn store_rq(class: &[u8], instance: &[u8], message_id: u16, data: &[u8], pdu_bytes: usize) -> Vec<u8> {
    let command = wire::command_set(&[
        wire::element(0x0002, &wire::padded(class)),
        wire::element(0x0100, &C_STORE_RQ.to_le_bytes()),
        wire::element(0x0110, &message_id.to_le_bytes()),
        wire::element(0x0700, &0_u16.to_le_bytes()),
        wire::element(0x0800, &0_u16.to_le_bytes()),
        wire::element(0x1000, &wire::padded(instance)),
    ]);
    let mut bytes = wire::data_tf(1, COMMAND | LAST, &command);
    let count = data.chunks(pdu_bytes).count();
    for (index, chunk) in data.chunks(pdu_bytes).enumerate() {
        bytes.extend(wire::data_tf(1, if index + 1 == count { LAST } else { 0 }, chunk));
    }
    bytes
}

fn a_store(data: &[u8]) -> Vec<u8> {
    store_rq(wire::CT_STORAGE, INSTANCE, 7, data, 16_000)
}

/// The status and the message ID of the next response.
fn answer(peer: &mut Peer) -> (u16, u16) {
    let pdvs = wire::pdvs(&peer.pdu());
    let command = CommandSet::parse(&pdvs[0].2).unwrap();
    assert_eq!(command.command_field(), Some(C_STORE_RSP));
    (command.status().unwrap(), command.message_id_being_responded_to().unwrap())
}

fn bytes_of(content: &Content) -> Vec<u8> {
    content.to_bytes(u64::MAX).unwrap().to_vec()
}

#[test]
fn the_hook_is_shown_what_is_coming_before_any_of_it() {
    let server = Server::usual(|_| {});
    let mut peer = server.peer();
    let whole = a_store(&object(50_000));
    // The command alone: the rest has not been sent.
    let command = usize::try_from(u32::from_be_bytes(whole[2..6].try_into().unwrap())).unwrap() + 6;
    peer.send(&whole[..command]);
    until("it is shown", || !server.hooks.shown.lock().unwrap().is_empty());
    peer.send(&whole[command..]);
    assert_eq!(answer(&mut peer), (0, 7));
    let shown = server.hooks.shown.lock().unwrap().clone();
    let expected: Shown =
        (wire::CT_STORAGE.to_vec(), INSTANCE.to_vec(), IMPLICIT.as_bytes().to_vec(), b"ECHOSCU".to_vec());
    assert_eq!(shown, [expected]);
    assert!(bytes_of(server.message().data_set.as_ref().unwrap()) == object(50_000));
}

#[test]
fn past_the_size_that_memory_holds_it_goes_to_a_file_that_goes_with_the_message() {
    let server = Server::usual(|settings| settings.memory_bytes_max = 10_000);
    let mut peer = server.peer();
    for (length, is_filed) in [(9_999, false), (10_000, false), (10_001, true), (3_000_000, true)] {
        peer.send(&a_store(&object(length)));
        assert_eq!(answer(&mut peer), (0, 7));
        let message = server.message();
        let content = message.data_set.clone().unwrap();
        assert_eq!(content.as_memory().is_none(), is_filed, "{length}");
        assert!(bytes_of(&content) == object(length));
        assert_eq!(server.files(), usize::from(is_filed));
        drop(message);
        drop(content);
        until("the file is gone", || server.files() == 0);
    }
}

#[test]
fn a_file_is_named_when_it_is_complete_and_not_before() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("object.dcm");
    std::fs::write(&path, b"an older one").unwrap();
    let server = Server::storing_in(path.clone());
    let mut peer = server.peer();
    let whole = a_store(&object(100_001));
    let (most, last) = whole.split_at(whole.len() - 1);
    peer.send(most);
    until("it is being written", || files_in(directory.path()) == 2);
    assert_eq!(std::fs::read(&path).unwrap(), b"an older one");
    peer.send(last);
    assert_eq!(answer(&mut peer), (0, 7));
    assert_eq!(files_in(directory.path()), 1);
    // What was answered is in a file that others can read: preamble, meta header, data set.
    let file = Content::open(&path).unwrap();
    let (found, start) = meta::read(&file).unwrap().expect("a file of PS3.10");
    assert_eq!(found.sop_class.as_bytes(), wire::CT_STORAGE);
    assert_eq!(found.sop_instance.as_bytes(), INSTANCE);
    assert_eq!(found.transfer_syntax, IMPLICIT);
    assert!(bytes_of(&file.slice(start, u64::MAX)) == object(100_001));
    assert_eq!(std::fs::read(&path).unwrap()[..128], [0; 128]);
    // The message reads from it.
    assert!(bytes_of(server.message().data_set.as_ref().unwrap()) == object(100_001));
    assert!(path.exists());
}

#[test]
fn an_object_that_breaks_off_leaves_nothing() {
    type End = fn(Peer);
    let ends: [(&str, End); 4] = [
        ("reset", Peer::reset),
        ("closed", drop),
        ("aborted", |mut peer| peer.send(&[7, 0, 0, 0, 0, 4, 0, 0, 0, 0])),
        ("broke the protocol", |mut peer| peer.send(&[4, 0, 0, 0, 0, 0])),
    ];
    for (how, end) in ends {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("object.dcm");
        let server = Server::storing_in(path.clone());
        let mut peer = server.peer();
        let whole = a_store(&object(500_000));
        peer.send(&whole[..whole.len() / 2]);
        until("it is being written", || files_in(directory.path()) == 1);
        end(peer);
        until(&format!("nothing is left after it {how}"), || files_in(directory.path()) == 0);
        assert!(server.got.try_recv().is_err());
    }
}

#[test]
fn what_is_refused_is_answered_when_all_of_it_has_come_and_the_association_goes_on() {
    let server = Server::start(|_| StoreDecision::Refuse(0xA9AB), |_| {});
    let mut peer = server.peer();
    for message_id in [7, 8] {
        peer.send(&store_rq(wire::CT_STORAGE, INSTANCE, message_id, &object(40_000), 999));
        assert_eq!(answer(&mut peer), (0xA9AB, message_id));
    }
    assert!(server.got.try_recv().is_err());
    peer.echoes(9);
    assert!(server.message().data_set.is_none(), "the echo");
}

#[test]
fn what_is_no_uid_is_neither_shown_nor_stored() {
    let server = Server::usual(|_| {});
    let mut peer = server.peer();
    let long = [b'1'; 65];
    let bad: [&[u8]; 10] =
        [b"../../x", b"/etc/passwd", b"", b"1.2/3", b"1..2", b".1", b"1.", b"1.2\x003", b"1.2.3 \n4", &long];
    for uid in bad {
        peer.send(&store_rq(wire::CT_STORAGE, uid, 1, &object(100), 50));
        assert_eq!(answer(&mut peer), (0x0117, 1), "{}", uid.escape_ascii());
        peer.send(&store_rq(uid, INSTANCE, 2, &object(100), 50));
        assert_eq!(answer(&mut peer), (0x0118, 2), "{}", uid.escape_ascii());
    }
    assert!(server.hooks.shown.lock().unwrap().is_empty());
    assert!(server.got.try_recv().is_err());
    // One with a trailing NUL, as every stack pads it, is one.
    peer.send(&a_store(&object(100)));
    assert_eq!(answer(&mut peer), (0, 7));
}

#[test]
fn a_file_that_cannot_be_made_is_0110_and_the_association_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    for path in ["no/such/directory/object.dcm", "", "."] {
        let path = directory.path().join(path);
        let server = Server::storing_in(path.clone());
        let mut peer = server.peer();
        for _ in 0..2 {
            peer.send(&a_store(&object(100_000)));
            assert_eq!(answer(&mut peer), (0x0110, 7), "{}", path.display());
        }
        assert_eq!(files_in(directory.path()), 0);
    }
}

/// A disk of 256 KiB, where the test finds it.
const SMALL_DISK: &str = "mkdir -p \"$TMPDIR\"\nmount -t tmpfs -o size=256k tmpfs \"$TMPDIR\"\n";

#[test]
fn a_full_disk_is_a700_and_no_half_file() {
    let place = tempfile::tempdir().unwrap();
    let prepare = format!("export TMPDIR={}/disk\nip link set lo up\n{SMALL_DISK}", place.path().display());
    in_a_network(a_full_disk_is_a700_and_no_half_file, &prepare, || {
        let disk = std::env::temp_dir();
        let path = disk.join("object.dcm");
        for named in [true, false] {
            let path = path.clone();
            let decide = move |_: &StoreRequest<'_>| {
                if named { StoreDecision::File(path.clone()) } else { StoreDecision::AsUsual }
            };
            let server = Server::start(decide, |settings| {
                settings.path = std::env::temp_dir();
                settings.memory_bytes_max = 1000;
                settings.sync = true;
            });
            let mut peer = server.peer();
            let before = files_in(&disk);
            for (length, status) in [(100_000, 0), (1_000_000, 0xA700), (100_000, 0)] {
                peer.send(&a_store(&object(length)));
                assert_eq!(answer(&mut peer), (status, 7));
                if status == 0 {
                    assert!(bytes_of(server.message().data_set.as_ref().unwrap()) == object(length));
                }
                until("no half file", || files_in(&disk) == before + usize::from(named));
            }
        }
    });
}

const A700: (u16, u16) = (0xA700, 7);

#[test]
fn files_that_are_kept_have_room_together_until_nobody_holds_them() {
    let spool = Spool::new(250_000);
    // Of two listeners, and of their connections.
    let servers = [(); 2].map(|()| {
        Server::usual(|settings| {
            settings.memory_bytes_max = 1000;
            settings.spool = Arc::clone(&spool);
        })
    });
    let mut peers = [servers[0].peer(), servers[0].peer(), servers[1].peer()];
    let [first, second, third] = &mut peers;
    first.send(&a_store(&object(100_000)));
    assert_eq!(answer(first), (0, 7));
    second.send(&a_store(&object(100_000)));
    assert_eq!(answer(second), (0, 7));
    let used = spool.used();
    assert!((200_000..203_000).contains(&used), "{used}");
    for peer in [&mut *second, &mut *third] {
        peer.send(&a_store(&object(100_000)));
        assert_eq!(answer(peer), A700);
    }
    // What is refused takes no room, and what fits into memory needs none.
    assert_eq!((spool.used(), servers[1].files()), (used, 0));
    third.send(&a_store(&object(900)));
    assert_eq!(answer(third), (0, 7));
    drop(servers[1].message());
    // The object is held by whoever has it.
    let held = servers[0].message().data_set.unwrap().slice(10, 10);
    assert_eq!(spool.used(), used);
    drop(held);
    third.send(&a_store(&object(100_000)));
    assert_eq!(answer(third), (0, 7));
    drop((servers[0].message(), servers[1].message()));
    until("all room is free", || spool.used() == 0);
}

#[test]
fn files_that_are_under_way_have_room_together_until_they_have_their_names() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("object.dcm");
    let spool = Spool::new(210_000);
    let server = Server::start(
        {
            let path = path.clone();
            move |_| StoreDecision::File(path.clone())
        },
        |settings| settings.spool = Arc::clone(&spool),
    );
    let whole = a_store(&object(200_000));
    let mut slow = server.peer();
    slow.send(&whole[..whole.len() - 10_000]);
    until("the most of it is there", || spool.used() > 120_000);
    let mut other = server.peer();
    other.send(&a_store(&object(100_000)));
    assert_eq!(answer(&mut other), A700);
    slow.send(&whole[whole.len() - 10_000..]);
    assert_eq!(answer(&mut slow), (0, 7));
    assert_eq!((spool.used(), path.exists()), (0, true));
    other.send(&a_store(&object(100_000)));
    assert_eq!(answer(&mut other), (0, 7));
    // One that breaks off gives back what it had.
    slow.send(&whole[..whole.len() - 10_000]);
    until("the most of it is there", || spool.used() > 120_000);
    slow.reset();
    until("all room is free", || spool.used() == 0);
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn without_a_descriptor_for_its_file_it_is_a700() {
    in_a_process(without_a_descriptor_for_its_file_it_is_a700, "ulimit -n 64", || {
        let server = Server::usual(|settings| settings.memory_bytes_max = 0);
        let mut peer = server.peer();
        // All that are left are taken.
        let mut taken = Vec::new();
        while let Ok(file) = std::fs::File::open("/dev/null") {
            taken.push(file);
        }
        peer.send(&a_store(&object(100)));
        assert_eq!(answer(&mut peer), (0xA700, 7));
        taken.clear();
        peer.send(&a_store(&object(100)));
        assert_eq!(answer(&mut peer), (0, 7));
    });
}

#[test]
fn a_data_set_of_no_bytes_is_one() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("object.dcm");
    for server in [Server::usual(|_| {}), Server::storing_in(path.clone())] {
        let mut peer = server.peer();
        let mut bytes = a_store(b"");
        bytes.extend(wire::data_tf(1, LAST, b""));
        peer.send(&bytes);
        assert_eq!(answer(&mut peer), (0, 7));
        assert!(server.message().data_set.unwrap().is_empty());
    }
    assert!(path.exists());
}

/// A requestor that hands on the responses it gets.
struct Requestor(Mutex<mpsc::Sender<CommandSet>>);

impl Hooks for Requestor {
    fn on_message(&self, _net: &Net, message: &Message) {
        self.0.lock().unwrap().send(message.command.clone()).unwrap();
    }
}

/// An association with the server, and the responses that come.
fn associated(
    server: &Server,
    window: Option<u16>,
    settings: impl FnOnce(&mut Settings),
) -> (Net, mpsc::Receiver<CommandSet>) {
    let (sender, responses) = mpsc::channel();
    let net = Net::new(Arc::new(Requestor(Mutex::new(sender))));
    net.update_settings(settings);
    let (host, port) = server.net.host_info().unwrap();
    net.connect_wait(b"", 0, host.as_bytes(), u32::from(port), IpType::V4, None).unwrap();
    let class = Uid::new(wire::CT_STORAGE).unwrap();
    let mut request = Associate::request(b"SERVER", b"CLIENT", [(class, [IMPLICIT])]).unwrap();
    request.asynchronous_operations = window.map(|n| AsynchronousOperations { invoked: n, performed: n });
    net.associate_request(&request).unwrap();
    until("they are associated", || net.is_associated());
    (net, responses)
}

fn store_command(message_id: u16) -> CommandSet {
    let mut command = dimse::c_echo_rq(message_id, wire::CT_STORAGE);
    command.set_u16(element::COMMAND_FIELD, C_STORE_RQ);
    command.set_u16(element::COMMAND_DATA_SET_TYPE, 0);
    command.set_text(element::AFFECTED_SOP_INSTANCE_UID, INSTANCE);
    command
}

#[test]
fn what_is_sent_from_a_file_or_from_memory_arrives_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("object");
    for maximum_length in [4096, 128 << 10] {
        let server = Server::usual(|settings| settings.maximum_length = maximum_length);
        let (net, responses) = associated(&server, None, |_| {});
        for length in [0, 1, 65_535, 65_536, 65_537, 65_538, 5_000_001] {
            let data = object(length);
            std::fs::write(&path, [b"head", &data[..]].concat()).unwrap();
            let file = Content::open(&path).unwrap().slice(4, u64::MAX);
            for content in [file, Content::from(data.clone())] {
                net.send_command(1, store_command(9), Some(content)).unwrap();
                assert_eq!(responses.recv_timeout(DEADLINE).unwrap().status(), Some(0));
                assert!(bytes_of(server.message().data_set.as_ref().unwrap()) == data, "{length}");
            }
        }
        assert_eq!(net.queued_bytes(), 0);
        net.close();
    }
}

/// What the system has written for this process from its memory to files, or from file to socket: bytes that are
/// sent from memory are not counted.
#[cfg(target_os = "linux")]
fn written() -> u64 {
    let counts = std::fs::read_to_string("/proc/self/io").unwrap();
    let line = counts.lines().find_map(|line| line.strip_prefix("wchar: ")).unwrap();
    line.parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_goes_out_by_sendfile_and_what_is_in_memory_does_not() {
    in_a_process(a_file_goes_out_by_sendfile_and_what_is_in_memory_does_not, "", || {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("object");
        let length = 20_000_000;
        std::fs::write(&path, object(length)).unwrap();
        let server = Server::start(|_| StoreDecision::Discard, |_| ());
        let (net, responses) = associated(&server, None, |_| {});
        for (content, is_in_file) in
            [(Content::open(&path).unwrap(), true), (Content::from(object(length)), false)]
        {
            let before = written();
            net.send_command(1, store_command(9), Some(content)).unwrap();
            assert_eq!(responses.recv_timeout(DEADLINE).unwrap().status(), Some(0));
            let bytes = written() - before;
            assert_eq!(bytes >= length as u64, is_in_file, "{bytes}");
        }
        net.close();
    });
}

#[test]
fn two_that_send_files_to_each_other_over_one_association_get_them_whole() {
    // Both ends send before either has read: the queues, the poller and the flusher take turns.
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("object");
    std::fs::write(&path, object(20_000_000)).unwrap();
    let server = Server::usual(|settings| settings.memory_bytes_max = 1 << 20);
    let (net, responses) = associated(&server, Some(0), |_| {});
    let client = server.net.client(0).unwrap();
    let content = Content::open(&path).unwrap();
    for message_id in 1..=3 {
        net.send_command(1, store_command(message_id), Some(content.clone())).unwrap();
        let mut back = dimse::c_echo_rsp(message_id, wire::CT_STORAGE, 0xFF00);
        back.set_u16(element::COMMAND_DATA_SET_TYPE, 0);
        back.set_u16(element::COMMAND_FIELD, 0x8020);
        client.send_command(1, back, Some(content.clone())).unwrap();
    }
    for _ in 0..6 {
        responses.recv_timeout(DEADLINE).unwrap();
    }
    for _ in 0..3 {
        assert!(bytes_of(server.message().data_set.as_ref().unwrap()) == object(20_000_000));
    }
    net.close();
}

#[test]
fn a_file_that_gets_shorter_while_it_is_sent_resets_the_connection() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("object");
    std::fs::write(&path, object(50_000_000)).unwrap();
    let server = Server::usual(|_| {});
    let (net, _responses) = associated(&server, None, |_| {});
    let content = Content::open(&path).unwrap();
    std::fs::File::options().write(true).open(&path).unwrap().set_len(30_000_000).unwrap();
    net.send_command(1, store_command(1), Some(content)).unwrap();
    until("the connection has ended", || !net.is_connected());
    until("for the server, too", || server.net.client_count() == 0);
    assert!(server.got.try_recv().is_err());
    until("what had come is gone", || server.files() == 0);
}

#[test]
fn as_many_requests_are_under_way_as_the_window_has_places() {
    for (window, places) in [(None, 1), (Some(1), 1), (Some(5), 5), (Some(0), 40)] {
        let (pass, gate) = mpsc::channel::<()>();
        let gate = Mutex::new(gate);
        let begun = Arc::new(Mutex::new(0));
        let count = Arc::clone(&begun);
        // The provider holds the first back.
        let server = Server::start(
            move |_| {
                *count.lock().unwrap() += 1;
                gate.lock().unwrap().recv_timeout(DEADLINE).unwrap();
                StoreDecision::AsUsual
            },
            |_| {},
        );
        let (net, responses) = associated(&server, window, |_| {});
        for message_id in 1..=40 {
            net.send_command(1, store_command(message_id), Some(object(10).into())).unwrap();
        }
        // What waits for its place is what is still queued, so that the rest is under way.
        let waiting = net.queued_bytes() as usize;
        assert_eq!(waiting.div_ceil(256 + 10), 40 - places, "{window:?}");
        for _ in 0..40 {
            pass.send(()).unwrap();
        }
        let answered: Vec<_> = (0..40)
            .map(|_| responses.recv_timeout(DEADLINE).unwrap().message_id_being_responded_to().unwrap())
            .collect();
        assert_eq!(answered, (1..=40).collect::<Vec<_>>());
        assert_eq!(*begun.lock().unwrap(), 40);
        net.close();
    }
}

#[test]
fn a_window_that_is_not_used_is_one_whatever_was_negotiated() {
    let server = Server::usual(|_| {});
    let (net, responses) = associated(&server, Some(0), |settings| settings.asynchronous_operations = false);
    let lock = server.hooks.got.lock().unwrap();
    for message_id in 1..=3 {
        net.send_command(1, store_command(message_id), Some(object(10).into())).unwrap();
    }
    assert_eq!(net.queued_bytes().div_ceil(256 + 10), 2);
    drop(lock);
    for _ in 0..3 {
        responses.recv_timeout(DEADLINE).unwrap();
    }
    net.close();
}

#[test]
fn a_release_does_not_lose_requests_that_wait_for_the_window() {
    let server = Server::usual(|_| {});
    let (net, responses) = associated(&server, None, |_| {});
    let lock = server.hooks.got.lock().unwrap();
    for message_id in 1..=2 {
        net.send_command(1, store_command(message_id), Some(object(10).into())).unwrap();
    }
    assert_eq!(net.release_request().unwrap_err().code(), Code::NetWouldBlock);
    drop(lock);
    for _ in 0..2 {
        responses.recv_timeout(DEADLINE).unwrap();
    }
    net.release_request().unwrap();
    until("the association is released", || !net.is_associated());
}
