//! `/home`: redirects to the user's workspace.

use super::api::get_home::get_home;
use crate::{layout::SiteTitle, ui::ErrorState};
use domain::{
    ErrorCode,
    routes::{Route, WorkspacePage},
};
use leptos::prelude::*;
use leptos_router::components::Redirect;

/// Redirects to the board of the user's first workspace, or to the sign-in page.
#[component]
pub fn HomePage() -> impl IntoView {
    let home = Resource::new_blocking(|| (), |()| get_home());
    view! {
        <SiteTitle page="Your board" />
        <Suspense>
            {move || Suspend::new(async move {
                match home.await {
                    Ok(slug) => {
                        let board = Route::Workspace(slug, WorkspacePage::Board);
                        view! { <Redirect path=board.to_string() /> }.into_any()
                    }
                    Err(error) if error.0.code == ErrorCode::Unauthorized => {
                        view! { <Redirect path=Route::SignIn(None).to_string() /> }.into_any()
                    }
                    Err(error) => view! { <ErrorState error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}
