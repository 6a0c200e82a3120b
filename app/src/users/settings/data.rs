//! Taking everything along, and leaving.

use super::Section;
use crate::{
    error::Fail,
    flash,
    ui::{Dialog, Field, Icon, Lucide, Refused, Submit, SubmitKind},
    users::{
        answer_of,
        api::{delete_account::DeleteAccount, prove_export::ProveExport},
        of_field,
    },
};
use domain::routes::{Route, WorkspacePage};
use leptos::{html, prelude::*};
use leptos_router::hooks::use_query_map;

/// Id of the form that opens the dialog without a script.
const ASK: &str = "ask-delete";

#[component]
pub fn Data(slug: String, has_password: bool) -> impl IntoView {
    let export = ServerAction::<ProveExport>::new();
    let left = flash::refusal("users/prove_export");
    let fail = answer_of(export, left.and_then(|flash| flash.error).map(Fail));
    let form = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        if let Some(Ok(file)) = export.value().get() {
            if let Some(form) = form.get_untracked() {
                form.reset();
            }
            // A file to keep: the page stays.
            let _ = window().location().assign(&file);
        }
    });
    let gone = flash::refusal("users/delete_account");
    let asked = use_query_map().read_untracked().get("delete").is_some();
    let open = RwSignal::new(gone.is_some() || asked);
    let settings = Route::Workspace(slug.clone(), WorkspacePage::Settings).to_string();
    let leaving = slug.clone();
    view! {
        <Section id="data" title="Your data" about="It is yours: take it along, or take it away.">
            <ActionForm action=export node_ref=form>
                <input type="hidden" name="slug" value=slug />
                <p>"Everything that is stored about you, from all workspaces, as one JSON file."</p>
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
                                hint="Needed when you signed in more than a quarter of an hour ago."
                                maxlength=128
                                error=of_field(fail, "password")
                            />
                        }
                    })}
                <Refused fail />
                <div>
                    <Submit label="Download everything" busy_label="Preparing" busy=export.pending() kind=SubmitKind::Line />
                </div>
            </ActionForm>
            <hr />
            <div class="set-leave">
                <p>"Your account, your applications, notes and mails, for good and at once. Nobody can bring them back."</p>
                <form id=ASK method="get">
                    <button
                        class="btn btn-line"
                        type="submit"
                        name="delete"
                        value="account"
                        on:click=move |event| {
                            event.prevent_default();
                            open.set(true);
                        }
                    >
                        <Icon of=Lucide::Trash />
                        "Delete account"
                    </button>
                </form>
            </div>
        </Section>
        <Leave slug=leaving has_password open away=settings first=gone.and_then(|flash| flash.error).map(Fail) />
    }
    .into_any()
}

/// The dialog that asks for the password.
#[component]
fn Leave(
    slug: String,
    has_password: bool,
    open: RwSignal<bool>,
    away: String,
    first: Option<Fail>,
) -> impl IntoView {
    let action = ServerAction::<DeleteAccount>::new();
    let fail = answer_of(action, first);
    view! {
        <Dialog id="leave" title="Delete your account?" open away=away.clone()>
            <ActionForm action=action>
                <input type="hidden" name="slug" value=slug />
                <div class="dialog-body">
                    <p>
                        "All of it goes, in every workspace that only you are in, and what is yours in the others. There is no way back. If you want to keep it, download everything first."
                    </p>
                    {has_password
                        .then(|| {
                            view! {
                                <Field
                                    id="f-leave-password"
                                    name="password"
                                    label="Password"
                                    kind="password"
                                    autocomplete="current-password"
                                    autofocus=true
                                    maxlength=128
                                    error=of_field(fail, "password")
                                />
                            }
                        })}
                    <Refused fail />
                </div>
                <footer class="dialog-foot">
                    <a
                        class="btn btn-quiet"
                        href=away
                        on:click=move |event| {
                            event.prevent_default();
                            open.set(false);
                        }
                    >
                        "Keep it"
                    </a>
                    <Submit label="Delete account" busy_label="Deleting" busy=action.pending() kind=SubmitKind::Danger />
                </footer>
            </ActionForm>
        </Dialog>
    }
    .into_any()
}
