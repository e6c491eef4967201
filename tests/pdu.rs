//! Protocol data units from outside: round trips of every PDU and sub-item, any bytes at all, and a second codec,
//! dicom-ul, held against ours in both directions.
//!
//! PS3.8 section 9.3, PS3.7 Annex D.3.3. The traps for single items are in `src/pdu/items/tests.rs`.

#[path = "pdu/dicom_ul.rs"]
mod against_dicom_ul;
#[path = "pdu/values.rs"]
mod values;

use ldicomnet::pdu::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use values::{FORMS, Pdv, associate, common, data_tf, pdv, user_identity};

/// Adds a part to what came before; a part that was not the last of its message goes on in the next.
fn join(parts: &mut Vec<Pdv>, next: Pdv) {
    match parts.last_mut() {
        Some(p) if !p.is_last && (p.id, p.is_command) == (next.id, next.is_command) => {
            p.value.extend(next.value);
            p.is_last = next.is_last;
        }
        _ => parts.push(next),
    }
}

/// Feeds a stream to framer and reader as it arrives, `chunk` bytes at a time, and joins what comes out.
fn read_stream(stream: &[u8], chunk: usize, whole_bytes_max: usize) -> Vec<Pdv> {
    let mut framer = Framer::new(Limits { whole_bytes_max, ..Limits::default() });
    let (mut reader, mut parts) = (PdvReader::new(), vec![]);
    let (mut start, mut end) = (0, 0);
    while start < stream.len() {
        let input = &stream[start..end];
        let Some(frame) = framer.next(input).unwrap() else {
            assert!(framer.wanted(input) > input.len());
            end = stream.len().min(end + chunk);
            continue;
        };
        assert_eq!(frame.pdu_type(), PduType::DataTf);
        start += frame.len();
        let mut body = frame.bytes();
        if matches!(frame, Frame::Whole { .. } | Frame::Piece { first: true, .. }) {
            assert!(reader.is_complete());
            reader.begin(body_length(body).unwrap()).unwrap();
            body = &body[HEADER_BYTES..];
        }
        while let Some(piece) = reader.next(&mut body).unwrap() {
            let next = Pdv {
                id: piece.presentation_context_id,
                is_command: piece.is_command,
                is_last: piece.is_last_fragment,
                value: piece.bytes.to_vec(),
            };
            join(&mut parts, next);
        }
        assert!(body.is_empty());
        assert_eq!(reader.is_complete(), !framer.is_within_data());
    }
    parts
}

// ---- Round trips ----

fn decode(bytes: &[u8]) -> Result<Associate, PduError> {
    let form = match PduType::try_from(bytes[0]).unwrap() {
        PduType::AssociateRq => AssociateForm::Request,
        _ => AssociateForm::Accept,
    };
    Associate::decode(form, &bytes[HEADER_BYTES..])
}

proptest! {
    #[test]
    fn an_associate_comes_back_as_it_went(associate in associate()) {
        let bytes = associate.encode().unwrap();
        let frame = Framer::default().next(&bytes).unwrap().unwrap();
        prop_assert_eq!(frame.len(), bytes.len());
        prop_assert_eq!(decode(&bytes).unwrap(), associate);
    }

    #[test]
    fn typed_views_of_raw_items_come_back(identity in user_identity(), common in vec(common(), 0..5)) {
        let mut request = Associate::new(AssociateForm::Request);
        request.set_user_identity(identity.clone()).unwrap();
        for negotiation in &common {
            request.add_common_extended_negotiation(negotiation).unwrap();
        }
        let read = decode(&request.encode().unwrap()).unwrap();
        prop_assert_eq!(read.user_identity(), Some(identity.clone()));
        prop_assert_eq!(read.common_extended_negotiations(), common);
        let mut accept = Associate::new(AssociateForm::Accept);
        accept.set_user_identity_response(&identity.primary).unwrap();
        let read = decode(&accept.encode().unwrap()).unwrap();
        prop_assert_eq!(read.user_identity_response(), Some(&identity.primary[..]));
    }

    #[test]
    fn reject_and_abort_take_every_code(result: u8, source: u8, reason: u8) {
        let rejection = Rejection { result, source, reason };
        let bytes = encode_reject(rejection);
        prop_assert_eq!(decode_reject(&bytes[HEADER_BYTES..]), Ok(rejection));
        prop_assert!(!rejection.to_string().is_empty());
        let abort = Abort { source, reason };
        let bytes = encode_abort(abort);
        prop_assert_eq!(decode_abort(&bytes[HEADER_BYTES..]), Ok(abort));
        prop_assert!(!abort.to_string().is_empty());
    }

    #[test]
    fn pdvs_come_back_however_they_are_cut(
        pdus in vec(vec(pdv(), 1..5), 1..5),
        chunk in 1..200usize,
        whole_bytes_max in prop::sample::select(vec![0, 12, 50, 1000]),
    ) {
        let stream: Vec<u8> = pdus.iter().flat_map(|pdvs| data_tf(pdvs)).collect();
        let mut expected = vec![];
        for pdv in pdus.into_iter().flatten() {
            join(&mut expected, pdv);
        }
        prop_assert_eq!(read_stream(&stream, chunk, whole_bytes_max), expected);
    }
}

#[test]
fn release_pdus_come_back() {
    for bytes in [encode_release_rq(), encode_release_rp()] {
        let frame = Framer::default().next(&bytes).unwrap().unwrap();
        assert_eq!(frame.bytes(), bytes);
        assert_eq!(decode_release(&bytes[HEADER_BYTES..]), Ok(()));
    }
}

// DCMTK 5f6e38d05: an enumeration taken from the wire without a range check.
#[test]
fn reject_with_any_result_source_and_reason() {
    for result in 0..=255 {
        for source in (0..=255).step_by(5).chain([1, 2, 3]) {
            for reason in (0..=255).step_by(7).chain([1, 2, 3]) {
                let body = [0, result, source, reason];
                let expected = Rejection { result, source, reason };
                assert_eq!(decode_reject(&body), Ok(expected));
            }
        }
    }
}

// ---- Any bytes at all ----

/// Runs everything that reads over `bytes`; what it gives may be wrong, but it must come back.
fn read_everything(bytes: &[u8], chunk: usize) {
    for form in FORMS {
        if let Ok(associate) = Associate::decode(form, bytes) {
            let _ = format!("{associate:?}");
            let _ = associate.user_identity();
            let _ = associate.user_identity_response();
            let _ = associate.common_extended_negotiations();
            let again = associate.encode().map(|b| Associate::decode(form, &b[HEADER_BYTES..]));
            assert!(again.is_err() || again.unwrap().is_ok());
        }
    }
    let _ = (decode_reject(bytes), decode_abort(bytes), decode_release(bytes));
    let mut framer = Framer::new(Limits { data_bytes_max: 0, whole_bytes_max: 64, ..Limits::default() });
    let (mut start, mut end) = (0, 0);
    loop {
        let input = &bytes[start..end];
        match framer.next(input) {
            Ok(Some(frame)) => {
                assert!(frame.len() > 0 && frame.len() <= input.len());
                start += frame.len();
            }
            Ok(None) if end == bytes.len() => break,
            Ok(None) => {
                assert!(framer.wanted(input) > input.len());
                end = bytes.len().min(end + chunk);
            }
            Err(error) => {
                assert!((1..=6).contains(&error.abort_reason()));
                break;
            }
        }
    }
    for length in [6, bytes.len() as u32 + 6, u32::MAX] {
        let mut reader = PdvReader::new();
        reader.begin(length).unwrap();
        for mut part in bytes.chunks(chunk) {
            while let Ok(Some(piece)) = reader.next(&mut part) {
                assert!(piece.bytes.len() <= chunk);
            }
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in vec(any::<u8>(), 0..600), chunk in 1..100usize) {
        read_everything(&bytes, chunk);
    }

    #[test]
    fn a_damaged_associate_is_read_without_a_panic(
        associate in associate(),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in option::of(any::<prop::sample::Index>()),
        chunk in 1..100usize,
    ) {
        let mut bytes = associate.encode().unwrap();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        read_everything(&bytes, chunk);
        read_everything(bytes.get(HEADER_BYTES..).unwrap_or_default(), chunk);
    }
}
