//! The theme switch.

use super::{Theme, api::set_theme::SetTheme};
use crate::ui::{Icon, IconSize, Lucide};
use leptos::{prelude::*, server_fn::ServerFn, web_sys};
use leptos_router::hooks::use_location;

/// Three buttons in a form. With a script the page changes at once and the server stores the choice; without one the
/// server renders the page in the new theme.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let action = ServerAction::<SetTheme>::new();
    let path = use_location().pathname;
    let selected = RwSignal::new(None::<Theme>);
    // Scripts cannot read the cookie, but the server has set the attribute of the root element.
    Effect::new(move |_| {
        let root = document().document_element();
        let attribute = root.and_then(|root| root.get_attribute("data-theme"));
        let theme = Theme::ALL
            .into_iter()
            .find(|theme| theme.attribute() == attribute.as_deref());
        selected.set(Some(theme.unwrap_or_default()));
    });
    let select = move |theme: Theme| {
        if let Some(root) = document().document_element() {
            // Fails only for an invalid attribute name.
            let _ = match theme.attribute() {
                Some(value) => root.set_attribute("data-theme", value),
                None => root.remove_attribute("data-theme"),
            };
        }
        selected.set(Some(theme));
        action.dispatch(SetTheme {
            theme: theme.as_str().to_owned(),
            back: String::new(),
        });
    };
    let button = move |theme: Theme, icon, label| {
        view! {
            <button
                type="submit"
                name="theme"
                value=theme.as_str()
                aria-pressed=move || selected.get().map(|selected| if selected == theme { "true" } else { "false" })
                on:click=move |event: web_sys::MouseEvent| {
                    event.prevent_default();
                    select(theme);
                }
            >
                <Icon of=icon size=IconSize::Small />
                {label}
            </button>
        }
    };
    view! {
        <form class="segmented" method="post" action=SetTheme::url() aria-label="Theme">
            <input type="hidden" name="back" value=move || path.get() />
            {button(Theme::System, Lucide::Monitor, "System")}
            {button(Theme::Light, Lucide::Sun, "Light")}
            {button(Theme::Dark, Lucide::Moon, "Dark")}
        </form>
    }
    .into_any()
}
