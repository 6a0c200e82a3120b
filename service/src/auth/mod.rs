//! Authentication: registration, login, sessions, tokens, passwords, email verification, and sign-in with OAuth providers.

mod authenticate;
mod cache;
mod demo;
mod devices;
mod email_verification;
mod login;
mod logout;
pub mod oauth;
mod password;
pub(crate) mod queries;
mod reauthenticate;
mod register;
mod sessions;
mod tokens;

pub(crate) use authenticate::{ActiveCaller, find_active_caller, find_active_job_caller, find_job_caller};
pub use authenticate::{
    AuthenticatedCaller, authenticate_bearer, authenticate_session, authenticate_token, caller_for_job,
};
pub(crate) use cache::Invalidation;
pub use cache::{AuthCache, KeyContext, run_invalidation_listener};
pub use demo::is_demo;
pub(crate) use devices::{notify_if_new_device, remember_device};
pub use email_verification::{resend_verification_email, verify_email};
pub use login::login;
pub(crate) use login::normalize_email;
pub use logout::{logout, record_sign_out};
pub use password::{HashCost, Hasher, change_password, forgot_password, has_password, reset_password};
pub use reauthenticate::{REAUTH_WINDOW, reauthenticate_for_export};
pub(crate) use reauthenticate::{ReauthPolicy, reauthenticate};
pub use register::register;
pub(crate) use register::{create_user, register_invited};
pub(crate) use sessions::delete_expired_sessions;
pub use sessions::{
    ORGANIZATION_KEY, SESSION_ID_KEY, SESSION_IDLE_TIMEOUT, SESSION_MAX_LIFETIME, SessionStore,
    USER_AGENT_KEY, USER_ID_KEY, is_signed_in, list_sessions, revoke_other_sessions, revoke_session,
    with_store_error,
};
pub(crate) use tokens::start_session;
pub use tokens::{Tokens, refresh_tokens};

use crate::{Error, Services, platform::db::GlobalTx};
use domain::{ErrorCode, UserId, auth::TokenSet, tenants::Tenant, users::User};

/// Begins a transaction on the global tables that writes rows of a user. It shares the user's lock, which the deletion of the
/// account takes exclusively, before it locks any row.
///
/// # Errors
/// `unauthorized` if the user has been deleted.
pub(crate) async fn begin_for_user(services: &Services, user: UserId) -> Result<GlobalTx, Error> {
    let mut tx = services.db.begin_global().await?;
    if queries::share_user(&mut tx, user).await? {
        Ok(tx)
    } else {
        Err(Error::account_missing())
    }
}

/// Replaces the error of a deleted account by an error that reveals nothing about accounts.
fn if_account_missing(error: Error, other: impl FnOnce() -> Error) -> Error {
    match error {
        Error::Api(api) if api.code == ErrorCode::Unauthorized => other(),
        error => error,
    }
}

/// How a user signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// In a browser. The caller stores the user in the browser's session.
    Web,
    /// With an API client, which gets tokens.
    Api,
}

/// A user who has just registered or signed in.
#[derive(Debug)]
pub struct SignIn {
    /// The user.
    pub user: User,
    /// The requested tenant, else the personal tenant.
    pub tenant: Tenant,
    /// Tokens of the new session, for [`Channel::Api`].
    pub tokens: Option<TokenSet>,
}

impl SignIn {
    /// The tokens of the new session.
    ///
    /// # Errors
    /// [`Error::Internal`] for [`Channel::Web`], which has no tokens.
    pub fn into_tokens(self) -> Result<TokenSet, Error> {
        self.tokens
            .ok_or_else(|| Error::Internal("no tokens: the user signed in on the web".into()))
    }
}
