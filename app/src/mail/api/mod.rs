//! Server functions of email import.

pub mod cancel_import;
pub mod confirm_import;
pub mod connect_imap;
pub mod disconnect;
pub mod get_import;
pub mod get_mailboxes;
pub mod sync;
