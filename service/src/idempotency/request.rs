//! The fingerprint of a request with an idempotency key.

use crate::context::Grant;
use chrono::{DateTime, Utc};
use domain::{ApiError, FieldCode};
use sha2::{Digest as _, Sha256};
use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

const MAX_KEY_LEN: usize = 255;

/// A request with an `Idempotency-Key`. The body is added to its fingerprint while it is read.
#[derive(Debug)]
pub struct IdempotentRequest {
    endpoint: String,
    key: String,
    fingerprint: Mutex<Sha256>,
    is_finished: AtomicBool,
    is_replayed: AtomicBool,
}

impl IdempotentRequest {
    /// `endpoint` is the method and path.
    ///
    /// # Errors
    /// `invalid` when the key is not 1 to 255 printable ASCII characters.
    pub fn new(endpoint: &str, key: &[u8]) -> Result<Self, ApiError> {
        let is_printable = key.iter().all(|b| matches!(b, b' '..=b'~'));
        if key.is_empty() || key.len() > MAX_KEY_LEN || !is_printable {
            let detail = "Send 1 to 255 printable ASCII characters, such as a UUID.";
            let code = if key.is_empty() {
                FieldCode::TooShort
            } else if is_printable {
                FieldCode::TooLong
            } else {
                FieldCode::InvalidFormat
            };
            return Err(ApiError::field("Idempotency-Key", code, detail));
        }
        Ok(Self {
            endpoint: endpoint.to_owned(),
            key: String::from_utf8_lossy(key).into_owned(),
            fingerprint: Mutex::new(Sha256::new().chain_update(endpoint).chain_update([0])),
            is_finished: AtomicBool::new(false),
            is_replayed: AtomicBool::new(false),
        })
    }

    /// Adds a part of the body to the fingerprint.
    pub fn update(&self, bytes: &[u8]) {
        self.fingerprint
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .update(bytes);
    }

    /// Marks the body as read completely. Before that, no response may be stored.
    pub fn finish(&self) {
        self.is_finished.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_finished(&self) -> bool {
        self.is_finished.load(Ordering::Relaxed)
    }

    /// Whether the response is the stored one of an earlier request.
    pub fn is_replayed(&self) -> bool {
        self.is_replayed.load(Ordering::Relaxed)
    }

    pub(super) fn set_replayed(&self) {
        self.is_replayed.store(true, Ordering::Relaxed);
    }

    pub(super) fn fingerprint(&self) -> Vec<u8> {
        let fingerprint = self.fingerprint.lock().unwrap_or_else(PoisonError::into_inner);
        fingerprint.clone().finalize().to_vec()
    }

    /// The key in the database. The same key of another user, tenant or endpoint is a different key.
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

    /// The statement that claims the key. All arguments are UUIDs, hex digits or timestamps, so nothing has to be escaped.
    pub(super) fn claim_statement(&self, grant: Grant, now: DateTime<Utc>) -> String {
        let hash = hex::encode(self.key_hash(grant));
        let (tenant, user, now) = (grant.tenant(), grant.user(), now.to_rfc3339());
        format!("select claim_idempotency_key('{tenant}', '{user}', '\\x{hash}', '{now}')")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_must_be_printable_ascii_of_up_to_255_characters() {
        let error = |key: &[u8]| {
            IdempotentRequest::new("POST /x", key)
                .map_err(|e| e.errors[0].code)
                .err()
        };
        assert_eq!(error(b"8e03978e-40d5-43dd-bc93-6894a57f9324"), None);
        assert_eq!(error(&[b'~'; 255]), None);
        assert_eq!(error(&[b'~'; 256]), Some(FieldCode::TooLong));
        assert_eq!(error(b""), Some(FieldCode::TooShort));
        assert_eq!(error("ü".as_bytes()), Some(FieldCode::InvalidFormat));
        assert_eq!(error(b"a\tb"), Some(FieldCode::InvalidFormat));
    }

    #[test]
    fn fingerprint_depends_on_endpoint_and_body_but_not_on_chunking() {
        let fingerprint = |endpoint: &str, chunks: &[&str]| {
            let request = IdempotentRequest::new(endpoint, b"k").expect("valid key");
            for chunk in chunks {
                request.update(chunk.as_bytes());
            }
            request.fingerprint()
        };
        assert_eq!(
            fingerprint("POST /a", &["{}"]),
            fingerprint("POST /a", &["{", "}"])
        );
        assert_ne!(fingerprint("POST /a", &["{}"]), fingerprint("POST /b", &["{}"]));
        assert_ne!(fingerprint("POST /a", &["{}"]), fingerprint("POST /a", &["{} "]));
    }
}
