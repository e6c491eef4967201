//! What is queued for a peer: PDUs that were put together, and data sets that are cut into PDUs
//! (PS3.8 9.3.5) as the system takes them, so that one of any size needs no memory of its own.
//!
//! It must not wait: what the system does not take stays queued.

use crate::dataset::{Content, FileRange};
use crate::net::link::{self, Link};
use crate::pdu::{PDV_HEADER_BYTES, PduType, data_tf_heads};
use std::cell::Cell;
use std::collections::VecDeque;
use std::io::{self, IoSlice};

thread_local! {
    /// Room for bytes that wait, kept from the last that did: what a turn gathers is sent at its end, and to
    /// get and grow as much each time costs more than to fill it.
    static ROOM: Cell<VecDeque<u8>> = const { Cell::new(VecDeque::new()) };
}

/// The most that a thread keeps of it.
const ROOM_BYTES_KEPT: usize = 256 << 10;

/// Bytes and data sets that the system has not taken yet, in order.
#[derive(Default)]
pub(super) struct OutQueue {
    runs: VecDeque<Run>,
    /// The sums of all runs.
    length: u64,
    memory_bytes: usize,
}

enum Run {
    Bytes { bytes: VecDeque<u8>, pdus: VecDeque<Queued> },
    DataSet(DataSetRun),
}

/// A PDU that lies in a run of bytes.
pub(super) struct Queued {
    /// Bytes of the PDU that are still queued.
    pub(super) left: usize,
    pub(super) length: usize,
    pub(super) pdu_type: u8,
    /// A copy for debug mode.
    pub(super) copy: Option<Box<[u8]>>,
}

/// A data set of a message whose command set went before.
pub(super) struct DataSetRun {
    content: Content,
    presentation_context_id: u8,
    /// The longest fragment for the peer.
    fragment_bytes: usize,
    /// Whether the PDUs are copied for debug mode.
    copies: bool,
    /// Bytes of the content that the system has taken.
    position: u64,
    /// The PDU under way.
    head: Head,
    head_left: usize,
    fragment_left: usize,
    pdu_length: usize,
    is_done: bool,
}

type Head = [u8; HEAD_BYTES];
const HEAD_BYTES: usize = crate::pdu::HEADER_BYTES + PDV_HEADER_BYTES;

/// A PDU has gone out, or will not.
pub(super) struct Gone {
    pub(super) length: usize,
    pub(super) pdu_type: u8,
    pub(super) copy: Option<Box<[u8]>>,
}

/// Why nothing more can be sent.
pub(super) enum Failure {
    /// The connection is broken.
    Socket(io::Error),
    /// A data set cannot be read to its end: the peer waits for bytes that are not there.
    Content(io::Error),
}

/// How far one call came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// Nothing is queued any more.
    Empty,
    /// The system takes no more now.
    Blocked,
    /// As much as may be sent in one go; there is more.
    Paused,
}

/// What one call sends at most, in bytes, so that others get their turn.
const BYTES_PER_CALL: usize = 2 << 20;

/// PDUs that one system call gathers.
const PDUS_PER_CALL: usize = 32;

/// Fragments at least this long go from file to socket inside the system. For shorter ones the
/// calls cost more than the copying.
#[cfg(target_os = "linux")]
const SEND_FILE_BYTES_MIN: usize = 32 << 10;

/// What is read of a file for one system call, where it is not sent inside the system.
const READ_BYTES: usize = 256 << 10;

impl OutQueue {
    /// Bytes that are queued, in files too.
    pub(super) fn len(&self) -> u64 {
        self.length
    }

    /// Bytes that are queued in memory.
    pub(super) fn memory_bytes(&self) -> usize {
        self.memory_bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Must a file be read for what comes next? That may take as long as a disk does.
    pub(super) fn reads_a_file(&self) -> bool {
        matches!(self.runs.front(), Some(Run::DataSet(run)) if run.content.as_memory().is_none())
    }

    /// Queues a PDU of which the last `queued.left` bytes are `bytes`.
    pub(super) fn push(&mut self, bytes: &[u8], queued: Queued) {
        self.length += bytes.len() as u64;
        self.memory_bytes += bytes.len();
        if let Some(Run::Bytes { bytes: last, pdus }) = self.runs.back_mut() {
            last.extend(bytes);
            pdus.push_back(queued);
        } else {
            let mut room = ROOM.take();
            room.extend(bytes);
            self.runs.push_back(Run::Bytes { bytes: room, pdus: [queued].into() });
        }
    }

    /// Queues the data set of a message.
    pub(super) fn push_data_set(&mut self, run: DataSetRun) {
        let run = Run::DataSet(run);
        self.length += run.len();
        self.memory_bytes += run.memory_bytes();
        self.runs.push_back(run);
    }

    /// The PDUs that did not go out. Of a data set the one that is under way.
    pub(super) fn take_unsent(&mut self) -> Vec<Gone> {
        let Self { runs, .. } = std::mem::take(self);
        let mut unsent = Vec::new();
        for run in runs {
            match run {
                Run::Bytes { pdus, .. } => unsent.extend(pdus.into_iter().map(Gone::from)),
                Run::DataSet(run) => unsent.push(run.under_way(None)),
            }
        }
        unsent
    }

    /// Sends what the system takes, and appends what has gone out whole to `gone`.
    pub(super) fn send(&mut self, link: &Link, gone: &mut Vec<Gone>) -> Result<Progress, Failure> {
        let mut sent = 0;
        while let Some(run) = self.runs.front_mut() {
            if sent >= BYTES_PER_CALL {
                return Ok(Progress::Paused);
            }
            self.length -= run.len();
            self.memory_bytes -= run.memory_bytes();
            let taken = match run {
                Run::Bytes { bytes, pdus } => send_bytes(link, bytes, pdus, gone)?,
                Run::DataSet(run) => run.send(link, gone)?,
            };
            self.length += run.len();
            self.memory_bytes += run.memory_bytes();
            sent += taken;
            if run.is_done() {
                self.memory_bytes -= run.memory_bytes();
                if let Some(Run::Bytes { bytes, .. }) = self.runs.pop_front()
                    && bytes.capacity() <= ROOM_BYTES_KEPT
                {
                    ROOM.set(bytes);
                }
            } else if taken == 0 {
                return Ok(Progress::Blocked);
            }
        }
        // The memory of what was queued goes back.
        self.runs = VecDeque::new();
        Ok(Progress::Empty)
    }
}

fn send_bytes(
    link: &Link,
    bytes: &mut VecDeque<u8>,
    pdus: &mut VecDeque<Queued>,
    gone: &mut Vec<Gone>,
) -> Result<usize, Failure> {
    let sent = link.send(bytes.as_slices().0, false).map_err(Failure::Socket)?;
    bytes.drain(..sent);
    let mut left = sent;
    while let Some(first) = pdus.front_mut() {
        let part = left.min(first.left);
        first.left -= part;
        left -= part;
        if first.left > 0 {
            break;
        }
        gone.extend(pdus.pop_front().map(Gone::from));
    }
    Ok(sent)
}

impl Run {
    fn len(&self) -> u64 {
        match self {
            Self::Bytes { bytes, .. } => bytes.len() as u64,
            Self::DataSet(run) => (run.content.len() - run.position) + run.head_left as u64,
        }
    }

    fn memory_bytes(&self) -> usize {
        match self {
            Self::Bytes { bytes, .. } => bytes.len(),
            Self::DataSet(run) => run.content.as_memory().map_or(0, |bytes| bytes.len()),
        }
    }

    fn is_done(&self) -> bool {
        match self {
            Self::Bytes { bytes, .. } => bytes.is_empty(),
            Self::DataSet(run) => run.is_done,
        }
    }
}

impl From<Queued> for Gone {
    fn from(queued: Queued) -> Self {
        let Queued { length, pdu_type, copy, .. } = queued;
        Self { length, pdu_type, copy }
    }
}

impl DataSetRun {
    /// `fragment_bytes` is not 0 (see [`fragment_bytes_max`](crate::dimse::fragment_bytes_max)).
    pub(super) fn new(
        content: Content,
        presentation_context_id: u8,
        fragment_bytes: usize,
        copies: bool,
    ) -> Self {
        let mut run = Self {
            content,
            presentation_context_id,
            fragment_bytes,
            copies,
            position: 0,
            head: [0; HEAD_BYTES],
            head_left: 0,
            fragment_left: 0,
            pdu_length: 0,
            is_done: false,
        };
        run.begin_pdu();
        run
    }

    /// The head and the fragment's length of the PDU that begins at `position`.
    fn pdu_at(&self, position: u64) -> (Head, usize) {
        let left = self.content.len() - position;
        // Fits: it is not longer than a usize.
        let fragment = left.min(self.fragment_bytes as u64) as usize;
        let is_last = fragment as u64 == left;
        (data_tf_heads(fragment as u32, self.presentation_context_id, false, is_last), fragment)
    }

    fn begin_pdu(&mut self) {
        let (head, fragment) = self.pdu_at(self.position);
        self.head = head;
        self.head_left = HEAD_BYTES;
        self.fragment_left = fragment;
        self.pdu_length = HEAD_BYTES + fragment;
    }

    fn under_way(&self, copy: Option<Box<[u8]>>) -> Gone {
        Gone { length: self.pdu_length, pdu_type: PduType::DataTf as u8, copy }
    }

    fn send(&mut self, link: &Link, gone: &mut Vec<Gone>) -> Result<usize, Failure> {
        match self.content.clone() {
            Content::Memory(bytes) => {
                // Fits: it is the length of a slice at most.
                let bytes = bytes.slice(self.position as usize..);
                self.send_gathered(link, &bytes, gone)
            }
            Content::File(range) => {
                #[cfg(target_os = "linux")]
                if self.fragment_bytes >= SEND_FILE_BYTES_MIN && link.sends_files() {
                    return self.send_file(link, &range, gone);
                }
                self.send_read(link, &range, gone)
            }
        }
    }

    /// Heads and fragments of several PDUs in one system call; `bytes` is content from
    /// `position` on, to its end or enough for now.
    fn send_gathered(&mut self, link: &Link, bytes: &[u8], gone: &mut Vec<Gone>) -> Result<usize, Failure> {
        let mut heads = [[0; HEAD_BYTES]; PDUS_PER_CALL];
        let mut fragments = [(0, 0); PDUS_PER_CALL];
        let mut count = 0;
        let (mut start, mut fragment) = (0, self.fragment_left);
        heads[0] = self.head;
        while count < PDUS_PER_CALL {
            let end = (start + fragment).min(bytes.len());
            fragments[count] = (start, end);
            count += 1;
            start = end;
            if start == bytes.len() || count == PDUS_PER_CALL {
                break;
            }
            (heads[count], fragment) = self.pdu_at(self.position + start as u64);
        }
        let mut slices = [IoSlice::new(&[]); 2 * PDUS_PER_CALL];
        for (index, &(start, end)) in fragments[..count].iter().enumerate() {
            let skipped = if index == 0 { HEAD_BYTES - self.head_left } else { 0 };
            slices[2 * index] = IoSlice::new(&heads[index][skipped..]);
            slices[2 * index + 1] = IoSlice::new(&bytes[start..end]);
        }
        let sent = link.send_vectored(&slices[..2 * count]).map_err(Failure::Socket)?;
        self.advance(sent, gone).map_err(Failure::Content)?;
        Ok(sent)
    }

    /// Through this process: for short fragments, and where the system has no better way.
    fn send_read(&mut self, link: &Link, range: &FileRange, gone: &mut Vec<Gone>) -> Result<usize, Failure> {
        // Whole PDUs, so that none is cut by what was read of it.
        let pdus = (READ_BYTES / self.fragment_bytes).clamp(1, PDUS_PER_CALL);
        let wanted = self.fragment_left + (pdus - 1) * self.fragment_bytes;
        let left = range.length - self.position;
        let length = left.min(wanted as u64);
        let content = self.content.slice(self.position, length);
        let bytes = content.to_bytes(length).map_err(Failure::Content)?;
        self.send_gathered(link, &bytes, gone)
    }

    /// From file to socket inside the system. A head waits for its fragment (MSG_MORE), so that
    /// both go out together.
    #[cfg(target_os = "linux")]
    fn send_file(&mut self, link: &Link, range: &FileRange, gone: &mut Vec<Gone>) -> Result<usize, Failure> {
        let quiet = crate::net::sigpipe::Blocked::new();
        let mut total = 0;
        while !self.is_done && total < BYTES_PER_CALL {
            let wanted = if self.head_left > 0 { self.head_left } else { self.fragment_left };
            let sent = if self.head_left > 0 {
                let head = &self.head[HEAD_BYTES - self.head_left..];
                link.send(head, self.fragment_left > 0).map_err(Failure::Socket)?
            } else {
                match link.send_file(range, self.position, wanted, &quiet) {
                    Ok(Some(0)) => {
                        let shorter = io::Error::new(io::ErrorKind::UnexpectedEof, "the file got shorter");
                        return Err(Failure::Content(shorter));
                    }
                    Ok(sent) => sent.unwrap_or(0),
                    Err(error) if link::is_broken(&error) => return Err(Failure::Socket(error)),
                    Err(error) => return Err(Failure::Content(error)),
                }
            };
            self.advance(sent, gone).map_err(Failure::Content)?;
            total += sent;
            if sent == 0 {
                break;
            }
        }
        Ok(total)
    }

    /// The system has taken this many bytes more.
    fn advance(&mut self, mut sent: usize, gone: &mut Vec<Gone>) -> io::Result<()> {
        while sent > 0 && !self.is_done {
            let of_head = sent.min(self.head_left);
            self.head_left -= of_head;
            sent -= of_head;
            let of_fragment = sent.min(self.fragment_left);
            self.fragment_left -= of_fragment;
            self.position += of_fragment as u64;
            sent -= of_fragment;
            if self.head_left == 0 && self.fragment_left == 0 {
                let copy = if self.copies { Some(self.copy_of_pdu()?) } else { None };
                gone.push(self.under_way(copy));
                if self.position == self.content.len() {
                    self.is_done = true;
                } else {
                    self.begin_pdu();
                }
            }
        }
        Ok(())
    }

    /// The PDU that ends at `position`.
    fn copy_of_pdu(&self) -> io::Result<Box<[u8]>> {
        let fragment = (self.pdu_length - HEAD_BYTES) as u64;
        let bytes = self.content.slice(self.position - fragment, fragment).to_bytes(fragment)?;
        let mut copy = self.head.to_vec();
        copy.extend_from_slice(&bytes);
        Ok(copy.into())
    }
}

#[cfg(test)]
mod tests;
