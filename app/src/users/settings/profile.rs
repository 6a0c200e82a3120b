//! Name and time zone.

use super::Section;
use crate::{
    error::Fail,
    flash,
    ui::{Field, Refused, Submit, SubmitKind, Taken, js},
    users::{answer_of, api::update_profile::UpdateProfile, of_field, taken},
    workspace::use_place,
};
use domain::users::User;
use leptos::prelude::*;

#[component]
pub fn Profile(slug: String, user: User) -> impl IntoView {
    let viewer = use_place().viewer;
    let action = ServerAction::<UpdateProfile>::new();
    let left = flash::refusal("users/update_profile");
    let kept = left.as_ref().map(|flash| flash.kept.clone()).unwrap_or_default();
    let at_first = move |name: &str, now: Option<String>| kept.get(name).cloned().or(now).unwrap_or_default();
    let fail = answer_of(action, left.and_then(|flash| flash.error).map(Fail));
    let saved = taken(action, "users/update_profile");
    // The rail shows the name.
    Effect::new(move |_| {
        if matches!(action.value().get(), Some(Ok(()))) {
            viewer.refetch();
        }
    });
    // The browser knows the names of all zones; without a script the field is typed into.
    let zones = RwSignal::new(Vec::<String>::new());
    Effect::new(move |_| zones.set(js::time_zones().lines().map(str::to_owned).collect()));
    view! {
        <Section
            id="profile"
            title="Profile"
            about="What you are called, and the time zone that your days are counted in."
        >
            <ActionForm action=action>
                <input type="hidden" name="slug" value=slug />
                <div class="pair">
                    <Field
                        name="first_name"
                        label="First name"
                        autocomplete="given-name"
                        value=at_first("first_name", user.first_name)
                        maxlength=100
                        optional=true
                        error=of_field(fail, "first_name")
                    />
                    <Field
                        name="last_name"
                        label="Last name"
                        autocomplete="family-name"
                        value=at_first("last_name", user.last_name)
                        maxlength=100
                        optional=true
                        error=of_field(fail, "last_name")
                    />
                </div>
                <Field
                    name="time_zone"
                    label="Time zone"
                    value=at_first("time_zone", Some(user.time_zone))
                    maxlength=64
                    list="zones"
                    hint="A name such as Europe/Berlin"
                    error=of_field(fail, "time_zone")
                />
                <datalist id="zones">
                    <For each=move || zones.get() key=String::clone let:zone>
                        <option value=zone></option>
                    </For>
                </datalist>
                <Refused fail />
                <Taken when=saved text="Saved." />
                <div>
                    <Submit label="Save profile" busy_label="Saving" busy=action.pending() kind=SubmitKind::Line />
                </div>
            </ActionForm>
        </Section>
    }
    .into_any()
}
