//! The HTTP status of a response. Has an effect while the server renders, and none in a browser.

use domain::ErrorCode;

/// Gives the page the status of the error code.
#[cfg(feature = "ssr")]
pub fn set_page_status(code: ErrorCode) {
    use leptos::prelude::use_context;
    if let (Some(response), Ok(status)) = (
        use_context::<leptos_axum::ResponseOptions>(),
        axum::http::StatusCode::from_u16(code.status()),
    ) {
        response.set_status(status);
    }
}

/// Gives the page the status of the error code.
#[cfg(not(feature = "ssr"))]
pub fn set_page_status(_: ErrorCode) {}

/// Gives the response of a server function the status of its error. Does nothing if the browser itself sent the form:
/// then a redirect follows, which the browser would not follow with an error status.
#[cfg(feature = "ssr")]
pub fn set_error_status(error: &domain::ApiError) {
    use axum::http::{HeaderValue, header};
    use leptos::prelude::use_context;
    if accepts_html() {
        return;
    }
    set_page_status(error.code);
    if let (Some(response), Some(seconds)) =
        (use_context::<leptos_axum::ResponseOptions>(), error.retry_after)
    {
        response.insert_header(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// Whether the browser itself made the request and shows the response as a page; scripts of ours ask for JSON.
#[cfg(feature = "ssr")]
pub fn accepts_html() -> bool {
    use axum::http::{header, request::Parts};
    use leptos::prelude::use_context;
    let accept = use_context::<Parts>().and_then(|parts| parts.headers.get(header::ACCEPT).cloned());
    accept.is_some_and(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")))
}
