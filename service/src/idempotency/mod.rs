//! The header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key): a retried request is executed once, and its stored
//! response is returned again.
//!
//! Claiming the key, the work, and storing the response happen in one transaction. The claim is an advisory lock taken in
//! the message that begins the transaction, so no claim remains when a server crashes, and storing the response costs
//! one more statement.

mod queries;
mod request;
mod transaction;

pub use request::IdempotentRequest;
pub use transaction::store_error;
pub(crate) use transaction::{Claim, begin, begin_in, is_stored, run};

use crate::{Error, Services};
use chrono::TimeDelta;

/// How long a response is stored.
pub const RESPONSE_TTL: TimeDelta = TimeDelta::hours(24);

/// Deletes expired responses of all tenants.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn delete_expired(services: &Services) -> Result<(), Error> {
    queries::delete_expired(&mut services.db.global_conn().await?).await
}
