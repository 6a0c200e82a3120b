//! Fetches messages: first the headers of all, then the bodies of those that may be about an application according to their
//! headers.

use super::{client::ImapClient, error::ImapError};
use crate::mail::sync::RawMessage;
use async_imap::imap_proto::{AttributeValue, MessageSection, Response, SectionPath};
use chrono::{DateTime, Utc};
use mail_reader::{MailReader, parser::MAX_MESSAGE_BYTES};
use std::{collections::BTreeMap, fmt::Write as _};

/// Messages whose headers are fetched together.
pub const BATCH_SIZE: usize = 200;
/// Maximum total size of messages that are fetched and stored together. A single larger message is fetched alone.
const MAX_CHUNK_BYTES: u64 = 4 * 1024 * 1024;
/// Maximum size of the headers of a message. The sync fails if they are larger, because no mail program writes such headers.
const MAX_HEADER_RESPONSE: u64 = 64 * 1024;
/// Size of a response without the message.
const RESPONSE_OVERHEAD: u64 = 4 * 1024;
/// Messages up to this size are fetched whatever their headers say. Newsletters are larger, most messages about applications are
/// not.
const MAX_UNFILTERED_BYTES: u64 = 32 * 1024;
/// The headers that decide whether the message is fetched.
const HEADER_FIELDS: &str = "FROM REPLY-TO SUBJECT DATE RECEIVED LIST-ID LIST-UNSUBSCRIBE PRECEDENCE";

/// Messages to fetch together.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    pub uids: Vec<u32>,
    bytes: u64,
}

#[derive(Default)]
struct Attributes<'a> {
    uid: Option<u32>,
    size: u64,
    headers: Option<&'a [u8]>,
    body: Option<&'a [u8]>,
}

impl ImapClient {
    /// Filters out messages that cannot be about an application, and splits the others into chunks, in ascending order.
    pub async fn select_messages(
        &mut self,
        reader: &MailReader,
        uids: &[u32],
        now: DateTime<Utc>,
    ) -> Result<Vec<Chunk>, ImapError> {
        let mut sizes = BTreeMap::new();
        let command = format!(
            "UID FETCH {} (UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({HEADER_FIELDS})])",
            sequence_set(uids)
        );
        let max_bytes = MAX_HEADER_RESPONSE * uids.len() as u64;
        self.run(&command, max_bytes, |response| {
            let message = attributes(response);
            let (Some(uid), Some(headers)) = (message.uid, message.headers) else {
                return;
            };
            if uids.binary_search(&uid).is_ok()
                && message.size <= MAX_MESSAGE_BYTES as u64
                && (message.size <= MAX_UNFILTERED_BYTES || reader.may_concern_application(headers, now))
            {
                sizes.insert(uid, message.size);
            }
        })
        .await?;
        Ok(chunks(sizes))
    }

    /// Fetches the messages. Messages that were deleted meanwhile, or that the server cannot read, are missing from the result.
    pub async fn fetch_messages(
        &mut self,
        chunk: &Chunk,
        now: DateTime<Utc>,
    ) -> Result<Vec<RawMessage>, ImapError> {
        match self.fetch(&chunk.uids, chunk.bytes, now).await {
            Err(ImapError::CommandRefused) if chunk.uids.len() > 1 => {
                let mut messages = Vec::new();
                for uid in &chunk.uids {
                    messages.extend(skip_refused(self.fetch(&[*uid], chunk.bytes, now).await)?);
                }
                Ok(messages)
            }
            result => skip_refused(result),
        }
    }

    async fn fetch(
        &mut self,
        uids: &[u32],
        bytes: u64,
        now: DateTime<Utc>,
    ) -> Result<Vec<RawMessage>, ImapError> {
        let command = format!("UID FETCH {} (UID BODY.PEEK[])", sequence_set(uids));
        let mut messages = BTreeMap::new();
        // The size that a server announces is not always exact.
        let max_bytes = 2 * bytes + RESPONSE_OVERHEAD * uids.len() as u64;
        self.run(&command, max_bytes, |response| {
            let message = attributes(response);
            if let (Some(uid), Some(body)) = (message.uid, message.body)
                && uids.binary_search(&uid).is_ok()
            {
                let message = RawMessage {
                    // The server's time of receipt is not used, because moving messages between servers may change it.
                    received_at: now,
                    raw: body.to_vec(),
                };
                messages.insert(uid, message);
            }
        })
        .await?;
        Ok(messages.into_values().collect())
    }
}

fn skip_refused(result: Result<Vec<RawMessage>, ImapError>) -> Result<Vec<RawMessage>, ImapError> {
    match result {
        Err(ImapError::CommandRefused) => Ok(Vec::new()),
        result => result,
    }
}

fn chunks(sizes: BTreeMap<u32, u64>) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    for (uid, size) in sizes {
        match chunks.last_mut() {
            Some(chunk) if chunk.bytes + size <= MAX_CHUNK_BYTES => {
                chunk.uids.push(uid);
                chunk.bytes += size;
            }
            _ => chunks.push(Chunk {
                uids: vec![uid],
                bytes: size,
            }),
        }
    }
    chunks
}

fn attributes<'a>(response: &'a Response<'_>) -> Attributes<'a> {
    let mut result = Attributes::default();
    let Response::Fetch(_, attributes) = response else {
        return result;
    };
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(uid) => result.uid = Some(*uid),
            AttributeValue::Rfc822Size(size) => result.size = u64::from(*size),
            AttributeValue::BodySection {
                section: None, data, ..
            } => result.body = data.as_deref(),
            AttributeValue::BodySection {
                section: Some(SectionPath::Full(MessageSection::Header)),
                data,
                ..
            } => result.headers = data.as_deref(),
            _ => {}
        }
    }
    result
}

/// Formats ascending UIDs as ranges, such as `3:5,9`.
fn sequence_set(uids: &[u32]) -> String {
    let mut set = String::new();
    for run in uids.chunk_by(|a, b| a.checked_add(1) == Some(*b)) {
        if !set.is_empty() {
            set.push(',');
        }
        // Writing to a string never fails.
        let _ = match run {
            [first, .., last] => write!(set, "{first}:{last}"),
            [uid] => write!(set, "{uid}"),
            [] => Ok(()),
        };
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consecutive_uids_become_ranges() {
        for (uids, expected) in [
            (&[7][..], "7"),
            (&[1, 2, 3, 5, 8, 9], "1:3,5,8:9"),
            (&[u32::MAX - 1, u32::MAX], "4294967294:4294967295"),
        ] {
            assert_eq!(sequence_set(uids), expected);
        }
    }

    #[test]
    fn chunks_are_limited_in_size() {
        let mega = 1024 * 1024;
        let sizes = BTreeMap::from([(1, 2 * mega), (2, 2 * mega), (5, 1), (6, 9 * mega), (7, 1)]);
        let uids: Vec<Vec<u32>> = chunks(sizes).into_iter().map(|chunk| chunk.uids).collect();
        assert_eq!(uids, [vec![1, 2], vec![5], vec![6], vec![7]]);
    }
}
