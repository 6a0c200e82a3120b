//! The HTTP status of a page.

use domain::ErrorCode;

/// Lets the page answer with the status of the code. Has a meaning while the server renders, and none in a browser.
#[cfg(feature = "ssr")]
pub fn respond_with(code: ErrorCode) {
    use leptos::prelude::use_context;
    if let (Some(response), Ok(status)) = (
        use_context::<leptos_axum::ResponseOptions>(),
        axum::http::StatusCode::from_u16(code.status()),
    ) {
        response.set_status(status);
    }
}

/// Lets the page answer with the status of the code. Has a meaning while the server renders, and none in a browser.
#[cfg(not(feature = "ssr"))]
pub fn respond_with(_: ErrorCode) {}
