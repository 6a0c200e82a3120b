//! OpenID Connect: discovery, signing keys, and ID token validation.

pub(super) mod discovery;
pub(super) mod id_token;
pub(super) mod jwks;
