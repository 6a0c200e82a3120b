//! The form that disconnects a mailbox, and the notice about its result.

use super::{api::disconnect::Disconnect, connection::Connection};
use crate::{
    server::flash,
    ui::{Form, FormAction, FormSuccess, RowButton},
};
use domain::MailboxId;
use leptos::prelude::*;

/// A form that opens below a mailbox and asks whether to keep the changes made by its emails. Works without JavaScript.
#[component]
pub fn DisconnectForm(
    /// Disconnects the mailbox.
    action: FormAction<Disconnect>,
    connection: Connection,
    slug: StoredValue<String>,
    id: MailboxId,
    address: String,
) -> impl IntoView {
    let aria_label = format!("Disconnect {address}");
    view! {
        <details class="disconnect">
            <summary class="btn btn-quiet btn-sm">"Disconnect"</summary>
            <Form action>
                <input type="hidden" name="slug" value=slug.get_value() />
                <input type="hidden" name="mailbox_id" value=id.to_string() />
                <input type="hidden" name="connection" value=connection.as_str() />
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
pub fn DisconnectedNotice(
    /// The action that disconnects mailboxes.
    action: FormAction<Disconnect>,
    connection: Connection,
) -> impl IntoView {
    let is_removed = flash::succeeded(&connection.action("forget"));
    let disconnected = action.succeeded(is_removed || flash::succeeded(&connection.action("disconnect")));
    let removes = move || action.output().unwrap_or(is_removed);
    let subject = connection.subject();
    view! {
        <FormSuccess
            when=Signal::derive(move || disconnected.get() && !removes())
            text=format!("{subject} is disconnected. Imported applications are kept.")
        />
        <FormSuccess
            when=Signal::derive(move || disconnected.get() && removes())
            text=format!(
                "{subject} is disconnected. Its emails, and the applications that only they created, are being removed.",
            )
        />
    }
}
