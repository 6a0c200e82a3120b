//! Extractors. Extractors of the API reject a request in the documented order: 401, 403 for API keys, then 415, 413, 400, 422.

mod all_errors;
pub mod bearer_auth;
pub mod client_info;
mod content_encoding;
pub mod idempotency_key;
mod if_match;
mod input_error;
mod json;
pub mod page_caller;
mod query;
mod strict_json;

pub use bearer_auth::{BearerAuth, BearerToken, CallingKey, not_for_keys};
pub use client_info::ClientInfo;
pub use content_encoding::reject_encoded_body;
pub use idempotency_key::{IdempotencyKey, IdempotencyKeyHeader};
pub use if_match::{IfMatch, IfMatchHeader};
pub(crate) use json::parse_json;
pub use json::{JsonBody, OptionalJsonBody};
pub use page_caller::{PageCaller, PageUser, accepts_events};
pub use query::{NoQuery, Query};

/// Maximum size of JSON and form bodies. The longest field is a note of 20,000 characters.
pub const BODY_LIMIT: usize = 256 * 1024;
/// Like [`BODY_LIMIT`], for requests with a job posting of up to 100,000 characters.
pub const LARGE_BODY_LIMIT: usize = 1_000_000;
