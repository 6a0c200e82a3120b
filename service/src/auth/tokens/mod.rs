//! API sessions and their tokens.

mod access;
mod issue;
mod queries;
mod refresh;

pub use access::Tokens;
pub(crate) use issue::start_session;
pub use refresh::refresh_tokens;
