//! Server functions of email import.

pub mod cancel_import;
pub mod confirm_import;
pub mod connect_imap;
pub mod disconnect;
pub mod disconnect_imap;
pub mod get_gmail;
pub mod get_imap;
pub mod get_import;
pub mod sync;
pub mod sync_imap;
