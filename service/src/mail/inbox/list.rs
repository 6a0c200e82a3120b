//! Lists messages.

use crate::{
    Error, Services,
    context::{Caller, permit},
    mail::queries::inbox::{self, InboxRow},
    platform::{cursor, db::TenantTx},
};
use domain::{
    inbox::ListInboxInput,
    mail::{MailDecision, Message},
    pagination::{Page, Pagination},
    tenants::Action,
};

/// Returns a page of messages of all mailboxes and files, newest first.
///
/// # Errors
/// `invalid` for an invalid filter, limit or cursor; `forbidden` if the caller's role may not import email.
pub async fn get_mails(
    services: &Services,
    caller: &Caller,
    input: ListInboxInput,
) -> Result<Page<Message>, Error> {
    let decisions: Vec<MailDecision> = input.decision.into_iter().collect();
    list_messages(services, caller, input, &decisions).await
}

/// Like [`get_mails`], with any of several decisions.
///
/// # Errors
/// Same as [`get_mails`].
pub async fn list_messages(
    services: &Services,
    caller: &Caller,
    input: ListInboxInput,
    decisions: &[MailDecision],
) -> Result<Page<Message>, Error> {
    let grant = permit(caller, Action::ImportMail)?.to_read();
    let mut tx = services.db.begin(grant).await?;
    let (rows, pagination) = load_page(services, caller, &mut tx, input, decisions).await?;
    tx.commit().await?;
    let data = rows.iter().map(InboxRow::to_message).collect::<Result<_, _>>()?;
    Ok(Page { data, pagination })
}

/// The rows of a page, and the cursor of the next page.
pub(super) async fn load_page(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    input: ListInboxInput,
    decisions: &[MailDecision],
) -> Result<(Vec<InboxRow>, Pagination), Error> {
    let (input, limit) = input.validate()?;
    let scope = serde_json::to_vec(&(
        "mails",
        caller.tenant.id,
        caller.user.id,
        input.kind,
        &input.platform,
        input.mailbox_id,
        input.jobapp_id,
        decisions,
        &input.q,
        input.sent_from,
        input.sent_to,
    ))
    .map_err(|e| Error::Internal(e.to_string()))?;
    let after = cursor::decode_optional(&services.keys, &scope, input.cursor.as_deref())?;
    // One more than requested, to find out whether there is a next page.
    let mut rows = inbox::list(tx, &input, decisions, after, i64::from(limit) + 1).await?;
    let position = cursor::cut_to_page(&mut rows, limit)
        .map(|last| last.to_message().map(|m| (m.sent_at, m.id)))
        .transpose()?;
    let next_cursor = position.and_then(|position| cursor::encode(&services.keys, &scope, &position));
    Ok((rows, Pagination { next_cursor, limit }))
}
