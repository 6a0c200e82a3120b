//! The person's menu: theme, sign out.

use super::use_place;
use crate::{
    theme::ThemeSwitch,
    ui::{Icon, Lucide},
    users::api::sign_out::SignOut,
};
use domain::routes::WorkspacePage;
use leptos::prelude::*;

/// Id of the menu, for the buttons that open it.
pub const ID: &str = "you";

/// The menu. Opened by the browser itself, so it needs no script.
#[component]
pub fn YouMenu() -> impl IntoView {
    let place = use_place();
    let sign_out = ServerAction::<SignOut>::new();
    view! {
        <div class="menu menu-up" id=ID popover="auto" role="dialog" aria-label="You">
            <Suspense>
                {move || Suspend::new(async move {
                    place.viewer.await.ok().map(|viewer| {
                        view! {
                            <div class="menu-head">
                                <span>
                                    <b>{viewer.user.display_name()}</b>
                                    <small>{viewer.user.email}</small>
                                </span>
                            </div>
                            <hr />
                        }
                    })
                })}
            </Suspense>
            // Another document: the menu closes, and with it goes what it covered.
            <a class="menu-row" rel="external" href=move || place.page(WorkspacePage::Settings)>
                <Icon of=Lucide::Settings2 />
                <span>"Settings"</span>
            </a>
            <hr />
            <p class="menu-label">"Theme"</p>
            <div class="menu-pad">
                <ThemeSwitch />
            </div>
            <hr />
            <ActionForm action=sign_out>
                <button class="menu-row" type="submit">
                    <Icon of=Lucide::LogOut />
                    <span>"Sign out"</span>
                </button>
            </ActionForm>
        </div>
    }
    .into_any()
}
