//! Name and time zone.

use super::{Section, api::update_profile::UpdateProfile, load};
use crate::{
    server::flash,
    ui::{ButtonKind, Field, FormError, FormSuccess, SubmitButton, field_error},
};
use domain::users::User;
use leptos::{prelude::*, server_fn::ServerFn as _};

const ACTION: &str = "settings/update_profile";

#[component]
pub fn ProfileSection(slug: String, user: User) -> impl IntoView {
    let rejected = flash::error_for(ACTION);
    let was_rejected = rejected.is_some();
    let initial_value = move |field: &str, current: Option<String>| {
        if was_rejected {
            flash::form_value(ACTION, field)
        } else {
            current.unwrap_or_default()
        }
    };
    let error = Signal::stored(rejected);
    let saved = Signal::stored(flash::succeeded(ACTION));
    view! {
        <Section id="profile" title="Profile" description="Your name and time zone.">
            <form method="post" action=UpdateProfile::url()>
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
                    hint="Type a city or region, such as Europe/Berlin"
                    error=field_error(error, "time_zone")
                />
                <datalist id="zones">
                    {load::time_zones()
                        .into_iter()
                        .map(|zone| view! { <option value=zone></option> })
                        .collect_view()}
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
            </form>
        </Section>
    }
    .into_any()
}
