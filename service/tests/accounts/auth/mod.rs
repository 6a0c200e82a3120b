//! Tests of `service::auth`.

mod change_password;
mod email_tokens;
mod password_hashing;
mod reauthenticate;
mod sessions;
mod tokens;
mod web_sessions;
