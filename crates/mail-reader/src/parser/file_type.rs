//! Detects the type of an uploaded file by its content. File names are not trusted.

use super::ArchiveType;

/// Number of leading bytes that [`FileType::detect`] needs.
pub const SNIFF_BYTES: usize = 64 * 1024;

/// The type of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    /// A mailbox with any number of messages.
    Mbox,
    /// A single message.
    Eml,
    /// An archive that may contain mailboxes or messages.
    Archive(ArchiveType),
    /// Another type, with an explanation for the user.
    Unsupported(&'static str),
}

const EMPTY: &str = "The file is empty. Export the mailbox again and upload the new file.";
const ARCHIVE: &str =
    "This is a compressed archive, not a mailbox. Extract it and upload the .mbox or .eml files.";
const PST: &str = "This is an Outlook data file (.pst or .ost). Export the folder from your email program as .mbox, or the emails as .eml, and upload those.";
const MSG: &str = "This is an Outlook message (.msg). Save the email as .eml, or export the folder as .mbox, and upload that.";
const HTML: &str =
    "This is a web page, not an email. Save the email in its original format as .eml and upload that.";
const PDF: &str =
    "This is a PDF, not an email. Save the email in its original format as .eml and upload that.";
const UTF16: &str =
    "This text is saved as UTF-16. Save the email in its original format as .eml and upload that.";
const EMLX: &str = "This is an email as Apple Mail stores it (.emlx). In Mail choose Mailbox, Export Mailbox, and upload the .mbox file.";
const UNKNOWN: &str = "This does not look like email. Upload an .mbox file exported from your email program, or single emails as .eml.";

/// Every message has at least one of these headers near its beginning.
const KNOWN_HEADERS: [&str; 13] = [
    "from",
    "to",
    "subject",
    "date",
    "received",
    "return-path",
    "message-id",
    "mime-version",
    "delivered-to",
    "content-type",
    "x-gm-thrid",
    "reply-to",
    "x-mozilla-status",
];

impl FileType {
    /// Detects the type from the first [`SNIFF_BYTES`] of a file, or from the whole file if it is shorter.
    pub fn detect(beginning: &[u8]) -> Self {
        let bytes = super::strip_bom(beginning);
        if let Some(archive) = detect_archive(bytes) {
            return Self::Archive(archive);
        }
        if let Some(reason) = detect_foreign(bytes) {
            return Self::Unsupported(reason);
        }
        let start = bytes.iter().position(|b| !b.is_ascii_whitespace());
        let Some(text) = start.and_then(|at| bytes.get(at..)) else {
            return Self::Unsupported(EMPTY);
        };
        if text.starts_with(b"From ") {
            return Self::Mbox;
        }
        let prefix: Vec<u8> = text.iter().take(256).map(u8::to_ascii_lowercase).collect();
        if prefix.starts_with(b"<!doctype") || prefix.starts_with(b"<html") || prefix.starts_with(b"<head") {
            return Self::Unsupported(HTML);
        }
        if looks_like_headers(text) {
            return Self::Eml;
        }
        let is_number_first = text.split(|b| *b == b'\n').next().is_some_and(|line| {
            line.trim_ascii().iter().all(u8::is_ascii_digit) && !line.trim_ascii().is_empty()
        });
        let second_line = text
            .iter()
            .position(|b| *b == b'\n')
            .and_then(|at| text.get(at + 1..));
        if is_number_first && second_line.is_some_and(looks_like_headers) {
            return Self::Unsupported(EMLX);
        }
        Self::Unsupported(UNKNOWN)
    }
}

fn detect_archive(bytes: &[u8]) -> Option<ArchiveType> {
    let zip: [&[u8]; 3] = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"];
    if zip.iter().any(|magic| bytes.starts_with(magic)) {
        Some(ArchiveType::Zip)
    } else {
        bytes.starts_with(b"\x1f\x8b").then_some(ArchiveType::Gzip)
    }
}

/// Recognizes other formats by their magic bytes.
fn detect_foreign(bytes: &[u8]) -> Option<&'static str> {
    let magic_bytes: [(&[u8], &str); 9] = [
        (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
        (b"Rar!\x1a\x07", ARCHIVE),
        (b"BZh", ARCHIVE),
        (b"\xfd7zXZ\x00", ARCHIVE),
        (b"!BDN", PST),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", MSG),
        (b"%PDF", PDF),
        (b"\xff\xfe", UTF16),
        (b"\xfe\xff", UTF16),
    ];
    if bytes.get(257..262) == Some(b"ustar".as_slice()) {
        return Some(ARCHIVE);
    }
    magic_bytes
        .into_iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map(|(_, reason)| reason)
}

/// Whether the text begins with header lines, at least one of them known.
fn looks_like_headers(text: &[u8]) -> bool {
    let mut has_known = false;
    // CR alone is a line break only in files without LF.
    let line_break = if text.contains(&b'\n') { b'\n' } else { b'\r' };
    for (n, line) in text.split(|b| *b == line_break).enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let is_folded = n > 0 && line.first().is_some_and(|b| matches!(b, b' ' | b'\t'));
        if is_folded {
            continue;
        }
        let Some(name) = super::header_name(line) else {
            break;
        };
        has_known = has_known
            || KNOWN_HEADERS
                .iter()
                .any(|h| name.eq_ignore_ascii_case(h.as_bytes()));
    }
    has_known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(bytes: &[u8]) -> &'static str {
        match FileType::detect(bytes) {
            FileType::Unsupported(reason) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn mbox_and_eml_are_detected_by_content() {
        assert_eq!(
            FileType::detect(b"From - Mon Jan  1 10:00:00 2026\nSubject: a\n\nb"),
            FileType::Mbox
        );
        assert_eq!(
            FileType::detect(b"\xef\xbb\xbf\r\nFrom a@b.c Mon Jan  1 10:00:00 2026\r\n"),
            FileType::Mbox
        );
        assert_eq!(
            FileType::detect(b"Received: from x\r\n by y\r\nSubject: a\r\n\r\nb"),
            FileType::Eml
        );
        assert_eq!(FileType::detect(b"X-Odd: 1\nFrom: a@b.c\n\nb"), FileType::Eml);
        assert_eq!(FileType::detect(b"X-Odd: 1\rFrom: a@b.c\r\rb"), FileType::Eml);
        assert_eq!(FileType::detect(b"From \rSubject: a\r\rb"), FileType::Mbox);
    }

    #[test]
    fn archive_is_detected() {
        assert_eq!(
            FileType::detect(b"PK\x03\x04rest"),
            FileType::Archive(ArchiveType::Zip)
        );
        assert_eq!(
            FileType::detect(b"\x1f\x8b\x08"),
            FileType::Archive(ArchiveType::Gzip)
        );
    }

    #[test]
    fn unsupported_file_is_explained() {
        for (bytes, word) in [
            (b"".as_slice(), "empty"),
            (b" \r\n\n", "empty"),
            (b"7z\xbc\xaf\x27\x1c", "compressed"),
            (b"!BDN....", "Outlook data file"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".msg"),
            (b"<!DOCTYPE html><html>", "web page"),
            (b"%PDF-1.7", "PDF"),
            (b"\xff\xfeF\0r\0", "UTF-16"),
            (b"4711\nFrom: a@b.c\nSubject: x\n\nbody", "Apple"),
            (b"name;city\n1;2\n", "does not look like email"),
            (b"Note: buy milk\nThen: rest\n\n", "does not look like email"),
            (b"\x00\x01\x02\x03", "does not look like email"),
        ] {
            assert!(reason(bytes).contains(word), "{bytes:?} gave {:?}", reason(bytes));
        }
    }
}
