//! Where the log of a C++ or C program goes: standard error, unless the program has a
//! `tracing` subscriber of its own.

use std::sync::Once;
use tracing::level_filters::LevelFilter;

/// The environment variable that sets the level.
const LEVEL: &str = "LDICOMNET_LOG";

/// Sets the log up, once. Called when the first object is made.
pub(super) fn set_up() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let asked = std::env::var(LEVEL).ok();
        let level = asked.as_deref().map(str::parse);
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(
                *level.as_ref().and_then(|level| level.as_ref().ok()).unwrap_or(&LevelFilter::WARN),
            )
            .with_ansi(false)
            .with_writer(std::io::stderr)
            .finish();
        if tracing::subscriber::set_global_default(subscriber).is_err() {
            // The program has one: it is told all the same.
            tracing::debug!("the program's own log is used");
        }
        if let (Some(asked), Some(Err(_))) = (asked, level) {
            tracing::warn!(asked, "{LEVEL} is none of off, error, warn, info, debug, trace");
        }
    });
}
