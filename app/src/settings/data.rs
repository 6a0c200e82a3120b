//! Data export and account deletion.

use super::{
    Section,
    api::{authorize_export::AuthorizeExport, delete_account::DeleteAccount},
};
use crate::{
    error::AppError,
    server::flash,
    ui::{ButtonKind, Dialog, Field, Form, FormAction, FormError, Icon, Lucide, SubmitButton, field_error},
};
use domain::routes::{Route, WorkspacePage};
use leptos::prelude::*;

#[component]
pub fn DataSection(
    slug: String,
    has_password: bool,
    /// Whether the dialog is open at first.
    delete: bool,
) -> impl IntoView {
    let export = FormAction::<AuthorizeExport>::new();
    let error = export.error(flash::error_for("settings/authorize_export"));
    Effect::new(move |_| {
        if let Some(url) = export.output() {
            // The response is a download, so the page stays.
            let _ = window().location().assign(&url);
        }
    });
    let delete_error = flash::error_for("settings/delete_account");
    let dialog_open = RwSignal::new(delete_error.is_some() || delete);
    let settings = Route::Workspace(slug.clone(), WorkspacePage::Settings).to_string();
    let form_slug = slug.clone();
    view! {
        <Section id="data" title="Your data" description="Export or delete your data.">
            <Form action=export reset=true>
                <input type="hidden" name="slug" value=form_slug />
                <p>"Download everything we store about you, from all workspaces, as one JSON file."</p>
                {has_password
                    .then(|| {
                        view! {
                            <Field
                                id="f-export-password"
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
                    <SubmitButton
                        label="Download your data"
                        pending_label="Preparing"
                        kind=ButtonKind::Line
                    />
                </div>
            </Form>
            <hr />
            <div class="delete-account">
                <p>"Permanently delete your account, applications, notes and imported emails. This cannot be undone."</p>
                <form method="get">
                    <button
                        class="btn btn-line"
                        type="submit"
                        name="delete"
                        value="account"
                        on:click=move |event| {
                            event.prevent_default();
                            dialog_open.set(true);
                        }
                    >
                        <Icon of=Lucide::Trash />
                        "Delete account"
                    </button>
                </form>
            </div>
        </Section>
        <DeleteAccountDialog slug has_password open=dialog_open close_href=settings initial_error=delete_error />
    }
    .into_any()
}

/// Asks for confirmation and the password.
#[component]
fn DeleteAccountDialog(
    slug: String,
    has_password: bool,
    open: RwSignal<bool>,
    close_href: String,
    initial_error: Option<AppError>,
) -> impl IntoView {
    let action = FormAction::<DeleteAccount>::new();
    let error = action.error(initial_error);
    action.clear_when_closed(open);
    view! {
        <Dialog id="delete-account" title="Delete your account?" open close_href=close_href.clone()>
            <Form action>
                <input type="hidden" name="slug" value=slug />
                <div class="dialog-body">
                    <p>
                        "This deletes every workspace that only you are in, and your data in all others. It cannot be undone. If you want a copy, download your data first."
                    </p>
                    {has_password
                        .then(|| {
                            view! {
                                <Field
                                    id="f-delete-password"
                                    name="password"
                                    label="Password"
                                    kind="password"
                                    autocomplete="current-password"
                                    autofocus=true
                                    maxlength=128
                                    error=field_error(error, "password")
                                />
                            }
                        })}
                    <FormError error />
                </div>
                <footer class="dialog-footer">
                    <a
                        class="btn btn-quiet"
                        href=close_href
                        on:click=move |event| {
                            event.prevent_default();
                            open.set(false);
                        }
                    >
                        "Cancel"
                    </a>
                    <SubmitButton
                        label="Delete account"
                        pending_label="Deleting"
                        kind=ButtonKind::Danger
                    />
                </footer>
            </Form>
        </Dialog>
    }
    .into_any()
}
