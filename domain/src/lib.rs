//! Ids, value types, business rules such as the state machine, and the types that are exchanged between browser, server and API clients. No
//! I/O, so that the same code runs in WASM and natively.
//!
//! One module per feature: [`auth`], [`users`], [`tenants`], [`coaching`], [`audit`], [`jobapps`], [`files`], [`contacts`], [`interviews`], [`tasks`],
//! [`views`], [`today`], [`transfers`], [`calendar`], [`mail`], [`inbox`], [`changes`], [`metrics`], [`keys`] with [`scopes`], [`webhooks`].

pub mod audit;
pub mod auth;
pub mod calendar;
pub mod changes;
pub mod coaching;
pub mod contacts;
pub mod error;
pub mod files;
pub mod ids;
pub mod inbox;
pub mod interviews;
pub mod jobapps;
pub mod keys;
pub mod mail;
pub mod metrics;
pub mod normalize;
pub mod numbers;
pub mod pagination;
pub mod quotas;
pub mod routes;
pub mod scopes;
pub mod tasks;
pub mod tenants;
pub mod today;
pub mod transfers;
pub mod users;
pub mod views;
pub mod webhooks;

pub use error::{ApiError, ErrorCode, FieldCode, FieldError, FieldErrors};
pub use ids::*;
