//! One try of a program to have something done once.

use crate::tenants::Grant;
use chrono::{DateTime, Utc};
use domain::{ApiError, FieldCode};
use sha2::{Digest as _, Sha256};
use std::{
    fmt::Write as _,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Most characters of a key.
const LONGEST: usize = 255;

/// A request that carries a key. Its fingerprint grows while the body is read.
#[derive(Debug)]
pub struct Attempt {
    endpoint: String,
    key: String,
    print: Mutex<Sha256>,
    sealed: AtomicBool,
    replayed: AtomicBool,
}

impl Attempt {
    /// Of a request to this endpoint, its method and path.
    ///
    /// # Errors
    /// `invalid` when the key is not 1 to 255 printable characters of ASCII.
    pub fn new(endpoint: &str, key: &[u8]) -> Result<Self, ApiError> {
        let printable = key.iter().all(|b| matches!(b, b' '..=b'~'));
        if key.is_empty() || key.len() > LONGEST || !printable {
            let detail = "Send 1 to 255 printable characters, such as a UUID.";
            let code = if key.is_empty() {
                FieldCode::TooShort
            } else if printable {
                FieldCode::TooLong
            } else {
                FieldCode::InvalidFormat
            };
            return Err(ApiError::field("Idempotency-Key", code, detail));
        }
        Ok(Self {
            endpoint: endpoint.to_owned(),
            key: String::from_utf8_lossy(key).into_owned(),
            print: Mutex::new(Sha256::new().chain_update(endpoint).chain_update([0])),
            sealed: AtomicBool::new(false),
            replayed: AtomicBool::new(false),
        })
    }

    /// Adds to the fingerprint.
    pub fn feed(&self, bytes: &[u8]) {
        self.print
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .update(bytes);
    }

    /// The body is read whole: the fingerprint stands.
    pub fn seal(&self) {
        self.sealed.store(true, Ordering::Relaxed);
    }

    /// Whether the body is read whole. Of a body that did not arrive nothing can be kept.
    pub fn is_sealed(&self) -> bool {
        self.sealed.load(Ordering::Relaxed)
    }

    /// Whether the answer is an earlier one.
    pub fn is_replayed(&self) -> bool {
        self.replayed.load(Ordering::Relaxed)
    }

    pub(super) fn replay(&self) {
        self.replayed.store(true, Ordering::Relaxed);
    }

    pub(super) fn fingerprint(&self) -> Vec<u8> {
        let print = self.print.lock().unwrap_or_else(PoisonError::into_inner);
        print.clone().finalize().to_vec()
    }

    /// The key as it is stored: the same text of another person, workspace or endpoint is another key.
    pub(super) fn key_hash(&self, grant: Grant) -> Vec<u8> {
        Sha256::new()
            .chain_update(grant.tenant().0)
            .chain_update(grant.user().0)
            .chain_update(&self.endpoint)
            .chain_update([0])
            .chain_update(&self.key)
            .finalize()
            .to_vec()
    }

    /// The statement that claims the key. Holds nothing that a caller could have written.
    pub(crate) fn claim(&self, grant: Grant, now: DateTime<Utc>) -> String {
        let hash = self.key_hash(grant).iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let (tenant, user, now) = (grant.tenant(), grant.user(), now.to_rfc3339());
        format!("select claim_key('{tenant}', '{user}', '\\x{hash}', '{now}')")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_printable_keys_of_up_to_255_characters() {
        let field = |key: &[u8]| Attempt::new("POST /x", key).map_err(|e| e.errors[0].code).err();
        assert_eq!(field(b"8e03978e-40d5-43dd-bc93-6894a57f9324"), None);
        assert_eq!(field(&[b'~'; 255]), None);
        assert_eq!(field(&[b'~'; 256]), Some(FieldCode::TooLong));
        assert_eq!(field(b""), Some(FieldCode::TooShort));
        assert_eq!(field("ü".as_bytes()), Some(FieldCode::InvalidFormat));
        assert_eq!(field(b"a\tb"), Some(FieldCode::InvalidFormat));
    }

    #[test]
    fn the_fingerprint_is_that_of_endpoint_and_body_however_it_came() {
        let print = |endpoint: &str, parts: &[&str]| {
            let attempt = Attempt::new(endpoint, b"k").expect("a key");
            for part in parts {
                attempt.feed(part.as_bytes());
            }
            attempt.fingerprint()
        };
        assert_eq!(print("POST /a", &["{}"]), print("POST /a", &["{", "}"]));
        assert_ne!(print("POST /a", &["{}"]), print("POST /b", &["{}"]));
        assert_ne!(print("POST /a", &["{}"]), print("POST /a", &["{} "]));
    }
}
