//! Sessions of browsers and API clients.

mod list;
pub(super) mod queries;
mod revoke;
mod web_store;

pub use list::{is_signed_in, list_sessions};
pub(crate) use queries::delete_expired_sessions;
pub use revoke::{revoke_other_sessions, revoke_session};
pub use web_store::{
    ORGANIZATION_KEY, SESSION_ID_KEY, SessionStore, USER_AGENT_KEY, USER_ID_KEY, with_store_error,
};

use chrono::TimeDelta;

/// Maximum lifetime of a session, however active it is.
pub const SESSION_MAX_LIFETIME: TimeDelta = TimeDelta::days(30);
/// A web session expires after this time without a request.
pub const SESSION_IDLE_TIMEOUT: TimeDelta = TimeDelta::days(14);
