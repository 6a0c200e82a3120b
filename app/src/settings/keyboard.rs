//! Keyboard shortcuts: all of them, and a switch.

use super::{Section, api::set_shortcuts::SetShortcuts};
use crate::{
    layout::shortcuts,
    server::flash,
    ui::{ButtonKind, FormSuccess, SubmitButton},
};
use leptos::{prelude::*, server_fn::ServerFn as _};

const ACTION: &str = "settings/set_shortcuts";

/// The switch, and the list.
#[component]
pub fn KeyboardSection(slug: String) -> impl IntoView {
    let are_enabled = shortcuts::are_enabled();
    let (state, value, label) = if are_enabled {
        (
            "Single keys are shortcuts outside of text fields.",
            "off",
            "Turn shortcuts off",
        )
    } else {
        (
            "Shortcuts of single keys are off. Arrow keys, Enter and Esc still work.",
            "on",
            "Turn shortcuts on",
        )
    };
    view! {
        <Section id="keyboard" title="Keyboard" description="Every shortcut also has a button. Applies to this browser only.">
            <p>{state}</p>
            <form method="post" action=SetShortcuts::url()>
                <input type="hidden" name="slug" value=slug />
                <input type="hidden" name="shortcuts" value=value />
                <FormSuccess when=Signal::stored(flash::succeeded(ACTION)) text="Saved." />
                <div>
                    <SubmitButton label pending_label="Saving" kind=ButtonKind::Line />
                </div>
            </form>
            <hr />
            <shortcuts::ShortcutList />
        </Section>
    }
    .into_any()
}
