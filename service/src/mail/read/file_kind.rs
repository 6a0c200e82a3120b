//! What an uploaded file is, by its content: names lie.

/// How many bytes of the beginning [`FileKind::of`] wants to see.
pub const SNIFF_BYTES: usize = 64 * 1024;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Many mails, one after the other.
    Mbox,
    /// One mail.
    Eml,
    /// Something else, and what to do about it.
    Unreadable(&'static str),
}

const EMPTY: &str = "The file is empty. Export the mailbox again and upload the new file.";
const ZIP: &str =
    "This is a ZIP archive, not a mailbox. Unpack it and upload the .mbox or .eml files that are in it.";
const PACKED: &str =
    "This is a packed archive, not a mailbox. Unpack it and upload the .mbox or .eml files that are in it.";
const PST: &str = "This is an Outlook data file (.pst or .ost). Export the folder from your mail program as .mbox, or the mails as .eml, and upload those.";
const MSG: &str = "This is an Outlook message (.msg). Save the mail as .eml, or export the folder as .mbox, and upload that.";
const HTML: &str =
    "This is a web page, not a mail. Save the mail in its original form as .eml and upload that.";
const PDF: &str = "This is a PDF, not a mail. Save the mail in its original form as .eml and upload that.";
const UTF16: &str =
    "This text is saved as UTF-16. Save the mail in its original form as .eml and upload that.";
const EMLX: &str = "This is a mail as Apple Mail stores it (.emlx). In Mail choose Mailbox, Export Mailbox, and upload the .mbox.";
const UNKNOWN: &str = "This does not look like mail. Upload an .mbox file as your mail program exports it, or single mails as .eml.";

/// Headers of which a mail has at least one near its beginning.
const MAIL_HEADERS: [&str; 13] = [
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

impl FileKind {
    /// Looks at the beginning of a file; all of it where it is shorter than [`SNIFF_BYTES`].
    pub fn of(beginning: &[u8]) -> Self {
        let bytes = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning);
        if let Some(reason) = foreign(bytes) {
            return Self::Unreadable(reason);
        }
        let start = bytes.iter().position(|b| !b.is_ascii_whitespace());
        let Some(text) = start.and_then(|at| bytes.get(at..)) else {
            return Self::Unreadable(EMPTY);
        };
        if text.starts_with(b"From ") {
            return Self::Mbox;
        }
        let opening: Vec<u8> = text.iter().take(256).map(u8::to_ascii_lowercase).collect();
        if opening.starts_with(b"<!doctype") || opening.starts_with(b"<html") || opening.starts_with(b"<head")
        {
            return Self::Unreadable(HTML);
        }
        if looks_like_headers(text) {
            return Self::Eml;
        }
        let first_line_is_a_number = text.split(|b| *b == b'\n').next().is_some_and(|line| {
            line.trim_ascii().iter().all(u8::is_ascii_digit) && !line.trim_ascii().is_empty()
        });
        let after_first = text
            .iter()
            .position(|b| *b == b'\n')
            .and_then(|at| text.get(at + 1..));
        if first_line_is_a_number && after_first.is_some_and(looks_like_headers) {
            return Self::Unreadable(EMLX);
        }
        Self::Unreadable(UNKNOWN)
    }
}

/// Formats that say by their first bytes what they are.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    let signs: [(&[u8], &str); 13] = [
        (b"PK\x03\x04", ZIP),
        (b"PK\x05\x06", ZIP),
        (b"PK\x07\x08", ZIP),
        (b"\x1f\x8b", PACKED),
        (b"7z\xbc\xaf\x27\x1c", PACKED),
        (b"Rar!\x1a\x07", PACKED),
        (b"BZh", PACKED),
        (b"\xfd7zXZ\x00", PACKED),
        (b"!BDN", PST),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", MSG),
        (b"%PDF", PDF),
        (b"\xff\xfe", UTF16),
        (b"\xfe\xff", UTF16),
    ];
    if bytes.get(257..262) == Some(b"ustar".as_slice()) {
        return Some(PACKED);
    }
    signs
        .into_iter()
        .find(|(sign, _)| bytes.starts_with(sign))
        .map(|(_, reason)| reason)
}

/// Whether the text begins with header lines, one of which mails have.
fn looks_like_headers(text: &[u8]) -> bool {
    let mut known = false;
    for (n, line) in text.split(|b| *b == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let folded = n > 0 && line.first().is_some_and(|b| matches!(b, b' ' | b'\t'));
        if folded {
            continue;
        }
        let Some(name) = super::header_name(line) else {
            break;
        };
        known = known
            || MAIL_HEADERS
                .iter()
                .any(|h| name.eq_ignore_ascii_case(h.as_bytes()));
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(bytes: &[u8]) -> &'static str {
        match FileKind::of(bytes) {
            FileKind::Unreadable(reason) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn knows_mail_by_its_content() {
        assert_eq!(
            FileKind::of(b"From - Mon Jan  1 10:00:00 2026\nSubject: a\n\nb"),
            FileKind::Mbox
        );
        assert_eq!(
            FileKind::of(b"\xef\xbb\xbf\r\nFrom a@b.c Mon Jan  1 10:00:00 2026\r\n"),
            FileKind::Mbox
        );
        assert_eq!(
            FileKind::of(b"Received: from x\r\n by y\r\nSubject: a\r\n\r\nb"),
            FileKind::Eml
        );
        assert_eq!(FileKind::of(b"X-Odd: 1\nFrom: a@b.c\n\nb"), FileKind::Eml);
    }

    #[test]
    fn says_what_else_a_file_is_and_what_to_do() {
        for (bytes, word) in [
            (b"PK\x03\x04rest".as_slice(), "ZIP"),
            (b"", "empty"),
            (b" \r\n\n", "empty"),
            (b"\x1f\x8b\x08", "packed"),
            (b"!BDN....", "Outlook data file"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".msg"),
            (b"<!DOCTYPE html><html>", "web page"),
            (b"%PDF-1.7", "PDF"),
            (b"\xff\xfeF\0r\0", "UTF-16"),
            (b"4711\nFrom: a@b.c\nSubject: x\n\nbody", "Apple"),
            (b"name;city\n1;2\n", "does not look like mail"),
            (b"Note: buy milk\nThen: rest\n\n", "does not look like mail"),
            (b"\x00\x01\x02\x03", "does not look like mail"),
        ] {
            assert!(reason(bytes).contains(word), "{bytes:?} gave {:?}", reason(bytes));
        }
    }
}
