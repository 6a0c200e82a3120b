//! Parses RFC 5322 messages into the headers and texts that the classifier needs.

use super::{
    calendar,
    calendar::CalendarEvent,
    error::ParseError,
    forwarded,
    headers::{DateContext, HeaderParser, Headers},
    html,
    html::{HtmlContent, Link, Quotes},
    identity, limits,
    parts::Parts,
    text::Text,
};
use chrono::{DateTime, Utc};
use mail_parser::{HeaderName, MessageParser as MimeParser};

/// Maximum nesting depth of forwarded messages; deeper ones are not parsed.
const MAX_FORWARD_DEPTH: usize = 3;

/// A parsed message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The decoded headers.
    pub headers: Headers,
    /// The plain text parts.
    pub plain: Text,
    /// The HTML parts, converted to text.
    pub html: Text,
    /// The visible links.
    pub links: Vec<Link>,
    /// The event that the message invites to, changes or cancels.
    pub calendar: Option<CalendarEvent>,
    /// The message that this one forwards, inline or as an attachment.
    pub forwarded: Option<Box<Message>>,
}

/// Parses messages. Reusable.
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

    /// Parses the text parts, the calendar and the forwarded message. `headers` are the headers of the same message.
    ///
    /// # Errors
    /// [`ParseError`] when there are too many parts, or they are nested too deep.
    pub fn parse_body(&self, headers: Headers, raw: &[u8]) -> Result<Message, ParseError> {
        self.parse_nested(headers, raw, 0)
    }

    /// Parses a message that is nested `depth` levels deep in forwards.
    fn parse_nested(&self, mut headers: Headers, raw: &[u8], depth: usize) -> Result<Message, ParseError> {
        limits::check_content_types(raw)?;
        let mime = self.bodies.parse(raw).ok_or(ParseError::NoHeaders)?;
        limits::check_parts(&mime)?;
        let parts = Parts { mime: &mime, raw };
        let (plain, markup) = parts.texts();
        headers.identity = identity::with_text(&headers.identity, &plain, &markup);
        let attached = parts
            .attached_message()
            .filter(|_| depth < MAX_FORWARD_DEPTH)
            .and_then(|inner| self.parse_attached(&inner, &headers, depth + 1));
        let mut message = read_texts(headers, &plain, &markup, depth);
        message.calendar = parts.calendar().as_deref().and_then(calendar::parse);
        if let Some(attached) = attached {
            message.forwarded = Some(Box::new(attached));
        }
        Ok(message)
    }

    /// Parses an attached message; `None` if it cannot be read.
    fn parse_attached(&self, raw: &[u8], outer: &Headers, depth: usize) -> Option<Message> {
        let dates = DateContext {
            from_line: b"",
            now: outer.sent_at,
            fallback: Some(outer.sent_at),
        };
        let headers = self.headers.parse(raw, dates).ok()?;
        self.parse_nested(headers, raw, depth).ok()
    }
}

/// Builds a message from its text parts, including a message that is forwarded inline.
fn read_texts(headers: Headers, plain: &str, markup: &str, depth: usize) -> Message {
    let mut content = html::read(markup, Quotes::Skip);
    let links = if content.links.is_empty() {
        html::plain_links(plain)
    } else {
        std::mem::take(&mut content.links)
    };
    let forwarded = if depth < MAX_FORWARD_DEPTH {
        read_forwarded(&headers, plain, &content, markup, &links, depth + 1)
    } else {
        None
    };
    Message {
        headers,
        plain: Text::from_plain(plain),
        html: Text::from_blocks(&content.text),
        links,
        calendar: None,
        forwarded: forwarded.map(Box::new),
    }
}

/// The text of an HTML part including quotes, because some programs forward messages as quotes. Blank lines are removed, because
/// HTML blocks leave them between the headers of the forwarded message.
fn html_lines(content: &HtmlContent, markup: &str) -> String {
    let with_quotes = content.has_quotes.then(|| html::read(markup, Quotes::Keep).text);
    let text = with_quotes.as_ref().unwrap_or(&content.text);
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// Finds and parses a message that is forwarded inline in the texts of the message with the headers `outer`.
fn read_forwarded(
    outer: &Headers,
    plain: &str,
    content: &HtmlContent,
    markup: &str,
    links: &[Link],
    depth: usize,
) -> Option<Message> {
    let in_plain = forwarded::find(plain, outer);
    let in_html = forwarded::find(&html_lines(content, markup), outer);
    let html_body = in_html.as_ref().map(|f| f.body.clone()).unwrap_or_default();
    let (mut headers, plain_body) = match (in_plain, in_html) {
        (Some(forward), _) => (forward.headers, forward.body),
        (None, Some(forward)) => (forward.headers, String::new()),
        (None, None) => return None,
    };
    headers.identity = identity::with_text(&headers.identity, &plain_body, &html_body);
    let nested = (depth < MAX_FORWARD_DEPTH)
        .then(|| {
            read_forwarded(
                &headers,
                &plain_body,
                &HtmlContent::default(),
                "",
                links,
                depth + 1,
            )
        })
        .flatten();
    Some(Message {
        headers,
        plain: Text::from_plain(&plain_body),
        html: Text::from_blocks(&html_body),
        links: links.to_vec(),
        calendar: None,
        forwarded: nested.map(Box::new),
    })
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
