//! Name and time zone.

use super::{Section, api::update_profile::UpdateProfile};
use crate::{
    server::flash,
    ui::{
        ButtonKind, Field, Form, FormAction, FormError, FormSuccess, SubmitButton, field_error, initials, js,
    },
};
use domain::users::User;
use leptos::prelude::*;

const ACTION: &str = "settings/update_profile";

#[component]
pub fn ProfileSection(slug: String, user: User) -> impl IntoView {
    let action = FormAction::<UpdateProfile>::new();
    let rejected = flash::error_for(ACTION);
    let was_rejected = rejected.is_some();
    let initial_value = move |field: &str, current: Option<String>| {
        if was_rejected {
            flash::form_value(ACTION, field)
        } else {
            current.unwrap_or_default()
        }
    };
    let error = action.error(rejected);
    let saved = action.succeeded(flash::succeeded(ACTION));
    // The sidebar shows the name, and is not part of the island.
    Effect::new(move |_| {
        if let Some(user) = action.output() {
            let name = user.display_name();
            js::show_user_name(&name, &initials(&name));
        }
    });
    // Suggestions come from the browser; without a script the user types the name.
    let zones = RwSignal::new(Vec::<String>::new());
    Effect::new(move |_| zones.set(js::time_zones().lines().map(str::to_owned).collect()));
    view! {
        <Section id="profile" title="Profile" description="Your name and time zone.">
            <Form action>
                <input type="hidden" name="slug" value=slug />
                <div class="field-row">
                    <Field
                        name="first_name"
                        label="First name"
                        autocomplete="given-name"
                        value=initial_value("first_name", user.first_name)
                        maxlength=100
                        optional=true
                        error=field_error(error, "first_name")
                    />
                    <Field
                        name="last_name"
                        label="Last name"
                        autocomplete="family-name"
                        value=initial_value("last_name", user.last_name)
                        maxlength=100
                        optional=true
                        error=field_error(error, "last_name")
                    />
                </div>
                <Field
                    name="time_zone"
                    label="Time zone"
                    value=initial_value("time_zone", Some(user.time_zone))
                    maxlength=64
                    list="zones"
                    hint="For example, Europe/Berlin"
                    error=field_error(error, "time_zone")
                />
                <datalist id="zones">
                    <For each=move || zones.get() key=String::clone let:zone>
                        <option value=zone></option>
                    </For>
                </datalist>
                <FormError error />
                <FormSuccess when=saved text="Saved." />
                <div>
                    <SubmitButton
                        label="Save profile"
                        pending_label="Saving"
                        kind=ButtonKind::Line
                    />
                </div>
            </Form>
        </Section>
    }
    .into_any()
}
