//! The operations of the REST API, by resource and operation.

mod files;
mod jobapps;
mod mail;
mod metrics;
mod rate_limits;
mod users;
