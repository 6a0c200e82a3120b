//! Server functions of mail, one in each file.

pub mod disconnect;
pub mod get_gmail;
pub mod get_import;
pub mod sync;
