//! The examples in Rust: as short as they are said to be, and they find each other.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// An example that cargo has built beside this test.
fn example(name: &str) -> Command {
    let this = std::env::current_exe().unwrap();
    let examples = this.parent().and_then(|deps| deps.parent()).unwrap().join("examples");
    let path: PathBuf = examples.join(name).with_extension(std::env::consts::EXE_EXTENSION);
    assert!(path.exists(), "{} is built by `cargo test` and by `cargo build --examples`", path.display());
    Command::new(path)
}

/// Ends with its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn each_is_of_twenty_lines() {
    for source in [include_str!("../examples/echo_scp.rs"), include_str!("../examples/echo_scu.rs")] {
        assert!(source.lines().count() <= 20, "{source}");
        assert!(source.lines().all(|line| line.len() <= 110), "{source}");
    }
}

#[test]
fn the_echo_scu_verifies_the_echo_scp() {
    let mut scp = Running(example("echo_scp").arg("0").stdout(Stdio::piped()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(scp.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let port = line.rsplit([' ', ')']).nth(1).unwrap_or_else(|| panic!("a port in {line:?}")).to_owned();
    for _ in 0..3 {
        let verified = example("echo_scu").args(["localhost", &port]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&verified.stdout), "C-ECHO status 0000H\n", "{verified:?}");
        assert!(verified.status.success());
    }
    drop(scp);
    let refused = example("echo_scu").args(["localhost", &port]).output().unwrap();
    assert!(!refused.status.success());
    let mut said = String::new();
    refused.stderr.as_slice().read_to_string(&mut said).unwrap();
    assert!(said.contains("refused"), "{said}");
}
