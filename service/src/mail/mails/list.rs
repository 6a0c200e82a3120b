//! The list of mails that were read from a person's Gmail, page by page.

use super::queries;
use crate::{
    Error, Services, cursor,
    tenants::{Caller, permit},
};
use domain::{
    mail::{ListMailsInput, Mail},
    page::{Page, Pagination},
    tenants::Action,
};

/// One page, newest first: every mail that was read, also those that made no application.
///
/// # Errors
/// `invalid` for a wrong limit or cursor; `forbidden` for roles that bring no mail in.
pub async fn get_user_google_emails(
    services: &Services,
    caller: &Caller,
    input: ListMailsInput,
) -> Result<Page<Mail>, Error> {
    let limit = input.limit()?;
    let grant = permit(caller, Action::ImportMail)?;
    let scope = serde_json::to_vec(&("get_user_google_emails", grant.tenant(), grant.user()))
        .map_err(|e| Error::Internal(e.to_string()))?;
    let after = input
        .cursor
        .as_deref()
        .map(|c| cursor::open(&services.keys, &scope, c))
        .transpose()?;
    let mut tx = services.db.begin(grant).await?;
    let mut data = queries::gmail_mails(&mut tx, after, i64::from(limit) + 1).await?;
    tx.commit().await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = data.len() > wanted;
    data.truncate(wanted);
    let last = data.last().filter(|_| more);
    let next_cursor = last.and_then(|mail| cursor::seal(&services.keys, &scope, &(mail.sent_at, mail.id)));
    Ok(Page {
        data,
        pagination: Pagination { next_cursor, limit },
    })
}
