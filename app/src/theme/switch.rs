//! The theme switch.

use super::{Theme, api::set_theme::SetTheme, current};
use crate::ui::{Icon, IconSize, Lucide};
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_location;

/// Three buttons in a form. The page script changes the theme immediately; without JavaScript, the server renders the page in the
/// new theme.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    let selected = current();
    let button = move |theme: Theme, icon, label| {
        view! {
            <button
                type="submit"
                name="theme"
                value=theme.as_str()
                aria-pressed=if selected == theme { "true" } else { "false" }
            >
                <Icon of=icon size=IconSize::Small />
                {label}
            </button>
        }
    };
    view! {
        <form class="segmented" method="post" action=SetTheme::url() aria-label="Theme" data-themes>
            <input type="hidden" name="back" value=path />
            {button(Theme::System, Lucide::Monitor, "System")}
            {button(Theme::Light, Lucide::Sun, "Light")}
            {button(Theme::Dark, Lucide::Moon, "Dark")}
        </form>
    }
    .into_any()
}
