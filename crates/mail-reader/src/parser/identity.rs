//! The identity of a message: what stays the same whichever way it arrives.
//!
//! It is a hash of the sender's address, the instant of the Date header, the subject, and the letters and digits of the
//! decoded text. It does not depend on line endings, transfer encodings, character sets, `>From` quoting, or headers that a
//! provider adds. The Message-ID is only used without a Date header: different messages may share one, and copies may have
//! lost theirs.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

/// Changes with the algorithm, because stored identities cannot be computed again.
const VERSION: &str = "m1:";
/// Letters and digits of the plain text and of the HTML that count. Less than what the limits on parts keep in any transfer
/// encoding.
const MAX_TEXT_CHARS: usize = 40_000;

/// The part of the identity that is in the headers.
pub struct HeaderIdentity<'a> {
    pub from: &'a str,
    /// The instant of the Date header, if it has one.
    pub date: Option<DateTime<Utc>>,
    pub subject: &'a str,
    pub message_id: &'a str,
}

impl HeaderIdentity<'_> {
    /// The identity of a message without text.
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

/// Completes the identity with the decoded text of the plain and of the HTML parts.
pub fn with_text(header_digest: &str, plain: &str, markup: &str) -> String {
    let mut hash = Sha256::new();
    update_field(&mut hash, header_digest);
    update_field(&mut hash, &letters(plain));
    update_field(&mut hash, &letters(markup));
    format!("{VERSION}{}", hex::encode(hash.finalize()))
}

/// Hashes a field with its length, so that no two lists of fields are the same bytes.
fn update_field(hash: &mut Sha256, field: &str) {
    hash.update(field.len().to_le_bytes());
    hash.update(field.as_bytes());
}

fn letters(text: &str) -> String {
    let mut letters = String::with_capacity(text.len().min(MAX_TEXT_CHARS));
    letters.extend(text.chars().filter(|c| c.is_alphanumeric()).take(MAX_TEXT_CHARS));
    letters
}
