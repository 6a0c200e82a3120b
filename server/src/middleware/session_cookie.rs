//! Completes the cookie that removes the session cookie. The session layer omits the attributes of the original cookie, and browsers ignore
//! a `__Host-` cookie that is not `Secure`.

use super::security_headers::Https;
use axum::{
    extract::{Request, State},
    http::{
        HeaderValue,
        header::{Entry, SET_COOKIE},
    },
    middleware::Next,
    response::Response,
};

/// The name of the session cookie.
pub const fn session_cookie_name(Https(https): Https) -> &'static str {
    if https { "__Host-jobhax" } else { "jobhax" }
}

/// Adds the missing attributes.
pub async fn complete_removal(State(https): State<Https>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let removal = format!("{}=;", session_cookie_name(https));
    let secure = if https.0 { "; Secure" } else { "" };
    let Entry::Occupied(mut cookies) = response.headers_mut().entry(SET_COOKIE) else {
        return response;
    };
    for value in cookies.iter_mut() {
        let Some(text) = value.to_str().ok().filter(|text| text.starts_with(&removal)) else {
            continue;
        };
        if let Ok(complete) = HeaderValue::from_str(&format!("{text}; HttpOnly; SameSite=Lax{secure}")) {
            *value = complete;
        }
    }
    response
}
