//! SQL of coaching.

pub(super) mod access_log;
pub(super) mod clients;
pub(super) mod comments;
pub(super) mod grants;

use domain::{UserId, coaching::Person};
use uuid::Uuid;

fn person(id: Uuid, name: Option<String>) -> Person {
    Person {
        user_id: UserId(id),
        name,
    }
}
