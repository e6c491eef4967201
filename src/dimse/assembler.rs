//! Joins the fragments of DIMSE messages: PS3.7 6.3 and PS3.8 annex E.
//!
//! One message at a time: its fragments follow each other on one presentation
//! context, the command's first (PS3.8 annex E.2). Bytes of a data set are
//! handed through and never kept here; those of a command are kept only if it
//! does not come in one piece, and then up to a limit.

use crate::pdu::PdvPiece;

use super::command_set::CommandSet;
use super::element;
use super::error::AssemblyError;

/// How much an [`Assembler`] keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssemblerLimits {
    /// The longest command set that is taken, in bytes. The default is 64 KiB:
    /// an ordinary one has some 200 bytes, and an N-GET-RQ for each of the
    /// standard's attributes has 20 KiB.
    pub command_bytes_max: usize,
}

impl Default for AssemblerLimits {
    fn default() -> Self {
        Self { command_bytes_max: 64 * 1024 }
    }
}

/// What a piece of a PDV came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<'b> {
    /// Nothing yet: the message goes on in the next piece.
    More,
    /// The command set is complete. Its message is, too, if it has no data set.
    Command {
        /// Where the message came; whether that context was accepted was not
        /// looked at.
        presentation_context_id: u8,
        /// Has a Command Field and a Command Data Set Type; nothing more was
        /// looked at.
        command: CommandSet,
        /// Whether `Data` follows.
        has_data_set: bool,
    },
    /// Bytes of the data set of the command before. They may be none, where
    /// the last fragment is empty.
    Data {
        /// A slice of what was pushed.
        bytes: &'b [u8],
        /// Whether this ends the data set, and the message with it.
        is_last: bool,
    },
}

/// The message that is on its way in on one association.
#[derive(Clone, Debug)]
pub struct Assembler {
    limits: AssemblerLimits,
    phase: Phase,
    /// The fragments of the command so far. Invariant: empty, and without
    /// memory, outside `Phase::Command`.
    command: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    Command { presentation_context_id: u8 },
    DataSet { presentation_context_id: u8 },
    Failed(AssemblyError),
}

impl Assembler {
    /// Between messages, and without memory of its own.
    pub fn new(limits: AssemblerLimits) -> Self {
        Self { limits, phase: Phase::Idle, command: Vec::new() }
    }

    /// Takes the next piece, in the order in which they came.
    ///
    /// # Errors
    ///
    /// Fragments that make no message. The association is to be aborted with
    /// [`AssemblyError::abort_reason`]; every further piece gets the same error.
    pub fn push<'b>(&mut self, piece: PdvPiece<'b>) -> Result<Step<'b>, AssemblyError> {
        let step = if piece.is_command { self.push_command(piece) } else { self.push_data_set(piece) };
        if let Err(error) = step {
            self.phase = Phase::Failed(error);
            self.command = Vec::new();
        }
        step
    }

    /// Whether no message is half here.
    pub fn is_idle(&self) -> bool {
        self.phase == Phase::Idle
    }

    fn push_command<'b>(&mut self, piece: PdvPiece<'b>) -> Result<Step<'b>, AssemblyError> {
        let presentation_context_id = piece.presentation_context_id;
        match self.phase {
            Phase::Idle => {}
            Phase::Command { presentation_context_id: expected } => {
                check_context(expected, presentation_context_id)?
            }
            Phase::DataSet { .. } => {
                return Err(AssemblyError::CommandInsideDataSet { presentation_context_id });
            }
            Phase::Failed(error) => return Err(error),
        }
        let command_bytes_max = self.limits.command_bytes_max;
        if piece.bytes.len() > command_bytes_max.saturating_sub(self.command.len()) {
            return Err(AssemblyError::CommandTooLong { command_bytes_max });
        }
        if !piece.is_last_fragment {
            self.command.extend_from_slice(piece.bytes);
            self.phase = Phase::Command { presentation_context_id };
            return Ok(Step::More);
        }
        let command = if self.command.is_empty() {
            CommandSet::parse(piece.bytes)?
        } else {
            self.command.extend_from_slice(piece.bytes);
            CommandSet::parse(&std::mem::take(&mut self.command))?
        };
        self.complete_command(presentation_context_id, command)
    }

    fn complete_command<'b>(
        &mut self,
        presentation_context_id: u8,
        command: CommandSet,
    ) -> Result<Step<'b>, AssemblyError> {
        // Without the one, nobody could say what the message is; without the
        // other, nobody could say where it ends.
        for element in [element::COMMAND_FIELD, element::COMMAND_DATA_SET_TYPE] {
            if command.u16(element).is_none() {
                return Err(AssemblyError::NoNumber { element });
            }
        }
        let has_data_set = command.has_data_set();
        self.phase = if has_data_set { Phase::DataSet { presentation_context_id } } else { Phase::Idle };
        Ok(Step::Command { presentation_context_id, command, has_data_set })
    }

    fn push_data_set<'b>(&mut self, piece: PdvPiece<'b>) -> Result<Step<'b>, AssemblyError> {
        let presentation_context_id = piece.presentation_context_id;
        match self.phase {
            Phase::DataSet { presentation_context_id: expected } => {
                check_context(expected, presentation_context_id)?
            }
            Phase::Idle => {
                return Err(AssemblyError::DataSetWithoutCommand { presentation_context_id });
            }
            Phase::Command { .. } => {
                return Err(AssemblyError::DataSetInsideCommand { presentation_context_id });
            }
            Phase::Failed(error) => return Err(error),
        }
        let is_last = piece.is_last_fragment;
        if is_last {
            self.phase = Phase::Idle;
        } else if piece.bytes.is_empty() {
            return Ok(Step::More);
        }
        Ok(Step::Data { bytes: piece.bytes, is_last })
    }
}

fn check_context(expected: u8, found: u8) -> Result<(), AssemblyError> {
    if expected == found { Ok(()) } else { Err(AssemblyError::OtherContext { expected, found }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dimse::{CommandError, c_echo_rq};

    fn command_piece(bytes: &[u8], is_last_fragment: bool) -> PdvPiece<'_> {
        PdvPiece { presentation_context_id: 1, is_command: true, is_last_fragment, bytes }
    }

    fn data_piece(bytes: &[u8], is_last_fragment: bool) -> PdvPiece<'_> {
        PdvPiece { is_command: false, ..command_piece(bytes, is_last_fragment) }
    }

    fn encoded(set: &CommandSet) -> Vec<u8> {
        let mut bytes = Vec::new();
        set.encode(&mut bytes);
        bytes
    }

    fn echo() -> CommandSet {
        c_echo_rq(7, b"1.2.840.10008.1.1")
    }

    /// A command that announces a data set.
    fn store() -> CommandSet {
        let mut set = CommandSet::new();
        set.set_u16(element::COMMAND_FIELD, 1);
        set.set_u16(element::COMMAND_DATA_SET_TYPE, 0);
        set
    }

    fn assembler() -> Assembler {
        Assembler::new(AssemblerLimits::default())
    }

    fn step_of(command: CommandSet, has_data_set: bool) -> Step<'static> {
        Step::Command { presentation_context_id: 1, command, has_data_set }
    }

    #[test]
    fn a_command_in_one_piece_is_not_buffered() {
        let mut assembler = assembler();
        let bytes = encoded(&echo());
        for _ in 0..2 {
            let step = assembler.push(command_piece(&bytes, true)).unwrap();
            assert_eq!(step, step_of(echo(), false));
            assert!(assembler.is_idle());
            assert_eq!(assembler.command.capacity(), 0);
        }
    }

    #[test]
    fn a_command_in_single_bytes_and_empty_fragments() {
        let mut assembler = assembler();
        let bytes = encoded(&echo());
        assert_eq!(assembler.push(command_piece(&[], false)), Ok(Step::More));
        for byte in bytes.chunks(1) {
            assert_eq!(assembler.push(command_piece(byte, false)), Ok(Step::More));
            assert_eq!(assembler.push(command_piece(&[], false)), Ok(Step::More));
            assert!(!assembler.is_idle());
        }
        let step = assembler.push(command_piece(&[], true)).unwrap();
        assert_eq!(step, step_of(echo(), false));
        assert!(assembler.is_idle());
        assert_eq!(assembler.command.capacity(), 0);
    }

    #[test]
    fn a_data_set_is_handed_through() {
        let mut assembler = assembler();
        let bytes = encoded(&store());
        let step = assembler.push(command_piece(&bytes, true)).unwrap();
        assert_eq!(step, step_of(store(), true));
        let data = [1, 2, 3];
        let step = assembler.push(data_piece(&data, false)).unwrap();
        let Step::Data { bytes, is_last } = step else {
            panic!("{step:?}");
        };
        assert!(std::ptr::eq(bytes, data.as_slice()) && !is_last);
        assert_eq!(assembler.push(data_piece(&[], false)), Ok(Step::More));
        assert!(!assembler.is_idle());
        let last = assembler.push(data_piece(&[], true)).unwrap();
        assert_eq!(last, Step::Data { bytes: &[], is_last: true });
        assert!(assembler.is_idle());
    }

    #[test]
    fn a_data_set_needs_a_command_first() {
        let error = AssemblyError::DataSetWithoutCommand { presentation_context_id: 1 };
        let mut fresh = assembler();
        assert_eq!(fresh.push(data_piece(&[1], true)), Err(error));
        let mut after_echo = assembler();
        after_echo.push(command_piece(&encoded(&echo()), true)).unwrap();
        assert_eq!(after_echo.push(data_piece(&[1], true)), Err(error));
        assert_eq!(error.abort_reason(), 5);
    }

    #[test]
    fn command_and_data_set_do_not_mix() {
        let bytes = encoded(&store());
        let mut inside_command = assembler();
        inside_command.push(command_piece(&bytes[..9], false)).unwrap();
        assert_eq!(
            inside_command.push(data_piece(&[1], false)),
            Err(AssemblyError::DataSetInsideCommand { presentation_context_id: 1 })
        );
        let mut inside_data_set = assembler();
        inside_data_set.push(command_piece(&bytes, true)).unwrap();
        assert_eq!(
            inside_data_set.push(command_piece(&bytes, true)),
            Err(AssemblyError::CommandInsideDataSet { presentation_context_id: 1 })
        );
    }

    #[test]
    fn a_message_stays_on_its_context() {
        let bytes = encoded(&store());
        let error = AssemblyError::OtherContext { expected: 1, found: 3 };
        for is_command in [true, false] {
            let mut assembler = assembler();
            let is_whole = !is_command;
            assembler.push(command_piece(&bytes, is_whole)).unwrap();
            let piece =
                PdvPiece { presentation_context_id: 3, is_command, is_last_fragment: true, bytes: &[] };
            assert_eq!(assembler.push(piece), Err(error));
        }
        assert_eq!(error.abort_reason(), 6);
    }

    #[test]
    fn the_command_limit_counts_all_fragments() {
        let bytes = encoded(&echo());
        let at_limit = AssemblerLimits { command_bytes_max: bytes.len() };
        let below = AssemblerLimits { command_bytes_max: bytes.len() - 1 };
        let error = AssemblyError::CommandTooLong { command_bytes_max: below.command_bytes_max };
        for split in [0, 1, bytes.len() - 1, bytes.len()] {
            let (first, second) = bytes.split_at(split);
            let mut assembler = Assembler::new(at_limit);
            assembler.push(command_piece(first, false)).unwrap();
            assert!(assembler.push(command_piece(second, true)).is_ok());
            let mut assembler = Assembler::new(below);
            let result = assembler
                .push(command_piece(first, false))
                .and_then(|_| assembler.push(command_piece(second, true)));
            assert_eq!(result, Err(error));
            assert_eq!(assembler.command.capacity(), 0);
        }
        assert_eq!(error.abort_reason(), 6);
    }

    #[test]
    fn a_message_needs_its_field_and_its_data_set_type() {
        for element in [element::COMMAND_FIELD, element::COMMAND_DATA_SET_TYPE] {
            let mut missing = echo();
            missing.remove(element);
            let mut wrong = echo();
            wrong.set_raw(element, &[1, 1, 0, 0]);
            let mut empty = echo();
            empty.set_raw(element, &[]);
            for set in [missing, wrong, empty] {
                let result = assembler().push(command_piece(&encoded(&set), true)).map(|_| ());
                assert_eq!(result, Err(AssemblyError::NoNumber { element }));
            }
        }
    }

    #[test]
    fn an_error_is_final() {
        let mut assembler = assembler();
        let error = AssemblyError::Command(CommandError::TruncatedElement { offset: 0, remaining: 3 });
        assert_eq!(assembler.push(command_piece(&[0; 3], true)), Err(error));
        assert!(!assembler.is_idle());
        let echo = encoded(&echo());
        assert_eq!(assembler.push(command_piece(&echo, true)), Err(error));
        assert_eq!(assembler.push(data_piece(&[], true)), Err(error));
        assert_eq!(error.abort_reason(), 6);
    }
}
