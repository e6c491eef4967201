//! Which part of the crate may know of which: an arrow never points up.
//!
//! `pdu`, `ul` and `dimse` are the ground floor: no socket, no clock, no thread. This reads
//! the sources, so that a wrong `use` is found where it is written.

use std::fs;
use std::path::{Path, PathBuf};

/// A part of the crate, and the parts it may name.
struct Floor {
    name: &'static str,
    may_use: &'static [&'static str],
    /// Does no I/O, reads no clock, starts no thread.
    is_ground: bool,
}

const FLOORS: [Floor; 8] = [
    Floor { name: "error", may_use: &[], is_ground: false },
    Floor { name: "pdu", may_use: &[], is_ground: true },
    Floor { name: "ul", may_use: &["pdu"], is_ground: true },
    Floor { name: "dimse", may_use: &["pdu"], is_ground: true },
    Floor { name: "net", may_use: &["error"], is_ground: false },
    Floor { name: "dataset", may_use: &["error", "pdu", "net"], is_ground: false },
    Floor { name: "engine", may_use: &["error", "pdu", "ul", "dimse", "net", "dataset"], is_ground: false },
    Floor {
        name: "bridge",
        may_use: &["error", "pdu", "ul", "dimse", "net", "dataset", "engine"],
        is_ground: false,
    },
];

/// What the ground floor must not name.
const OUTSIDE_WORLD: [&str; 12] = [
    "std::net",
    "std::io",
    "std::fs",
    "std::thread",
    "std::sync::Mutex",
    "std::sync::Condvar",
    "std::env",
    "Instant::now",
    "SystemTime",
    "socket2",
    "polling",
    "rustix",
];

/// A source file: the floor it is on, where it lies, and its code without comments and tests.
struct Source {
    floor: String,
    path: PathBuf,
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    assert!(found.len() > 40, "only {} sources were found", found.len());
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            // Tests may do what they like.
            if path.file_name().unwrap() != "tests" {
                collect(root, &path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let inside = path.strip_prefix(root).unwrap();
            let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
            let floor = first.strip_suffix(".rs").unwrap_or(first).to_owned();
            let code = code_of(&fs::read_to_string(&path).unwrap());
            found.push(Source { floor, path: inside.to_owned(), code });
        }
    }
}

/// The text without comments, and without the module of tests at its end.
fn code_of(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let lines = text[..end].lines().map(|line| line.split("//").next().unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

/// The parts of the crate that the code names, from `crate::` on; groups are looked into.
fn parts_named(code: &str) -> Vec<String> {
    let mut named = Vec::new();
    for (place, found) in code.match_indices("crate::") {
        // `pub(crate)` has no colons; `$crate::` and paths of other crates end differently.
        if code[..place].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == '$')
        {
            continue;
        }
        let rest = &code[place + found.len()..];
        match rest.strip_prefix('{') {
            None => named.extend(first_word(rest)),
            Some(group) => named.extend(group_heads(group)),
        }
    }
    named
}

fn first_word(text: &str) -> Option<String> {
    let word: String = text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!word.is_empty()).then_some(word)
}

/// The first word of each member of `{a::b, c}`, what stands before the group's end.
fn group_heads(group: &str) -> Vec<String> {
    let (mut depth, mut start, mut heads) = (0, 0, Vec::new());
    for (place, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                heads.extend(first_word(&group[start..place]));
                start = place + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    heads
}

/// Chains of `super::` that may leave the part: as many as the file lies deep, or more.
fn parts_reached_by_super(path: &Path, code: &str) -> Vec<String> {
    let is_mod = path.ends_with("mod.rs");
    // src/a/mod.rs is module `a`, src/a/b.rs is `a::b`, src/a.rs is `a`.
    let depth = path.components().count() - usize::from(is_mod);
    let chain = "super::".repeat(depth);
    let mut named = Vec::new();
    for (place, _) in code.match_indices(&chain) {
        let rest = code[place + chain.len()..].trim_start_matches("super::");
        if !code[..place].ends_with("super::") {
            named.extend(first_word(rest));
        }
    }
    named
}

fn breaches(floor: &Floor, source: &Source) -> Vec<String> {
    let is_part = |name: &str| FLOORS.iter().any(|floor| floor.name == name);
    let mut named = parts_named(&source.code);
    named.extend(parts_reached_by_super(&source.path, &source.code));
    let mut found: Vec<_> = named
        .iter()
        .filter(|name| is_part(name) && *name != floor.name && !floor.may_use.contains(&name.as_str()))
        .map(|name| format!("{}: names {name}", source.path.display()))
        .collect();
    // The crate's root gives `Code` and `Error` out again: they are of `error`.
    if named.iter().any(|name| matches!(name.as_str(), "Code" | "Error")) && !floor.may_use.contains(&"error")
    {
        found.push(format!("{}: names error", source.path.display()));
    }
    if floor.is_ground {
        let outside = OUTSIDE_WORLD.iter().filter(|name| source.code.contains(*name));
        found.extend(outside.map(|name| format!("{}: names {name}", source.path.display())));
    }
    if floor.name != "bridge"
        && ["cxx::", "cxx_build", "extern \"C++\""].iter().any(|name| source.code.contains(name))
    {
        found.push(format!("{}: names C++", source.path.display()));
    }
    found
}

#[test]
fn no_arrow_points_up() {
    let mut found = Vec::new();
    for source in sources() {
        if source.floor == "lib" {
            continue;
        }
        let floor = FLOORS.iter().find(|floor| floor.name == source.floor);
        let floor = floor.unwrap_or_else(|| panic!("{} is on no floor", source.path.display()));
        found.extend(breaches(floor, &source));
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_part_is_there() {
    let sources = sources();
    for floor in &FLOORS {
        assert!(sources.iter().any(|source| source.floor == floor.name), "{} has no source", floor.name);
    }
}

#[test]
fn a_wrong_arrow_would_be_found() {
    let breaches_of = |floor: &str, path: &str, code: &str| {
        let floor = FLOORS.iter().find(|it| it.name == floor).unwrap();
        breaches(floor, &Source { floor: floor.name.to_owned(), path: path.into(), code: code_of(code) })
            .len()
    };
    for (floor, path, code) in [
        ("pdu", "pdu/frame.rs", "use crate::ul::State;"),
        ("pdu", "pdu/frame.rs", "use crate::{dimse, pdu::Uid};"),
        ("pdu", "pdu/frame.rs", "fn f() -> crate::error::Code {}"),
        ("pdu", "pdu/frame.rs", "use crate::Code;"),
        ("pdu", "pdu/items/mod.rs", "use super::super::engine::Net;"),
        ("ul", "ul/mod.rs", "use super::net::socket;"),
        ("ul", "ul/actions.rs", "let now = Instant::now();"),
        ("ul", "ul/actions.rs", "use crate::{\n    pdu::{Abort, Uid},\n    engine::Net,\n};"),
        ("dimse", "dimse/wire.rs", "use crate::ul;"),
        ("dimse", "dimse/wire.rs", "use std::io::Read;"),
        ("net", "net/socket.rs", "use crate::pdu::Uid;"),
        ("net", "net/socket.rs", "use crate::engine::Net;"),
        ("error", "error.rs", "use super::pdu::PduError;"),
        ("net", "net/content.rs", "use crate::dataset::Kind;"),
        ("dimse", "dimse/message.rs", "use crate::dataset::DataSet;"),
        ("dataset", "dataset/load.rs", "use crate::dimse::Command;"),
        ("dataset", "dataset/text/mod.rs", "use super::super::super::engine::Net;"),
        ("engine", "engine/net.rs", "use crate::bridge::ffi;"),
        ("engine", "engine/net.rs", "use cxx::SharedPtr;"),
    ] {
        assert!(breaches_of(floor, path, code) > 0, "{path}: {code}");
    }
    for (floor, path, code) in [
        ("pdu", "pdu/frame.rs", "// use crate::ul::State;\nuse crate::pdu::Uid;\npub(crate) fn f() {}"),
        ("pdu", "pdu/frame.rs", "#[cfg(test)]\nmod tests {\n    use std::io::Read;\n}"),
        ("ul", "ul/actions.rs", "use super::error::StateError;\nuse crate::{pdu::{Abort, Uid}};"),
        (
            "engine",
            "engine/connection/end.rs",
            "use super::super::net::Net;\nuse crate::{error::Code, net::socket};",
        ),
        ("bridge", "bridge/ffi.rs", "use crate::engine::Net;\nuse cxx::SharedPtr;"),
    ] {
        assert_eq!(breaches_of(floor, path, code), 0, "{path}: {code}");
    }
}
