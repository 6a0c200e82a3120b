use crate::error::AppError;
use domain::{JobApplicationId, MailMessageId};
use leptos::prelude::*;

/// Undoes the changes by the email and the decision about it. `query` is the query of the inbox page. `jobapp_id` is set if the
/// form was on that application's page, which may be deleted by the undo.
#[server(prefix = "/_fn", endpoint = "inbox/undo")]
pub async fn undo(
    slug: String,
    mail_id: MailMessageId,
    #[server(default)] query: String,
    #[server(default)] jobapp_id: Option<JobApplicationId>,
) -> Result<(), AppError> {
    use crate::{
        inbox::{labels::undo_text, page::InboxQuery},
        server::{
            context::require_workspace,
            flash::MailNotice,
            respond::{mail_done, page_after_change, respond_form},
        },
    };
    use domain::inbox::MailRef;
    let action = "inbox/undo";
    let (services, caller) = require_workspace(&slug).await?;
    let page = match jobapp_id {
        Some(id) => page_after_change(slug.clone(), id, true),
        None => InboxQuery::parse_text(&query).route(slug.clone(), Some(mail_id)),
    };
    let result = service::mail::undo_mail(&services, &caller, MailRef { mail_id }).await;
    let undone = respond_form(action, &page, &[], result)?;
    let page = match jobapp_id {
        Some(id) if undone.jobapp.is_none() => page_after_change(slug, id, false),
        _ => page,
    };
    let notice = MailNotice {
        text: undo_text(&undone),
        mail_id,
        is_undoable: false,
    };
    mail_done(action, &page, notice);
    Ok(())
}
