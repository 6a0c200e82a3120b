//! Mail that speaks of applications: reading it, matching it, importing files of it.

mod files;
mod get_import;
mod import;
mod mailboxes;
mod mails;
mod matching;
pub(crate) mod queries;
pub mod read;
mod scan;
mod settle;
mod upload;

pub(crate) use files::{create_private, make_private, remove};
pub use get_import::get_import;
pub(crate) use import::{give_up, work};
pub(crate) use mailboxes::{
    connect_gmail, disconnect_all, give_up_sync, grants_of, may_connect, not_allowed, sync,
};
pub use mailboxes::{
    disconnect_mailbox, get_mailboxes, sync_user_emails, sync_user_emails_once, update_gmail_token,
};
pub use mails::get_user_google_emails;
pub use matching::{UNNAMED, UNTITLED};
pub(crate) use upload::sweep_uploads;
pub use upload::{MAX_FILES, MAX_UPLOAD, Upload, begin_import, begin_import_once};

/// The company as mails are matched to it; what `job_application.match_key` holds.
pub fn company_key(company: &str) -> String {
    read::keys::company(company)
}
