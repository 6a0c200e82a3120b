//! The color theme of this browser.

use super::Section;
use crate::theme::ThemeSwitch;
use leptos::prelude::*;

#[component]
pub fn AppearanceSection() -> impl IntoView {
    view! {
        <Section id="appearance" title="Appearance" description="Applies to this browser only.">
            <p>"Light, dark, or the theme of your system."</p>
            <div>
                <ThemeSwitch />
            </div>
        </Section>
    }
    .into_any()
}
