//! The identity of a message: a hash that is equal for all copies of it, however they arrive.
//!
//! It covers the sender's address, the instant of the Date header, the subject, and the letters and digits of the
//! decoded text. It does not depend on line endings, transfer encodings, character sets, `>From` quoting, or headers that a
//! provider adds. The Message-ID is used only if there is no Date header, because different messages may share a Message-ID and
//! copies may lack it.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

/// Must change with the algorithm, because stored identities cannot be recomputed.
const VERSION: &str = "m1:";
/// Maximum number of letters and digits that are hashed of the plain text, and of the HTML. Low enough that the size limits on
/// parts never truncate them, whatever the transfer encoding.
const MAX_TEXT_CHARS: usize = 40_000;

/// The header fields that are part of the identity.
pub struct HeaderIdentity<'a> {
    pub from: &'a str,
    /// The instant of the Date header, if there is one.
    pub date: Option<DateTime<Utc>>,
    pub subject: &'a str,
    pub message_id: &'a str,
}

impl HeaderIdentity<'_> {
    /// The identity without the text of the message.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        update_field(&mut hash, self.from);
        let date = self
            .date
            .map_or_else(|| self.message_id.to_owned(), |at| at.timestamp().to_string());
        update_field(&mut hash, &date);
        update_field(&mut hash, &letters(self.subject));
        format!("{VERSION}{}", hex::encode(hash.finalize()))
    }
}

/// Combines the digest of the headers with the decoded text of the plain and the HTML parts.
pub fn with_text(header_digest: &str, plain: &str, markup: &str) -> String {
    let mut hash = Sha256::new();
    update_field(&mut hash, header_digest);
    update_field(&mut hash, &letters(plain));
    update_field(&mut hash, &letters(markup));
    format!("{VERSION}{}", hex::encode(hash.finalize()))
}

/// Hashes the length of a field and the field, so that different lists of fields never hash the same bytes.
fn update_field(hash: &mut Sha256, field: &str) {
    hash.update(field.len().to_le_bytes());
    hash.update(field.as_bytes());
}

fn letters(text: &str) -> String {
    let mut letters = String::with_capacity(text.len().min(MAX_TEXT_CHARS));
    letters.extend(text.chars().filter(|c| c.is_alphanumeric()).take(MAX_TEXT_CHARS));
    letters
}
