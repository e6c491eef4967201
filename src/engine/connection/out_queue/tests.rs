//! Data sets that are cut into PDUs as the system takes them, over a real socket.

use super::*;
use crate::dimse::put_message;
use crate::net::address::ListenAddress;
use crate::net::socket::{self, SocketOptions};
use std::io::{Read, Write};
use std::net::TcpStream;

/// Two ends of a connection: ours, which does not block and has small buffers, and the peer's.
fn pair() -> (Link, TcpStream) {
    let at = ListenAddress { address: "127.0.0.1:0".parse().unwrap(), dual_stack: false };
    let options = SocketOptions { send_buffer_bytes: 8 << 10, ..SocketOptions::default() };
    let listener = socket::listen(&at, 1, &options).unwrap();
    let peer = TcpStream::connect(listener.local_addr().unwrap().as_socket().unwrap()).unwrap();
    loop {
        if let Some((socket, _)) = socket::accept(&listener, &options).unwrap() {
            return (Link::plain(socket), peer);
        }
        std::thread::yield_now();
    }
}

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index % 251) as u8).collect()
}

/// The same bytes in memory and in a file, with something before and behind them.
fn contents(bytes: &[u8]) -> [Content; 2] {
    let mut file = crate::dataset::SpoolFile::create_in(std::path::Path::new("")).unwrap();
    file.write_all(b"before").unwrap();
    file.write_all(bytes).unwrap();
    file.write_all(b"behind").unwrap();
    [Content::from(bytes.to_vec()), file.into_content(0).slice(6, bytes.len() as u64)]
}

/// Sends all of the queue while the peer reads; gives what it read and the PDUs told as gone.
fn send_all(mut queue: OutQueue, link: Link, mut peer: TcpStream) -> (Vec<u8>, Vec<Gone>) {
    let reader = std::thread::spawn(move || {
        let mut all = Vec::new();
        peer.read_to_end(&mut all).unwrap();
        all
    });
    let mut gone = Vec::new();
    loop {
        match queue.send(&link, &mut gone) {
            Ok(Progress::Empty) => break,
            Ok(_) => std::thread::yield_now(),
            Err(Failure::Socket(error) | Failure::Content(error)) => panic!("{error}"),
        }
    }
    assert_eq!((queue.len(), queue.memory_bytes()), (0, 0));
    drop(link);
    (reader.join().unwrap(), gone)
}

#[test]
fn what_is_cut_on_the_way_is_what_is_cut_beforehand() {
    for length in [0, 1, 2, 999, 1000, 1001, 70_000, 300_001] {
        let data = bytes(length);
        for content in contents(&data) {
            for maximum_length in [16_u32, 1006, 16_384, 65_536, 0] {
                let fragment_bytes = crate::dimse::fragment_bytes_max(maximum_length).unwrap();
                if length / fragment_bytes > 2000 {
                    continue;
                }
                let (mut expected, mut ends) = (Vec::new(), Vec::new());
                put_message(&mut expected, &mut ends, 5, b"", Some(&data), maximum_length).unwrap();
                // Without the command, which was the first.
                let expected = expected.split_off(ends[0]);
                let mut queue = OutQueue::default();
                queue.push_data_set(DataSetRun::new(content.clone(), 5, fragment_bytes, true));
                let (link, peer) = pair();
                let (found, gone) = send_all(queue, link, peer);
                assert!(found == expected, "{length} bytes in fragments of {fragment_bytes}");
                let copies: Vec<u8> = gone.iter().flat_map(|gone| gone.copy.clone().unwrap()).collect();
                assert!(copies == expected && gone.len() == ends.len() - 1);
            }
        }
    }
}

#[test]
fn runs_go_out_in_the_order_they_came_in() {
    let data = bytes(200_000);
    let [memory, file] = contents(&data);
    let mut queue = OutQueue::default();
    let pdu = |left, length| Queued { left, length, pdu_type: 4, copy: None };
    queue.push(b"ab", pdu(2, 2));
    queue.push(b"cd", pdu(2, 5));
    queue.push_data_set(DataSetRun::new(file, 1, 150_000, false));
    queue.push(b"ef", pdu(2, 2));
    queue.push_data_set(DataSetRun::new(memory, 1, 1 << 20, false));
    assert_eq!(queue.memory_bytes(), 6 + 200_000);
    assert_eq!(queue.len(), 6 + 2 * (200_000 + HEAD_BYTES as u64));
    let (link, peer) = pair();
    let (found, gone) = send_all(queue, link, peer);
    assert_eq!(found.len(), 6 + 400_000 + 3 * HEAD_BYTES);
    assert_eq!(found[..4], *b"abcd");
    assert_eq!(found[4 + 200_000 + 2 * HEAD_BYTES..][..2], *b"ef");
    let lengths: Vec<usize> = gone.iter().map(|gone| gone.length).collect();
    assert_eq!(lengths, [2, 5, 150_012, 50_012, 2, 200_012]);
}

#[test]
fn a_file_that_got_shorter_is_no_end_of_the_data_set() {
    for fragment_bytes in [1000, 100_000] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("object");
        std::fs::write(&path, bytes(50_000)).unwrap();
        let mut queue = OutQueue::default();
        queue.push_data_set(DataSetRun::new(Content::open(&path).unwrap(), 1, fragment_bytes, false));
        std::fs::write(&path, b"short").unwrap();
        let (link, mut peer) = pair();
        let reader = std::thread::spawn(move || peer.read_to_end(&mut Vec::new()));
        let mut gone = Vec::new();
        let failure = loop {
            match queue.send(&link, &mut gone) {
                Ok(Progress::Empty) => panic!("all of it went out"),
                Ok(_) => std::thread::yield_now(),
                Err(failure) => break failure,
            }
        };
        let Failure::Content(error) = failure else { panic!("the socket is well") };
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        drop(link);
        reader.join().unwrap().unwrap();
    }
}

#[test]
fn what_is_left_when_the_peer_goes_is_told_by_pdu() {
    let [_, file] = contents(&bytes(8 << 20));
    let mut queue = OutQueue::default();
    queue.push(b"ab", Queued { left: 2, length: 2, pdu_type: 4, copy: None });
    queue.push_data_set(DataSetRun::new(file, 1, 100_000, false));
    queue.push(b"cd", Queued { left: 2, length: 2, pdu_type: 6, copy: None });
    let (link, peer) = pair();
    drop(peer);
    let mut gone = Vec::new();
    let failed = loop {
        match queue.send(&link, &mut gone) {
            Ok(Progress::Empty) => break false,
            Ok(_) => std::thread::yield_now(),
            Err(Failure::Socket(_)) => break true,
            Err(Failure::Content(error)) => panic!("{error}"),
        }
    };
    assert!(failed);
    let unsent = queue.take_unsent();
    assert_eq!(unsent.iter().map(|gone| gone.pdu_type).collect::<Vec<_>>(), [4, 6]);
    assert!(queue.is_empty());
}
