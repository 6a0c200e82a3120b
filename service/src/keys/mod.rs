//! API keys: creating, changing and revoking them, and how often each is used. Finding the caller of a request is in
//! [`auth`](crate::auth).

mod add;
mod change;
pub(crate) mod queries;
mod usage;

pub use add::add_key;
pub use change::{revoke_key, update_key};
pub(crate) use usage::delete_expired;
pub use usage::{UsageCounter, flush_usage, get_usage, list_keys_with_usage, run_usage_flush};

use crate::{
    Error, Services,
    context::{Caller, permit},
};
use domain::{keys::ApiKey, tenants::Action};

/// The caller's API keys in this workspace, the newest first. Expired ones are listed until they are revoked.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn list_keys(services: &Services, caller: &Caller) -> Result<Vec<ApiKey>, Error> {
    let grant = permit(caller, Action::ReadMembers)?;
    let mut conn = services.db.global_conn().await?;
    queries::list(&mut conn, grant.tenant(), grant.user()).await
}
