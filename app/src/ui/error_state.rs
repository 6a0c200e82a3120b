//! The message in place of content that could not be loaded.

use crate::{error::AppError, status::set_page_error};
use domain::{ApiError, ErrorCode, routes::Route};
use leptos::prelude::*;

/// Content that [`ErrorState`] shows for status 404 instead of the message and the link, for all pages below.
#[derive(Clone)]
pub struct NotFoundContent(pub ViewFn);

/// The message of an error and the next step: sign in, or reload. Sets the HTTP status of the page.
#[component]
pub fn ErrorState(error: AppError) -> impl IntoView {
    set_page_error(&error.0);
    let title = error.0.code.title();
    let content = match use_context() {
        Some(NotFoundContent(content)) if error.0 == ApiError::not_found() => content.run(),
        _ => message(error),
    };
    view! {
        <section class="empty-state grow">
            <h2>{title}</h2>
            {content}
        </section>
    }
}

fn message(AppError(error): AppError) -> AnyView {
    let (href, label) = match error.code {
        ErrorCode::Unauthorized => (Route::SignIn(None).to_string(), "Sign in"),
        ErrorCode::NotFound | ErrorCode::Forbidden => (Route::Home.to_string(), "Go to your board"),
        _ => (String::new(), "Reload"),
    };
    view! {
        <p>{error.detail}</p>
        <a class="btn btn-line btn-sm" href=href>
            {label}
        </a>
    }
    .into_any()
}
