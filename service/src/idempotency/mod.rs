//! Doing once what a program asks for several times: the `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key).
//!
//! The claim of a key, the work and the answer are one transaction. The claim travels with the message that begins it
//! and is a lock of the connection: nothing stays claimed when a server dies. The answer is one statement more.

mod attempt;
mod keep;
mod queries;

pub use attempt::Attempt;
pub use keep::refuse;
pub(crate) use keep::{Begun, begin, enter, is_kept};

use crate::{Error, Services, db::SystemReason};
use chrono::TimeDelta;

/// How long an answer is kept.
pub const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// Removes the answers whose time is over, of everybody.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn sweep(services: &Services) -> Result<(), Error> {
    queries::delete_expired(&mut services.db.system_read(SystemReason::Sweep).await?).await
}
