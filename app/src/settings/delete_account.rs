//! The deletion of the account. The page itself is the confirmation step.

use super::{Section, api::delete_account::DeleteAccount, confirm_password::ConfirmPassword};
use crate::{
    server::flash,
    ui::{ButtonKind, FormError, SubmitButton},
};
use domain::routes::{Route, SettingsSection};
use leptos::{prelude::*, server_fn::ServerFn as _};

/// Explains what is deleted and asks for the password.
#[component]
pub fn DeleteAccountSection(slug: String, has_password: bool) -> impl IntoView {
    let error = Signal::stored(flash::error_for("settings/delete_account"));
    let data = Route::Settings(slug.clone(), SettingsSection::Data).to_string();
    view! {
        <Section
            id="delete-account"
            title="Delete account"
            description="Permanently deletes your account, applications, notes and imported emails."
        >
            <form method="post" action=DeleteAccount::url() data-fetch>
                <input type="hidden" name="slug" value=slug />
                <p>
                    "This deletes every workspace that only you are in, and your data in all others. It cannot be undone. If you want a copy, "
                    <a class="link" href=data>
                        "download your data"
                    </a> " first."
                </p>
                {has_password.then(|| view! { <ConfirmPassword error /> })}
                <FormError error />
                <div>
                    <SubmitButton label="Delete account" pending_label="Deleting" kind=ButtonKind::Danger />
                </div>
            </form>
        </Section>
    }
    .into_any()
}
