//! One raw mail to what the rules need of it. Hostile and broken mail ends in a sentence, never in a panic.

use super::{encoded, html, limits, text::Text, when};
use chrono::{DateTime, Utc};
use mail_parser::{Address, GetHeader as _, HeaderName, HeaderValue, Message, MessageParser, PartType};
use sha2::{Digest as _, Sha256};

pub use limits::Flaw;

/// What the headers say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The header's, or a hash of the mail where it has none; the same bytes always give the same.
    pub message_id: String,
    /// Address of the sender in small letters; empty when there is none.
    pub from: String,
    /// What the sender calls itself.
    pub from_name: String,
    /// What the first receiver is called; empty when that is not said.
    pub to_name: String,
    /// Decoded, on one line.
    pub subject: String,
    /// See [`when::sent_at`].
    pub sent_at: DateTime<Utc>,
    /// The receiving server found that the sender is forged.
    pub forged: bool,
}

/// A mail with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What the headers say.
    pub head: Head,
    /// The plain text.
    pub plain: Text,
    /// The HTML part as text.
    pub html: Text,
}

/// Reads mails; made once.
pub struct LetterReader {
    heads: MessageParser,
    whole: MessageParser,
}

impl Default for LetterReader {
    fn default() -> Self {
        let heads = MessageParser::new()
            .header_address(HeaderName::From)
            .header_address(HeaderName::Sender)
            .header_address(HeaderName::To)
            .header_raw(HeaderName::Subject)
            .header_id(HeaderName::MessageId)
            .header_date(HeaderName::Date)
            .header_received(HeaderName::Received)
            .header_raw(HeaderName::AuthenticationResults)
            .default_header_ignore();
        // The transfer encoding is read as anything but text, so that the parser leaves bodies as they are: attachments
        // are never decoded, and a mail packed in base64 is not opened behind the limits.
        let whole = MessageParser::new()
            .header_content_type(HeaderName::ContentType)
            .header_content_type(HeaderName::ContentDisposition)
            .header_content_type(HeaderName::ContentTransferEncoding)
            .default_header_ignore();
        Self { heads, whole }
    }
}

impl LetterReader {
    /// Reads the headers.
    ///
    /// # Errors
    /// [`Flaw`], with a sentence for the person.
    pub fn head(&self, raw: &[u8], from_line: &[u8], now: DateTime<Utc>) -> Result<Head, Flaw> {
        limits::size(raw)?;
        let message = self.heads.parse_headers(raw).ok_or(Flaw::NoHeaders)?;
        let root = &message.root_part().headers;
        let date = root
            .header_value(&HeaderName::Date)
            .and_then(HeaderValue::as_datetime);
        let received = root
            .header_value(&HeaderName::Received)
            .and_then(HeaderValue::as_received)
            .and_then(mail_parser::Received::date);
        let sent_at = when::sent_at(date, received.as_ref(), from_line, now);
        let (from, from_name) = sender(&message, raw);
        let to = root
            .header_value(&HeaderName::To)
            .and_then(HeaderValue::as_address)
            .and_then(Address::first);
        let to_name = super::text::tidy(to.and_then(mail_parser::Addr::name).unwrap_or_default());
        let subject = raw_value(&message, &HeaderName::Subject, raw)
            .map(encoded::header)
            .unwrap_or_default();
        if from.is_empty() && subject.is_empty() && date.is_none() {
            return Err(Flaw::NoHeaders);
        }
        let auth = raw_value(&message, &HeaderName::AuthenticationResults, raw);
        let forged = auth.is_some_and(|a| {
            String::from_utf8_lossy(a)
                .to_ascii_lowercase()
                .contains("dmarc=fail")
        });
        let id = message
            .message_id()
            .map(str::trim)
            .filter(|id| !id.is_empty() && id.len() <= 900 && !id.contains('\0'));
        Ok(Head {
            message_id: id.map_or_else(|| hash_id(raw), str::to_owned),
            from,
            from_name,
            to_name: to_name.chars().take(200).collect(),
            subject: subject.chars().take(500).collect(),
            sent_at: sent_at.ok_or(Flaw::NoDate)?,
            forged,
        })
    }

    /// Reads the text.
    ///
    /// # Errors
    /// [`Flaw`], with a sentence for the person.
    pub fn letter(&self, head: Head, raw: &[u8]) -> Result<Letter, Flaw> {
        limits::nesting(raw)?;
        let message = self.whole.parse(raw).ok_or(Flaw::NoHeaders)?;
        limits::parts(&message)?;
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
                PartType::Text(_) if plain.len() < html::MAX_HTML => {
                    push(&mut plain, &body(&message, *id, raw));
                }
                PartType::Html(_) if markup.len() < html::MAX_HTML => {
                    push(&mut markup, &body(&message, *id, raw));
                }
                _ => {}
            }
        }
        if seen.is_empty() && message.root_part().is_text() {
            // Parts were announced and none came: the text stands there all the same.
            push(&mut plain, &body(&message, 0, raw));
        }
        Ok(Letter {
            head,
            plain: Text::from_plain(&plain),
            html: Text::from_blocks(&html::to_text(&markup)),
        })
    }
}

fn push(all: &mut String, part: &str) {
    if !all.is_empty() {
        all.push_str("\n\n");
    }
    all.push_str(part);
}

/// The decoded text of a part.
fn body(message: &Message<'_>, id: u32, raw: &[u8]) -> String {
    let Some(part) = message.part(id) else {
        return String::new();
    };
    let (from, to) = (part.offset_body as usize, part.offset_end as usize);
    let bytes = raw.get(from..to.min(raw.len())).unwrap_or_default();
    let transfer = part
        .headers
        .header_value(&HeaderName::ContentTransferEncoding)
        .and_then(HeaderValue::as_content_type);
    let transfer = transfer.map_or(encoded::Transfer::Plain, |t| encoded::Transfer::parse(t.ctype()));
    let charset = part
        .headers
        .header_value(&HeaderName::ContentType)
        .and_then(HeaderValue::as_content_type);
    let charset = charset.and_then(|c| c.attribute("charset"));
    // Base64 of the limit plus what its line breaks take; the rest would be cut anyway.
    let bytes = bytes
        .get(..bytes.len().min(html::MAX_HTML * 2))
        .unwrap_or_default();
    encoded::text(&transfer.decode(bytes), charset)
}

/// The bytes of a header, without its name.
fn raw_value<'a>(message: &Message<'_>, name: &HeaderName<'_>, raw: &'a [u8]) -> Option<&'a [u8]> {
    let header = message.root_part().headers.iter().find(|h| h.name == *name)?;
    raw.get(header.offset_start as usize..header.offset_end as usize)
}

/// Address and display name of the sender.
fn sender(message: &Message<'_>, raw: &[u8]) -> (String, String) {
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
        let mut display = super::text::tidy(first.name().unwrap_or_default());
        if display.contains('\u{fffd}') || display.contains("=?") {
            // The parser decodes each encoded word alone, and takes raw bytes for UTF-8.
            let whole = encoded::header(raw_value(message, &name, raw).unwrap_or_default());
            let before = whole.rsplit_once('<').map_or(display.clone(), |(name, _)| {
                name.trim().trim_matches('"').trim().to_owned()
            });
            display = before;
        }
        return (
            address.chars().take(320).collect(),
            display.chars().take(200).collect(),
        );
    }
    (String::new(), String::new())
}

/// A stable name for a mail that has none.
fn hash_id(raw: &[u8]) -> String {
    use std::fmt::Write as _;
    let digest = Sha256::digest(raw);
    digest.iter().fold(String::from("sha256:"), |mut id, b| {
        let _ = write!(id, "{b:02x}");
        id
    })
}

#[cfg(test)]
#[path = "letter_tests.rs"]
mod tests;
