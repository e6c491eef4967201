//! How many bytes files that are not anybody's yet may take together, whoever they came from.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Room for temporary files. Those who share one share its bytes: the connections that a listener accepted,
/// and every object whose settings are given the same one.
#[derive(Debug)]
pub struct Spool {
    bytes_max: u64,
    used: AtomicU64,
}

impl Spool {
    /// Room for so many bytes; `u64::MAX` is no limit.
    #[must_use]
    pub fn new(bytes_max: u64) -> Arc<Self> {
        Arc::new(Self { bytes_max, used: AtomicU64::new(0) })
    }

    /// How many bytes there is room for.
    #[must_use]
    pub fn bytes_max(&self) -> u64 {
        self.bytes_max
    }

    /// How many are taken; nothing is counted where there is no limit.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }
}

/// What one file has taken; given back when this is dropped.
#[derive(Debug, Default)]
pub(super) struct Share {
    spool: Option<Arc<Spool>>,
    bytes: u64,
}

impl Share {
    pub(super) fn of(spool: &Arc<Spool>) -> Self {
        Self { spool: (spool.bytes_max != u64::MAX).then(|| Arc::clone(spool)), bytes: 0 }
    }

    /// Room for more bytes, all of them or none.
    pub(super) fn take(&mut self, bytes: usize) -> io::Result<()> {
        let Some(spool) = &self.spool else { return Ok(()) };
        let bytes = bytes as u64;
        let more = |used: u64| used.checked_add(bytes).filter(|used| *used <= spool.bytes_max);
        if spool.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_err() {
            let why = format!("all temporary files together take no more than {} bytes", spool.bytes_max);
            return Err(io::Error::new(io::ErrorKind::StorageFull, why));
        }
        self.bytes += bytes;
        Ok(())
    }

    /// Of the bytes that were taken last, those that were not used.
    pub(super) fn give_back(&mut self, bytes: usize) {
        let Some(spool) = &self.spool else { return };
        let bytes = (bytes as u64).min(self.bytes);
        self.bytes -= bytes;
        spool.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if let Some(spool) = &self.spool {
            spool.used.fetch_sub(self.bytes, Ordering::Relaxed);
        }
    }
}
