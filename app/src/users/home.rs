//! `/home`: no page of its own, the way to one's workspace.

use super::api::get_home::get_home;
use crate::ui::SiteTitle;
use domain::{
    ErrorCode,
    routes::{Route, WorkspacePage},
};
use leptos::prelude::*;
use leptos_router::components::Redirect;

/// Goes to the board of the person's first workspace, or to the sign-in page.
#[component]
pub fn HomePage() -> impl IntoView {
    let home = Resource::new_blocking(|| (), |()| get_home());
    view! {
        <SiteTitle thing="Your board" />
        <Suspense>
            {move || Suspend::new(async move {
                match home.await {
                    Ok(slug) => {
                        let board = Route::Workspace(slug, WorkspacePage::Board);
                        view! { <Redirect path=board.to_string() /> }.into_any()
                    }
                    Err(fail) if fail.0.code == ErrorCode::Unauthorized => {
                        view! { <Redirect path=Route::SignIn(None).to_string() /> }.into_any()
                    }
                    Err(fail) => view! { <crate::ui::Problem fail /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}
