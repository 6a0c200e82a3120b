//! Extractors. Those of the API reject a request in the documented order: 401, then 415, 413, 400, 422.

pub mod bearer_auth;
pub mod client_info;
pub mod idempotency_key;
mod input_error;
mod json;
pub mod page_caller;
mod query;
mod strict_json;

pub use bearer_auth::BearerAuth;
pub use client_info::ClientInfo;
pub use idempotency_key::{IdempotencyKey, IdempotencyKeyHeader};
pub use json::{JsonBody, OptionalJsonBody};
pub use page_caller::{PageCaller, PageUser};
pub use query::{NoQuery, Query};
