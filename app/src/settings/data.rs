//! The export of the user's data.

use super::{Section, api::authorize_export::AuthorizeExport, confirm_password::ConfirmPassword};
use crate::{
    server::flash,
    ui::{ButtonKind, FormError, SubmitButton},
};
use leptos::{prelude::*, server_fn::ServerFn as _};

/// The form that downloads the export.
#[component]
pub fn DataSection(slug: String, has_password: bool) -> impl IntoView {
    let error = Signal::stored(flash::error_for("settings/authorize_export"));
    view! {
        <Section id="data" title="Your data" description="A copy of everything, to keep or to take elsewhere.">
            <form method="post" action=AuthorizeExport::url() data-fetch data-download>
                <input type="hidden" name="slug" value=slug />
                <p>"Download everything we store about you, from all workspaces, as one JSON file."</p>
                <label class="checkbox-row">
                    <input type="checkbox" name="files" value="true" />
                    "Include the files you uploaded, as a ZIP archive"
                </label>
                {has_password.then(|| view! { <ConfirmPassword error is_optional=true /> })}
                <FormError error />
                <div>
                    <SubmitButton label="Download your data" pending_label="Preparing" kind=ButtonKind::Line />
                </div>
            </form>
        </Section>
    }
    .into_any()
}
