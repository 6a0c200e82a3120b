//! Selects and decodes the MIME parts of a message: texts, a calendar, an attached message.

use super::{
    calendar::MAX_CALENDAR_BYTES, flowed::Flowed, html::MAX_HTML_BYTES, limits::MAX_MESSAGE_BYTES,
    mime_decode, mime_decode::TransferEncoding,
};
use mail_parser::{
    ContentType, GetHeader as _, HeaderName, HeaderValue, Message as MimeMessage, MessagePart, PartType,
};

/// Number of bytes at the start of an HTML part that are searched for a declared character set.
const META_BYTES: usize = 2_048;

/// The parts of a parsed message. Their bodies are not decoded yet.
pub struct Parts<'a> {
    pub mime: &'a MimeMessage<'a>,
    pub raw: &'a [u8],
}

impl Parts<'_> {
    /// The plain text and the HTML.
    pub fn texts(&self) -> (String, String) {
        let mut plain = String::new();
        let mut markup = String::new();
        let bodies = self.mime.text_body.iter().chain(&self.mime.html_body);
        let mut seen = Vec::new();
        for id in bodies {
            let Some(part) = self.mime.part(*id) else { continue };
            if seen.contains(id) || is_calendar(part) {
                continue;
            }
            seen.push(*id);
            match part.body {
                PartType::Text(_) if plain.len() < MAX_HTML_BYTES => {
                    append_part(&mut plain, &self.decode_text(part));
                }
                PartType::Html(_) if markup.len() < MAX_HTML_BYTES => {
                    append_part(&mut markup, &self.decode_text(part));
                }
                _ => {}
            }
        }
        let root = self.mime.root_part();
        if seen.is_empty() && root.is_text() && !is_calendar(root) {
            // A multipart header without parts: the body is the text.
            append_part(&mut plain, &self.decode_text(root));
        }
        (plain, markup)
    }

    /// The first calendar, inline or attached as a file.
    pub fn calendar(&self) -> Option<String> {
        let part = self.mime.parts.iter().find(|part| is_calendar(part))?;
        let bytes = decode_transfer(part, self.body(part, MAX_CALENDAR_BYTES * 2));
        Some(mime_decode::decode_text(&bytes, parameter(part, "charset")))
    }

    /// The first attached message.
    pub fn attached_message(&self) -> Option<Vec<u8>> {
        let part = self.mime.parts.iter().find(|part| {
            matches!(part.body, PartType::Message(_))
                || content_type(part).is_some_and(|c| c.ctype() == "message" && c.subtype() == Some("rfc822"))
        })?;
        Some(decode_transfer(part, self.body(part, MAX_MESSAGE_BYTES)))
    }

    fn body(&self, part: &MessagePart<'_>, max_len: usize) -> &[u8] {
        let (from, to) = (part.offset_body as usize, part.offset_end as usize);
        let bytes = self.raw.get(from..to.min(self.raw.len())).unwrap_or_default();
        bytes.get(..bytes.len().min(max_len)).unwrap_or_default()
    }

    /// The text of a part, with transfer encoding and character set decoded and wrapped lines joined.
    fn decode_text(&self, part: &MessagePart<'_>) -> String {
        // Twice the limit suffices for base64 with line breaks. Longer text would be truncated later anyway.
        let bytes = decode_transfer(part, self.body(part, MAX_HTML_BYTES * 2));
        let is_html = matches!(part.body, PartType::Html(_));
        let declared = parameter(part, "charset").or_else(|| meta_charset(&bytes).filter(|_| is_html));
        let text = mime_decode::decode_text(&bytes, declared);
        match Flowed::from_parameters(parameter(part, "format"), parameter(part, "delsp")) {
            Some(flowed) if !is_html => flowed.join(&text),
            _ => text,
        }
    }
}

fn append_part(all: &mut String, part: &str) {
    if !all.is_empty() {
        all.push_str("\n\n");
    }
    all.push_str(part);
}

fn content_type<'a>(part: &'a MessagePart<'_>) -> Option<&'a ContentType<'a>> {
    part.headers
        .header_value(&HeaderName::ContentType)
        .and_then(HeaderValue::as_content_type)
}

fn parameter<'a>(part: &'a MessagePart<'_>, name: &str) -> Option<&'a str> {
    content_type(part).and_then(|c| c.attribute(name))
}

fn is_calendar(part: &MessagePart<'_>) -> bool {
    let disposition = part
        .headers
        .header_value(&HeaderName::ContentDisposition)
        .and_then(HeaderValue::as_content_type);
    let file_name = disposition
        .and_then(|d| d.attribute("filename"))
        .or_else(|| parameter(part, "name"));
    content_type(part).is_some_and(|c| {
        matches!(
            (c.ctype(), c.subtype()),
            ("text", Some("calendar")) | ("application", Some("ics"))
        )
    }) || file_name.is_some_and(|name| name.to_ascii_lowercase().ends_with(".ics"))
}

fn decode_transfer(part: &MessagePart<'_>, bytes: &[u8]) -> Vec<u8> {
    let encoding = part
        .headers
        .header_value(&HeaderName::ContentTransferEncoding)
        .and_then(HeaderValue::as_content_type);
    let encoding = encoding.map_or(TransferEncoding::Identity, |t| TransferEncoding::parse(t.ctype()));
    encoding.decode(bytes)
}

/// The character set that an HTML document declares in a `meta` element.
fn meta_charset(html: &[u8]) -> Option<&str> {
    let beginning = html.get(..html.len().min(META_BYTES))?;
    let at = memchr::memmem::find(beginning, b"charset=")?;
    let value = beginning.get(at + b"charset=".len()..)?;
    let value = value
        .strip_prefix(b"\"")
        .or_else(|| value.strip_prefix(b"'"))
        .unwrap_or(value);
    let end = value
        .iter()
        .position(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'-' | b'_'))?;
    std::str::from_utf8(value.get(..end)?)
        .ok()
        .filter(|label| !label.is_empty())
}
