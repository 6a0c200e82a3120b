//! The password.

use super::{Section, api::change_password::ChangePassword};
use crate::{
    server::flash,
    ui::{
        ButtonKind, Field, FormError, FormSuccess, SubmitButton, action_error, action_succeeded, field_error,
    },
};
use leptos::{html, prelude::*};

const ACTION: &str = "settings/change_password";

#[component]
pub fn PasswordSection(slug: String, email: String, has_password: bool) -> impl IntoView {
    let action = ServerAction::<ChangePassword>::new();
    let error = action_error(action, flash::error_for(ACTION));
    let changed = action_succeeded(action, flash::succeeded(ACTION));
    let form = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        if let (Some(Ok(())), Some(form)) = (action.value().get(), form.get_untracked()) {
            form.reset();
        }
    });
    view! {
        <Section
            id="password"
            title="Password"
            description="Changing your password signs you out everywhere else."
        >
            <ActionForm action=action node_ref=form>
                <input type="hidden" name="slug" value=slug />
                // Tells password managers which account the password belongs to.
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
                        pending=action.pending()
                        kind=ButtonKind::Line
                    />
                </div>
            </ActionForm>
        </Section>
    }
    .into_any()
}
