//! What the operator does with the command line: finding, locking and deleting accounts, and the limits of workspaces. Every change
//! is an audit event whose actor is the operator.

mod queries;
mod tenants;
mod users;

pub use tenants::{FoundTenant, delete_tenant, list_tenants, make_owner, set_quota};
pub use users::{FoundUser, delete_user, list_users, lock_user, resend_verification, unlock_user};

/// Rows of a list at most.
const MAX_ROWS: i64 = 500;
