//! Server functions of mail, one in each file.

pub mod get_import;
