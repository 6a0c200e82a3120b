//! Middleware. [`crate::app`] defines the order.

pub mod access_log;
pub mod action_error;
pub mod client_ip;
pub mod conditional;
pub mod csrf;
pub mod foreign_errors;
pub mod idempotency;
pub mod key_usage;
pub mod metrics;
pub mod panic;
pub mod rate_limit_headers;
pub mod reject_smuggling;
pub mod request_id;
pub mod require_login;
pub mod security_headers;
pub mod server_functions;
pub mod session_cookie;
pub mod session_store;
pub mod tab;
pub mod timeout;
