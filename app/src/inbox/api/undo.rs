//! Undoes what an email changed.

use crate::error::AppError;
use domain::MailMessageId;
use leptos::prelude::*;

/// Undoes exactly what the email changed, and what was decided about it.
#[server(prefix = "/_fn", endpoint = "inbox/undo")]
pub async fn undo(
    slug: String,
    mail_id: MailMessageId,
    #[server(default)] view: String,
) -> Result<(), AppError> {
    use crate::{
        inbox::labels::undo_text,
        server::{
            context::require_workspace,
            flash::MailNotice,
            respond::{mail_done, respond_form},
        },
    };
    use domain::{
        inbox::MailRef,
        routes::{InboxView, Route},
    };
    let action = "inbox/undo";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Inbox(slug, InboxView::parse(&view));
    let result = service::mail::undo_mail(&services, &caller, MailRef { mail_id }).await;
    let undone = respond_form(action, &page, &[], result)?;
    let notice = MailNotice {
        text: undo_text(&undone),
        mail_id,
        is_undoable: false,
    };
    mail_done(action, &page, notice);
    Ok(())
}
