//! What an object sends on its association, and how it asks for one and ends it.

use super::Net;
use crate::dataset::Content;
use crate::dimse::CommandSet;
use crate::engine::frames;
use crate::error::Error;
use crate::pdu::{Abort, Associate, Rejection};

impl Net {
    /// Requests an association (PS3.8 7.1). The answer comes in `on_associate_accept` or
    /// `on_associate_reject`.
    ///
    /// # Errors
    ///
    /// `NetNotConnected`; `NetInvalid` if an association is there or under way; `PduType`
    /// for an accept form; `PduId` or `PduLength` for contexts that PS3.8 9.3.2 forbids.
    pub fn associate_request(&self, associate: &Associate) -> Result<(), Error> {
        self.connected()?.associate_request(associate)
    }

    /// Accepts the association that `on_associate_request` told of.
    ///
    /// # Errors
    ///
    /// `NetNotConnected`; `NetInvalid` if none is requested; `PduType` for a request form;
    /// `PduId` for a context or transfer syntax that was not proposed.
    pub fn associate_accept(&self, associate: &Associate) -> Result<(), Error> {
        self.connected()?.associate_accept(associate)
    }

    /// Rejects the association that `on_associate_request` told of.
    ///
    /// # Errors
    ///
    /// `NetNotConnected`; `NetInvalid` if none is requested; `Parameter` for values that
    /// PS3.8 Table 9-21 does not have.
    pub fn associate_reject(&self, rejection: Rejection) -> Result<(), Error> {
        self.connected()?.associate_reject(rejection)
    }

    /// Asks for the orderly release of the association (PS3.8 7.2).
    ///
    /// # Errors
    ///
    /// `NetNotConnected`; `NetInvalid` without an association; `NetWouldBlock` while requests wait for
    /// their place in the asynchronous operations window, which would be lost.
    pub fn release_request(&self) -> Result<(), Error> {
        self.connected()?.release_request()
    }

    /// Answers a release request.
    ///
    /// # Errors
    ///
    /// `NetNotConnected`; `NetInvalid` if none is to be answered.
    pub fn release_response(&self) -> Result<(), Error> {
        self.connected()?.release_response()
    }

    /// Aborts the association (PS3.8 7.3).
    ///
    /// # Errors
    ///
    /// `NetNotConnected`; `NetInvalid` without an association; `Parameter` for values that
    /// PS3.8 Table 9-26 does not have.
    pub fn abort(&self, abort: Abort) -> Result<(), Error> {
        self.connected()?.abort(abort)
    }

    /// Sends a DIMSE message: a command set, and a data set encoded in the transfer syntax
    /// of the context, if the Command Data Set Type (0000,0800) says that one follows. Returns when it is on its
    /// way or queued; outside a hook, waits while the queue is over its soft limit. A data set is never copied
    /// whole: one in a file goes from there to the socket, and must not change meanwhile.
    ///
    /// A request beyond the negotiated asynchronous operations window (PS3.7 D.3.3.3; one at a time
    /// where none was negotiated) goes out when the final response to an earlier one has come.
    ///
    /// # Errors
    ///
    /// `NetNotConnected`; `NetInvalid` without an association; `PduId` for a context that
    /// was not accepted; `PduLength` (and an abort) for a peer whose maximum length cannot
    /// carry a message; `NetNoBuffers` inside a hook past the queue's hard limit.
    pub fn send_command(
        &self,
        presentation_context_id: u8,
        command: CommandSet,
        data_set: Option<Content>,
    ) -> Result<(), Error> {
        self.connected()?.send_command(presentation_context_id, command, data_set)
    }

    /// Inside a request hook of this object: answer as the library would, unless the hook
    /// itself has answered when it returns. Outside one it does nothing.
    pub fn answer_by_default(&self) {
        frames::note_default_answer(self.core.id);
    }
}
