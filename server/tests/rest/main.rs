//! The REST API through its router, on a real database.

mod client;
mod jobapps;
mod metrics;
mod refusals;
mod users;
