//! RFC 5322 messages: the headers and the text that the classifier needs.

use super::{
    error::ParseError,
    flowed::Flowed,
    headers::{DateContext, HeaderParser, Headers},
    html,
    html::{Link, Quotes},
    identity, limits, mime_decode,
    mime_decode::TransferEncoding,
    text::Text,
};
use chrono::{DateTime, Utc};
use mail_parser::{
    GetHeader as _, HeaderName, HeaderValue, Message as MimeMessage, MessageParser as MimeParser, PartType,
};
use std::ops::Deref;

/// A message with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The decoded headers.
    pub headers: Headers,
    /// The plain text parts.
    pub plain: Text,
    /// The HTML parts, converted to text.
    pub html: Text,
}

/// A message with everything that is read from its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullMessage {
    /// The headers and the text.
    pub message: Message,
    /// The links that a person sees.
    pub links: Vec<Link>,
}

impl Deref for FullMessage {
    type Target = Message;

    fn deref(&self) -> &Message {
        &self.message
    }
}

/// Parses messages; reusable.
pub struct MessageParser {
    headers: HeaderParser,
    bodies: MimeParser,
}

impl Default for MessageParser {
    fn default() -> Self {
        // The transfer encoding is requested as a content type, so that the parser does not recognize it and leaves bodies
        // encoded: attachments are never decoded, and a message encoded in base64 cannot evade the limits.
        let bodies = MimeParser::new()
            .header_content_type(HeaderName::ContentType)
            .header_content_type(HeaderName::ContentDisposition)
            .header_content_type(HeaderName::ContentTransferEncoding)
            .default_header_ignore();
        Self {
            headers: HeaderParser::default(),
            bodies,
        }
    }
}

impl MessageParser {
    /// Parses the headers. `from_line` is the separator line in an mbox file, or empty.
    ///
    /// # Errors
    /// [`ParseError`] when the message is too large, is marked as spam, draft or chat, or has no headers or no plausible
    /// date.
    pub fn parse_headers(
        &self,
        raw: &[u8],
        from_line: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Headers, ParseError> {
        let dates = DateContext {
            from_line,
            now,
            fallback: None,
        };
        self.headers.parse(raw, dates)
    }

    /// Parses the text parts of the message to which `headers` belong.
    ///
    /// # Errors
    /// [`ParseError`] when there are too many parts, or they are nested too deep.
    pub fn parse_body(&self, mut headers: Headers, raw: &[u8]) -> Result<FullMessage, ParseError> {
        limits::check_content_types(raw)?;
        let message = self.bodies.parse(raw).ok_or(ParseError::NoHeaders)?;
        limits::check_parts(&message)?;
        let mut plain = String::new();
        let mut markup = String::new();
        let bodies = message.text_body.iter().chain(&message.html_body);
        let mut seen = Vec::new();
        for id in bodies {
            let Some(part) = message.part(*id) else { continue };
            if seen.contains(id) {
                continue;
            }
            seen.push(*id);
            match part.body {
                PartType::Text(_) if plain.len() < html::MAX_HTML_BYTES => {
                    append_part(&mut plain, &decode_body(&message, *id, raw));
                }
                PartType::Html(_) if markup.len() < html::MAX_HTML_BYTES => {
                    append_part(&mut markup, &decode_body(&message, *id, raw));
                }
                _ => {}
            }
        }
        if seen.is_empty() && message.root_part().is_text() {
            // A multipart header without parts: the body is the text.
            append_part(&mut plain, &decode_body(&message, 0, raw));
        }
        headers.identity = identity::with_text(&headers.identity, &plain, &markup);
        let content = html::read(&markup, Quotes::Skip);
        let links = if content.links.is_empty() {
            html::plain_links(&plain)
        } else {
            content.links
        };
        Ok(FullMessage {
            message: Message {
                headers,
                plain: Text::from_plain(&plain),
                html: Text::from_blocks(&content.text),
            },
            links,
        })
    }
}

fn append_part(all: &mut String, part: &str) {
    if !all.is_empty() {
        all.push_str("\n\n");
    }
    all.push_str(part);
}

/// The text of a part, with transfer encoding and character set decoded.
fn decode_body(message: &MimeMessage<'_>, id: u32, raw: &[u8]) -> String {
    let Some(part) = message.part(id) else {
        return String::new();
    };
    let (from, to) = (part.offset_body as usize, part.offset_end as usize);
    let bytes = raw.get(from..to.min(raw.len())).unwrap_or_default();
    let transfer = part
        .headers
        .header_value(&HeaderName::ContentTransferEncoding)
        .and_then(HeaderValue::as_content_type);
    let transfer = transfer.map_or(TransferEncoding::Identity, |t| TransferEncoding::parse(t.ctype()));
    let content_type = part
        .headers
        .header_value(&HeaderName::ContentType)
        .and_then(HeaderValue::as_content_type);
    let parameter = |name| content_type.and_then(|c| c.attribute(name));
    // Enough for the limit in base64 with line breaks. The rest would be cut off later anyway.
    let bytes = bytes
        .get(..bytes.len().min(html::MAX_HTML_BYTES * 2))
        .unwrap_or_default();
    let text = mime_decode::decode_text(&transfer.decode(bytes), parameter("charset"));
    match Flowed::from_parameters(parameter("format"), parameter("delsp")) {
        Some(flowed) => flowed.join(&text),
        None => text,
    }
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
