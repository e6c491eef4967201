//! The session that works in this thread, for the parts that all sessions of an object share: its verifier
//! and its store of sessions are called by rustls, which does not say for whom.

use super::Judge;
use rustls::pki_types::CertificateDer;
use std::cell::RefCell;

/// A peer's certificate, and those of its issuers as it showed them.
pub(super) type Chain = Vec<CertificateDer<'static>>;

/// What a session keeps for them.
#[derive(Default)]
pub(super) struct AtWork {
    /// Asked about the peer's certificate; without one what rustls found counts.
    pub(super) judge: Option<Judge>,
    /// What the peer has shown, in this handshake or in the one of the session that is resumed.
    pub(super) chain: Chain,
    /// A client's suites are none that is secure.
    pub(super) is_weak: bool,
}

thread_local! {
    static AT_WORK: RefCell<AtWork> = RefCell::default();
}

/// Lets a session work. A hook in it may make another one work in the same thread.
pub(super) fn with<R>(session: &mut AtWork, work: impl FnOnce() -> R) -> R {
    struct Back<'a> {
        session: &'a mut AtWork,
        outer: AtWork,
    }
    impl Drop for Back<'_> {
        fn drop(&mut self) {
            *self.session = AT_WORK.replace(std::mem::take(&mut self.outer));
        }
    }
    let outer = AT_WORK.replace(std::mem::take(session));
    let _back = Back { session, outer };
    work()
}

/// Looks at the one that works. Nothing in `look` may ask the application.
pub(super) fn look<R>(look: impl FnOnce(&mut AtWork) -> R) -> R {
    AT_WORK.with_borrow_mut(look)
}
