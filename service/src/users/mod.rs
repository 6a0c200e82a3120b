//! People: registering, signing in and out, tokens, sessions, the demo.

mod account;
mod callers;
mod demo;
mod hasher;
mod identify;
mod login;
mod logout;
mod password;
pub(crate) mod queries;
mod refresh;
mod revocation;
mod session_store;
mod sweep;
mod tokens;

pub use account::{register, register_page};
pub use callers::Callers;
pub use demo::demo;
pub use hasher::{HashCost, Hasher};
pub use identify::{caller_of_job, caller_of_page, caller_of_token, workspaces};
pub use login::{login, sign_in};
pub use logout::logout;
pub use refresh::refresh;
pub use revocation::follow_revocations;
pub use session_store::{IDLE, LIFETIME, SESSION_KEY, SessionStore, USER_KEY};
pub use sweep::sweep;
pub use tokens::Tokens;
