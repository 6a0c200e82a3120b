//! The password.

use super::{Section, api::change_password::ChangePassword};
use crate::{
    server::flash,
    ui::{ButtonKind, Field, FormError, FormSuccess, SubmitButton, field_error},
};
use leptos::{prelude::*, server_fn::ServerFn as _};

const ACTION: &str = "settings/change_password";

#[component]
pub fn PasswordSection(slug: String, email: String, has_password: bool) -> impl IntoView {
    let error = Signal::stored(flash::error_for(ACTION));
    let changed = Signal::stored(flash::succeeded(ACTION));
    view! {
        <Section
            id="password"
            title="Password"
            description="Changing your password signs you out everywhere else."
        >
            <form method="post" action=ChangePassword::url() data-fetch>
                <input type="hidden" name="slug" value=slug />
                // Password managers read this field to find the account.
                <input type="email" name="" value=email autocomplete="username" hidden />
                {has_password
                    .then(|| {
                        view! {
                            <Field
                                name="current_password"
                                label="Current password"
                                kind="password"
                                autocomplete="current-password"
                                maxlength=128
                                error=field_error(error, "current_password")
                            />
                        }
                    })}
                <Field
                    name="new_password"
                    label="New password"
                    kind="password"
                    autocomplete="new-password"
                    hint="At least 12 characters. A sentence works well."
                    maxlength=128
                    error=field_error(error, "new_password")
                />
                <FormError error />
                <FormSuccess when=changed text="Password changed. You were signed out everywhere else." />
                <div>
                    <SubmitButton
                        label="Change password"
                        pending_label="Changing"
                        kind=ButtonKind::Line
                    />
                </div>
            </form>
        </Section>
    }
    .into_any()
}
