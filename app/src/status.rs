//! The HTTP status of a response. Has an effect while the server renders, and none in a browser.

use domain::{ApiError, ErrorCode};

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

/// Gives the page the status of the error, and says when to retry. Does nothing if the browser is redirected: it would not follow a
/// redirect with an error status.
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

/// Gives the page the status of the error, and says when to retry.
#[cfg(not(feature = "ssr"))]
pub fn set_page_error(_: &ApiError) {}

/// Gives the response of a server function the status of its error, unless it leads to a page that shows the error.
#[cfg(feature = "ssr")]
pub fn set_error_status(error: &ApiError) {
    set_page_error(error);
}

/// Whether the browser itself made the request and shows the response as a page; scripts of ours ask for JSON.
#[cfg(feature = "ssr")]
pub fn accepts_html() -> bool {
    use axum::http::{header, request::Parts};
    use leptos::prelude::use_context;
    let accept = use_context::<Parts>().and_then(|parts| parts.headers.get(header::ACCEPT).cloned());
    accept.is_some_and(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")))
}
