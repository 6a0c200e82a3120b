//! The page for addresses that lead nowhere.

use crate::{status::respond_with, ui::SiteTitle, users::Wordmark};
use domain::{ErrorCode, routes::Route};
use leptos::prelude::*;

/// Says so, with the status 404, and shows the ways on.
#[component]
pub fn LostPage() -> impl IntoView {
    respond_with(ErrorCode::NotFound);
    view! {
        <SiteTitle thing="Not found" />
        <main class="lost" id="main" tabindex="-1">
            <Wordmark />
            <div class="lost-row mt-8" aria-hidden="true">
                <i></i>
                <i></i>
                <i></i>
                <i></i>
                <i></i>
            </div>
            <h1 class="text-2xl">"There is no page here"</h1>
            <p class="text-ink-2">"The address may be mistyped, or what stood here has moved on."</p>
            <p class="flex gap-2 mt-3">
                <a class="btn btn-primary" href=Route::Home.to_string() rel="external">
                    "Go to your board"
                </a>
                <a class="btn btn-line" href=Route::Landing.to_string()>
                    "Front page"
                </a>
            </p>
        </main>
    }
    .into_any()
}
