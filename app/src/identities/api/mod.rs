//! Server functions of identities, one in each file.

pub mod get_methods;
pub mod get_offers;
pub mod unlink;
