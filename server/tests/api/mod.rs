//! The operations of the REST API, by resource and operation.

mod access_requests;
mod calendar;
mod conditional_requests;
mod contacts;
mod files;
mod interviews;
mod jobapps;
mod key_secrets;
mod key_usage;
mod keys;
mod locked_accounts;
mod mail;
mod metrics;
mod rate_limits;
mod tasks;
mod today;
mod transfers;
mod users;
mod views;
mod webhooks;
