//! Another password.

use super::Section;
use crate::{
    error::Fail,
    flash,
    ui::{Field, Refused, Submit, SubmitKind, Taken},
    users::{answer_of, api::change_password::ChangePassword, of_field, taken},
};
use leptos::{html, prelude::*};

#[component]
pub fn Password(slug: String, email: String, has_password: bool) -> impl IntoView {
    let action = ServerAction::<ChangePassword>::new();
    let left = flash::refusal("users/change_password");
    let fail = answer_of(action, left.and_then(|flash| flash.error).map(Fail));
    let changed = taken(action, "users/change_password");
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
            about="A new one signs out everything but this browser."
        >
            <ActionForm action=action node_ref=form>
                <input type="hidden" name="slug" value=slug />
                // Tells password managers whose password it is.
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
                                error=of_field(fail, "current_password")
                            />
                        }
                    })}
                <Field
                    name="new_password"
                    label="New password"
                    kind="password"
                    autocomplete="new-password"
                    hint="12 characters or more. A sentence works well."
                    maxlength=128
                    error=of_field(fail, "new_password")
                />
                <Refused fail />
                <Taken when=changed text="Password changed. Everything else was signed out." />
                <div>
                    <Submit label="Change password" busy_label="Changing" busy=action.pending() kind=SubmitKind::Line />
                </div>
            </ActionForm>
        </Section>
    }
    .into_any()
}
