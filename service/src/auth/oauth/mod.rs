//! Sign-in with OAuth 2.0 providers: Google, LinkedIn, GitHub, and an OpenID Connect provider of the operator's choice. Mailboxes are
//! connected at Google and at Microsoft; Microsoft is not offered for sign-in.
//!
//! Browsers use the authorization code flow with PKCE (RFC 6749, RFC 7636, RFC 9700): [`start`] and [`handle_callback`]. A
//! flow is bound to the browser that started it and to one purpose. API clients send a token that they obtained from the
//! provider: [`sign_in_with_provider_token`]. Either way, users are identified by the provider's ID of their account,
//! never by email.

mod authorization;
mod callback;
mod endpoints;
mod error;
mod external_identity;
mod link;
mod oidc;
mod organization;
mod provider_id;
mod providers;
mod queries;
mod refresh_token;
mod revocation;
mod settings;
mod sign_in;
mod stored_tokens;
mod token_exchange;
mod userinfo;

pub use authorization::{AuthorizationRequest, MailboxProvider, Purpose, start};
pub use callback::{CallbackOutcome, CallbackParams, MailboxAuthorization, handle_callback};
pub(crate) use error::provider_unavailable;
pub use error::{CallbackError, InvalidFlow};
use error::{ProviderError, record_failed_sign_in};
pub(crate) use external_identity::ProviderTokens;
#[cfg(feature = "testing")]
pub use link::link_linkedin;
pub use link::{list_sign_in_methods, unlink_identity};
pub(crate) use organization::encrypt_client_secret;
pub use provider_id::ProviderId;
pub use providers::Providers;
pub(crate) use queries::{
    activate_organization_provider, count_members_by_domain, delete_expired_flows,
    delete_organization_provider, find_organization, find_organization_provider, set_organization_provider,
    set_provider_required,
};
pub(crate) use refresh_token::{RefreshOutcome, refresh_mailbox_token};
pub(crate) use revocation::{RevocableToken, RevokeToken, queue_revocation, revoke_all_tokens};
pub use settings::{ClientSettings, OidcSettings, Settings};
pub use sign_in::{TakeoverHook, sign_in_with_provider_token};
pub use userinfo::get_linkedin_profile;
