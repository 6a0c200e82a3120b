//! What a page shows instead of content that could not be loaded.

use crate::{error::AppError, status::set_page_error};
use domain::{ErrorCode, routes::Route};
use leptos::prelude::*;

/// The message of an error and the next step: sign in, or reload. Sets the HTTP status of the page.
#[component]
pub fn ErrorState(
    /// The error.
    error: AppError,
) -> impl IntoView {
    set_page_error(&error.0);
    let (href, label) = match error.0.code {
        ErrorCode::Unauthorized => (Route::SignIn(None).to_string(), "Sign in"),
        ErrorCode::NotFound | ErrorCode::Forbidden => (Route::Home.to_string(), "Go to your board"),
        _ => (String::new(), "Reload"),
    };
    view! {
        <section class="empty-state grow">
            <h2>{error.0.code.title()}</h2>
            <p>{error.0.detail}</p>
            <a class="btn btn-line btn-sm" href=href>
                {label}
            </a>
        </section>
    }
}
