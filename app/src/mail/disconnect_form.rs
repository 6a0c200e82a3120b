//! The form that disconnects a mailbox, and the notice about its result.

use crate::{
    error::AppError,
    server::flash,
    ui::{Form, FormAction, FormSuccess, RowButton},
};
use leptos::{prelude::*, server_fn::ServerFn};
use serde::de::DeserializeOwned;

/// A form that opens below a mailbox and asks whether to keep the changes by its emails. Works without a script.
#[component]
pub fn DisconnectForm<S>(
    /// Disconnects the mailbox.
    action: FormAction<S>,
    slug: String,
    /// Id of the mailbox.
    id: String,
    address: String,
) -> impl IntoView
where
    S: ServerFn<Error = AppError> + 'static,
    S::Output: DeserializeOwned + Clone + Send + Sync + 'static,
{
    let aria_label = format!("Disconnect {address}");
    view! {
        <details class="disconnect">
            <summary class="btn btn-quiet btn-sm">"Disconnect"</summary>
            <Form action>
                <input type="hidden" name="slug" value=slug />
                <input type="hidden" name="mailbox_id" value=id />
                <label class="disconnect-choice">
                    <input type="checkbox" class="checkbox" name="forget" value="yes" />
                    <span>
                        <b>"Also remove what came from this mailbox"</b>
                        <span class="disconnect-hint">
                            "Deletes its emails, and the applications that only they created and that you didn\u{2019}t change. You can\u{2019}t undo this."
                        </span>
                    </span>
                </label>
                <RowButton label="Disconnect" aria_label class="btn-line" />
            </Form>
        </details>
    }
    .into_any()
}

/// Reports that a mailbox was disconnected, and whether its applications are kept or removed.
#[component]
pub fn DisconnectedNotice<S>(
    /// The action that disconnects mailboxes.
    action: FormAction<S>,
    /// The name of the disconnected mailbox or provider.
    name: &'static str,
    /// The messages of the page: for kept and for removed applications.
    #[prop(optional)]
    messages: Option<(&'static str, &'static str)>,
) -> impl IntoView
where
    S: ServerFn<Error = AppError, Output = bool> + 'static,
{
    let has_message = |message: Option<&str>| message.is_some_and(flash::succeeded);
    let is_kept = has_message(messages.map(|(kept, _)| kept));
    let is_removed = has_message(messages.map(|(_, removed)| removed));
    let disconnected = action.succeeded(is_kept || is_removed);
    let removes = move || action.output().unwrap_or(is_removed);
    view! {
        <FormSuccess
            when=Signal::derive(move || disconnected.get() && !removes())
            text=format!("{name} disconnected. Imported applications are kept.")
        />
        <FormSuccess
            when=Signal::derive(move || disconnected.get() && removes())
            text=format!("{name} disconnected. Its emails, and the applications that only they created, are being removed.")
        />
    }
}
