//! Signing in and connecting Gmail by OAuth: against a real OpenID Connect provider in a process of its own, and against a
//! mock that speaks HTTP like Google, LinkedIn, GitHub and Gmail.

mod account_takeover;
mod api_sign_in;
mod gmail;
mod id_token_attacks;
mod link;
mod organization;
mod sign_in;

use crate::support::{OidcProvider, TestServer};
use sqlx::PgPool;

/// A server with the real provider.
fn server_with_oidc(pool: PgPool) -> (OidcProvider, TestServer) {
    let provider = OidcProvider::start();
    let server = TestServer::with_providers(pool, provider.settings());
    (provider, server)
}
