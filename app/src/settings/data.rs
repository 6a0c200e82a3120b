//! The export of the user's data.

use super::{Section, api::authorize_export::AuthorizeExport};
use crate::{
    server::flash,
    ui::{ButtonKind, Field, FormError, SubmitButton, field_error},
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
                {has_password
                    .then(|| {
                        view! {
                            <Field
                                name="password"
                                label="Password"
                                kind="password"
                                autocomplete="current-password"
                                optional=true
                                hint="Required if you signed in more than 15 minutes ago."
                                maxlength=128
                                error=field_error(error, "password")
                            />
                        }
                    })}
                <FormError error />
                <div>
                    <SubmitButton label="Download your data" pending_label="Preparing" kind=ButtonKind::Line />
                </div>
            </form>
        </Section>
    }
    .into_any()
}
