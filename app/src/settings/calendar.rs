//! The address of the calendar feed. Rendered by the server only: the form works without JavaScript.

use super::Section;
use crate::{
    server::flash,
    ui::{ButtonKind, FormSuccess, SubmitButton},
};
use leptos::prelude::*;

const ACTION: &str = "settings/rotate_calendar_feed";

/// The address, and the button that replaces it.
#[component]
pub fn CalendarSection(slug: String, url: String, can_change: bool) -> impl IntoView {
    let rotated = flash::succeeded(ACTION);
    let form = can_change.then(|| {
        view! {
            <form method="post" action=format!("/_fn/{ACTION}")>
                <input type="hidden" name="slug" value=slug />
                <FormSuccess when=Signal::stored(rotated) text="The address is new. Subscribe to it again." />
                <div>
                    <SubmitButton label="Replace address" pending_label="Replacing" kind=ButtonKind::Line />
                </div>
            </form>
        }
    });
    view! {
        <Section
            id="calendar"
            title="Calendar"
            description="Your interviews and tasks in your own calendar."
        >
            <p>"Subscribe to this address in your calendar. Everyone who has it can read your interviews and tasks."</p>
            <div class="field">
                <label for="calendar-url">"Address"</label>
                <input class="input" id="calendar-url" type="text" readonly value=url />
            </div>
            {form}
        </Section>
    }
    .into_any()
}
