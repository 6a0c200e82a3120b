//! Middleware. [`crate::app`] puts it in order.

pub mod access_log;
pub mod client_ip;
pub mod csrf;
pub mod idempotency;
pub mod metrics;
pub mod panic;
pub mod rate_limit_headers;
pub mod referer;
pub mod reject_smuggling;
pub mod request_id;
pub mod require_login;
pub mod security_headers;
pub mod timeout;
