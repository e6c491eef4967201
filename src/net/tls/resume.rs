//! Sessions that are resumed, without a handshake in full (RFC 5246 7.3, RFC 8446 2.2).
//!
//! What was found of the peer's certificate when its session began may be otherwise by now: it has expired, or
//! the application has changed its mind. It is looked at anew whenever the session is to be resumed, and one
//! that is not good leads to a handshake in full, which tells the peer why.

use super::at_work::{self, Chain};
use super::verify::Verifier;
use rustls::NamedGroup;
use rustls::client::{
    ClientSessionMemoryCache, ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue,
};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::{ServerSessionMemoryCache, StoresServerSessions};
use std::sync::{Arc, Mutex, PoisonError};

/// Sessions that a listener remembers for its clients.
const SERVER_SESSIONS_MAX: usize = 1024;

/// Servers whose sessions a client remembers; more than one only while connections to several go on.
const CLIENT_SERVERS_MAX: usize = 8;

/// A listener's. Each is kept behind the certificates that its client showed.
#[derive(Debug)]
pub(super) struct ServerSessions {
    kept: Arc<ServerSessionMemoryCache>,
    verifier: Arc<Verifier>,
}

impl ServerSessions {
    pub(super) fn new(verifier: Arc<Verifier>) -> Self {
        Self { kept: ServerSessionMemoryCache::new(SERVER_SESSIONS_MAX), verifier }
    }

    /// What rustls kept, if its client may still come in by it.
    fn allowed(&self, kept: &[u8]) -> Option<Vec<u8>> {
        let (chain, session) = split(kept)?;
        at_work::look(|session| session.chain.clone_from(&chain));
        let is_good = self.verifier.takes_client_again(&chain);
        tracing::debug!(is_good, "a TLS session is resumed");
        is_good.then(|| session.to_vec())
    }
}

impl StoresServerSessions for ServerSessions {
    fn put(&self, key: Vec<u8>, session: Vec<u8>) -> bool {
        let chain = at_work::look(|session| session.chain.clone());
        join(&chain, &session).is_some_and(|kept| self.kept.put(key, kept))
    }

    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.allowed(&self.kept.get(key)?)
    }

    fn take(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.allowed(&self.kept.take(key)?)
    }

    fn can_cache(&self) -> bool {
        true
    }
}

/// The certificates, each behind its length, how many of them before all, and then the session.
fn join(chain: &[CertificateDer<'_>], session: &[u8]) -> Option<Vec<u8>> {
    let mut kept = u32::try_from(chain.len()).ok()?.to_be_bytes().to_vec();
    for certificate in chain {
        kept.extend(u32::try_from(certificate.len()).ok()?.to_be_bytes());
        kept.extend_from_slice(certificate);
    }
    kept.extend_from_slice(session);
    Some(kept)
}

fn split(kept: &[u8]) -> Option<(Chain, &[u8])> {
    let (count, mut rest) = kept.split_first_chunk()?;
    let mut chain = Chain::new();
    for _ in 0..u32::from_be_bytes(*count) {
        let (length, behind) = rest.split_first_chunk()?;
        let (certificate, behind) = behind.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        chain.push(CertificateDer::from(certificate.to_vec()));
        rest = behind;
    }
    Some((chain, rest))
}

/// A client's, of the server it was last connected to.
#[derive(Debug)]
pub(super) struct ClientSessions {
    kept: ClientSessionMemoryCache,
    shown: Mutex<Option<(ServerName<'static>, Chain)>>,
    verifier: Arc<Verifier>,
}

impl ClientSessions {
    pub(super) fn new(verifier: Arc<Verifier>) -> Self {
        Self { kept: ClientSessionMemoryCache::new(CLIENT_SERVERS_MAX), shown: Mutex::default(), verifier }
    }

    fn note(&self, server: &ServerName<'static>) {
        let chain = at_work::look(|session| session.chain.clone());
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some((server.clone(), chain));
    }

    fn is_good(&self, server: &ServerName<'_>) -> bool {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some((name, chain)) = shown.filter(|(name, _)| name == server) else { return false };
        let is_good = self.verifier.takes_server_again(&chain, &name);
        at_work::look(|session| session.chain = chain);
        is_good
    }
}

impl ClientSessionStore for ClientSessions {
    fn set_kx_hint(&self, server: ServerName<'static>, group: NamedGroup) {
        self.kept.set_kx_hint(server, group);
    }

    fn kx_hint(&self, server: &ServerName<'_>) -> Option<NamedGroup> {
        self.kept.kx_hint(server)
    }

    fn set_tls12_session(&self, server: ServerName<'static>, session: Tls12ClientSessionValue) {
        self.note(&server);
        self.kept.set_tls12_session(server, session);
    }

    fn tls12_session(&self, server: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.kept.tls12_session(server).filter(|_| self.is_good(server))
    }

    fn remove_tls12_session(&self, server: &ServerName<'static>) {
        self.kept.remove_tls12_session(server);
    }

    fn insert_tls13_ticket(&self, server: ServerName<'static>, ticket: Tls13ClientSessionValue) {
        self.note(&server);
        self.kept.insert_tls13_ticket(server, ticket);
    }

    fn take_tls13_ticket(&self, server: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.kept.take_tls13_ticket(server).filter(|_| self.is_good(server))
    }
}
