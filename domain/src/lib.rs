//! Words and rules of the trade: ids, value types, the stage machine, and the types that travel between
//! browser, server and integrators. No I/O, so that the same code runs in WASM and natively.
//!
//! One folder per word: [`users`], [`tenants`], [`identities`], [`jobapps`], [`mail`], [`metrics`].

pub mod error;
pub mod identities;
pub mod ids;
pub mod jobapps;
pub mod mail;
pub mod metrics;
pub mod page;
pub mod routes;
pub mod tenants;
pub mod text;
pub mod users;

pub use error::{ApiError, ErrorCode, FieldCode, FieldError, FieldErrors};
pub use ids::*;
