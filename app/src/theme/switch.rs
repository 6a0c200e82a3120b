//! The switch.

use super::{Theme, api::set_theme::SetTheme};
use crate::ui::{Icon, Lucide, Size};
use leptos::{prelude::*, server_fn::ServerFn, web_sys};
use leptos_router::hooks::use_location;

/// Three buttons in a form: with a script the page changes at once and the server is told; without one the server
/// answers with the page in the other theme.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let action = ServerAction::<SetTheme>::new();
    let path = use_location().pathname;
    let chosen = RwSignal::new(None::<Theme>);
    // The server alone reads the cookie; the page knows it from the root's attribute.
    Effect::new(move |_| {
        let root = document().document_element();
        let attribute = root.and_then(|root| root.get_attribute("data-theme"));
        let theme = Theme::ALL
            .into_iter()
            .find(|theme| theme.attribute() == attribute.as_deref());
        chosen.set(Some(theme.unwrap_or_default()));
    });
    let choose = move |theme: Theme| {
        if let Some(root) = document().document_element() {
            // The attribute's name is a valid one, so these cannot fail.
            let _ = match theme.attribute() {
                Some(value) => root.set_attribute("data-theme", value),
                None => root.remove_attribute("data-theme"),
            };
        }
        chosen.set(Some(theme));
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
                aria-pressed=move || chosen.get().map(|chosen| if chosen == theme { "true" } else { "false" })
                on:click=move |event: web_sys::MouseEvent| {
                    event.prevent_default();
                    choose(theme);
                }
            >
                <Icon of=icon size=Size::Small />
                {label}
            </button>
        }
    };
    view! {
        <form class="segment" method="post" action=SetTheme::url() aria-label="Theme">
            <input type="hidden" name="back" value=move || path.get() />
            {button(Theme::System, Lucide::Monitor, "System")}
            {button(Theme::Light, Lucide::Sun, "Light")}
            {button(Theme::Dark, Lucide::Moon, "Dark")}
        </form>
    }
    .into_any()
}
