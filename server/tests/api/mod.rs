//! The operations of the REST API, by resource and operation.

mod access_requests;
mod calendar;
mod contacts;
mod files;
mod interviews;
mod jobapps;
mod keys;
mod mail;
mod metrics;
mod rate_limits;
mod tasks;
mod today;
mod users;
mod views;
