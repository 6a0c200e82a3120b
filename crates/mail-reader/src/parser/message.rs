//! RFC 5322 messages: the headers and the text that the classifier needs.

use super::{
    date,
    error::ParseError,
    flowed::Flowed,
    html,
    html::{Link, Quotes},
    limits, mime_decode,
    mime_decode::TransferEncoding,
    text,
    text::Text,
};
use chrono::{DateTime, NaiveDate, Utc};
use mail_parser::{
    Address, GetHeader as _, HeaderName, HeaderValue, Message as MimeMessage, MessageParser as MimeParser,
    PartType,
};
use sha2::{Digest as _, Sha256};
use std::ops::Deref;

/// Further Received headers are ignored.
const MAX_RECEIVED: usize = 100;

/// The decoded headers of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// The Message-ID, or `sha256:` and the hash of the message if it is missing or too long for an index.
    pub message_id: String,
    /// Address of the sender in lower case; empty when there is none.
    pub from: String,
    /// Display name of the sender.
    pub from_name: String,
    /// Display name of the first recipient; may be empty.
    pub to_name: String,
    /// The subject on one line.
    pub subject: String,
    /// From Date, Received or the mbox separator, whichever is plausible.
    pub sent_at: DateTime<Utc>,
    /// The day where the sender was, which decides how numeric dates in the text are read.
    pub sent_on: NaiveDate,
    /// DMARC failed at the receiving server.
    pub is_forged: bool,
}

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
    headers: MimeParser,
    bodies: MimeParser,
}

impl Default for MessageParser {
    fn default() -> Self {
        let headers = MimeParser::new()
            .header_address(HeaderName::From)
            .header_address(HeaderName::Sender)
            .header_address(HeaderName::To)
            .header_raw(HeaderName::Subject)
            .header_id(HeaderName::MessageId)
            .header_raw(HeaderName::Date)
            .header_raw(HeaderName::Received)
            .header_raw(HeaderName::AuthenticationResults)
            .default_header_ignore();
        // The transfer encoding is requested as a content type, so that the parser does not recognize it and leaves bodies
        // encoded: attachments are never decoded, and a message encoded in base64 cannot evade the limits.
        let bodies = MimeParser::new()
            .header_content_type(HeaderName::ContentType)
            .header_content_type(HeaderName::ContentDisposition)
            .header_content_type(HeaderName::ContentTransferEncoding)
            .default_header_ignore();
        Self { headers, bodies }
    }
}

impl MessageParser {
    /// Parses the headers. `from_line` is the separator line in an mbox file, or empty.
    ///
    /// # Errors
    /// [`ParseError`] when the message is too large, or has no headers or no plausible date.
    pub fn parse_headers(
        &self,
        raw: &[u8],
        from_line: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Headers, ParseError> {
        limits::check_size(raw)?;
        let message = self.headers.parse_headers(raw).ok_or(ParseError::NoHeaders)?;
        let root = &message.root_part().headers;
        let date = raw_value(&message, &HeaderName::Date, raw);
        let received: Vec<&[u8]> = root
            .iter()
            .filter(|h| h.name == HeaderName::Received)
            .take(MAX_RECEIVED)
            .filter_map(|h| raw.get(h.offset_start as usize..h.offset_end as usize))
            .collect();
        let sent_at = date::sent_at(date, &received, from_line, now);
        let (from, from_name) = sender(&message, raw);
        let to = root
            .header_value(&HeaderName::To)
            .and_then(HeaderValue::as_address)
            .and_then(Address::first);
        let to_name = text::normalize_whitespace(to.and_then(mail_parser::Addr::name).unwrap_or_default());
        let subject = raw_value(&message, &HeaderName::Subject, raw)
            .map(mime_decode::decode_header)
            .unwrap_or_default();
        if from.is_empty() && subject.is_empty() && date.is_none() {
            return Err(ParseError::NoHeaders);
        }
        let results = raw_value(&message, &HeaderName::AuthenticationResults, raw);
        let is_forged = results.is_some_and(|r| {
            String::from_utf8_lossy(r)
                .to_ascii_lowercase()
                .contains("dmarc=fail")
        });
        let message_id = message
            .message_id()
            .map(str::trim)
            .filter(|id| !id.is_empty() && id.len() <= 900 && !id.contains('\0'));
        Ok(Headers {
            message_id: message_id.map_or_else(|| hash_id(raw), str::to_owned),
            from,
            from_name,
            to_name: to_name.chars().take(200).collect(),
            subject: subject.chars().take(500).collect(),
            sent_at: sent_at.ok_or(ParseError::NoDate)?.at,
            sent_on: sent_at.ok_or(ParseError::NoDate)?.day,
            is_forged,
        })
    }

    /// Parses the text parts of the message to which `headers` belong.
    ///
    /// # Errors
    /// [`ParseError`] when there are too many parts, or they are nested too deep.
    pub fn parse_body(&self, headers: Headers, raw: &[u8]) -> Result<FullMessage, ParseError> {
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

/// The raw bytes of a header value.
fn raw_value<'a>(message: &MimeMessage<'_>, name: &HeaderName<'_>, raw: &'a [u8]) -> Option<&'a [u8]> {
    let header = message.root_part().headers.iter().find(|h| h.name == *name)?;
    raw.get(header.offset_start as usize..header.offset_end as usize)
}

/// Address and display name of the sender.
fn sender(message: &MimeMessage<'_>, raw: &[u8]) -> (String, String) {
    let headers = &message.root_part().headers;
    for name in [HeaderName::From, HeaderName::Sender] {
        let Some(first) = headers
            .header_value(&name)
            .and_then(HeaderValue::as_address)
            .and_then(Address::first)
        else {
            continue;
        };
        let Some(address) = first
            .address()
            .map(|a| a.trim().to_lowercase())
            .filter(|a| a.contains('@'))
        else {
            continue;
        };
        let mut display = text::normalize_whitespace(first.name().unwrap_or_default());
        if display.contains('\u{fffd}') || display.contains("=?") {
            // The parser decodes each encoded word on its own and assumes UTF-8 for raw bytes.
            let header = mime_decode::decode_header(raw_value(message, &name, raw).unwrap_or_default());
            if let Some((name, _)) = header.rsplit_once('<') {
                name.trim().trim_matches('"').trim().clone_into(&mut display);
            }
        }
        return (
            address.chars().take(320).collect(),
            display.chars().take(200).collect(),
        );
    }
    (String::new(), String::new())
}

/// A stable id for a message without Message-ID.
fn hash_id(raw: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(raw)))
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
