//! SQL of coaching.

pub(super) mod access_log;
pub(super) mod clients;
pub(super) mod comments;
pub(super) mod grants;
pub(super) mod news;
pub(super) mod notifications;
pub(super) mod past_clients;
pub(super) mod requests;

use crate::Error;
use domain::{UserId, coaching::Person};
use uuid::Uuid;

fn person(id: Uuid, name: Option<String>) -> Person {
    Person {
        user_id: UserId(id),
        name,
    }
}

/// Maps a foreign key violation to `not_found`. For statements that refer to another member or to their application, which may be deleted
/// concurrently. The caller's own membership is locked.
pub(crate) fn missing_reference(error: sqlx::Error) -> Error {
    let is_missing = error
        .as_database_error()
        .is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation);
    if is_missing {
        Error::not_found()
    } else {
        error.into()
    }
}
