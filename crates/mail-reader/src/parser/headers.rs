//! The headers of a message, decoded.

use super::{
    authentication::Authentication,
    date::{self, SentAt},
    encoded_word,
    error::ParseError,
    identity::HeaderIdentity,
    labels, limits, text,
};
use chrono::{DateTime, NaiveDate, Utc};
use mail_parser::{
    Addr, Address, GetHeader as _, HeaderName, HeaderValue, Message as MimeMessage,
    MessageParser as MimeParser,
};
use sha2::{Digest as _, Sha256};

/// Maximum number of Received headers read; the rest are ignored.
const MAX_RECEIVED: usize = 100;
/// Maximum number of ids kept from a header. If there are more, the first and the last ones are kept.
const MAX_REFERENCES: usize = 20;
/// Maximum length of an id in bytes, because longer ids do not fit into a database index. A longer Message-ID is replaced by a
/// hash; other longer ids are ignored.
const MAX_ID_LEN: usize = 900;
const MAX_ADDRESS_LEN: usize = 320;
const MAX_NAME_LEN: usize = 200;
const MAX_SUBJECT_LEN: usize = 500;
const MAX_TEMPLATE_LEN: usize = 200;

const TEMPLATE: &str = "X-LinkedIn-Template";
const GMAIL_LABELS: &str = "X-Gmail-Labels";
const PRECEDENCE: &str = "Precedence";
/// Headers that Thunderbird adds to messages that the user writes.
const COMPOSITION_HEADERS: [&str; 3] = ["X-Mozilla-Draft-Info", "X-Identity-Key", "FCC"];

/// The decoded headers of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each flag is an independent property of the headers"
)]
pub struct Headers {
    /// Hash of sender, date, subject and text, equal for all copies of a message however they arrive. Includes the text only once
    /// the body is parsed.
    pub identity: String,
    /// The Message-ID, or `sha256:` and the hash of the message if it is missing or too long for an index.
    pub message_id: String,
    /// Ids of the messages that this one replies to.
    pub in_reply_to: Vec<String>,
    /// Ids of the earlier messages of the thread, oldest first.
    pub references: Vec<String>,
    /// Address of the sender in lower case; empty when there is none.
    pub from: String,
    /// Display name of the sender.
    pub from_name: String,
    /// Address for replies in lower case; empty when there is none.
    pub reply_to: String,
    /// Display name of the first recipient; may be empty.
    pub to_name: String,
    /// The subject on one line.
    pub subject: String,
    /// The first plausible date of: the Date header, the Received headers, the mbox separator.
    pub sent_at: DateTime<Utc>,
    /// The date in the sender's time zone. Dates in the text are interpreted relative to it.
    pub sent_on: NaiveDate,
    /// The key of the LinkedIn email template. Trust it only if `is_genuine` is set.
    pub template: Option<String>,
    /// The message has headers of a mailing list or of bulk email. Automatic confirmations often have them, too.
    pub is_list: bool,
    /// The user wrote the message.
    pub is_own: bool,
    /// Gmail's labels, if the message is from Google Takeout.
    pub labels: Vec<String>,
    /// The receiving server authenticated the domain of the sender.
    pub is_genuine: bool,
    /// DMARC failed at the receiving server.
    pub is_forged: bool,
}

/// Parses headers. Reusable.
pub struct HeaderParser(MimeParser);

impl Default for HeaderParser {
    fn default() -> Self {
        let mut parser = MimeParser::new()
            .header_address(HeaderName::From)
            .header_address(HeaderName::Sender)
            .header_address(HeaderName::ReplyTo)
            .header_address(HeaderName::To)
            .header_raw(HeaderName::Subject)
            .header_id(HeaderName::MessageId)
            .header_id(HeaderName::InReplyTo)
            .header_id(HeaderName::References)
            .header_raw(HeaderName::Date)
            .header_raw(HeaderName::Received)
            .header_raw(HeaderName::AuthenticationResults)
            .header_raw(HeaderName::ListUnsubscribe)
            .header_raw(HeaderName::ListId);
        for name in [TEMPLATE, GMAIL_LABELS, PRECEDENCE]
            .into_iter()
            .chain(COMPOSITION_HEADERS)
        {
            parser = parser.header_raw(HeaderName::Other(name.into()));
        }
        Self(parser.default_header_ignore())
    }
}

/// Context for determining the date of a message.
#[derive(Clone, Copy, Debug)]
pub struct DateContext<'a> {
    /// The separator line in an mbox file, or empty.
    pub from_line: &'a [u8],
    pub now: DateTime<Utc>,
    /// Used if the message has no plausible date.
    pub fallback: Option<DateTime<Utc>>,
}

impl HeaderParser {
    /// Parses the headers of a message.
    ///
    /// # Errors
    /// [`ParseError`] when the message is too large, is marked as spam, draft or chat, or has no headers or no plausible
    /// date.
    pub fn parse(&self, raw: &[u8], dates: DateContext<'_>) -> Result<Headers, ParseError> {
        limits::check_size(raw)?;
        let message = self.0.parse_headers(raw).ok_or(ParseError::NoHeaders)?;
        let block = Block {
            message: &message,
            raw,
        };
        let labels = block.other(GMAIL_LABELS).map(labels::parse).unwrap_or_default();
        if labels::is_excluded(&labels) {
            return Err(ParseError::Excluded);
        }
        let received: Vec<&[u8]> = block.all(&HeaderName::Received).take(MAX_RECEIVED).collect();
        let date = block.first(&HeaderName::Date);
        let sent = date::sent_at(date, &received, dates.from_line, dates.now);
        let sent = sent.or_else(|| {
            dates.fallback.map(|at| SentAt {
                at,
                day: at.date_naive(),
                is_from_date_header: false,
            })
        });
        let (from, from_name) = block.sender();
        let subject = block
            .first(&HeaderName::Subject)
            .map(encoded_word::decode_header)
            .unwrap_or_default();
        let is_dated = sent.is_some_and(|s| s.is_from_date_header);
        if from.is_empty() && subject.is_empty() && !is_dated {
            return Err(ParseError::NoHeaders);
        }
        let to_name = block.address(&HeaderName::To).and_then(|a| a.name.as_deref());
        let reply_to = block.address(&HeaderName::ReplyTo).and_then(address_of);
        // If there are two From headers, email programs may show either.
        let is_single_sender = block.all(&HeaderName::From).count() == 1;
        let authentication = block
            .first(&HeaderName::AuthenticationResults)
            .map(|results| Authentication::parse(results, domain(&from)))
            .unwrap_or_default();
        let has_composition_header = COMPOSITION_HEADERS.iter().any(|name| block.other(name).is_some());
        let precedence = block.other(PRECEDENCE).map(encoded_word::decode_header);
        let is_bulk = precedence.is_some_and(|p| ["bulk", "list"].contains(&p.to_ascii_lowercase().as_str()));
        let sent = sent.ok_or(ParseError::NoDate)?;
        let message_id = block.ids(&HeaderName::MessageId).into_iter().next();
        let identity = HeaderIdentity {
            from: &from,
            date: sent.is_from_date_header.then_some(sent.at),
            subject: &subject,
            message_id: message_id.as_deref().unwrap_or_default(),
        };
        Ok(Headers {
            identity: identity.digest(),
            message_id: message_id.unwrap_or_else(|| hash_id(raw)),
            in_reply_to: block.ids(&HeaderName::InReplyTo),
            references: block.ids(&HeaderName::References),
            from,
            from_name,
            reply_to: reply_to.unwrap_or_default(),
            to_name: truncate(
                &text::normalize_whitespace(to_name.unwrap_or_default()),
                MAX_NAME_LEN,
            ),
            subject: truncate(&subject, MAX_SUBJECT_LEN),
            sent_at: sent.at,
            sent_on: sent.day,
            template: block
                .other(TEMPLATE)
                .map(|value| truncate(&encoded_word::decode_header(value), MAX_TEMPLATE_LEN))
                .filter(|key| !key.is_empty()),
            is_list: is_bulk
                || block.first(&HeaderName::ListUnsubscribe).is_some()
                || block.first(&HeaderName::ListId).is_some(),
            is_own: labels::is_sent(&labels) || (has_composition_header && received.is_empty()),
            labels,
            is_genuine: authentication.is_genuine && is_single_sender,
            is_forged: authentication.is_forged,
        })
    }
}

/// The header block of a message.
struct Block<'a> {
    message: &'a MimeMessage<'a>,
    raw: &'a [u8],
}

impl<'a> Block<'a> {
    /// The raw values of a header, from top to bottom.
    fn all(&self, name: &HeaderName<'_>) -> impl Iterator<Item = &'a [u8]> {
        let raw = self.raw;
        let headers = self.message.root_part().headers.iter();
        headers
            .filter(move |h| h.name == *name)
            .filter_map(move |h| raw.get(h.offset_start as usize..h.offset_end as usize))
    }

    fn first(&self, name: &HeaderName<'_>) -> Option<&'a [u8]> {
        self.all(name).next()
    }

    /// The raw value of a header that the MIME parser has no name for.
    fn other(&self, name: &str) -> Option<&'a [u8]> {
        let headers = &self.message.root_part().headers;
        let header = headers
            .iter()
            .find(|h| h.name.as_str().eq_ignore_ascii_case(name))?;
        self.raw
            .get(header.offset_start as usize..header.offset_end as usize)
    }

    fn address(&self, name: &HeaderName<'_>) -> Option<&'a Addr<'a>> {
        let headers = &self.message.root_part().headers;
        headers
            .header_value(name)
            .and_then(HeaderValue::as_address)
            .and_then(Address::first)
    }

    /// The ids in a header, without ids that are too long.
    fn ids(&self, name: &HeaderName<'_>) -> Vec<String> {
        let ids: Vec<&str> = match self.message.root_part().headers.header_value(name) {
            Some(HeaderValue::Text(id)) => vec![id.as_ref()],
            Some(HeaderValue::TextList(ids)) => ids.iter().map(AsRef::as_ref).collect(),
            _ => Vec::new(),
        };
        let skipped = 1..(ids.len() + 1).saturating_sub(MAX_REFERENCES).max(1);
        ids.iter()
            .enumerate()
            .filter(|(n, _)| !skipped.contains(n))
            .map(|(_, id)| id.trim())
            .filter(|id| !id.is_empty() && id.len() <= MAX_ID_LEN && !id.contains('\0'))
            .map(str::to_owned)
            .collect()
    }

    /// Address and display name of the sender.
    fn sender(&self) -> (String, String) {
        for name in [HeaderName::From, HeaderName::Sender] {
            let raw = self.first(&name).unwrap_or_default();
            let Some((address, display)) = self
                .address(&name)
                .and_then(|a| Some((address_of(a)?, a.name.as_deref().unwrap_or_default())))
                .or_else(|| Some((address_in_words(raw)?, "\u{fffd}")))
            else {
                continue;
            };
            let mut display = text::normalize_whitespace(display);
            // The MIME parser decodes each encoded word on its own, assumes UTF-8 for raw bytes, and splits a name at a comma.
            if display.contains('\u{fffd}') || memchr::memmem::find(raw, b"=?").is_some() {
                display = decode_name(raw, &address).unwrap_or(display);
            }
            return (address, truncate(&display, MAX_NAME_LEN));
        }
        (String::new(), String::new())
    }
}

/// The display name before an address, decoded as a whole.
fn decode_name(raw: &[u8], address: &str) -> Option<String> {
    let header = encoded_word::decode_header(raw);
    let end = header
        .to_lowercase()
        .find(&format!("<{address}"))
        .or_else(|| header.rfind('<'))?;
    let name = header.get(..end)?.trim().trim_matches('"').trim();
    Some(name.replace("\\\"", "\""))
}

/// The address in a header that is encoded as a whole, although RFC 2047 does not allow that.
fn address_in_words(raw: &[u8]) -> Option<String> {
    let header = encoded_word::decode_header(raw).to_lowercase();
    let (_, rest) = header.rsplit_once('<')?;
    let (address, _) = rest.split_once('>')?;
    let is_address = address.contains('@') && !address.contains(' ') && address.len() <= MAX_ADDRESS_LEN;
    is_address.then(|| address.to_owned())
}

fn address_of(address: &Addr<'_>) -> Option<String> {
    let address = address.address.as_deref()?.trim().to_lowercase();
    address.contains('@').then(|| truncate(&address, MAX_ADDRESS_LEN))
}

fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

fn truncate(text: &str, max_chars: usize) -> String {
    text.chars().take(max_chars).collect()
}

/// A stable id for a message without a usable Message-ID.
fn hash_id(raw: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(raw)))
}

#[cfg(test)]
#[path = "headers_tests.rs"]
mod tests;
