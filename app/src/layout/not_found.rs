//! The page for unknown URLs.

use super::SiteTitle;
use crate::{status::set_page_status, ui::Wordmark};
use domain::{ErrorCode, routes::Route};
use leptos::prelude::*;

/// A page with status 404 and links to the board and the landing page.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    set_page_status(ErrorCode::NotFound);
    view! {
        <SiteTitle page="Not found" />
        <main class="not-found" id="main" tabindex="-1">
            <Wordmark />
            <div class="not-found-cards mt-8" aria-hidden="true">
                <i></i>
                <i></i>
                <i></i>
                <i></i>
                <i></i>
            </div>
            <h1 class="text-2xl">"Page not found"</h1>
            <p class="text-ink-2">"The address may be wrong, or the page has moved."</p>
            <p class="flex gap-2 mt-3">
                <a class="btn btn-primary" href=Route::Home.to_string()>
                    "Go to your board"
                </a>
                <a class="btn btn-line" href=Route::Landing.to_string()>
                    "Home page"
                </a>
            </p>
        </main>
    }
    .into_any()
}
