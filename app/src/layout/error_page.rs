//! The content of a page that could not be loaded.

use crate::{error::AppError, ui::ErrorState};
use leptos::prelude::*;

#[component]
pub fn ErrorPage(title: &'static str, error: AppError) -> impl IntoView {
    view! {
        <header class="page-header">
            <h1>{title}</h1>
        </header>
        <div class="page-body" id="page-body">
            <ErrorState error />
        </div>
    }
    .into_any()
}
