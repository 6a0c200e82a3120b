//! The HTTP status of a response. The functions have no effect in a browser.

use domain::{ApiError, ErrorCode};

/// Sets the status of the error code for the page.
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

/// Sets the status of the error code for the page.
#[cfg(not(feature = "ssr"))]
pub fn set_page_status(_: ErrorCode) {}

/// Sets the status of the error for the page, and the `Retry-After` header. Does nothing for a redirect, because browsers do not
/// follow a redirect with an error status.
#[cfg(feature = "ssr")]
pub fn set_page_error(error: &ApiError) {
    use axum::http::{HeaderValue, header};
    use leptos::prelude::use_context;
    let Some(response) = use_context::<leptos_axum::ResponseOptions>() else {
        return;
    };
    let is_redirected = response
        .0
        .read()
        .is_ok_and(|parts| parts.headers.contains_key(header::LOCATION));
    if accepts_html() && is_redirected {
        return;
    }
    set_page_status(error.code);
    if let Some(seconds) = error.retry_after {
        response.insert_header(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// Sets the status of the error for the page.
#[cfg(not(feature = "ssr"))]
pub fn set_page_error(_: &ApiError) {}

/// Sets the status of the error for the response of a server function, unless it redirects to a page that shows the error.
#[cfg(feature = "ssr")]
pub fn set_error_status(error: &ApiError) {
    set_page_error(error);
}

/// Whether the browser requests a page, by navigation or a plain form submission. Our scripts request JSON.
#[cfg(feature = "ssr")]
pub fn accepts_html() -> bool {
    use axum::http::{header, request::Parts};
    use leptos::prelude::use_context;
    let accept = use_context::<Parts>().and_then(|parts| parts.headers.get(header::ACCEPT).cloned());
    accept.is_some_and(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")))
}
