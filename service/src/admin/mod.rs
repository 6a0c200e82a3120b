//! Commands of the operator: finding, locking and deleting accounts, the limits of workspaces, and re-encrypting
//! secrets. Every change of accounts and workspaces is an audit event whose actor is the operator.

mod queries;
mod secrets;
mod tenants;
mod users;

pub use secrets::{ReencryptionReport, StaleSecrets, count_stale_secrets, reencrypt_secrets};
pub use tenants::{TenantSummary, delete_tenant, list_tenants, make_owner, set_quota};
pub use users::{UserSummary, delete_user, list_users, lock_user, resend_verification, unlock_user};

/// Maximum number of rows in a list.
const MAX_ROWS: i64 = 500;
