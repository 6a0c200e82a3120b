//! Disconnecting a mailbox.

use crate::{
    error::AppError,
    ui::{Form, FormAction, RowButton},
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
