//! Keys of this installation, and encryption of secrets in database columns.

pub(crate) mod column_cipher;
pub mod key_file;
pub mod keys;
