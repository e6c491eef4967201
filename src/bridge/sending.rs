//! Messages with a data set on their way out: in which form its bytes are handed to the engine.

use super::code;
use super::data_set::DataSetObject;
use super::net::NetHandle;
use crate::dataset::{Content, DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, EncodeOptions, SpoolFile};
use crate::dimse::{CommandSet, DATA_SET_ABSENT, DATA_SET_PRESENT, element};
use crate::error::{Code, Error};
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// What an object was told about sending data sets. Counts from the next message on.
#[derive(Debug)]
pub(super) struct Sending {
    /// `DICOMNET_FLAGS_*`.
    flags: AtomicU32,
    /// What has to be encoded goes to a file, whatever its length.
    saves_memory: AtomicBool,
    /// Bytes are shared with the caller's object, and not copied.
    shares: AtomicBool,
}

/// `DICOMNET_FLAGS_SENDDATA_WITH_GROUP_LENGTH_STANDARD_DATA_ELEMENTS`.
const WITH_GROUP_LENGTHS: u32 = 1;

impl Default for Sending {
    fn default() -> Self {
        Self { flags: AtomicU32::new(0), saves_memory: AtomicBool::new(false), shares: AtomicBool::new(true) }
    }
}

impl Sending {
    /// An accepted object takes its listener's.
    pub(super) fn follow(&self, listener: &Self) {
        self.flags.store(listener.flags.load(Ordering::Relaxed), Ordering::Relaxed);
        self.saves_memory.store(listener.saves_memory.load(Ordering::Relaxed), Ordering::Relaxed);
        self.shares.store(listener.shares.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

impl NetHandle {
    pub(super) fn flags(&self) -> u32 {
        self.sending.flags.load(Ordering::Relaxed)
    }

    pub(super) fn set_flags(&self, flags: u32) {
        self.sending.flags.store(flags, Ordering::Relaxed);
    }

    pub(super) fn saves_memory(&self) -> bool {
        self.sending.saves_memory.load(Ordering::Relaxed)
    }

    pub(super) fn set_saves_memory(&self, saves: bool) {
        self.sending.saves_memory.store(saves, Ordering::Relaxed);
    }

    pub(super) fn set_shares(&self, shares: bool) {
        self.sending.shares.store(shares, Ordering::Relaxed);
    }

    /// Sends a message without a data set.
    pub(super) fn send_message(&self, context_id: u8, command: &CommandSet) -> i32 {
        code(|| self.send(context_id, command.clone(), None))
    }

    /// Sends a message with a data set.
    pub(super) fn send_message_with(
        &self,
        context_id: u8,
        command: &CommandSet,
        data_set: &DataSetObject,
    ) -> i32 {
        code(|| self.send(context_id, command.clone(), Some(data_set)))
    }

    /// Sends a message; its data set goes in the transfer syntax of the context.
    pub(super) fn send(
        &self,
        context_id: u8,
        mut command: CommandSet,
        data_set: Option<&DataSetObject>,
    ) -> Result<(), Error> {
        if command.command_field().is_none() {
            return Err(Error::new(Code::Parameter, "a command set without a command field"));
        }
        match (data_set, command.u16(element::COMMAND_DATA_SET_TYPE)) {
            (None, Some(DATA_SET_ABSENT)) => {}
            (None, _) => command.set_u16(element::COMMAND_DATA_SET_TYPE, DATA_SET_ABSENT),
            (Some(_), _) if command.has_data_set() => {}
            (Some(_), _) => command.set_u16(element::COMMAND_DATA_SET_TYPE, DATA_SET_PRESENT),
        }
        let content = data_set.map(|data_set| self.content_for(context_id, data_set)).transpose()?;
        self.net.send_command(context_id, command, content)
    }

    /// The bytes of a data set in the transfer syntax of a context. Where they have to be made, those that are not
    /// kept in memory go to the object's directory.
    fn content_for(&self, context_id: u8, data_set: &DataSetObject) -> Result<Content, Error> {
        let transfer_syntax = self.net.accepted_transfer_syntax(context_id)?;
        let settings = self.net.shared_settings();
        let group_lengths = self.flags() & WITH_GROUP_LENGTHS != 0;
        let options = EncodeOptions { group_lengths, ..EncodeOptions::default() };
        let memory_max = if self.saves_memory() { 0 } else { settings.memory_bytes_max as u64 };
        let content = data_set
            .content_for(transfer_syntax, &options, &settings.path, memory_max)
            .map_err(|error| Error::new(error.code(), error.to_string()))?;
        // PS3.5 A.5: a deflated stream of odd length has one NUL behind it, and some peers insist.
        let padding: &[u8] =
            if transfer_syntax == DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN && content.len() % 2 == 1 {
                &[0]
            } else {
                &[]
            };
        if padding.is_empty() && self.sending.shares.load(Ordering::Relaxed) {
            return Ok(content);
        }
        copy_of(&content, padding, &settings.path, memory_max)
    }
}

/// Bytes of their own, with `padding` behind them, in memory or in a temporary file.
fn copy_of(content: &Content, padding: &[u8], directory: &Path, memory_max: u64) -> Result<Content, Error> {
    let copied = || {
        if content.len() <= memory_max {
            let bytes = content.to_bytes(memory_max)?;
            return Ok([&bytes[..], padding].concat().into());
        }
        let mut file = SpoolFile::create_in(directory)?;
        std::io::copy(&mut content.reader(), &mut file)?;
        file.write_all(padding)?;
        Ok(file.into_content(0))
    };
    copied().map_err(|error| Error::io("copy a data set", &error))
}
