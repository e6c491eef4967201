//! A message whose data set is coming in: kept in memory while it is small, in a file past a
//! size, in the file that the application named from the start, or not at all.
//!
//! A file begins with a meta header (PS3.10 7.1), so that storing it later is a link. It has its
//! final name when it is complete and not before; what breaks off leaves nothing.

use super::Connection;
use crate::dataset::meta::{self, FileMeta};
use crate::dataset::{Content, SpoolFile};
use crate::dimse::{self, CommandSet, command_field, status};
use crate::engine::hooks::{StoreDecision, StoreRequest};
use crate::engine::settings::Settings;
use crate::pdu::{Associate, Uid};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// A message whose data set is coming in.
pub(super) struct Incoming {
    pub(super) presentation_context_id: u8,
    pub(super) command: CommandSet,
    /// The transfer syntax of the context.
    pub(super) transfer_syntax: Uid,
    calling: crate::pdu::AeTitle,
    kept: Kept,
    length: u64,
}

enum Kept {
    Memory(Vec<u8>),
    File(Filed),
    /// Thrown away as it comes, as the application wishes.
    Discarded,
    /// Thrown away as it comes, and answered when all of it has come.
    Refused(Refusal),
}

/// Why a data set is not kept.
pub(super) struct Refusal {
    /// What its request is answered with (PS3.7 Annex C).
    pub(super) status: u16,
    pub(super) why: String,
}

struct Filed {
    file: SpoolFile,
    /// The meta header, until it is written with the first of the data set.
    unwritten_head: Vec<u8>,
    /// Bytes before the data set.
    head: u64,
    /// The name that the application gave.
    destination: Option<PathBuf>,
}

impl Incoming {
    pub(super) fn new(
        presentation_context_id: u8,
        command: CommandSet,
        negotiated: Option<&Associate>,
    ) -> Self {
        Self {
            presentation_context_id,
            command,
            transfer_syntax: transfer_syntax_of(negotiated, presentation_context_id),
            calling: negotiated.map(|it| it.calling_ae_title).unwrap_or_default(),
            kept: Kept::Memory(Vec::new()),
            length: 0,
        }
    }

    /// The message is complete: its data set, or why there is none.
    pub(super) fn finish(
        self,
        settings: &Settings,
    ) -> (u8, CommandSet, Uid, Result<Option<Content>, Refusal>) {
        let content = match self.kept {
            Kept::Memory(bytes) => Ok(Some(Content::from(bytes))),
            Kept::Discarded => Ok(None),
            Kept::Refused(refusal) => Err(refusal),
            Kept::File(filed) => {
                filed.finish(settings.sync).map(Some).map_err(|error| Refusal::io("completing", &error))
            }
        };
        (self.presentation_context_id, self.command, self.transfer_syntax, content)
    }

    /// A part of the data set. Takes as long as the disk does.
    pub(super) fn add(&mut self, bytes: &[u8], settings: &Settings) {
        self.length = self.length.saturating_add(bytes.len() as u64);
        if self.length > settings.data_set_bytes_max {
            let why = format!("it is longer than {} bytes", settings.data_set_bytes_max);
            return self.refuse(Refusal { status: status::REFUSED_OUT_OF_RESOURCES, why });
        }
        let outcome = match &mut self.kept {
            Kept::Refused(_) | Kept::Discarded => return,
            Kept::File(filed) => filed.write(bytes),
            Kept::Memory(kept) if kept.len() + bytes.len() <= settings.memory_bytes_max => {
                match kept.try_reserve(bytes.len()) {
                    Ok(()) => kept.extend_from_slice(bytes),
                    Err(_) => {
                        let why = String::from("no memory for it");
                        return self.refuse(Refusal { status: status::REFUSED_OUT_OF_RESOURCES, why });
                    }
                }
                return;
            }
            Kept::Memory(_) => self.move_to_file(bytes, settings),
        };
        if let Err(error) = outcome {
            self.refuse(Refusal::io("writing", &error));
        }
    }

    /// What it is from now on no longer fits into memory.
    fn move_to_file(&mut self, bytes: &[u8], settings: &Settings) -> io::Result<()> {
        let file = SpoolFile::create_in(&settings.path)?.within(&settings.spool);
        let mut filed = Filed::begin(file, &self.meta(), None);
        if let Kept::Memory(kept) = &self.kept {
            filed.write(kept)?;
        }
        filed.write(bytes)?;
        self.kept = Kept::File(filed);
        Ok(())
    }

    /// The data set goes into this file from the start.
    fn store_in(&mut self, path: PathBuf, settings: &Settings) {
        match SpoolFile::create_for(&path) {
            Ok(file) => {
                let file = file.within(&settings.spool);
                self.kept = Kept::File(Filed::begin(file, &self.meta(), Some(path)));
            }
            Err(error) => self.refuse(Refusal::io("creating", &error)),
        }
    }

    fn refuse(&mut self, refusal: Refusal) {
        // The first reason is the one that counts. What was written goes with it.
        if !matches!(self.kept, Kept::Refused(_)) {
            self.kept = Kept::Refused(refusal);
        }
    }

    fn meta(&self) -> FileMeta {
        let uid = |bytes: Option<&[u8]>| bytes.and_then(Uid::from_wire).unwrap_or_default();
        FileMeta {
            sop_class: uid(dimse::sop_class_of(&self.command)),
            sop_instance: uid(dimse::sop_instance_of(&self.command)),
            transfer_syntax: self.transfer_syntax,
            source_ae: self.calling,
        }
    }
}

impl Filed {
    fn begin(file: SpoolFile, meta: &FileMeta, destination: Option<PathBuf>) -> Self {
        let mut unwritten_head = Vec::new();
        meta::put(meta, &mut unwritten_head);
        Self { head: unwritten_head.len() as u64, file, unwritten_head, destination }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.unwritten_head.is_empty() {
            return self.file.write_all(bytes);
        }
        self.file.write_both(&std::mem::take(&mut self.unwritten_head), bytes)
    }

    fn finish(mut self, sync: bool) -> io::Result<Content> {
        self.write(&[])?;
        let Self { file, head, destination, .. } = self;
        let Some(destination) = destination else { return Ok(file.into_content(head)) };
        let length = file.len().saturating_sub(head);
        let file = file.persist(&destination, sync)?;
        Ok(Content::File(crate::dataset::FileRange { file, start: head, length }))
    }
}

impl Refusal {
    fn io(what: &str, error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        let status = match error.kind() {
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge | Kind::OutOfMemory => {
                status::REFUSED_OUT_OF_RESOURCES
            }
            // EMFILE and ENFILE have no kind of their own.
            _ if is_descriptor_limit(error) => status::REFUSED_OUT_OF_RESOURCES,
            _ => status::PROCESSING_FAILURE,
        };
        Self { status, why: format!("{what} its file: {error}") }
    }
}

#[cfg(unix)]
fn is_descriptor_limit(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let number = error.raw_os_error();
    number.is_some_and(|number| [Errno::MFILE, Errno::NFILE].map(Errno::raw_os_error).contains(&number))
}

#[cfg(not(unix))]
fn is_descriptor_limit(_error: &io::Error) -> bool {
    false
}

/// What was negotiated for a context.
pub(super) fn transfer_syntax_of(negotiated: Option<&Associate>, presentation_context_id: u8) -> Uid {
    let context = negotiated.and_then(|negotiated| negotiated.context(presentation_context_id));
    context.and_then(|it| it.transfer_syntaxes.first().copied()).unwrap_or_default()
}

impl Connection {
    /// The command of a message has come whose data set is still to come. A C-STORE request is
    /// shown to the application, which may say where the object goes.
    pub(super) fn begin_incoming(
        self: &Arc<Self>,
        presentation_context_id: u8,
        command: CommandSet,
        negotiated: Option<&Associate>,
    ) -> Incoming {
        let mut incoming = Incoming::new(presentation_context_id, command, negotiated);
        if incoming.command.command_field() != Some(command_field::C_STORE_RQ) {
            return incoming;
        }
        let (sop_class, sop_instance) = match stored_uids(&incoming.command) {
            Ok(uids) => uids,
            Err(refusal) => {
                incoming.refuse(refusal);
                return incoming;
            }
        };
        let mut decision = StoreDecision::AsUsual;
        let request = StoreRequest {
            presentation_context_id,
            message_id: incoming.command.message_id().unwrap_or(0),
            sop_class,
            sop_instance,
            transfer_syntax: incoming.transfer_syntax,
            calling: incoming.calling,
            called: negotiated.map(|it| it.called_ae_title).unwrap_or_default(),
            peer: self.peer,
            command: &incoming.command,
        };
        self.call_hook(|hooks, net| decision = hooks.on_store_begin(net, &request));
        match decision {
            StoreDecision::AsUsual => {}
            StoreDecision::File(path) => incoming.store_in(path, &self.settings),
            StoreDecision::Discard => incoming.kept = Kept::Discarded,
            StoreDecision::Refuse(status) => {
                incoming.refuse(Refusal { status, why: String::from("the application refused it") });
            }
        }
        incoming
    }
}

/// What a C-STORE request stores. UIDs go into names of files, so that nothing goes on which is
/// not one (PS3.5 9.1); PS3.7 C.5.13 has a status for that.
fn stored_uids(command: &CommandSet) -> Result<(Uid, Uid), Refusal> {
    let checked =
        |bytes: Option<&[u8]>| bytes.and_then(Uid::from_wire).filter(|uid| dimse::is_uid(uid.as_bytes()));
    let refused = |status, what: &str, bytes: Option<&[u8]>| Refusal {
        status,
        why: format!("{what} '{}' is not a UID", bytes.unwrap_or_default().escape_ascii()),
    };
    let (class, instance) = (dimse::sop_class_of(command), dimse::sop_instance_of(command));
    let sop_class = checked(class).ok_or_else(|| refused(status::NO_SUCH_CLASS, "the SOP class", class))?;
    let sop_instance = checked(instance)
        .ok_or_else(|| refused(status::INVALID_OBJECT_INSTANCE, "the SOP instance", instance))?;
    Ok((sop_class, sop_instance))
}
