//! A file of UIDs for the list of `LDicomUID`: XML, of the form that `dicom_uid.h` describes.
//!
//! The parser is quick-xml, which expands no entities but those of XML itself, and keeps nothing but the names of open
//! elements. (roxmltree needs minutes for a megabyte of attributes, or of nested namespaces.)

use super::ffi::{UidFile, UidView};
use super::guard;
use super::net::path_of;
use crate::error::{Code, Error};
use crate::pdu::Uid;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The UIDs of PS3.6 are some 60 KiB; a hundred times as many have room.
const FILE_BYTES_MAX: u64 = 8 << 20;
/// Ours are three.
const ATTRIBUTES_MAX: usize = 16;
const ROOT: &str = "uids";
const ENTRY: &str = "uid";
/// What the types are called, in the order of UID_TYPE_*.
const TYPES: [&str; 9] = [
    "OTHER",
    "TRANSFER1",
    "TRANSFER2",
    "CLASS",
    "META_CLASS",
    "INSTANCE",
    "APPLICATION",
    "FRAME_OF_REFERENCE",
    "LDAP_OID",
];

/// Reads a file. `code` is a DICOM_ERROR_*; what is wrong with the file goes to the log.
pub(super) fn uid_file_read(path: &[u8]) -> UidFile {
    let failed = |code: Code| UidFile { code: code.number(), uids: Vec::new() };
    guard(failed(Code::Format), || {
        let path = path_of(path);
        match read(&path).and_then(|text| parse(&text)) {
            Ok(uids) => UidFile { code: Code::Success.number(), uids },
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "the UIDs of a file were not taken");
                failed(error.code())
            }
        }
    })
}

fn read(path: &Path) -> Result<String, Error> {
    let open = |error: std::io::Error| Error::new(Code::Open, error.to_string());
    // Asked before it is opened: opening a pipe waits for somebody who writes into it.
    if !path.metadata().map_err(open)?.is_file() {
        return Err(Error::new(Code::Open, "it is not a file"));
    }
    let mut bytes = Vec::new();
    let mut file = File::open(path).map_err(open)?.take(FILE_BYTES_MAX + 1);
    file.read_to_end(&mut bytes).map_err(|error| Error::new(Code::Read, error.to_string()))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(Error::new(Code::Memory, format!("more than {FILE_BYTES_MAX} bytes")));
    }
    String::from_utf8(bytes).map_err(|error| wrong(&format!("it is not UTF-8: {}", error.utf8_error())))
}

fn wrong(what: &str) -> Error {
    Error::new(Code::Format, what)
}

/// The UIDs of a document.
fn parse(text: &str) -> Result<Vec<UidView>, Error> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut reader = Reader::from_str(text);
    let mut document = Document::default();
    loop {
        let outcome = match reader.read_event() {
            Ok(Event::Eof) if document.is_complete() => return Ok(document.uids),
            Ok(event) => document.take(&event),
            Err(error) => Err(error.to_string()),
        };
        outcome.map_err(|what| {
            let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX).min(text.len());
            let before = text.as_bytes().get(..at).unwrap_or_default();
            wrong(&format!("line {}: {what}", 1 + before.iter().filter(|byte| **byte == b'\n').count()))
        })?;
    }
}

/// A document that is being read.
#[derive(Default)]
struct Document {
    /// The elements that are open.
    depth: usize,
    has_root: bool,
    known: HashSet<Vec<u8>>,
    uids: Vec<UidView>,
}

impl Document {
    fn is_complete(&self) -> bool {
        self.has_root && self.depth == 0
    }

    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Start(element) => {
                self.element(element)?;
                self.depth += 1;
            }
            Event::Empty(element) => self.element(element)?,
            // The reader has seen that each belongs to a beginning.
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Text(text) if text.bytes().all(|byte| byte.is_ascii_whitespace()) => {}
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                return Err("text between elements".to_owned());
            }
            Event::DocType(_) => return Err("document types are not read".to_owned()),
            Event::Eof => return Err("it ends early".to_owned()),
        }
        Ok(())
    }

    fn element(&mut self, element: &BytesStart<'_>) -> Result<(), String> {
        let name = element.name().0;
        match (self.depth, name) {
            (0, ROOT) if !self.has_root => self.has_root = true,
            (1, ENTRY) => {
                let uid = entry(element)?;
                if !self.known.insert(uid.code.clone()) {
                    return Err("this code is in the file already".to_owned());
                }
                self.uids.push(uid);
            }
            _ => return Err(format!("an element {name:?} where none is known")),
        }
        Ok(())
    }
}

fn entry(element: &BytesStart<'_>) -> Result<UidView, String> {
    let (mut code, mut name, mut kind) = (None, None, None);
    // The reader compares each attribute with all before it, so that their number counts twice over.
    for (count, attribute) in element.attributes().enumerate() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        if count == ATTRIBUTES_MAX {
            return Err(format!("more than {ATTRIBUTES_MAX} attributes"));
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        if value.contains('\0') {
            return Err("a NUL, at which the text would end".to_owned());
        }
        match attribute.key.0 {
            "code" => code = Some(value.into_owned()),
            "name" => name = Some(value.into_owned()),
            "type" => kind = Some(kind_of(&value).ok_or_else(|| format!("an unknown type {value:?}"))?),
            _ => {}
        }
    }
    let code = code.ok_or("no attribute code")?;
    if Uid::new(code.as_bytes()).is_err() {
        return Err(format!("{code:?} is no UID"));
    }
    let name = name.ok_or("no attribute name")?;
    Ok(UidView { code: code.into_bytes(), name: name.into_bytes(), kind: kind.unwrap_or(0) })
}

/// The UID_TYPE_* of this name.
fn kind_of(name: &str) -> Option<u16> {
    TYPES.iter().zip(0..).find_map(|(known, kind)| name.eq_ignore_ascii_case(known).then_some(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(entries: &str) -> Result<Vec<UidView>, Error> {
        parse(&format!("<uids>{entries}</uids>"))
    }

    #[test]
    fn entries_are_read_whatever_stands_around_them() {
        let uids = parse(
            "\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- ours -->\n<uids edition='1'>\n\
             <uid code='1.2.3' name='A &lt;b&gt; &amp; \u{E9}&#xE9;' type='meta_Class' since='2026'/>\n\
             <uid name='' code='1.2.4'> </uid><!-- end --></uids>\n",
        );
        let uids: Vec<_> = uids.unwrap().into_iter().map(|uid| (uid.code, uid.name, uid.kind)).collect();
        let name = "A <b> & \u{E9}\u{E9}".as_bytes().to_vec();
        assert_eq!(uids, [(b"1.2.3".to_vec(), name, 4), (b"1.2.4".to_vec(), Vec::new(), 0)]);
        assert!(parse("<uids/>").unwrap().is_empty());
        for (kind, number) in TYPES.iter().zip(0..) {
            let uids = parsed(&format!("<uid code='1.2' name='x' type='{kind}'/>")).unwrap();
            assert_eq!(uids[0].kind, number);
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (entry, what) in [
            ("<uid name='x'/>", "no attribute code"),
            ("<uid code='1.2'/>", "no attribute name"),
            ("<uid code='1.02' name='x'/>", "is no UID"),
            ("<uid code='' name='x'/>", "is no UID"),
            ("<uid code='1.2' name='x' type='9'/>", "unknown type"),
            ("<uid code='1.2' code='1.3' name='x'/>", "duplicate"),
            ("<uid code='1.2' name='x&nbsp;'/>", "nbsp"),
            ("<uid code='1.2' name='x&#0;'/>", ""),
            ("<uid code='1.2' name=x/>", ""),
            ("<uid code='1.2' name='x'><uid code='1.3' name='y'/></uid>", "where none is known"),
            ("<UID code='1.2' name='x'/>", "where none is known"),
            ("<uid code='1.2' name='x'/><uid code='1.2' name='y'/>", "already"),
            ("more", "text between"),
            ("<![CDATA[more]]>", "text between"),
            ("&amp;", "text between"),
            ("</uid>", ""),
            ("<uid", ""),
        ] {
            let error = parsed(&format!("\n\n{entry}")).err().unwrap();
            assert_eq!(error.code(), Code::Format, "{entry}");
            let text = error.to_string();
            assert!(text.contains("line 3") && text.contains(what), "{entry}: {text}");
        }
        for document in [
            "",
            "uids",
            "<uids>",
            "<uids/><uids/>",
            "<other/>",
            "<uids></other>",
            "\0",
            "<!DOCTYPE uids><uids/>",
        ] {
            assert_eq!(parse(document).err().map(|error| error.code()), Some(Code::Format), "{document}");
        }
    }

    #[test]
    fn hostile_documents_are_errors() {
        let entities = "<!DOCTYPE uids [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><uids><uid code='1.2' name='&b;'/></uids>";
        assert!(parse(entities).is_err());
        let many: String = (0..200_000).map(|number| format!(" a{number}=''")).collect();
        assert!(parsed(&format!("<uid{many}/>")).is_err());
        assert!(parse(&"<uids>".repeat(1 << 20)).is_err());
        assert!(parse(&format!("<uids>{}", "<!---->".repeat(1 << 20))).is_err());
    }
}
