//! Tests that need a process or a machine of their own: they run once more as a child of
//! this very program, which a few lines of shell prepare for them.
//!
//! What the shell changes, it changes for that child alone. Where the system allows no
//! network namespace the test says so, past what captures its output, and ends.

use super::DEADLINE;
use std::any::type_name;
use std::io::{Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{OnceLock, mpsc};
use std::time::Duration;

/// Names the test that the process was started for.
const CHILD: &str = "LDICOMNET_TEST_CHILD";

/// What the shell exits with, after it wrote why, where the system does not let it prepare.
const CANNOT: i32 = 77;

/// Longer than what the child itself waits for, so that it fails by itself and says of what.
const PATIENCE: Duration = DEADLINE.saturating_mul(3);

/// Runs the body of `test` in a process of its own. `prepare` is shell: it may limit what
/// the process has, put a program before "$@", and exit with 77 where it says that it cannot.
pub(crate) fn in_a_process<T: Fn()>(test: T, prepare: &str, body: impl FnOnce()) {
    run(&name_of(&test), &[], prepare, body);
}

/// As [`in_a_process`], on a machine without a network but for what `prepare` makes, as
/// root there. Files of the system may be replaced, see [`replaced`].
pub(crate) fn in_a_network<T: Fn()>(test: T, prepare: &str, body: impl FnOnce()) {
    let name = name_of(&test);
    match namespace() {
        Ok(unshare) => run(&name, unshare, prepare, body),
        Err(reason) => not_run(&name, reason),
    }
}

#[expect(clippy::explicit_write, reason = "the harness captures eprintln!, and shows it when a test fails")]
fn not_run(name: &str, reason: &str) {
    writeln!(std::io::stderr(), "{name}: NOT RUN, the system does not allow it: {reason}").unwrap();
}

/// Shell that puts `text` in the place of a file of the system, where there is one.
pub(crate) fn replaced(file: &str, text: &str) -> String {
    format!(
        "if [ -e {file} ]; then
            other=$(mktemp)
            printf '%s\\n' '{text}' >\"$other\"
            chmod 644 \"$other\"
            mount --bind \"$other\" {file}
            rm \"$other\"
        fi\n"
    )
}

/// Shell for a machine that knows these names (lines of /etc/hosts) and no others.
pub(crate) fn hosts(lines: &str) -> String {
    // All addresses of a name are wanted, which in glibc is a choice (host.conf(5)).
    "export RESOLV_MULTI=on\n".to_owned()
        + &replaced("/etc/hosts", lines)
        + &replaced("/etc/nsswitch.conf", "hosts: files")
}

/// The name by which the harness knows a test: its path without the crate.
fn name_of<T: Fn()>(_test: &T) -> String {
    let path = type_name::<T>();
    path.split_once("::").map_or(path, |(_crate, path)| path).to_owned()
}

fn run(name: &str, around: &[&str], prepare: &str, body: impl FnOnce()) {
    if std::env::var(CHILD).as_deref() == Ok(name) {
        return body();
    }
    let program = std::env::current_exe().unwrap();
    let mut words: Vec<_> = around.iter().map(|word| (*word).to_owned()).collect();
    words.extend(["sh".into(), "-ec".into(), format!("exec 2>&1\n{prepare}\nexec \"$@\""), "sh".into()]);
    words.push(program.to_str().expect("a path that is text").to_owned());
    words.extend([name, "--exact", "--nocapture", "--test-threads=1"].map(str::to_owned));
    let (status, output) = output_of(Command::new(&words[0]).args(&words[1..]).env(CHILD, name));
    if status.code() == Some(CANNOT) {
        return not_run(name, output.trim());
    }
    let passed = status.success() && output.contains("test result: ok. 1 passed");
    assert!(passed, "{name}, run by itself: {status}\n{output}");
}

/// How a program ends, and what it has written. One that does not end in time is killed.
fn output_of(command: &mut Command) -> (ExitStatus, String) {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("a child");
    let mut stdout = child.stdout.take().unwrap();
    let (send, read) = mpsc::channel();
    std::thread::spawn(move || {
        let mut output = String::new();
        let end = stdout.read_to_string(&mut output).map_err(|error| error.to_string());
        // Nobody waits for it any more when the time was over.
        drop(send.send(end.map(|_bytes| output)));
    });
    let output = read.recv_timeout(PATIENCE).unwrap_or_else(|_| {
        child.kill().unwrap();
        Ok(format!("it did not end within {PATIENCE:?}"))
    });
    (child.wait().unwrap(), output.unwrap())
}

/// What gives a program a network of its own, and mounts: tried once, as root or as a user
/// who is root in there.
fn namespace() -> Result<&'static [&'static str], &'static str> {
    const WAYS: [&[&str]; 2] =
        [&["unshare", "--net", "--mount"], &["unshare", "--user", "--map-root-user", "--net", "--mount"]];
    static WAY: OnceLock<Result<&[&str], String>> = OnceLock::new();
    let way = WAY.get_or_init(|| {
        let mut reasons = String::new();
        for way in WAYS {
            match Command::new(way[0]).args(&way[1..]).args(["ip", "link", "set", "lo", "up"]).output() {
                Ok(tried) if tried.status.success() => return Ok(way),
                Ok(tried) => reasons += &String::from_utf8_lossy(&tried.stderr),
                Err(error) => reasons += &format!("{}: {error}", way[0]),
            }
        }
        Err(reasons.replace('\n', "; "))
    });
    way.as_ref().copied().map_err(String::as_str)
}
