//! The request that a hook is being called for, so that one that nobody answers is answered
//! by the library.

use std::sync::atomic::{AtomicU32, Ordering};

/// The request under way on a connection, until it is answered. Set by its turn, answered
/// from any thread.
#[derive(Debug, Default)]
pub(super) struct OpenRequest(AtomicU32);

const NONE: u32 = 0;
/// Tells a request on context 0, which a broken peer may send, from none.
const SOME: u32 = 1 << 24;

impl OpenRequest {
    fn number(presentation_context_id: u8, message_id: u16) -> u32 {
        SOME | u32::from(presentation_context_id) << 16 | u32::from(message_id)
    }

    /// A hook is going to be called for this message: its context and its message ID, if it
    /// is a request that has to be answered.
    pub(super) fn begin(&self, request: Option<(u8, u16)>) {
        let number = request.map_or(NONE, |(context, message_id)| Self::number(context, message_id));
        self.0.store(number, Ordering::Release);
    }

    /// A response to this message ID goes out.
    pub(super) fn answered(&self, presentation_context_id: u8, message_id: u16) {
        let number = Self::number(presentation_context_id, message_id);
        if self.0.load(Ordering::Acquire) == number {
            // A failure means that the hook has returned, or that another answer was sooner.
            let _ = self.0.compare_exchange(number, NONE, Ordering::AcqRel, Ordering::Acquire);
        }
    }

    /// The hook has returned. True: there is a request that was not answered.
    pub(super) fn end(&self) -> bool {
        // Nearly always it was: a look is cheaper than the exchange.
        self.0.load(Ordering::Acquire) != NONE && self.0.swap(NONE, Ordering::AcqRel) != NONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_for_its_own_request_alone() {
        let open = OpenRequest::default();
        open.begin(Some((1, 7)));
        open.answered(3, 7);
        open.answered(1, 8);
        assert!(open.end() && !open.end());
        open.begin(Some((0, 0)));
        open.answered(0, 0);
        assert!(!open.end());
        open.begin(None);
        assert!(!open.end());
    }
}
