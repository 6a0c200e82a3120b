//! Security headers of every response, and the content security policy of pages.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// Content security policy of responses that are not pages: nothing may be loaded, run or framed.
const API_CSP: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const DEFAULT_HEADERS: [(HeaderName, &str); 9] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    ),
    (
        HeaderName::from_static("x-permitted-cross-domain-policies"),
        "none",
    ),
    (header::CONTENT_SECURITY_POLICY, API_CSP),
    (header::CACHE_CONTROL, "no-store"),
];

const HSTS: &str = "max-age=31536000; includeSubDomains";

/// Whether the public URL is https.
#[derive(Clone, Copy, Debug)]
pub struct Https(pub bool);

/// Adds the default headers that the response does not set itself.
pub async fn set_security_headers(
    State(Https(https)): State<Https>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let hsts = https.then_some((header::STRICT_TRANSPORT_SECURITY, HSTS));
    for (name, value) in DEFAULT_HEADERS.into_iter().chain(hsts) {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.remove(header::SERVER);
    response
}

/// The content security policy of a page: files of our own origin, and scripts with this nonce.
pub fn page_csp(nonce: &str, live_reload: bool) -> String {
    // For the socket of `cargo leptos watch`.
    let reload = if live_reload { " ws:" } else { "" };
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'{reload}; manifest-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )
}
