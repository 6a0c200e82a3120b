//! Lists messages from Gmail.

use super::queries::messages;
use crate::{
    Error, Services,
    context::{Caller, permit},
    platform::cursor,
};
use domain::{
    mail::{ListMessagesInput, Message},
    pagination::Page,
    tenants::Action,
};

/// Returns a page of messages, newest first, including those without an application.
///
/// # Errors
/// `invalid` for an invalid limit or cursor; `forbidden` if the caller's role may not import email.
pub async fn get_user_google_emails(
    services: &Services,
    caller: &Caller,
    input: ListMessagesInput,
) -> Result<Page<Message>, Error> {
    let limit = input.limit()?;
    let grant = permit(caller, Action::ImportMail)?.to_read();
    let scope = serde_json::to_vec(&("get_user_google_emails", grant.tenant(), grant.user()))
        .map_err(|e| Error::Internal(e.to_string()))?;
    let after = cursor::decode_optional(&services.keys, &scope, input.cursor.as_deref())?;
    let mut tx = services.db.begin(grant).await?;
    // One more than requested, to find out whether there is a next page.
    let mut data = messages::list_gmail_messages(&mut tx, after, i64::from(limit) + 1).await?;
    tx.commit().await?;
    let pagination = cursor::paginate(&services.keys, &scope, &mut data, limit, |last| {
        (last.sent_at, last.id)
    });
    Ok(Page { data, pagination })
}
