//! The changes feed of a workspace: every committed change once, in commit order.
//!
//! Use cases record their changes (`TenantTx::record`). The commit appends them to the feed in the transaction's last statement and
//! numbers them under a lock that is released by the commit. So a client that has read a number has read every smaller one, and no client
//! waits for an open transaction.

mod feed;
mod list;
mod load;
mod purge;
mod queries;

pub(crate) use feed::{bounds, read};
pub use list::list_changes;
pub(crate) use purge::delete_expired;
pub(crate) use queries::find_number_before;
