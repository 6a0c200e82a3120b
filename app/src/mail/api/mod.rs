//! Server functions of email import.

pub mod disconnect;
pub mod get_gmail;
pub mod get_import;
pub mod sync;
