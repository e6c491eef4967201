//! How other DICOM network stacks were broken: one test for each cause behind a published vulnerability or bug
//! report, against the real server over loopback.
//!
//! Not here, for want of anything that could fail in a network library: a server's quota of images (CVE-2026-10194),
//! archives and compressed answers over HTTP, decoders of pixel data (CVE-2026-5441 to 5445), files that only a program
//! opens (CVE-2024-23912, CVE-2024-23913), sets of files (CVE-2026-32711). A hello that stalls on a TLS port is in
//! `tls.rs`.
//!
//! The doc comment of each test begins with the identifiers, for looking up. Many causes have tests elsewhere, under
//! the names of what is promised; these are short, and say of each known failure that it is not ours. What must not
//! move the memory of the process runs in a process of its own.

#![cfg(target_os = "linux")]

mod support;

#[path = "known_failures/command_sets.rs"]
mod command_sets;
#[path = "known_failures/data_sets.rs"]
mod data_sets;
#[path = "known_failures/descriptors.rs"]
mod descriptors;
#[path = "known_failures/floods.rs"]
mod floods;
#[path = "known_failures/handlers.rs"]
mod handlers;
#[path = "known_failures/items.rs"]
mod items;
#[path = "known_failures/log_text.rs"]
mod log_text;
#[path = "known_failures/memory.rs"]
mod memory;
#[path = "known_failures/paths.rs"]
mod paths;
#[path = "known_failures/pdu_lengths.rs"]
mod pdu_lengths;
#[path = "known_failures/provider.rs"]
mod provider;
#[path = "known_failures/slow_peers.rs"]
mod slow_peers;
