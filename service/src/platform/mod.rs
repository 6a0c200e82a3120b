//! Technical building blocks without knowledge of any feature.

pub mod clock;
pub mod crypto;
pub(crate) mod csv_dialect;
pub(crate) mod cursor;
pub mod db;
pub mod dns;
pub mod file_store;
pub mod files;
pub(crate) mod http_client;
pub(crate) mod normalize;
pub mod notifier;
pub mod rng;
pub mod storage_limits;
pub(crate) mod text_encoding;
pub mod time_zone;
