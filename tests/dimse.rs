//! The promises of `dimse`, over any message and any way it may arrive in:
//! command sets come back as they went, a message is the same however it was
//! cut, and no bytes at all make it panic.

// For the allocator that counts.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use ldicomnet::dimse::{
    Assembler, AssemblerLimits, AssemblyError, CommandError, CommandSet, Step, c_echo_rq, command_field,
    element, fragment_bytes_max, put_message, response_to,
};
use ldicomnet::pdu::{
    HEADER_BYTES, PDV_HEADER_BYTES, PdvPiece, PdvReader, put_data_tf_header, put_pdv_header,
};
use proptest::prelude::*;

const VERIFICATION: &[u8] = b"1.2.840.10008.1.1";

/// A message as the assembler gives it back.
#[derive(Clone, Debug, PartialEq)]
struct Message {
    presentation_context_id: u8,
    command: CommandSet,
    data_set: Option<Vec<u8>>,
}

impl Message {
    fn command_bytes(&self) -> Vec<u8> {
        encoded(&self.command)
    }
}

fn encoded(set: &CommandSet) -> Vec<u8> {
    let mut bytes = Vec::new();
    set.encode(&mut bytes);
    bytes
}

/// One element as on the wire, with whatever length it claims.
fn wire(group: u16, element: u16, length: u32, value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(&group.to_le_bytes());
    bytes.extend_from_slice(&element.to_le_bytes());
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(value);
    bytes
}

/// What arrives: PDUs back to back, looked at through a window of `step` bytes,
/// as if each read had brought no more.
fn receive(stream: &[u8], steps: &[usize]) -> Result<Vec<Message>, AssemblyError> {
    let mut assembler = Assembler::new(AssemblerLimits::default());
    let mut reader = PdvReader::new();
    let mut messages: Vec<Message> = Vec::new();
    let mut steps = steps.iter().copied().cycle();
    let mut rest = stream;
    while !rest.is_empty() {
        let (header, after) = rest.split_at(HEADER_BYTES);
        let length = u32::from_be_bytes(header[2..].try_into().unwrap());
        let (mut body, after) = after.split_at(length as usize);
        rest = after;
        reader.begin(length).unwrap();
        while !body.is_empty() {
            let (mut window, after) = body.split_at(steps.next().unwrap().clamp(1, body.len()));
            body = after;
            while let Some(piece) = reader.next(&mut window).unwrap() {
                take(assembler.push(piece)?, &mut messages);
            }
            assert!(window.is_empty());
        }
        assert!(reader.is_complete());
    }
    assert!(assembler.is_idle());
    Ok(messages)
}

fn take(step: Step<'_>, messages: &mut Vec<Message>) {
    match step {
        Step::More => {}
        Step::Command { presentation_context_id, command, has_data_set } => {
            messages.push(Message { presentation_context_id, data_set: has_data_set.then(Vec::new), command })
        }
        Step::Data { bytes, .. } => messages
            .last_mut()
            .and_then(|message| message.data_set.as_mut())
            .unwrap()
            .extend_from_slice(bytes),
    }
}

/// PDVs of any length, any number of them in a PDU.
fn cut(message: &Message, lengths: &[usize], per_pdu: &[usize]) -> Vec<u8> {
    let mut lengths = lengths.iter().copied().cycle();
    let mut pdvs: Vec<Vec<u8>> = Vec::new();
    let command = message.command_bytes();
    let parts = [Some((&command, true)), message.data_set.as_ref().map(|set| (set, false))];
    for (part, is_command) in parts.into_iter().flatten() {
        let mut rest = part.as_slice();
        loop {
            let (value, after) = rest.split_at(lengths.next().unwrap().min(rest.len()));
            rest = after;
            let mut pdv = Vec::new();
            let id = message.presentation_context_id;
            put_pdv_header(&mut pdv, value.len() as u32, id, is_command, rest.is_empty());
            pdv.extend_from_slice(value);
            pdvs.push(pdv);
            if rest.is_empty() {
                break;
            }
        }
    }
    let mut stream = Vec::new();
    let mut per_pdu = per_pdu.iter().copied().cycle();
    let mut pdvs = pdvs.as_slice();
    while !pdvs.is_empty() {
        let (now, after) = pdvs.split_at(per_pdu.next().unwrap().clamp(1, pdvs.len()));
        pdvs = after;
        let body = now.concat();
        put_data_tf_header(&mut stream, body.len() as u32);
        stream.extend_from_slice(&body);
    }
    stream
}

/// Elements as a peer may send them: known and unknown numbers, any value.
fn any_elements() -> impl Strategy<Value = std::collections::BTreeMap<u16, Vec<u8>>> {
    let number = prop_oneof![proptest::sample::select(element::ALL).prop_map(|entry| entry.0), any::<u16>(),]
        .prop_filter("the group length is not for setting", |&number| number != 0);
    let value = proptest::collection::vec(any::<u8>(), 0..70);
    proptest::collection::btree_map(number, value, 0..20)
}

/// A command set that is a message's: it has a field, and says whether a data
/// set follows.
fn any_command(has_data_set: bool) -> impl Strategy<Value = CommandSet> {
    (any_elements(), any::<u16>()).prop_map(move |(elements, field)| {
        let mut set = CommandSet::new();
        for (number, mut value) in elements {
            // What `encode` would add, since messages are compared to it.
            value.truncate(value.len() & !1);
            set.set_raw(number, &value);
        }
        set.set_u16(element::COMMAND_FIELD, field);
        let data_set_type = if has_data_set { 0x0102 } else { 0x0101 };
        set.set_u16(element::COMMAND_DATA_SET_TYPE, data_set_type);
        set
    })
}

fn any_message() -> impl Strategy<Value = Message> {
    let data_set = proptest::option::of(proptest::collection::vec(any::<u8>(), 0..300));
    data_set
        .prop_flat_map(|data_set| (any_command(data_set.is_some()), Just(data_set), any::<u8>()))
        .prop_map(|(command, data_set, presentation_context_id)| Message {
            presentation_context_id,
            command,
            data_set,
        })
}

/// Sizes to cut by: now and then all of them 1.
fn sizes(range: std::ops::Range<usize>) -> impl Strategy<Value = Vec<usize>> {
    prop_oneof![
        Just(vec![1]),
        proptest::collection::vec(range, 1..8)
            .prop_filter("must get on", |sizes| sizes.iter().any(|&size| size > 0)),
    ]
}

proptest! {
    #[test]
    fn any_command_set_round_trips(elements in any_elements()) {
        let mut set = CommandSet::new();
        for (&number, value) in elements.iter().rev() {
            set.set_raw(number, value);
        }
        prop_assert_eq!(set.len(), elements.len());
        for (number, value) in &set {
            prop_assert_eq!(&elements[&number], value);
            prop_assert_eq!(set.raw(number), Some(value));
        }
        let bytes = encoded(&set);
        prop_assert_eq!(&bytes[..8], &wire(0, 0, 4, &[])[..]);
        prop_assert_eq!(&bytes[8..12], &(bytes.len() as u32 - 12).to_le_bytes()[..]);
        let back = CommandSet::parse(&bytes).unwrap();
        prop_assert_eq!(back.len(), set.len());
        for (number, value) in &back {
            prop_assert_eq!(value.len() % 2, 0);
            prop_assert!(value.starts_with(&elements[&number]));
            prop_assert!(value.len() - elements[&number].len() <= 1);
            prop_assert_eq!(back.text(number), set.text(number));
        }
        prop_assert_eq!(encoded(&back), bytes);
    }

    #[test]
    fn any_order_of_elements_parses_to_the_same(
        elements in any_elements().prop_map(Vec::from_iter).prop_shuffle(),
        group_length in proptest::option::of(any::<u32>()),
        at in any::<proptest::sample::Index>(),
    ) {
        let mut pieces: Vec<Vec<u8>> = elements
            .iter()
            .map(|(number, value)| wire(0, *number, value.len() as u32, value))
            .collect();
        if let Some(length) = group_length {
            let at = at.index(pieces.len() + 1);
            pieces.insert(at, wire(0, 0, 4, &length.to_le_bytes()));
        }
        let mut expected = CommandSet::new();
        for (number, value) in &elements {
            expected.set_raw(*number, value);
        }
        prop_assert_eq!(CommandSet::parse(&pieces.concat()).unwrap(), expected);
    }

    #[test]
    fn setting_and_removing_agree_with_a_map(
        operations in proptest::collection::vec(
            (0..12_u16, proptest::option::of(proptest::collection::vec(any::<u8>(), 0..9))),
            0..60,
        ),
    ) {
        let mut map = std::collections::BTreeMap::new();
        let mut set = CommandSet::new();
        for (number, value) in operations {
            match value {
                Some(value) => {
                    set.set_raw(number, &value);
                    if number != 0 {
                        map.insert(number, value);
                    }
                }
                None => prop_assert_eq!(set.remove(number), map.remove(&number).is_some()),
            }
            prop_assert!(set.iter().eq(map.iter().map(|(&n, v)| (n, v.as_slice()))));
        }
    }

    #[test]
    fn any_cut_of_a_message_assembles_to_it(
        messages in proptest::collection::vec(any_message(), 1..4),
        lengths in sizes(0..80),
        per_pdu in sizes(1..6),
        steps in sizes(1..40),
    ) {
        let stream: Vec<u8> = messages
            .iter()
            .flat_map(|message| cut(message, &lengths, &per_pdu))
            .collect();
        prop_assert_eq!(receive(&stream, &steps).unwrap(), messages);
    }

    #[test]
    fn a_message_we_cut_assembles_to_itself_and_keeps_the_limit(
        message in any_message(),
        maximum_length in prop_oneof![Just(0), 7..40_u32, Just(16_384), Just(u32::MAX)],
        steps in sizes(1..40),
    ) {
        let (mut stream, mut ends) = (Vec::new(), Vec::new());
        put_message(
            &mut stream,
            &mut ends,
            message.presentation_context_id,
            &message.command_bytes(),
            message.data_set.as_deref(),
            maximum_length,
        )
        .unwrap();
        let fragment_bytes = fragment_bytes_max(maximum_length).unwrap();
        let mut start = 0;
        for &end in &ends {
            let value_bytes = end - start - HEADER_BYTES - PDV_HEADER_BYTES;
            prop_assert!(value_bytes <= fragment_bytes);
            if maximum_length != 0 {
                prop_assert!(end - start - HEADER_BYTES <= maximum_length as usize);
            }
            let is_last = stream[start + 11] & 2 != 0;
            prop_assert!(is_last || value_bytes == fragment_bytes);
            start = end;
        }
        prop_assert_eq!(start, stream.len());
        prop_assert_eq!(receive(&stream, &steps).unwrap(), [message]);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check_parse(&bytes);
    }

    #[test]
    fn almost_a_command_set_never_panics(
        command in any_command(true),
        changes in proptest::collection::vec(
            (any::<proptest::sample::Index>(), prop_oneof![Just(0), Just(0xFF), any::<u8>()]),
            1..4,
        ),
        cut_at in any::<proptest::sample::Index>(),
    ) {
        let mut bytes = encoded(&command);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        check_parse(&bytes);
        check_parse(&bytes[..cut_at.index(bytes.len())]);
    }

    #[test]
    fn arbitrary_pieces_never_panic(
        pieces in proptest::collection::vec(
            (0..3_u8, any::<bool>(), any::<bool>(), 0..3_usize, 0..40_usize),
            0..20,
        ),
    ) {
        let mut announcing = c_echo_rq(1, VERIFICATION);
        announcing.set_u16(element::COMMAND_DATA_SET_TYPE, 1);
        let sources = [encoded(&c_echo_rq(1, VERIFICATION)), encoded(&announcing), vec![0; 40]];
        let mut assembler = Assembler::new(AssemblerLimits { command_bytes_max: 100 });
        let mut failed = None;
        for (id, is_command, is_last_fragment, source, length) in pieces {
            // 39 stands for the whole of it, so that some are right.
            let source = &sources[source];
            let bytes = if length == 39 { &source[..] } else { &source[..length] };
            let presentation_context_id = id;
            let piece = PdvPiece { presentation_context_id, is_command, is_last_fragment, bytes };
            let result = assembler.push(piece);
            if let Some(error) = failed {
                prop_assert_eq!(result, Err(error));
            } else if let Err(error) = result {
                prop_assert!(matches!(error.abort_reason(), 5 | 6));
                failed = Some(error);
            }
        }
    }
}

/// Whatever parses has to hold what it says, and be answerable.
fn check_parse(bytes: &[u8]) {
    match CommandSet::parse(bytes) {
        Err(error) => assert!(matches!(error.abort_reason(), 5 | 6)),
        Ok(set) => {
            for (number, value) in &set {
                assert_eq!(set.raw(number), Some(value));
                set.u16(number);
                set.tags(number);
                assert!(value.starts_with(set.text(number).unwrap()));
            }
            assert!(!format!("{set:?}").contains('\n'));
            if let Some(response) = response_to(&set, 0) {
                let bytes = encoded(&response);
                assert_eq!(CommandSet::parse(&bytes), Ok(response));
            }
            assert!(CommandSet::parse(&encoded(&set)).is_ok());
        }
    }
}

/// What can be wrong with one element of a C-STORE-RQ, and what comes of it.
/// CVE-2024-34508 and -34509 were command elements that were not what they
/// should be.
mod each_element {
    use super::*;

    /// A C-STORE-RQ with all that PS3.7 Table 9.3-1 gives it.
    fn store_elements() -> Vec<(u16, Vec<u8>)> {
        vec![
            (element::AFFECTED_SOP_CLASS_UID, b"1.2.840.10008.5.1.4.1.1.2\0".to_vec()),
            (element::COMMAND_FIELD, vec![1, 0]),
            (element::MESSAGE_ID, vec![7, 0]),
            (element::PRIORITY, vec![0, 0]),
            (element::COMMAND_DATA_SET_TYPE, vec![0, 0]),
            (element::AFFECTED_SOP_INSTANCE_UID, b"1.2.3.40".to_vec()),
            (element::MOVE_ORIGINATOR_APPLICATION_ENTITY_TITLE, b"MOVER ".to_vec()),
            (element::MOVE_ORIGINATOR_MESSAGE_ID, vec![9, 0]),
        ]
    }

    fn bytes_of(elements: &[(u16, Vec<u8>)]) -> Vec<u8> {
        elements.iter().flat_map(|(number, value)| wire(0, *number, value.len() as u32, value)).collect()
    }

    fn assemble(bytes: &[u8]) -> Result<CommandSet, AssemblyError> {
        let mut assembler = Assembler::new(AssemblerLimits::default());
        let piece = PdvPiece { presentation_context_id: 1, is_command: true, is_last_fragment: true, bytes };
        match assembler.push(piece)? {
            Step::Command { command, .. } => Ok(command),
            step => panic!("{step:?}"),
        }
    }

    /// The assembler cannot do without these two.
    fn is_needed(number: u16) -> bool {
        matches!(number, element::COMMAND_FIELD | element::COMMAND_DATA_SET_TYPE)
    }

    /// Runs all that reads a command set over one whose `number` is not as it
    /// should be.
    fn check(elements: &[(u16, Vec<u8>)], number: u16) {
        match assemble(&bytes_of(elements)) {
            Err(error) => {
                assert!(is_needed(number), "{number:04X}: {error}");
                assert_eq!(error, AssemblyError::NoNumber { element: number });
                assert_eq!(error.abort_reason(), 6);
            }
            Ok(command) => {
                assert!(!is_needed(number), "{number:04X}");
                assert_eq!(command.len(), elements.len());
                let response = response_to(&command, 0).unwrap();
                assert_eq!(response.command_field(), Some(command_field::C_STORE_RSP));
                assert_eq!(response.status(), Some(0));
                assert!(response.message_id_being_responded_to().is_some());
            }
        }
    }

    fn for_each(change: impl Fn(&mut Vec<(u16, Vec<u8>)>, usize)) {
        for index in 0..store_elements().len() {
            let mut elements = store_elements();
            let number = elements[index].0;
            change(&mut elements, index);
            check(&elements, number);
        }
    }

    #[test]
    fn missing() {
        for_each(|elements, index| drop(elements.remove(index)));
    }

    #[test]
    fn empty() {
        for_each(|elements, index| elements[index].1.clear());
    }

    #[test]
    fn of_odd_length() {
        for_each(|elements, index| elements[index].1.push(0));
        for_each(|elements, index| elements[index].1.truncate(1));
    }

    #[test]
    fn too_long_for_what_it_is() {
        for_each(|elements, index| elements[index].1.resize(1000, b'1'));
    }

    #[test]
    fn longer_than_what_is_there() {
        for index in 0..store_elements().len() {
            let elements = store_elements();
            let (number, value) = elements[index].clone();
            let before = bytes_of(&elements[..index]);
            let after = bytes_of(&elements[index + 1..]);
            let remaining = value.len() + after.len();
            for length in [remaining as u32 + 1, 0x7FFF_FFFF, 0x8000_0000, u32::MAX - 1] {
                let element = wire(0, number, length, &value);
                let bytes = [before.clone(), element, after.clone()].concat();
                assert_eq!(
                    assemble(&bytes),
                    Err(AssemblyError::Command(CommandError::PastEnd { element: number, length, remaining }))
                );
            }
            let undefined = [before.clone(), wire(0, number, u32::MAX, &value)].concat();
            assert_eq!(
                assemble(&undefined),
                Err(AssemblyError::Command(CommandError::UndefinedLength { element: number }))
            );
        }
    }

    #[test]
    fn doubled() {
        for index in 0..store_elements().len() {
            for other in 0..=store_elements().len() {
                let mut elements = store_elements();
                let copy = elements[index].clone();
                let number = copy.0;
                elements.insert(other, copy);
                assert_eq!(
                    assemble(&bytes_of(&elements)),
                    Err(AssemblyError::Command(CommandError::Doubled { element: number }))
                );
            }
        }
    }

    #[test]
    fn of_another_group() {
        for index in 0..store_elements().len() {
            let elements = store_elements();
            let (number, value) = &elements[index];
            let foreign = wire(0x0008, *number, value.len() as u32, value);
            let bytes = [bytes_of(&elements[..index]), foreign].concat();
            let error = AssemblyError::Command(CommandError::ForeignGroup { group: 8, element: *number });
            assert_eq!(assemble(&bytes), Err(error));
            assert_eq!(error.abort_reason(), 5);
        }
    }

    #[test]
    fn cut_off_anywhere() {
        let bytes = bytes_of(&store_elements());
        for length in 0..bytes.len() {
            let result = CommandSet::parse(&bytes[..length]);
            // Right where an element ends, what is there is a command set.
            let ends = store_elements();
            let is_end = (0..ends.len()).any(|index| bytes_of(&ends[..index]).len() == length);
            assert_eq!(result.is_ok(), is_end, "{length}");
        }
    }
}

#[test]
fn an_echo_survives_single_bytes_everywhere() {
    let message = Message { presentation_context_id: 1, command: c_echo_rq(7, VERIFICATION), data_set: None };
    for per_pdu in [1, 3, usize::MAX] {
        let stream = cut(&message, &[1], &[per_pdu]);
        assert_eq!(receive(&stream, &[1]).unwrap(), std::slice::from_ref(&message));
    }
}

#[test]
fn a_command_without_end_is_stopped_at_the_limit() {
    let mut assembler = Assembler::new(AssemblerLimits::default());
    let bytes = [0; 1024];
    let piece =
        PdvPiece { presentation_context_id: 1, is_command: true, is_last_fragment: false, bytes: &bytes };
    for _ in 0..64 {
        assert_eq!(assembler.push(piece), Ok(Step::More));
    }
    assert_eq!(assembler.push(piece), Err(AssemblyError::CommandTooLong { command_bytes_max: 64 * 1024 }));
}

/// Counts what the running test's thread asks of the system's allocator.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    ALLOCATIONS.set(ALLOCATIONS.get() + 1);
}

// SAFETY: hands every call on as it is; counting allocates nothing, for the
// cell needs neither a constructor nor a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// How many allocations `work` makes.
fn allocations_of<T>(work: impl FnOnce() -> T) -> usize {
    let before = ALLOCATIONS.get();
    let result = work();
    let after = ALLOCATIONS.get();
    drop(result);
    after - before
}

#[test]
fn an_echo_costs_one_allocation_each_to_parse_answer_and_encode() {
    let bytes = encoded(&c_echo_rq(7, VERIFICATION));
    let piece =
        PdvPiece { presentation_context_id: 1, is_command: true, is_last_fragment: true, bytes: &bytes };
    let mut assembler = Assembler::new(AssemblerLimits::default());
    assert_eq!(allocations_of(|| assembler.push(piece)), 1);
    let request = CommandSet::parse(&bytes).unwrap();
    assert_eq!(allocations_of(|| CommandSet::parse(&bytes)), 1);
    assert_eq!(allocations_of(|| response_to(&request, 0)), 1);
    assert_eq!(allocations_of(|| encoded(&request)), 1);
    let longest_uid = [b'1'; 64];
    assert_eq!(allocations_of(|| c_echo_rq(7, &longest_uid)), 1);
    // Into buffers that have had a message before.
    let (mut command, mut out, mut ends) = (Vec::new(), Vec::new(), Vec::new());
    for expected in [3, 0] {
        command.clear();
        out.clear();
        ends.clear();
        let allocations = allocations_of(|| {
            request.encode(&mut command);
            put_message(&mut out, &mut ends, 1, &command, None, 16_384).unwrap();
        });
        assert_eq!(allocations, expected);
    }
}

#[test]
fn every_response_costs_one_allocation() {
    for field in command_field::ANSWERED_REQUESTS {
        let mut request = CommandSet::new();
        request.set_u16(element::COMMAND_FIELD, field);
        for uid in [
            element::AFFECTED_SOP_CLASS_UID,
            element::REQUESTED_SOP_CLASS_UID,
            element::AFFECTED_SOP_INSTANCE_UID,
            element::REQUESTED_SOP_INSTANCE_UID,
        ] {
            request.set_text(uid, b"1.2.3");
        }
        request.set_u16(element::EVENT_TYPE_ID, 1);
        request.set_u16(element::ACTION_TYPE_ID, 1);
        assert_eq!(allocations_of(|| response_to(&request, 0)), 1, "{field:04X}");
    }
}

#[test]
fn lengths_on_the_wire_allocate_nothing() {
    let lying = wire(0, element::MESSAGE_ID, u32::MAX - 1, &[0; 32]);
    assert_eq!(allocations_of(|| CommandSet::parse(&lying)), 0);
}
