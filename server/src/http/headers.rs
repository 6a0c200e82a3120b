//! What browsers are told on every answer, whatever made it.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// For answers that are no pages: nothing may be loaded, run or framed.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const FIXED: [(HeaderName, &str); 7] = [
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
];

/// Whether the public URL is https, which browsers then insist on.
#[derive(Clone, Copy, Debug)]
pub struct Https(pub bool);

/// What every answer says unless it says otherwise itself. Nothing is cached unless whoever answers allows it.
pub fn usual(Https(https): Https) -> impl Iterator<Item = (HeaderName, &'static str)> {
    let transport = https.then_some((
        header::STRICT_TRANSPORT_SECURITY,
        "max-age=31536000; includeSubDomains",
    ));
    let rest = [
        (header::CONTENT_SECURITY_POLICY, NOTHING),
        (header::CACHE_CONTROL, "no-store"),
    ];
    FIXED.into_iter().chain(rest).chain(transport)
}

/// Adds what an answer does not say itself.
pub async fn secure(State(https): State<Https>, request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    let headers = answer.headers_mut();
    for (name, value) in usual(https) {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.remove(header::SERVER);
    answer
}

/// The policy of a page: our own files, and scripts that carry this page's nonce.
pub fn page_policy(nonce: &str, watching: bool) -> String {
    // Only while developing: the page reloader's socket.
    let reload = if watching { " ws:" } else { "" };
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'{reload}; manifest-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )
}
