//! Whom a program trusts, as its files say: authorities, and lists of what they have revoked.
//!
//! It must not verify anything.

use super::{TlsError, TlsSettings};
use crate::net::content::Content;
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer};
use std::cmp::Reverse;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use x509_cert::crl::CertificateList;
use x509_cert::der::Decode;

/// The longest file of certificates or revocation lists, in bytes.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// What was read of the files.
#[derive(Clone, Debug)]
pub(super) struct Trusted {
    pub(super) roots: Arc<RootCertStore>,
    pub(super) lists: Vec<CertificateRevocationListDer<'static>>,
}

impl PartialEq for Trusted {
    fn eq(&self, other: &Self) -> bool {
        self.roots.roots == other.roots.roots && self.lists == other.lists
    }
}

impl Trusted {
    pub(super) fn read(settings: &TlsSettings) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        for path in &settings.authorities {
            add_authorities(path, &mut roots)?;
        }
        let mut lists = Vec::new();
        for path in &settings.revocation_lists {
            add_revocation_lists(path, &mut lists)?;
        }
        // Of several lists by one authority the first is looked at: the newest.
        lists.sort_by_cached_key(|list| Reverse(this_update(list)));
        Ok(Self { roots: Arc::new(roots), lists })
    }
}

/// When it was made, since 1970; one that cannot be read is refused later.
fn this_update(list: &CertificateRevocationListDer<'_>) -> Option<Duration> {
    let list = CertificateList::from_der(list).ok()?;
    Some(list.tbs_cert_list.this_update.to_unix_duration())
}

pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, TlsError> {
    let content = Content::open(path).and_then(|content| content.to_bytes(FILE_BYTES_MAX));
    content.map(Vec::from).map_err(|error| unreadable(path, error))
}

fn unreadable(path: &Path, error: io::Error) -> TlsError {
    TlsError::File { path: path.to_path_buf(), error: Arc::new(error) }
}

/// The files of a directory in the order of their names, or the one file that it is.
fn files_of(path: &Path) -> Result<Vec<PathBuf>, TlsError> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let entries = std::fs::read_dir(path).map_err(|error| unreadable(path, error))?;
    let paths: io::Result<Vec<PathBuf>> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(|error| unreadable(path, error))?;
    paths.retain(|path| path.is_file());
    paths.sort();
    Ok(paths)
}

/// The certificates of a PEM file, or of those files in a directory that hold some. There must be one.
fn add_authorities(path: &Path, roots: &mut RootCertStore) -> Result<(), TlsError> {
    let before = roots.len();
    for file in files_of(path)? {
        for certificate in CertificateDer::pem_slice_iter(&read_file(&file)?) {
            let broken = || TlsError::NotAuthorities { path: file.clone() };
            roots.add(certificate.map_err(|_| broken())?).map_err(|_| broken())?;
        }
    }
    if roots.len() == before {
        return Err(TlsError::NotAuthorities { path: path.to_path_buf() });
    }
    Ok(())
}

/// The revocation lists of a file, PEM or else one in DER.
fn add_revocation_lists(
    path: &Path,
    lists: &mut Vec<CertificateRevocationListDer<'static>>,
) -> Result<(), TlsError> {
    let bytes = read_file(path)?;
    let before = lists.len();
    for list in CertificateRevocationListDer::pem_slice_iter(&bytes) {
        lists.push(list.map_err(|_| TlsError::NotRevocationLists { path: path.to_path_buf() })?);
    }
    if lists.len() == before {
        lists.push(CertificateRevocationListDer::from(bytes));
    }
    Ok(())
}
