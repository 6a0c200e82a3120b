//! Parses the bytes of a file into decoded headers and text. Size, nesting and number of parts are limited before and after
//! MIME parsing, because uploaded files are untrusted.

pub mod archive;
mod authentication;
mod calendar;
mod date;
mod encoded_word;
mod error;
mod file_type;
mod flowed;
mod forward_markers;
mod forwarded;
mod header_names;
mod headers;
mod html;
mod identity;
mod labels;
mod limits;
mod line_reader;
mod mbox;
mod message;
mod mime_decode;
mod parts;
mod sentences;
mod text;

pub use archive::ArchiveType;
pub use calendar::CalendarEvent;
pub(crate) use date::{fold, is_month_name, month_number, parse_date, zone_offset};
pub use error::{ParseError, TooLarge};
pub use file_type::{FileType, SNIFF_BYTES};
pub use headers::Headers;
pub use html::Link;
pub use limits::MAX_MESSAGE_BYTES;
pub use mbox::{Mbox, MboxMessage};
pub use message::{Message, MessageParser};
pub use text::Text;

const UTF8_BOM: &[u8] = b"\xef\xbb\xbf";

/// Removes a UTF-8 byte order mark.
pub fn strip_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(UTF8_BOM).unwrap_or(bytes)
}

/// Replaces the line breaks of classic Mac OS (CR alone) in a single message with LF.
pub fn normalize_line_breaks(raw: Vec<u8>) -> Vec<u8> {
    if raw.contains(&b'\n') {
        return raw;
    }
    raw.into_iter()
        .map(|b| if b == b'\r' { b'\n' } else { b })
        .collect()
}

/// The field name of a header line, without the colon.
fn header_name(line: &[u8]) -> Option<&[u8]> {
    let colon = line.iter().position(|b| *b == b':')?;
    let name = line.get(..colon)?;
    let is_valid = !name.is_empty()
        && name.len() <= 80
        && name
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    is_valid.then_some(name)
}
