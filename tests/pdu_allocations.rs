//! How much memory reading a PDU takes: counted by an allocator of this test's own.
//!
//! DCMTK #825, pynetdicom #1086: a length field alone must never move memory. And what arrives on
//! each association must be cheap: few allocations to decode it, none to frame data.

#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use ldicomnet::pdu::*;

thread_local! {
    /// Allocations and bytes of this thread: other tests run beside.
    static COUNT: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

struct Counting;

// SAFETY: hands every call on to the system's allocator unchanged; a `Cell` in a constant-initialised
// thread-local allocates nothing itself.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|c| c.set((c.get().0 + 1, c.get().1 + layout.size())));
        // SAFETY: the caller keeps to the contract of `GlobalAlloc::alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: `pointer` came from `System` with this layout, through `alloc` above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations and bytes that `work` takes, and what it gives.
fn counted<T>(work: impl FnOnce() -> T) -> (usize, usize, T) {
    let before = COUNT.get();
    let value = work();
    let after = COUNT.get();
    (after.0 - before.0, after.1 - before.1, value)
}

fn echo_request() -> Associate {
    let mut request = Associate::new(AssociateForm::Request);
    request.add_context(1, 0, b"1.2.840.10008.1.1").unwrap();
    request.add_transfer_syntax(1, b"1.2.840.10008.1.2").unwrap();
    request.set_maximum_length(Some(16384)).unwrap();
    request.set_implementation_class_uid(Some(b"1.2.3")).unwrap();
    request.set_implementation_version_name(Some(b"V1")).unwrap();
    request
}

#[test]
fn a_request_with_one_context_decodes_in_two_allocations() {
    let bytes = echo_request().encode().unwrap();
    let (count, size, read) = counted(|| Associate::decode(AssociateForm::Request, &bytes[HEADER_BYTES..]));
    assert_eq!(read, Ok(echo_request()));
    assert_eq!(count, 2, "the list of contexts, and its list of transfer syntaxes");
    assert!(size <= 256, "{size} bytes");
    let (count, _, _) = counted(|| echo_request().presentation_contexts[0].clone());
    assert!(count > 0, "the counter counts");
    let request = echo_request();
    let (count, _, _) = counted(|| request.encode());
    assert_eq!(count, 1);
}

#[test]
fn framing_and_reading_data_allocates_nothing() {
    let mut stream = Vec::new();
    for _ in 0..100 {
        put_data_tf_header(&mut stream, 2 * (PDV_HEADER_BYTES as u32 + 1000));
        for last in [false, true] {
            put_pdv_header(&mut stream, 1000, 1, false, last);
            stream.resize(stream.len() + 1000, 7);
        }
    }
    for whole_bytes_max in [100, 10_000] {
        let (count, _, bytes) = counted(|| read_all(&stream, whole_bytes_max));
        assert_eq!(bytes, 200_000);
        assert_eq!(count, 0);
    }
}

/// Reads a stream of P-DATA-TFs and counts the bytes of its values.
fn read_all(stream: &[u8], whole_bytes_max: usize) -> usize {
    let mut framer = Framer::new(Limits { whole_bytes_max, ..Limits::default() });
    let mut reader = PdvReader::new();
    let (mut rest, mut total) = (stream, 0);
    while let Some(frame) = framer.next(rest).unwrap() {
        let mut body = frame.bytes();
        rest = &rest[frame.len()..];
        if reader.is_complete() {
            reader.begin(body_length(body).unwrap()).unwrap();
            body = &body[HEADER_BYTES..];
        }
        while let Some(piece) = reader.next(&mut body).unwrap() {
            total += piece.bytes.len();
        }
    }
    total
}

#[test]
fn length_fields_that_lie_move_no_memory() {
    for first in 0..=255u8 {
        let header = [first, 0, 0xFF, 0xFF, 0xFF, 0xFF];
        let (count, _, _) = counted(|| Framer::default().next(&header).is_ok());
        assert_eq!(count, 0);
    }
    let mut body = echo_request().encode().unwrap().split_off(HEADER_BYTES);
    body.truncate(68);
    for item_type in 0..=255u8 {
        body.truncate(68);
        body.extend([item_type, 0, 0xFF, 0xFF, 1, 0, 0, 0]);
        let (count, _, read) = counted(|| Associate::decode(AssociateForm::Request, &body));
        assert!(read.is_err());
        assert_eq!(count, 0);
    }
}

#[test]
fn a_hostile_request_of_1_mib_takes_a_bounded_amount_of_memory() {
    // The items that swell most: empty names, empty sub-items; as many as 1 MiB holds.
    let name = [0x40, 0, 0, 0];
    let context = [&[0x20, 0, 8, 4, 1, 0, 0, 0], &name.repeat(512)[..]].concat();
    let role = [0x54, 0, 0, 4, 0, 0, 1, 1];
    let user = [&[0x50, 0, 0x20, 0], &role.repeat(1024)[..]].concat();
    let mut body = vec![0; 68];
    body.extend(context.repeat(128));
    body.extend(user);
    body.extend([0x99, 0, 0, 0].repeat(((1 << 20) - body.len()) / 4));
    let (_, size, read) = counted(|| Associate::decode(AssociateForm::Request, &body));
    let read = read.unwrap();
    assert_eq!(read.presentation_contexts.len(), 128);
    assert_eq!(read.role_selections.len(), 1024);
    assert!(size < 5 << 20, "{size} bytes");
}
