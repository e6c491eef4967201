//! TLS of an object: what it shows, what it connects with, and how its connection is secured.

use super::Net;
use crate::engine::connection::Handshake;
use crate::error::{Code, Error};
use crate::net::tls::{Identity, TlsContext, TlsError, TlsSettings};
use std::sync::{Arc, PoisonError};

impl Net {
    /// What the object shows as a listener from now on, to connections that come while it listens too; its
    /// files of authorities and revocation lists are read anew for those.
    ///
    /// # Errors
    ///
    /// `Parameter` without [`Settings::tls`](crate::engine::Settings::tls); those of the files, with connections as before.
    pub fn set_server_identity(&self, identity: Identity) -> Result<(), Error> {
        let mut is_secure = false;
        self.update_settings(|settings| {
            if let Some(tls) = &mut settings.tls {
                tls.server = Some(identity.clone());
                is_secure = true;
            }
        });
        if !is_secure {
            return Err(Error::new(Code::Parameter, "the object has no TLS settings"));
        }
        if let Some(context) = self.listener().as_ref().and_then(|listener| listener.tls()) {
            context.replace_server_identity(&identity)?;
        }
        Ok(())
    }

    /// What a connection that begins now is made secure with.
    pub(crate) fn client_tls(&self, settings: &TlsSettings) -> Result<Arc<TlsContext>, TlsError> {
        let mut last = self.core.last_tls.lock().unwrap_or_else(PoisonError::into_inner);
        let context = TlsContext::for_client(settings, last.as_ref())?;
        *last = Some(Arc::clone(&context));
        Ok(context)
    }

    /// The suite that TLS negotiated, by its number on the wire; `None` before that and without TLS.
    pub fn cipher_suite(&self) -> Option<u16> {
        self.connection()?.cipher_suite()
    }

    /// How far the TLS handshake of the connection is; `None` without a connection and without TLS.
    pub fn handshake(&self) -> Option<Handshake> {
        let connection = self.connection().filter(|connection| connection.is_open())?;
        connection.handshake()
    }
}
