//! Address and user agent of the client.

use axum::{
    extract::FromRequestParts,
    http::{Extensions, HeaderMap, header::USER_AGENT, request::Parts},
};
use service::context;
use std::{convert::Infallible, net::Ipv4Addr};

/// Address and user agent of the client.
pub struct ClientInfo(pub context::ClientInfo);

impl<S: Sync> FromRequestParts<S> for ClientInfo {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(client_info(&parts.extensions, &parts.headers)))
    }
}

/// The client as determined by the middleware. Without a connection, as in tests, there is no address.
pub fn client_info(extensions: &Extensions, headers: &HeaderMap) -> context::ClientInfo {
    extensions
        .get()
        .cloned()
        .unwrap_or_else(|| context::ClientInfo::new(Ipv4Addr::UNSPECIFIED.into(), user_agent(headers)))
}

/// The `User-Agent` header.
pub fn user_agent(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(USER_AGENT)?.to_str().ok()?;
    Some(value.to_owned())
}
