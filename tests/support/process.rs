//! What this process holds, as Linux tells it.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Descriptors open now, but for the one that counts them.
pub(crate) fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").expect("Linux has /proc").count() - 1
}

/// Files in a directory, those among them that have no name and are held by this process.
pub(crate) fn files_in(directory: &Path) -> Vec<PathBuf> {
    let named = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let descriptors = fs::read_dir("/proc/self/fd").expect("Linux has /proc");
    // A descriptor may be closed between its being listed and its being asked.
    let nameless = descriptors.filter_map(|descriptor| {
        let descriptor = descriptor.ok()?.path();
        let has_no_name = fs::metadata(&descriptor).ok()?.nlink() == 0;
        fs::read_link(descriptor).ok().filter(|path| has_no_name && path.starts_with(directory))
    });
    named.chain(nameless).collect()
}

/// Names of the threads that run now.
pub(crate) fn threads() -> Vec<String> {
    let tasks = fs::read_dir("/proc/self/task").expect("Linux has /proc");
    // A thread may end between its being listed and its being asked.
    let names = tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.map(|name| name.trim_end().to_owned()).collect()
}

/// Threads of the library that run now.
pub(crate) fn library_threads() -> usize {
    // The kernel keeps 15 bytes of a name.
    threads().iter().filter(|name| name.starts_with("ldicomnet-")).count()
}

/// Memory in bytes: what is reserved, and what is resident.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    pub(crate) reserved: usize,
    pub(crate) resident: usize,
}

pub(crate) fn memory() -> Memory {
    let text = fs::read_to_string("/proc/self/statm").expect("Linux has /proc");
    let mut pages = text.split(' ').map(|field| field.parse::<usize>().expect("a number"));
    let mut bytes = || pages.next().expect("two fields") * PAGE;
    Memory { reserved: bytes(), resident: bytes() }
}

/// Pages are 4 KiB where the tests run; a larger one only makes them stricter.
const PAGE: usize = 4 << 10;

/// How many connections with both ends in this process the limit on descriptors allows, at
/// most `wanted`.
pub(crate) fn connections(wanted: usize) -> usize {
    let limits = fs::read_to_string("/proc/self/limits").expect("Linux has /proc");
    let line = limits.lines().find(|line| line.starts_with("Max open files")).expect("the limit on files");
    let soft = line.split_whitespace().nth(3).and_then(|field| field.parse().ok()).unwrap_or(usize::MAX);
    wanted.min((soft - 200) / 2)
}

/// Is the IPv4 connection with this end and that peer established, as the system sees it?
pub(crate) fn is_established(near: SocketAddr, far: SocketAddr) -> bool {
    let table = fs::read_to_string("/proc/net/tcp").expect("Linux has /proc");
    let ports = |address: SocketAddr| format!(":{:04X}", address.port());
    let (near, far) = (ports(near), ports(far));
    table.lines().any(|line| {
        // Number, local address, remote address, state; 01 is ESTABLISHED.
        let fields: Vec<_> = line.split_whitespace().take(4).collect();
        matches!(fields[..], [_, local, remote, "01"] if local.ends_with(&near) && remote.ends_with(&far))
    })
}
