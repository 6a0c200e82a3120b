//! People: registering, signing in and out, tokens, sessions, one's own account, leaving, the demo.

mod account;
mod callers;
mod demo;
mod erase;
mod export;
mod hasher;
mod identify;
mod login;
mod logout;
mod own;
mod page_sessions;
mod password;
pub(crate) mod queries;
mod revocation;
mod sweep;
mod tokens;

pub(crate) use account::{furnish, insert, personal_tenant};
pub use account::{register, register_page};
pub use callers::Callers;
pub(crate) use callers::Revoked;
pub use demo::demo;
pub use erase::{delete_user, erase_again};
pub use export::{Export, Places, export_data};
pub use hasher::{HashCost, Hasher};
pub use identify::{caller_of_job, caller_of_page, caller_of_token, workspaces};
pub use login::{login, sign_in};
pub use logout::logout;
pub use own::{
    RECENT, activate, change_password, forgot_password, get_profile, get_sessions, has_password,
    prove_for_export, resend_activation, reset_password, revoke_other_sessions, revoke_session,
    update_profile,
};
pub(crate) use own::{first_seen, seen};
pub use page_sessions::{AGENT_KEY, IDLE, LIFETIME, SESSION_KEY, SessionStore, USER_KEY};
pub use revocation::follow_revocations;
pub use sweep::sweep;
pub(crate) use tokens::open_session;
pub use tokens::{Tokens, refresh};
