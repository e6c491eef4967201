//! Cuts DIMSE messages into P-DATA-TF PDUs: PS3.8 9.3.5 and annex E.
//!
//! It must not write anywhere but to the caller's buffer, or wait for anything:
//! what it makes of a message is sent in one gathered write.

use crate::pdu::{HEADER_BYTES, PDV_HEADER_BYTES, data_tf_heads};

use super::error::FragmentError;

/// The P-DATA-TF variable field that we send to a peer without a limit, in
/// bytes. Longer ones gain nothing any more, and the peer may have to hold a
/// whole one.
pub const UNLIMITED_PDU_BYTES: u32 = 131_072;

/// What each PDU of a message has in front of its fragment.
const HEADERS_BYTES: usize = HEADER_BYTES + PDV_HEADER_BYTES;

/// The longest fragment for a peer with this maximum length, in bytes.
///
/// `maximum_length` is the peer's (PS3.8 D.1): it counts what comes after the 6
/// bytes of the PDU's header; 0 says that there is no limit, and gets us to
/// [`UNLIMITED_PDU_BYTES`]. The result is even, but for 7, which leaves
/// room for one byte only.
///
/// # Errors
///
/// 1 to 6, which have no room for a fragment.
pub fn fragment_bytes_max(maximum_length: u32) -> Result<usize, FragmentError> {
    let variable_field_bytes = match maximum_length {
        0 => UNLIMITED_PDU_BYTES,
        limit => limit,
    };
    match variable_field_bytes.saturating_sub(PDV_HEADER_BYTES as u32) {
        0 => Err(FragmentError::MaximumLengthTooSmall { maximum_length }),
        1 => Ok(1),
        bytes => Ok((bytes & !1) as usize),
    }
}

/// Appends the P-DATA-TFs of one message to `out`, and the offset in `out` at
/// which each of them ends to `pdu_ends`.
///
/// The command set and the data set are cut into fragments as long as the
/// peer's `maximum_length` lets them be (see [`fragment_bytes_max`]), each in a
/// PDU of its own. A part that is empty gets one empty fragment, so that the
/// peer sees its end. No byte is added: a data set of odd length keeps it.
///
/// # Errors
///
/// A `maximum_length` of 1 to 6, and no memory for the PDUs. `out` and
/// `pdu_ends` are then as they were.
pub fn put_message(
    out: &mut Vec<u8>,
    pdu_ends: &mut Vec<usize>,
    presentation_context_id: u8,
    command: &[u8],
    data_set: Option<&[u8]>,
    maximum_length: u32,
) -> Result<(), FragmentError> {
    let fragment_bytes = fragment_bytes_max(maximum_length)?;
    let parts = [Some((command, true)), data_set.map(|bytes| (bytes, false))];
    let (mut pdus, mut bytes) = (0_usize, 0_usize);
    for (part, _) in parts.iter().flatten() {
        let count = part.len().div_ceil(fragment_bytes).max(1);
        pdus = pdus.saturating_add(count);
        bytes = bytes.saturating_add(part.len()).saturating_add(count.saturating_mul(HEADERS_BYTES));
    }
    let no_memory = |_| FragmentError::OutOfMemory { bytes };
    out.try_reserve(bytes).map_err(no_memory)?;
    pdu_ends.try_reserve(pdus).map_err(no_memory)?;
    for (mut rest, is_command) in parts.into_iter().flatten() {
        loop {
            let (fragment, after) = rest.split_at_checked(fragment_bytes).unwrap_or((rest, &[]));
            // Fits: it is the peer's limit at most, which is a u32.
            let length = fragment.len() as u32;
            let is_last = after.is_empty();
            out.extend_from_slice(&data_tf_heads(length, presentation_context_id, is_command, is_last));
            out.extend_from_slice(fragment);
            pdu_ends.push(out.len());
            if is_last {
                break;
            }
            rest = after;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One message in `maximum_length`, as its PDUs.
    fn pdus_of(command: &[u8], data_set: Option<&[u8]>, maximum_length: u32) -> Vec<Vec<u8>> {
        let (mut out, mut ends) = (Vec::new(), Vec::new());
        put_message(&mut out, &mut ends, 5, command, data_set, maximum_length).unwrap();
        assert_eq!(ends.last(), Some(&out.len()));
        let mut start = 0;
        ends.into_iter().map(|end| out[std::mem::replace(&mut start, end)..end].to_vec()).collect()
    }

    #[test]
    fn a_command_byte_for_byte() {
        let pdus = pdus_of(&[0xAA, 0xBB], None, 16384);
        let bytes = [4, 0, 0, 0, 0, 8, 0, 0, 0, 4, 5, 3, 0xAA, 0xBB];
        assert_eq!(pdus, [bytes.to_vec()]);
    }

    #[test]
    fn command_and_data_set_go_in_pdus_of_their_own() {
        let pdus = pdus_of(&[1, 2], Some(&[3, 4, 5, 6, 7, 8]), 10);
        assert_eq!(
            pdus,
            [
                vec![4, 0, 0, 0, 0, 8, 0, 0, 0, 4, 5, 3, 1, 2],
                vec![4, 0, 0, 0, 0, 10, 0, 0, 0, 6, 5, 0, 3, 4, 5, 6],
                vec![4, 0, 0, 0, 0, 8, 0, 0, 0, 4, 5, 2, 7, 8],
            ]
        );
    }

    #[test]
    fn fragments_for_each_maximum_length() {
        for maximum_length in 1..=6 {
            assert_eq!(
                fragment_bytes_max(maximum_length),
                Err(FragmentError::MaximumLengthTooSmall { maximum_length })
            );
        }
        for (maximum_length, bytes) in [
            (0, 131_066),
            (7, 1),
            (8, 2),
            (9, 2),
            (10, 4),
            (16_384, 16_378),
            (16_385, 16_378),
            (u32::MAX, 0xFFFF_FFF8),
        ] {
            assert_eq!(fragment_bytes_max(maximum_length), Ok(bytes));
        }
    }

    #[test]
    fn a_part_of_exactly_one_fragment_has_no_empty_one_behind_it() {
        let part = [7; 4];
        assert_eq!(pdus_of(&part, None, 10).len(), 1);
        assert_eq!(pdus_of(&part, None, 9).len(), 2);
        assert_eq!(pdus_of(&part, None, 7).len(), 4);
        assert_eq!(pdus_of(&part, None, 0).len(), 1);
        assert_eq!(pdus_of(&part, None, u32::MAX).len(), 1);
    }

    #[test]
    fn an_empty_data_set_still_has_an_end() {
        let pdus = pdus_of(&[1, 2], Some(&[]), 0);
        assert_eq!(pdus[1], [4, 0, 0, 0, 0, 6, 0, 0, 0, 2, 5, 2]);
        assert_eq!(pdus.len(), 2);
    }

    #[test]
    fn messages_are_appended_with_one_allocation() {
        let (mut out, mut ends) = (vec![9; 3], vec![3]);
        let error = put_message(&mut out, &mut ends, 1, &[1], None, 6);
        assert_eq!(error, Err(FragmentError::MaximumLengthTooSmall { maximum_length: 6 }));
        assert_eq!((out.len(), ends.len()), (3, 1));
        let data_set = vec![1; 1000];
        put_message(&mut out, &mut ends, 1, &[1, 2], Some(&data_set), 106).unwrap();
        assert_eq!(out.len(), 3 + 2 + 1000 + 11 * 12);
        assert_eq!(ends.len(), 12);
        assert_eq!(ends[..2], [3, 17]);
    }
}
