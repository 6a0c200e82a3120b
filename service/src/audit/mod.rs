//! The audit log of a workspace. An event is written in the same transaction as the change that it records, so that neither exists
//! without the other. Actions that change nothing, such as a failed sign-in, are only in the server's log (`audit_log`).

mod append;
mod list;
mod purge;
mod queries;
mod subjects;

pub(crate) use append::{
    NewEvent, append, append_to_account, append_to_account_with, append_to_organizations,
};
pub use list::list_events;
pub(crate) use list::read_page;
pub(crate) use purge::delete_expired;
pub(crate) use queries::{find_personal_tenant, insert_former_member};
pub(crate) use subjects::read_subjects;
pub use subjects::{AuditSubject, AuditSubjects, list_former_members, list_subjects};
